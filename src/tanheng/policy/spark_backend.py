"""Rules on Spark: the plan is made here, rows are read, joined, kept and written by the executors only."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import SparkSession

from tanheng.policy.arithmetic import SPARK


class SparkBackend:
    """A sum of 9.2e12 units or more does not fit here: it ends the job with an error, never in a wrong number."""

    arithmetic = SPARK

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def planning(self) -> AbstractContextManager[None]:
        return nullcontext()

    def scan(self, table: pa.Table) -> nw.LazyFrame[Any]:
        return nw.from_native(self._session.createDataFrame(table))

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Kept by the executors, on disk where memory ends; a lost executor's part is computed again."""
        kept = frame.to_native().persist(StorageLevel.MEMORY_AND_DISK)
        return nw.from_native(kept)

    def write(self, frame: nw.LazyFrame[Any], place: Path) -> None:
        """A folder of Parquet, one file a partition, written by the executors."""
        frame.to_native().write.mode("overwrite").parquet(str(place.resolve()))
