"""Behaviour events as operators send them: which of them count, and each once.

    person          pseudonym of the person or home
    application     the application that reports
    event_id        the application's own number of the event
    at              when it happened; without a zone it is Beijing time
    scene, mode     what was done, e.g. public_transport, metro
    quantity, unit  how much

An event is known by (application, event_id). Copies of it count once; where they differ, nobody can say which is
true, and none counts. What is faulty is refused with its reason, and the rest is taken: an operator is answered event
by event. Nothing hangs on the order of rows or on how they are spread over files.

Quantities become whole millionths, so that sums are exact in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tanheng.measures.credits.methodology import Methodology
from tanheng.problems import InputRejected, Problem, reject
from tanheng.text import Text
from tanheng.warehouse.cells import text

COLUMNS = ("person", "application", "event_id", "at", "scene", "mode", "quantity", "unit")
PER_UNIT = 1_000_000
LARGEST_QUANTITY = 1e9  # of one event; so many millionths fit the sum of any day
LARGEST_NUMBER = "1.7976931348623157E308"  # what is beyond is infinite or no number
EXAMPLES = 5
_RAW, _REPEATED, _ASIDE, _RESOLVED = "events_raw", "events_repeated", "events_aside", "events_resolved"
COUNTED = "events_counted"
COUNTED_COLUMNS = f"person, day, scene, mode, CAST(round(quantity * {PER_UNIT}) AS BIGINT) AS amount"
_NAME = "hash(application, event_id)"
_SORTED_AT_ONCE = 200_000_000  # names of eight bytes

# In this order: the first that holds is told.
REASONS: Mapping[str, Text] = {
    "no_id": Text("has no application or no event id", "缺少应用或事件编号"),
    "no_person": Text("has no person", "缺少个人化名"),
    "no_time": Text("has no time that can be read", "缺少可识别的时间"),
    "no_quantity": Text("has no quantity that can be read", "缺少可识别的数量"),
    "negative": Text("has a quantity below zero", "数量为负"),
    "unknown_scene": Text("is of a scene without methodology here", "场景没有对应的方法学"),
    "not_in_force": Text("is of a day on which no methodology of the scene holds", "当日该场景没有有效的方法学"),
    "unknown_mode": Text("is of a mode that the methodology does not know", "方法学中没有该行为方式"),
    "wrong_unit": Text("is in another unit than the methodology asks for", "计量单位与方法学不符"),
    "too_much": Text("has a larger quantity than a single event can have", "数量超过单次上限"),
    "conflicting": Text("stands several times, differently each time", "同一事件多次申报且内容不一"),
}


@dataclass(frozen=True)
class Span:
    """A methodology on the days from ``first`` to ``last``."""

    methodology: Methodology
    first: date
    last: date


@dataclass(frozen=True)
class Refused:
    """Events that do not count, by reason, with a few of them as ``application event_id``."""

    reason: str
    events: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """What became of the events: ``read`` = ``counted`` + ``copies`` + those refused."""

    read: int
    counted: int
    copies: int
    refused: tuple[Refused, ...]


def read_events(connection: duckdb.DuckDBPyConnection, place: Path) -> None:
    """Make the view of all events under ``place``: a file, or a folder with Parquet and CSV at any depth.

    Raises
    ------
    InputRejected
        ``events.E001`` nothing there, ``E002`` files without a column that is needed, ``E003`` a file that cannot be
        read.
    """
    queries, problems = [], []
    for kind, reader in (("parquet", "read_parquet({}, union_by_name = true)"), ("csv", _CSV)):
        files = sorted(place.rglob(f"*.{kind}")) if place.is_dir() else [place] if place.suffix == f".{kind}" else []
        if not files:
            continue
        source = reader.format(f"[{', '.join(text(str(file)) for file in files)}]")
        try:
            described = connection.sql(f"SELECT * FROM {source} LIMIT 0")
        except duckdb.Error as error:
            problems.append(Problem("events.E003", str(place), message=f"cannot be read: {str(error).splitlines()[0]}"))
            continue
        types = dict(zip(described.columns, map(str, described.types), strict=True))
        lacking = [column for column in COLUMNS if column not in types]
        if lacking:
            expected = f"with the columns {', '.join(COLUMNS)}"
            problems.append(
                Problem("events.E002", f"{place} (*.{kind})", message=f"has no {', '.join(lacking)}", expected=expected)
            )
            continue
        queries.append(f"SELECT {_typed(types)} FROM {source}")
    if problems:
        raise InputRejected(problems)
    if not queries:
        raise reject("events.E001", place, "holds no events (*.parquet, *.csv)")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {_RAW} AS {' UNION ALL '.join(queries)}")


_CSV = "read_csv({}, all_varchar = true, union_by_name = true, header = true)"


def _typed(types: Mapping[str, str]) -> str:
    columns = [f"{_as_text(name, types[name])} AS {name}" for name in ("person", "application", "event_id")]
    columns += [f"{_day(types['at'])} AS day"]
    columns += [f"{_as_text(name, types[name])} AS {name}" for name in ("scene", "mode", "unit")]
    quantity = "quantity" if types["quantity"] == "DOUBLE" else "TRY_CAST(quantity AS DOUBLE)"
    columns.append(f"{quantity} AS quantity")
    return ", ".join(columns)


def _as_text(name: str, kind: str) -> str:
    return name if kind == "VARCHAR" else f"CAST({name} AS VARCHAR)"


def _day(kind: str) -> str:
    """The day in Beijing, which has had no summer time since 1991."""
    zoned = "CAST(make_timestamp(epoch_us({}) + 28800000000) AS DATE)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return zoned.format('"at"')
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return 'CAST("at" AS DATE)'
    says_zone = "regexp_matches(\"at\", '[0-9](Z|[+-][0-9]{2}:?[0-9]{2})$')"
    instant = zoned.format('TRY_CAST("at" AS TIMESTAMPTZ)')
    return f'CASE WHEN {says_zone} THEN {instant} ELSE CAST(TRY_CAST("at" AS TIMESTAMP) AS DATE) END'


def mark_events(connection: duckdb.DuckDBPyConnection, spans: Sequence[Span]) -> Intake:
    """Make the view of the events that count, each once, and say what became of all of them.

    A narrow pass over the names of the events finds those that may stand twice. A second one puts these and the faulty
    ones aside, and only they are looked at whole. All others are read where they lie.
    """
    _find_repeated(connection)
    marked = f"SELECT *, {reason_of(spans)} AS reason, {_NAME} IN (SELECT name FROM {_REPEATED}) AS again FROM {_RAW}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ASIDE} AS SELECT * FROM ({marked}) WHERE reason IS NOT NULL OR again"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_RESOLVED} AS {_resolved()}")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {COUNTED} AS "
        f"SELECT {COUNTED_COLUMNS} FROM ({marked}) WHERE reason IS NULL AND NOT again "
        f"UNION ALL SELECT {COUNTED_COLUMNS} FROM {_RESOLVED} WHERE reason IS NULL"
    )
    return _intake(connection)


def _find_repeated(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of the names that stand more than once.

    Sorted as plain numbers: most names stand once, and grouping keeps a row of each, which at a hundred million events
    takes longer than everything else.
    """
    [(events,)] = connection.execute(f"SELECT count(*) FROM {_RAW}").fetchall()
    parts = events // _SORTED_AT_ONCE + 1
    found = []
    for part in range(parts):
        only = f" WHERE {_NAME} % {parts} = {part}" if parts > 1 else ""
        names = np.asarray(connection.execute(f"SELECT {_NAME} AS name FROM {_RAW}{only}").fetchnumpy()["name"])
        names.sort()
        found.append(np.unique(names[1:][names[1:] == names[:-1]]))
    repeated = pa.table({"name": np.concatenate(found)})
    connection.from_arrow(repeated).query("repeated", f"CREATE OR REPLACE TEMP TABLE {_REPEATED} AS FROM repeated")


