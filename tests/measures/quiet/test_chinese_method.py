"""The Chinese formulas against values worked out from the standards, and air absorption against ISO 9613."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.hj24 import road
from tanheng.measures.quiet.hj24.ground import ground_attenuation
from tanheng.measures.quiet.hj24.screens import finite_screen, infinite_screen
from tanheng.measures.quiet.hj24.surroundings import foliage_attenuation, houses_attenuation
from tanheng.measures.quiet.methods import METHODS, receiver_levels
from tanheng.measures.quiet.scene import Barrier, Receiver, Scene, Source

STORED = json.loads((Path(__file__).parent / "china_prediction_values.json").read_text(encoding="utf-8"))
WORKED = STORED["worked"]


@pytest.mark.parametrize("worked", WORKED["road_leq"], ids=lambda worked: worked["id"])
def test_road_levels_come_out(worked: dict[str, Any]) -> None:
    flows = [road.Flow(size, worked["flows_veh_h"][size], worked["speeds_km_h"][size]) for size in road.VEHICLE_SIZES]
    site = road.RoadSite(worked["distance_m"])
    assert road.class_levels(flows, site) == pytest.approx(worked["expected_by_class"], abs=1e-3)
    assert road.road_level(flows, site) == pytest.approx(worked["expected_total_dBA"], abs=1e-3)


@pytest.mark.parametrize("worked", WORKED["barrier_infinite_line"], ids=str)
def test_infinite_screens_come_out(worked: dict[str, float]) -> None:
    assert infinite_screen(worked["path_difference_m"], worked["f_hz"]) == pytest.approx(
        worked["expected_dB"], abs=1e-3
    )


def test_both_branches_of_the_infinite_screen_meet() -> None:
    """At t = 1 the formula has another form; a step there would be heard on a map."""
    at_one = 3.0 * 340.0 / (40.0 * 500.0)
    below, on, above = (infinite_screen(at_one * (1.0 + shift), 500.0) for shift in (-1e-6, 0.0, 1e-6))
    assert below == pytest.approx(on, abs=1e-4)
    assert above == pytest.approx(on, abs=1e-4)


@pytest.mark.parametrize("worked", WORKED["ground"], ids=str)
def test_ground_comes_out(worked: dict[str, float]) -> None:
    ours = ground_attenuation(worked["mean_height_m"], worked["distance_m"])
    assert ours == pytest.approx(worked["expected_dB"], abs=1e-3)


@pytest.mark.parametrize("worked", WORKED["barrier_point_finite"], ids=str)
def test_finite_screens_come_out(worked: dict[str, Any]) -> None:
    numbers = [number for number in worked["fresnel_numbers"] if number is not None]
    assert finite_screen(numbers) == pytest.approx(worked["expected_dB"], abs=1e-3)


@pytest.mark.parametrize("air", STORED["air_absorption_dB_per_km_ISO_9613_1"].items(), ids=lambda air: air[0])
def test_air_absorption_comes_out(air: tuple[str, list[float]]) -> None:
    """Asserted values have two to four digits; the standard itself claims 10 %."""
    temperature, humidity = re.findall(r"-?\d+", air[0])
    ours = air_absorption_db_per_km(float(temperature), float(humidity))
    assert ours == pytest.approx(air[1], rel=0.02)


@pytest.mark.parametrize("air", STORED["air_absorption_dB_per_km_ISO_9613_2_table"].items(), ids=lambda air: air[0])
def test_air_absorption_agrees_with_the_table_of_part_2(air: tuple[str, list[float]]) -> None:
    """The table has one digit at low bands."""
    temperature, humidity = re.findall(r"\d+", air[0])
    ours = air_absorption_db_per_km(float(temperature), float(humidity))
    assert ours == pytest.approx(air[1], rel=0.02, abs=0.051)


def test_corrections_are_those_of_the_tables() -> None:
    formulas = STORED["formulas"]
    assert road.slope_correction("large", 0.05) == pytest.approx(98 * 0.05)
    assert road.slope_correction("small", -0.02) == pytest.approx(50 * 0.02)
    concrete = [road.pavement_correction("cement concrete", speed) for speed in (30.0, 40.0, 50.0, 80.0)]
    assert concrete == [1.0, 1.5, 2.0, 2.0]
    assert road.pavement_correction("asphalt", 80.0) == 0.0
    assert road.built_up_correction("reflecting", 30.0, 20.0) == 3.2
    assert road.built_up_correction("mostly absorbing", 10.0, 20.0) == pytest.approx(1.0)
    assert road.built_up_correction("absorbing", 30.0, 20.0) == 0.0
    assert foliage_attenuation(15.0) == pytest.approx(formulas["foliage_10_20m_dB"])
    assert foliage_attenuation(100.0) == pytest.approx(np.array(formulas["foliage_20_200m_dB_per_m"]) * 100.0)
    assert not foliage_attenuation(5.0).any()
    assert foliage_attenuation(500.0) == pytest.approx(foliage_attenuation(200.0))
    assert houses_attenuation(0.4, 100.0) == pytest.approx(4.0)
    assert houses_attenuation(0.9, 500.0, 0.95) == pytest.approx(10.0 + 10.0)


def test_a_road_without_traffic_is_silent() -> None:
    assert road.road_level([road.Flow("small", 0.0, 50.0)], road.RoadSite(20.0)) == -math.inf
    with pytest.raises(ValueError, match="0 m"):
        road.road_level([road.Flow("small", 10.0, 50.0)], road.RoadSite(0.0))


def hj24_levels(*barriers: Barrier, ground_factor: float = 1.0) -> Array:
    source = Source("S", (0.0, 0.0, 1.0), np.full(8, 90.0))
    receivers = (Receiver("R", (100.0, 0.0, 4.0)),)
    scene = Scene((source,), receivers=receivers, barriers=barriers, ground_factor=ground_factor)
    return receiver_levels(scene, METHODS["hj24"])["R"]


def test_a_point_source_follows_the_standard_by_hand() -> None:
    """90 - (20 lg d + 11) - alpha d - A_gr, worked out here from the clauses."""
    distance = math.hypot(100.0, 3.0)
    ground = 4.8 - 2.0 * 2.5 / distance * (17.0 + 300.0 / distance)
    air = np.array([0.12, 0.41, 1.04, 1.93, 3.66, 9.66, 32.77, 116.88]) * distance / 1000.0
    assert hj24_levels() == pytest.approx(90.0 - 20.0 * math.log10(distance) - 11.0 - air - ground, abs=0.01)
    hard = hj24_levels(ground_factor=0.2)
    assert hard == pytest.approx(90.0 - 20.0 * math.log10(distance) - 11.0 - air, abs=0.01), (
        "the formula is of porous ground"
    )


def test_a_screen_takes_what_its_three_paths_leave() -> None:
    """A wall of 6 m half-way, 40 m long: over the top and round both ends."""
    over = math.hypot(50.0, 5.0) + math.hypot(50.0, 2.0) - math.hypot(100.0, 3.0)
    round_end = math.hypot(2.0 * math.hypot(50.0, 20.015), 3.0) - math.hypot(100.0, 3.0)
    numbers = [2.0 * detour * 1000.0 / 340.0 for detour in (over, round_end, round_end)]
    taken = min(20.0, -10.0 * math.log10(sum(1.0 / (3.0 + 20.0 * number) for number in numbers)))
    ground = ground_attenuation(2.5, math.hypot(100.0, 3.0))
    wall = Barrier("W", ((50.0, -20.0, 6.0), (50.0, 20.0, 6.0)))
    assert (hj24_levels() - hj24_levels(wall))[4] == pytest.approx(taken - ground, abs=0.02)
