"""If one of these fails, a city that moves to another engine gets other figures, or half of them and no word."""

from __future__ import annotations

import json
import math
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from tanheng import on_engine
from tanheng.cli import app
from tanheng.on_engine import WRITTEN, work_out
from tanheng.opening import evaluation_of, open_city
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected

ON = date(2024, 12, 31)

pytestmark = pytest.mark.city


@pytest.fixture(scope="module")
def parquet(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same city as `tanheng check` writes it."""
    folder = tmp_path_factory.mktemp("parquet") / "shenzhen"
    result = command("check", city, "--parquet", folder)
    assert result.exit_code == 0 and "held back" in result.stdout
    return folder


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def by_key(rows: list[dict[str, Any]], key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows), "a key stands twice"
    return found


def same(here: Any, there: Any) -> bool:
    if isinstance(here, float) and isinstance(there, float):
        return math.isclose(here, there, rel_tol=1e-9, abs_tol=1e-9)
    return bool(here == there)


def differences(evaluation: Evaluation, out: Path) -> list[str]:
    """Where the folder holds something else than DuckDB works out, cause by its text."""
    causes = json.loads((out / "causes.json").read_text("utf-8"))
    found = []
    for entity in WRITTEN:
        names = [planned.name for planned in evaluation.plan.of(entity)]
        here = by_key(evaluation.table(entity, names).collect("pyarrow").to_native().to_pylist(), entity.key)
        there = by_key(pq.read_table(out / "results" / f"{entity.name}.parquet").to_pylist(), entity.key)
        assert here.keys() == there.keys() and here
        for key, row in here.items():
            assert row.keys() == there[key].keys()
            for name, value in row.items():
                other = there[key][name]
                if name.endswith("__cause"):
                    value = value and evaluation.cause(value).text._asdict()
                    other = other and causes[str(other)]
                if not same(value, other):
                    found.append(f"{entity.name} {key} {name}: {value} on DuckDB, {other} there")
    return found


def test_the_city_comes_out_on_polars_as_on_duckdb(city: Path, parquet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = command("run", parquet, "--engine", "polars", "--out", out)
    assert said.exit_code == 0, said.output
    rules = load_rulebook("shenzhen")
    with open_city(city, rules, ON) as opened:
        evaluation = evaluation_of(opened, rules, ON)
        evaluation.compute({entity: [planned.name for planned in evaluation.plan.of(entity)] for entity in WRITTEN})
        apart = differences(evaluation, out)
    assert not apart, "\n".join(apart[:10])
    years = json.loads((out / "summary.json").read_text("utf-8"))
    assert years == pq.read_table(out / "results" / "city_year.parquet").sort_by("year").to_pylist()
    assert any(row["controlled_tco2e"] is not None for row in years)
    for row in years:
        shown = "undetermined" if row["controlled_tco2e"] is None else f"{row['controlled_tco2e']:,.0f}"
        assert f"{row['city_id']} {row['year']}   controlled_tco2e {shown}   " in said.stdout
    assert sorted(place.name for place in tmp_path.iterdir()) == ["out"]
    assert sorted(place.name for place in out.iterdir()) == ["causes.json", "results", "summary.json"]

    again = command("run", parquet, "--engine", "polars", "--out", out)
    assert again.exit_code == 2 and "this folder is there already" in again.stderr


def test_nothing_half_written_stays(parquet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without its last table would be read as a city that has none of it."""

    def full(place: Path, content: object) -> None:
        assert list(place.parent.glob("results/*.parquet")), "the results stand before"
        raise OSError("no space left on device")

    monkeypatch.setattr(on_engine, "_write", full)
    with pytest.raises(OSError, match="no space left"):
        work_out(parquet, tmp_path / "out", engine="polars")
    assert list(tmp_path.iterdir()) == []


def test_a_city_with_faults_is_not_worked_out(parquet: Path, tmp_path: Path) -> None:
    broken, out = tmp_path / "broken", tmp_path / "out"
    shutil.copytree(parquet, broken)
    place = broken / "tables" / "facilities.parquet"
    pl.read_parquet(place).with_columns(sector=pl.lit("no sector")).write_parquet(place)
    with pytest.raises(InputRejected) as rejected:
        work_out(broken, out, engine="polars")
    assert {(problem.file, problem.column) for problem in rejected.value.problems} == {
        ("tables/facilities.parquet", "sector")
    }
    said = command("run", broken, "--engine", "polars", "--out", out)
    assert said.exit_code == 2 and said.stdout == ""
    assert "1 fault; nothing was taken or written." in said.stderr and "column sector" in said.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["broken"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--engine", "sparc"), "--engine: is sparc, must be one of duckdb, polars, spark"),
        (("--engine", "polars", "--year", "2023"), "--year: is 2023, is for duckdb only"),
        (("--engine", "polars", "--force"), "--force: is for duckdb only"),
        (("--engine", "polars", "--date", "2024"), "--date: is 2024, must be a day"),
        (("--engine", "polars", "--rulebook", "atlantis"), "atlantis"),
    ],
)
def test_what_an_engine_cannot_be_asked_is_told(
    options: tuple[str, ...], said: str, parquet: Path, tmp_path: Path
) -> None:
    """An option that is passed over in silence gives figures that nobody asked for."""
    result = command("run", parquet, *options, "--out", tmp_path / "out")
    assert result.exit_code == 2 and result.stdout == ""
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_results_of_an_engine_want_a_folder_of_their_own(parquet: Path) -> None:
    """Where runs are kept is no place for them: the next result would be refused."""
    result = command("run", parquet, "--engine", "polars")
    assert result.exit_code == 2 and "--out: is needed" in result.stderr


def test_a_folder_that_is_no_city_of_parquet_is_told(city: Path, tmp_path: Path) -> None:
    """Exit code 2, and every table that is in the way with the command that mends it."""
    out = tmp_path / "out"
    nowhere = command("run", tmp_path / "nowhere", "--engine", "polars", "--out", out)
    assert nowhere.exit_code == 2 and "there is no such folder" in nowhere.stderr
    as_csv = command("run", city, "--engine", "polars", "--out", out)
    assert as_csv.exit_code == 2
    for table in ("cities", "districts", "city_economy"):
        assert f"real/{table}.csv: this engine reads Parquet only" in as_csv.stderr
    assert "tanheng check CITY --parquet FOLDER" in as_csv.stderr and "missing" not in as_csv.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_is_not_installed_is_told(
    parquet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_engine, "find_spec", lambda name: None)
    for engine in ("polars", "spark"):
        result = command("run", parquet, "--engine", engine, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert f"{engine} is not installed here" in result.stderr and "make cluster" in result.stderr
    monkeypatch.setattr(on_engine, "find_spec", lambda name: object())
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    result = command("run", parquet, "--engine", "spark", "--out", tmp_path / "out")
    assert result.exit_code == 2 and "Spark needs Java" in result.stderr
    assert list(tmp_path.iterdir()) == []
