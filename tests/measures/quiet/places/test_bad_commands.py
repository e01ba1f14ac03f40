"""What people get wrong at the command line: each is told in words, with exit code 2, and nothing is overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
import shapely
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.places.writing import write_geopackage

RUN = CliRunner()
SETTINGS = {"reach_m": 60, "every_floor": 30, "facade_part_m": 60, "reflection_order": 0, "lateral": False}


def quiet(*words: object, fails: int = 0) -> str:
    result = RUN.invoke(app, ["quiet", *map(str, words)])
    assert result.exit_code == fails and (result.exception is None or isinstance(result.exception, SystemExit)), (
        result.output,
        result.exception,
    )
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter of few buildings, and its study."""
    found = tmp_path_factory.mktemp("bad")
    quarter = make_quarter(3, 0.25, hill=False)
    few = quarter.with_tables(buildings=quarter["buildings"].slice(0, 4))
    write_geopackage(few, found / "few.gpkg")
    (found / "settings.json").write_text(json.dumps(SETTINGS))
    quiet("calculate", found / "few.gpkg", found / "study", "--settings", found / "settings.json")
    return found


def test_a_study_that_is_there_is_not_overwritten(place: Path) -> None:
    before = (place / "study" / "study.json").read_bytes()
    for words in (
        ("what-if", place / "study", "--speed", 30, "--save", place / "study"),
        ("calculate", place / "few.gpkg", place / "study"),
        ("calibrate", place / "study", place / "absent.csv", "--save", place / "study"),
    ):
        assert "is there already" in quiet(*words, fails=2)
    assert (place / "study" / "study.json").read_bytes() == before


def test_a_file_that_is_no_map_is_told(place: Path) -> None:
    assert "there is no such file" in quiet("calculate", place / "absent.gpkg", place / "new", fails=2)
    for name in ("text.gpkg", "text.osm.pbf"):
        (place / name).write_text("no map")
    assert "no map that can be read" in quiet("calculate", place / "text.gpkg", place / "new", fails=2)
    assert "no map that can be read" in quiet("import", place / "text.osm.pbf", "--out", place / "new.gpkg", fails=2)
    assert not (place / "new").exists() and not (place / "new.gpkg").exists()


def test_a_day_and_a_budget_that_are_none_are_told(place: Path) -> None:
    assert "YYYY-MM-DD" in quiet("assess", place / "study", "--date", "2026-13-01", fails=2)
    assert "YYYY-MM-DD" in quiet("calculate", place / "few.gpkg", place / "new", "--date", "today", fails=2)
    assert "0 or more" in quiet("plan", place / "study", "--", "-100", fails=2)


def test_levels_that_no_place_has_and_files_of_another_encoding_are_told(place: Path) -> None:
    (place / "loud.csv").write_text("monitor,level_db,from_hour,to_hour\nM1,999,6,22\n")
    quarter = make_quarter(3, 0.25, hill=False)
    monitor = quarter["monitors"]["id"][0].as_py()
    (place / "loud.csv").write_text(f"monitor,level_db,from_hour,to_hour\n{monitor},999,6,22\n")
    said = quiet("calibrate", place / "study", place / "loud.csv", fails=2)
    assert "noise.E064" in said and "0 to 140" in said
    (place / "gbk.csv").write_bytes("monitor,level_db,from_hour,to_hour\n监测点,60,6,22\n".encode("gbk"))
    said = quiet("calibrate", place / "study", place / "gbk.csv", fails=2)
    assert "not UTF-8" in said and "GBK" in said


def test_assumptions_and_names_that_mean_nothing_are_told(place: Path) -> None:
    out = ("--out", place / "own.gpkg")
    buildings = f"buildings={place / 'maps' / 'buildings.geojson'}"
    quiet("make-quarter", place / "maps", "--area-km2", 0.25)
    said = quiet("import", buildings, *out, "--storey-m", -3, "--m2-per-person", 0, fails=2)
    assert "storey_m" in said and "m2_per_person" in said and "more than 0" in said
    assert "there is no table house" in quiet("import", "house=x.geojson", *out, fails=2)
    assert "neither a .gpkg file nor a folder" in quiet("import", buildings, "--out", place / "own.xyz", fails=2)
    assert not (place / "own.gpkg").exists() and not (place / "own.xyz").exists()


def test_a_plant_inside_of_a_building_is_told_and_one_on_its_roof_is_not(place: Path) -> None:
    quarter = make_quarter(3, 0.25, hill=False)
    tower = quarter["buildings"].slice(0, 1)
    inside = shapely.from_wkb(tower["geometry"][0].as_py()).representative_point()
    roof = tower["height_m"][0].as_py()
    plant = quarter["plants"].slice(0, 1)
    for height, fails in ((roof - 1.0, 2), (roof + 1.0, 0)):
        moved = plant
        for name, value in (("geometry", shapely.to_wkb(inside)), ("height_m", height)):
            at = moved.schema.get_field_index(name)
            moved = moved.set_column(at, moved.schema.field(at), pa.array([value], moved.schema.field(at).type))
        write_geopackage(quarter.with_tables(buildings=tower, plants=moved), place / f"plant{fails}.gpkg")
        said = quiet(
            "calculate", place / f"plant{fails}.gpkg", place / f"plant{fails}", "--settings", place / "settings.json",
            fails=fails,
        )  # fmt: skip
        assert (f"plant {plant['id'][0].as_py()}: stands inside of building" in said) == bool(fails)
