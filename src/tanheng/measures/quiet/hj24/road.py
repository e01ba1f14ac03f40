"""A-weighted level of a road: HJ 2.4-2021 annex B.2, vehicle levels of JTG B03-2006 annex C.

Classes are small, medium and large. Corrections for screens and ground come from ``screens`` and ``ground``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

VehicleSize = Literal["small", "medium", "large"]
Pavement = Literal["asphalt", "cement concrete"]
Facades = Literal["reflecting", "mostly absorbing", "absorbing"]
VEHICLE_SIZES: tuple[VehicleSize, ...] = get_args(VehicleSize)

REFERENCE_DISTANCE_M = 7.5
# Level of one vehicle at 7.5 m: dB(A) = a + b lg V, V in km/h.
VEHICLE_LEVELS: dict[VehicleSize, tuple[float, float]] = {
    "small": (12.6, 34.73),
    "medium": (8.8, 40.48),
    "large": (22.0, 36.32),
}
SLOPE_DB: dict[VehicleSize, float] = {"small": 50.0, "medium": 73.0, "large": 98.0}
# From this hourly flow of the largest class on, a road is a line and not a row of vehicles.
LINE_FLOW_PER_H = 300.0
# dB for each height of the buildings over the width between them, and at most.
BUILT_UP: dict[Facades, tuple[float, float]] = {
    "reflecting": (4.0, 3.2),
    "mostly absorbing": (2.0, 1.6),
    "absorbing": (0.0, 0.0),
}


@dataclass(frozen=True)
class Flow:
    """One vehicle class in the mean hour of the period."""

    size: VehicleSize
    vehicles_per_hour: float
    speed_km_h: float


@dataclass(frozen=True)
class RoadSite:
    """``slope``: rise over run; ``view_rad``: angle under which the receiver sees the road, pi for an endless one.

    ``other_db``: what screens, ground and air take, as a positive loss.
    """

    distance_m: float
    slope: float = 0.0
    pavement: Pavement = "asphalt"
    view_rad: float = math.pi
    other_db: float = 0.0
    built_up_db: float = 0.0


def vehicle_level(size: VehicleSize, speed_km_h: float) -> float:
    """Mean level of one vehicle at 7.5 m, dB(A)."""
    base, by_speed = VEHICLE_LEVELS[size]
    return base + by_speed * math.log10(speed_km_h)


def slope_correction(size: VehicleSize, slope: float) -> float:
    """dB for a longitudinal slope, rise over run."""
    return SLOPE_DB[size] * abs(slope)


def pavement_correction(pavement: Pavement, speed_km_h: float) -> float:
    """dB for the pavement; the table has steps at 30, 40 and 50 km/h, between them the next lower one holds."""
    if pavement == "asphalt":
        return 0.0
    return 2.0 if speed_km_h >= 50.0 else 1.5 if speed_km_h >= 40.0 else 1.0


def built_up_correction(facades: Facades, height_m: float, width_m: float) -> float:
    """dB that buildings on both sides add, by their height and the distance between their façades."""
    by_ratio, most = BUILT_UP[facades]
    return min(most, by_ratio * height_m / width_m)


def class_levels(flows: Sequence[Flow], site: RoadSite) -> dict[VehicleSize, float]:
    """Leq of each class at the receiver, dB(A). Classes that do not drive are left out."""
    if site.distance_m <= 0.0:
        raise ValueError(f"distance to the road is {site.distance_m} m, must be more than 0")
    driving = [flow for flow in flows if flow.vehicles_per_hour > 0.0]
    largest = max((flow.vehicles_per_hour for flow in driving), default=0.0)
    per_decade = 10.0 if largest >= LINE_FLOW_PER_H else 15.0
    spread = per_decade * math.log10(REFERENCE_DISTANCE_M / site.distance_m)
    seen = 10.0 * math.log10(site.view_rad / math.pi)
    return {
        flow.size: vehicle_level(flow.size, flow.speed_km_h)
        + 10.0 * math.log10(flow.vehicles_per_hour / flow.speed_km_h)
        + spread
        + seen
        + slope_correction(flow.size, site.slope)
        + pavement_correction(site.pavement, flow.speed_km_h)
        + site.built_up_db
        - site.other_db
        - 16.0
        for flow in driving
    }


def road_level(flows: Sequence[Flow], site: RoadSite) -> float:
    """Leq of the road, dB(A); minus infinity without traffic."""
    power = sum(10.0 ** (level / 10.0) for level in class_levels(flows, site).values())
    return 10.0 * math.log10(power) if power else -math.inf
