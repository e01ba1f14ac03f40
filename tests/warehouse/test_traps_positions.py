"""If one of these fails, a plant stands in a district where it is not, and its emissions with it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import shape

from tanheng.warehouse.coordinates import gcj02_from_wgs84

FUTIAN, LUOHU, GUANGMING = "440304", "440303", "440311"
OUTLINES = (Path(__file__).parent / "data" / "three_districts_wgs84.geojson").read_text(encoding="utf-8")
MANIFEST = """\
name: {en: Shenzhen, zh: 深圳}
city_id: "440300"
rulebook: shenzhen
years: [2020, 2024]
layers: [{folder: real}]
geometry:
  districts: {file: real/districts.geojson, id_property: district_id}
"""


@pytest.fixture
def open_plants(open_city):
    def open_(*plants: tuple[str, float | None, float | None]):
        rows = "".join(
            f"P{i},{district},{'' if lon is None else lon},{'' if lat is None else lat}\n"
            for i, (district, lon, lat) in enumerate(plants, start=1)
        )
        return open_city(
            {
                "city.yaml": MANIFEST,
                "real/districts.geojson": OUTLINES,
                "real/districts.csv": f"district_id\n{FUTIAN}\n{LUOHU}\n{GUANGMING}\nelsewhere\n",
                "real/plants.csv": "plant_id,district_id,lon,lat\n" + rows,
            }
        )

    return open_


def eastern_edge_of_futian() -> tuple[float, float]:
    """A place in Futian that the shift of GCJ-02 moves out of it."""
    outline = {f["properties"]["district_id"]: shape(f["geometry"]) for f in json.loads(OUTLINES)["features"]}[FUTIAN]
    centre = outline.representative_point()
    lon, _ = max(outline.exterior.coords, key=lambda point: point[0])
    edge = shape({"type": "LineString", "coordinates": [(centre.x, centre.y), (lon + 1, centre.y)]})
    east = edge.intersection(outline).bounds[2]
    return round(east - 0.002, 6), round(centre.y, 6)


def great_circle_km(lon: float, lat: float, points: np.ndarray) -> np.ndarray:
    """By the haversine formula on a sphere of 6371 km: another way than the trap's own."""
    a, b = np.radians(lat), np.radians(points[:, 1])
    chord = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(points[:, 0] - lon) / 2) ** 2
    return np.asarray(2 * 6371 * np.arcsin(np.sqrt(chord)))


def test_the_distance_that_a_question_names() -> None:
    luohu = next(shape(f["geometry"]) for f in json.loads(OUTLINES)["features"] if f["properties"]["name"] == "Luohu")
    border = np.array(luohu.segmentize(0.0001).exterior.coords)
    assert great_circle_km(114.05, 22.54, border).min() == pytest.approx(4.3, abs=0.05)


def test_positions_in_their_district_are_no_question(open_plants) -> None:
    city = open_plants((FUTIAN, 114.05, 22.54), (GUANGMING, 113.93, 22.75), (LUOHU, None, None), (LUOHU, 114.13, None))
    assert city.questions == ()
    assert city.notes == () or all("Positions" not in note.en for note in city.notes)


def test_a_position_in_another_district_is_held_and_says_where_it_is(open_plants) -> None:
    city = open_plants((LUOHU, 114.05, 22.54), (FUTIAN, 114.05, 22.54))
    (question,) = city.questions
    assert question.trap == "outside_district"
    assert question.asks.en.startswith(
        "real/plants.csv line 2 (plant_id=P1): the position 114.05, 22.54 lies 4.3 km outside"
    )
    assert "outside 440303, in 440304. What is its position in WGS-84, and its district?" in question.asks.en
    found = city.frame("plants").select("plant_id", "lon", "lat", "district_id", "held").collect("pyarrow").rows()
    assert sorted(found) == [("P1", None, None, LUOHU, question.id), ("P2", 114.05, 22.54, FUTIAN, None)]


def test_a_position_far_from_the_city(open_plants) -> None:
    (question,) = open_plants((GUANGMING, 113.2644, 23.1291)).questions
    assert "km outside 440311, in no district of the city." in question.asks.en
    assert question.expected is None


def test_a_position_of_a_web_map_is_recognised_and_corrected(open_plants) -> None:
    lon, lat = eastern_edge_of_futian()
    shifted_lon, shifted_lat = gcj02_from_wgs84(np.array(lon), np.array(lat))
    city = open_plants((FUTIAN, float(shifted_lon), float(shifted_lat)), (FUTIAN, lon, lat))
    (question,) = city.questions
    assert question.expected == f"{lon:.6f}, {lat:.6f}"
    assert (
        f"if it was taken from a Chinese web map (GCJ-02): {lon:.6f}, {lat:.6f} in WGS-84. Is that so?"
        in question.asks.en
    )
    assert "若取自国内网络地图(GCJ-02)则相符" in question.asks.zh


def test_a_gate_on_the_far_side_of_the_border_is_no_question(open_plants) -> None:
    lon, lat = eastern_edge_of_futian()
    edge = lon + 0.002
    assert open_plants((FUTIAN, edge + 0.0002, lat)).questions == ()
    assert len(open_plants((FUTIAN, edge + 0.0006, lat)).questions) == 1


def test_a_district_without_an_outline_is_believed_unless_the_position_is_in_another(open_plants) -> None:
    city = open_plants(("elsewhere", 115.0, 22.8), ("elsewhere", 114.05, 22.54))
    assert [question.key for question in city.questions] == ["plant_id=P2"]
    assert "lies outside elsewhere, in 440304." in city.questions[0].asks.en
