"""A barrier as a candidate, walked: the houses behind it are relieved, by as much as the whole calculation says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from tests.measures.quiet.assessment.studies import line, rows, square, terms

from tanheng.measures.quiet.assessment.burden import weights_of
from tanheng.measures.quiet.assessment.plan.candidates import Candidate
from tanheng.measures.quiet.assessment.plan.effects import Effects, emit_by, screen_by, with_barriers
from tanheng.measures.quiet.assessment.plan.proposing import Options, propose
from tanheng.measures.quiet.calculation import Settings, calculate
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.by_class import class_traffic
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.text import Text

TERMS = terms()
HOUSE = {"height_m": 9.0, "height_source": "given", "base_z": 0.0, "floors": 3, "use": "dwelling", "persons": 60.0}
ROAD = {"name": "road", "class": "primary", "lanes": 4, "speed_kmh": 60.0, "one_way": False, "height_m": 0.0}


def test_a_barrier_relieves_those_behind_it_by_what_the_whole_calculation_says() -> None:
    tables = {
        "roads": rows("roads", {"id": "r", "geometry": line((0, 0), (160, 0)), "tunnel": False, **ROAD}),
        "buildings": rows("buildings", {"id": "h", "geometry": square(70, 25, 12), **HOUSE}),
        "areas": rows("areas", {"id": "z", "geometry": square(-500, -500, 1500), "class": "1", "name": "z"}),
    }
    quarter = Quarter("one house", "EPSG:4547", tables)
    traffic = traffic_of(quarter, by_class=class_traffic(TERMS.book, TERMS.on))
    emission = emission_of(quarter, traffic)
    settings = Settings(reach_m=150.0, reflection_order=0)
    study = calculate(quarter, emission, settings)
    weights = weights_of(study, TERMS)
    options = Options(barrier_heights=(3.0, 6.0))
    barriers = [each for each in propose(study, weights, TERMS, traffic, options) if each.kind == "barrier"]
    assert [each.height_m for each in barriers] == [3.0, 6.0]
    tried = Effects(study, weights, barriers, emit=emit_by(study, traffic), screen=screen_by(study), window_gain=None)
    low, high = (tried.before - tried.burden([number]) for number in (0, 1))
    assert 0.0 < low < high < tried.before
    anew = calculate(with_barriers(quarter, barriers[1:]), emission, settings)
    assert np.isclose(weights.total({name: anew.level(name) for name in ("Ld", "Ln")}), tried.burden([1]), rtol=1e-6)


def test_barriers_that_stand_already_stay() -> None:
    before = Quarter("q", "EPSG:4547", {"barriers": rows("barriers", {"id": "old", "height_m": 2.0})})
    unit_cost = TERMS.given("noise.cost_barrier")
    new = Candidate("new", "barrier", Text("", ""), 0.0, "m2", unit_cost, outline=line((0, 0), (1, 0)), height_m=4.0)
    after = with_barriers(before, [new])["barriers"]
    assert isinstance(after, pa.Table)
    assert after["id"].to_pylist() == ["old", "new"]
    assert after["height_m"].to_pylist() == [2.0, 4.0]
