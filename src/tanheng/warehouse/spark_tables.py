"""Parquet as the executors of a Spark cluster read it. The folder must be one that all of them see."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import narwhals as nw
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import types as spark

from tanheng.warehouse.schema import Kind, Table

_DTYPES: dict[Kind, spark.DataType] = {
    "text": spark.StringType(),
    "integer": spark.LongType(),
    "number": spark.DoubleType(),
    "date": spark.DateType(),
    "boolean": spark.BooleanType(),
}
UNREADABLE = (PySparkException, nw.exceptions.NarwhalsError, OSError)
# Loopback only, no web page, and times without a zone; whoever runs a real cluster sets what differs there.
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # a sum that does not fit is an error and never a wrong number
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


@contextmanager
def session_on(master: str, **settings: str) -> Iterator[SparkSession]:
    """A session on ``master`` (``local[2]``, ``spark://HOST:7077``), stopped at the end.

    A master on this machine is spoken to on the loopback address only. ``settings`` are Spark's own:
    ``**{"spark.executor.memory": "4g"}``.
    """
    if master.startswith("local") or "//127." in master or "//localhost" in master:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        # Functions of ours run in this interpreter, not in whatever is called python3 there.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", **settings}
    builder = SparkSession.builder.appName("tanheng").master(master)
    for name, value in {**_SETTINGS, **settings}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def reader(session: SparkSession) -> tuple[Callable[[Path], nw.LazyFrame[Any]], Callable[[Table], nw.LazyFrame[Any]]]:
    """How this session reads a Parquet file or folder, and makes a table without rows."""

    def scan(place: Path) -> nw.LazyFrame[Any]:
        try:
            return nw.from_native(session.read.parquet(_literal(place)))
        except Py4JJavaError as error:  # what PySpark has no class for; its own text is a page of Java
            raise OSError(error.java_exception.getMessage()) from error

    def empty(table: Table) -> nw.LazyFrame[Any]:
        fields = [spark.StructField(column.name, _DTYPES[column.kind]) for column in table.all_columns]
        fields.append(spark.StructField("held", spark.StringType()))
        return nw.from_native(session.createDataFrame([], spark.StructType(fields)))

    return scan, empty


def _literal(place: Path) -> str:
    """The path of one file or folder; Spark would take ``[2024]`` in it for a pattern."""
    return re.sub(r"([*?\[\]{}\\])", r"\\\1", str(place.resolve()))
