"""Where the tables of an evaluation live: the few things that Narwhals leaves to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any, Protocol

import duckdb
import narwhals as nw
import pyarrow as pa

from tanheng.policy.arithmetic import DUCKDB, Arithmetic
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

    def scan(self, table: pa.Table) -> nw.LazyFrame[Any]:
        """A small table of ours beside the city's own."""
        ...

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Compute a frame once, for several later uses."""
        ...


class DuckDBBackend:
    """Tables in the city's DuckDB connection; what is kept goes into temporary tables there."""

    arithmetic = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._names = (f"evaluation_{number}" for number in count(next(_EVALUATIONS) * 1_000_000))

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

        return SparkBackend(getattr(city, "session"))  # noqa: B009
    raise TypeError(f"there is no engine for {type(city).__name__}")


_EVALUATIONS = count(1)
