"""Roads of the Chinese method as line sources, so that one matrix of transfers answers for any traffic.

HJ 2.4-2021 annex B.2 gives the level of a road at a distance r. With 10 lg(7.5 / r) it is that of a line source, whose
metre has the sound power

    L'W = L0 + 10 lg(N / V) + 10 lg 7.5 - 16 + 10 lg 4      dB(A) re 1 pW/m,

of which GB/T 17247.2 takes 20 lg d + 11 for each piece: the pieces of an endless road come to 10 lg(4 r), those of a
part to as much less 10 lg(view / pi), as in the annex. With fewer than 300 vehicles an hour it is 15 lg(7.5 / r): the
same line, times (7.5 / r)^0.5. So a road has two columns, and each hour's traffic stands in one of them.

The formula is A-weighted. What is lost on the way is worked out at 500 Hz, as the standard allows for traffic, so the
whole power stands in that band, 3.2 dB higher, and A-weighting takes it back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import A_WEIGHTS_DB, BAND_COUNT, BANDS_HZ, Array
from tanheng.measures.quiet.hj24.road import (
    LINE_FLOW_PER_H,
    REFERENCE_DISTANCE_M,
    SLOPE_DB,
    VEHICLE_LEVELS,
    VEHICLE_SIZES,
)

STANDS_FOR_ALL = int(np.flatnonzero(BANDS_HZ == 500.0)[0])
FEW = "/few"
"""Ends the id of the column that holds a road's hours with fewer than 300 vehicles of each class."""

# 10 lg 7.5 - 16 of annex B.2; pieces of an endless line at r take 10 lg(4 r) by 20 lg d + 11 (11 is 10 lg 4 pi).
FROM_LEVEL_DB = 10.0 * math.log10(REFERENCE_DISTANCE_M) - 16.0 + (11.0 - 10.0 * math.log10(math.pi))


def sparse_ratio(distance_m: Array | float) -> Array:
    """What a column of few vehicles passes on beyond the line, as a ratio of powers: (7.5 / r)^0.5.

    ``distance_m``: from the receiver to the road's line, m.
    """
    return np.asarray(np.sqrt(REFERENCE_DISTANCE_M / distance_m), dtype=np.float64)


def class_powers(flows: Array, speeds: Array, slope: Array, cement: NDArray[np.bool_]) -> Array:
    """dB(A) re 1 pW/m: roads x hours x sizes. ``flows`` and ``speeds`` have that shape, ``slope`` is rise over run."""
    base = np.array([VEHICLE_LEVELS[size][0] for size in VEHICLE_SIZES])
    by_speed = np.array([VEHICLE_LEVELS[size][1] for size in VEHICLE_SIZES])
    by_slope = np.array([SLOPE_DB[size] for size in VEHICLE_SIZES])
    steps = np.select([speeds >= 50.0, speeds >= 40.0], [2.0, 1.5], 1.0)
    driven = np.where(flows > 0.0, speeds, 1.0)
    with np.errstate(divide="ignore"):
        return np.asarray(
            base
            + by_speed * np.log10(driven)
            + 10.0 * np.log10(flows / driven)
            + by_slope * np.abs(slope)[:, None, None]
            + np.where(cement[:, None, None], steps, 0.0)
            + FROM_LEVEL_DB,
            dtype=np.float64,
        )


def line_and_sparse(flows: Array, speeds: Array, slope: Array, cement: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Powers by band of both columns of each road, dB re 1 pW/m: roads x hours x 8, each hour in one of them."""
    with np.errstate(divide="ignore"):
        total = 10.0 * np.log10(np.power(10.0, class_powers(flows, speeds, slope, cement) / 10.0).sum(axis=-1))
    dense = flows.max(axis=-1) >= LINE_FLOW_PER_H
    return _in_one_band(np.where(dense, total, -np.inf)), _in_one_band(np.where(dense, -np.inf, total))


def _in_one_band(total: Array) -> Array:
    bands = np.full((*total.shape, BAND_COUNT), -np.inf)
    bands[..., STANDS_FOR_ALL] = total - A_WEIGHTS_DB[STANDS_FOR_ALL]
    return bands


def small_medium_large(classes: Array, moving: Sequence[int] = (0, 3, 4)) -> Array:
    """The five classes of CNOSSOS-EU as the three of JTG B03: light, mopeds and motorcycles are small.

    Both divide at 3.5 t; above it CNOSSOS-EU counts axles (two: medium) and JTG B03 mass (to 12 t: medium).
    """
    return np.stack([classes[..., list(moving)].sum(axis=-1), classes[..., 1], classes[..., 2]], axis=-1)
