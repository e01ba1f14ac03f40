"""Rows of houses and foliage between source and receiver: GB/T 17247.2 annex A, HJ 2.4-2021 annex A."""

from __future__ import annotations

import math

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, Array

HOUSES_MOST_DB = 10.0
HOUSES_FACADE_SHARE_MOST = 0.9
FOLIAGE_LEAST_M = 10.0
FOLIAGE_PER_METRE_FROM_M = 20.0
FOLIAGE_MOST_M = 200.0
FOLIAGE_SHORT_DB: Array = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0])
FOLIAGE_DB_PER_M: Array = np.array([0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.09, 0.12])


def houses_attenuation(density: float, path_m: float, facade_share: float = 0.0) -> float:
    """dB(A) of a group of houses: by built share of the ground along the path through them, and of façades by a road.

    ``facade_share`` is the length of façades over that of the road, for a row along it, and counts to 0.9.
    """
    along = min(HOUSES_MOST_DB, 0.1 * density * path_m)
    return along - 10.0 * math.log10(1.0 - min(HOUSES_FACADE_SHARE_MOST, facade_share))


def foliage_attenuation(path_m: float) -> Array:
    """dB by band of dense foliage; nothing below 10 m, one value to 20 m, then by metre, and no more beyond 200 m."""
    if path_m < FOLIAGE_LEAST_M:
        return np.zeros(BAND_COUNT)
    if path_m < FOLIAGE_PER_METRE_FROM_M:
        return FOLIAGE_SHORT_DB.copy()
    return FOLIAGE_DB_PER_M * min(path_m, FOLIAGE_MOST_M)
