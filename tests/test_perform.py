"""From a city folder to a run: the same inputs give the same bytes, and a killed run leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from tanheng.cli import app
from tanheng.measures.registry import MEASURES
from tanheng.opening import evaluation_of, reopened
from tanheng.perform import perform
from tanheng.policy.explanation import explain, explain_all, read_subject
from tanheng.problems import InputRejected
from tanheng.runs.assessments import NOTICE
from tanheng.runs.snapshot import Snapshot
from tanheng.runs.store import Run, open_run
from tanheng.text import Text

pytestmark = pytest.mark.city


@pytest.fixture(scope="module")
def run(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return perform(city, runs=tmp_path_factory.mktemp("runs"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_holds_what_its_manifest_says(run: Run) -> None:
    assert open_run(run.folder, verify=True).manifest == run.manifest
    manifest = run.manifest
    assert run.folder.name == manifest.address
    assert (manifest.year, manifest.date) == (2024, date(2024, 12, 31))
    assert list(manifest.measures) == [measure.name for measure in MEASURES]
    assert {"report.html", "tables.xlsx", "parameters.json", "results/facility_year.parquet"} <= manifest.files.keys()
    tables = {file.table: file.rows for file in manifest.inputs if file.path.startswith("real/")}
    assert tables["districts"] == 10
    assert sum(manifest.rulebook.statuses.values()) > 100


def test_a_run_that_stands_is_checked_and_used(city: Path, run: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")}
    again = perform(city, runs=run.folder.parent)
    assert again.reused and again.folder == run.folder
    assert {path: path.stat().st_mtime_ns for path in run.folder.rglob("*")} == before


def test_a_run_that_was_tampered_with_is_refused(city: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / run.folder.name
    shutil.copytree(run.folder, folder)
    (folder / "report.html").write_text("other figures", "utf-8")
    with pytest.raises(InputRejected, match=r"report\.html: is not what the run wrote"):
        perform(city, runs=tmp_path)


class Stopped(Exception):
    """The run was stopped before its first measure."""


def begun(city: Path, runs: Path, **asked: Any) -> str:
    """The address of a run that is stopped at its first measure; nothing of it may stay."""

    def stop(step: Text, part: float) -> None:
        if step == MEASURES[0].title:
            raise Stopped

    with pytest.raises(Stopped):
        perform(city, runs=runs, progress=stop, **asked)
    (origin,) = runs.iterdir()
    return origin.name.removeprefix(".origin-of-")


def test_a_changed_input_year_or_date_gives_another_run(city: Path, run: Run, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(city, changed)
    economy = changed / "real" / "city_economy.csv"
    economy.write_text("# a remark\n" + economy.read_text("utf-8"), "utf-8")
    addresses = [
        run.manifest.address,
        begun(changed, tmp_path / "a"),
        begun(city, tmp_path / "b", year=2023),
        begun(city, tmp_path / "c", on=date(2025, 6, 30)),
        begun(city, tmp_path / "e", known_on=date(2024, 6, 30)),
    ]
    assert len(set(addresses)) == 5
    assert begun(city, tmp_path / "d", year=2024) == run.manifest.address, "what is the default changes nothing"


def test_a_killed_run_leaves_nothing_and_the_next_gives_the_same_bytes(city: Path, run: Run, tmp_path: Path) -> None:
    """The next run is one of the same city in another place: no path, clock or chance is in a run."""
    moved, runs = tmp_path / "elsewhere", tmp_path / "other runs"
    shutil.copytree(city, moved)
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(moved), str(runs)], stderr=subprocess.PIPE)
    while not list(runs.glob(".partial-*/assessments/*.json")):
        assert child.poll() is None, child.communicate()
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    assert [path for path in runs.iterdir() if not path.name.startswith(".")] == []

    again = perform(moved, runs=runs)
    assert not again.reused
    assert [path.name for path in runs.iterdir() if path.name.startswith(".partial-")] == []
    first, second = contents(run.folder), contents(again.folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    open_run(again.folder, verify=True)


KILLED = """
import sys
from pathlib import Path
from tanheng.perform import perform
perform(Path(sys.argv[1]), runs=Path(sys.argv[2]))
"""


def test_made_up_rows_are_told_in_every_file(run: Run) -> None:
    assert run.manifest.demonstration
    assert "演示数据" in run.report.read_text("utf-8")
    for name in ("results/facility_year.parquet", "tables/intake/questions.parquet"):
        assert NOTICE in pq.read_schema(run.folder / name).metadata


def test_results_are_sorted_by_their_key(run: Run) -> None:
    rows = pq.read_table(run.folder / "results" / "facility_year.parquet", columns=["facility_id", "year"]).to_pylist()
    keys = [(row["facility_id"], row["year"]) for row in rows]
    assert keys == sorted(keys) and len(keys) == len(set(keys))


def test_every_parameter_of_the_run_has_a_source_and_a_status(run: Run) -> None:
    snapshot = Snapshot.read(run.folder)
    assert len(snapshot.catalogue) == 34
    for parameter in snapshot.parameters:
        assert set(parameter.used_by) <= run.manifest.measures.keys()
        for cell in parameter.cells:
            assert cell.source.document and cell.status in ("official", "reported", "recalled", "example")


def test_every_text_of_every_measure_stands_in_both_languages(run: Run) -> None:
    """A text that is empty, or Chinese in the English page, was forgotten."""
    for assessment in run.assessments:
        texts = [assessment.title, *assessment.headline, *assessment.to_do, *assessment.methods]
        texts += [text for section in assessment.sections for text in (section.title, *section.text)]
        texts += [item.title for item in assessment.indicators] + [table.title for table in assessment.tables]
        texts += [chart.title for chart in assessment.charts] + [layer.title for layer in assessment.maps]
        texts += [column.title for table in assessment.tables for column in table.columns]
        texts += [chart.describes for chart in assessment.charts]
        texts += [question.asks for question in assessment.questions]
        for text in texts:
            assert isinstance(text, Text) and text.en.strip() and text.zh.strip(), text
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in text.en), text


def tanheng(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code in (0, 2), result.output
    return result


def test_a_run_can_be_asked_why_on_the_command_line(run: Run) -> None:
    asked = ("explain", run.folder, "city_year:440300,2024", "scope1_tco2e", "--depth", "3")
    tree = tanheng(*asked).stdout
    assert tree.startswith("scope1_tco2e (city_year:440300,2024)") and "facility_scope1_tco2e" in tree
    assert "area_source:" in tree, "the parts of a total say whose they are"
    found = json.loads(tanheng(*asked, "--json").stdout)
    assert found["name"] == "scope1_tco2e" and found["because"]
    assert tanheng(*asked, "--html", "--chinese").stdout.startswith("<details")


@pytest.mark.parametrize(
    ("subject", "rule", "said"),
    [
        ("city_year:440300,2024", "scope1", "scope1_tco2e"),
        ("city_year:440300,1999", "scope1_tco2e", "no row"),
        ("town:1", "scope1_tco2e", "there is no entity town"),
    ],
)
def test_what_cannot_be_explained_is_told_with_what_comes_near(subject: str, rule: str, said: str, run: Run) -> None:
    result = tanheng("explain", run.folder.name[:8], subject, rule, "--out", run.folder.parent)
    assert result.exit_code == 2 and result.stdout == ""
    assert said in result.stderr


def test_the_summary_says_the_headline_and_where_the_report_is(city: Path, run: Run) -> None:
    said = tanheng("run", city, "--out", run.folder.parent).stdout
    assert "Demonstration data" in said and "it stood already" in said
    assert str(run.report) in said and run.manifest.address in said
    for assessment in run.assessments:
        assert assessment.title.en in said
        for indicator in assessment.indicators:
            if indicator.headline:
                assert indicator.title.en[1:] in said


def test_check_lists_the_doubtful_values_of_the_city(city: Path, run: Run) -> None:
    found = json.loads(tanheng("check", city, "--json").stdout)
    assert found["problems"] == []
    assert len(found["questions"]) == run.manifest.intake_questions > 0
    assert "held back" in tanheng("check", city).stdout


def test_every_figure_that_says_it_can_be_explained_can(run: Run) -> None:
    """A command under a figure that ends in an error would be worse than none."""
    with reopened(run) as evaluation:
        for assessment in run.assessments:
            for indicator in assessment.indicators:
                if indicator.explain is not None:
                    subject, _, rule = indicator.explain.partition(" ")
                    entity, key = read_subject(evaluation, subject)
                    found = explain(evaluation, entity, key, rule, depth=1)
                    assert (found.value is None) == (indicator.value is None), indicator.id


def test_a_city_that_changed_since_cannot_explain_the_run(city: Path, run: Run, tmp_path: Path) -> None:
    """The tree would show other values than the report."""
    changed = tmp_path / "changed"
    shutil.copytree(city, changed)
    economy = changed / "real" / "city_economy.csv"
    economy.write_text("# a remark\n" + economy.read_text("utf-8"), "utf-8")
    with pytest.raises(InputRejected, match=r"city_economy\.csv: has changed since the run"), reopened(run, changed):
        pass


def test_an_explanation_from_stored_results_is_the_one_that_is_worked_out(run: Run) -> None:
    """What a run kept is taken up as it stands; a tree that differs from a fresh one would be of another run."""
    with reopened(run) as stored:
        fresh = evaluation_of(stored.city, stored.rulebook, run.manifest.date)
        figures = []
        for assessment in run.assessments:
            for indicator in assessment.indicators:
                if indicator.explain is not None:
                    subject, _, rule = indicator.explain.partition(" ")
                    figures.append((*read_subject(stored, subject), rule))
        assert figures
        assert explain_all(stored, figures) == explain_all(fresh, figures)


def test_results_that_are_not_what_the_run_wrote_explain_nothing(run: Run, city: Path, tmp_path: Path) -> None:
    """Somebody's edit of a results file would be told as the run's own figure."""
    copy = tmp_path / run.folder.name
    shutil.copytree(run.folder, copy)
    results = copy / "results" / "city_year.parquet"
    results.write_bytes((copy / "results" / "district_year.parquet").read_bytes())
    with (
        pytest.raises(InputRejected, match=r"city_year\.parquet: is not what the run wrote"),
        reopened(open_run(copy), city),
    ):
        pass
