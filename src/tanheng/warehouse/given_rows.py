"""Rows given in memory, for scenarios and tests, as the tables of a city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import duckdb

from tanheng.warehouse.cells import SQL_TYPES, literal, quote
from tanheng.warehouse.queries import keep
from tanheng.warehouse.schema import Kind, Table


def take_rows(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Make the view of a table from rows, with defaults where a row says nothing.

    Raises
    ------
    ValueError
        When a row names a column that is not declared or holds a value of another type.
    """
    columns = table.all_columns
    known = {column.name for column in columns}
    for number, row in enumerate(rows, start=1):
        if unknown := sorted(set(row) - known):
            raise ValueError(f"{table.name} row {number}: {', '.join(unknown)} is no column of this table")
    if not rows:
        nulls = ", ".join(f"CAST(NULL AS {SQL_TYPES[column.kind]}) AS {quote(column.name)}" for column in columns)
        connection.execute(
            f"CREATE VIEW {quote(table.name)} AS SELECT {nulls}, CAST(NULL AS VARCHAR) AS held WHERE false"
        )
        return
    stored = quote(f"{table.name}#rows")
    given = {
        column.name: (
            SQL_TYPES[column.kind],
            [
                typed(row.get(column.name), column.kind, f"{table.name} row {i}, {column.name}")
                for i, row in enumerate(rows, 1)
            ],
        )
        for column in columns
    }
    keep(connection, stored, given)
    filled = [
        quote(column.name)
        if column.default is None
        else f"coalesce({quote(column.name)}, {literal(column.default, column.kind)}) AS {quote(column.name)}"
        for column in columns
    ]
    connection.execute(
        f"CREATE VIEW {quote(table.name)} AS SELECT {', '.join(filled)}, CAST(NULL AS VARCHAR) AS held FROM {stored}"
    )


def typed(value: object, kind: Kind, where: str) -> object:
    """The value as the column's type. A date may be text, a whole number an integer; nothing else is converted."""
    if value is None:
        return None
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind == "integer" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value
    if kind == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{where}: is {value!r}, must be a {kind}")
