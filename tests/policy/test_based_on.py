"""A city's rulebook upon the province's upon the nation's: what it takes over, what it changes, what it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tanheng.policy.new_rulebook import start
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.problems import InputRejected

NATION = """\
a.factor: {title: {en: f, zh: f}, unit: t, values: {2020-01-01: 1}, source: law, status: reported}
a.target:
  title: {en: t, zh: t}
  unit: "%"
  by: [area]
  local: true
  values: {2020-01-01: {nation: -13}, 2026-01-01: unset}
  source: law
  status: reported
a.budget: {title: {en: b, zh: b}, unit: t, local: true}
"""
CITY = """\
a.target:
  values: {2021-01-01: {city: -14}, 2026-01-01: unset}
  source: plan
  status: recalled
a.own: {title: {en: o, zh: o}, unit: CNY, values: {2020-01-01: 5}, source: law, status: reported}
"""
Write = Callable[..., Rulebook]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the nation, and the city upon it, and loads the city."""

    def write_and_load(
        city: str = CITY,
        *,
        nation: str = NATION,
        based_on: str = "nation",
        known_on: date | None = None,
        plan: str = "plan",
    ) -> Rulebook:
        folders = {
            "nation": ("title: {en: N, zh: 国}\ndocuments: d.yaml\n", "law: {document: L}\n", nation),
            "city": (
                f"title: {{en: C, zh: 市}}\nbased_on: {based_on}\ndocuments: d.yaml\n",
                f"{plan}: {{document: P}}\n",
                city,
            ),
        }
        for name, (head, documents, parameters) in folders.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "rulebook.yaml").write_text(head)
            (tmp_path / name / "d.yaml").write_text(documents)
            (tmp_path / name / "p.yaml").write_text(parameters)
        return load_rulebook(tmp_path / "city", known_on=known_on)

    return write_and_load


def test_a_city_has_the_nations_values_and_its_own(write: Write) -> None:
    book = write()
    assert (book.name, book.names) == ("city", ("city", "nation"))
    assert [(c.keys[0], c.start.year, c.value, c.file) for c in book["a.target"].cells] == [
        ("city", 2021, -14, "city/p.yaml"),
        ("city", 2026, None, "city/p.yaml"),
        ("nation", 2020, -13, "nation/p.yaml"),
        ("nation", 2026, None, "nation/p.yaml"),
    ]
    assert list(book.parameters) == ["a.budget", "a.factor", "a.own", "a.target"]
    assert book["a.own"].source == book.documents["law"], "it may cite what the nation cites"


def test_what_a_city_says_itself_takes_the_place_of_the_nations_value(write: Write) -> None:
    book = write("a.factor: {values: {2022-01-01: 2}, source: plan, status: recalled}\n")
    assert [(c.start.year, c.value) for c in book["a.factor"].cells] == [(2020, 1), (2022, 2)]


def test_a_correction_by_the_city_was_not_known_before_it_was_recorded(write: Write) -> None:
    """As known before, the nation's value must show through, and not a hole."""
    city = "a.factor: {values: {2020-01-01: {value: 2, recorded: 2023-01-01}}, source: plan, status: recalled}\n"
    for known_on, expected in ((None, 2), (date(2022, 12, 31), 1)):
        cell = write(city, known_on=known_on)["a.factor"].at(date(2021, 1, 1))
        assert cell is not None and cell.value == expected


def test_a_local_parameter_without_a_value_is_there_and_undetermined(write: Write) -> None:
    book = write()
    assert book["a.budget"].at(date(2024, 1, 1)) is None and book["a.budget"].local


def test_a_change_of_the_nation_changes_the_citys_digest(write: Write) -> None:
    """Otherwise a run with the old factor would stand for one with the new."""
    assert write().digest != write(nation=NATION.replace("2020-01-01: 1}", "2020-01-01: 2}")).digest


FAULTS = [
    ("E017", "city/p.yaml", 1, {"city": NATION.split("\n")[0] + "\n"}, "is declared in nation/p.yaml line 1"),
    ("E027", "city/p.yaml", 1, {"city": "a.factor: {unit: kg, values: {2020-01-01: 1}, source: plan}\n"}, "must be t"),
    ("E002", "city/p.yaml", 1, {"city": "a.factor: {vlaues: {2020-01-01: 1}}\n"}, "Did you mean values?"),
    ("E017", "city/d.yaml", 1, {"plan": "law"}, "stands in nation already"),
    ("E004", "city/rulebook.yaml", 2, {"based_on": "natoin"}, "Did you mean nation?"),
    ("E004", "city/rulebook.yaml", 2, {"based_on": "city"}, "The way is city -> city"),
    ("E004", "city/rulebook.yaml", 2, {"based_on": "../nation"}, "a rulebook beside this one"),
    ("E011", "nation/p.yaml", 1, {"nation": "a.x: {title: {en: x, zh: x}, unit: t}\n"}, "or local: true"),
    ("E004", "nation/p.yaml", 1, {"nation": "a.x: {title: {en: x, zh: x}, unit: t, local: 1}\n"}, "true or false"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "file", "line", "given", "says"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)]
)
def test_a_fault_between_two_rulebooks_is_told(
    write: Write, code: str, file: str, line: int, given: dict[str, str], says: str
) -> None:
    """A city that declared a parameter anew, in kilograms for tonnes, would be wrong by a thousand."""
    with pytest.raises(InputRejected) as rejected:
        write(**given)
    assert (f"rulebook.{code}", file, line) in [(p.code, p.file, p.line) for p in rejected.value.problems]
    assert says in str(rejected.value)


def test_the_packaged_rulebooks_lie_upon_each_other() -> None:
    assert load_rulebook("shenzhen").names == ("shenzhen", "guangdong", "china")


def test_a_folder_of_that_name_does_not_hide_a_packaged_rulebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who stands beside the example city, a folder called shenzhen, still means the rulebook."""
    (tmp_path / "shenzhen").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_rulebook("shenzhen").city == "440300"


def test_a_new_rulebook_loads_and_asks_for_what_is_local(tmp_path: Path) -> None:
    """A template that did not load would end the afternoon at once."""
    base = load_rulebook("guangdong")
    start(tmp_path / "foshan", base, "440600")
    book = load_rulebook(tmp_path / "foshan")
    assert book.city == "440600" and book.names == ("foshan", "guangdong", "china")
    unset = {name for name in book.parameters if any(cell.file == "foshan/local.yaml" for cell in book[name].cells)}
    assert unset == {name for name, parameter in base.parameters.items() if parameter.local} - {
        "dual_control.high_energy_project_threshold"  # the province has said it
    }
    assert all(cell.value is None for name in unset for cell in book[name].cells if cell.file == "foshan/local.yaml")


@pytest.mark.parametrize(("name", "city", "code"), [("Fo Shan", "440600", "E002"), ("foshan", "Foshan", "E003")])
def test_a_new_rulebook_wants_a_name_and_a_code(tmp_path: Path, name: str, city: str, code: str) -> None:
    with pytest.raises(InputRejected) as rejected:
        start(tmp_path / name, load_rulebook("china"), city)
    assert [p.code for p in rejected.value.problems] == [f"new.{code}"]
    assert list(tmp_path.iterdir()) == []


def test_a_new_rulebook_never_writes_over_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "foshan").mkdir()
    with pytest.raises(InputRejected, match="is there already"):
        start(tmp_path / "foshan", load_rulebook("china"), "440600")
