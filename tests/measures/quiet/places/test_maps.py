"""Maps in and out: what was written comes back; what is wrong with a map is told with the feature's id."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from tanheng.measures.quiet.places.assumptions import Assumptions
from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.places.osm import layers_of_extract
from tanheng.measures.quiet.places.reading import Layer, read_quarter
from tanheng.measures.quiet.places.rows import shapes_of, table_of
from tanheng.measures.quiet.places.writing import read_back, write_geojson, write_geopackage
from tanheng.measures.quiet.quarter import Quarter
from tanheng.problems import InputRejected

LON, LAT = 114.05, 22.55


def square(lon: float = LON, lat: float = LAT, size: float = 2e-4) -> list[list[float]]:
    return [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]


def geojson(file: Path, features: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> Path:
    rows = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in features]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return file


def polygon(ring: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def told(refused: pytest.ExceptionInfo[InputRejected]) -> str:
    return "\n".join(str(problem) for problem in refused.value.problems)


def test_a_geopackage_comes_back_as_the_same_quarter(tmp_path: Path) -> None:
    quarter = make_quarter(11, 0.5)
    write_geopackage(quarter, tmp_path / "quarter.gpkg")
    write_geopackage(quarter, tmp_path / "quarter.gpkg")
    reading = read_back(tmp_path / "quarter.gpkg", name=quarter.name)
    assert (reading.problems, reading.notes) == ((), ())
    assert reading.quarter.sources == quarter.sources
    assert set(reading.quarter.tables) == set(quarter.tables)
    for name, table in quarter.tables.items():
        assert reading.quarter[name].drop_columns("geometry").equals(table.drop_columns("geometry")), name
        assert shapely.equals_exact(shapes_of(reading.quarter[name]), shapes_of(table), 1e-9).all(), name
    assert shapely.has_z(shapes_of(reading.quarter["terrain"])).all()


def test_geojson_comes_back_within_a_millimetre(tmp_path: Path) -> None:
    quarter = make_quarter(12, 0.25)
    files = write_geojson(quarter, tmp_path / "maps")
    first = json.loads(files[0].read_text())["features"][0]["geometry"]["coordinates"][0][0]
    assert first == pytest.approx([114.05, 22.55], abs=0.1), "longitude before latitude, near Futian"
    back = read_back(tmp_path / "maps", name=quarter.name).quarter
    for name, table in quarter.tables.items():
        assert back[name].drop_columns("geometry").equals(table.drop_columns("geometry")), name
        # Corners may be told in another order; where they are does not change.
        assert shapely.hausdorff_distance(shapes_of(back[name]), shapes_of(table)).max() < 1e-3, name
    heights = [shapely.get_coordinates(shapes_of(each["terrain"]), include_z=True)[:, 2] for each in (back, quarter)]
    assert heights[0].tolist() == heights[1].tolist()


OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="22.5500" lon="114.0500"/><node id="2" lat="22.5500" lon="114.0510"/>
<node id="3" lat="22.5510" lon="114.0510"/><node id="4" lat="22.5510" lon="114.0500"/>
<node id="5" lat="22.5530" lon="114.0500"/><node id="6" lat="22.5530" lon="114.0510"/>
<node id="7" lat="22.5503" lon="114.0503"/><node id="8" lat="22.5503" lon="114.0506"/>
<node id="9" lat="22.5506" lon="114.0506"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="apartments"/>
 <tag k="building:levels" v="30"/></way>
<way id="11"><nd ref="5"/><nd ref="6"/><tag k="highway" v="primary"/><tag k="maxspeed" v="40 mph"/>
 <tag k="lanes" v="4"/><tag k="oneway" v="yes"/><tag k="name" v="A &quot;wide&quot; road"/></way>
<way id="12"><nd ref="5"/><nd ref="4"/><tag k="highway" v="footway"/></way>
<way id="13"><nd ref="4"/><nd ref="6"/><tag k="railway" v="subway"/></way>
<way id="14"><nd ref="4"/><nd ref="6"/><nd ref="5"/><nd ref="4"/><tag k="leisure" v="park"/></way>
<way id="15"><nd ref="7"/><nd ref="8"/><nd ref="9"/><nd ref="7"/></way>
<relation id="20"><member type="way" ref="14" role="outer"/><tag k="type" v="multipolygon"/>
 <tag k="building" v="school"/><tag k="height" v="12.5 m"/></relation>
</osm>"""


