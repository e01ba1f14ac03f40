"""What hours of monitors say: which of them count, the levels of each day, and how many days keep the limit.

An hour counts where it was measured for long enough, without rain, snow or thunder and with little wind (GB 3096,
5.3); unknown wind is taken for little. A day or a night counts where enough of its hours do. A night belongs to the
date on which it begins. Where the night's hours do not run over midnight it belongs to its own date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.exposure import ROUNDING_DB
from tanheng.measures.quiet.assessment.indicators import energy_mean
from tanheng.measures.quiet.assessment.parameters import DAY, NIGHT, Terms


@dataclass(frozen=True)
class Spell:
    """A day or a night of a monitor: its level over the hours that count, dB(A), or None where too few do."""

    monitor: str
    date: date
    period: str
    level: float | None
    hours: int


def valid_hours(readings: pa.Table, terms: Terms) -> NDArray[np.bool_]:
    """By row of ``tables.READINGS``: whether the hour counts."""
    level, measured, wind = (
        np.asarray(readings[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
        for name in ("leq_db", "measured_pct", "wind_m_s")
    )
    wet = np.asarray(readings["wet"].to_numpy(zero_copy_only=False), dtype=bool)
    with np.errstate(invalid="ignore"):
        calm = np.isnan(wind) | (wind <= terms.value(reads.MOST_WIND))
        enough = measured >= terms.value(reads.LEAST_SHARE)
    return np.asarray(~np.isnan(level) & enough & calm & ~wet)


def spells(readings: pa.Table, terms: Terms) -> tuple[Spell, ...]:
    """Every day and night of every monitor that has any reading, in order."""
    valid = valid_hours(readings, terms)
    night = frozenset(terms.night)
    first = terms.night[0]
    over_midnight = terms.night[-1] < first
    found: dict[tuple[str, date, str], list[float]] = {}
    rows = zip(*(readings[name].to_pylist() for name in ("monitor_id", "date", "hour", "leq_db")), valid, strict=True)
    for monitor, on, hour, level, counts in rows:
        period = NIGHT if hour in night else DAY
        begins = on - timedelta(days=1) if period == NIGHT and over_midnight and hour < first else on
        levels = found.setdefault((monitor, begins, period), [])
        if counts:
            levels.append(level)
    least = {period: terms.value(reads.LEAST_HOURS, period) for period in (DAY, NIGHT)}
    return tuple(
        Spell(monitor, on, period, energy_mean(levels) if len(levels) >= least[period] else None, len(levels))
        for (monitor, on, period), levels in sorted(found.items())
    )


@dataclass(frozen=True)
class Attainment:
    """Days or nights that count, and how many of them keep the limit. ``percent`` None where none counts."""

    counted: int
    kept: int

    @property
    def percent(self) -> float | None:
        return None if self.counted == 0 else 100.0 * self.kept / self.counted


def attainment(found: tuple[Spell, ...], classes: Mapping[str, str], terms: Terms, period: str) -> Attainment:
    """Over all days (or nights) of the monitors in ``classes`` (monitor -> class of its function area).

    HJ 640: the share of (monitor, day) pairs that keep the limit. A monitor without a class counts in nothing.
    """
    counted = kept = 0
    for each in found:
        if each.period != period or each.level is None or each.monitor not in classes:
            continue
        limit = terms.limit(classes[each.monitor], period).value
        if limit is None:
            continue
        counted += 1
        kept += each.level <= limit + ROUNDING_DB
    return Attainment(counted, kept)


def long_term(found: tuple[Spell, ...], monitor: str, period: str) -> float | None:
    """The energy mean of the days or nights of a monitor that count, dB(A); None without any."""
    levels = [
        each.level for each in found if each.monitor == monitor and each.period == period and each.level is not None
    ]
    return energy_mean(levels) if levels else None
