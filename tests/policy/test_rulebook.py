"""Loading a rulebook: what is read, and that every fault is told with its place, all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tanheng.policy.rulebook import Rulebook, Source, Status, load_rulebook
from tanheng.problems import InputRejected

Load = Callable[..., Rulebook]

HEAD = "title: {en: Town, zh: 镇}\ncity: '440300'\n"
RATE = """\
a.rate:
  title: {en: rate, zh: 比率}
  unit: "%"
  values: {2024-07-01: 50}
  source: {document: D}
  status: reported
"""
BY_AREA = """\
a.rate:
  title: {en: rate, zh: 比率}
  unit: "%"
  by: [area]
  values:
    2021-01-01:
      x: -14.5
      y: {value: -15.5, status: example, source: {document: E, clause: Art. 2}, note: draft, review_by: 2030-01-01}
    2026-01-01: unset
  source: {document: D}
  status: reported
"""
BY_FUEL = """\
a.ncv:
  title: {en: heat, zh: 热值}
  unit: GJ/t
  by: [fuel]
  table: {file: fuels.csv, keys: [fuel], value: ncv}
  start: 2000-01-01
"""
FUELS = "fuel,ncv,source,status,note\ncoal,20.9,S,reported,\noil,41.8,S,recalled,n\n"


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Writes the files into a folder ``town`` and loads it."""

    def write_and_load(a: str = RATE, *, head: str = HEAD, **files: str | bytes) -> Rulebook:
        folder = tmp_path / "town"
        folder.mkdir()
        for name, content in {"rulebook_yaml": head, "a_yaml": a, **files}.items():
            path = folder / ".".join(name.rsplit("_", 1))
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_rulebook(folder)

    return write_and_load


def test_a_single_value(load: Load) -> None:
    book = load()
    assert (book.name, book.title.zh, book.city) == ("town", "镇", "440300")
    rate = book["a.rate"]
    assert (str(rate.unit), rate.kind, rate.by, rate.status) == ("%", "number", (), Status.REPORTED)
    cell = rate.at(date(2024, 7, 1))
    assert cell is not None
    assert (cell.value, cell.source, cell.file, cell.line) == (50.0, Source("D"), "town/a.yaml", 4)


def test_a_cell_may_have_its_own_status_source_and_note(load: Load) -> None:
    """A draft's figure beside an adopted one must not borrow the standing of the adopted one."""
    rate = load(BY_AREA)["a.rate"]
    x, y = rate.at(date(2024, 1, 1), "x"), rate.at(date(2024, 1, 1), "y")
    assert x is not None and y is not None
    assert (x.value, x.status, x.source.document, x.note) == (-14.5, Status.REPORTED, "D", None)
    assert (y.value, y.status, y.source, y.note) == (-15.5, Status.EXAMPLE, Source("E", "Art. 2"), "draft")


def test_unset_ends_every_category(load: Load) -> None:
    """Targets of a plan that has run out must not be carried into the next plan in silence."""
    rate = load(BY_AREA)["a.rate"]
    for area in ("x", "y"):
        cell = rate.at(date(2026, 1, 1), area)
        assert cell is not None and cell.value is None and cell.line == 9


def test_a_table_makes_cells_with_their_own_source_and_status(load: Load) -> None:
    ncv = load(BY_FUEL, fuels_csv="# a notice\n" + FUELS)["a.ncv"]
    assert [(c.keys, c.value, c.status, c.source.document, c.note, c.file, c.line) for c in ncv.cells] == [
        (("coal",), 20.9, Status.REPORTED, "S", None, "town/fuels.csv", 3),
        (("oil",), 41.8, Status.RECALLED, "S", "n", "town/fuels.csv", 4),
    ]
    assert ncv.status is Status.RECALLED, "without a status of its own a parameter has the weakest of its cells"


