"""Geneva's seven sensors: how far a calculation without any count of traffic is off, and what calibration makes of it.

The numbers stand in docs/validation.md. Traffic is assumed by road class as on a Chinese weekday, most heights are
assumed, and it was a Sunday morning: this says how wrong a map alone can be, not how good the physics are.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
import pytest
from tests.measures.quiet.assessment.studies import terms

from tanheng.measures.quiet.assessment.calibration import Calibration, Measured, calibrate, groups_by_class
from tanheng.measures.quiet.assessment.indicators import energy_mean
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.calculation import Settings, terrain_of
from tanheng.measures.quiet.places.assumptions import Assumptions
from tanheng.measures.quiet.places.reading import Layer, read_quarter
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.by_class import class_traffic
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.measures.quiet.tiles import whole_transfer
from tanheng.measures.quiet.transfer.columns import segments_of

HERE = Path(__file__).parent / "geneva"
SWISS = "EPSG:2056"
TERMS = terms()


def geneva() -> Quarter:
    tags = {"class": "highway", "lanes": "lanes", "speed_kmh": "maxspeed", "one_way": "oneway", "tunnel": "tunnel"}
    layers = [
        Layer("buildings", HERE / "buildings.geojson", columns={"id": "osm_id", "floors": "building_levels"}),
        Layer("roads", HERE / "roads.geojson", columns={"id": "osm_id", "name": "name", **tags}),
    ]
    found = read_quarter(layers, name="Geneva", crs=SWISS, assumptions=Assumptions(floors=5.0), faults="leave out")
    return found.quarter


def sensors() -> tuple[list[Measured], Array]:
    levels: dict[str, list[float]] = defaultdict(list)
    places = {}
    to_swiss = pyproj.Transformer.from_crs("EPSG:4326", SWISS, always_xy=True)
    with (HERE / "sensors.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            levels[row["sensor"]].append(float(row["leq_15min_db"]))
            places[row["sensor"]] = (*to_swiss.transform(float(row["lon"]), float(row["lat"])), float(row["height_m"]))
    names = sorted(levels)
    return [Measured(name, energy_mean(levels[name]), (6, 7)) for name in names], np.array([places[n] for n in names])


@pytest.fixture(scope="module")
def found() -> dict[str, Calibration]:
    quarter = geneva()
    measured, places = sensors()
    emission = emission_of(quarter, traffic_of(quarter, by_class=class_traffic(TERMS.book, TERMS.on)))
    settings = Settings(reach_m=300.0, temperature_c=19.0, humidity_pct=70.0)
    ground = terrain_of(quarter)
    segments = segments_of(quarter, emission.ids, emission.kinds, emission.features, settings, ground)
    transfer = whole_transfer(quarter, segments, places, settings, ground)
    groups = {
        "one": ["road"] * len(emission.ids),
        "by class": list(groups_by_class(quarter, emission.kinds, emission.features)),
    }
    return {name: calibrate(transfer, emission.power, measured, of, TERMS) for name, of in groups.items()}


def test_what_the_maps_do_not_say_is_marked() -> None:
    said = geneva()["buildings"]["height_source"].to_pylist()
    assert said.count("assumed") > said.count("floors") > 0
    assert None not in geneva()["buildings"]["height_m"].to_pylist()


def test_errors_are_those_that_the_documentation_states(found: dict[str, Calibration]) -> None:
    one, by_class = found["one"], found["by class"]
    assert len(one.measured) == 7
    assert (one.before.rmse, one.before.bias) == pytest.approx((7.7, -4.9), abs=0.3)
    assert (one.after.rmse, one.left_out.rmse) == pytest.approx((6.0, 6.9), abs=0.3)
    assert (by_class.after.rmse, by_class.left_out.rmse) == pytest.approx((5.4, 7.9), abs=0.3)
    assert one.offsets == pytest.approx([-4.6], abs=0.3)


def test_one_offset_helps_where_nobody_measured_and_one_for_each_class_does_not(found: dict[str, Calibration]) -> None:
    # A class of which one sensor speaks is not learnt from the others: what fits better may predict worse, and says so.
    one, by_class = found["one"], found["by class"]
    assert one.after.rmse < one.left_out.rmse < one.before.rmse
    assert one.helps
    assert by_class.after.rmse < one.after.rmse
    assert not by_class.helps


def test_an_empty_table_of_surfaces_is_the_reference_surface() -> None:
    assert pa.compute.all(pa.compute.is_null(geneva()["roads"]["surface"])).as_py()
