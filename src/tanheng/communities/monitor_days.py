"""What the hours of monitors say by day and night: read from the books, judged by the assessment's own rule.

Which hours count, and from how many of them a day or a night has a level, is said by ``assessment.monitoring``. Hours
of days on which a monitor was not in force count nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from django.db.models import Avg, Case, Count, DateField, F, Max, Min, Q, Value, When
from django.db.models.functions import Cast, Power

from tanheng.communities.monitored import Hour, Monitor
from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.exposure import ROUNDING_DB
from tanheng.measures.quiet.assessment.monitoring import Spell, valid_hours
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


# A monitor counts on the days on which it is in force, the first and the last one too.
IN_FORCE = (Q(monitor__in_force_from__isnull=True) | Q(monitor__in_force_from__lte=F("date"))) & (
    Q(monitor__in_force_until__isnull=True) | Q(monitor__in_force_until__gte=F("date"))
)


def between(first: date, last: date) -> Q:
    """Hours between two days, both counted."""
    return Q(date__gte=first, date__lte=last)


def readings(monitor: Monitor, which: Q) -> pa.Table:
    """Hours of a monitor as the assessment reads them, by its key in the books; one statement.

    Hours outside of the time in force are left out.
    """
    rows = Hour.objects.filter(which, IN_FORCE, monitor=monitor)
    columns: Sequence[Sequence[Any]] = list(zip(*rows.values_list("monitor_id", *COLUMNS), strict=True))
    named = [[str(key) for key in columns[0]], *columns[1:]] if columns else [()] * len(SCHEMA)
    return pa.table([pa.array(each, kind) for each, kind in zip(named, SCHEMA.types, strict=True)], schema=SCHEMA)


def spoken(which: Q, terms: Terms) -> dict[int, tuple[Spell, ...]]:
    """Every day and night of the hours asked for, in order, by the key of the monitor; worked out by the books.

    The same as ``assessment.monitoring.spells`` says of the same hours (tests hold the one to the other), in one
    statement that gives two rows a day: a year of forty monitors is 350,000 hours.
    """
    night, first = terms.night, terms.night[0]
    over_midnight = night[-1] < first
    at_night = Q(hour__in=night)
    begins: Any = F("date")
    if over_midnight:
        before_midnight = Cast(F("date") - timedelta(days=1), DateField())
        begins = Case(When(at_night & Q(hour__lt=first), then=before_midnight), default=F("date"))
    calm = Q(wind_m_s__isnull=True) | Q(wind_m_s__lte=terms.value(reads.MOST_WIND))
    counts = calm & Q(leq_db__isnull=False, measured_pct__gte=terms.value(reads.LEAST_SHARE), wet=False)
    rows = (
        Hour.objects.filter(which, IN_FORCE)
        .annotate(begins=begins, period=Case(When(at_night, then=Value(NIGHT)), default=Value(DAY)))
        .values("monitor", "begins", "period")
        .annotate(
            counted=Count("pk", filter=counts),
            # No tenth of the level: PostgreSQL refuses a quotient that is too small for it.
            energy=Avg(Power(Value(10.0**0.1), F("leq_db")), filter=counts),
        )
        .order_by("monitor", "begins", "period")
    )
    least = {period: terms.value(reads.LEAST_HOURS, period) for period in (DAY, NIGHT)}
    found: dict[int, list[Spell]] = {}
    for row in rows.iterator():
        enough = row["energy"] is not None and row["counted"] >= least[row["period"]]
        level = 10.0 * math.log10(row["energy"]) if enough else None
        spell = Spell(str(row["monitor"]), row["begins"], row["period"], level, row["counted"])
        found.setdefault(row["monitor"], []).append(spell)
    return {key: tuple(of) for key, of in found.items()}


def hours_of(found: pa.Table, terms: Terms) -> list[HourRead]:
    """The hours of one monitor in their order."""
    rows = zip(
        *(found[name].to_pylist() for name in ("date", "hour", "leq_db")), valid_hours(found, terms), strict=True
    )
    return sorted((HourRead(on, hour, level, bool(counts)) for on, hour, level, counts in rows), key=_when)


def _when(hour: HourRead) -> tuple[date, int]:
    return hour.date, hour.hour


def days_of(found: Iterable[Spell], limits: Limits) -> list[DayRead]:
    """The days of one monitor, the latest first; a night belongs to the day on which it begins."""
    by_day: dict[date, dict[str, Spell]] = {}
    for each in found:
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