def test_rows_of_a_table_may_be_chosen_dated_and_left_open(load: Load) -> None:
    entry = BY_FUEL.replace("value: ncv}", "value: ncv, where: {unit: [GJ/t, GJ]}, empty: skip}")
    rows = "fuel,unit,ncv,from,recorded,confidence,via,source,status\n"
    rows += "coal,GJ/t,20,,,high,a copy,S,reported\ncoal,GJ/t,21,2020-01-01,2024-05-06,,,S,reported\n"
    rows += "gas,GJ/10k,389,,,,,S,reported\noil,GJ,unset,,,,,S,reported\nwood,GJ,,,,,,S,reported\n"
    ncv = load(entry, fuels_csv=rows)["a.ncv"]
    assert [(c.keys[0], c.start.year, c.value) for c in ncv.cells] == [
        ("coal", 2000, 20.0),
        ("coal", 2020, 21.0),
        ("oil", 2000, None),
    ]
    assert (ncv.cells[0].confidence, ncv.cells[0].source.read) == ("high", "a copy")
    assert ncv.cells[1].recorded == date(2024, 5, 6)


def test_an_empty_value_can_be_declared_unset(load: Load) -> None:
    entry = BY_FUEL.replace("value: ncv}", "value: ncv, empty: unset}")
    cell = load(entry, fuels_csv="fuel,ncv,source,status\ncoal,,S,reported\n")["a.ncv"].cells[0]
    assert cell.value is None


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("text", "SAR", "SAR"),
        ("text", "39", "39"),
        ("text", '"unset"', "unset"),
        ("text", "unset", None),
        ("boolean", "true", True),
        ("integer", "2020", 2020),
        ("date", "2024-08-31", date(2024, 8, 31)),
    ],
)
def test_kinds_other_than_numbers(load: Load, kind: str, written: str, value: object) -> None:
    entry = RATE.replace('unit: "%"', f"kind: {kind}").replace("50", written)
    cell = load(entry)["a.rate"].cells[0]
    assert cell.value == value and type(cell.value) is type(value)


def test_documents_are_cited_by_name(load: Load) -> None:
    head = HEAD + "documents: documents.yaml\n"
    documents = "plan: {document: P, read: web copy, address: 'http://x'}\n"
    entry = BY_AREA.replace("source: {document: D}", "source: plan").replace("document: E", "id: plan")
    rate = load(entry, head=head, documents_yaml=documents)["a.rate"]
    assert rate.source == Source("P", None, "web copy", "http://x")
    assert {c.source.clause for c in rate.cells} == {None, "Art. 2"}


def test_the_catalogue_of_measures(load: Load) -> None:
    head = HEAD + "catalogue: measures.yaml\n"
    measures = """\
one:
  title: {en: One, zh: 一}
  block: 1
  official_number: 2
  confirmation: confirmed
  source: {document: D}
  parameters: [a]
  money: [a.rate]
  served_by: [inventory]
six: {title: {en: Six, zh: 六}, confirmation: not found}
"""
    one, six = load(head=head, measures_yaml=measures).catalogue
    assert (one.key, one.official_number, one.money, one.served_by) == ("one", 2, ("a.rate",), ("inventory",))
    assert (one.has("a.rate"), one.has("b.rate"), six.has("a.rate")) == (True, False, False)
    assert (six.confirmation, six.official_number, six.source) == ("not found", None, None)


def test_counts_by_status(load: Load) -> None:
    """A report says how much of it rests on assumptions; a miscount would hide them."""
    book = load(BY_AREA)
    assert book.cells_by_status() == {"official": 0, "reported": 1, "recalled": 0, "example": 1, "unset": 2}
    assert book.cells_by_status(date(2022, 1, 1))["unset"] == 0
    assert book.names_by_status()["unset"] == ("a.rate",)
    assert book.names_by_status(date(2022, 1, 1))["unset"] == ()


def test_categories_of_the_parameters(load: Load) -> None:
    assert load(BY_AREA).categories() == {"a.rate": {"area": frozenset("xy")}}


