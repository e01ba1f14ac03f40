"""The emission of roads against values of the law's own programme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tanheng.measures.quiet.bands import BANDS_HZ, a_weighted_total
from tanheng.measures.quiet.cnossos.emission import (
    VEHICLE_CLASSES,
    RoadConditions,
    Traffic,
    line_power,
    surfaces,
    vehicle_power,
)

STORED = json.loads((Path(__file__).parent / "cnossos_road_emission_checks.json").read_text(encoding="utf-8"))


def conditions(check: dict[str, Any]) -> RoadConditions:
    return RoadConditions(
        surface=check["surface"],
        temperature_c=check["temp"],
        slope_pct=check["slope"],
        two_way=check.get("two_way", False),
        junction={0: None, 1: "crossing", 2: "roundabout"}[check["junc_type"]],
        junction_distance_m=check["junc_dist"],
        studded_share=check["studded"],
        studded_months=check["months"],
    )


@pytest.mark.parametrize("check", STORED["checks"], ids=lambda check: check["id"])
def test_published_values_come_out(check: dict[str, Any]) -> None:
    """If this failed, every level on a map would be off by as much."""
    traffic = [
        Traffic(vehicle, flow, speed)
        for vehicle, flow, speed in zip(VEHICLE_CLASSES, check["flows"], check["speeds"], strict=True)
    ]
    power = line_power(traffic, conditions(check), "set_2015")
    if "expected_dBA_per_m" in check:
        # Published with one digit.
        assert a_weighted_total(power) == pytest.approx(check["expected_dBA_per_m"], abs=check["tol"])
        return
    bands = check["bands"] if "bands" in check else [check["band"]]
    ours = power[[list(BANDS_HZ).index(band) for band in bands]]
    assert ours == pytest.approx(np.atleast_1d(check["expected"]), abs=STORED["tolerance_dB"])


def test_no_traffic_is_silence() -> None:
    assert np.all(np.isneginf(line_power([Traffic("1", 0.0, 50.0)], RoadConditions())))


@pytest.mark.parametrize("vehicle", VEHICLE_CLASSES)
def test_sets_differ_in_what_was_amended(vehicle: str) -> None:
    """The amendment raised every class; a set read twice would hide that."""
    road = RoadConditions()
    old, new = (vehicle_power(vehicle, 50.0, road, chosen) for chosen in ("set_2015", "set_2020"))  # type: ignore[arg-type]
    assert a_weighted_total(new) > a_weighted_total(old)


def test_an_unknown_surface_is_named() -> None:
    with pytest.raises(ValueError, match="COBBLES"):
        line_power([Traffic("1", 100.0, 50.0)], RoadConditions(surface="COBBLES"))
    assert "NL01" in surfaces()


def test_a_hill_driven_both_ways_is_between_up_and_down() -> None:
    up, down, both = (
        a_weighted_total(line_power([Traffic("3", 100.0, 50.0)], RoadConditions(slope_pct=slope, two_way=two_way)))
        for slope, two_way in ((8.0, False), (-8.0, False), (8.0, True))
    )
    assert min(up, down) < both < max(up, down)
