"""The command line from a made-up quarter to a study, a what-if and maps; faults end in exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.places.writing import write_geopackage
from tanheng.measures.quiet.study import Study

RUN = CliRunner()
SETTINGS = {
    "reach_m": 100,
    "every_floor": 30,
    "facade_part_m": 60,
    "reflection_order": 0,
    "lateral": False,
    "grid_cell_m": 100,
}


def quiet(*words: object, fails: int = 0) -> str:
    result = RUN.invoke(app, ["quiet", *map(str, words)])
    assert result.exit_code == fails, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of a few buildings."""
    place = tmp_path_factory.mktemp("quiet")
    quarter = make_quarter(3, 0.25, hill=False)
    few = quarter.with_tables(buildings=quarter["buildings"].slice(0, 10))
    write_geopackage(few, place / "few.gpkg")
    (place / "settings.json").write_text(json.dumps(SETTINGS))
    said = quiet("calculate", place / "few.gpkg", place / "study", "--settings", place / "settings.json")
    assert "nobody counted it" in said
    # A calculation of half an hour must not look like one that hangs.
    shares = [float(line.split("%")[0]) for line in said.splitlines() if "Sound on its way" in line]
    assert len(shares) >= 2 and shares == sorted(shares) and "100%" not in said.split("wrote")[0]
    return place


def test_a_quarter_is_made_up_and_taken_back_from_maps(tmp_path: Path) -> None:
    assert "buildings" in quiet("make-quarter", tmp_path / "maps", "--area-km2", 0.25, "--seed", 3)
    maps = tmp_path / "maps"
    given = [f"buildings={maps / 'buildings.geojson'}", f"roads={maps / 'roads.geojson'}"]
    said = quiet("import", *given, "--out", tmp_path / "own.gpkg", "--column", "buildings.floors=floors")
    assert f"{make_quarter(3, 0.25)['buildings'].num_rows} buildings" in said
    quiet("make-quarter", tmp_path / "maps", "--area-km2", 0.01, fails=2)
    assert "At least 0.25" in quiet("make-quarter", tmp_path / "maps", "--area-km2", 0.24, fails=2)
    quiet("import", f"houses={maps / 'buildings.geojson'}", "--out", tmp_path / "none.gpkg", fails=2)
    quiet("import", tmp_path / "absent.osm", "--out", tmp_path / "none.gpkg", fails=2)
    assert not (tmp_path / "none.gpkg").exists()


def test_slower_traffic_without_trucks_is_quieter_everywhere(folder: Path) -> None:
    said = quiet("what-if", folder / "study", "--speed", 30, "--ban-trucks", "--save", folder / "slower")
    assert "at most 30 km/h" in said
    before, after = Study.load(folder / "study"), Study.load(folder / "slower")
    heard = np.isfinite(before.level("Ln"))
    assert heard.any()
    assert (after.level("Ln") < before.level("Ln"))[heard].all()
    quiet("what-if", folder / "study", "--road", "no such road", "--speed", 30, fails=2)


def test_a_study_goes_out_as_maps_and_is_assessed(folder: Path) -> None:
    quiet("export", folder / "study", folder / "maps", "--indicator", "Ln")
    study = Study.load(folder / "study")
    assert study.grid is not None
    with rasterio.open(folder / "maps" / "levels.tif") as read:
        found = read.read(read.descriptions.index("Ln") + 1, masked=True)
    assert np.nanmax(study.grid["Ln"].to_numpy(zero_copy_only=False)) == pytest.approx(float(found.max()), abs=1e-3)
    assert json.loads((folder / "maps" / "bands_Ln.geojson").read_text())["features"]
    quiet("export", folder / "study", folder / "maps", "--indicator", "L99", fails=2)
    said = quiet("assess", folder / "study", "--out", folder / "answer.json")
    assert "undetermined" in said
    answer = json.loads((folder / "answer.json").read_text())
    assert answer["quarter"]["figures"]["persons"]["value"] is not None
    checks = answer["plants"]["checks"]
    assert checks and {each["period"] for each in checks} == {"day", "night"}
    assert all((each["excess_db"] is None) == (each["why"] is not None) for each in checks)
    assert "plants against their limits of emission:" in said and "no boundaries of plants" in said


def test_measures_without_a_published_cost_stay_out_of_the_plan(folder: Path) -> None:
    said = quiet("plan", folder / "study", 5_000_000, "--out", folder / "plan.json")
    assert "is not published" in said and "overlay" in " ".join(said.split())
    plan = json.loads((folder / "plan.json").read_text())
    assert (plan["cost"], plan["taken"]) == (0.0, [])


def test_costs_that_a_city_states_give_a_plan(folder: Path) -> None:
    (folder / "costs.yaml").write_text(
        "changes: shenzhen\ntitle: {en: Costs, zh: 造价}\nfrom: 2026-01-01\nsource: {document: Made up}\n"
        "status: official\n"
        "parameters:\n  noise.cost_barrier: 3000\n  noise.cost_speed_limit: 50000\n",
        encoding="utf-8",
    )
    quiet("plan", "--with", folder / "costs.yaml", folder / "study", 5_000_000, "--out", folder / "stated.json")
    plan = json.loads((folder / "stated.json").read_text())
    assert plan["taken"] and 0.0 < plan["cost"] <= 5_000_000 and plan["relief"] > 0.0


def test_faults_of_measured_levels_are_told_by_line(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "measured.csv"
    file.write_text("monitor,level_db,from_hour,to_hour\nm,loud,6,7\nm,60,6,25\n")
    quiet("calibrate", folder / "study", file, fails=2)
    file.write_text("monitor,level_db,from_hour,to_hour\nnobody,60,22,6\n")
    quiet("calibrate", folder / "study", file, fails=2)
