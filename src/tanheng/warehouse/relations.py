"""Checks across rows and tables: keys that stand once, and references that lead somewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from tanheng.problems import Problem
from tanheng.warehouse.cells import absent, quote
from tanheng.warehouse.checks import near
from tanheng.warehouse.files import Reading
from tanheng.warehouse.intake import and_more, clip
from tanheng.warehouse.queries import first_row, rows_of
from tanheng.warehouse.schema import Column, Table

_HINTED_KEYS = 2000


def rows_view(table: Table) -> str:
    """All rows of a table with ``_file`` and ``_row``, before traps."""
    return f"files.{quote(table.name)}"


def put_together(connection: duckdb.DuckDBPyConnection, table: Table, readings: Sequence[Reading]) -> None:
    """Make the view of all rows of a table. ``_file`` is the place of the file among its readings."""
    columns = ", ".join(quote(column.name) for column in table.all_columns)
    parts = [
        f"SELECT {columns}, {index} AS _file, _row FROM files.{quote(f'{table.name}#{index}')}"
        for index, reading in enumerate(readings)
        if reading.is_readable
    ]
    if not parts:
        nulls = ", ".join(f"{absent(column).value} AS {quote(column.name)}" for column in table.all_columns)
        parts = [f"SELECT {nulls}, 0 AS _file, CAST(0 AS BIGINT) AS _row WHERE false"]
    connection.execute(f"CREATE VIEW {rows_view(table)} AS {' UNION ALL '.join(parts)}")


def find_repeated_keys(
    connection: duckdb.DuckDBPyConnection, table: Table, readings: Sequence[Reading]
) -> tuple[list[Problem], bool]:
    """Keys that stand on several rows with other values, and whether there are rows that repeat another one.

    The rows that repeat another one exactly are left in the table ``files."NAME#repeats"`` (``_file``, ``_row``).
    """
    key = ", ".join(quote(name) for name in table.key)
    known = " AND ".join(f"{quote(name)} IS NOT NULL" for name in table.key)
    rows, suspects, repeats = rows_view(table), f"files.{quote(f'{table.name}#suspects')}", repeats_of(table)
    # Hashes first: a key of four texts takes ten times the memory.
    connection.execute(
        f"CREATE TABLE {suspects} AS SELECT hash({key}) AS h FROM {rows} WHERE {known} GROUP BY ALL HAVING count(*) > 1"
    )
    if first_row(connection, f"SELECT count(*) FROM {suspects}") == (0,):
        connection.execute(f"DROP TABLE {suspects}")
        return [], False
    content = ", ".join(quote(column.name) for column in table.columns if column.name not in table.key) or "1"
    windows = (
        f"row_number() OVER w AS nth, first_value(_file) OVER w AS first_file, first_value(_row) OVER w AS first_row, "
        f"row({content}) IS DISTINCT FROM first_value(row({content})) OVER w AS differs"
    )
    connection.execute(
        f"CREATE TABLE {repeats} AS SELECT _file, _row, first_file, first_row, differs FROM "
        f"(SELECT _file, _row, {windows} FROM {rows} WHERE {known} AND hash({key}) IN (SELECT h FROM {suspects}) "
        f"WINDOW w AS (PARTITION BY {key} ORDER BY _file, _row)) WHERE nth > 1"
    )
    connection.execute(f"DROP TABLE {suspects}")
    problems = _conflicts(connection, table, readings)
    found = first_row(connection, f"SELECT count(*) FROM {repeats} WHERE NOT differs")
    return problems, found is not None and found[0] > 0


def repeats_of(table: Table) -> str:
    return f"files.{quote(f'{table.name}#repeats')}"


def _conflicts(connection: duckdb.DuckDBPyConnection, table: Table, readings: Sequence[Reading]) -> list[Problem]:
    """A key twice with different content is a fault: nobody can say which row counts."""
    repeats = repeats_of(table)
    found = connection.execute(
        f"SELECT _file, _row, first_file, first_row FROM {repeats} WHERE differs "
        f"ORDER BY _file, _row LIMIT {readings[0].faults_most}"
    ).fetchall()
    if not found:
        return []
    wanted = {(row[0], row[1]) for row in found} | {(row[2], row[3]) for row in found}
    values = fetch_rows(connection, table, wanted)
    lines = lines_of(readings, wanted)
    problems = []
    for file, row, other_file, other_row in found:
        here, there = values[file, row], values[other_file, other_row]
        key = ", ".join(f"{name} {_shown(here[name])}" for name in table.key)
        differing = [c.name for c in table.columns if here[c.name] != there[c.name]][:3]
        differences = ", ".join(f"{name} {_shown(there[name])} there, {_shown(here[name])} here" for name in differing)
        message = (
            f"{key} stands already in {readings[other_file].file.name} line {lines[other_file, other_row]} "
            f"with other values ({differences})"
        )
        problems.append(
            Problem(
                "intake.E020",
                readings[file].file.name,
                lines[file, row],
                " + ".join(table.key),
                message=message,
                hint="Keep the row that is right",
            )
        )
    counted = connection.execute(
        f"SELECT _file, count(*) FROM {repeats} WHERE differs GROUP BY ALL ORDER BY 1"
    ).fetchall()
    if sum(count for _, count in counted) > len(found):
        rest = sum(count for _, count in counted) - len(found)
        problems.append(and_more("intake.E020", readings[found[-1][0]].file.name, " + ".join(table.key), rest))
    return problems


def _shown(value: object) -> str:
    return "empty" if value is None else clip(str(value))


def fetch_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, wanted: set[tuple[int, int]]
) -> dict[tuple[int, int], dict[str, object]]:
    """A few rows by file and row number."""
    places = ", ".join(f"({file}, {row})" for file, row in sorted(wanted))
    found = rows_of(connection, f"SELECT * FROM {rows_view(table)} WHERE (_file, _row) IN (VALUES {places})")
    return {(row["_file"], row["_row"]): row for row in found}


def lines_of(readings: Sequence[Reading], wanted: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The lines of a few rows, by file and row number."""
    lines: dict[tuple[int, int], int] = {}
    for index, reading in enumerate(readings):
        rows = sorted(row for file, row in wanted if file == index)
        if rows:
            lines |= {(index, row): line for row, line in reading.lines.of(rows).items()}
    return lines


