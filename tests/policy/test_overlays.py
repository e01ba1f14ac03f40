"""Reforms over a rulebook: what they change, from when, and what they cannot change by mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.policy.engine_city import PLANT_YEAR, a_rule, city_of, plants, years

from tanheng.policy.evaluation import Evaluation
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook, Status, load_rulebook, with_overlays
from tanheng.problems import InputRejected

BASE = """\
demo.rate:
  title: {en: rate, zh: 比率}
  unit: "%"
  by: [area]
  values:
    2021-01-01: {x: 10, y: 20}
    2023-01-01: {x: 11}
    2026-01-01: {x: 12, y: unset}
  source: {document: D}
  status: reported
demo.price:
  title: {en: price, zh: 价格}
  unit: CNY/t
  values: {2021-01-01: 50}
  valid_until: 2024-12-31
  source: {document: D}
  status: reported
"""
BONUS = """\
  demo.bonus:
    title: {en: bonus, zh: 奖励}
    unit: CNY
    values: {2025-01-01: 5}
    source: {document: D}
    status: example
"""
HEAD = "changes: town\ntitle: {en: Lower, zh: 下调}\n"
Load = Callable[..., Rulebook]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "rulebook.yaml").write_text("title: {en: Town, zh: 镇}\n")
    (folder / "a.yaml").write_text(BASE)
    return folder


@pytest.fixture
def reformed(town: Path) -> Load:
    """The town with reforms whose texts are given; a bare text is the body of ``parameters``."""

    def load(*bodies: str, head: str = HEAD) -> Rulebook:
        paths = []
        for number, body in enumerate(bodies, 1):
            path = town.parent / f"reform{number}.yaml"
            path.write_text(body if body.startswith("changes") else f"{head}parameters:\n{body}")
            paths.append(path)
        return load_rulebook(town, paths)

    return load


def values(book: Rulebook, name: str, *keys: str) -> list[tuple[int, object]]:
    return [(cell.start.year, cell.value) for cell in book[name].cells if cell.keys == keys]


def test_a_date_of_a_reform_holds_from_then_on_and_not_for_one_day(reformed: Load) -> None:
    """A reform of 2022 that the rulebook's own values of 2023 and 2026 end again would score nothing from then on."""
    book = reformed("  demo.rate: {values: {2022-07-01: {x: 8}}}\n")
    assert values(book, "demo.rate", "x") == [(2021, 10.0), (2022, 8.0)]
    assert values(book, "demo.rate", "y") == [(2021, 20.0), (2026, None)], "what it does not name stays"
    cell = book["demo.rate"].at(date(2040, 1, 1), "x")
    assert cell is not None and (cell.value, cell.file, cell.line) == (8.0, "reform1.yaml", 4)
    assert (cell.status, cell.source.document) == (Status.EXAMPLE, "Reform: Lower (下调)"), "it is no law yet"


def test_the_years_of_a_reform_reach_the_rows(reformed: Load, town: Path) -> None:
    """A year takes what is in force on its last day; a reform in July counts for its year and all that follow. The
    two rulebooks are worked out one after the other on one city, so that neither sees what was kept of the other."""

    @a_rule(PLANT_YEAR, "%")
    def rate_now(rate, plant_id):
        return rate[plant_id]

    city = city_of({"plants": plants("x"), "plant_years": years(*[1.0] * 5, plant="x", first=2020)})
    found = []
    books = [load_rulebook(town), reformed("  demo.rate: {values: {2022-07-01: {x: 8}}}\n"), load_rulebook(town)]
    for book in books:
        evaluation = Evaluation(city, book, [rate_now], on=date(2024, 12, 31))
        frame = evaluation.table(PLANT_YEAR, ["rate_now"]).sort("year").collect("pyarrow")
        found.append(frame["rate_now"].to_list())
    assert found == [[None, 10.0, 10.0, 11.0, 11.0], [None, 10.0, 8.0, 8.0, 8.0], [None, 10.0, 10.0, 11.0, 11.0]]
    with pytest.raises(ValueError, match="another rulebook"):
        Evaluation(city, books[1], (), on=date(2024, 12, 31), plan=Plan([rate_now], books[0]))