def test_a_loaded_rulebook_cannot_be_changed(load: Load) -> None:
    """Two runs share one rulebook; whoever changed it for one would change the other."""
    book = load()
    with pytest.raises(TypeError):
        book.parameters["a.new"] = book["a.rate"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        book.title = book.title  # type: ignore[misc]


def test_the_digest_follows_every_byte_and_nothing_else(tmp_path: Path) -> None:
    """A run is addressed by it: an unchanged rulebook must give the same run, a changed one another."""

    def digest(name: str, files: dict[str, str]) -> str:
        folder = tmp_path / name / "town"
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text)
        return load_rulebook(folder).digest

    files = {"rulebook.yaml": HEAD, "a.yaml": BY_FUEL, "fuels.csv": FUELS}
    first = digest("1", files)
    assert digest("2", {**files, "README.md": "words"}) == first
    assert digest("3", {**files, "a.yaml": BY_FUEL + "# a note\n"}) != first
    assert digest("4", {**files, "fuels.csv": FUELS.replace("20.9", "20.8")}) != first
    assert digest("5", {"rulebook.yaml": HEAD, "b.yaml": BY_FUEL, "fuels.csv": FUELS}) != first


def with_line(entry: str, line: str) -> str:
    return entry + f"  {line}\n"


FAULTS = [
    # code, line, a.yaml, what the message says
    ("E002", 7, with_line(RATE, "vlaues: 3"), "unknown key vlaues. Did you mean values?"),
    ("E002", 4, RATE.replace("50", "{value: 50, staus: official}"), "Did you mean status?"),
    ("E002", 5, RATE.replace("document: D", "document: D, page: 3"), "unknown key page"),
    ("E003", 1, RATE.replace("  title: {en: rate, zh: 比率}\n", ""), "has no title"),
    ("E003", 2, RATE.replace("en: rate, ", ""), "has no en"),
    ("E003", 1, RATE.replace('  unit: "%"\n', ""), "has no unit"),
    ("E003", 5, RATE.replace("document: D", "clause: Art. 1"), "has no document"),
    ("E004", 6, RATE.replace("reported", "sure"), "one of official, reported, recalled, example"),
    ("E004", 3, RATE.replace('unit: "%"', "kind: money"), "one of number, text"),
    ("E004", 2, RATE.replace("{en: rate, zh: 比率}", "rate"), "map {en: ..., zh: ...}"),
    ("E004", 7, with_line(RATE, "valid_until: soon"), "a date such as"),
    ("E004", 7, with_line(RATE, "valid_until: 2020-01-01"), "on or after the first day"),
    ("E004", 7, with_line(RATE, "start: 2020-01-01"), "left out"),
    ("E004", 7, with_line(RATE, "by: [x, x]"), "a list of different names"),
    ("E004", 1, "a.rate: 50\n", "must be a map"),
    ("E004", 5, RATE.replace("{document: D}", "[D]"), "the id of a document, or a map"),
    ("E005", 3, RATE.replace('"%"', "parsec"), "'parsec' is not known"),
    ("E005", 4, RATE.replace('unit: "%"', "kind: text\n  unit: t"), "is a text and has a unit"),
    ("E006", 4, RATE.replace("{2024-07-01: 50}", "50"), "without a date"),
    ("E006", 4, RATE.replace("2024-07-01", "July"), "must be a date"),
    ("E006", 4, RATE.replace("2024-07-01: 50", "2024-07-01: 50, 2024-01-01: 40"), "is out of order"),
    ("E007", 6, BY_AREA.split("      x:")[0].rstrip() + " -14.5\n", "a map from area"),
    ("E007", 4, RATE.replace("50", "{x: 50}"), "The axes are none"),
    ("E008", 4, RATE.replace("50", "fifty"), "must be a number, unset or repealed"),
    ("E008", 4, RATE.replace("50", "'50'"), 'is "50"'),
    ("E008", 4, RATE.replace("50", "true"), "must be a number"),
    ("E008", 4, RATE.replace("50", ".inf"), "must be a number"),
    ("E008", 4, RATE.replace("50", "1e999"), "must be a number"),
    ("E008", 4, RATE.replace("50", "null"), "must be a number"),
    ("E008", 4, RATE.replace('unit: "%"', "kind: integer").replace("50", "50.5"), "must be a whole number"),
    ("E009", 5, RATE.replace("{document: D}", "D"), "is no document of this rulebook"),
    ("E010", 1, RATE.replace("a.rate", "Rate"), "subject.name"),
    ("E011", 1, RATE.replace("  values: {2024-07-01: 50}\n", ""), "has no values"),
    ("E011", 1, with_line(RATE, "table: {file: fuels.csv, keys: [], value: ncv}"), "both values and a table"),
    ("E012", 4, RATE.replace("  status: reported\n", ""), "has no status"),
    ("E012", 4, RATE.replace("  source: {document: D}\n", ""), "has no source"),
    ("E012", 4, RATE.replace("50", "unset") + "  by: [area]\n", "at least one category"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "line", "a", "says"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)])
