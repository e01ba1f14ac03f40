"""Traffic of many roads, and what a change of it does to their sound power."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.measures.quiet.bands import a_weighted_total
from tanheng.measures.quiet.cnossos import emission as one
from tanheng.measures.quiet.cnossos.road_tables import CLASS_COUNT, VEHICLE_CLASSES, surfaces
from tanheng.measures.quiet.periods import HOURS, PERIODS
from tanheng.measures.quiet.sources.emission import Status, a_weighted, period_powers
from tanheng.measures.quiet.sources.road import road_power
from tanheng.measures.quiet.sources.traffic import Traffic, with_change
from tanheng.problems import InputRejected

CHECKS = json.loads((Path(__file__).parents[1] / "cnossos_road_emission_checks.json").read_text(encoding="utf-8"))


def traffic(count: int = 1, **columns: Any) -> Traffic:
    """Roads r0, r1 ... with a busy day and lorries at night."""
    flows = np.zeros((count, HOURS, CLASS_COUNT))
    flows[..., 0], flows[..., 1], flows[..., 2] = 900.0, 40.0, 60.0
    shape = (count, HOURS, CLASS_COUNT)
    counted: Status = "counted"
    plain = Traffic(
        roads=tuple(f"r{number}" for number in range(count)),
        flows=flows,
        speeds=np.full(shape, 60.0),
        statuses=(counted,) * count,
        surfaces=(None,) * count,
        slope_pct=np.zeros(count),
        two_way=np.ones(count, dtype=np.bool_),
        temperature_c=np.full(count, 20.0),
        junction_distance_m=np.full(count, np.nan),
        roundabout=np.zeros(count, dtype=np.bool_),
        studded_share=np.zeros(count),
        studded_months=np.zeros(count),
    )
    return replace(plain, **columns)


def of_check(check: dict[str, Any]) -> Traffic:
    return traffic(
        flows=np.broadcast_to(np.array(check["flows"], dtype=float), (1, HOURS, CLASS_COUNT)),
        speeds=np.broadcast_to(np.array(check["speeds"], dtype=float), (1, HOURS, CLASS_COUNT)),
        surfaces=(check["surface"],),
        slope_pct=np.array([check["slope"]], dtype=float),
        two_way=np.array([check.get("two_way", False)]),
        temperature_c=np.array([check["temp"]], dtype=float),
        junction_distance_m=np.array([check["junc_dist"] if check["junc_type"] else np.nan]),
        roundabout=np.array([check["junc_type"] == 2]),
        studded_share=np.array([check["studded"]], dtype=float),
        studded_months=np.array([check["months"]], dtype=float),
    )


@pytest.mark.parametrize("check", CHECKS["checks"], ids=lambda check: check["id"])
def test_published_values_come_out_of_a_table_of_roads(check: dict[str, Any]) -> None:
    """A matrix takes these powers, not those of a single road."""
    power = road_power(of_check(check), "set_2015")[0, 7]
    if "expected_dBA_per_m" in check:
        assert a_weighted_total(power) == pytest.approx(check["expected_dBA_per_m"], abs=check["tol"])
        return
    bands = check["bands"] if "bands" in check else [check["band"]]
    ours = power[[[63, 125, 250, 500, 1000, 2000, 4000, 8000].index(band) for band in bands]]
    assert ours == pytest.approx(np.atleast_1d(check["expected"]), abs=CHECKS["tolerance_dB"])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_each_road_and_hour_is_as_if_it_were_alone(seed: int) -> None:
    """A mix-up of rows, hours or classes would give a street the traffic of its neighbour."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 4))
    shape = (count, HOURS, CLASS_COUNT)
    limit_by_hour = chance.choice([30.0, 50.0, 80.0], size=(1, HOURS, 1))
    names = (None, *surfaces())
    made = traffic(
        count,
        flows=chance.integers(0, 3, size=shape) * chance.uniform(0.0, 500.0, size=shape),
        speeds=np.minimum(chance.uniform(10.0, 120.0, size=(count, 1, CLASS_COUNT)), limit_by_hour),
        surfaces=tuple(names[int(place)] for place in chance.integers(0, len(names), size=count)),
        slope_pct=chance.uniform(-15.0, 15.0, size=count),
        two_way=chance.random(count) < 0.5,
        temperature_c=chance.uniform(-5.0, 30.0, size=count),
        junction_distance_m=np.where(chance.random(count) < 0.5, np.nan, chance.uniform(0.0, 150.0, size=count)),
        roundabout=chance.random(count) < 0.5,
        studded_share=chance.uniform(0.0, 1.0, size=count),
        studded_months=chance.uniform(0.0, 6.0, size=count),
    )
    power = road_power(made)
    assert power.shape == (count, HOURS, 8)
    for row, hour in ((int(chance.integers(count)), int(chance.integers(HOURS))) for _ in range(4)):
        distance = float(made.junction_distance_m[row])
        conditions = one.RoadConditions(
            surface=made.surfaces[row],
            temperature_c=float(made.temperature_c[row]),
            slope_pct=float(made.slope_pct[row]),
            two_way=bool(made.two_way[row]),
            junction=None if np.isnan(distance) else "roundabout" if made.roundabout[row] else "crossing",
            junction_distance_m=0.0 if np.isnan(distance) else distance,
            studded_share=float(made.studded_share[row]),
            studded_months=float(made.studded_months[row]),
        )
        alone = [
            one.Traffic(vehicle, float(made.flows[row, hour, place]), float(made.speeds[row, hour, place]))
            for place, vehicle in enumerate(VEHICLE_CLASSES)
        ]
        assert power[row, hour] == pytest.approx(one.line_power(alone, conditions), abs=1e-9)