def _resolved() -> str:
    """Repeated events, one row each, with the number of copies. Names that meet by chance part here."""
    kept = ", ".join(f"min({name}) AS {name}" for name in ("person", "day", "scene", "mode", "unit", "quantity"))
    whole = "{'p': person, 'd': day, 's': scene, 'm': mode, 'u': unit, 'q': quantity}"
    return (
        f"SELECT application, event_id, {kept}, count(*) AS copies, "
        f"CASE WHEN min({whole}) IS DISTINCT FROM max({whole}) THEN 'conflicting' ELSE min(reason) END AS reason "
        f"FROM {_ASIDE} WHERE again AND coalesce(reason, '') <> 'no_id' GROUP BY application, event_id"
    )


def _intake(connection: duckdb.DuckDBPyConnection) -> Intake:
    """Of an event that counts the further copies are copies; of one that is refused every copy is refused."""
    shown = "application || ' ' || event_id"
    [(read,)] = connection.execute(f"SELECT count(*) FROM {_RAW}").fetchall()
    rows = connection.execute(
        f"SELECT reason, sum(copies), min({shown}, {EXAMPLES}) FROM ("
        f"SELECT reason, 1 AS copies, application, event_id FROM {_ASIDE} WHERE NOT again OR reason = 'no_id' "
        f"UNION ALL SELECT reason, copies, application, event_id FROM {_RESOLVED} WHERE reason IS NOT NULL"
        ") GROUP BY reason"
    ).fetchall()
    found = {reason: Refused(reason, int(events), tuple(examples or ())) for reason, events, examples in rows}
    query = f"SELECT coalesce(sum(copies - 1), 0) FROM {_RESOLVED} WHERE reason IS NULL"
    [(copies,)] = connection.execute(query).fetchall()
    refused = tuple(found[reason] for reason in REASONS if reason in found)
    return Intake(read, read - int(copies) - sum(each.events for each in refused), int(copies), refused)


