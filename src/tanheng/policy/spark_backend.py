"""Rules on Spark: the plan is made here, rows are read, joined, kept and written by the executors only."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import narwhals as nw
from pyspark import StorageLevel
from pyspark.sql import SparkSession

from tanheng.policy.arithmetic import SPARK
from tanheng.policy.narwhals_backend import NarwhalsBackend
from tanheng.policy.relational import SmallTable


class SparkBackend(NarwhalsBackend):
    """Computes on the executors of a session.

    ``scratch`` is a folder that all of them see, for what is kept between queries; without one it stays with the
    executors, and is lost with them. A sum of 9.2e12 units or more does not fit here: it ends the job with an error,
    never in a wrong number.
    """

    arithmetic = SPARK

    def __init__(self, session: SparkSession, scratch: Path | None = None) -> None:
        self._session = session
        self._scratch = scratch
        self._names = (f"kept_{number}" for number in count(next(_EVALUATIONS) * 1_000_000))

    def scan(self, table: SmallTable) -> nw.LazyFrame[Any]:
        return nw.from_native(self._session.createDataFrame(table.arrow()))

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """What is kept begins a plan of its own: Spark would otherwise plan all that came before again and again."""
        query = frame.to_native()
        if self._scratch is None:
            query = query.localCheckpoint(storageLevel=StorageLevel.MEMORY_AND_DISK)
            held: nw.LazyFrame[Any] = nw.from_native(query)
            return held
        place = str((self._scratch / next(self._names)).resolve())
        query.write.parquet(place)
        kept: nw.LazyFrame[Any] = nw.from_native(self._session.read.schema(query.schema).parquet(place))
        return kept

    def write(self, frame: nw.LazyFrame[Any], place: Path) -> None:
        """A folder of Parquet, one file a partition, written by the executors."""
        frame.to_native().write.mode("overwrite").parquet(str(place.resolve()))


_EVALUATIONS = count(1)
