"""Where the tables of an evaluation live: the few things that Narwhals leaves to the engine."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import duckdb
import narwhals as nw
import pyarrow as pa

from tanheng.policy.arithmetic import DUCKDB, Arithmetic
from tanheng.warehouse.cells import text
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Table


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

    def planning(self) -> AbstractContextManager[None]:
        """Around the building of queries."""
        ...

    def scan(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """A small table of ours beside the city's own."""
        ...

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Compute a frame once, for several later uses."""
        ...

    def write(self, frame: nw.LazyFrame[Any], place: Path) -> None:
        """Write a frame as Parquet, without collecting it here."""
        ...


class DuckDBBackend:
    """Tables in the city's DuckDB connection; what is kept goes into temporary tables there."""

    arithmetic = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute("SET preserve_insertion_order = false")  # the order of rows means nothing here
        self._names = (f"evaluation_{number}" for number in count(next(_EVALUATIONS) * 1_000_000))

    @contextmanager
    def planning(self) -> Iterator[None]:
        """Without DuckDB's search for texts that are also names of columns.

        It folds the name of every column of the frame for every column of the result, which takes longer on our
        frames of hundreds of columns than all else, and cannot find anything: rules name columns as columns.
        """
        relation = importlib.import_module("duckdb._relation")
        warn = getattr(relation, "_warn_on_literal_names", None)
        if warn is None:
            yield
            return
        setattr(relation, "_warn_on_literal_names", lambda value, columns: None)  # noqa: B010
        try:
            yield
        finally:
            setattr(relation, "_warn_on_literal_names", warn)  # noqa: B010

    def scan(self, table: pa.Table) -> nw.LazyFrame[Any]:
        name = next(self._names)
        self._connection.register(f"{name}_arrow", table)
        self._connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name}_arrow"')
        self._connection.unregister(f"{name}_arrow")
        return self._table(name)

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        name = next(self._names)
        query = frame.to_native().sql_query()
        self._connection.execute(f'CREATE TEMP TABLE "{name}" AS {query}')
        return self._table(name)

    def write(self, frame: nw.LazyFrame[Any], place: Path) -> None:
        """One Parquet file."""
        place.parent.mkdir(parents=True, exist_ok=True)
        query = frame.to_native().sql_query()
        self._connection.execute(f"COPY ({query}) TO {text(str(place))} (FORMAT parquet)")

    def _table(self, name: str) -> nw.LazyFrame[Any]:
        frame: nw.LazyFrame[Any] = nw.from_native(self._connection.table(name))
        return frame


def backend_of(city: Tables) -> Backend:
    """The backend for the engine that the city's tables are on."""
    if isinstance(city, City):
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
