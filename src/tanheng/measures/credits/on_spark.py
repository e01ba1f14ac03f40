"""Events to reductions and points on a Spark cluster: the same rules, and the same answers.

    folder of Parquet ──> events that count, each once ──> person-days ──rules──> out/*.parquet on the executors

What differs from ``crediting`` is how events are read and how copies are found; person-days and rules are the same
text. Spark comes with the extra ``cluster``; every executor must see both folders.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as spark
from pyspark.storagelevel import StorageLevel

from tanheng.measures.credits.crediting import must_not_overlap, query_of
from tanheng.measures.credits.event_files import (
    COLUMNS,
    COUNTED,
    COUNTED_COLUMNS,
    EXAMPLES,
    REASONS,
    Intake,
    Refused,
    Span,
    reason_of,
)
from tanheng.policy.spark_backend import SparkBackend
from tanheng.problems import InputRejected, Problem, reject
from tanheng.warehouse.cells import text

_RESOLVED = "events_resolved"
_WHOLE = "struct(person, day, scene, mode, unit, quantity)"
_SAYS_ZONE = r"at RLIKE '[0-9](Z|[+-][0-9]{2}:?[0-9]{2})$'"


def credit_on_spark(
    session: SparkSession, events: Path, spans: Sequence[Span], out: Path, *, scratch: Path | None = None
) -> Intake:
    """Write reductions and points of every person and day below ``out``, and say what became of the events.

    Raises
    ------
    InputRejected
        ``events.E001`` nothing there, ``E002`` a column is missing, ``E004`` spans overlap.
    """
    must_not_overlap(spans)
    # The queries are those of DuckDB: names in double quotes, moments in the zone of the session.
    session.conf.set("spark.sql.ansi.doubleQuotedIdentifiers", "true")
    session.conf.set("spark.sql.session.timeZone", "UTC")
    _typed(_read(session, events)).createOrReplaceTempView("events_raw")
    resolved = session.sql(_resolved(spans)).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        resolved.createOrReplaceTempView(_RESOLVED)
        session.sql(f"SELECT {COUNTED_COLUMNS} FROM {_RESOLVED} WHERE reason IS NULL").createOrReplaceTempView(COUNTED)
        intake = _intake(session)
        rows = session.sql(query_of(_Views(session, scratch), spans, "credited"))
        rows.orderBy("person", "day", "methodology", "version").write.parquet(str(out))
    finally:
        resolved.unpersist()
    return intake


class _Views:
    """Views of a session, as ``crediting.Engine``."""

    def __init__(self, session: SparkSession, scratch: Path | None) -> None:
        self._session = session
        self.backend = SparkBackend(session, scratch)

    def view(self, name: str, query: str) -> None:
        """Call a query by a name."""
        self._session.sql(query).createOrReplaceTempView(name)

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        """The rows of a view."""
        return nw.from_native(self._session.table(name))

    def view_of(self, name: str, results: nw.LazyFrame[Any]) -> None:
        """Call results by a name."""
        results.to_native().createOrReplaceTempView(name)


def _read(session: SparkSession, place: Path) -> DataFrame:
    if not any(place.rglob("*.parquet")) and place.suffix != ".parquet":
        raise reject("events.E001", place, "holds no events (*.parquet)")
    try:
        found = session.read.option("recursiveFileLookup", "true").option("mergeSchema", "true").parquet(str(place))
    except AnalysisException as error:
        raise reject("events.E003", place, f"cannot be read: {str(error).splitlines()[0]}") from error
    lacking = [column for column in COLUMNS if column not in found.columns]
    if lacking:
        problem = Problem(
            "events.E002",
            str(place),
            message=f"has no {', '.join(lacking)}",
            expected=f"with the columns {', '.join(COLUMNS)}",
        )
        raise InputRejected([problem])
    return found


def _typed(raw: DataFrame) -> DataFrame:
    texts = [f"CAST({name} AS STRING) AS {name}" for name in COLUMNS if name not in ("at", "quantity")]
    quantity = "quantity" if isinstance(raw.schema["quantity"].dataType, spark.DoubleType) else _number("quantity")
    return raw.selectExpr(*texts, f"{_day(raw.schema['at'].dataType)} AS day", f"{quantity} AS quantity")


def _number(name: str) -> str:
    return f"try_cast({name} AS DOUBLE)"


def _day(kind: spark.DataType) -> str:
    """The day in Beijing, which has had no summer time since 1991."""
    if isinstance(kind, spark.TimestampType):
        return "CAST(at + INTERVAL 8 HOURS AS DATE)"
    if isinstance(kind, spark.TimestampNTZType | spark.DateType):
        return "CAST(at AS DATE)"
    instant = "CAST(try_cast(at AS TIMESTAMP) + INTERVAL 8 HOURS AS DATE)"
    return f"CASE WHEN {_SAYS_ZONE} THEN {instant} ELSE CAST(try_cast(at AS TIMESTAMP_NTZ) AS DATE) END"


def _resolved(spans: Sequence[Span]) -> str:
    """Every event once, with the number of its copies and why it does not count; those without a name one by one."""
    kept = ", ".join(f"min({name}) AS {name}" for name in ("person", "day", "scene", "mode", "unit", "quantity"))
    marked = f"SELECT *, {reason_of(spans)} AS reason FROM events_raw"
    nameless = "application, event_id, person, day, scene, mode, unit, quantity, 1L AS copies, reason"
    return (
        f"WITH marked AS ({marked}) "
        f"SELECT application, event_id, {kept}, count(*) AS copies, "
        f"CASE WHEN min({_WHOLE}) IS DISTINCT FROM max({_WHOLE}) THEN 'conflicting' ELSE min(reason) END AS reason "
        "FROM marked WHERE coalesce(reason, '') <> 'no_id' GROUP BY application, event_id "
        f"UNION ALL SELECT {nameless} FROM marked WHERE reason = 'no_id'"
    )


def _intake(session: SparkSession) -> Intake:
    """Of an event that counts the further copies are copies; of one that is refused every copy is refused."""
    rows = session.sql(
        f"SELECT reason, count(*) AS events, sum(copies) AS copies FROM {_RESOLVED} GROUP BY 1"
    ).collect()
    found = {row.reason: (int(row.events), int(row.copies)) for row in rows}
    counted, read_of_counted = found.pop(None, (0, 0))
    refused = tuple(
        Refused(reason, found[reason][1], _examples(session, reason)) for reason in REASONS if reason in found
    )
    read = read_of_counted + sum(each.events for each in refused)
    return Intake(read, counted, read_of_counted - counted, refused)


def _examples(session: SparkSession, reason: str) -> tuple[str, ...]:
    shown = "application || ' ' || event_id"
    query = f"SELECT {shown} AS shown FROM {_RESOLVED} WHERE reason = {text(reason)} AND {shown} IS NOT NULL ORDER BY 1"
    return tuple(row.shown for row in session.sql(f"{query} LIMIT {EXAMPLES}").collect())