def test_a_fault_in_the_yaml_is_told_with_its_line(load: Load, code: str, line: int, a: str, says: str) -> None:
    """Each of these would otherwise be a value that is dropped, misread, or in force on the wrong day."""
    with pytest.raises(InputRejected) as rejected:
        load(a)
    told = [(p.code, p.file, p.line) for p in rejected.value.problems]
    assert (f"rulebook.{code}", "town/a.yaml", line) in told
    assert says in str(rejected.value)


TABLE_FAULTS = [
    # code, file, line, a.yaml, fuels.csv, what the message says
    ("E012", "a.yaml", 5, BY_FUEL.replace("  start: 2000-01-01\n", ""), FUELS, "has no start"),
    ("E012", "a.yaml", 5, BY_FUEL, "fuel,ncv,source\ncoal,1,S\n", "has no status"),
    ("E013", "a.yaml", 5, BY_FUEL.replace("value: ncv", "value: nvc"), FUELS, "Did you mean ncv?"),
    ("E004", "a.yaml", 5, BY_FUEL.replace("keys: [fuel]", "keys: [fuel, ncv]"), FUELS, "one column for each axis"),
    ("E004", "a.yaml", 5, BY_FUEL.replace("value: ncv", "value: ncv, where: x"), FUELS, "a map from columns"),
    ("E004", "a.yaml", 5, BY_FUEL.replace("value: ncv", "value: ncv, where: {note: []}"), FUELS, "a map from columns"),
    ("E004", "a.yaml", 5, BY_FUEL.replace("value: ncv", "value: ncv, empty: zero"), FUELS, "refuse, skip, unset"),
    ("E002", "a.yaml", 5, BY_FUEL.replace("value: ncv", "value: ncv, filter: x"), FUELS, "unknown key filter"),
    ("E014", "fuels.csv", 4, BY_FUEL, FUELS + "coal,21,S,reported,\n", "first on line 2"),
    ("E015", "a.yaml", 5, BY_FUEL.replace("value: ncv", "value: ncv, where: {note: zz}"), FUELS, "finds no row"),
    ("E018", "a.yaml", 5, BY_FUEL.replace("fuels.csv", "feuls.csv"), FUELS, "Did you mean fuels.csv?"),
    ("E018", "a.yaml", 5, BY_FUEL.replace("fuels.csv", "../town/fuels.csv"), FUELS, "is no table beside"),
    ("E019", "fuels.csv", None, BY_FUEL, FUELS.replace("note", "form").replace(",n\n", ",\n"), "used by no parameter"),
    ("E020", "fuels.csv", None, BY_FUEL, "", "is empty"),
    ("E020", "fuels.csv", None, BY_FUEL, "fuel,ncv\n无烟煤,1\n".encode("gbk"), "is not UTF-8"),
    ("E021", "fuels.csv", 3, BY_FUEL, "fuel,ncv,source,status\ncoal,1,S,reported\noil,2,S\n", "has 3 values"),
    ("E021", "fuels.csv", 1, BY_FUEL, "fuel,ncv,ncv\ncoal,1,1\n", "the column ncv twice"),
    ("E021", "fuels.csv", 2, BY_FUEL, 'fuel,ncv\n"coal"x,1\n', "is not CSV"),
    ("E021", "fuels.csv", 2, BY_FUEL, FUELS.replace("20.9", "20,9"), "has 6 values"),
    ("E022", "fuels.csv", 2, BY_FUEL, FUELS.replace("20.9", "about 20"), "is about 20, must be a number"),
    ("E022", "fuels.csv", 2, BY_FUEL, FUELS.replace("20.9", "nan"), "must be a number"),
    ("E023", "fuels.csv", 2, BY_FUEL, FUELS.replace("20.9", ""), "is empty"),
    ("E024", "fuels.csv", 2, BY_FUEL, FUELS.replace("coal", "coal "), "without blanks"),
    ("E024", "fuels.csv", 2, BY_FUEL, FUELS.replace("coal", ""), "a category"),
    ("E025", "fuels.csv", 2, BY_FUEL, FUELS.replace("coal,20.9,S,reported", "coal,20.9,S,read"), "one of official"),
    ("E025", "fuels.csv", 2, BY_FUEL, FUELS.replace("coal,20.9,S,reported", "coal,20.9,S,"), "has no status"),
    ("E025", "fuels.csv", 2, BY_FUEL, FUELS.replace("coal,20.9,S,", "coal,20.9,,"), "has no source"),
    ("E025", "fuels.csv", 2, BY_FUEL, "fuel,ncv,source,status,from\ncoal,1,S,reported,2024\n", "a date such as"),
]


