"""All traps of a table, one after the other, and what comes of them: questions and held values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.files import Reading
from tanheng.warehouse.queries import fetch
from tanheng.warehouse.relations import lines_of, rows_view
from tanheng.warehouse.schema import Table, Trap, TrapKind
from tanheng.warehouse.traps.hunt import CAUGHT_COLUMNS, Hunt
from tanheng.warehouse.traps.positions import catch_outside
from tanheng.warehouse.traps.questions import RowQuestion, ask
from tanheng.warehouse.traps.rows import catch_alike, catch_excess, catch_future, catch_ratio, catch_repeats
from tanheng.warehouse.traps.series import catch_factor, catch_same

# In this order: what is no row of its own first, then copies, then values beside others.
CATCHERS: dict[TrapKind, Callable[[Hunt, Trap, int], None]] = {
    "in_the_future": catch_future,
    "same_series": catch_same,
    "duplicate_rows": catch_alike,
    "factor_of_history": catch_factor,
    "ratio_outside": catch_ratio,
    "part_exceeds_whole": catch_excess,
    "outside_district": catch_outside,
}
# A file that is wrong throughout makes one question for all rows from here on, not a million.
MOST_QUESTIONS = 5_000
_REPEATS = Trap("duplicate_rows", ())


def find_questions(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    readings: Sequence[Reading],
    *,
    tables: Mapping[str, Table],
    has_repeats: bool,
    areas: Mapping[str, dict[str, Any]],
    id_properties: Mapping[str, str],
    today: date | None,
) -> list[RowQuestion]:
    """Set the traps of a table on its rows, in the order of ``CATCHERS``.

    Leaves the table ``files."NAME#caught"`` with a line for each caught row, and
    ``files."NAME#held"`` with what to do with it; both only where something was caught.
    """
    hunt = Hunt(connection, table, tables, areas, id_properties, today)
    columns = ", ".join(f"{name} {sql_type}" for name, sql_type in CAUGHT_COLUMNS.items())
    connection.execute(f"CREATE TABLE {hunt.caught} ({columns})")
    traps = (_REPEATS, *table.traps)
    if has_repeats:
        catch_repeats(hunt, _REPEATS, 0)
    for kind, catcher in CATCHERS.items():
        for index, trap in enumerate(traps):
            if trap.kind == kind and trap is not _REPEATS:
                catcher(hunt, trap, index)
    if not hunt.is_anything_caught:
        connection.execute(f"DROP TABLE {hunt.caught}")
        return []
    connection.execute(f"UPDATE {hunt.caught} SET part = {MOST_QUESTIONS} WHERE part > {MOST_QUESTIONS}")
    questions = ask(hunt, traps, readings)
    _hold(hunt)
    return questions


def _hold(hunt: Hunt) -> None:
    """One line a caught row: the questions it raises, whether it is left out, and which columns are held."""
    table = hunt.table
    held = f"files.{quote(f'{table.name}#held')}"
    flags = "".join(
        f", bool_or(list_contains(holds, {text(column.name)})) AS {quote(column.name)}" for column in table.columns
    )
    hunt.connection.execute(
        f"CREATE TABLE {held} AS SELECT _file, _row, string_agg(DISTINCT question, ';' ORDER BY question) AS held, "
        f"bool_or(left_out) AS left_out{flags} FROM {hunt.caught} GROUP BY _file, _row"
    )


def frame_query(table: Table, *, is_held: bool) -> str:
    """The rows of a table as everybody else sees them."""
    rows = rows_view(table)
    names = [column.name for column in table.all_columns]
    if not is_held:
        return f"SELECT {', '.join(quote(name) for name in names)}, CAST(NULL AS VARCHAR) AS held FROM {rows}"
    holdable = {name for trap in table.traps for name in table.held_by(trap)}
    chosen = [
        f"CASE WHEN coalesce(h.{quote(name)}, false) THEN NULL ELSE r.{quote(name)} END AS {quote(name)}"
        if name in holdable
        else f"r.{quote(name)}"
        for name in names
    ]
    held = f"files.{quote(f'{table.name}#held')}"
    return (
        f"SELECT {', '.join(chosen)}, h.held FROM {rows} r LEFT JOIN {held} h ON r._file = h._file AND r._row = h._row "
        "WHERE NOT coalesce(h.left_out, false)"
    )


_CAUGHT_ROWS = pa.schema(
    [
        ("question", pa.string()),
        ("trap", pa.string()),
        ("table", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("key", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("expected", pa.string()),
        ("left_out", pa.bool_()),
    ]
)


def caught_rows(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    readings: Mapping[str, Sequence[Reading]],
    questions: Sequence[RowQuestion],
) -> pa.Table:
    """Every caught row in the order of tables, files and lines."""
    kinds = {question.id: question.trap for question in questions}
    parts = [_CAUGHT_ROWS.empty_table()]
    for table in tables:
        if not any(question.table == table.name for question in questions):
            continue
        found = fetch(
            connection,
            "SELECT question, _file, _row, key, doubted, value, expected, left_out "
            f"FROM files.{quote(f'{table.name}#caught')} ORDER BY _file, _row, question",
        )
        places = list(zip(found["_file"].to_pylist(), found["_row"].to_pylist(), strict=True))
        lines = lines_of(readings[table.name], set(places))
        keys = [";".join(f"{n}={v}" for n, v in zip(table.key, key, strict=True)) for key in found["key"].to_pylist()]
        columns = {
            "question": found["question"],
            "trap": [kinds[name] for name in found["question"].to_pylist()],
            "table": [table.name] * len(places),
            "file": [readings[table.name][file].file.name for file, _ in places],
            "line": [lines[place] for place in places],
            "key": keys,
            "column": found["doubted"],
            "value": found["value"],
            "expected": found["expected"],
            "left_out": found["left_out"],
        }
        parts.append(pa.table(columns, schema=_CAUGHT_ROWS))
    return pa.concat_tables(parts)
