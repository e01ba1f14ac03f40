"""Layers of a map say where things are and how loud, as the study has it; put together wrongly, a map lies."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from tests.measures.quiet.small_study import CRS, EAST, NORTH, small_study

from tanheng.measures.quiet.layers import SHOWN, layers_of, levels_in, strips_of

LIMITS = {"1": (55.0, 45.0), "4a": (70.0, 55.0)}


@pytest.fixture(scope="module")
def layers() -> dict[str, Any]:
    study = small_study()
    found: dict[str, Any] = json.loads(
        json.dumps(layers_of(study, ["4a"] * study.receivers.num_rows, LIMITS), allow_nan=False)
    )
    return found


def _corners(layers: dict[str, Any], path: list[int]) -> np.ndarray:
    """As a browser reads them, and back into metres of the quarter."""
    steps = np.cumsum(np.array(path).reshape(-1, 2), axis=0)
    lon, lat = (np.array(layers["origin"]) + steps * layers["step"]).T
    x, y = Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(lon, lat)
    return np.column_stack([x - EAST, y - NORTH])


def test_outlines_come_back_within_a_few_centimetres(layers: dict[str, Any]):
    tower = shapely.Polygon(_corners(layers, layers["buildings"]["outline"][0]))
    assert shapely.hausdorff_distance(tower, shapely.box(-40, 20, -10, 36)) < 0.05
    road = shapely.LineString(_corners(layers, layers["lines"]["path"][0]))
    assert shapely.hausdorff_distance(road, shapely.LineString([(-120, 0), (120, 0)])) < 0.05
    assert layers["lines"]["name"] == ["Main Road", "North Lane"] and layers["lines"]["status"][1] == "example"
    (fan,) = _corners(layers, layers["plants"]["at"])
    assert fan == pytest.approx([60, 40], abs=0.05)


def test_each_strip_stands_before_its_own_wall_on_its_own_floor(layers: dict[str, Any]):
    study, strips = small_study(), layers["strips"]
    walls = {row["id"]: shapely.from_wkb(row["geometry"]) for row in study.quarter["buildings"].to_pylist()}
    heights = {"A": 300, "B": 120, "S": 90}
    assert len(strips["of"]) == study.receivers.num_rows == len(layers["levels"]["strips"]["Ld"])
    for number, receiver in enumerate(study.receivers.to_pylist()):
        outline = shapely.Polygon(_corners(layers, strips["outline"][strips["of"][number]]))
        before = shapely.Point(receiver["x"] - EAST, receiver["y"] - NORTH)
        wall = shapely.transform(walls[receiver["building"]], lambda at: at - (EAST, NORTH))
        assert outline.distance(before) < 0.15 and 0.02 < wall.distance(outline) < 0.2, receiver["id"]
        assert layers["buildings"]["id"][strips["building"][strips["of"][number]]] == receiver["building"]
        assert strips["base"][number] <= 10 * receiver["z"] <= strips["top"][number] <= heights[receiver["building"]]
        assert strips["top"][number] - strips["base"][number] == 30 and strips["floor"][number] == receiver["floor"]


def test_strips_of_a_building_on_a_hill_are_told_from_its_foot():
    from dataclasses import replace

    study = small_study()
    lifted = study.quarter["buildings"].to_pylist()
    for row in lifted:
        row["base_z"] = 25.0
    buildings = type(study.quarter["buildings"]).from_pylist(lifted, schema=study.quarter["buildings"].schema)
    rows = study.receivers.set_column(study.receivers.schema.get_field_index("z"), "z",
                                      [np.asarray(study.receivers["z"]) + 25.0])  # fmt: skip
    hill = strips_of(replace(study, quarter=study.quarter.with_tables(buildings=buildings), receivers=rows))
    level = strips_of(study)
    assert hill.bases == pytest.approx(level.bases) and hill.tops == pytest.approx(level.tops)


def test_levels_are_those_of_the_study_and_silence_is_null(layers: dict[str, Any]):
    study = small_study()
    for name in SHOWN:
        assert layers["levels"]["strips"][name] == pytest.approx(10 * study.level(name), abs=0.51)
    assert layers["levels"]["plants"]["Ln"] == [None], "the fan is off at night"
    # By hand: 54.8, 63.9, 70.4, 76.8, 83, 81.2, 75 and 65.9 dB(A) in the bands of the main road, together 86.32.
    assert layers["levels"]["lines"]["Ld"][0] == 863
    silent = study.with_emission(np.full_like(study.emission, -np.inf))
    assert set(levels_in(silent)["strips"]["Ld"]) == {None} and set(levels_in(silent)["grid"]["Ln"]) == {None}


def test_the_grid_lies_where_its_cells_are(layers: dict[str, Any]):
    grid, study = layers["grid"], small_study()
    assert study.grid is not None
    centres = np.array(grid["at"]) + (np.array(grid["column"])[:, None] + 0.5) * grid["right"] + (
        np.array(grid["row"])[:, None] + 0.5) * grid["up"]  # fmt: skip
    found = _corners(layers, np.diff(centres, axis=0, prepend=0).ravel().tolist())
    want = np.column_stack([study.grid["x"].to_numpy() - EAST, study.grid["y"].to_numpy() - NORTH])
    assert np.abs(found - want).max() < 0.05
    assert len(layers["levels"]["grid"]["Lden"]) == len(grid["column"])


def test_areas_and_receivers_have_their_classes_and_without_a_rulebook_there_is_no_limit(layers: dict[str, Any]):
    assert layers["areas"]["class"] == ["4a", "1"] and layers["limits"] == {"1": [55.0, 45.0], "4a": [70.0, 55.0]}
    assert layers["strips"]["class"] == ["4a"] * small_study().receivers.num_rows
    bare = layers_of(small_study())
    assert bare["limits"] == {} and set(bare["strips"]["class"]) == {None}