@pytest.mark.parametrize(
    ("code", "file", "line", "a", "fuels", "says"),
    TABLE_FAULTS,
    ids=[f"{f[0]}-{n}" for n, f in enumerate(TABLE_FAULTS)],
)
def test_a_fault_in_a_table_is_told_with_its_line(
    load: Load, code: str, file: str, line: int | None, a: str, fuels: str | bytes, says: str
) -> None:
    """A factor that is dropped or misread would change every emission that rests on it."""
    with pytest.raises(InputRejected) as rejected:
        load(a, fuels_csv=fuels)
    told = [(p.code, p.file, p.line) for p in rejected.value.problems]
    assert (f"rulebook.{code}", f"town/{file}", line) in told
    assert says in str(rejected.value)


def test_a_misspelt_column_is_told_with_what_was_meant(load: Load) -> None:
    """``form`` for ``from`` would put every row of the table in force on the default day."""
    with pytest.raises(InputRejected, match=r"column form: is used by no parameter\. Did you mean from\?"):
        load(BY_FUEL, fuels_csv="fuel,ncv,source,status,form\ncoal,1,S,reported,2024-01-01\n")


CATALOGUE_FAULTS = [
    ("E016", "official_number: 3\n  confirmation: inferred", "is inferred, must be left out"),
    ("E016", "parameters: [b]\n  confirmation: not found", "is b, is no parameter and no namespace of parameters"),
    ("E016", "money: [a.rate]\n  confirmation: not found", "is no parameter of this measure"),
    ("E016", "money: [a.raet]\n  confirmation: not found", "Did you mean a.rate?"),
    ("E003", "confirmation: confirmed", "has no source"),
    ("E003", "block: 1", "has no confirmation"),
    ("E004", "confirmation: sure", "one of confirmed"),
    ("E004", "block: one\n  confirmation: not found", "a whole number"),
    ("E002", "article: 3\n  confirmation: not found", "unknown key article"),
]