def test_bare_values_hold_from_the_day_of_the_reform(reformed: Load) -> None:
    head = HEAD + "from: 2023-06-01\nsource: {document: Bill 7}\nstatus: recalled\n"
    book = reformed("  demo.price: 40\n  demo.rate: {values: {x: unset, z: {value: 3, new: true}}}\n", head=head)
    assert values(book, "demo.price") == [(2021, 50.0), (2023, 40.0)]
    assert values(book, "demo.rate", "x") == [(2021, 10.0), (2023, 11.0), (2023, None)]
    (z,) = (cell for cell in book["demo.rate"].cells if cell.keys == ("z",))
    assert (z.start, z.value, z.status, z.source.document) == (date(2023, 6, 1), 3.0, Status.RECALLED, "Bill 7")


def test_unset_for_all_reaches_the_categories_of_the_rulebook(reformed: Load) -> None:
    book = reformed("  demo.rate: {2022-01-01: unset}\n")
    assert values(book, "demo.rate", "x") == [(2021, 10.0), (2022, None)]
    assert values(book, "demo.rate", "y") == [(2021, 20.0), (2022, None)]


def test_a_reform_may_bring_a_parameter_and_move_a_last_day(reformed: Load) -> None:
    book = reformed("  demo.price: {values: {2025-01-01: 60}, valid_until: 2030-12-31}\n" + BONUS)
    price = book["demo.price"].at(date(2028, 1, 1))
    assert price is not None and price.value == 60.0
    assert values(book, "demo.bonus") == [(2025, 5.0)] and list(book.overlays[0].added) == ["demo.bonus"]


def test_the_rulebook_beneath_stays_and_digests_tell_them_apart(reformed: Load, town: Path) -> None:
    """A run is addressed by the digest: a reform's run must never be taken for the run of the law as it stands."""
    plain, first = load_rulebook(town), reformed("  demo.price: {2022-01-01: 40}\n")
    again, other = reformed("  demo.price: {2022-01-01: 40}\n"), reformed("  demo.price: {2022-01-01: 41}\n")
    assert first.digest == again.digest and len({plain.digest, first.digest, other.digest}) == 3
    assert values(plain, "demo.price") == [(2021, 50.0)] and plain.overlays == ()
    assert replace(plain, digest="") != plain


def test_two_reforms_together_do_not_depend_on_their_order(reformed: Load, town: Path) -> None:
    book = reformed("  demo.rate: {2022-01-01: {x: 1}}\n", "  demo.rate: {2023-01-01: {y: 2}}\n")
    assert values(book, "demo.rate", "x")[-1] == (2022, 1.0) and values(book, "demo.rate", "y")[-1] == (2023, 2.0)
    texts = [(file, (town.parent / file).read_text()) for file in ("reform2.yaml", "reform1.yaml")]
    turned = with_overlays(load_rulebook(town), texts)
    assert turned.digest == book.digest and turned["demo.rate"].cells == book["demo.rate"].cells


