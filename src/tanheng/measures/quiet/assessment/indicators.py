"""Levels of periods from measured or calculated hours, and statistical levels from short samples.

Ld, Ln, Ldn: GB 3096 and HJ 640; Lday, Levening, Lnight, Lden: Directive 2002/49/EC, annex I. Ln,T of GB 3096: the level
that is exceeded for n percent of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.periods import HOURS, PERIODS
from tanheng.measures.quiet.transfer.levels import combined_levels


def energy_mean(levels_db: Sequence[float] | Array) -> float:
    """The equivalent level of equally long times, dB. Not a number of nothing."""
    levels = np.asarray(levels_db, dtype=np.float64)
    if levels.size == 0:
        return float("nan")
    with np.errstate(divide="ignore"):
        return float(10.0 * np.log10(np.power(10.0, levels / 10.0).mean()))


def energy_total(levels_db: Sequence[float] | Array) -> float:
    """Levels that sound together, dB; minus infinity of nothing."""
    with np.errstate(divide="ignore"):
        return float(10.0 * np.log10(np.power(10.0, np.asarray(levels_db, dtype=np.float64) / 10.0).sum()))


def levels_of_day(
    hourly_db: Sequence[float] | Array, periods: Mapping[str, Sequence[int]] = PERIODS
) -> dict[str, float]:
    """Levels of ``periods`` and with them Ldn and Lden, dB(A), from 24 hours, hour 0 the one after midnight.

    Raises ``ValueError`` if the hours are not 24 numbers.
    """
    hours = np.asarray(hourly_db, dtype=np.float64)
    if hours.shape != (HOURS,) or np.isnan(hours).any():
        raise ValueError(f"a day has {HOURS} hours with a level each, not {hours.shape[0] if hours.ndim else 0}")
    found = {name: energy_mean(hours[list(of)]) for name, of in periods.items()}
    as_arrays = {name: np.array([level]) for name, level in found.items()}
    return {**found, **{name: float(level[0]) for name, level in combined_levels(as_arrays).items()}}


def statistical_levels(samples_db: Sequence[float] | Array) -> dict[str, float]:
    """L10, L50 and L90 of equally spaced samples, dB: what a tenth, half, and nine tenths of the time is above.

    Raises ``ValueError`` without samples.
    """
    samples = np.asarray(samples_db, dtype=np.float64)
    if samples.size == 0 or np.isnan(samples).any():
        raise ValueError("statistical levels need samples that are numbers")
    return {f"L{share}": float(np.percentile(samples, 100 - share)) for share in (10, 50, 90)}
