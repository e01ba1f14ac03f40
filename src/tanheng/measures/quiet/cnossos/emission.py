"""Sound power of road traffic: 2.2 of Directive (EU) 2015/996, by the coefficients of 2015 or those amended in 2021.

The amended tables are known as set 2020 and apply from 2023. Coefficients lie in ``road_emission.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log10
from typing import Any, Literal, get_args

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, Array, energy_sum

VehicleClass = Literal["1", "2", "3", "4a", "4b"]
CoefficientSet = Literal["set_2015", "set_2020"]
Junction = Literal["crossing", "roundabout"]
VEHICLE_CLASSES: tuple[VehicleClass, ...] = get_args(VehicleClass)

REFERENCE_SPEED_KM_H = 70.0
LEAST_SPEED_KM_H = 20.0
REFERENCE_TEMPERATURE_C = 20.0
# Equation 2.2.10 and below: dB per degree.
TEMPERATURE_DB_PER_K: dict[VehicleClass, float] = {"1": 0.08, "2": 0.04, "3": 0.04, "4a": 0.0, "4b": 0.0}
STEEPEST_PCT = 12.0
JUNCTION_REACH_M = 100.0


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


@cache
def _tables() -> dict[str, Any]:
    stored = files("tanheng.measures.quiet.cnossos").joinpath("road_emission.json").read_text(encoding="utf-8")
    tables: dict[str, Any] = json.loads(stored)
    return tables


def surfaces(coefficients: CoefficientSet = "set_2020") -> tuple[str, ...]:
    """Names of the road surfaces that the law's table F-4 knows here."""
    return tuple(_tables()["road_surfaces"][coefficients])


def vehicle_power(
    vehicle_class: VehicleClass,
    speed_km_h: float,
    road: RoadConditions,
    coefficients: CoefficientSet = "set_2020",
) -> Array:
    """Sound power of one vehicle, dB re 1 pW by band; equations 2.2.2 to 2.2.20. Slower than 20 km/h counts as 20.

    On a two-way road the slope is gone up by half of the vehicles and down by the other half.
    """
    if road.two_way and road.slope_pct:
        ways = [_one_way(vehicle_class, speed_km_h, road, slope, coefficients) for slope in (1, -1)]
        return energy_sum(ways) - 10.0 * log10(2.0)
    return _one_way(vehicle_class, speed_km_h, road, 1, coefficients)


def line_power(traffic: Sequence[Traffic], road: RoadConditions, coefficients: CoefficientSet = "set_2020") -> Array:
    """Sound power of a metre of road, dB re 1 pW/m by band; equation 2.2.1. Minus infinity without traffic."""
    levels = [np.full(BAND_COUNT, -np.inf)]
    for part in traffic:
        if part.vehicles_per_hour > 0.0:
            speed = max(part.speed_km_h, LEAST_SPEED_KM_H)
            power = vehicle_power(part.vehicle_class, speed, road, coefficients)
            levels.append(power + 10.0 * np.log10(part.vehicles_per_hour / (1000.0 * speed)))
    return energy_sum(levels)


def _one_way(
    vehicle_class: VehicleClass, speed_km_h: float, road: RoadConditions, way: int, coefficients: CoefficientSet
) -> Array:
    table = _tables()["coefficients"][coefficients][vehicle_class]
    speed = max(speed_km_h, LEAST_SPEED_KM_H)
    surface_rolling, surface_propulsion = _surface(vehicle_class, speed, road.surface, coefficients)
    rolling_junction, propulsion_junction = _junction(table, road)
    propulsion = (
        np.array(table["ap"])
        + np.array(table["bp"]) * (speed - REFERENCE_SPEED_KM_H) / REFERENCE_SPEED_KM_H
        + surface_propulsion
        + _slope(vehicle_class, speed, way * road.slope_pct)
        + propulsion_junction
    )
    if vehicle_class in ("4a", "4b"):
        return np.asarray(propulsion, dtype=np.float64)
    rolling = (
        np.array(table["ar"])
        + np.array(table["br"]) * np.log10(speed / REFERENCE_SPEED_KM_H)
        + surface_rolling
        + _studs(table, speed, road)
        + TEMPERATURE_DB_PER_K[vehicle_class] * (REFERENCE_TEMPERATURE_C - road.temperature_c)
        + rolling_junction
    )
    return energy_sum([rolling, propulsion])


def _surface(
    vehicle_class: VehicleClass, speed: float, surface: str | None, coefficients: CoefficientSet
) -> tuple[Array, Array]:
    """Equations 2.2.19 and 2.2.20: rolling by spectrum and speed, propulsion never louder."""
    if surface is None:
        return np.zeros(BAND_COUNT), np.zeros(BAND_COUNT)
    known = _tables()["road_surfaces"][coefficients]
    if surface not in known:
        raise ValueError(f"road surface {surface} is not in the table; known are {', '.join(known)}")
    row = known[surface]["by_vehicle"][vehicle_class]
    alpha = np.array(row["alpha"], dtype=np.float64)
    return alpha + row["beta"] * np.log10(speed / REFERENCE_SPEED_KM_H), np.minimum(alpha, 0.0)


def _studs(table: dict[str, Any], speed: float, road: RoadConditions) -> Array:
    """Equations 2.2.6 to 2.2.8, light vehicles: speed counts from 50 to 90 km/h."""
    share = road.studded_share * road.studded_months / 12.0
    if "a" not in table or share <= 0.0:
        return np.zeros(BAND_COUNT)
    counted = min(max(speed, 50.0), 90.0)
    louder = np.array(table["a"]) + np.array(table["b"]) * np.log10(counted / REFERENCE_SPEED_KM_H)
    return np.asarray(10.0 * np.log10(1.0 - share + share * 10.0 ** (louder / 10.0)), dtype=np.float64)


def _slope(vehicle_class: VehicleClass, speed: float, slope_pct: float) -> float:
    """Equations 2.2.13 to 2.2.16, propulsion; steeper than 12 % counts as 12 %."""
    up = min(STEEPEST_PCT, slope_pct)
    down = min(STEEPEST_PCT, -slope_pct)
    if vehicle_class == "1":
        if slope_pct < -6.0:
            return down - 6.0
        return (up - 2.0) / 1.5 * speed / 100.0 if slope_pct > 2.0 else 0.0
    if vehicle_class == "2":
        if slope_pct < -4.0:
            return (down - 4.0) / 0.7 * (speed - 20.0) / 100.0
        return up * speed / 100.0 if slope_pct > 0.0 else 0.0
    if vehicle_class == "3":
        if slope_pct < -4.0:
            return (down - 4.0) / 0.5 * (speed - 10.0) / 100.0
        return up / 0.8 * speed / 100.0 if slope_pct > 0.0 else 0.0
    return 0.0


def _junction(table: dict[str, Any], road: RoadConditions) -> tuple[float, float]:
    """Equations 2.2.17 and 2.2.18: rolling and propulsion, fading over 100 m."""
    if road.junction is None:
        return 0.0, 0.0
    near = max(1.0 - abs(road.junction_distance_m) / JUNCTION_REACH_M, 0.0)
    return table[road.junction]["cr"] * near, table[road.junction]["cp"] * near
