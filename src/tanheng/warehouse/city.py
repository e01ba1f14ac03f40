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
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

from tanheng.text import Text
from tanheng.warehouse.arrays import Arrays
from tanheng.warehouse.cells import quote
from tanheng.warehouse.checks import Categories, allowed_values
from tanheng.warehouse.files import InputFile
from tanheng.warehouse.given_rows import take_rows
from tanheng.warehouse.intake import SHOWN_FAULTS
from tanheng.warehouse.loading import Loaded, load
from tanheng.warehouse.manifest import Manifest
from tanheng.warehouse.queries import first_row, room_told
from tanheng.warehouse.schema import Table
from tanheng.warehouse.scratch import Scratch
from tanheng.warehouse.traps import RowQuestion, caught_rows, find_questions, frame_query
from tanheng.warehouse.traps.positions import GEOMETRY

MEMORY_LIMIT = "1500MB"


def _connected(**settings: str) -> duckdb.DuckDBPyConnection:
    """A database in memory that draws no progress bar of its own into what we print."""
    config: dict[str, Any] = dict(settings)
    connection = duckdb.connect(config=config)
    connection.execute("SET enable_progress_bar = false")
    return connection


class City:
    """The tables of one city. Close it, or use it in a ``with`` statement.

    ``questions`` are what the traps ask, in the order of tables and files; ``notes`` say which traps
    could not be set; ``unread`` lists files in the layers that belong to none of the tables asked for.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        tables: Sequence[Table],
        manifest: Manifest,
        present: frozenset[str],
        *,
        path: Path | None = None,
        loaded: Loaded | None = None,
        questions: Sequence[RowQuestion] = (),
        notes: Sequence[Text] = (),
        categories: Categories | None = None,
        scratch: Scratch | None = None,
    ) -> None:
        self.connection = connection
        self.tables: Mapping[str, Table] = {table.name: table for table in tables}
        self.manifest = manifest
        self.path = path
        self.inputs: tuple[InputFile, ...] = loaded.inputs if loaded else ()
        self.unread: tuple[str, ...] = loaded.unread if loaded else ()
        self.questions = tuple(questions)
        self.notes = tuple(notes)
        self.is_checked = loaded is not None
        self._categories = categories
        self._present = present
        self._loaded = loaded
        self._scratch = scratch
        self._made_up = frozenset(
            table.name
            for table in tables
            if first_row(connection, f"SELECT 1 FROM {quote(table.name)} WHERE origin = 'made_up' LIMIT 1")
        )  # fmt: skip

    @classmethod
    def open(
        cls,
        path: str | Path,
        tables: Sequence[Table],
        *,
        categories: Categories | None = None,
        today: date | None = None,
        memory_limit: str = MEMORY_LIMIT,
        faults_most: int = SHOWN_FAULTS,
    ) -> City:
        """Read and check a city folder.

        ``categories`` are the rulebook's, for columns that hold categories of a parameter; without
        them these columns are not checked. ``today`` is the date of the run, after which a row is in
        the future. ``memory_limit`` bounds what DuckDB keeps in memory; the rest goes to a temporary folder.
        ``faults_most`` is how many rows are told of one fault in one column; the rest is counted.

        Raises
        ------
        InputRejected
            With every fault of every file; nothing is loaded then. Also where the city does not fit into the
            memory limit and the room for temporary files.
        """
        scratch = Scratch()
        connection = _connected(
            memory_limit=memory_limit, temp_directory=str(scratch.path), max_temp_directory_size=scratch.room
        )
        opened: City | None = None
        try:
            with room_told(path):
                loaded = load(
                    connection,
                    Path(path),
                    tables,
                    categories=categories,
                    scratch=scratch.path,
                    faults_most=faults_most,
                )
                questions = _set_traps(connection, loaded, tables, today)
                present = frozenset(name for name, readings in loaded.readings.items() if readings)
                opened = cls(
                    connection,
                    tables,
                    loaded.manifest,
                    present,
                    path=Path(path),
                    loaded=loaded,
                    questions=questions,
                    notes=_notes(tables, loaded, today),
                    categories=categories,
                    scratch=scratch,
                )
            return opened
        finally:
            if opened is None:
                connection.close()
                scratch.close()

    @classmethod
    def from_rows(
        cls,
        tables: Sequence[Table],
        rows: Mapping[str, Sequence[Mapping[str, object]]],
        *,
        manifest: Manifest | None = None,
    ) -> City:
        """A city in memory, for scenarios and tests: defaults filled in, no traps, nothing required.

        Raises
        ------
        ValueError
            When ``rows`` names a table, or a row a column, that is not declared, or a value is of the wrong type.
        """
        for name in rows:
            if name not in {table.name for table in tables}:
                raise ValueError(f"{name} is no table of this city")
        connection = _connected()
        for table in tables:
            take_rows(connection, table, rows.get(table.name, ()))
        return cls(connection, tables, manifest or NAMELESS, frozenset(rows))

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        """The rows of a table: the declared columns in order, then ``origin``, ``source`` and ``held``.

        A table without a file is a frame without rows. The order of rows is not defined.
        """
        return nw.from_native(self.connection.view(self._known(name)))

    def categories_of(self, table: str, column: str) -> frozenset[str] | None:
        """What the intake lets a column hold, or None where it lets everything pass."""
        known = allowed_values(self.tables[table][column], self._categories) if self.is_checked else None
        return None if known is None else frozenset(known)

    def into_memory(self) -> None:
        """Copy every table into DuckDB, for many evaluations of the same city."""
        for name in self.tables:
            copy = quote(f"{name}#memory")
            self.connection.execute(f"CREATE OR REPLACE TABLE {copy} AS SELECT * FROM {quote(name)}")
            self.connection.execute(f"CREATE OR REPLACE VIEW {quote(name)} AS SELECT * FROM {copy}")

    @cached_property
    def arrays(self) -> Arrays:
        """The columns of the tables as arrays, fetched as they are asked for."""
        return Arrays(self.connection)

    def size(self) -> int:
        """The rows of all tables together."""
        counts = " + ".join(f"(SELECT count(*) FROM {quote(name)})" for name in self.tables) or "0"
        row = first_row(self.connection, f"SELECT {counts}")
        assert row is not None
        return int(row[0])

    def has(self, name: str) -> bool:
        """Whether the city holds the table at all."""
        return self._known(name) in self._present

    def made_up(self, name: str) -> bool:
        """Whether the table holds made-up rows: what rests on it is demonstration data."""
        return self._known(name) in self._made_up

    def geometry(self, name: str) -> dict[str, Any]:
        """A GeoJSON feature collection that ``city.yaml`` names.

        Raises
        ------
        KeyError
            When it names none of that name.
        """
        if self._loaded is None or name not in self._loaded.geometry:
            raise KeyError(f"the city has no geometry {name}")
        return self._loaded.geometry[name]

    def caught(self) -> pa.Table:
        """Every row that a trap caught, a line for each question it raises.

        Columns: question, trap, table, file, line, key, column, value, expected, left_out.
        """
        readings = self._loaded.readings if self._loaded else {}
        return caught_rows(self.connection, list(self.tables.values()), readings, self.questions)

    def close(self) -> None:
        """Let go of the tables. What was collected from frames stays."""
        self.connection.close()
        if self._scratch is not None:
            self._scratch.close()

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


NAMELESS = Manifest(Text("a city of given rows", "给定数据的城市"), "", "", (1900, 2200), ())


def _set_traps(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, tables: Sequence[Table], today: date | None
) -> list[RowQuestion]:
    """Find what the rows make one ask, and make the views that everybody reads, without what is held."""
    questions: list[RowQuestion] = []
    for table in tables:
        asked = find_questions(
            connection,
            table,
            loaded.readings[table.name],
            tables={table.name: table for table in tables},
            has_repeats=table.name in loaded.with_repeats,
            areas=loaded.geometry,
            id_properties={name: item.id_property for name, item in loaded.manifest.geometry.items()},
            today=today,
        )
        questions += asked
        connection.execute(f"CREATE VIEW {quote(table.name)} AS {frame_query(table, is_held=bool(asked))}")
    return questions


def _notes(tables: Sequence[Table], loaded: Loaded, today: date | None) -> list[Text]:
    """Which traps could not be set."""
    kinds = {trap.kind for table in tables if loaded.readings[table.name] for trap in table.traps}
    notes = []
    if "outside_district" in kinds and GEOMETRY not in loaded.geometry:
        notes.append(
            Text(
                f"Positions are not checked against districts: city.yaml names no geometry {GEOMETRY}.",
                f"未核对位置与所在区:city.yaml 未给出 {GEOMETRY} 边界。",
            )
        )
    if "in_the_future" in kinds and today is None:
        notes.append(
            Text(
                "Dates in the future are not looked for: no date of the run was given.",
                "未核对未来日期:未给出运行日期。",
            )
        )
    return notes


@atexit.register
def _let_go_of_duckdb() -> None:
    """Empty a cache of Narwhals that holds DuckDB's classes to the end, at which DuckDB prints a page of warnings."""
    cached = getattr(importlib.import_module("narwhals._namespace"), "_builtin_namespace", None)
    if cached is not None:
        cached.cache_clear()
