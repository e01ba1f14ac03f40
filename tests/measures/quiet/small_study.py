"""A corner of a made-up quarter by Shenzhen: two towers and a school by a main road and a lane, with a grid."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import shapely

from tanheng.measures.quiet.calculation import calculate
from tanheng.measures.quiet.quarter import TABLES, Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.study import Study
from tanheng.text import Text

CRS = "EPSG:4547"
# In Futian, by the grid of CGCS2000, central meridian 114.
EAST, NORTH = 505_000.0, 2_493_000.0


def table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    """A table of a quarter; what is not told is null."""
    schema = TABLES[name]
    full = [{column: row.get(column) for column in schema.names} for row in rows]
    return pa.Table.from_pylist(full, schema=schema)


def box(west: float, south: float, east: float, north: float) -> bytes:
    return bytes(shapely.to_wkb(shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)))


def line(*corners: tuple[float, float]) -> bytes:
    return bytes(shapely.to_wkb(shapely.LineString([(EAST + x, NORTH + y) for x, y in corners])))


def point(x: float, y: float) -> bytes:
    return bytes(shapely.to_wkb(shapely.Point(EAST + x, NORTH + y)))


def small_quarter() -> Quarter:
    """The main road runs along the south, the lane along the north."""
    main = {"name": "Main Road", "class": "primary", "lanes": 6, "speed_kmh": 60.0, "one_way": False, "tunnel": False}
    lane = {"name": "North Lane", "class": "residential", "lanes": 2, "speed_kmh": 30.0, "one_way": False}
    tower = {"use": "dwelling", "height_source": "given", "base_z": 0.0}
    tables: dict[str, list[dict[str, object]]] = {
        "buildings": [
            {"id": "A", "geometry": box(-40, 20, -10, 36), "height_m": 30.0, "floors": 10, "persons": 200.0, **tower},
            {"id": "B", "geometry": box(10, 20, 40, 36), "height_m": 12.0, "floors": 4, "persons": 80.0, **tower},
            {"id": "S", "geometry": box(-20, 56, 20, 70), "height_m": 9.0, "height_source": "assumed", "use": "school"},
        ],
        "roads": [
            {"id": "main", "geometry": line((-120, 0), (120, 0)), "height_m": 0.0, **main},
            {"id": "lane", "geometry": line((-120, 90), (120, 90)), "height_m": 0.0, "tunnel": False, **lane},
        ],
        "plants": [{"id": "fan", "geometry": point(60, 40), "name": "Roof fan", "kind": "services", "height_m": 3.0}],
        "barriers": [{"id": "wall", "geometry": line((-30, 6), (0, 6)), "height_m": 3.0}],
        "areas": [
            {"id": "a4a", "geometry": box(-120, -30, 120, 30), "class": "4a", "name": "Main Road"},
            {"id": "a1", "geometry": box(-120, 25, 120, 100), "class": "1", "name": "Homes"},
        ],
        "communities": [{"id": "c", "geometry": box(-50, 10, 50, 80), "name": "Harbour Gardens"}],
        "monitors": [{"id": "m1", "geometry": point(-5, 14), "name": "At the gate", "height_m": 4.0}],
    }
    made = {name: table(name, rows) for name, rows in tables.items()}
    return Quarter("Testquarter", CRS, made, {"buildings": "made up for tests"})


def small_emission() -> Emission:
    """A busy road, a quiet lane, a fan that sounds by day."""
    power = np.full((3, 24, 8), -np.inf)
    by_day = np.array([0.0 if 6 <= hour < 22 else -8.0 for hour in range(24)])[:, None]
    shape = np.array([-2.0, -3.0, -4.0, -3.0, 0.0, -3.0, -9.0, -16.0])
    power[0] = 83.0 + by_day + shape
    power[1] = 66.0 + by_day + shape
    power[2, 6:22] = 80.0 + shape
    names = ("main", "lane", "fan")
    told = (Text("The lane was not counted", "支路未计数"),)
    return Emission(names, ("road", "road", "plant"), names, ("counted", "example", "given"), power, notes=told)


@cache
def small_study() -> Study:
    """Calculated once a process."""
    settings = Settings(reach_m=400.0, reflection_order=0, grid_cell_m=20.0, facade_part_m=10.0)
    return calculate(small_quarter(), small_emission(), settings, made_at="2026-11-23T00:00:00+08:00")
