"""If one of these fails, somebody hands in a broken CSV file and is not told, or not told where and how to mend it."""

from __future__ import annotations

from datetime import date

import pytest

from tanheng.problems import InputRejected
from tanheng.warehouse.city import City

COAL = "plant_id,month,meter,mass_t,volume_10k_nm3,washed_t,moist_share\n"
DAY = date(2020, 3, 1)
SAVE = "In Excel, save it as: CSV UTF-8 (comma delimited)"


def coal(*rows: str) -> dict[str, str]:
    """A coal table of which row n stands on line n + 1."""
    return {"real/coal.csv": COAL + "".join(f"{row}\n" for row in rows)}


def plants(header: str, *rows: str) -> dict[str, str]:
    return {"real/plants.csv": "\n".join((header, *rows))}


CELLS = {
    "thousands separators": (
        'P1,2024-01-01,,"1,234",,,',
        "column mass_t: is 1,234, must be a number. Write it without thousands separators: 1234 [intake.E010]",
    ),
    "a comma for the decimals": (
        'P1,2024-01-01,,"12,5",,,',
        "column mass_t: is 12,5, must be a number. Write a point for the decimals: 12.5 [intake.E010]",
    ),
    "full-width digits": (
        "P1,2024-01-01,,１２,,,",
        "column mass_t: is １２, must be a number. Write it with half-width digits: 12 [intake.E010]",
    ),
    "a unit in the cell": (
        "P1,2024-01-01,,12.3 t,,,",
        'column mass_t: is "12.3 t", must be a number. '
        "Write the number alone, without the unit: the column is in t [intake.E010]",
    ),
    "a percent sign": (
        "P1,2024-01-01,,1,,,50%",
        "column moist_share: is 50%, must be a number. "
        "Write the number alone: the column is in shares of one [intake.E010]",
    ),
    "words for unknown": (
        "P1,2024-01-01,,无,,,",
        "column mass_t: is 无, must be a number. Leave the cell empty where the value is not known [intake.E010]",
    ),
    "not a number": (
        "P1,2024-01-01,,NaN,,,",
        "column mass_t: is NaN, must be a number. Leave the cell empty where the value is not known [intake.E010]",
    ),
    "infinity": (
        "P1,2024-01-01,,-inf,,,",
        "column mass_t: is -inf, must be a number. Leave the cell empty where the value is not known [intake.E010]",
    ),
    "a number of a programming language": (
        "P1,2024-01-01,,1_000,,,",
        "column mass_t: is 1_000, must be a number [intake.E010]",
    ),
    "a negative amount": ("P1,2024-01-01,,-3,,,", "column mass_t: is -3, must be 0 or more [intake.E015]"),
    "percent for a share": (
        "P1,2024-01-01,,1,,,12",
        "column moist_share: is 12, must be between 0 and 1. The column is a share of one, not percent [intake.E015]",
    ),
    "no month": (
        "P1,2024-13-01,,1,,,",
        "column month: is 2024-13-01, must be a date such as 2024-03-01. "
        "Write year, month and day with four, two and two digits [intake.E010]",
    ),
    "the middle of a month": (
        "P1,2024-03-15,,1,,,",
        "column month: is 2024-03-15, must be the first day of a month. Write 2024-03-01 [intake.E016]",
    ),
    "an empty key": (",2024-03-01,,1,,,", "column plant_id: is empty, must be filled in. It is: plant [intake.E014]"),
    "blanks for a key": (
        "  \t,2024-03-01,,1,,,",
        "column plant_id: is empty, must be filled in. It is: plant [intake.E014]",
    ),
    "neither of two": (
        "P1,2024-03-01,,,,,",
        "column mass_t or volume_10k_nm3: are all empty, must be filled in one of them: "
        "mass_t or volume_10k_nm3 [intake.E019]",
    ),
    "both of two": (
        "P1,2024-03-01,,1,2,,",
        "column mass_t or volume_10k_nm3: are filled in both, must be filled in one only: mass_t or volume_10k_nm3 "
        "[intake.E019]",
    ),
    "an unknown plant": (
        "P9,2024-03-01,,1,,,",
        "column plant_id: is P9, must be a plant_id of the table plants [intake.E018]",
    ),
    "a cell too few": (
        "P1,2024-03-01,,1,,",
        "has 6 cells, the header has 7. Add the commas that are missing [intake.E007]",
    ),
    "a cell too many": (
        "P1,2024-03-01,,1,234,,,",
        "has 8 cells, the header has 7. Put a value that holds a comma in double quotes [intake.E007]",
    ),
    "text after a closing quote": (
        'P1,2024-03-01,"a"b,1,,,',
        "has a double quote that is not closed, or text after a closing one. "
        'Write a double quote inside a value twice: "a ""b"" c" [intake.E007]',
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_breaks_the_schema(name, faults) -> None:
    row, said = CELLS[name]
    separator = ": " if said.startswith("has") else ", "
    assert faults(coal("P1,2024-01-01,first,5,,,", row)) == [f"real/coal.csv line 3{separator}{said}"]


HEADERS = {
    "a column is missing": (
        plants("plant_id,name", "P1,x"),
        ["real/plants.csv line 1, column district_id: this column is missing. It is: district [intake.E004]"],
    ),
    "a column under another name": (
        plants("plant_id,District ID", "P1,D1"),
        [
            "real/plants.csv line 1, column District ID: is no column of this table. "
            "Did you mean district_id? [intake.E005]",
            "real/plants.csv line 1, column district_id: this column is missing. "
            "Is it the column District ID? [intake.E004]",
        ],
    ),
    "a column under its Chinese name": (
        plants("plant_id,所在区", "P1,D1"),
        [
            "real/plants.csv line 1, column district_id: this column is missing. "
            "Is it the column 所在区? [intake.E004]",
            "real/plants.csv line 1, column 所在区: is no column of this table. "
            "Did you mean district_id? [intake.E005]",
        ],
    ),
    "a column nobody knows": (
        plants("plant_id,district_id,colour", "P1,D1,red"),
        [
            "real/plants.csv line 1, column colour: is no column of this table. "
            "Columns are plant_id, name, district_id, lon, lat, "
            "employees, running, opened, state, sector, origin, source [intake.E005]"
        ],
    ),
    "a column twice": (
        plants("plant_id,district_id,district_id", "P1,D1,D2"),
        ["real/plants.csv line 1, column district_id: stands twice in the header [intake.E006]"],
    ),
    "a column without a name": (
        plants("plant_id,district_id,", "P1,D1,"),
        [
            "real/plants.csv line 1: column 3 has no name. "
            "Take the column out, or the comma at the end of the header [intake.E006]"
        ],
    ),
    "semicolons": (
        plants("plant_id;district_id", "P1;D1"),
        [f"real/plants.csv line 1: its columns are separated by semicolons, must be commas. {SAVE} [intake.E003]"],
    ),
    "tabs": (
        plants("plant_id\tdistrict_id", "P1\tD1"),
        [f"real/plants.csv line 1: its columns are separated by tabs, must be commas. {SAVE} [intake.E003]"],
    ),
    "full-width commas": (
        plants("plant_id，district_id", "P1，D1"),
        ["real/plants.csv line 1: its columns are separated by full-width commas, must be commas. "
            f"{SAVE} [intake.E003]"],
    ),
    "no byte": (
        {"real/plants.csv": ""},
        [
            "real/plants.csv: is empty, must be a table: a header line and rows. "
            "Leave the file out if there is nothing to hand in [intake.E002]"
        ],
    ),
    "only a notice": (
        {"real/plants.csv": "# nothing yet\n\n"},
        [
            "real/plants.csv: is empty, must be a table: a header line and rows. "
            "Leave the file out if there is nothing to hand in [intake.E002]"
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_breaks_the_schema(name, faults) -> None:
    files, said = HEADERS[name]
    assert faults(files) == said


BYTES = {
    "GB18030": (
        "plant_id,district_id,name\nP1,D1,深圳一厂\n".encode("gb18030"),
        "line 2: is not UTF-8 at byte 32; it looks like GB18030 (GBK), in which the line reads 'P1,D1,深圳一厂'",
    ),
    "Latin-1": (
        "plant_id,district_id,name\nP1,D1,Caf\u00e9\n".encode("latin-1"),
        "line 2: is not UTF-8 at byte 35 (0xe9)",
    ),
    "UTF-8 that was cut off": (
        "plant_id,district_id,name\nP1,D1,深".encode()[:-1],
        "line 2: is not UTF-8 at byte 32 (0xe6)",
    ),
    "UTF-16": (
        "plant_id,district_id\nP1,D1\n".encode("utf-16"),
        ": is text in UTF-16 (Excel calls it Unicode text), not CSV",
    ),
    "a workbook with another name": (b"PK\x03\x04rest", ": is an Excel workbook or another zip archive, not CSV"),
    "zeros": (
        b"plant_id,district_id\nP1,D1\n\0\0",
        "line 3: holds a zero byte at byte 27: it is no text, or was cut off",
    ),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_utf8_text(name, faults) -> None:
    content, said = BYTES[name]
    space = "" if said.startswith(":") else " "
    assert faults({"real/plants.csv": content}) == [f"real/plants.csv{space}{said}. {SAVE} [intake.E001]"]


def test_a_wrong_byte_is_found_beyond_the_first_chunk_and_where_two_chunks_meet(faults, monkeypatch) -> None:
    monkeypatch.setattr("tanheng.warehouse.csv_bytes.CHUNK_BYTES", 16)
    content = "plant_id,district_id,name\nP1,D1,深圳\nP2,D2,".encode() + b"\xff\n"
    said = faults({"real/plants.csv": content})
    assert said == [f"real/plants.csv line 3: is not UTF-8 at byte 45 (0xff). {SAVE} [intake.E001]"]


def test_categories_name_what_comes_near(faults) -> None:
    files = plants("plant_id,district_id,state,sector", "P1,D1,Open,6", "P2,D2,shut,99")
    assert faults(files) == [
        "real/plants.csv line 2, column sector: is 6, must be one of 06, 39, 44. Did you mean 06? [intake.E017]",
        "real/plants.csv line 2, column state: is Open, must be one of open, closed. Did you mean open? [intake.E017]",
        "real/plants.csv line 3, column sector: is 99, must be one of 06, 39, 44 [intake.E017]",
        "real/plants.csv line 3, column state: is shut, must be one of open, closed [intake.E017]",
    ]


def test_whole_numbers_truth_values_and_dates(faults) -> None:
    header = "plant_id,district_id,employees,running,opened"
    files = plants(header, "P1,D1,3.5,maybe,0024-01-01", "P2,D2,1e99,是,2024-01-01 05:00")
    said = faults(files)
    date_hint = (
        "must be a date such as 2024-03-01. Write year, month and day with four, two and two digits [intake.E010]"
    )
    assert said == [
        "real/plants.csv line 2, column employees: is 3.5, must be a whole number [intake.E010]",
        f"real/plants.csv line 2, column opened: is 0024-01-01, {date_hint}",
        "real/plants.csv line 2, column running: is maybe, must be true or false [intake.E010]",
        "real/plants.csv line 3, column employees: is 1e99, must be a whole number [intake.E010]",
        f'real/plants.csv line 3, column opened: is "2024-01-01 05:00", {date_hint}',
    ]


def test_exchanged_coordinates_are_recognised(faults) -> None:
    said = faults(plants("plant_id,district_id,lon,lat", "P1,D1,22.5,114.1"))
    assert said == [
        "real/plants.csv line 2, column lat: is 114.1, must be between -90 and 90. "
        "Are longitude and latitude exchanged? [intake.E015]"
    ]


def test_lines_count_notices_blank_lines_and_line_breaks_in_quotes(faults) -> None:
    text = (
        "\ufeff# demonstration data, \"made up\"\r\n# second notice\r\n" + COAL.strip() + "\r\n"
        'P1,2024-01-01,"a\r\n\r\nb",1,,,\r\n'  # lines 4 to 6
        "\r\n"
        ",,,,,,\r\n"
        "P1,2024-02-01,,-1,,,\r\n"  # line 9
        "P1,2024-02-01\r\n"
        'P1,2024-03-01,"x\r\ny",-2,,,\r\n'  # line 11
        "P1,2024-04-01,,-3,,,"  # line 13
    )  # fmt: skip
    assert faults({"real/coal.csv": text}) == [
        "real/coal.csv line 9, column mass_t: is -1, must be 0 or more [intake.E015]",
        "real/coal.csv line 10: has 2 cells, the header has 7. Add the commas that are missing [intake.E007]",
        "real/coal.csv line 11, column mass_t: is -2, must be 0 or more [intake.E015]",
        "real/coal.csv line 13, column mass_t: is -3, must be 0 or more [intake.E015]",
    ]


def test_a_thousand_faults_of_one_kind_are_counted_and_not_all_printed(faults) -> None:
    rows = [f"P1,{2000 + i // 12}-{i % 12 + 1:02d}-01,,-1,,," for i in range(1200)]
    said = faults(coal(*rows, "P1,2010-13-01,,1,,,"))
    lines = [line for line in said if "must be 0 or more" in line]
    assert [line.split(",")[0] for line in lines] == [f"real/coal.csv line {n}" for n in range(2, 22)]
    assert said[-2:] == [
        "real/coal.csv line 1202, column month: is 2010-13-01, must be a date such as 2024-03-01. "
        "Write year, month and day with four, two and two digits [intake.E010]",
        "real/coal.csv, column mass_t: and 1,180 more rows with this fault [intake.E015]",
    ]


def test_faults_of_all_files_come_at_once_in_the_order_of_reading(faults) -> None:
    files = {
        **coal("P1,2024-01-01,,x,,,"),
        **plants("plant_id,district_id,employees", "P1,D1,-1", "P2,D7,3"),
        "real/districts.csv": "district_id\nD1\n\n",
    }
    assert [said.split(":")[0] for said in faults(files)] == [
        "real/coal.csv line 2, column mass_t",
        "real/plants.csv line 2, column employees",
        "real/plants.csv line 3, column district_id",
    ]


def test_nothing_is_loaded_and_no_file_is_left_behind(make_city, tables, tmp_path, monkeypatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with pytest.raises(InputRejected):
        City.open(make_city(coal("P1,2024-01-01,,x,,,")), tables)
    assert list(scratch.iterdir()) == []


def test_categories_that_the_rulebook_does_not_have_are_told_and_not_skipped(make_city, tables) -> None:
    folder = make_city(plants("plant_id,district_id,sector", "P1,D1,39"))
    with pytest.raises(InputRejected) as rejected:
        City.open(folder, tables, categories={"sectors.broad": {"region": frozenset({"x"})}})
    assert [str(problem) for problem in rejected.value.problems] == [
        "real/plants.csv, column sector: holds categories of sectors.broad by sector, and the rulebook has no such "
        "parameter [intake.E022]"
    ]
    with City.open(folder, tables) as city:
        assert city.has("plants")


def test_what_is_well_formed_is_read_as_it_is_meant(open_city) -> None:
    city = open_city(
        {
            "real/plants.csv": (
                "\ufeff# a notice\n\nsource,plant_id,district_id,name,lon,employees,running,opened,origin\n"
                'yearbook, P1 ,D1,"a ""b"", c",114.10,1200,否,2020/3/1,derived\n'
                "\u3000,\tP2,D2,\u00a0,1.1e2,3.0,,2020-03-01,\n"
                "\n,,,,,,,,\n"
            ),
            **coal("P1,2024-01-01,,0,,,", 'P1,2024-02-01,"",.5,,.25,1'),
        }
    )
    read = city.frame("plants").select("plant_id", "name", "lon", "employees", "running", "opened", "origin", "source")
    assert sorted(read.collect("pyarrow").rows()) == [
        ("P1", 'a "b", c', 114.1, 1200, False, DAY, "derived", "yearbook"),
        ("P2", None, 110.0, 3, True, DAY, "real", None),
    ]
    washed = city.frame("coal").select("mass_t", "meter", "washed_t", "moist_share").collect("pyarrow").rows()
    assert set(washed) == {(0.0, "", 0.0, None), (0.5, "", 0.25, 1.0)}


def test_a_table_may_be_empty_unless_every_city_needs_it(open_city, faults) -> None:
    city = open_city({"real/coal.csv": COAL})
    assert city.has("coal")
    assert city.frame("coal").collect("pyarrow").shape[0] == 0
    assert faults({"real/districts.csv": "district_id\n", "real/plants.csv": None, "real/coal.csv": None}) == [
        "real/districts.csv: has a header and no rows, must be filled [intake.E021]"
    ]


ENDS = {
    "Unix": ("\n", "\n", "\n"),
    "Windows": ("\r\n", "\r\n", "\r\n"),
    "an old Mac": ("\r", "\r", "\r"),
    "a notice from another program": ("\n", "\r\n", "\r\n"),
    "Windows with line breaks in cells": ("\r\n", "\r\n", "\n"),
    "two files put together": ("\r\n", "\n", "\r\n"),
}


@pytest.mark.parametrize("name", ENDS)
def test_lines_may_end_in_any_way(name, open_city, faults, monkeypatch) -> None:
    """DuckDB alone refuses a file whose lines end in different ways, or takes it for empty."""
    first, second, inside = ENDS[name]
    monkeypatch.setattr("tanheng.warehouse.csv_bytes.CHUNK_BYTES", 7)
    text = f"# notice{first}plant_id,month,mass_t,meter{second}P1,2024-01-01,5,{second}"
    city = open_city({"real/coal.csv": text + f'P1,2024-02-01,6,"a{inside}b"{first}P2,2024-01-01,7,x{second}{second}'})
    read = city.frame("coal").select("mass_t", "meter").collect("pyarrow").rows()
    broken = inside if first == second == inside and inside != "\r" else "\n"
    assert sorted(read) == [(5.0, ""), (6.0, f"a{broken}b"), (7.0, "x")]
    said = faults({"real/coal.csv": text + f"P1,2024-02-01,x,{first}P1,2024-02-01{second}"})
    assert [line.split(":")[0] for line in said] == ["real/coal.csv line 4, column mass_t", "real/coal.csv line 5"]


def test_a_row_that_can_be_read_in_two_ways_is_not_read_in_either(faults, monkeypatch) -> None:
    """Two readers count the rows of a file with line breaks in quotes; where they differ nothing is taken."""
    monkeypatch.setattr("tanheng.warehouse.csv_files.CsvLines.starts", lambda self: iter([2, 3, 4]))
    said = faults({"real/coal.csv": COAL + 'P1,2024-01-01,"a\nb",5,,,\n'})
    assert said == [
        "real/coal.csv: has quotes or line ends that can be read in two ways, as 1 rows or as 3. "
        + SAVE
        + " [intake.E007]"
    ]
