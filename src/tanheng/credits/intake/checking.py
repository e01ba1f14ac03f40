"""Events as they come: one JSON object a line, checked all together.

    {"event_id": "T1", "person": "6f1c...-uuid", "at": "2026-03-01T08:05:00+08:00", "until": "2026-03-01T00:31:00Z",
     "scene": "public_transport", "mode": "metro", "quantity": 8.6, "unit": "km"}

``until`` may be left out: then the event is a moment. A time without a zone is Beijing's. Columns are read and rules
decided by DuckDB, a column at a time; no line is looked at by Python. What is refused is told by line and reason, and
its values are repeated nowhere: they may be of a person.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import count

import duckdb
import pyarrow as pa

from tanheng.credits.intake.scenes import Known, known_events
from tanheng.credits.intake.words import REFUSED
from tanheng.measures.credits.event_files import LARGEST_QUANTITY
from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.cells import quote, text

FIELDS = ("event_id", "person", "at", "until", "scene", "mode", "quantity", "unit")
MEMORY_LIMIT = "1GB"
_EVENT_ID = "[A-Za-z0-9._:/+=@#-]{1,64}"
_BEIJING_US = 8 * 3600 * 1_000_000
_PERSON = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_ZONE = "(Z|[+-](0[0-9]|1[0-5]):?[0-5][0-9])"
_NUMBER = r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_numbers = count()

Mandated = Callable[[Sequence[str]], Collection[str]]
"""Of these persons the ones who gave the application the mandate."""


@dataclass(frozen=True)
class Checked:
    """What became of the lines: ``lines`` = rows of ``taken`` + ``copies`` + those refused, as line and reason."""

    lines: int
    taken: pa.Table
    copies: int
    refused: Mapping[str, int]
    refusals: tuple[tuple[int, str], ...]
    first_day: date | None
    last_day: date | None


def check_lines(
    body: bytes, application: str, scenes: Sequence[str], today: date, *, most: int, mandated: Mandated | None = None
) -> Checked:
    """Check a body, line by line, all at once.

    Parameters
    ----------
    today
        The day in Beijing; later events are refused.
    most
        How many lines are taken at once.

    Raises
    ------
    InputRejected
        ``intake.E010`` where there is no line, ``E011`` where there are too many, ``E012`` where it is not UTF-8.
    """
    lines = _lines(body, most)
    connection = _house().cursor()
    name = f"body_{next(_numbers)}"
    try:
        connection.register(name, pa.table({"line": pa.array(range(1, len(lines) + 1), pa.int32()), "text": lines}))
        connection.execute(f"CREATE TEMP TABLE {name}_read AS {_read(name)}")
        connection.execute(f"CREATE TEMP TABLE {name}_marked AS {_marked(f'{name}_read', scenes, today)}")
        return _checked(connection, f"{name}_marked", application, mandated)
    finally:
        connection.close()


def _lines(body: bytes, most: int) -> pa.Array:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise InputRejected([Problem("intake.E012", "events", line=line, message="is not UTF-8")]) from None
    parts = body.split(b"\n")
    if parts and not parts[-1]:
        parts.pop()
    if not parts:
        hint = "Send one JSON object a line"
        raise InputRejected([Problem("intake.E010", "events", message="holds no line", hint=hint)])
    if len(parts) > most:
        said = f"has {len(parts)} lines, and at most {most} are taken at once"
        raise InputRejected([Problem("intake.E011", "events", message=said, hint="Send it in several batches")])
    return pa.array(parts, pa.string())


@lru_cache(maxsize=1)
def _of_process(process: int) -> duckdb.DuckDBPyConnection:
    settings = {"memory_limit": MEMORY_LIMIT, "threads": 2, "enable_external_access": "false"}
    connection = duckdb.connect(config={name: str(value) for name, value in settings.items()})
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _house() -> duckdb.DuckDBPyConnection:
    """One for each process, so that what all requests use together stays within its limit; it sees no file."""
    return _of_process(os.getpid())


def _read(source: str) -> str:
    paths = ", ".join(f"'$.{name}'" for name in FIELDS)
    columns = ", ".join(f"found[{place}] AS {quote(name)}" for place, name in enumerate(FIELDS, 1))
    known = ", ".join(text(name) for name in FIELDS)
    return (
        f"SELECT line, j IS NULL AS broken, len(keys) AS fields, len(list_distinct(keys)) AS distinct_fields, "
        f"len(list_filter(keys, lambda k: k NOT IN ({known}))) AS unknown_fields, {columns} FROM ("
        f"SELECT line, j, json_keys(j) AS keys, json_extract_string(j, [{paths}]) AS found FROM ("
        f"SELECT line, CASE WHEN json_valid(text) AND json_type(text) = 'OBJECT' THEN CAST(text AS JSON) END AS j "
        f"FROM {source}))"
    )


def _moment(name: str) -> str:
    """Beijing's clock, which has had no summer time since 1991; null for what is not written as ISO 8601 does."""
    says_zone = f"regexp_full_match({name}, '{_CLOCK}{_ZONE}')"
    instant = f"make_timestamp(epoch_us(TRY_CAST({name} AS TIMESTAMPTZ)) + {_BEIJING_US})"
    return (
        f"CASE WHEN {says_zone} THEN {instant} "
        f"WHEN regexp_full_match({name}, '{_CLOCK}') THEN TRY_CAST({name} AS TIMESTAMP) END"
    )


