"""If one of these fails, an Excel workbook is read as something else than what its author sees in it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    """A workbook as Excel writes it. A cell "=..." is a formula; its result may be given as (formula, result)."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_formula(i, j, cell[0], None, cell[1])
                else:
                    sheet.write(i, j, cell)
    book.close()
    return content.getvalue()


HEADER: list[object] = ["plant_id", "month", "mass_t", "washed_t"]


def test_cells_are_read_as_excel_shows_them(open_city) -> None:
    content = workbook(
        (
            "Sheet1",
            [
                ["# made by hand, do not send on"],
                [],
                ["plant_id", "district_id", "name", "lon", "employees", "running", "opened", None, "sector"],
                ["P1", "D1", "深圳 厂", 114.25, 120, True, date(2020, 3, 1), None, "06"],
                [],
                ["P2", "D2", " # no notice ", None, 7.0, None, datetime(2021, 1, 1), None, 39],
                [440304, "D1", None, None, None, False, "2022-1-1", None, None],
            ],
        )
    )
    city = open_city({"real/plants.xlsx": content, "real/plants.csv": None})
    read = city.frame("plants").select("plant_id", "name", "lon", "employees", "running", "opened", "sector")
    assert set(read.collect("pyarrow").rows()) == {
        ("P1", "深圳 厂", 114.25, 120, True, date(2020, 3, 1), "06"),
        ("P2", "# no notice", None, 7, True, date(2021, 1, 1), "39"),
        ("440304", None, None, None, False, date(2022, 1, 1), None),
    }


def test_faults_name_the_row_of_the_sheet(faults) -> None:
    content = workbook(
        (
            "coal",
            [
                ["# notice"],
                [],
                HEADER,
                ["P1", date(2024, 1, 1), 1.0, None],
                [],
                ["P1", date(2024, 2, 1), "12,5", None],
                ["P1", date(2024, 3, 2), -1.0, None],
                ["P1", 45352, 1.0, None],
            ],
        ),
        ("remarks", [["x"]]),
    )
    assert faults({"real/coal.xlsx": content}) == [
        "real/coal.xlsx line 6, column mass_t: is 12,5, must be a number. "
        "Write a point for the decimals: 12.5 [intake.E010]",
        "real/coal.xlsx line 7, column mass_t: is -1, must be 0 or more [intake.E015]",
        "real/coal.xlsx line 7, column month: is 2024-03-02, must be the first day of a month. "
        "Write 2024-03-01 [intake.E016]",
        "real/coal.xlsx line 8, column month: is 45352, must be a date such as 2024-03-01. "
        "Write year, month and day with four, two and two digits [intake.E010]",
    ]  # fmt: skip


def test_an_error_value_or_a_formula_never_calculated_is_not_taken_for_an_empty_cell(faults) -> None:
    content = workbook(
        (
            "coal",
            [
                HEADER,
                ["P1", date(2024, 1, 1), 1.0, ("=NA()", "#N/A")],
                ["P1", date(2024, 2, 1), 1.0, ("=1/0", "#DIV/0!")],
                ["P1", date(2024, 3, 1), 2.0, ("=1+1", 2)],
                ["P1", date(2024, 4, 1), 2.0, ("=B2", "")],
            ],
        )
    )
    said = faults({"real/coal.xlsx": content})
    assert said == [
        "real/coal.xlsx line 2, column washed_t: is #N/A, must be a value. "
        "Leave the cell empty where the value is not known [intake.E010]",
        "real/coal.xlsx line 3, column washed_t: is #DIV/0!, must be a value. "
        "Leave the cell empty where the value is not known [intake.E010]",
        "real/coal.xlsx line 5, column washed_t: is a formula without a result. "
        "Open it in Excel and save it [intake.E010]",
    ]  # fmt: skip


def test_the_sheet_with_the_name_of_the_table_is_read(open_city) -> None:
    content = workbook(("first", [["x"]]), ("districts", [["district_id"], ["D1"], ["D2"], ["D3"]]))
    city = open_city({"real/districts.xlsx": content, "real/districts.csv": None})
    assert city.frame("districts").collect("pyarrow").shape[0] == 3


def test_several_sheets_and_none_with_the_name_of_the_table(faults) -> None:
    content = workbook(("2023", [["district_id"], ["D1"]]), ("2024", [["district_id"], ["D1"]]), ("empty", []))
    said = faults({"real/districts.xlsx": content, "real/districts.csv": None, "real/plants.csv": None})
    assert said[0] == (
        "real/districts.xlsx: holds several sheets (2023, 2024), and none is named districts. "
        "Name the sheet with the table districts [intake.E009]"
    )


BROKEN = {
    "no workbook": (b"hello", "cannot be read as an Excel workbook"),
    "cut off": (workbook(("coal", [HEADER]))[:900], "cannot be read as an Excel workbook"),
    "empty": (workbook(("coal", [])), "is empty, must be a table: a header line and rows"),
    "a notice only": (workbook(("coal", [["# soon"]])), "is empty, must be a table: a header line and rows"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_table_in_a_workbook(name, faults) -> None:
    content, said = BROKEN[name]
    (problem,) = faults({"real/coal.xlsx": content})
    assert problem.startswith(f"real/coal.xlsx: {said}")


def test_an_archive_that_is_no_workbook(faults) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "hello")
    (problem,) = faults({"real/coal.xlsx": content.getvalue()})
    assert problem.startswith("real/coal.xlsx: cannot be read as an Excel workbook")


def test_columns_of_a_sheet_without_a_name_matter_only_where_they_hold_something(faults, open_city) -> None:
    rows: list[list[object]] = [["district_id", None], ["D1", None], ["D2", None]]
    open_city({"real/districts.xlsx": workbook(("s", rows)), "real/districts.csv": None})
    rows[1][1] = "remark"
    said = faults({"real/districts.xlsx": workbook(("s", rows)), "real/districts.csv": None})
    assert said == [
        "real/districts.xlsx line 1: column 2 has no name. "
        "Take the column out, or the comma at the end of the header [intake.E006]"
    ]
