"""Files of monitors, hours and complaints (CSV, Excel, Parquet), with every fault told by line and column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.assessment.reads import LIMIT
from tanheng.problems import InputRejected, reject
from tanheng.warehouse.files import Reading, TableFile
from tanheng.warehouse.intake import read_table_file
from tanheng.warehouse.relations import find_lost_references, find_repeated_keys, put_together, repeats_of, rows_view
from tanheng.warehouse.schema import Table

FORMATS = (".csv", ".xlsx", ".parquet")
MEMORY_LIMIT = "1GB"


LINE = "line"


def read_files(
    files: Mapping[str, Path], tables: Mapping[str, Table], terms: Terms, *, with_lines: bool = False
) -> dict[str, pa.Table]:
    """The rows of each file by the name of its table, in the order of its key; repeated rows count once.

    References are looked up where the table that they lead to is among ``files``. ``with_lines`` adds the column
    ``line``: where each row stands in its file, for whoever has faults of their own to tell.

    Raises
    ------
    InputRejected
        With every fault of every file (``intake.E0xx``); ``noise.E062`` a file that is not there or of another format.
    """
    for path in files.values():
        if not path.is_file() or path.suffix.lower() not in FORMATS:
            raise reject("noise.E062", path, "is no table that is there", hint=f"Files may be {', '.join(FORMATS)}")
    categories = {LIMIT: terms.book[LIMIT].categories}
    with TemporaryDirectory() as scratch, duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("CREATE SCHEMA files")
        problems, readings = [], {}
        for name, path in files.items():
            file = TableFile(name, path, path.name)
            reading = read_table_file(connection, tables[name], file, 0, categories=categories, scratch=Path(scratch))
            put_together(connection, tables[name], [reading])
            problems += reading.problems
            readings[name] = reading
        parents = {name: tables[name] for name, reading in readings.items() if reading.is_readable}
        repeated = set()
        for name, reading in readings.items():
            faults, repeats = find_repeated_keys(connection, tables[name], [reading])
            problems += faults
            if repeats:
                repeated.add(name)
            problems += find_lost_references(connection, tables[name], parents, frozenset(parents), [reading])
        if problems:
            raise InputRejected(sorted(problems))
        found = {name: _rows(connection, tables[name], name in repeated) for name in files}
        if with_lines:
            return {name: _lined(rows, readings[name]) for name, rows in found.items()}
        return {name: rows.drop(["_row"]) for name, rows in found.items()}


def _lined(rows: pa.Table, reading: Reading) -> pa.Table:
    numbers = rows["_row"].to_pylist()
    lines = reading.lines.of(numbers)
    return rows.drop(["_row"]).append_column(LINE, pa.array([lines[number] for number in numbers], pa.int64()))


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, with_repeats: bool) -> pa.Table:
    columns = ", ".join(column.name for column in table.all_columns)
    keys = ", ".join(table.key)
    once = f" WHERE (_file, _row) NOT IN (SELECT (_file, _row) FROM {repeats_of(table)})" if with_repeats else ""
    return connection.sql(f"SELECT {columns}, _row FROM {rows_view(table)}{once} ORDER BY {keys}").to_arrow_table()
