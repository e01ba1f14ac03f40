"""``tanheng coverage``, ``tanheng docs`` and ``tanheng test-rulebook`` as somebody uses them at a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent

import pytest
from tests.measures.worked_out import SCENARIOS, plan, worked_out
from typer.testing import CliRunner, Result

import tanheng.cli.coverage
from tanheng.cli import app
from tanheng.handbook.coverage import coverage_of


def tanheng_says(*arguments: str | Path, columns: int = 80) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(columns)})


@pytest.fixture
def worked_out_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenarios are worked out once for all tests, and not again by each command."""
    monkeypatch.setattr(tanheng.cli.coverage, "coverage_now", lambda _: coverage_of(plan(), SCENARIOS, worked_out()[1]))


# -- coverage ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("worked_out_before")
def test_coverage_fits_into_a_narrow_terminal() -> None:
    result = tanheng_says("coverage")
    assert result.exit_code == 0
    head, _, table = result.stdout.partition("\n\n")
    assert "34 measures" in head
    lines = table.rstrip().split("\n")
    assert len(lines) == 35 and all(len(line) <= 80 for line in lines)
    (zones,) = (line for line in lines if line.startswith("Near-zero"))
    assert zones.split()[-2:] == ["6", "2"]


@pytest.mark.usefixtures("worked_out_before")
def test_a_wide_terminal_also_says_what_is_missing() -> None:
    said = tanheng_says("coverage", "--chinese", columns=200).stdout
    assert "缺失" in said and "1 个参数有未公布的取值;无规则、情景和页面" in said


@pytest.mark.usefixtures("worked_out_before")
def test_one_measure_in_full() -> None:
    said = tanheng_says("coverage", "near_zero_zones").stdout
    assert "Near-zero carbon emission zones" in said and "near_zero.pilot_grant" in said
    (found,) = json.loads(tanheng_says("coverage", "near_zero_zones", "--json").stdout)
    assert found["parameters"] == [
        {"name": "near_zero.pilot_grant", "values": 6, "unset": 2, "weakest_status": "reported"}
    ]
    assert (found["rules"], found["pages"]) == ([], [])


@pytest.mark.usefixtures("worked_out_before")
def test_coverage_as_a_page(tmp_path: Path) -> None:
    assert tanheng_says("coverage", "--out", tmp_path / "coverage.md").exit_code == 0
    docs = Path(__file__).parents[2] / "docs"
    assert (tmp_path / "coverage.md").read_text("utf-8") == (docs / "coverage.md").read_text("utf-8")


def test_a_measure_that_is_none_is_told_with_what_was_meant() -> None:
    result = tanheng_says("coverage", "near_zero")
    assert result.exit_code == 2
    assert "near_zero: is no measure of the catalogue. Did you mean near_zero_zones?" in result.stderr


# -- docs --------------------------------------------------------------------------------------------


def test_docs_leaves_alone_what_is_right_already(tmp_path: Path) -> None:
    """A page that is written anew without a change is a change in every checkout."""
    assert "4 files in" in tanheng_says("docs", tmp_path, "--html").stdout
    assert "0 of them new or changed" in tanheng_says("docs", tmp_path, "--html").stdout
    (tmp_path / "inventory.html").write_text("old", "utf-8")
    assert "1 of them new or changed" in tanheng_says("docs", tmp_path, "--html").stdout
    assert "<math" in (tmp_path / "inventory.html").read_text("utf-8")


# -- test-rulebook -----------------------------------------------------------------------------------

PROJECTS = """\
    - name: a project above the threshold
      source: by hand
      date: 2025-06-30
      tables:
        projects: [{project_id: P1, district_id: "440304", energy_tce: 2000, emissions_tco2e: 4000, state: approved}]
      expect:
        project: [{project_id: P1, review_due: false, claimed_tco2e: 4100}]
    - name: a project below the threshold
      source: by hand
      date: 2025-06-30
      tables: {projects: [{project_id: P1, district_id: "440304", energy_tce: 999, emissions_tco2e: 4, state: applied}]}
      expect:
        project: [{project_id: P1, review_due: false, claimed_tco2e: 0}]
    """


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    file = tmp_path / "projects.yaml"
    file.write_text(dedent(PROJECTS), "utf-8")
    return file


def test_a_difference_is_told_with_expectation_formula_and_inputs(projects: Path) -> None:
    result = tanheng_says("test-rulebook", "--scenarios", projects, columns=200)
    assert result.exit_code == 1
    said = result.stdout
    assert f"a project above the threshold  ({projects}:1)" in said
    assert "  project project_id P1\n" in said
    assert f"    review_due  needs an energy review  ({projects}:7)\n" in said
    assert (
        "      expected  no\n      found     yes\n      = energy_tce ≥ dual_control.review_threshold_energy\n" in said
    )
    assert "        energy_tce  2,000 tce\n" in said
    assert "        dual_control.review_threshold_energy  1,000 tce  " in said
    assert "      expected  4,100 tCO2e\n      found     4,000 tCO2e\n      off by    −100 tCO2e (−2.44 %)\n" in said
    assert re.search(r"1 of 2 scenarios come out as expected; 2 of \d+ rules are tried\.", said)


def test_only_the_scenarios_asked_for_are_tried(projects: Path) -> None:
    result = tanheng_says("test-rulebook", "--scenarios", projects, "-k", "BELOW the")
    assert (result.exit_code, result.stdout.split(" scenarios")[0]) == (0, "1 of 1")
    nothing = tanheng_says("test-rulebook", "--scenarios", projects, "-k", "a project below")
    assert nothing.exit_code == 0
    missing = tanheng_says("test-rulebook", "--scenarios", projects, "-k", "a project below the treshold")
    assert missing.exit_code == 2
    assert "no scenario matches. Did you mean a project below the threshold" in missing.stderr
