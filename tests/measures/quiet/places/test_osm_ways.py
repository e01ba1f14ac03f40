"""Tunnels, bridges, surfaces and walls of OpenStreetMap: what a tag does not say is assumed aloud or left out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.measures.quiet.cnossos.road_tables import surface_titles
from tanheng.measures.quiet.places import osm_ways
from tanheng.measures.quiet.places.assumptions import Assumptions
from tanheng.measures.quiet.places.osm import ROAD_KEYS, SOURCE, layers_of_extract
from tanheng.measures.quiet.places.reading import Layer, Reading, read_quarter
from tanheng.measures.quiet.sources.by_class import class_traffic
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.policy.rulebook import load_rulebook

WAYS = Path(__file__).parent / "shenzhen_ways.geojson"
TAGS = {
    "11": {"highway": "primary", "maxspeed": "60", "lanes": "3", "oneway": "yes", "surface": "asphalt"},
    "12": {"highway": "primary", "bridge": "viaduct", "layer": "2", "surface": "concrete"},
    "13": {"highway": "primary", "bridge": "yes"},
    "14": {"highway": "primary", "tunnel": "avalanche_protector", "layer": "-1"},
    "15": {"highway": "residential", "surface": "sett", "smoothness": "bad"},
    "16": {"highway": "residential", "layer": "1", "bridge": "no", "surface": "paving_stones", "tunnel": "no"},
    "21": {"railway": "subway", "tunnel": "yes", "layer": "-2"},
    "22": {"railway": "rail", "bridge": "yes", "layer": "1"},
    "31": {"barrier": "noise_barrier", "height": "3.5 m"},
    "32": {"barrier": "wall"},
    "33": {"barrier": "retaining_wall", "height": "2"},
    "34": {"barrier": "fence", "height": "2"},
    "35": {"barrier": "city_wall"},
}


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Ways in parallel, 100 m long, with these tags."""
    nodes, ways = [], []
    for row, (way, tags) in enumerate(TAGS.items()):
        lat = 22.55 + 1e-4 * row
        nodes += [f'<node id="{way}{end}" lat="{lat:.4f}" lon="{114.05 + 1e-3 * (end - 1):.3f}"/>' for end in (1, 2)]
        said = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        ways.append(f'<way id="{way}"><nd ref="{way}1"/><nd ref="{way}2"/>{said}</way>')
    file = tmp_path / "ways.osm"
    file.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join([*nodes, *ways])}</osm>')
    return file


def table(reading: Reading, name: str) -> dict[str, dict[str, object]]:
    return {row["id"].removeprefix("way/"): row for row in reading.quarter[name].to_pylist()}


def notes(reading: Reading) -> str:
    return "\n".join(note.en for note in reading.notes)


def test_what_is_not_said_lies_on_the_ground_or_is_left_out(extract: Path) -> None:
    reading = read_quarter(layers_of_extract(extract), name="ways")
    roads = table(reading, "roads")
    assert (roads["11"]["speed_kmh"], roads["11"]["lanes"], roads["11"]["surface"]) == (60.0, 3, None)
    assert {road: row["height_m"] for road, row in roads.items()} == dict.fromkeys(roads, 0.0)
    assert {road for road, row in roads.items() if row["tunnel"]} == {"14"}
    assert {road: row["surface"] for road, row in roads.items() if row["surface"]} == {"12": "NL06", "16": "NL11"}
    assert set(table(reading, "railways")) == {"22"}
    assert {wall: row["height_m"] for wall, row in table(reading, "barriers").items()} == {"31": 3.5, "33": 2.0}
    said = notes(reading)
    assert "2 roads on bridges have no known height and lie on the ground" in said
    assert "1 tracks on bridges have no known height" in said
    assert "1 of 2 tracks are in tunnels and left out" in said
    assert "2 of 4 walls, whose height nobody told, are left out" in said
    assert "the law's table does not know (sett 1)" in said
    assert "1 roads are rough" in said
    assert "1 roads have surface NL06" in said
    assert reading.quarter.sources["barriers"] == SOURCE


def test_a_height_by_layers_and_one_of_walls_are_told_as_assumed(extract: Path) -> None:
    assumed = Assumptions(barrier_m=2.5, layer_m=6.0)
    reading = read_quarter(layers_of_extract(extract), name="ways", assumptions=assumed)
    roads = table(reading, "roads")
    # The bridge without a layer and the road on a layer without a bridge stay on the ground.
    assert {road: row["height_m"] for road, row in roads.items() if row["height_m"]} == {"12": 12.0}
    assert table(reading, "railways")["22"]["height_m"] == 6.0
    walls = {wall: row["height_m"] for wall, row in table(reading, "barriers").items()}
    assert walls == {"31": 3.5, "32": 2.5, "33": 2.0, "35": 2.5}
    said = notes(reading)
    assert "1 roads on bridges are assumed to lie 6 m above the ground for each layer" in said
    assert "1 roads on bridges have no known height" in said
    assert "2 barriers, whose height nobody told, are assumed to be 2.5 m high" in said


def test_a_tunnel_radiates_nothing(extract: Path) -> None:
    quarter = read_quarter(layers_of_extract(extract), name="ways").quarter
    assumed = class_traffic(load_rulebook("shenzhen"), date(2026, 11, 1))
    emission = emission_of(quarter, traffic_of(quarter, by_class=assumed))
    assert "way/14" not in emission.features
    assert {part.feature for part in emission.left_out} >= {"way/14"}
    assert {"way/11", "way/12", "way/13"} <= set(emission.features)


def test_surfaces_are_those_of_the_table_by_what_it_calls_them() -> None:
    titles = surface_titles()
    assert "concrete" in titles[osm_ways.SURFACES["concrete"]]
    assert titles[osm_ways.SURFACES["paving_stones"]] == "Hard elements not in herring-bone"


def test_ways_of_shenzhen_as_they_are_drawn() -> None:
    """A cut of the real map: every value that stands there can be read, and tunnels and viaducts come out."""
    drawn = {str(row["properties"]["osm_id"]): row["properties"] for row in json.loads(WAYS.read_text())["features"]}
    layer = Layer("roads", WAYS, columns={**ROAD_KEYS, "id": "osm_id"}, optional=True, prepare=osm_ways.roads)
    reading = read_quarter([layer], name="shenzhen", assumptions=Assumptions(layer_m=5.5))
    assert not reading.problems
    roads = table(reading, "roads")
    assert set(roads) == set(drawn)
    for road, tags in drawn.items():
        assert roads[road]["tunnel"] == ("tunnel" in tags), road
        up = "bridge" in tags and "layer" in tags
        assert roads[road]["height_m"] == (5.5 * float(tags["layer"]) if up else 0.0), road
        surfaces = {"concrete": "NL06", "paving_stones": "NL11"}
        assert roads[road]["surface"] == surfaces.get(tags.get("surface", "")), road
    assert "(unpaved 1)" in notes(reading)


def test_the_command_line_takes_both_assumptions(extract: Path, tmp_path: Path) -> None:
    words = [
        "quiet",
        "import",
        str(extract),
        "--out",
        str(tmp_path / "ways.gpkg"),
        "--layer-m",
        "6",
        "--barrier-m",
        "3",
    ]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert "4 barriers" in result.output
    assert "are assumed to lie 6 m above the ground for each layer" in result.output
