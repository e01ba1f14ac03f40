"""The day a value holds from and the day it was recorded: late documents, corrections, repeals, what was known when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.policy.engine_city import PLANT_YEAR, a_rule, ask, plants, years

from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.problems import InputRejected

Load = Callable[..., Rulebook]

CAP = """\
demo.cap:
  title: {en: cap, zh: 总量}
  unit: t
  values:
    2022-01-01: 100
    2023-01-01:
      - 110
      - {value: 105, recorded: 2023-09-10, note: printed wrongly, source: {document: Erratum}}
    2024-01-01:
      - {value: 120, recorded: 2025-03-01}
      - {value: withdrawn, recorded: 2025-05-01}
    2026-01-01: {value: repealed, recorded: 2025-11-20}
  source: {document: D}
  status: reported
"""
BY_AREA = """\
demo.rate:
  title: {en: rate, zh: 比率}
  unit: "%"
  by: [area]
  table: {file: rates.csv, keys: [area], value: rate}
  source: {document: D}
  status: reported
"""
RATES = "area,from,recorded,until,rate\nx,2022-01-01,,,1\nx,2022-01-01,2023-02-01,,2\ny,2022-01-01,,2022-12-31,5\n"


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write_and_load(text: str = CAP, rates: str | None = None, known_on: date | None = None) -> Rulebook:
        folder = tmp_path / "town"
        folder.mkdir(exist_ok=True)
        (folder / "rulebook.yaml").write_text("title: {en: Town, zh: 镇}\n")
        (folder / "a.yaml").write_text(text)
        if rates is not None:
            (folder / "rates.csv").write_text(rates)
        return load_rulebook(folder, known_on=known_on)

    return write_and_load


def cap(book: Rulebook, on: date) -> object:
    cell = book["demo.cap"].at(on)
    return None if cell is None else cell.value


KNOWN = [
    # known on, the cap of 2022, 2023, 2024, 2026
    (None, (100, 105, 105, None)),
    (date(2023, 9, 9), (100, 110, 110, 110)),
    (date(2023, 9, 10), (100, 105, 105, 105)),
    (date(2025, 3, 1), (100, 105, 120, 120)),  # a late document: the value of 2024 was found in 2025
    (date(2025, 5, 1), (100, 105, 105, 105)),  # and withdrawn again: what held before goes on
    (date(2025, 11, 20), (100, 105, 105, None)),
]


@pytest.mark.parametrize(("known_on", "caps"), KNOWN)
def test_what_counts_is_what_was_recorded_by_then(
    load: Load, known_on: date | None, caps: tuple[float | None, ...]
) -> None:
    """Whether a decision of the past was right is asked with what could be known, not with what came later."""
    book = load(known_on=known_on)
    days = [date(year, 12, 31) for year in (2022, 2023, 2024, 2026)]
    assert tuple(cap(book, day) for day in days) == caps


def test_the_rows_of_a_city_follow(load: Load) -> None:
    """The engine reads the same values: a year after a repeal is undetermined, and says that there is no value."""

    @a_rule(PLANT_YEAR, "t")
    def cap_then(cap):
        return cap

    rows = {"plants": plants("P1"), "plant_years": years(*[1.0] * 5, first=2022)}
    on = date(2026, 12, 31)
    for known_on, expected in ((None, [100, 105, 105, 105, None]), (date(2025, 4, 1), [100, 105, 120, 120, 120])):
        answers = ask(rows, [cap_then], [load(known_on=known_on)["demo.cap"]], on=on)
        assert answers.column(cap_then) == expected
    answers = ask(rows, [cap_then], [load()["demo.cap"]], on=on)
    assert answers.cause(cap_then, "P1", 2026) == "demo.cap is not published"


def test_a_correction_leaves_its_trail(load: Load) -> None:
    records = load()["demo.cap"].records
    assert [(c.start.year, c.value, c.said, c.recorded and c.recorded.year, c.line) for c in records] == [
        (2022, 100, "value", None, 5),
        (2023, 110, "value", None, 7),
        (2023, 105, "value", 2023, 8),
        (2024, 120, "value", 2025, 10),
        (2024, None, "withdrawn", 2025, 11),
        (2026, None, "repealed", 2025, 12),
    ]
    assert load(known_on=date(2022, 1, 1))["demo.cap"].records == records, "the trail is the same whenever one asks"


def test_rulebooks_of_two_days_have_two_digests(load: Load) -> None:
    """A run as known then must never be taken for the run as known now."""
    digests = {load(known_on=day).digest for day in (None, date(2024, 1, 1), date(2025, 1, 1))}
    assert len(digests) == 3


def test_a_table_has_two_times_as_well(load: Load) -> None:
    def rate(book: Rulebook, area: str, on: date) -> object:
        cell = book["demo.rate"].at(on, area)
        return None if cell is None else cell.value

    now, then = load(BY_AREA, RATES), load(BY_AREA, RATES, known_on=date(2023, 1, 31))
    assert [rate(book, "x", date(2022, 6, 1)) for book in (now, then)] == [2, 1]
    assert [rate(now, "y", day) for day in (date(2022, 12, 31), date(2023, 1, 1))] == [5, None], "its term is over"
    assert now.cells_by_status()["reported"] == 2 and now.cells_by_status()["unset"] == 0


def test_a_category_that_was_not_known_yet_is_no_misspelt_one(load: Load) -> None:
    """The tables of a city are checked against the categories; a day in the past must not make its rows faulty."""
    text = CAP.replace("  values:", "  by: [area]\n  values:").split("    2022-01-01")[0]
    text += "    2022-01-01: {x: 1, y: {value: 2, recorded: 2024-05-01}}\n  source: {document: D}\n  status: reported\n"
    book = load(text, known_on=date(2023, 1, 1))
    assert book["demo.cap"].at(date(2022, 1, 1), "y") is None
    assert book.categories() == {"demo.cap": {"area": frozenset("xy")}}


def test_a_repeal_of_all_categories(load: Load) -> None:
    head = CAP.split("  values:")[0] + "  by: [area]\n  values:\n    2022-01-01: {x: 1, y: 2}\n"
    tail = "  source: {document: D}\n  status: reported\n"
    book = load(head + "    2024-01-01: {value: repealed, recorded: 2023-07-01, source: {document: Order 5}}\n" + tail)
    for area in ("x", "y"):
        assert book["demo.cap"].at(date(2023, 12, 31), area) is not None
        assert book["demo.cap"].at(date(2024, 1, 1), area) is None
    assert {c.source.document for c in book["demo.cap"].records if c.said == "repealed"} == {"Order 5"}


CAP_FAULTS = [
    ("E032", 8, CAP.replace(", recorded: 2023-09-10", ""), "recorded on a day of its own"),
    ("E032", 11, CAP.replace("2025-05-01", "2025-02-01"), "recorded after 2025-03-01"),
    ("E032", 10, CAP.replace("      - {value: 120, recorded: 2025-03-01}\n", ""), "withdraws what was not recorded"),
    ("E032", 5, CAP.replace("2022-01-01: 100", "2022-01-01: repealed"), "repeals what never held"),
    ("E007", 5, CAP.replace("2022-01-01: 100", "2022-01-01: []"), "an empty list"),
    ("E033", 5, CAP.replace("100", "{value: 100, until: 2023-06-30}"), "on line 8, begins on 2023-01-01"),
    ("E033", 5, CAP.replace("100", "{value: 100, until: 2022-06-30}"), "Write 2022-07-01 with a value, unset or"),
    ("E033", 5, CAP.replace("100", "{value: 100, until: 2021-06-30}"), "before it begins"),
    ("E004", 5, CAP.replace("100", "{value: 100, until: June}"), "a date such as"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "line", "text", "says"), CAP_FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(CAP_FAULTS)]
)
def test_a_trail_that_cannot_be_is_told(load: Load, code: str, line: int, text: str, says: str) -> None:
    """Which of two records holds must never hang on the order of lines, nor a day be left with two values or none."""
    with pytest.raises(InputRejected) as rejected:
        load(text)
    told = [(p.code, p.file, p.line) for p in rejected.value.problems]
    assert (f"rulebook.{code}", "town/a.yaml", line) in told
    assert says in str(rejected.value)


def test_a_term_that_meets_the_next_value_is_right(load: Load) -> None:
    assert cap(load(CAP.replace("100", "{value: 100, until: 2022-12-31}")), date(2023, 1, 1)) == 105


@pytest.mark.parametrize(
    ("rates", "says"),
    [
        (RATES + "x,2022-01-01,2023-02-01,,3\n", "stands twice; first on line 3"),
        (RATES + "y,2023-02-01,,,3\n", "nothing is said of the days between"),
        (RATES + "x,2022-05-01,2023,,3\n", "a date such as"),
        (RATES + "z,2022-05-01,,,withdrawn\n", "withdraws what was not recorded"),
    ],
)
def test_so_is_one_of_a_table(load: Load, rates: str, says: str) -> None:
    with pytest.raises(InputRejected) as rejected:
        load(BY_AREA, rates)
    assert says in str(rejected.value)
    assert [p.file for p in rejected.value.problems] == ["town/rates.csv"]
