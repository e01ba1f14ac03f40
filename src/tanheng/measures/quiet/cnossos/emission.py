"""Sound power of road traffic: 2.2 of Directive (EU) 2015/996, by the coefficients of 2015 or those amended in 2021.

The amended tables are known as set 2020 and apply from 2023. Coefficients lie in ``road_emission.json``; this is one
road, ``road_power`` is many, by the same formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import BAND_COUNT, Array
from tanheng.measures.quiet.cnossos.road_power import (
    JUNCTION_REACH_M,
    LEAST_SPEED_KM_H,
    REFERENCE_TEMPERATURE_C,
    vehicle_powers,
)
from tanheng.measures.quiet.cnossos.road_tables import (
    CLASS_COUNT,
    VEHICLE_CLASSES,
    CoefficientSet,
    VehicleClass,
    surfaces,
)

__all__ = [
    "VEHICLE_CLASSES",
    "CoefficientSet",
    "Junction",
    "RoadConditions",
    "Traffic",
    "VehicleClass",
    "line_power",
    "surfaces",
    "vehicle_power",
]

Junction = Literal["crossing", "roundabout"]


@dataclass(frozen=True)
class Traffic:
    """The mean hour of one vehicle class: light 1, medium heavy 2, heavy 3, mopeds 4a, motorcycles 4b."""

    vehicle_class: VehicleClass
    vehicles_per_hour: float
    speed_km_h: float


@dataclass(frozen=True)
class RoadConditions:
    """What else the emission depends on.

    ``surface``: a name of the law's table, None for the reference surface; ``slope_pct``: positive uphill, and for
    two-way roads its size; ``junction_distance_m`` to the nearest crossing with lights or roundabout;
    ``studded_share`` of light vehicles in ``studded_months`` of the year.
    """

    surface: str | None = None
    temperature_c: float = REFERENCE_TEMPERATURE_C
    slope_pct: float = 0.0
    two_way: bool = False
    junction: Junction | None = None
    junction_distance_m: float = JUNCTION_REACH_M
    studded_share: float = 0.0
    studded_months: float = 0.0


@dataclass(frozen=True)
class _One:
    """A single road in the form of many."""

    surfaces: tuple[str | None, ...]
    slope_pct: Array
    two_way: NDArray[np.bool_]
    temperature_c: Array
    junction_distance_m: Array
    roundabout: NDArray[np.bool_]
    studded_share: Array
    studded_months: Array


def vehicle_power(
    vehicle_class: VehicleClass,
    speed_km_h: float,
    road: RoadConditions,
    coefficients: CoefficientSet = "set_2020",
) -> Array:
    """Sound power of one vehicle, dB re 1 pW by band; equations 2.2.2 to 2.2.20. Slower than 20 km/h counts as 20.

    On a two-way road the slope is gone up by half of the vehicles and down by the other half.
    """
    many = _One(
        (road.surface,),
        np.array([road.slope_pct]),
        np.array([road.two_way]),
        np.array([road.temperature_c]),
        np.array([np.nan if road.junction is None else road.junction_distance_m]),
        np.array([road.junction == "roundabout"]),
        np.array([road.studded_share]),
        np.array([road.studded_months]),
    )
    ratios = vehicle_powers(np.full((1, CLASS_COUNT), speed_km_h), many, coefficients)
    return np.asarray(10.0 * np.log10(ratios[0, VEHICLE_CLASSES.index(vehicle_class)]), dtype=np.float64)


def line_power(traffic: Sequence[Traffic], road: RoadConditions, coefficients: CoefficientSet = "set_2020") -> Array:
    """Sound power of a metre of road, dB re 1 pW/m by band; equation 2.2.1. Minus infinity without traffic."""
    total = np.zeros(BAND_COUNT)
    for part in traffic:
        if part.vehicles_per_hour > 0.0:
            speed = max(part.speed_km_h, LEAST_SPEED_KM_H)
            power = vehicle_power(part.vehicle_class, speed, road, coefficients)
            total += np.power(10.0, power / 10.0) * part.vehicles_per_hour / (1000.0 * speed)
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(total), dtype=np.float64)
