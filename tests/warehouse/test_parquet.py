"""If one of these fails, a Parquet file is taken for something else than it holds, or broken ones pass."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from tempfile import NamedTemporaryFile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.warehouse.parquet_files import untidy_texts


def parquet(**columns: object) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content, row_group_size=2)
    return content.getvalue()


PLANTS = {"plant_id": ["P1", "P2"], "district_id": ["D1", "D2"]}


def test_types_that_come_near_are_taken_without_loss(open_city) -> None:
    content = parquet(
        plant_id=pa.array([1001, 1002], pa.int32()),
        district_id=pa.array(["D1", "D2"]).dictionary_encode(),
        lon=pa.array([Decimal("114.10"), None], pa.decimal128(6, 2)),
        lat=pa.array([22.5, None], pa.float32()),
        employees=pa.array([12.0, None]),
        running=pa.array([False, None]),
        opened=pa.array([datetime(2020, 3, 1), None], pa.timestamp("us")),
        name=pa.array([" padded ", ""]),
        state=pa.nulls(2),
    )
    city = open_city({"real/plants.parquet": content, "real/plants.csv": None})
    read = city.frame("plants").drop("sector", "source", "held").collect("pyarrow")
    assert set(read.rows()) == {
        ("1001", "padded", "D1", 114.1, 22.5, 12, False, date(2020, 3, 1), None, "real"),
        ("1002", None, "D2", None, None, None, True, None, None, "real"),
    }


def test_text_in_a_typed_file_is_read_as_in_csv(open_city) -> None:
    content = parquet(
        plant_id=["P1", "P1"], month=["2024-01-01", "2024/2/1"], mass_t=["1.5", " 2 "], washed_t=[None, ""]
    )
    city = open_city({"real/coal.parquet": content})
    read = city.frame("coal").select("month", "mass_t", "washed_t").collect("pyarrow").rows()
    assert set(read) == {(date(2024, 1, 1), 1.5, 0.0), (date(2024, 2, 1), 2.0, 0.0)}


def test_faults_name_the_number_of_the_row(faults) -> None:
    content = parquet(
        plant_id=["P1", "P1", None, "P1", "P9"],
        month=[date(2024, i, 1 if i < 4 else 2) for i in range(1, 6)],
        mass_t=[1.0, float("nan"), 1.0, -1.0, float("inf")],
    )
    assert faults({"real/coal.parquet": content}) == [
        "real/coal.parquet line 2, column mass_t: is nan, must be a number. "
        "Leave the cell empty where the value is not known [intake.E010]",
        "real/coal.parquet line 3, column plant_id: is empty, must be filled in. It is: plant [intake.E014]",
        "real/coal.parquet line 4, column mass_t: is -1.0, must be 0 or more [intake.E015]",
        "real/coal.parquet line 4, column month: is 2024-04-02, must be the first day of a month. "
        "Write 2024-04-01 [intake.E016]",
        "real/coal.parquet line 5, column mass_t: is inf, must be a number. "
        "Leave the cell empty where the value is not known [intake.E010]",
        "real/coal.parquet line 5, column month: is 2024-05-02, must be the first day of a month. "
        "Write 2024-05-01 [intake.E016]",
        "real/coal.parquet line 5, column plant_id: is P9, must be a plant_id of the table plants [intake.E018]",
    ]


def test_columns_and_types_that_do_not_belong(faults) -> None:
    content = parquet(
        **PLANTS, employees=[1.5, 2.0], running=["true", "perhaps"], opened=[1, 2], lon=[[1.0], [2.0]], colour=[1, 2]
    )
    assert faults({"real/plants.parquet": content, "real/plants.csv": None}) == [
        "real/plants.parquet, column colour: is no column of this table. Columns are plant_id, name, district_id, lon, "
        "lat, employees, running, opened, state, sector, origin, source [intake.E005]",
        "real/plants.parquet, column lon: holds double[], must be of type number [intake.E011]",
        "real/plants.parquet, column opened: holds bigint, must be of type date [intake.E011]",
        "real/plants.parquet line 1, column employees: is 1.5, must be a whole number [intake.E010]",
        "real/plants.parquet line 2, column running: is perhaps, must be true or false [intake.E010]",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"hello", parquet(**PLANTS)[:-20], b"PAR1" + b"x" * 40 + b"PAR1"])
def test_a_file_that_is_no_parquet(content, faults) -> None:
    (problem,) = faults({"real/plants.parquet": content, "real/plants.csv": None})
    assert problem.startswith("real/plants.parquet: cannot be read as Parquet: ")
    assert problem.endswith("Was it copied to its end? [intake.E008]")
    assert "/city/" not in problem, "a message shows no path of the machine"


def test_a_parquet_file_is_not_copied(open_city) -> None:
    city = open_city({"real/plants.parquet": parquet(**PLANTS), "real/plants.csv": None})
    kept = city.connection.sql("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'plants%'").fetchall()
    assert kept == []


ODD = " \t\n\r\u00a0\u3000"


@settings(max_examples=200)
@given(
    st.lists(st.one_of(st.none(), st.text(f"{ODD}Az~\x7fß深", max_size=4)), min_size=1, max_size=5),
    st.booleans(),
)
def test_texts_with_blanks_around_them_are_found(texts: list[str | None], told: bool) -> None:
    """With and without statistics in the file: as if each text was looked at."""
    with NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as connection:
        pq.write_table(pa.table({"a": ["tidy"] * len(texts), "b": texts}), file.name, write_statistics=told)
        found = untidy_texts(connection, f"SELECT * FROM read_parquet('{file.name}')", ["a", "b"])
    assert found == ({"b"} if any(text is not None and text != (text.strip(ODD) or None) for text in texts) else set())
