"""From traffic to the sound power of a metre of each road, by hour and band (CNOSSOS-EU)."""

from __future__ import annotations

import numpy as np

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.road_power import LEAST_SPEED_KM_H, vehicle_powers
from tanheng.measures.quiet.cnossos.road_tables import CLASS_COUNT, CoefficientSet
from tanheng.measures.quiet.periods import HOURS
from tanheng.measures.quiet.sources.traffic import Traffic


def road_power(traffic: Traffic, chosen: CoefficientSet = "set_2020") -> Array:
    """dB re 1 pW/m: roads x 24 hours x 8 bands; equation 2.2.1. Minus infinity in an hour without traffic.

    A vehicle's power is worked out once for hours with equal speeds.
    """
    by_hour = np.ascontiguousarray(traffic.speeds.transpose(1, 0, 2)).reshape(HOURS, -1)
    distinct, which = np.unique(by_hour, axis=0, return_inverse=True)
    per_flow = np.stack(
        [_per_vehicle_per_hour(speeds.reshape(-1, CLASS_COUNT), traffic, chosen) for speeds in distinct]
    )
    power = np.empty((len(traffic.roads), HOURS, per_flow.shape[-1]))
    for number, spectra in enumerate(per_flow):
        hours = np.flatnonzero(which.reshape(-1) == number)
        power[:, hours] = traffic.flows[:, hours] @ spectra
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(power), dtype=np.float64)


def _per_vehicle_per_hour(speeds: Array, traffic: Traffic, chosen: CoefficientSet) -> Array:
    """What one vehicle an hour adds to the power of a metre: roads x classes x bands, ratio to 1 pW/m."""
    density = 1.0 / (1000.0 * np.maximum(speeds, LEAST_SPEED_KM_H))
    return vehicle_powers(speeds, traffic, chosen) * density[..., None]
