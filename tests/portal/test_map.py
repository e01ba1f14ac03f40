"""What the map is drawn from: the same values, classes and words as in the report's picture and the table beside it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.portal.shelf import LATEST
from tests.portal.test_pages import signed_in
from tests.report.conftest import district_map, point_map, squares

from tanheng.measures.assessment import MapLayer
from tanheng.report.legend import AREAS_PX, RAMP, legend_of
from tanheng.report.look import NO_VALUE
from tanheng.report.maps import picture_of_map
from tanheng.text import Text

AREAS = f"/map/{LATEST}/inventory/by_district.geojson"
POINTS = f"/map/{LATEST}/inventory/plants.geojson"
GEOMETRIES = {"districts": {**squares(), "notice": "Outlines of Testville, public domain"}}


@pytest.mark.usefixtures("town")
def test_a_layer_is_the_citys_outlines_with_values_and_steps():
    found = json.loads(signed_in("officer").get(AREAS).content)
    assert found["type"] == "FeatureCollection" and found["unit"] == "tCO2e" and "Demonstration" in found["notice"]
    values = {each["properties"]["label"]: each["properties"]["value"] for each in found["features"]}
    assert values == {"North": 4.1e6, "South": 1.2e7, "Harbour": None, "Hills": 2.2e6}
    undetermined = next(each for each in found["features"] if each["properties"]["value"] is None)
    assert "step" not in undetermined["properties"], "what is not known falls into no class"
    assert all(each["geometry"]["type"] == "Polygon" for each in found["features"])


@pytest.mark.usefixtures("town")
def test_points_are_all_there_the_largest_first_and_kept_for_ever_by_their_reader_alone():
    client = signed_in("branch")
    packed = client.get(POINTS, headers={"accept-encoding": "gzip"})
    found = json.loads(gzip.decompress(packed.content))
    assert found == json.loads(client.get(POINTS).content)
    values = [each["properties"]["value"] for each in found["features"]]
    assert len(values) == 2000 and values == sorted(values, reverse=True)
    assert "immutable" in packed["Cache-Control"] and packed["Cache-Control"].startswith("private")


@pytest.mark.usefixtures("town")
def test_a_layer_that_is_none_is_not_there():
    client = signed_in("officer")
    of = f"/map/{LATEST}"
    for where in ("/map/?run=0000", f"{of}/inventory/none.geojson", f"{of}/outlines/none.geojson",
                  f"{of}/outlines/..%2f..%2fmanifest.geojson", "/map/0000/inventory/plants.geojson"):  # fmt: skip
        assert client.get(where).status_code == 404, where
    assert Client().get(AREAS).status_code == 302


@pytest.mark.usefixtures("town")
def test_a_place_is_found_by_name_in_either_language_and_by_number():
    client = signed_in("officer")

    def rows(**asked: str) -> list[str]:
        html = client.get("/map/", asked).content.decode()
        return [part.split('"')[0] for part in html.split('data-id="')[1:]]

    assert rows(q="harb") == ["d2"] and rows(q="港") == ["d2"] and rows(q="d0") == ["d0"] and rows(q="zzz") == []
    assert rows(layer="inventory.plants", q="plant 1999") == ["P1999"]
    assert rows()[:2] == ["d1", "d0"], "the largest first"


@pytest.mark.usefixtures("town")
def test_any_place_says_why_or_how_one_asks_and_one_that_is_none_does_not():
    client = signed_in("officer")
    known = client.get(f"/runs/{LATEST}/why/", {"asks": "plant:P0042,2024 plant_tco2e"})
    assert known.status_code == 200 and "tanheng explain" in known.content.decode()
    for asks in ("plant:P9999,2024 plant_tco2e", "plant:P0042,2023 plant_tco2e", "plant:,2024 plant_tco2e"):
        assert client.get(f"/runs/{LATEST}/why/", {"asks": asks}).status_code == 404, asks


def test_map_and_report_have_the_same_colours_for_the_same_values():
    layer = district_map()
    legend = legend_of(layer, layer.data.column("value").to_pylist())
    picture = picture_of_map("inventory", layer, GEOMETRIES)
    for tongue in ("en", "zh"):
        spec: Any = picture.specs[tongue]
        color = spec["layer"][0]["encoding"]["color"]
        factor = legend.scale(tongue)[0]
        assert color["condition"]["scale"]["range"] == [step.colour for step in legend.steps]
        assert color["condition"]["scale"]["domain"] == [bound * factor for bound in legend.breaks]
        assert color["value"] == NO_VALUE == legend.colour_of(None)


def test_points_have_the_area_of_their_value_in_both():
    layer = point_map()
    legend = legend_of(layer, layer.data.column("value").to_pylist())
    size: Any = picture_of_map("inventory", layer, GEOMETRIES).specs["en"]["layer"][1]["encoding"]["size"]
    assert size["scale"]["range"] == list(AREAS_PX)
    top, middle = legend.steps[-1], legend.steps[1]
    assert top.area_px is not None and middle.area_px is not None
    assert (middle.area_px - AREAS_PX[0]) / (top.area_px - AREAS_PX[0]) == pytest.approx(0.1)


def test_a_picture_draws_the_largest_and_says_so():
    picture = picture_of_map("inventory", point_map(), GEOMETRIES)
    assert picture.note is not None and picture.note.en == "The largest 300 of 2,000 are drawn."


@given(st.lists(st.floats(-1e12, 1e12) | st.none(), max_size=60))
def test_each_value_has_its_class_and_classes_grow(values: list[float | None]):
    rows = pa.table({"id": [str(n) for n in range(len(values))], "value": pa.array(values, pa.float64())})
    layer = MapLayer("x", Text("x", "x"), "areas", rows, "tCO2e", "districts")
    legend = legend_of(layer, values)
    assert list(legend.breaks) == sorted(set(legend.breaks)) and len(legend.steps) == len(legend.breaks) + 1
    known = sorted(value for value in values if value is not None)
    places = [legend.place_of(value) for value in known]
    assert places == sorted(places) and all(place is not None and place < len(legend.steps) for place in places)  # type: ignore[type-var]
    if len(set(known)) > 1 and legend.breaks:
        assert legend.colour_of(known[0]) == RAMP[0] and legend.colour_of(known[-1]) == RAMP[-1]


def test_a_word_that_nobody_foresaw_has_a_colour_and_stands_in_the_legend():
    rows = pa.table({"id": ["a", "b", "c"], "value": ["green", "flooded", None]})
    layer = MapLayer("x", Text("x", "x"), "areas", rows, "", "districts")
    legend = legend_of(layer, rows.column("value").to_pylist())
    assert [step.word for step in legend.steps] == ["green", "undetermined", "flooded"]
    assert len({step.colour for step in legend.steps}) == 3