def reason_of(spans: Sequence[Span]) -> str:
    """SQL for the reason why an event does not count; null where it does."""
    scenes = sorted({span.methodology.scene or "" for span in spans})
    held, known_modes, right_units, bounds = [], [], [], []
    for span in spans:
        scene = f"scene = {text(span.methodology.scene or '')}"
        begin = span.first - timedelta(span.methodology.days_back)  # readings that a mean of the first day takes up
        here = f"{scene} AND day BETWEEN DATE '{begin}' AND DATE '{span.last}'"
        held.append(f"({here})")
        for event in span.methodology.events:
            mode = f"{here} AND mode = {text(event.mode)}"
            known_modes.append(f"({mode})")
            right_units.append(f"({mode} AND unit = {text(event.unit)})")
            if event.at_most is not None:
                bounds.append(f"({mode} AND quantity > {event.at_most})")
    too_much = " OR ".join([f"quantity > {LARGEST_QUANTITY}", *bounds])
    cases = {
        "no_id": "coalesce(application, '') = '' OR coalesce(event_id, '') = ''",
        "no_person": "coalesce(person, '') = ''",
        "no_time": "day IS NULL",
        "no_quantity": f"quantity IS NULL OR NOT quantity BETWEEN -{LARGEST_NUMBER} AND {LARGEST_NUMBER}",
        "negative": "quantity < 0",
        "unknown_scene": f"scene IS NULL OR scene NOT IN ({', '.join(text(scene) for scene in scenes)})",
        "not_in_force": f"NOT ({' OR '.join(held)})",
        "unknown_mode": f"mode IS NULL OR NOT ({' OR '.join(known_modes)})",
        "wrong_unit": f"unit IS NULL OR NOT ({' OR '.join(right_units)})",
        "too_much": too_much,
    }
    return "CASE " + " ".join(f"WHEN {holds} THEN '{reason}'" for reason, holds in cases.items()) + " END"
