"""Sound power of vehicles on many roads at once: equations 2.2.2 to 2.2.20 of Directive (EU) 2015/996."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.road_tables import (
    CLASS_COUNT,
    VEHICLE_CLASSES,
    CoefficientSet,
    coefficients_of,
    surface_rows,
    surface_table,
)

REFERENCE_SPEED_KM_H = 70.0
LEAST_SPEED_KM_H = 20.0
REFERENCE_TEMPERATURE_C = 20.0
# Equation 2.2.10 and below: dB per degree.
TEMPERATURE_DB_PER_K: Array = np.array([0.08, 0.04, 0.04, 0.0, 0.0])
STEEPEST_PCT = 12.0
JUNCTION_REACH_M = 100.0
# Which classes have tyres that are heard, and studs.
ROLLS: Array = np.array([1.0, 1.0, 1.0, 0.0, 0.0])
HAS_STUDS: Array = np.array([1.0, 0.0, 0.0, 0.0, 0.0])


class Roads(Protocol):
    """What the emission of a road depends on, one value for each; see ``sources.traffic.Traffic``."""

    @property
    def surfaces(self) -> tuple[str | None, ...]: ...
    @property
    def slope_pct(self) -> Array: ...
    @property
    def two_way(self) -> NDArray[np.bool_]: ...
    @property
    def temperature_c(self) -> Array: ...
    @property
    def junction_distance_m(self) -> Array: ...
    @property
    def roundabout(self) -> NDArray[np.bool_]: ...
    @property
    def studded_share(self) -> Array: ...
    @property
    def studded_months(self) -> Array: ...


def vehicle_powers(speeds: Array, roads: Roads, chosen: CoefficientSet = "set_2020") -> Array:
    """Sound power ratio 10^(L/10) of one vehicle, L in dB re 1 pW: roads x classes x bands.

    ``speeds``: roads x classes, km/h; slower than 20 km/h counts as 20. On a two-way road with a slope half of the
    vehicles go up and half go down. Raises ``ValueError`` for an unknown surface.
    """
    table, covers = coefficients_of(chosen), surface_table(chosen)
    speed = np.maximum(speeds, LEAST_SPEED_KM_H)
    relative = np.log10(speed / REFERENCE_SPEED_KM_H)
    row = surface_rows(roads.surfaces, chosen)
    alpha, beta = covers.alpha[row], covers.beta[row]
    junction_rolling, junction_propulsion = _junction(roads, chosen)
    rolling = (
        table.rolling
        + table.rolling_by_speed * relative[..., None]
        + alpha
        + (beta * relative)[..., None]
        + _studs(speed, roads, chosen)
        + (TEMPERATURE_DB_PER_K * (REFERENCE_TEMPERATURE_C - roads.temperature_c)[:, None])[..., None]
        + junction_rolling[..., None]
    )
    propulsion = (
        table.propulsion
        + table.propulsion_by_speed * ((speed - REFERENCE_SPEED_KM_H) / REFERENCE_SPEED_KM_H)[..., None]
        + np.minimum(alpha, 0.0)
        + junction_propulsion[..., None]
    )
    ahead = np.power(10.0, slope_db(speed, roads.slope_pct) / 10.0)
    back = np.power(10.0, slope_db(speed, -roads.slope_pct) / 10.0)
    uphill = np.where(roads.two_way[:, None], (ahead + back) / 2.0, ahead)
    return np.asarray(
        np.power(10.0, rolling / 10.0) * ROLLS[:, None] + np.power(10.0, propulsion / 10.0) * uphill[..., None],
        dtype=np.float64,
    )


def slope_db(speed: Array, slope_pct: Array) -> Array:
    """Equations 2.2.13 to 2.2.16, dB of propulsion: roads x classes. Steeper than 12 % counts as 12 %."""
    slope = np.clip(slope_pct, -STEEPEST_PCT, STEEPEST_PCT)
    found = np.zeros((len(slope), CLASS_COUNT))
    light, medium, heavy = (speed[:, VEHICLE_CLASSES.index(vehicle)] for vehicle in ("1", "2", "3"))
    found[:, 0] = np.where(slope < -6.0, -slope - 6.0, np.where(slope > 2.0, (slope - 2.0) / 1.5 * light / 100.0, 0.0))
    found[:, 1] = np.where(
        slope < -4.0,
        (-slope - 4.0) / 0.7 * (medium - 20.0) / 100.0,
        np.where(slope > 0.0, slope * medium / 100.0, 0.0),
    )
    found[:, 2] = np.where(
        slope < -4.0,
        (-slope - 4.0) / 0.5 * (heavy - 10.0) / 100.0,
        np.where(slope > 0.0, slope / 0.8 * heavy / 100.0, 0.0),
    )
    return found


def _studs(speed: Array, roads: Roads, chosen: CoefficientSet) -> Array:
    """Equations 2.2.6 to 2.2.8, light vehicles: speed counts from 50 to 90 km/h."""
    table = coefficients_of(chosen)
    share = (roads.studded_share * roads.studded_months / 12.0)[:, None, None] * HAS_STUDS[:, None]
    relative = np.log10(np.clip(speed, 50.0, 90.0) / REFERENCE_SPEED_KM_H)[..., None]
    louder = table.studs + table.studs_by_speed * relative
    return np.asarray(10.0 * np.log10(1.0 - share + share * np.power(10.0, louder / 10.0)), dtype=np.float64)


def _junction(roads: Roads, chosen: CoefficientSet) -> tuple[Array, Array]:
    """Equations 2.2.17 and 2.2.18: rolling and propulsion, roads x classes, fading over 100 m."""
    table = coefficients_of(chosen)
    near = np.maximum(1.0 - np.abs(roads.junction_distance_m) / JUNCTION_REACH_M, 0.0)
    near = np.where(np.isnan(roads.junction_distance_m), 0.0, near)
    kind = np.where(roads.roundabout[:, None, None], table.roundabout, table.crossing)
    return near[:, None] * kind[..., 0], near[:, None] * kind[..., 1]
