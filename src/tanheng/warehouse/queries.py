"""Questions to DuckDB that leave nothing open: a result that is not read to its end blocks its connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from tanheng.warehouse.cells import quote


def is_out_of_room(error: Exception) -> bool:
    """Whether DuckDB ran out of memory and of room for temporary files, which is no fault of a file."""
    return isinstance(error, duckdb.OutOfMemoryException) or (
        isinstance(error, duckdb.IOException) and "write" in str(error).lower()
    )


def first_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...] | None:
    """The first row of a result; None where there is none."""
    rows = connection.execute(query).fetchall()
    return rows[0] if rows else None


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """A small result as dictionaries."""
    cursor = connection.execute(query)
    names = [item[0] for item in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fetch(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """The whole result."""
    return connection.sql(query).to_arrow_table()


def keep(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, tuple[str, Sequence[object]]]) -> None:
    """Make a table of Python values: column -> (SQL type, values).

    As parameters, and not by way of Arrow, which would import pandas and take a second.
    """
    chosen = ", ".join(
        f"unnest(CAST(${i} AS {sql_type}[])) AS {quote(column)}"
        for i, (column, (sql_type, _)) in enumerate(columns.items(), start=1)
    )
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {chosen}", [list(v) for _, v in columns.values()])