@pytest.mark.parametrize(("code", "lines", "says"), CATALOGUE_FAULTS)
def test_a_fault_in_the_catalogue_is_told(load: Load, code: str, lines: str, says: str) -> None:
    """A made-up article number in the product would be quoted back at the bureau."""
    measures = f"one:\n  title: {{en: One, zh: 一}}\n  {lines}\n"
    with pytest.raises(InputRejected) as rejected:
        load(head=HEAD + "catalogue: measures.yaml\n", measures_yaml=measures)
    assert [p.code for p in rejected.value.problems] == [f"rulebook.{code}"]
    assert says in str(rejected.value)


def test_a_measure_that_is_no_map_is_told(load: Load) -> None:
    with pytest.raises(InputRejected, match=r"town/measures.yaml line 1, column one: is One, must be a map"):
        load(head=HEAD + "catalogue: measures.yaml\n", measures_yaml="one: One\n")


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("city: x\n", "has no title"),
        (HEAD + "catalog: m.yaml\n", "Did you mean catalogue?"),
        (HEAD + "catalogue: m.yaml\n", "the name of a file beside rulebook.yaml"),
        (HEAD + "documents: ../d.yaml\n", "the name of a file beside rulebook.yaml"),
    ],
)
def test_a_fault_in_the_head_is_told(load: Load, head: str, says: str) -> None:
    with pytest.raises(InputRejected, match=r"town/rulebook\.yaml") as rejected:
        load(head=head)
    assert says in str(rejected.value)


@pytest.mark.parametrize("documents", ["plan: P\n", "plan: {read: web}\n", "plan: {document: P, pages: 3}\n"])
def test_a_fault_in_the_documents_is_told(load: Load, documents: str) -> None:
    with pytest.raises(InputRejected, match=r"town/documents\.yaml line 1, column plan"):
        load(head=HEAD + "documents: documents.yaml\n", documents_yaml=documents)


def test_one_name_in_two_files_is_told(load: Load) -> None:
    """The file read last would decide, by its name."""
    with pytest.raises(InputRejected, match=r"town/b.yaml line 1, column a.rate: stands in town/a.yaml too.*E017"):
        load(b_yaml=RATE)


def test_files_that_nothing_uses_are_told(load: Load) -> None:
    """A table that is not named, or a .yml file, would be a correction that changes nothing."""
    with pytest.raises(InputRejected) as rejected:
        load(spare_csv=FUELS, more_yml=RATE)
    assert [(p.code, p.file) for p in rejected.value.problems] == [
        ("rulebook.E019", "town/more.yml"),
        ("rulebook.E019", "town/spare.csv"),
    ]


def test_faults_of_all_files_are_told_at_once(load: Load) -> None:
    """Whoever mends a rulebook wants one list, not one fault a run."""
    with pytest.raises(InputRejected) as rejected:
        load(
            RATE.replace("50", "fifty").replace("reported", "sure"),
            b_yaml=BY_FUEL.replace("GJ/t", "GJ/bag"),
            c_yaml="c.x: {title",
            fuels_csv=FUELS.replace("20.9", "x"),
        )
    told = [(p.file, p.code) for p in rejected.value.problems]
    assert told == [
        ("town/a.yaml", "rulebook.E008"),
        ("town/a.yaml", "rulebook.E004"),
        ("town/b.yaml", "rulebook.E005"),
        ("town/c.yaml", "yaml.E002"),
        ("town/fuels.csv", "rulebook.E022"),
    ]


def test_a_folder_that_is_no_rulebook(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match=r"has no rulebook.yaml \[rulebook.E001\]"):
        load_rulebook(tmp_path)


def test_a_name_that_is_no_rulebook_says_which_there_are() -> None:
    with pytest.raises(InputRejected, match=r"shenzen: is neither .* Did you mean shenzhen\? \[rulebook.E001\]"):
        load_rulebook("shenzen")


def test_a_packaged_rulebook_is_found_by_name_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_rulebook("shenzhen").name == "shenzhen"
