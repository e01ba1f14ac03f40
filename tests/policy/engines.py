"""A city in memory on another engine than DuckDB."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import narwhals as nw
import polars as pl
import pytest

from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Table


class Placed:
    """The tables of a city, copied to an engine."""

    def __init__(self, city: City, engine: Literal["polars", "spark"], session: Any = None) -> None:
        self.engine = engine
        self.session = session
        self.scratch = None
        self._city = city
        self._frames: dict[str, nw.LazyFrame[Any]] = {}

    @property
    def tables(self) -> Mapping[str, Table]:
        return self._city.tables

    @property
    def is_checked(self) -> bool:
        return self._city.is_checked

    def categories_of(self, table: str, column: str) -> frozenset[str] | None:
        return self._city.categories_of(table, column)

    def made_up(self, name: str) -> bool:
        return self._city.made_up(name)

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        if name not in self._frames:
            rows = self._city.frame(name).collect("pyarrow").to_native()
            if self.engine == "polars":
                polars = pl.from_arrow(rows)
                assert isinstance(polars, pl.DataFrame)
                self._frames[name] = nw.from_native(polars.lazy())
            else:
                self._frames[name] = nw.from_native(self.session.createDataFrame(rows))
        return self._frames[name]


def why_no_spark() -> str:
    """What this machine lacks for Spark; empty when it can run it."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed"
    return "" if shutil.which("java") else "there is no Java"


@contextmanager
def small_session() -> Iterator[Any]:
    """Spark in this process on two threads, for few rows: plans are interpreted, since compiling them takes longer."""
    missing = why_no_spark()
    if missing:
        pytest.skip(missing)
    from tanheng.warehouse.spark_tables import session_on

    quick = {
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.memory": "2g",
    }
    with session_on("local[2]", **quick) as session:
        yield session
