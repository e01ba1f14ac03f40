"""What the hours of monitors say by day and night: read from the books, judged by the assessment's own rule.

Which hours count, and from how many of them a day or a night has a level, is said by ``assessment.monitoring``. Hours
of days on which a monitor was not in force count nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pyarrow as pa
from django.db.models import Max, Min, Q

from tanheng.communities.monitored import Hour, Monitor
from tanheng.measures.quiet.assessment.exposure import ROUNDING_DB
from tanheng.measures.quiet.assessment.monitoring import Spell, spells, valid_hours
from tanheng.measures.quiet.assessment.parameters import DAY, NIGHT, Terms

COLUMNS = ("date", "hour", "leq_db", "measured_pct", "wind_m_s", "wet")
SCHEMA = pa.schema(
    {
        "monitor_id": pa.string(),
        "date": pa.date32(),
        "hour": pa.int64(),
        "leq_db": pa.float64(),
        "measured_pct": pa.float64(),
        "wind_m_s": pa.float64(),
        "wet": pa.bool_(),
    }
)


@dataclass(frozen=True)
class HourRead:
    """An hour of one monitor, and whether it counts."""

    date: date
    hour: int
    level: float | None
    counts: bool


@dataclass(frozen=True)
class DayRead:
    """A day of one monitor: its levels, dB(A), None where too few hours count, and how many do. ``over_…`` by how much
    the level lies over the limit of the function area; None where there is none, or no level."""

    date: date
    Ld: float | None
    Ln: float | None
    hours_day: int
    hours_night: int
    over_day: float | None
    over_night: float | None


@dataclass(frozen=True)
class Limits:
    """Of the function area in which a monitor stands, dB(A); None where it has none."""

    day: float | None
    night: float | None


def limits_of(monitor: Monitor, terms: Terms) -> Limits:
    """By its class in the rulebook."""
    if not monitor.area_class:
        return Limits(None, None)
    return Limits(*(terms.limit(monitor.area_class, period).value for period in (DAY, NIGHT)))


def span_of(monitor: Monitor) -> tuple[date, date] | None:
    """The first and last day that it has any hour of; None without one."""
    found = Hour.objects.filter(monitor=monitor).aggregate(first=Min("date"), last=Max("date"))
    return None if found["first"] is None else (found["first"], found["last"])


class Dated(Protocol):
    """What is asked of a monitor here: its key and its time in force."""

    @property
    def pk(self) -> Any:
        """Of the books."""

    @property
    def in_force_from(self) -> date | None:
        """Its first day."""

    @property
    def in_force_until(self) -> date | None:
        """Its last day."""


def between(first: date, last: date) -> Q:
    """Hours between two days, both counted."""
    return Q(date__gte=first, date__lte=last)


def readings(monitors: Iterable[Dated], which: Q) -> pa.Table:
    """Hours of monitors as the assessment reads them, by their key in the books; one statement.

    Hours outside of the time in force are left out.
    """
    known = {each.pk: each for each in monitors}
    rows = Hour.objects.filter(which, monitor__in=list(known))
    found = [row for row in rows.values_list("monitor_id", *COLUMNS) if _in_force(known[row[0]], row[1])]
    columns: Sequence[Sequence[Any]] = list(zip(*found, strict=True)) or [()] * len(SCHEMA)
    named = [[str(key) for key in columns[0]], *columns[1:]]
    return pa.table([pa.array(each, kind) for each, kind in zip(named, SCHEMA.types, strict=True)], schema=SCHEMA)


def _in_force(monitor: Dated, on: date) -> bool:
    return (monitor.in_force_from is None or monitor.in_force_from <= on) and (
        monitor.in_force_until is None or on <= monitor.in_force_until
    )


def hours_of(found: pa.Table, terms: Terms) -> list[HourRead]:
    """The hours of one monitor in their order."""
    rows = zip(
        *(found[name].to_pylist() for name in ("date", "hour", "leq_db")), valid_hours(found, terms), strict=True
    )
    return sorted((HourRead(on, hour, level, bool(counts)) for on, hour, level, counts in rows), key=_when)


def _when(hour: HourRead) -> tuple[date, int]:
    return hour.date, hour.hour


def days_of(found: pa.Table, limits: Limits, terms: Terms) -> list[DayRead]:
    """The days of one monitor, the latest first; a night belongs to the day on which it begins."""
    by_day: dict[date, dict[str, Spell]] = {}
    for each in spells(found, terms):
        by_day.setdefault(each.date, {})[each.period] = each
    return [_day(on, by_day[on].get(DAY), by_day[on].get(NIGHT), limits) for on in sorted(by_day, reverse=True)]


def _day(on: date, day: Spell | None, night: Spell | None, limits: Limits) -> DayRead:
    ld, ln = (None if each is None else each.level for each in (day, night))
    hours = [0 if each is None else each.hours for each in (day, night)]
    return DayRead(on, ld, ln, hours[0], hours[1], _over(ld, limits.day), _over(ln, limits.night))


def _over(level: float | None, limit: float | None) -> float | None:
    """By how much; what lies within the rounding of a decibel is not over."""
    if level is None or limit is None:
        return None
    return level - limit if level - limit > ROUNDING_DB else min(0.0, level - limit)


def before(day: date, days: int) -> date:
    """So many days earlier, and no earlier than the calendar begins."""
    return date.fromordinal(max(1, day.toordinal() - days))
