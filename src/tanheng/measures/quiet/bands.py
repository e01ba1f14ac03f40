"""The eight octave bands, A-weighting and energy sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

BANDS_HZ: Array = np.array([63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0])
BAND_COUNT = 8
# IEC 61672-1, at the octave bands.
A_WEIGHTS_DB: Array = np.array([-26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1])
SOUND_SPEED_M_S = 340.0


def energy_sum(levels_db: Sequence[Array] | Array) -> Array:
    """Levels that arrive together, dB; the first axis is added up. Minus infinity is silence."""
    powers = np.power(10.0, np.asarray(levels_db, dtype=np.float64) / 10.0).sum(axis=0)
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(powers), dtype=np.float64)


def a_weighted_total(levels_db: Array) -> float:
    """LA over the eight bands, dB(A), from unweighted band levels."""
    return float(energy_sum(np.asarray(levels_db) + A_WEIGHTS_DB))


def combined(homogeneous_db: Array, favourable_db: Array, favourable_share: float) -> Array:
    """The long-term level from both conditions, each with its share of the time; Directive (EU) 2015/996, 2.5.2."""
    if not 0.0 <= favourable_share <= 1.0:
        raise ValueError(f"share of favourable conditions is {favourable_share}, must be 0 to 1")
    with np.errstate(divide="ignore"):
        shares = 10.0 * np.log10(np.array([1.0 - favourable_share, favourable_share]))
    return energy_sum([homogeneous_db + shares[0], favourable_db + shares[1]])