def _marked(source: str, scenes: Sequence[str], today: date) -> str:
    typed = (
        f"SELECT line, broken, fields, distinct_fields, unknown_fields, event_id, lower(person) AS person, "
        f'{_moment(quote("at"))} AS "at", until IS NOT NULL AS has_end, {_moment("until")} AS until, scene, mode, '
        f"CASE WHEN regexp_full_match(quantity, '{_NUMBER}') THEN TRY_CAST(quantity AS DOUBLE) END AS quantity, unit "
        f"FROM {source}"
    )
    return f"SELECT *, {_reason(scenes, today)} AS reason FROM ({typed})"


def _reason(scenes: Sequence[str], today: date) -> str:
    own = [each for each in known_events() if each.scene in scenes]
    end = 'coalesce(until, "at")'
    holds = {
        "not_json": "broken",
        "unknown_field": "unknown_fields > 0",
        "repeated_field": "distinct_fields < fields",
        "no_id": f"event_id IS NULL OR NOT regexp_full_match(event_id, '{_EVENT_ID}')",
        "no_pseudonym": f"person IS NULL OR NOT regexp_full_match(person, '{_PERSON}')",
        "no_time": '"at" IS NULL OR NOT isfinite("at") OR (has_end AND (until IS NULL OR NOT isfinite(until)))',
        "in_future": f"CAST(\"at\" AS DATE) > DATE '{today}'",
        "wrong_end": f'{end} < "at" OR {end} > "at" + INTERVAL 1 DAY',
        "no_quantity": "quantity IS NULL OR NOT isfinite(quantity)",
        "negative": "quantity < 0",
        "other_scene": f"scene IS NULL OR scene NOT IN ({', '.join(text(scene) for scene in scenes)})",
        "unknown_mode": f"mode IS NULL OR NOT {_any(own, lambda each: '')}",
        "wrong_unit": f"unit IS NULL OR NOT {_any(own, lambda each: f' AND unit = {text(each.unit)}')}",
        "too_much": f"quantity > {LARGEST_QUANTITY} OR "
        + _any(own, lambda each: f" AND unit = {text(each.unit)} AND quantity > {each.at_most}"),
    }
    return "CASE " + " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in holds.items()) + " END"


def _any(known: Sequence[Known], more: Callable[[Known], str]) -> str:
    found = {f"(scene = {text(each.scene)} AND mode = {text(each.mode)}{more(each)})" for each in known}
    return f"({' OR '.join(sorted(found)) or 'false'})"


_WHOLE = "{'p': person, 'a': \"at\", 'u': until, 's': scene, 'm': mode, 'q': quantity, 'n': unit}"


def _checked(
    connection: duckdb.DuckDBPyConnection, marked: str, application: str, mandated: Mandated | None
) -> Checked:
    """Of lines with one event id those that say the same are one event; where they differ, none is taken."""
    again = (
        f"SELECT event_id, min(line) AS first_line, min({_WHOLE}) IS DISTINCT FROM max({_WHOLE}) AS differ "
        f"FROM {marked} WHERE reason IS NULL GROUP BY event_id HAVING count(*) > 1"
    )
    connection.execute(f"CREATE TEMP TABLE {marked}_again AS {again}")
    lacking = _without_mandate(connection, marked, mandated)
    reason = "CASE WHEN m.reason IS NOT NULL THEN m.reason WHEN a.differ THEN 'conflicting' "
    reason += f"WHEN person IN (SELECT unnest({_list(lacking)})) THEN 'no_mandate' END" if lacking else "END"
    connection.execute(
        f"CREATE TEMP TABLE {marked}_told AS SELECT m.* EXCLUDE (reason), {reason} AS reason, "
        f"m.line > a.first_line AS copy FROM {marked} m LEFT JOIN {marked}_again a USING (event_id)"
    )
    good = f"FROM {marked}_told WHERE reason IS NULL AND NOT coalesce(copy, false)"
    columns = f'person, {text(application)} AS application, event_id, "at", until, scene, mode, quantity, unit, line'
    taken = connection.sql(f"SELECT {columns} {good} ORDER BY line").to_arrow_table()
    refusals = connection.execute(
        f"SELECT line, reason FROM {marked}_told WHERE reason IS NOT NULL ORDER BY line"
    ).fetchall()
    days = connection.execute(f'SELECT count(*), min(CAST("at" AS DATE)), max(CAST("at" AS DATE)) {good}').fetchall()
    [(lines,)] = connection.execute(f"SELECT count(*) FROM {marked}").fetchall()
    counted: dict[str, int] = {}
    for _line, found in refusals:
        counted[found] = counted.get(found, 0) + 1
    [(good_lines, first_day, last_day)] = days
    return Checked(
        lines,
        taken,
        lines - good_lines - len(refusals),
        {reason: counted[reason] for reason in REFUSED if reason in counted},
        tuple(refusals),
        first_day,
        last_day,
    )


def _without_mandate(connection: duckdb.DuckDBPyConnection, marked: str, mandated: Mandated | None) -> list[str]:
    if mandated is None:
        return []
    rows = connection.execute(f"SELECT DISTINCT person FROM {marked} WHERE reason IS NULL").fetchall()
    persons = [person for (person,) in rows]
    return sorted(set(persons) - set(mandated(persons)))


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(text(value) for value in values)}]"
