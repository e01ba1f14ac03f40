"""The ``tanheng`` command as somebody uses it who has just sat down: what it says, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tanheng.cli import app

REAL = Path(__file__).parents[1] / "examples" / "shenzhen"


def tanheng(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=env or {})


def rejected(result: Result) -> str:
    """What a rejected command said: on stderr, with exit code 2, and without a traceback."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)
    return result.stderr


@pytest.fixture
def bare_city(tmp_path: Path) -> Path:
    """The real layer, and the reports of one facility: nothing has to be generated for it."""
    folder = tmp_path / "bare"
    shutil.copytree(REAL, folder, ignore=shutil.ignore_patterns("demonstration"))
    manifest = (folder / "city.yaml").read_text("utf-8")
    lines = [line for line in manifest.splitlines() if "demonstration" not in line and "made_by" not in line]
    (folder / "city.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    facilities = (folder / "real" / "facilities.csv").read_text("utf-8").splitlines()
    first = next(line.split(",")[0] for line in facilities if not line.startswith(("#", "facility_id")))
    (folder / "real" / "annual_reports.csv").write_text(f"facility_id,year\n{first},2024\n", "utf-8")
    return folder


def test_help_says_what_there_is() -> None:
    said = tanheng("--help").stdout
    for command in ("run", "compare", "explain", "check", "make-city", "test-rulebook", "coverage", "docs"):
        assert f"  {command}  " in said
    assert "make-city examples/shenzhen" in said


@pytest.mark.parametrize(
    "command", ["run", "compare", "explain", "check", "make-city", "test-rulebook", "coverage", "docs"]
)
def test_every_command_explains_itself(command: str) -> None:
    result = tanheng(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: Sequence[str]) -> None:
    """Help that waits for a database to load is help that nobody asks for."""
    code = (
        "import sys\nfrom tanheng.cli import app\n"
        f"try: app({list(arguments)!r})\nexcept SystemExit: pass\n"
        "heavy = {'duckdb', 'pyarrow', 'numpy', 'pandas', 'narwhals', 'altair', 'scipy', 'yaml', 'jinja2'}\n"
        "sys.exit(', '.join(heavy & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    from tanheng import __version__

    assert tanheng("--version").stdout == f"tanheng {__version__}\n"


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_folder_that_is_no_city(command: str, tmp_path: Path) -> None:
    assert "there is no such folder" in rejected(tanheng(command, tmp_path / "nowhere"))
    assert "city.yaml" in rejected(tanheng(command, tmp_path))


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_rulebook_that_does_not_exist(command: str, bare_city: Path) -> None:
    said = rejected(tanheng(command, bare_city, "--rulebook", "shenzen"))
    assert "neither a folder nor a packaged rulebook" in said and "shenzhen" in said


@pytest.mark.parametrize("date", ["2024-13-01", "yesterday", "31.12.2024", ""])
def test_a_date_that_is_none(date: str, bare_city: Path, tmp_path: Path) -> None:
    said = rejected(tanheng("run", bare_city, "--date", date, "--out", tmp_path / "runs"))
    assert "--date" in said and "YYYY-MM-DD" in said


@pytest.mark.parametrize("year", ["2019", "2025", "-1"])
def test_a_year_that_the_city_does_not_have(year: str, bare_city: Path, tmp_path: Path) -> None:
    said = rejected(tanheng("run", bare_city, "--year", year, "--out", tmp_path / "runs"))
    assert f"--year: is {year}, must be a year of the city: 2020 to 2024" in said
    assert not (tmp_path / "runs").exists(), "a rejected command leaves nothing"


def test_a_date_before_the_year(bare_city: Path, tmp_path: Path) -> None:
    said = rejected(tanheng("run", bare_city, "--year", "2023", "--date", "2022-12-31", "--out", tmp_path / "runs"))
    assert "must be 2023-01-01 or later" in said


def test_every_fault_of_a_table_is_told_at_once(bare_city: Path) -> None:
    districts = bare_city / "real" / "districts.csv"
    districts.write_text(districts.read_text("utf-8").replace(",440300,", ",,"), "utf-8")
    economy = bare_city / "real" / "city_economy.csv"
    economy.write_text(economy.read_text("utf-8").replace("440300,2024", "440300,soon"), "utf-8")
    said = rejected(tanheng("check", bare_city))
    assert "districts.csv line" in said and "city_economy.csv line" in said and "is soon" in said
    found = tanheng("check", bare_city, "--json")
    assert found.exit_code == 2
    assert {problem["file"] for problem in json.loads(found.stdout)["problems"]} == {
        "real/districts.csv",
        "real/city_economy.csv",
    }


def test_a_text_of_a_table_is_not_taken_for_markup(bare_city: Path) -> None:
    """A name like [/red] would end the command with an error of the terminal library."""
    economy = bare_city / "real" / "city_economy.csv"
    economy.write_text(economy.read_text("utf-8").replace("440300,2024", "440300,[/red][bold]x"), "utf-8")
    assert "[/red][bold]x" in rejected(tanheng("check", bare_city))


def test_a_city_without_a_fault(bare_city: Path) -> None:
    result = tanheng("check", bare_city)
    assert result.exit_code == 0, result.stderr
    assert "real/districts.csv" in result.stdout
    found = json.loads(tanheng("check", bare_city, "--json").stdout)
    assert found["problems"] == []
    assert {"path": "real/districts.csv", "table": "districts", "rows": 10} in found["files"]


def test_a_question_is_told_once_and_in_the_language_of_who_is_asked(bare_city: Path) -> None:
    reports = bare_city / "real" / "annual_reports.csv"
    (first,) = reports.read_text("utf-8").splitlines()[1:]
    reports.write_text(f"facility_id,year,submitted\n{first},2055-03-01\n", "utf-8")
    (bare_city / "real" / "annual_report.csv").write_text("facility_id,year\n", "utf-8")
    said = tanheng("check", bare_city).stdout
    (line,) = [line for line in said.splitlines() if "2055-03-01" in line]
    assert line.count("real/annual_reports.csv line 2") == 1
    assert "annual_reports: A date in the future (1)" in said
    # A table with a misspelt name would otherwise just be missing from the result.
    assert "real/annual_report.csv: not read; no table has that name" in said
    chinese = tanheng("check", bare_city, "--chinese").stdout
    assert "annual_reports: 日期晚于运行日期 (1)" in chinese
    assert "real/annual_reports.csv 第 2 行" in chinese and "doubtful" not in chinese


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "nothing", "city_year:440300,2024", "x"], "is no folder, and no run in"),
        (["test-rulebook", "nothing"], "neither a folder nor a packaged rulebook"),
        (["test-rulebook", "shenzhen", "--scenarios", "nothing.yaml"], "there is no such file or folder"),
        (["make-city", "nothing"], "nothing"),
        (["history", "inventory.grid_facto"], "shenzhen: has no parameter inventory.grid_facto. Did you mean "),
        (
            ["history", "inventory.grid_factor", "provincial_same_year,Guandong"],
            "it goes by method, region. Did you mean provincial_same_year,Guangdong or",
        ),
    ],
)
def test_what_does_not_exist_is_named(
    arguments: Sequence[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in rejected(tanheng(*arguments))


def test_an_engine_says_undetermined_of_a_year_without_a_report(bare_city: Path, tmp_path: Path) -> None:
    """The economy reaches back to 2001: a city that never reported must not seem to have emitted nothing."""
    assert tanheng("check", bare_city, "--parquet", tmp_path / "checked").exit_code == 0
    said = tanheng("run", tmp_path / "checked", "--engine", "polars", "--out", tmp_path / "results").stdout
    (line,) = [line for line in said.splitlines() if line.startswith("440300 2001 ")]
    assert line.count("undetermined") == 2


def test_an_engine_that_is_not_installed(bare_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)  # as after make run, which installs only what a run needs
    said = rejected(tanheng("run", bare_city, "--engine", "polars", "--out", tmp_path / "results"))
    assert "polars is not installed here" in said and "make cluster" in said


@pytest.mark.parametrize("arguments", [["run"], ["run", "a", "b"], ["nonsense"], ["run", ".", "--year", "soon"]])
def test_wrong_use_is_told_in_one_line(arguments: Sequence[str]) -> None:
    assert "Usage:" in rejected(tanheng(*arguments))
