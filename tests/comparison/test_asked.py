"""``tanheng compare`` on the example city: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from tests.chromium import CHROMIUM, opened
from typer.testing import CliRunner, Result

from tanheng.cli import app
from tanheng.comparison.asked import Asked, compare
from tanheng.comparison.page import PAGE
from tanheng.comparison.results import results_of
from tanheng.measures.registry import ALL_RULES, MEASURES
from tanheng.opening import evaluation_of, open_city
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected
from tanheng.runs.assessments import NOTICE
from tanheng.runs.store import Run, open_run

ROOT = Path(__file__).parents[2]
REFORMS = ROOT / "examples" / "reforms"
GOAL, POWER = REFORMS / "stricter-goal.yaml", REFORMS / "cleaner-power.yaml"
ON = date(2024, 12, 31)

pytestmark = pytest.mark.city


@pytest.fixture(scope="module")
def done(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return compare(Asked(city, variants=((GOAL,), (POWER,))), out=tmp_path_factory.mktemp("comparisons"))


def tanheng(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def rejected(result: Result) -> str:
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.stderr and result.stdout == ""
    return result.stderr


def test_it_is_kept_as_a_run_is_kept(city: Path, done: Run) -> None:
    """The same question finds the same folder, intact; every file says that the data are made up."""
    assert open_run(done.folder, verify=True).manifest.demonstration
    assert {PAGE, "tables.xlsx", "comparison.json"} <= done.manifest.files.keys()
    before = {path: path.stat().st_mtime_ns for path in done.folder.rglob("*")}
    again = compare(Asked(city, variants=((GOAL,), (POWER,))), out=done.folder.parent)
    assert again.reused and again.folder == done.folder
    assert {path: path.stat().st_mtime_ns for path in done.folder.rglob("*")} == before
    rows = done.folder / "differences" / "variant-2" / "facility_year.place_emissions_tco2e.parquet"
    assert NOTICE in pq.read_schema(rows).metadata
    assert list(done.manifest.measures) == ["overview", "variant-1", "variant-2"]


def test_another_question_is_another_comparison_and_the_same_has_the_same_bytes(
    city: Path, done: Run, tmp_path: Path
) -> None:
    """An overlay with other bytes, and another result asked for, must not find the folder that stands."""
    changed = tmp_path / GOAL.name
    changed.write_text(GOAL.read_text("utf-8").replace("-18", "-17"), "utf-8")
    asked = Asked(city, variants=((changed,),), results=("city_year.energy_progress",))
    found = compare(asked, out=done.folder.parent)
    assert not found.reused and found.folder != done.folder
    (variant,) = found.assessments
    assert variant.headline[0].en.startswith("Progress of energy per GDP")
    again = compare(asked, out=tmp_path / "elsewhere")
    assert not again.reused and again.manifest.files == found.manifest.files


@pytest.mark.parametrize("overlay", [GOAL, POWER])
def test_a_variant_is_what_a_run_of_it_is(overlay: Path, city: Path, done: Run) -> None:
    """Every key result of every row of the year: value, reason and trust, as the changed rulebook alone has them."""
    book = load_rulebook("shenzhen", overlays=(overlay,))
    folder = done.folder / "differences" / f"variant-{1 + (overlay == POWER)}"
    with open_city(city, load_rulebook("shenzhen"), ON) as opened:
        evaluation = evaluation_of(opened, book, ON)
        wanted: dict[object, list[str]] = {}
        for result in results_of(evaluation.plan, MEASURES, None):
            if (folder / f"{result.id}.parquet").is_file():
                wanted.setdefault(result.entity, []).append(result.name)
        evaluation.compute(wanted)  # type: ignore[arg-type]
        compared = 0
        for result in results_of(evaluation.plan, MEASURES, None):
            place = folder / f"{result.id}.parquet"
            if not place.is_file():
                continue
            told = pq.read_table(place).to_pylist()
            rows = evaluation.table(result.entity, [result.name]).sort(*result.entity.key).collect("pyarrow")
            expected = [row for row in rows.iter_rows(named=True) if row.get("year", 2024) == 2024]
            assert len(told) == len(expected) > 0
            for ours, theirs in zip(told, expected, strict=True):
                code = theirs.get(f"{result.name}__cause")
                assert ours["after"] == theirs[result.name], (result.id, ours)
                assert ours["after_cause"] == (None if code is None else evaluation.cause(code).text.en), ours
                assert ours["after_trust"] == theirs[f"{result.name}__trust"], ours
                compared += 1
    assert compared > 20
    assert len(ALL_RULES) > 300


def test_what_the_page_says(done: Run) -> None:
    page = (done.folder / PAGE).read_text("utf-8")
    for said in (
        "Stricter energy goal",
        "更严格的能耗强度目标",
        "电网电力更清洁",
        "演示数据",
        "Two explanations side by side",
    ):
        assert said in page
    overview, goal, power = done.assessments
    assert len(overview.headline) == 2
    assert any(chart.id == "effects" for chart in goal.charts) or any(t.id == "effects-1" for t in goal.tables)
    assert {layer.id for layer in power.maps} == {"map"}
    shown = {table.id for table in power.tables}
    assert {"summary", "parameters", "counts", "totals-1", "by-district-rows", "by-sector-rows", "rules"} <= shown
    assert 'class="line differs"' in page and "<details open>" in page


def test_the_workbook_has_every_table(done: Run) -> None:
    book = openpyxl.load_workbook(done.workbook, read_only=True)
    tables = sum(len(assessment.tables) for assessment in done.assessments)
    assert len([name for name in book.sheetnames if name.startswith(("variant", "overview"))]) == tables


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(("question", "language", "title"), [("en", "en", "Tanheng Shenzhen 2024 Comparison"), ("zh", "zh-CN", "碳衡 深圳 2024 政策方案比较")])  # fmt: skip  # noqa: E501
def test_the_page_in_a_browser(question: str, language: str, title: str, done: Run, tmp_path: Path) -> None:
    """Its scripts run under its own policy, in both languages, and it complains of nothing."""
    found, complaints = opened(done.folder / PAGE, tmp_path / "profile", f"?lang={question}")
    head = re.search(r"<html[^>]*>", found)
    assert head is not None and f'lang="{language}"' in head[0] and 'data-charts="living"' in head[0]
    assert f"<title>{title}</title>" in found
    assert complaints == ""


def test_on_the_screen(city: Path, done: Run) -> None:
    said = tanheng("compare", city, "--with", GOAL, "--with", POWER, "--out", done.folder.parent)
    assert said.exit_code == 0, said.output
    assert "Stricter energy goal" in said.stdout and "Gain" in said.stdout and "it stood already" in said.stdout
    why = tanheng("compare", city, "--with", POWER, "--explain", "city_year:440300,2024", "energy_progress")
    assert why.exit_code == 0 and "before" in why.stdout and "energy_progress" in why.stdout


def test_a_sweep_and_two_dates(city: Path, tmp_path: Path) -> None:
    swept = tanheng(
        "compare", city, "--sweep", "dual_control.energy_intensity_target[440300]=-14:-24:3", "--out", tmp_path
    )
    assert swept.exit_code == 0, swept.output
    assert "−14" in swept.stdout and "−24" in swept.stdout
    asked = Asked(city, dates=(date(2023, 12, 31), ON), results=("facility_year.energy_tce",))
    (dates,) = compare(asked, out=tmp_path).assessments
    counts = next(table for table in dates.tables if table.id == "counts").data.to_pylist()
    facilities = next(row for row in counts if row["of"] == "facility in a year")
    assert facilities["appears"] > 0 and facilities["rows"] > facilities["appears"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "says nothing to compare with"),
        (["--with", GOAL, "--sweep", "dual_control.warning_progress[yellow]=0:1:3"], "cannot be asked together"),
        (["--with", "nowhere.yaml"], "nowhere.yaml"),
        (["--with", f"{GOAL}+{GOAL}"], "changed by"),
        (["--with", GOAL, "--result", "city_year.energy_progres"], "city_year.energy_progress"),
        (["--with", GOAL, "--year", "2031"], "a year of the city"),
        (["--with", GOAL, "--date", "soon"], "YYYY-MM-DD"),
        (["--dates", "2023-12-31", "then"], "two days as YYYY-MM-DD"),
        (["--dates", "2024-12-31", "2023-12-31"], "an earlier and a later day"),
        (["--dates", "2010-12-31", "2023-12-31"], "in a year of the city"),
        (["--dates", "2023-12-31", "2024-12-31", "--year", "2024"], "without --year"),
        (["--sweep", "dual_control.warning_progress[purple]=0:1:3"], "no such category"),
        (["--sweep", "inventory.grid_factor[a,b]=0:1:3"], "[national_ets,CN], "),
        (["--sweep", "inventory.grid_factor[a,b]=0:1:3"], "more [compare.E002]"),
        (["--sweep", "dual_control.warning_progress[yellow]=a:b:c"], "is dual_control.warning_progress[yellow]=a:b:c,"),
        (["--sweep", "x=1:2:3", "--explain", "city_year:440300,2024", "energy_progress"], "no parameter"),
        (["--with", GOAL, "--explain", "city_year:1,2024", "energy_progress"], "has no row"),
        (["--with", GOAL, "--explain", "town:1", "energy_progress"], "there is no entity"),
        (["--with", GOAL, "--explain", "city_year:440300,2024", "energy"], "no rule or column"),
    ],
)
def test_what_is_refused(arguments: list[str | Path], said: str, city: Path, tmp_path: Path) -> None:
    told = rejected(tanheng("compare", city, *arguments, "--out", tmp_path / "out"))
    assert said in told
    assert not list((tmp_path / "out").glob("[!.]*"))


def test_faults_of_all_overlays_are_told_at_once(city: Path, tmp_path: Path) -> None:
    broken = []
    for name in ("first.yaml", "second.yaml"):
        place = tmp_path / name
        place.write_text(f"changes: shenzhen\ntitle: {{en: a, zh: b}}\nparameters: {{no.such_{name[0]}: 1}}\n", "utf-8")
        broken.append((place,))
    with pytest.raises(InputRejected) as told:
        compare(Asked(city, variants=tuple(broken)), out=tmp_path / "out")
    assert {problem.file for problem in told.value.problems} == {"first.yaml", "second.yaml"}


def test_what_was_known_then_is_compared_with_what_is_recorded_now(city: Path, tmp_path: Path) -> None:
    """A factor that was corrected later: the comparison must show what the correction moves, and nothing else."""
    books = tmp_path / "rulebooks"
    shutil.copytree(ROOT / "src" / "tanheng" / "rulebooks", books)
    head = "title: {en: Corrected, zh: 更正}\nbased_on: shenzhen\ndocuments: documents.yaml\n"
    correction = (
        "inventory.grid_factor:\n  values:\n    2024-01-01:\n"
        "      provincial_same_year: {Guangdong: {value: 0.38, recorded: 2025-05-01}}\n"
        "  source: erratum\n  status: recalled\n"
    )
    (books / "corrected").mkdir()
    (books / "corrected" / "rulebook.yaml").write_text(head, "utf-8")
    (books / "corrected" / "documents.yaml").write_text("erratum: {document: An erratum}\n", "utf-8")
    (books / "corrected" / "factors.yaml").write_text(correction, "utf-8")
    result = "facility_year.place_scope2_tco2e"
    out = tmp_path / "out"
    asked = ("compare", city, "--rulebook", books / "corrected", "--result", result, "--out", out)
    assert rejected(tanheng(*asked, "--known-on", "2025-04-31"))

    told = tanheng(*asked, "--known-on", "2025-04-30")
    assert told.exit_code == 0, told.output
    (folder,) = (path for path in out.iterdir() if path.is_dir())
    (rows,) = (folder / "differences").rglob(f"{result}.parquet")
    found = [row for row in pq.read_table(rows).to_pylist() if row["before"]]
    assert found and all(row["after"] < row["before"] for row in found)
    assert "as known on 2025-04-30" in (folder / PAGE).read_text("utf-8")

    later = tanheng(*asked, "--known-on", "2025-05-01", "--out", tmp_path / "later")
    assert later.exit_code == 0, later.output
    (rows,) = (tmp_path / "later").rglob(f"{result}.parquet")
    assert all(row["after"] == row["before"] for row in pq.read_table(rows).to_pylist())
