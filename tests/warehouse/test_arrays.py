"""Columns of a city as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from tanheng.warehouse.arrays import Arrays, Pool, Texts


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            "CREATE TABLE plants AS SELECT * FROM (VALUES ('P1', 1.5, 3, true, DATE '2020-02-29', 'coal'), "
            "('P2', NULL, NULL, NULL, NULL, NULL), ('P3', -0.0, 9000000000, false, DATE '1969-12-31', 'oil')) "
            "AS t(id, mass, trucks, clean, day, fuel)"
        )
        opened.execute("ALTER TABLE plants ALTER mass TYPE DOUBLE")
        yield opened


NAMES = ("mass", "trucks", "clean", "day", "fuel")


def given_back(arrays: Arrays, columns: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: arrays.pool.given_back(vector).to_pylist() for name, vector in columns.items()}


def test_every_kind_comes_and_goes_as_it_was(connection: duckdb.DuckDBPyConnection) -> None:
    arrays = Arrays(connection)
    found = arrays.columns("plants", ("id",), NAMES)
    assert [vector.kind for vector in found.values()] == ["text", "f64", "i64", "bool", "date", "text"]
    assert given_back(arrays, found) == {
        "id": ["P1", "P2", "P3"],
        "mass": [1.5, None, -0.0],
        "trucks": [3, None, 9_000_000_000],
        "clean": [True, None, False],
        "day": [date(2020, 2, 29), None, date(1969, 12, 31)],
        "fuel": ["coal", None, "oil"],
    }


def test_equal_texts_have_one_number_in_all_columns(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE fuels AS SELECT unnest(['peat', 'oil', 'coal']) AS fuel")
    arrays = Arrays(connection)
    plants = arrays.columns("plants", ("id",), ["fuel"])["fuel"]
    fuels = arrays.columns("fuels", ("fuel",), [])["fuel"]
    assert plants.values[2] == fuels.values[1] == arrays.pool.code("oil")
    assert plants.values[0] == fuels.values[2]
    assert plants.nulls is not None and plants.nulls.tolist() == [0, 1, 0]
    assert plants.take(np.array([2, 0])).values.tolist() == [fuels.values[1], fuels.values[2]]


def test_what_is_fetched_later_stands_in_the_order_of_the_first(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE TABLE years AS SELECT 'P' || (i % 7) AS id, i // 7 AS year, CAST(i AS DOUBLE) AS x FROM range(70) t(i)"
    )
    arrays = Arrays(connection)
    first = arrays.columns("years", ("id", "year"), [])
    connection.execute("CREATE OR REPLACE TABLE years AS SELECT * FROM years ORDER BY x * 37 % 11, x DESC")
    later = arrays.columns("years", ("id", "year"), ["x"])
    assert later["id"] is first["id"]
    ids = arrays.pool.given_back(later["id"]).to_pylist()
    assert later["x"].values.tolist() == [
        int(year) * 7 + int(name[1:]) for name, year in zip(ids, later["year"].values, strict=True)
    ]


def test_a_setting_of_the_connection_is_as_it_was(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET preserve_insertion_order = false")
    Arrays(connection).columns("plants", ("id",), NAMES)
    assert connection.execute("SELECT current_setting('preserve_insertion_order')").fetchall() == [(False,)]


def test_an_empty_table_has_columns_without_rows(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE none AS SELECT * FROM plants WHERE false")
    arrays = Arrays(connection)
    found = arrays.columns("none", ("id",), NAMES)
    assert {name: len(vector) for name, vector in found.items()} == dict.fromkeys(("id", *NAMES), 0)
    assert found["fuel"].span() == (0, 0)
    assert given_back(arrays, found) == {name: [] for name in ("id", *NAMES)}


def test_a_column_without_any_value_is_of_its_kind(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE held AS SELECT id, CAST(NULL AS VARCHAR) AS held FROM plants")
    found = Arrays(connection).columns("held", ("id",), ["held"])["held"]
    assert isinstance(found, Texts) and found.values.tolist() == [0, 0, 0]
    assert found.nulls is not None and found.nulls.all()


@pytest.mark.parametrize("known", [0, 5, 1000])
def test_a_pool_numbers_few_and_many(known: int) -> None:
    """Whichever of the two, the texts given or the texts known, is the smaller one."""
    pool = Pool()
    before = [f"known {n}" for n in range(known)]
    first = pool.codes(pa.array(before, pa.string()))
    given = ["new", "known 3", "新", "known 4"]
    codes = pool.codes(pa.array(given))
    assert len(set(codes.tolist()) | set(first.tolist())) == len(pool) == len({*before, *given})
    assert [pool.code(text) for text in given] == codes.tolist()
    if known > 4:
        assert codes[1] == first[3]


def test_places_are_the_order_of_bytes() -> None:
    pool = Pool()
    texts = ["b", "é", "", "a", "中", "Z", "e", "😀", "\uffff"]
    codes = pool.codes(pa.array(texts))
    ordered = sorted(texts, key=lambda text: text.encode())
    assert [ordered[place] for place in pool.places[codes]] == texts
    pool.code("aa")
    assert pool.places[pool.code("aa")] == pool.places[pool.code("a")] + 1
