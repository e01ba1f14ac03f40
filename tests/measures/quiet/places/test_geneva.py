"""Geneva's real quarter: read with its faults told, and calculated at its seven sensors.

Nobody counted the traffic, so that levels by assumed traffic are not held against the sensors one by one; but which
sensor is loud and which is quiet follows from the map alone to a good part, and calibration must bring the error down.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from tanheng.measures.quiet.assessment.calibration import Measured, calibrate, groups_by_class
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.places.assumptions import Assumptions
from tanheng.measures.quiet.places.monitors import transfer_to_monitors
from tanheng.measures.quiet.places.osm import SOURCE
from tanheng.measures.quiet.places.reading import Layer, Reading, read_quarter
from tanheng.measures.quiet.places.rows import shapes_of
from tanheng.measures.quiet.places.tabular import read_monitors
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.by_class import class_traffic
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.policy.rulebook import load_rulebook

GENEVA = Path(__file__).parents[1] / "geneva"
CRS = "EPSG:2056"
BUILDINGS = {"id": "osm_id", "use": "building", "floors": "building_levels"}
ROADS = {"id": "osm_id", "class": "highway", "speed_kmh": "maxspeed", "one_way": "oneway"}


@pytest.fixture(scope="module")
def reading() -> Reading:
    layers = [
        Layer("buildings", GENEVA / "buildings.geojson", columns=BUILDINGS, prefix="way/", source=SOURCE),
        Layer("roads", GENEVA / "roads.geojson", columns=ROADS, prefix="way/", source=SOURCE),
    ]
    read = read_quarter(layers, name="Geneva", crs=CRS, assumptions=Assumptions(3.2, floors=5.0), faults="leave out")
    return Reading(
        read.quarter.with_tables(monitors=read_monitors(GENEVA / "noise_sensors_2024_08_25.csv", crs=CRS)),
        read.problems,
        read.notes,
    )


def test_what_the_maps_do_not_say_is_marked(reading: Reading) -> None:
    buildings = reading.quarter["buildings"]
    by = buildings["height_source"].to_pylist()
    assert by.count("floors") > 0
    assert by.count("assumed") > by.count("floors")
    assert None not in buildings["height_m"].to_pylist()
    assert any(f"{by.count('assumed')} buildings" in note.en for note in reading.notes)
    # The Swiss frame: 2,500 km east and 1,118 km north are Geneva's.
    east, north = shapely.get_coordinates(shapes_of(reading.quarter["monitors"])).mean(axis=0)
    assert (east, north) == pytest.approx((2_499_000.0, 1_119_000.0), abs=2_000.0)


def test_loud_and_quiet_sensors_are_told_apart_and_calibration_helps(reading: Reading) -> None:
    quarter = reading.quarter
    book = load_rulebook("shenzhen")
    on = date(2026, 1, 1)
    emission = emission_of(quarter, traffic_of(quarter, by_class=class_traffic(book, on)))
    settings = Settings(reach_m=300.0, reflection_reach_m=30.0, ground_factor=0.0, temperature_c=15.0)
    transfer = transfer_to_monitors(quarter, emission, settings)
    energies: dict[str, list[float]] = defaultdict(list)
    with open(GENEVA / "noise_sensors_2024_08_25.csv", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            energies[row["sensor"]].append(10.0 ** (float(row["leq_15min_db"]) / 10.0))
    ids = quarter["monitors"]["id"].to_pylist()
    measured = [Measured(name, 10.0 * float(np.log10(np.mean(energies[name]))), (6, 7)) for name in ids]
    groups = groups_by_class(quarter, emission.kinds, emission.features)
    found = calibrate(transfer, emission.power, measured, groups, Terms(book, on))
    assert np.corrcoef(found.levels, found.calculated)[0, 1] > 0.6
    assert found.after.rmse < found.before.rmse
