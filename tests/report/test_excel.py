"""The workbook: every row, numbers as numbers, texts as texts, and the same bytes each time."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tanheng.measures.assessment import Assessment
from tanheng.report import write_workbook
from tanheng.report.contents import Contents

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://example.org")']


@pytest.fixture
def workbook(contents: Contents, tmp_path: Path):
    write_workbook(tmp_path / "tables.xlsx", contents)
    return load_workbook(tmp_path / "tables.xlsx")


def values(sheet) -> list[tuple[object, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=5)]


def test_the_same_run_gives_the_same_bytes(contents: Contents, tmp_path: Path) -> None:
    """The date of making that Excel files carry would make equal runs differ."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, contents)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_first_sheet_lists_the_others(workbook) -> None:
    listed = [row[0].value for row in workbook["contents"].iter_rows() if row[0].hyperlink]
    assert listed == workbook.sheetnames[1:]
    assert listed == ["figures", "decisions", "questions", "intake", "sources", "inventory largest"]


def test_a_table_is_all_there_with_heads_in_both_languages(workbook, assessment: Assessment) -> None:
    sheet = workbook["inventory largest"]
    heads = [cell.value for cell in sheet[4]]
    assert heads[0] == "设施 Facility"
    assert "排放量 Emissions\n吨CO₂当量 t CO₂e" in heads
    rows = values(sheet)
    assert len(rows) == assessment.tables[0].data.num_rows
    assert [row[heads.index("排放量 Emissions\n吨CO₂当量 t CO₂e")] for row in rows] == [1234567.4, 98765, None, 12]
    assert sheet.freeze_panes == "B5" and sheet.auto_filter.ref == "A4:G8"
    assert sheet.cell(5, heads.index("排放量 Emissions\n吨CO₂当量 t CO₂e") + 1).number_format == "#,##0"


def test_undetermined_is_empty_and_not_zero(workbook) -> None:
    figures = {row[3]: row for row in values(workbook["figures"])}
    assert figures["Carbon budget left"][4] is None
    assert "is not published" in str(figures["Carbon budget left"][11])


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_never_becomes_a_formula(text: str, contents: Contents, assessment: Assessment, tmp_path: Path) -> None:
    """A facility called =HYPERLINK(...) would lead the bureau's officer astray with one click."""
    table = assessment.tables[0]
    data = table.data.set_column(0, "name", [[text, "b", "c", "d"]])
    wicked = replace(assessment, tables=(replace(table, data=data),))
    write_workbook(tmp_path / "t.xlsx", replace(contents, assessments=(wicked,)))
    cell = load_workbook(tmp_path / "t.xlsx")["inventory largest"]["A5"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert cell.quotePrefix


def test_every_sheet_says_demonstration_data(
    workbook, contents_of: Callable[..., Contents], assessment: Assessment, tmp_path: Path
) -> None:
    for sheet in workbook:
        assert "Demonstration data" in str(sheet["A2"].value), sheet.title
    write_workbook(tmp_path / "real.xlsx", contents_of(replace(assessment, demonstration=False), demonstration=False))
    with zipfile.ZipFile(tmp_path / "real.xlsx") as file:
        assert not any(b"Demonstration" in file.read(name) for name in file.namelist())


def test_names_of_sheets_are_such_as_excel_takes(contents: Contents, assessment: Assessment, tmp_path: Path) -> None:
    """Two long names that are equal in their first 31 characters, and one that a sheet of ours has."""
    ids = ["a_very_long_name_of_a_table_number_one", "a_very_long_name_of_a_table_number_two", "x"]
    tables = tuple(replace(assessment.tables[0], id=name) for name in ids)
    bare = replace(assessment, measure="m", tables=tables, sections=())
    found = replace(contents, assessments=(bare,))
    write_workbook(tmp_path / "t.xlsx", found)
    names = load_workbook(tmp_path / "t.xlsx").sheetnames
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)
    assert [found.sheets[("m", name)] for name in ids] == names[-3:]
