"""Where the tables of an evaluation live: the few things that Narwhals leaves to the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import duckdb
import narwhals as nw
import pyarrow as pa

from tanheng.policy.arithmetic import DUCKDB, PER_UNIT, Arithmetic
from tanheng.policy.relational import Frame, SmallTable
from tanheng.policy.sql import SQL_TYPES, SqlFrame, SqlTable
from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Table

Results = nw.LazyFrame[Any]
# Rows of a city: for fewer, DuckDB is done before code is made; more may not fit into memory as arrays.
WORTH_COMPILING, LARGEST_IN_ARRAYS = 200_000, 10_000_000
ROWS_A_THREAD = 20_000
# Numbers of which nearly each is another are not looked up in a dictionary: a quarter less time, and less room.
_PARQUET = "FORMAT parquet, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 2000"
_OUT_OF_RANGE = re.compile(r"with value (\S+) can't be cast")


class Tables(Protocol):
    """What rules ask of a city, whatever engine its tables are on."""

    @property
    def tables(self) -> Mapping[str, Table]: ...
    @property
    def is_checked(self) -> bool:
        """Whether it is known that columns which must be filled are."""
        ...

    def categories_of(self, table: str, column: str) -> frozenset[str] | None:
        """What a column holds at most, where that was checked."""
        ...

    def frame(self, name: str) -> nw.LazyFrame[Any]: ...
    def made_up(self, name: str) -> bool: ...


class Backend(Protocol):
    @property
    def arithmetic(self) -> Arithmetic:
        """How the engine counts."""
        ...

    def rows(self, city: Tables, table: str) -> Frame:
        """The rows of one of the city's tables."""
        ...

    def scan(self, table: SmallTable) -> Frame:
        """A small table of ours beside the city's own."""
        ...

    def keep(self, frame: Any) -> Frame:
        """Work a frame out now, for several later uses."""
        ...

    def fetch(self, frame: Any) -> pa.Table:
        """The rows of a small frame."""
        ...

    def results(self, frame: Any) -> Results:
        """A frame for others to work with."""
        ...

    def take(self, results: Results) -> Frame:
        """The other way round."""
        ...

    def hold(self, results: Results) -> Results:
        """Work results out now, for several later uses."""
        ...

    def write(self, results: Results, place: Path) -> None:
        """Write results as Parquet, without collecting them here."""
        ...


class TooLarge(ArithmeticError):
    """A part that cannot be added up exactly, of this many units where the engine tells."""

    def __init__(self, value: float | None) -> None:
        super().__init__(f"a part of {value:.3g}" if value is not None else "a part")


class DuckDBBackend:
    """Tables in the city's DuckDB connection; what is kept goes into temporary tables there."""

    arithmetic = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute("SET preserve_insertion_order = false")  # the order of rows means nothing here
        self._names = (f"evaluation_{number}" for number in count(next(_EVALUATIONS) * 1_000_000))

    def rows(self, city: Tables, table: str) -> SqlFrame:
        return SqlTable(quote(table), tuple(city.frame(table).collect_schema().names()))

    def scan(self, table: SmallTable) -> SqlFrame:
        name = next(self._names)
        columns = ", ".join(
            f"unnest(CAST(? AS {SQL_TYPES[type_]}[])) AS {quote(column)}" for column, type_ in table.types.items()
        )
        # As parameters and not as an Arrow table: to make one of lists, pyarrow imports pandas, most of a second.
        values = [table.columns[column] for column in table.types]
        self._connection.execute(f"CREATE TEMP TABLE {quote(name)} AS SELECT {columns}", values)
        return SqlTable(quote(name), tuple(table.columns))

    def keep(self, frame: SqlFrame) -> SqlFrame:
        return SqlTable(quote(self._kept(frame.statement())), frame.columns)

    def fetch(self, frame: SqlFrame) -> pa.Table:
        return self._connection.sql(frame.statement()).to_arrow_table()

    def results(self, frame: SqlFrame) -> Results:
        return nw.from_native(self._connection.sql(frame.statement()))

    def take(self, results: Results) -> SqlFrame:
        return SqlTable(f"({results.to_native().sql_query()})", tuple(results.collect_schema().names()))

    def hold(self, results: Results) -> Results:
        return nw.from_native(self._connection.table(self._kept(results.to_native().sql_query())))

    def write(self, results: Results, place: Path) -> None:
        """One Parquet file."""
        place.parent.mkdir(parents=True, exist_ok=True)
        query = results.to_native().sql_query()
        self._connection.execute(f"COPY ({query}) TO {text(str(place))} ({_PARQUET})")

    def taken_in(self, rows: pa.Table) -> duckdb.DuckDBPyRelation:
        """Rows of ours beside the city's tables."""
        name = next(self._names)
        batches = rows.to_batches(max_chunksize=ROWS_A_THREAD)  # each is read by one thread
        self._connection.register(name, pa.Table.from_batches(batches, rows.schema))
        return self._connection.view(name)

    def _kept(self, query: str) -> str:
        name = next(self._names)
        try:
            self._connection.execute(f"CREATE TEMP TABLE {quote(name)} AS {query}")
        except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
            found = _OUT_OF_RANGE.search(str(error))
            raise TooLarge(float(found[1]) / PER_UNIT if found else None) from error
        return name


def backend_of(city: Tables, *, few: bool = False) -> Backend:
    """The backend for the engine that the city's tables are on.

    A city of some size in DuckDB has its rules compiled; ``few`` says that only a few of its rows will be asked for.
    """
    if isinstance(city, City):
        if not few and WORTH_COMPILING <= city.size() <= LARGEST_IN_ARRAYS:
            from tanheng.policy.compiled.backend import CompiledBackend

            return CompiledBackend(city)
        return DuckDBBackend(city.connection)
    engine = getattr(city, "engine", None)
    if engine == "polars":
        from tanheng.policy.polars_backend import PolarsBackend

        return PolarsBackend()
    if engine == "spark":
        from tanheng.policy.spark_backend import SparkBackend

        return SparkBackend(getattr(city, "session"), getattr(city, "scratch", None))  # noqa: B009
    raise TypeError(f"there is no engine for {type(city).__name__}")


_EVALUATIONS = count(1)
