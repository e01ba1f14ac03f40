"""A city's tables, checked and ready for queries.

    with City.open("examples/shenzhen", TABLES, categories=rulebook.categories(), today=date(2025, 1, 1)) as city:
        city.frame("fuel_use")     # a Narwhals frame on DuckDB: nothing is read before it is asked for
        city.questions             # what the rows make one ask

``open`` either gives a whole city or raises ``InputRejected`` with every fault. A value that a trap
caught is null in the frame, and the column ``held`` of its row names the question.
"""

from __future__ import annotations

import atexit
import importlib
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

from tanheng.text import Text
from tanheng.warehouse.cells import SQL_TYPES, literal, quote
from tanheng.warehouse.checks import Categories
from tanheng.warehouse.files import InputFile
from tanheng.warehouse.loading import has_made_up, load
from tanheng.warehouse.manifest import Manifest
from tanheng.warehouse.relations import rows_view
from tanheng.warehouse.schema import Kind, Table

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


MEMORY_LIMIT = "1500MB"


@atexit.register
def _let_go_of_duckdb() -> None:
    """Empty a cache of Narwhals that holds DuckDB's classes to the end, at which DuckDB prints a page of warnings."""
    cached = getattr(importlib.import_module("narwhals._namespace"), "_builtin_namespace", None)
    if cached is not None:
        cached.cache_clear()


class City:
    """The tables of one city. Close it, or use it in a ``with`` statement."""

    def __init__(
        self,
        path: Path | None,
        manifest: Manifest,
        tables: Sequence[Table],
        connection: duckdb.DuckDBPyConnection,
        *,
        inputs: Sequence[InputFile] = (),
        questions: Sequence[Any] = (),
        present: frozenset[str] = frozenset(),
        with_made_up: frozenset[str] = frozenset(),
    ) -> None:
        self.path = path
        self.manifest = manifest
        self.tables: Mapping[str, Table] = {table.name: table for table in tables}
        self.connection = connection
        self.inputs = tuple(inputs)
        self.questions = tuple(questions)
        self._present = present
        self._made_up = with_made_up
        self._geometry: Mapping[str, dict[str, Any]] = {}
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def open(
        cls,
        path: str | Path,
        tables: Sequence[Table],
        *,
        categories: Categories | None = None,
        today: date | None = None,
        memory_limit: str = MEMORY_LIMIT,
    ) -> City:
        """Read and check a city folder.

        ``categories`` are the rulebook's, for columns that hold categories of a parameter; without
        them these columns are not checked. ``today`` is the date of the run, after which a row is in
        the future. ``memory_limit`` bounds what DuckDB keeps in memory; the rest goes to a temporary folder.

        Raises
        ------
        InputRejected
            With every fault of every file; nothing is loaded then.
        """
        scratch = tempfile.TemporaryDirectory(prefix="tanheng-")
        connection = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": scratch.name})
        try:
            loaded = load(connection, Path(path), tables, categories)
            for table in tables:
                connection.execute(
                    f"CREATE VIEW {quote(table.name)} AS SELECT * EXCLUDE (_file, _row), CAST(NULL AS VARCHAR) AS held "
                    f"FROM {rows_view(table)}"
                )
            made_up = frozenset(table.name for table in tables if has_made_up(connection, table))
        except BaseException:
            connection.close()
            scratch.cleanup()
            raise
        present = frozenset(name for name, found in loaded.readings.items() if found)
        city = cls(
            Path(path), loaded.manifest, tables, connection, inputs=loaded.inputs, present=present, with_made_up=made_up
        )
        city._geometry = loaded.geometry
        city._scratch = scratch
        return city

    @classmethod
    def from_rows(
        cls,
        tables: Sequence[Table],
        rows: Mapping[str, Sequence[Mapping[str, object]]],
        *,
        manifest: Manifest | None = None,
    ) -> City:
        """A city in memory, for scenarios and tests: defaults filled in, no traps.

        Raises
        ------
        ValueError
            When a row names a column, or ``rows`` a table, that is not declared.
        """
        known = {table.name: table for table in tables}
        for name in rows:
            if name not in known:
                raise ValueError(f"{name} is no table of this city")
        connection = duckdb.connect()
        for table in tables:
            given = rows.get(table.name, ())
            _refuse_unknown_columns(table, given)
            parts = []
            if given:
                arrow = pa.table(
                    {
                        column.name: pa.array(
                            [_converted(row.get(column.name), column.kind) for row in given], ARROW_TYPES[column.kind]
                        )
                        for column in table.all_columns
                    }
                )
                stored = quote(f"{table.name}#rows")
                connection.register("given_rows", arrow)
                connection.execute(f"CREATE TABLE {stored} AS SELECT * FROM given_rows")
                connection.unregister("given_rows")
                chosen = []
                for column in table.all_columns:
                    name = quote(column.name)
                    default = "" if column.default is None else literal(column.default, column.kind)
                    chosen.append(f"coalesce({name}, {default}) AS {name}" if default else name)
                parts.append(f"SELECT {', '.join(chosen)} FROM {stored}")
            _make_view(connection, table, parts)
        made_up = frozenset(table.name for table in tables if _holds_made_up(connection, table))
        return cls(
            None,
            manifest or Manifest(Text("city", "城市"), "", "", (1990, 2100), ()),
            tables,
            connection,
            present=frozenset(rows),
            with_made_up=made_up,
        )

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        """The rows of a table: the declared columns in order, then ``origin``, ``source`` and ``held``."""
        return nw.from_native(self.connection.view(self._known(name)))

    def has(self, name: str) -> bool:
        """Whether a file of the table stands in the folder."""
        return self._known(name) in self._present

    def made_up(self, name: str) -> bool:
        """Whether the table holds made-up rows: what rests on it is demonstration data."""
        return self._known(name) in self._made_up

    def geometry(self, name: str) -> dict[str, Any]:
        """A GeoJSON feature collection that ``city.yaml`` names."""
        if name not in self._geometry:
            raise KeyError(f"the city has no geometry {name}")
        return self._geometry[name]

    def close(self) -> None:
        self.connection.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def __enter__(self) -> City:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _known(self, name: str) -> str:
        if name not in self.tables:
            raise KeyError(f"{name} is no table of this city")
        return name


def _make_view(connection: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[str]) -> None:
    if not parts:
        empty = ", ".join(f"CAST(NULL AS {SQL_TYPES[c.kind]}) AS {quote(c.name)}" for c in table.all_columns)
        parts = [f"SELECT {empty} WHERE false"]
    names = ", ".join(quote(c.name) for c in table.all_columns)
    connection.execute(
        f"CREATE VIEW {quote(table.name)} AS SELECT {names}, CAST(NULL AS VARCHAR) AS held "
        f"FROM ({' UNION ALL '.join(parts)})"
    )


def _holds_made_up(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
    found = connection.execute(f"SELECT 1 FROM {quote(table.name)} WHERE origin = 'made_up' LIMIT 1").fetchone()
    return found is not None


def _refuse_unknown_columns(table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    known = {column.name for column in table.all_columns}
    for number, row in enumerate(rows, start=1):
        for name in row:
            if name not in known:
                raise ValueError(f"{table.name} row {number}: {name} is no column of this table")


def _converted(value: object, kind: Kind) -> object:
    """Dates may be given as text, numbers as integers."""
    if value is None:
        return None
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if kind == "number" and isinstance(value, int):
        return float(value)
    if kind == "text":
        return str(value)
    return value