def find_lost_references(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parents: Mapping[str, Table],
    present: frozenset[str],
    readings: Sequence[Reading],
) -> list[Problem]:
    """Values that name a row of another table which has no such row."""
    problems = []
    for column in table.columns:
        parent = parents.get(column.refers_to or "")
        if parent is None or not readings:
            continue
        if parent.name not in present:
            if parent.optional:
                message = f"refers to the table {parent.name}, which the city does not have"
                problems.append(Problem("intake.E018", readings[0].file.name, None, column.name, message=message))
            continue
        problems += _lost(connection, table, column, parent, readings)
    return problems


def _lost(
    connection: duckdb.DuckDBPyConnection, table: Table, column: Column, parent: Table, readings: Sequence[Reading]
) -> list[Problem]:
    name, key = quote(column.name), quote(parent.key[0])
    unknown = (
        f"SELECT DISTINCT {name} AS value FROM {rows_view(table)} AS child WHERE {name} IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM {rows_view(parent)} AS parent WHERE parent.{key} = child.{name})"
    )
    if first_row(connection, f"{unknown} LIMIT 1") is None:
        return []
    rows = f"FROM {rows_view(table)} WHERE {name} IN ({unknown})"
    per_file = connection.execute(
        f"SELECT _file, count(*), arg_min({{'row': _row, 'value': {name}}}, _row, {readings[0].faults_most}) {rows} "
        "GROUP BY _file ORDER BY _file"
    ).fetchall()
    keys = connection.execute(
        f"SELECT DISTINCT {key} FROM {rows_view(parent)} WHERE {key} IS NOT NULL ORDER BY 1 LIMIT {_HINTED_KEYS + 1}"
    ).fetchall()
    hint = near(str(row[0]) for row in keys)
    problems = []
    for file, count, first in per_file:
        reading = readings[file]
        lines = reading.lines.of([found["row"] for found in first])
        for found in first:
            value = str(found["value"])
            problems.append(
                Problem(
                    "intake.E018",
                    reading.file.name,
                    lines[found["row"]],
                    column.name,
                    clip(value),
                    expected=f"a {parent.key[0]} of the table {parent.name}",
                    hint=hint(value),
                )
            )
        if count > reading.faults_most:
            problems.append(and_more("intake.E018", reading.file.name, column.name, count - reading.faults_most))
    return problems
