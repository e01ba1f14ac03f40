"""Questions to DuckDB that leave nothing open: a result that is not read to its end blocks its connection."""

from __future__ import annotations

import errno
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tanheng.problems import reject
from tanheng.warehouse.cells import quote


def is_out_of_room(error: Exception) -> bool:
    """Whether DuckDB ran out of memory and of room for temporary files, which is no fault of a file."""
    return isinstance(error, duckdb.OutOfMemoryException) or (
        isinstance(error, duckdb.IOException) and "write" in str(error).lower()
    )


@contextmanager
def room_told(city: str | Path, written_to: str | Path | None = None) -> Iterator[None]:
    """Say to people that memory or disk do not suffice, which is no fault of the program.

    Raises
    ------
    InputRejected
        In place of the error of DuckDB or of the system that says so, and of no other.
    """
    place = tempfile.gettempdir()
    try:
        yield
    except duckdb.Error as error:
        if not is_out_of_room(error):
            raise
        said = re.sub(r"\S*tanheng-\d+-\w+", place, str(error).splitlines()[0])
        message = f"the city does not fit into the memory of the run and the room for temporary files: {said}"
        hint = f"Free some room in {place}, or set TMPDIR to a larger disk"
        raise reject("city.E008", city, message, hint=hint) from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        hint = "Free some room; of what was begun nothing is kept"
        raise reject(
            "city.E009", error.filename or written_to or city, "there is no room left on the disk", hint=hint
        ) from None


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
