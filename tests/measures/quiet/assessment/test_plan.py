"""Plans: what measures relieve alone and together, against everything worked out anew and every set there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from tests.measures.quiet.assessment.studies import line, rows, square, study, terms

from tanheng.measures.quiet.assessment.burden import burden_of, weights_of
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.assessment.plan.candidates import Candidate
from tanheng.measures.quiet.assessment.plan.effects import Effects, emit_by
from tanheng.measures.quiet.assessment.plan.making import make_plan, priced, problem_of
from tanheng.measures.quiet.assessment.plan.proposing import propose
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.by_class import class_traffic
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.measures.quiet.sources.traffic import Traffic
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.matrix import Transfer

COSTS = """
changes: shenzhen
title: {en: Costs for a test, zh: 测试造价}
from: 2026-01-01
source: {document: A test of plans}
status: example
parameters:
  noise.cost_barrier: 3000
  noise.cost_quiet_surface: 150
  noise.cost_speed_limit: 90000
  noise.cost_truck_ban: 400000
  noise.cost_windows: 800
  noise.window_gain: 8
"""
PRICED = terms(COSTS)
ROADS = {"r1": ("primary", 60.0), "r2": ("secondary", 50.0)}
# dB lost from each road (a metre of it) to the front, the side, and the back, and the people there.
PLACES = {"a": (12.0, 30.0, 120.0), "b": (18.0, 16.0, 200.0), "c": (40.0, 11.0, 60.0), "d": (20.0, 20.0, 30.0)}


def street() -> tuple[Study, Traffic]:
    tables = {
        "roads": rows(
            "roads",
            *(
                {
                    "id": name,
                    "geometry": line((0, 30 * n), (400, 30 * n)),
                    "name": name,
                    "class": of,
                    "lanes": 4,
                    "speed_kmh": speed,
                    "one_way": False,
                    "height_m": 0.0,
                    "tunnel": False,
                }
                for n, (name, (of, speed)) in enumerate(ROADS.items())
            ),
        ),
        "buildings": rows(
            "buildings", *({"id": each, "geometry": square(60 * n, -40, 10)} for n, each in enumerate(PLACES))
        ),
        "areas": rows("areas", {"id": "z", "geometry": square(-500, -500, 2000), "class": "2", "name": "z"}),
    }
    quarter = Quarter("street", "EPSG:4547", tables)
    traffic = traffic_of(quarter, by_class=class_traffic(PRICED.book, PRICED.on))
    emission = emission_of(quarter, traffic)
    receivers = [
        {"id": f"{name}/0", "building": name, "x": 60.0 * n, "y": -29.0, "persons": people}
        for n, (name, (_, _, people)) in enumerate(PLACES.items())
    ]
    losses = {f"{name}/0": {"road/r1": first, "road/r2": second} for name, (first, second, _) in PLACES.items()}
    assert set(emission.ids) == {"road/r1", "road/r2"}
    made = study(receivers, dict(zip(emission.ids, emission.power, strict=True)), losses, quarter, status="example")
    features = [name.split("/")[1] for name in emission.ids]
    return replace(made, columns=made.columns.set_column(2, "feature", [features])), traffic


def screened(made: Study, chosen: list[Candidate]) -> Transfer:
    """Barriers take so many decibels from the first road, the better one counting, and a little more where two are."""
    loss = sum(sorted((each.height_m or 0.0 for each in chosen), reverse=True)[:1]) * 2.0 + 0.3 * (len(chosen) - 1)
    ratios = made.transfer.ratios.copy()
    ratios[made.transfer.columns == 0] *= 10.0 ** (-loss / 10.0)
    return replace(made.transfer, ratios=ratios)


def effects(of: Terms = PRICED) -> tuple[Effects, list[Candidate]]:
    made, traffic = street()
    weights = weights_of(made, of)
    kept, _ = priced(propose(made, weights, of, traffic))
    gain = of.given("noise.window_gain").value
    tried = Effects(
        made,
        weights,
        kept,
        emit=emit_by(made, traffic),
        screen=lambda chosen: screened(made, list(chosen)),
        window_gain=gain,
    )
    return tried, kept


def test_what_is_proposed_is_where_noise_weighs_most_and_excludes_what_cannot_be_had_twice() -> None:
    tried, kept = effects()
    kinds = {each.kind for each in kept}
    assert kinds == {"speed_limit", "truck_ban", "quiet_surface", "barrier", "windows"}
    by_id = {each.id: each for each in kept}
    assert by_id["surface/r1"].amount == pytest.approx(400 * 4 * 3.5)
    assert by_id["surface/r1"].cost == pytest.approx(400 * 4 * 3.5 * 150)
    groups = problem_of(tried).groups
    assert sorted(kept[number].id for number in groups[0]) == ["barrier/1/3", "barrier/1/5"]


def test_measures_together_are_what_they_are_worked_out_anew() -> None:
    tried, kept = effects()
    number = {each.id: place for place, each in enumerate(kept)}
    made, _ = street()
    burden = burden_of(made, weights_of(made, PRICED))
    assert tried.before == pytest.approx(sum(each.sum() for each in burden.values()), rel=1e-5)
    for chosen in (
        ["surface/r1", "surface/r2"],
        ["surface/r1", "trucks/r1"],
        ["barrier/1/3", "trucks/r1"],
        ["windows/1", "surface/r2"],
        ["barrier/1/5", "surface/r2", "windows/1"],
    ):
        own = [number[name] for name in chosen]
        truly, _ = tried.truly(own)
        assert tried.burden(own) == pytest.approx(truly, rel=1e-4), chosen
        assert truly < tried.before


@pytest.mark.parametrize("budget", [100_000.0, 400_000.0, 1_500_000.0])
def test_no_set_of_measures_truly_brings_more_for_the_money(budget: float) -> None:
    tried, kept = effects()
    problem = problem_of(tried)
    plan = make_plan(tried, budget)
    everything = range(len(kept))
    sets = (each for size in range(len(kept) + 1) for each in combinations(everything, size))
    best = max(tried.before - tried.truly(each)[0] for each in sets if problem.allows(each, budget))
    assert len(kept) >= 9 and best > 0.0
    assert plan.cost <= budget
    assert plan.relief == pytest.approx(best, rel=2e-3)
    assert plan.expected == pytest.approx(plan.bound, rel=1e-5)


def test_a_plan_says_what_it_brings_what_it_leaves_out_and_what_more_money_would() -> None:
    tried, _ = effects()
    plan = make_plan(tried, 1_500_000.0, [0.0, 300_000.0, 3_000_000.0])
    reliefs = [step.relief for step in plan.steps]
    assert reliefs[0] == 0.0 and reliefs == sorted(reliefs)
    assert plan.above_after["night"] <= plan.above_before["night"]
    said = plan.as_json()
    assert said["taken"] and len(said["frontier"]) == 3
    # A ban and a surface at one road interfere, and that is told.
    assert all(abs(each.more) > 0 for each in plan.interactions)
    assert plan.notes


def test_without_a_published_cost_a_measure_stays_out_and_says_so() -> None:
    made, traffic = street()
    unset = terms()
    kept, left_out = priced(propose(made, weights_of(made, unset), unset, traffic))
    assert kept == []
    assert {candidate.kind for candidate, _ in left_out} == {"speed_limit", "truck_ban", "quiet_surface", "barrier"}
    assert left_out[0][1].en == "noise.cost_speed_limit is not published"


def test_offsets_of_a_calibration_stay_when_traffic_changes() -> None:
    made, traffic = street()
    moved = made.with_emission(made.emission + 3.0)
    ban = next(each for each in effects()[1] if each.id == "trucks/r1")
    before, after = emit_by(made, traffic)([ban]), emit_by(moved, traffic)([ban])
    sounding = np.isfinite(before)
    assert after[sounding] == pytest.approx(before[sounding] + 3.0)
    assert np.array_equal(np.isfinite(after), sounding)