def test_changes_do_what_they_say() -> None:
    before = traffic(3)
    power = road_power(before)
    louder = road_power(with_change(before, flow=2.0, roads=["r1"]))
    assert louder[1] == pytest.approx(power[1] + 10.0 * np.log10(2.0))
    assert np.array_equal(louder[[0, 2]], power[[0, 2]])

    slower = with_change(before, speed=30.0)
    assert (slower.speeds == 30.0).all()
    assert np.array_equal(with_change(slower, speed=50.0).speeds, slower.speeds), "a limit makes nobody faster"
    assert (a_weighted(road_power(slower)) < a_weighted(power)).all()

    banned = with_change(before, trucks_banned_at_night=True, roads=["r0"])
    night = list(PERIODS["Ln"])
    day = [hour for hour in range(HOURS) if hour not in night]
    assert not banned.flows[0, night, 1:3].any()
    assert np.array_equal(banned.flows[0, night, 0], before.flows[0, night, 0])
    assert np.array_equal(banned.flows[0, day], before.flows[0, day])
    assert np.array_equal(banned.flows[1:], before.flows[1:])
    assert "no vehicles of classes 2, 3" in banned.notes[-1].en

    quiet = with_change(before, surface="NL02")
    assert (a_weighted(road_power(quiet)) < a_weighted(power) - 3.0).all(), "porous asphalt at 60 km/h"
    assert before.surfaces == (None,) * 3, "a change leaves what it started from"


def test_a_speed_limit_of_50_for_70_is_worth_what_the_coefficients_say() -> None:
    """Light vehicles alone, 1 kHz of set 2020 by hand: rolling 100.1 + 32.5 lg(v/70), propulsion 84.7 + 8 (v/70-1)."""
    flows = np.zeros((1, HOURS, CLASS_COUNT))
    flows[..., 0] = 1000.0
    at_70 = traffic(flows=flows, speeds=np.full((1, HOURS, CLASS_COUNT), 70.0))

    def by_hand(speed: float) -> float:
        rolling, propulsion = 100.1 + 32.5 * np.log10(speed / 70.0), 84.7 + 8.0 * (speed - 70.0) / 70.0
        return float(10.0 * np.log10(10 ** (rolling / 10) + 10 ** (propulsion / 10)) - 10.0 * np.log10(speed))

    fell = road_power(at_70)[0, 0, 4] - road_power(with_change(at_70, speed=50.0))[0, 0, 4]
    assert fell == pytest.approx(by_hand(70.0) - by_hand(50.0), abs=1e-9)


def test_faults_of_a_change_come_at_once() -> None:
    with pytest.raises(InputRejected) as caught:
        with_change(traffic(), speed=0.0, flow=-1.0, surface="COBBLES", roads=["r9", "r0"])
    assert [(problem.code, problem.column) for problem in caught.value.problems] == [
        ("noise.E030", "roads"),
        ("noise.E031", "speed"),
        ("noise.E031", "flow"),
        ("noise.E032", "surface"),
    ]


def test_means_of_periods_are_energy_means() -> None:
    power = np.full((1, HOURS, 8), -np.inf)
    power[0, 22:, :] = 60.0
    means = period_powers(power)
    assert means["Ln"][0] == pytest.approx(60.0 - 10.0 * np.log10(4.0)), "two of eight hours"
    assert np.isneginf(means["Ld"]).all()
    assert means["Levening"][0] == pytest.approx(60.0 - 10.0 * np.log10(4.0)), "one of four hours"


def test_no_roads_at_all_are_no_columns() -> None:
    assert road_power(traffic(0)).shape == (0, HOURS, 8)
