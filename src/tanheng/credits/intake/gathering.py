"""All batches side by side: of what was sent several times the first counts, and a person's time counts once.

What stands is decided in the order in which events were taken (batch, line), over all days at once. So a later event
never undoes what was worked out of an earlier one, and two runs about neighbouring days never both count one time.

    batches ──> sent before? ──> told by two applications for one time? ──> events of the days ──> crediting
                    └───────────────────────┴──> not counted, with what stands instead
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tanheng.credits.intake.scenes import TRAVEL, group_of
from tanheng.warehouse.cells import text
from tanheng.warehouse.scratch import Scratch

MEMORY_LIMIT = "4GB"
EVENTS, NOT_COUNTED = "gathered", "not_counted"
_WHOLE = "{'p': person, 'a': \"at\", 'u': until, 's': scene, 'm': mode, 'q': quantity, 'n': unit}"


@dataclass(frozen=True)
class Gathered:
    """How many events of the days were sent, and how many of them do not count, by reason."""

    sent: int
    not_counted: Mapping[str, int]


@dataclass
class Times:
    """The times of one application that stand, merged, in their order."""

    begins: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)
    whose: list[tuple[int, int]] = field(default_factory=list)

    def meets(self, begin: datetime, end: datetime) -> tuple[int, int] | None:
        """An event that stands at some moment from ``begin`` until ``end``; None where there is none."""
        place = bisect_left(self.begins, end)
        # Merged, the last one that begins before the end is the only one that can reach past the beginning.
        return self.whose[place - 1] if place and self.ends[place - 1] > begin else None

    def add(self, begin: datetime, end: datetime, event: tuple[int, int]) -> None:
        """One more that stands; what touches it becomes one time with it."""
        first = bisect_left(self.ends, begin)
        last = bisect_left(self.begins, end)
        if first < last:
            begin, end = min(begin, self.begins[first]), max(end, self.ends[last - 1])
            event = self.whose[first]
        self.begins[first:last], self.ends[first:last], self.whose[first:last] = [begin], [end], [event]


def opened_for(files: Mapping[int, Path]) -> tuple[duckdb.DuckDBPyConnection, Scratch]:
    """A connection with the view ``gathered`` of all events of the batches; to be closed with its scratch folder."""
    scratch = Scratch()
    settings: dict[str, Any] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(scratch.path),
        "max_temp_directory_size": scratch.room,
    }
    connection = duckdb.connect(config=settings)
    connection.execute("SET enable_progress_bar = false")
    paths = [str(path) for path in files.values()]
    table = pa.table({"batch": pa.array(files, pa.int64()), "path": pa.array(paths, pa.string())})
    connection.register("batches_given", table)
    connection.execute("CREATE TEMP TABLE batches AS SELECT * FROM batches_given")
    connection.unregister("batches_given")
    listed = ", ".join(text(path) for path in paths)
    columns = 'person, application, event_id, "at", until, scene, mode, quantity, unit, line'
    connection.execute(
        f'CREATE TEMP VIEW {EVENTS} AS SELECT {columns}, batch, CAST("at" AS DATE) AS day, {_group()} AS kind '
        f"FROM read_parquet([{listed}], filename = true) JOIN batches ON filename = path"
    )
    return connection, scratch


def gather(connection: duckdb.DuckDBPyConnection, first: date, last: date, days_back: int, place: Path) -> Gathered:
    """Write the events of the days that count to ``place``, and keep those that do not in the table ``not_counted``."""
    connection.execute(
        f"CREATE TEMP TABLE {NOT_COUNTED} "
        "(batch BIGINT, line INTEGER, reason VARCHAR, for_batch BIGINT, for_line INTEGER)"
    )
    _set_repeated_aside(connection)
    _set_overlaps_aside(connection)
    begin = first - timedelta(days_back)
    columns = 'person, application, event_id, "at", scene, mode, quantity, unit'
    counted = f"FROM {EVENTS} e ANTI JOIN {NOT_COUNTED} n ON e.batch = n.batch AND e.line = n.line"
    connection.execute(
        f"COPY (SELECT {columns} {counted} WHERE day BETWEEN DATE '{begin}' AND DATE '{last}') "
        f"TO {text(str(place))} (FORMAT parquet)"
    )
    days = f"day BETWEEN DATE '{first}' AND DATE '{last}'"
    [(sent,)] = connection.execute(f"SELECT count(*) FROM {EVENTS} WHERE {days}").fetchall()
    rows = connection.execute(
        f"SELECT reason, count(*) FROM {NOT_COUNTED} n JOIN {EVENTS} e ON e.batch = n.batch AND e.line = n.line "
        f"WHERE {days} GROUP BY reason ORDER BY reason"
    ).fetchall()
    return Gathered(sent, dict(rows))


def evidence(first: date, last: date) -> str:
    """The query of what does not count on the days, beside what stands instead."""
    shown = "application", "event_id", "batch", "line", '"at"', "until"
    against = ", ".join(f"a.{name} AS for_{name.strip(chr(34))}" for name in shown)
    own = ", ".join(f"e.{name}" for name in ("person", "day", "scene", "mode", "quantity", "unit", *shown))
    return (
        f"SELECT {own}, n.reason, {against} FROM {NOT_COUNTED} n "
        f"JOIN {EVENTS} e ON e.batch = n.batch AND e.line = n.line "
        f"JOIN {EVENTS} a ON a.batch = n.for_batch AND a.line = n.for_line "
        f"WHERE e.day BETWEEN DATE '{first}' AND DATE '{last}' ORDER BY e.person, e.\"at\", e.batch, e.line"
    )


def _group() -> str:
    cases = " ".join(f"WHEN scene = {text(scene)} THEN {text(group_of(scene))}" for scene in sorted(TRAVEL))
    return f"CASE {cases} ELSE scene END"


def _set_repeated_aside(connection: duckdb.DuckDBPyConnection) -> None:
    """Of events with one id of one application the first stands. Names that meet by chance part in the second step."""
    connection.execute(
        f"CREATE TEMP TABLE repeated AS SELECT hash(application, event_id) AS name FROM {EVENTS} "
        "GROUP BY ALL HAVING count(*) > 1"
    )
    order = "OVER (PARTITION BY application, event_id ORDER BY batch, line)"
    connection.execute(
        f"INSERT INTO {NOT_COUNTED} SELECT batch, line, "
        "CASE WHEN whole IS DISTINCT FROM first_whole THEN 'differs' ELSE 'copy' END, for_batch, for_line FROM ("
        f"SELECT batch, line, {_WHOLE} AS whole, first_value({_WHOLE}) {order} AS first_whole, "
        f"first_value(batch) {order} AS for_batch, first_value(line) {order} AS for_line "
        f"FROM {EVENTS} WHERE hash(application, event_id) IN (SELECT name FROM repeated)) "
        "WHERE (batch, line) <> (for_batch, for_line)"
    )


def _set_overlaps_aside(connection: duckdb.DuckDBPyConnection) -> None:
    """Where applications tell of one person's time, what was taken first stands.

    DuckDB finds stretches of time that several applications tell of without a gap; within one of them each event is
    held against what stands already, in the order of taking.
    """
    shared = f"SELECT person, kind FROM {EVENTS} GROUP BY ALL HAVING min(application) <> max(application)"
    until = 'greatest(coalesce(until, "at"), "at" + INTERVAL 1 SECOND)'
    rows = (
        f'SELECT e.person, e.kind, e.application, e.batch, e.line, e."at" AS begins, {until} AS ends FROM {EVENTS} e '
        f"SEMI JOIN ({shared}) s ON e.person = s.person AND e.kind = s.kind "
        f"ANTI JOIN {NOT_COUNTED} n ON e.batch = n.batch AND e.line = n.line"
    )
    before = "max(ends) OVER (PARTITION BY person, kind ORDER BY begins, ends, batch, line "
    before += "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    apart = f"SELECT *, CASE WHEN begins < {before} THEN 0 ELSE 1 END AS new FROM ({rows})"
    stretch = "sum(new) OVER (PARTITION BY person, kind ORDER BY begins, ends, batch, line)"
    connection.execute(f"CREATE TEMP TABLE stretches AS SELECT * EXCLUDE (new), {stretch} AS stretch FROM ({apart})")
    several = "SELECT person, kind, stretch FROM stretches GROUP BY ALL HAVING min(application) <> max(application)"
    found = connection.execute(
        "SELECT person, kind, stretch, application, batch, line, begins, ends FROM stretches "
        f"SEMI JOIN ({several}) s USING (person, kind, stretch) ORDER BY person, kind, stretch, batch, line"
    )
    aside = list(_overlapping(_rows(found)))
    if aside:
        names = ("batch", "line", "for_batch", "for_line")
        columns = {name: pa.array([each[n] for each in aside], pa.int64()) for n, name in enumerate(names)}
        connection.register("overlapping", pa.table(columns))
        connection.execute(
            f"INSERT INTO {NOT_COUNTED} SELECT batch, line, 'overlap', for_batch, for_line FROM overlapping"
        )
        connection.unregister("overlapping")


def _rows(found: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := found.fetchmany(50_000):
        yield from rows


def _overlapping(rows: Iterator[Sequence[Any]]) -> Iterator[tuple[int, int, int, int]]:
    """Of each stretch the events that do not stand, each with one that does: batch and line of both."""
    for _stretch, events in groupby(rows, key=lambda row: row[:3]):
        standing: dict[str, Times] = {}
        for *_key, application, batch, line, begins, ends in events:
            met = (times.meets(begins, ends) for other, times in sorted(standing.items()) if other != application)
            against = next((event for event in met if event is not None), None)
            if against is None:
                standing.setdefault(application, Times()).add(begins, ends, (batch, line))
            else:
                yield batch, line, *against