def test_an_extract_of_openstreetmap_becomes_tables(tmp_path: Path) -> None:
    file = tmp_path / "futian.osm"
    file.write_text(OSM)
    reading = read_quarter(layers_of_extract(file), name="futian")
    buildings = {row["id"]: row for row in reading.quarter["buildings"].to_pylist()}
    assert set(buildings) == {"way/10", "relation/20"}
    tower, school = buildings["way/10"], buildings["relation/20"]
    assert (tower["height_m"], tower["height_source"], tower["floors"], tower["use"]) == (
        90.0,
        "floors",
        30,
        "dwelling",
    )
    assert (school["height_m"], school["height_source"], school["use"]) == (12.5, "given", "school")
    # 0.001° of longitude at 22.55° N are 102.9 m on the ellipsoid, 0.001° of latitude 110.8 m.
    area = shapely.area(shapely.from_wkb(tower["geometry"]))
    assert area == pytest.approx(102.9 * 110.8, rel=2e-3)
    (road,) = reading.quarter["roads"].to_pylist()
    assert (road["id"], road["name"], road["class"], road["lanes"], road["one_way"]) == (
        "way/11",
        'A "wide" road',
        "primary",
        4,
        True,
    )
    assert road["speed_kmh"] == pytest.approx(64.37, abs=0.01)
    assert [row["kind"] for row in reading.quarter["railways"].to_pylist()] == ["metro"]
    assert [(row["id"], row["ground_factor"]) for row in reading.quarter["ground"].to_pylist()] == [("way/14", 1.0)]
    assert "OpenStreetMap" in reading.quarter.sources["roads"]
    assert any("1 buildings of 2 are as high as their floors × 3 m" in note.en for note in reading.notes)


def test_a_shapefile_with_columns_of_its_own_and_its_own_system(tmp_path: Path) -> None:
    quarter = make_quarter(13, 0.25)
    towers = quarter["buildings"]
    file = tmp_path / "jianzhu.shp"
    heights = towers["height_m"].combine_chunks()
    from pyogrio.raw import write

    write(
        file,
        shapely.to_wkb(shapes_of(towers)),
        [np.array(towers["id"].to_pylist(), dtype=object), heights.to_numpy()],
        ["BH", "GD"],
        crs=quarter.crs,
        driver="ESRI Shapefile",
        geometry_type="Polygon",
    )
    layer = Layer("buildings", file, columns={"id": "BH", "height_m": "GD"}, source="survey")
    read = read_quarter([layer], name="survey", crs="EPSG:32650").quarter
    assert read["buildings"]["height_m"].to_pylist() == pytest.approx(heights.to_pylist())
    assert read["buildings"]["id"].to_pylist() == towers["id"].to_pylist()
    # UTM 50N is another projection: the same ground within its scale.
    assert shapely.area(shapes_of(read["buildings"])) == pytest.approx(shapely.area(shapes_of(towers)), rel=5e-3)
    file.with_suffix(".prj").unlink()
    with pytest.raises(InputRejected) as refused:
        read_quarter([layer, Layer("roads", file, columns={"class": "KLASSE"})], name="survey")
    assert [problem.code for problem in refused.value.problems] == ["noise.E041", "noise.E041"]


