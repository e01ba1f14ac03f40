"""Bad maps at the command line: exit code 2, the feature's id, no traceback, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio.raw import write
from typer.testing import CliRunner, Result

from tanheng.cli import app
from tanheng.measures.quiet.places.rows import table_of
from tanheng.measures.quiet.places.writing import read_back, write_geopackage

LON, LAT = 114.05, 22.55
RUN = CliRunner()
Rows = list[tuple[dict[str, Any], dict[str, Any]]]


def square(lon: float = LON, lat: float = LAT, size: float = 2e-4) -> dict[str, Any]:
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


BOW = {
    "type": "Polygon",
    "coordinates": [[[LON, LAT], [LON + 2e-4, LAT + 2e-4], [LON + 2e-4, LAT], [LON, LAT + 2e-4], [LON, LAT]]],
}
STILL = {"type": "LineString", "coordinates": [[LON, LAT - 1e-3], [LON, LAT - 1e-3]]}
STREET = {"type": "LineString", "coordinates": [[LON - 2e-3, LAT - 1e-3], [LON + 2e-3, LAT - 1e-3]]}
BUILDING = {"id": "house", "height_m": 12.0, "floors": 4, "persons": 10.0, "use": "dwelling"}
ROAD = {"id": "street", "class": "primary", "speed_kmh": 50.0, "one_way": False}


def maps(folder: Path, **tables: Rows) -> Path:
    """A folder of GeoJSON with a sound house and street, and what is given besides."""
    folder.mkdir()
    found: dict[str, Rows] = {"buildings": [(BUILDING, square(LON + 1e-3))], "roads": [(ROAD, STREET)]}
    for name, rows in tables.items():
        found[name] = [*found.get(name, []), *rows]
    for name, rows in found.items():
        features = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in rows]
        (folder / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return folder


def asked(*words: object) -> Result:
    result = RUN.invoke(app, ["quiet", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


SHAPES: dict[str, tuple[dict[str, Rows], str]] = {
    "noise.E045": ({"buildings": [({**BUILDING, "id": "bow-tie"}, BOW)]}, "buildings bow-tie: its outline crosses"),
    "noise.E044": ({"roads": [({**ROAD, "id": "stub"}, STILL)]}, "roads stub: has no length"),
    # One house in metres of the country's system among others in degrees.
    "noise.E046": (
        {"buildings": [({**BUILDING, "id": "metres"}, square(505_000.0, 2_495_000.0, 20.0))]},
        "buildings metres: lies outside of the frame",
    ),
}


@pytest.mark.parametrize("command", ["import", "calculate"])
@pytest.mark.parametrize("code", SHAPES)
def test_a_bad_shape_is_named(code: str, command: str, tmp_path: Path) -> None:
    tables, said = SHAPES[code]
    folder = maps(tmp_path / "maps", **tables)
    if command == "import":
        given = [f"{name}={folder / name}.geojson" for name in ("buildings", "roads")]
        result = asked("import", *given, "--out", tmp_path / "out")
    else:
        result = asked("calculate", folder, tmp_path / "out")
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert code in result.output
    assert not (tmp_path / "out").exists()


def test_all_bad_features_are_named_at_once(tmp_path: Path) -> None:
    folder = maps(
        tmp_path / "maps", buildings=SHAPES["noise.E045"][0]["buildings"], roads=SHAPES["noise.E044"][0]["roads"]
    )
    result = asked("calculate", folder, tmp_path / "study")
    assert result.exit_code == 2
    assert "bow-tie" in result.output
    assert "stub" in result.output


@pytest.mark.parametrize("table", ["building", "barrier"])
def test_a_missing_height_is_named(table: str, tmp_path: Path) -> None:
    nameless = {"id": "unknown", "height_m": None}
    shape = square(LON - 1e-3) if table == "building" else {**STREET, "coordinates": [[LON, LAT], [LON, LAT + 1e-3]]}
    result = asked("calculate", maps(tmp_path / "maps", **{f"{table}s": [(nameless, shape)]}), tmp_path / "study")
    assert result.exit_code == 2, result.output
    assert f"{table} unknown: its height is missing" in result.output
    assert "house" not in result.output
    assert not (tmp_path / "study").exists()


def test_a_map_that_says_no_coordinate_system_is_named(tmp_path: Path) -> None:
    folder = maps(tmp_path / "maps")
    read = read_back(folder, name="q").quarter
    file = tmp_path / "houses.shp"
    footprints = read["buildings"]["geometry"].to_numpy(zero_copy_only=False)
    write(
        file,
        footprints,
        [np.array([9.0])],
        ["height_m"],
        crs=read.crs,
        driver="ESRI Shapefile",
        geometry_type="Polygon",
    )
    file.with_suffix(".prj").unlink()
    result = asked("import", f"buildings={file}", f"roads={folder / 'roads.geojson'}", "--out", tmp_path / "out.gpkg")
    assert result.exit_code == 2, result.output
    assert "houses.shp: says no coordinate system" in result.output


def test_two_systems_that_say_so_come_together(tmp_path: Path) -> None:
    """Layers in degrees and in metres are no fault: each says its own, and a house lies on the same spot by both."""
    folder = maps(tmp_path / "maps")
    degrees = read_back(folder, name="q").quarter
    write_geopackage(degrees, tmp_path / "metres.gpkg")
    result = asked(
        "import",
        f"buildings={tmp_path / 'metres.gpkg'}",
        f"roads={folder / 'roads.geojson'}",
        "--out",
        tmp_path / "both.gpkg",
    )
    assert result.exit_code == 2, "the file has two layers, and nobody said which"
    write_geopackage(degrees.with_tables(roads=degrees["roads"].slice(0, 0)), tmp_path / "metres.gpkg")
    result = asked(
        "import",
        f"buildings={tmp_path / 'metres.gpkg'}",
        f"roads={folder / 'roads.geojson'}",
        "--out",
        tmp_path / "both.gpkg",
    )
    assert result.exit_code == 0, result.output
    both = read_back(tmp_path / "both.gpkg", name="q").quarter
    ours, theirs = (shapely.from_wkb(each["buildings"]["geometry"].to_pylist()) for each in (both, degrees))
    assert shapely.hausdorff_distance(ours, theirs).max() < 1e-3


def test_a_monitor_inside_of_a_building_is_named(tmp_path: Path) -> None:
    quarter = read_back(maps(tmp_path / "maps"), name="q").quarter
    inside = shapely.centroid(shapely.from_wkb(quarter["buildings"]["geometry"].to_pylist()[0]))
    ids = {"id": ["m-in"], "name": ["m-in"], "height_m": [4.0]}
    write_geopackage(quarter.with_tables(monitors=table_of("monitors", [inside], ids)), tmp_path / "q.gpkg")
    settings = {"reach_m": 300, "reflection_order": 0, "lateral": False, "facade_part_m": 50}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    made = asked("calculate", tmp_path / "q.gpkg", tmp_path / "study", "--settings", tmp_path / "settings.json")
    assert made.exit_code == 0, made.output
    (tmp_path / "measured.csv").write_text("monitor,level_db,from_hour,to_hour\nm-in,60,6,22\n")
    result = asked("calibrate", tmp_path / "study", tmp_path / "measured.csv")
    assert result.exit_code == 2, result.output
    assert "monitor m-in: stands inside of building house" in result.output