FAULTS = [
    ("E026", 4, "  demo.raet: {values: {2022-01-01: {x: 8}}}\n", "Did you mean demo.rate"),
    ("E026", 4, "  demo.raet: 8\n", "is no parameter of town"),
    ("E002", 4, "  demo.rate: {vlaues: {2022-01-01: {x: 8}}}\n", "Did you mean values?"),
    ("E002", 4, "  demo.rate: {values: {2022-01-01: {x: {value: 8, til: 9}}}}\n", "unknown key til"),
    ("E002", 4, "  demo.rate: {title: {en: r, zh: r}, values: {2022-01-01: {x: 8}}}\n", "unknown key title"),
    ("E028", 4, "  demo.rate: {2022-01-01: {xx: 8}}\n", "Did you mean x?"),
    ("E028", 4, "  demo.rate: {2022-01-01: {x: {value: 8, new: true}}}\n", "is no new category"),
    ("E004", 4, "  demo.rate: {2022-01-01: {z: {value: 8, new: yes}}}\n", "is yes, must be true"),
    ("E007", 4, "  demo.rate: {2022-01-01: 8}\n", "where the axis area begins"),
    ("E008", 4, "  demo.price: {2022-01-01: dear}\n", "must be a number"),
    ("E027", 4, "  demo.price: {unit: 10k CNY/t, values: {2022-01-01: 8}}\n", "must be CNY/t"),
    ("E027", 4, "  demo.price: {kind: text, values: {2022-01-01: 8}}\n", "must be number"),
    ("E027", 4, "  demo.rate: {by: [sector], values: {2022-01-01: {x: 8}}}\n", "must be area"),
    ("E031", 4, "  demo.price: 40\n", "Or say `from: 2025-07-01` at the top"),
    ("E031", 4, "  demo.rate: {values: {x: 40}}\n", "has no date"),
    ("E006", 4, "  demo.rate: {values: {x: 40, 2022-01-01: {x: 1}}}\n", "must be a date"),
    ("E011", 4, "  demo.rate: {note: nothing}\n", "changes nothing"),
    ("E004", 4, "  demo.price: {2025-01-01: 60}\n", "begins after its last day, 2024-12-31"),
    ("E018", 4, "  demo.x: {title: {en: x, zh: x}, unit: t, table: {file: a.csv, value: v}}\n", "a reform has"),
    ("E004", 3, "changes: town\ntitle: {en: Lower, zh: 下调}\nparameters: none\n", "a map from the parameters"),
    ("E030", 1, "changes: city\ntitle: {en: Lower, zh: 下调}\nparameters: {demo.price: {2022-01-01: 4}}\n", "be town"),
    ("E003", 1, "changes: town\nparameters: {demo.price: {2022-01-01: 4}}\n", "has no title"),
    ("E002", 3, "changes: town\ntitle: {en: L, zh: L}\nform: 2022-01-01\nparameters: {demo.price: 4}\n", "mean from?"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "line", "body", "says"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)])
def test_nothing_of_a_reform_is_dropped_in_silence(reformed: Load, code: str, line: int, body: str, says: str) -> None:
    """Each of these would otherwise be a reform that changes nothing, or another thing than was meant."""
    with pytest.raises(InputRejected) as rejected:
        reformed(body)
    told = [(p.code, p.file, p.line) for p in rejected.value.problems]
    assert (f"rulebook.{code}", "reform1.yaml", line) in told
    assert says in str(rejected.value)


def test_two_reforms_of_one_value_are_refused(reformed: Load) -> None:
    """If the last one won, the effect of a package of reforms would hang on the names of its files."""
    body = "  demo.price: {valid_until: 2030-12-31}\n  demo.rate: {2022-01-01: {x: 1, y: 2}}\n" + BONUS
    with pytest.raises(InputRejected) as rejected:
        reformed(body, body.replace("y: 2", "y: {value: 3, note: n}"))
    assert [(p.code, p.file, p.line, p.column) for p in rejected.value.problems] == [
        ("rulebook.E029", "reform2.yaml", 4, "demo.price: valid_until"),
        ("rulebook.E029", "reform2.yaml", 5, "demo.rate[x]"),
        ("rulebook.E029", "reform2.yaml", 5, "demo.rate[y]"),
        ("rulebook.E029", "reform2.yaml", 6, "demo.bonus"),
    ]


def test_an_overlay_that_is_not_there_is_told(town: Path) -> None:
    with pytest.raises(InputRejected, match=r"nowhere.yaml: cannot be opened .*rulebook.E001"):
        load_rulebook(town, [town / "nowhere.yaml"])