def test_every_fault_of_every_layer_is_told_at_once_with_its_id(tmp_path: Path) -> None:
    buildings = geojson(
        tmp_path / "buildings.geojson",
        [
            (
                {"id": "bow", "height_m": 9},
                polygon([[LON, LAT], [LON + 2e-4, LAT + 2e-4], [LON + 2e-4, LAT], [LON, LAT + 2e-4], [LON, LAT]]),
            ),
            ({"id": "sound", "height_m": "12 m"}, polygon(square())),
            ({"id": "tall", "height_m": "very"}, polygon(square(LON + 1e-3))),
            ({"id": "swapped", "height_m": 9}, polygon([[y, x] for x, y in square(lat=22.6)])),
            ({"id": "beijing", "height_m": 9}, polygon(square(116.4, 39.9))),
            ({"id": "metres", "height_m": 9}, polygon(square(505_000.0, 2_495_000.0, 20.0))),
            ({"id": "nowhere", "height_m": 9}, None),
            ({"id": "twice", "height_m": 9}, polygon(square(LON + 2e-3))),
            ({"id": "twice", "height_m": 9}, polygon(square(LON + 3e-3))),
            ({"id": "dot", "height_m": 9}, {"type": "Point", "coordinates": [LON, LAT]}),
        ],
    )
    roads = geojson(
        tmp_path / "roads.geojson",
        [
            ({"id": "still", "highway": "primary"}, {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT]]}),
            (
                {"id": "goes", "highway": "primary"},
                {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT + 1e-3]]},
            ),
        ],
    )
    layers = [Layer("buildings", buildings), Layer("roads", roads, columns={"class": "highway"})]
    with pytest.raises(InputRejected) as refused:
        read_quarter(layers, name="faulty")
    faults = {(problem.code, problem.message.split(":")[0]) for problem in refused.value.problems}
    assert faults == {
        ("noise.E045", "buildings bow"),
        ("noise.E050", "buildings tall"),
        ("noise.E046", "buildings swapped"),
        ("noise.E046", "buildings beijing"),
        ("noise.E046", "buildings metres"),
        ("noise.E042", "buildings nowhere"),
        ("noise.E047", "buildings twice"),
        ("noise.E043", "buildings dot"),
        ("noise.E044", "roads still"),
    }
    assert "very" in told(refused)
    reading = read_quarter(layers, name="faulty", faults="leave out")
    assert reading.quarter["buildings"]["id"].to_pylist() == ["sound", "tall"]
    assert reading.quarter["buildings"]["height_m"].to_pylist() == [12.0, None]
    assert reading.quarter["roads"]["id"].to_pylist() == ["goes"]
    assert len(reading.problems) == len(refused.value.problems)
    assert any("9 features left out" in note.en for note in reading.notes)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    nothing, text = Layer("roads", tmp_path / "absent.gpkg"), Layer("roads", tmp_path / "text.geojson")
    text.file.write_text("no map")
    sound = geojson(tmp_path / "sound.geojson", [({"id": "a"}, {"type": "Point", "coordinates": [LON, LAT]})])
    unknown = Layer("monitors", sound, columns={"height_m": "hoehe", "colour": "id"})
    with pytest.raises(InputRejected) as refused:
        read_quarter([nothing, text, unknown], name="none")
    assert sorted(problem.code[-4:] for problem in refused.value.problems) == ["E040", "E040", "E049", "E049"]
    for system in ("EPSG:4326", "EPSG:2263", "no system"):
        with pytest.raises(InputRejected, match="E048"):
            read_quarter([replace(unknown, columns={})], name="none", crs=system)


def test_what_is_assumed_is_marked_and_told() -> None:
    from tanheng.measures.quiet.places.assumptions import assume

    boxes = shapely.box([0.0, 20.0, 40.0], 0.0, [10.0, 30.0, 50.0], 10.0)
    rows = {"id": ["a", "b", "c"], "height_m": [21.0, None, None], "floors": [None, 4, None], "use": ["dwelling"] * 3}
    tables: dict[str, pa.Table] = {"buildings": table_of("buildings", boxes, {**rows, "persons": [7.0, None, None]})}
    silent, notes = assume(Quarter("q", "EPSG:4547", tables), Assumptions())
    assert silent["buildings"]["height_m"].to_pylist() == [21.0, 12.0, None]
    assert silent["buildings"]["height_source"].to_pylist() == ["given", "floors", None]
    assert silent["buildings"]["persons"].to_pylist() == [7.0, None, None]
    assert any("unknown" in note.en for note in notes)
    filled, notes = assume(Quarter("q", "EPSG:4547", tables), Assumptions(3.5, floors=5, m2_per_person=40.0))
    assert filled["buildings"]["height_m"].to_pylist() == [21.0, 14.0, 17.5]
    assert filled["buildings"]["height_source"].to_pylist() == ["given", "floors", "assumed"]
    # 100 m² of ground by 4 and 5 floors, one person for 40 m².
    assert filled["buildings"]["persons"].to_pylist() == [7.0, 10.0, 12.5]
    assert len(notes) == 3


def test_contours_with_a_column_of_altitudes_become_terrain(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT + 1e-3]]}
    file = geojson(
        tmp_path / "contours.geojson", [({"id": "a", "ELEV": 12.5}, line), ({"id": "b", "ELEV": None}, line)]
    )
    layer = Layer("terrain", file, columns={"z": "ELEV"})
    with pytest.raises(InputRejected, match="terrain b: has no altitude"):
        read_quarter([layer], name="hill")
    read = read_quarter([layer], name="hill", faults="leave out").quarter["terrain"]
    assert shapely.get_coordinates(shapes_of(read), include_z=True)[:, 2].tolist() == [12.5, 12.5]
