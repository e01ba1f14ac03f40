"""The answer: what is not published is never a number, and what is shown adds up."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.measures.dual_control.small_city import PLAN, TABLES, city_rows, evaluate

from tanheng.measures.assessment import Assessment, Indicator
from tanheng.measures.dual_control.assess import assess
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook
from tanheng.text import LANGUAGES
from tanheng.warehouse.city import City

pytestmark = pytest.mark.city  # each answer evaluates every rule: seconds

PROJECT = {"district_id": "440304", "sector": "39", "starts": date(2026, 1, 1)}
PROJECTS = [
    {**PROJECT, "project_id": "P1", "name": "small", "emissions_tco2e": 10.0, "energy_tce": 5.0,
     "value_added_10k_cny": 900.0, "state": "applied"},
    {**PROJECT, "project_id": "P2", "name": "huge", "emissions_tco2e": 9e6, "energy_tce": 4e6,
     "value_added_10k_cny": 100.0, "state": "applied"},
    {**PROJECT, "project_id": "P3", "name": "silent", "state": "applied"},
]  # fmt: skip


def indicator(answer: Assessment, id: str) -> Indicator:
    return next(one for one in answer.indicators if one.id == id)


def rows_of(answer: Assessment, id: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = next(table.data for table in answer.tables if table.id == id).to_pylist()
    return found


@pytest.fixture(scope="module")
def whole() -> Assessment:
    return assess(evaluate({**city_rows(), "projects": PROJECTS}, date(2024, 12, 31)), 2024)


def test_what_is_not_published_is_undetermined_and_says_why(whole: Assessment) -> None:
    for id in ("carbon_progress", "allowed_emissions_tco2e", "budget_tco2e"):
        one = indicator(whole, id)
        assert one.value is None and one.state == "undetermined"
        assert one.why is not None and "not published" in one.why.en and "尚未公布" in one.why.zh
    assert "not published" in whole.headline[0].en and "未公布" in whole.headline[0].zh


def test_no_figure_is_missing_without_a_reason(whole: Assessment) -> None:
    for one in whole.indicators:
        assert (one.value is None) == (one.why is not None), one.id


def test_everything_said_is_said_in_both_languages(whole: Assessment) -> None:
    texts = [*whole.headline, *whole.to_do, *whole.methods, *(section.title for section in whole.sections)]
    texts += [text for section in whole.sections for text in section.text]
    texts += [text for one in whole.decisions for text in (one.proposes, one.because)]
    texts += [chart.describes for chart in whole.charts]
    for text in texts:
        assert text.en.strip() and text.zh.strip()
        assert text.en != text.zh


def test_progress_is_that_of_the_published_goal(whole: Assessment) -> None:
    """14.5 % over five years asks for 1 - 0.855^(4/5) after four."""
    fall, progress = indicator(whole, "energy_intensity_fall"), indicator(whole, "energy_progress")
    assert fall.target == pytest.approx(100 * (1 - 0.855**0.8))
    assert fall.value is not None and fall.target is not None
    assert progress.value == pytest.approx(100 * fall.value / fall.target)


def test_the_forecast_goes_on_as_the_months_did(whole: Assessment) -> None:
    """Metered emissions grow by 0.2 % a month (2.43 % a year), the rest by 1 % a year."""
    ahead, now = indicator(whole, "emissions_ahead"), indicator(whole, "controlled_tco2e")
    assert ahead.value is not None and now.value is not None and ahead.low is not None and ahead.high is not None
    assert 1.01 < ahead.value / now.value < 1.0243
    assert ahead.low < ahead.value < ahead.high


def test_effects_add_up_to_the_change_to_the_tonne(whole: Assessment) -> None:
    rows = rows_of(whole, "causes")
    for name in ("whole", *(f"to_{year}" for year in range(2021, 2025))):
        parts = [int(row[name]) for row in rows]  # type: ignore[call-overload]
        assert sum(parts[:-1]) == parts[-1]
    emissions = [float(row["emissions"]) for row in rows_of(whole, "years")]  # type: ignore[arg-type]
    assert rows[-1]["whole"] == pytest.approx(emissions[-1] - emissions[0], abs=len(emissions))


def test_budgets_of_the_districts_add_up_to_the_citys_under_every_principle(whole: Assessment) -> None:
    *districts, city = rows_of(whole, "budget_tonnes")
    for principle in ("history", "gdp", "population", "ability", "convergence", "blend"):
        assert sum(int(row[principle]) for row in districts) == city[principle]  # type: ignore[call-overload]


def test_without_a_published_total_no_project_is_refused(whole: Assessment) -> None:
    assert not [one for one in whole.decisions if one.id.startswith(("refuse", "condition"))]
    room = next(section for section in whole.sections if section.title.en == "Room for new projects")
    assert any("decides nothing" in text.en for text in room.text)


def test_a_review_is_asked_of_the_project_that_reaches_the_threshold(whole: Assessment) -> None:
    reviews = [one for one in whole.decisions if one.id.startswith("review")]
    assert [one.subject for one in reviews] == ["project:P2"]
    assert reviews[0].rule == "project.review_due"  # carbon evaluation is part of it from 2025 only


def test_charts_take_their_rows_from_the_named_data_in_both_languages(whole: Assessment) -> None:
    assert {chart.id for chart in whole.charts} >= {"path", "months", "waterfall", "district_progress", "budget_shares"}
    for chart in whole.charts:
        assert chart.data.num_rows
        for language in LANGUAGES:
            assert chart.specs[language]["data"] == {"name": "data"}


def test_in_september_the_year_is_forecast_from_the_months_it_has() -> None:
    rows = city_rows(last_month=9)
    for name in ("area_sources", "city_economy", "district_economy", "sector_economy"):
        rows[name] = [row for row in rows[name] if row["year"] < 2024]
    answer = assess(evaluate(rows, date(2024, 9, 30)), 2024)
    ahead = indicator(answer, "emissions_ahead")
    assert "2024" in ahead.title.en and ahead.value is not None
    assert any("not over yet" in text.en for text in answer.sections[0].text)


def test_too_few_months_give_no_forecast_and_say_so() -> None:
    answer = assess(evaluate(city_rows((2023, 2024), last_month=10), date(2024, 10, 31)), 2024)
    ahead = indicator(answer, "emissions_ahead")
    assert ahead.value is None and ahead.why is not None
    assert "22 are known" in ahead.why.en and "22" in ahead.why.zh
    assert "months" not in {chart.id for chart in answer.charts}


def test_a_city_with_nothing_but_a_name_gets_an_answer_that_says_what_is_missing() -> None:
    rows = {name: rows for name, rows in city_rows().items() if name in ("cities", "districts")}
    answer = assess(evaluate(rows, date(2024, 12, 31)), 2024)
    assert all(one.value is None or one.id == "projects_applied" for one in answer.indicators)
    assert "undetermined" in answer.headline[0].en and "未能确定" in answer.headline[0].zh


def test_with_a_published_total_and_goal_everything_follows(tmp_path: Path) -> None:
    """What the bureau will enter one day: a total and a carbon goal. Budget, progress and refusals appear."""
    packaged = load_rulebook("shenzhen").folder
    shutil.copytree(packaged, tmp_path / "shenzhen")
    _replace(
        tmp_path / "shenzhen" / "dual_control.yaml",
        "{value: unset, note: no total of the city was found}",
        "109000",
    )
    _replace(
        tmp_path / "shenzhen" / "dual_control.yaml",
        "{value: unset, note: as assigned by nation and province; the figure is not public}",
        "-18",
    )
    rulebook = load_rulebook(tmp_path / "shenzhen")
    plan = Plan((planned.rule for planned in PLAN), rulebook)
    city = City.from_rows(TABLES, {**city_rows(), "projects": PROJECTS})
    answer = assess(Evaluation(city, rulebook, (), on=date(2025, 3, 31), plan=plan), 2024)
    assert indicator(answer, "budget_tco2e").value == 109000
    progress = indicator(answer, "carbon_progress")
    fall = indicator(answer, "carbon_intensity_fall")
    assert fall.value is not None
    assert progress.value == pytest.approx(fall.value / (1 - 0.82**0.8))
    assert rows_of(answer, "budget_tonnes")[-1]["history"] == 109000
    refused = [one for one in answer.decisions if one.id.startswith("refuse")]
    assert [one.subject for one in refused] == ["project:P2"]
    assert "exceed" in refused[0].because.en
    reviews = [one for one in answer.decisions if one.id.startswith("review")]
    assert reviews[0].rule == "project.carbon_evaluation_due"


def _replace(file: Path, what: str, by: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert what in text
    file.write_text(text.replace(what, by), encoding="utf-8")


def test_what_the_carbon_market_asks_for(whole: Assessment) -> None:
    """The facilities' dues add up to the city's, the largest first, each at the published mean price."""
    rows = rows_of(whole, "allowances_due")
    dues = [float(str(row["allowances_due_tco2e"])) for row in rows]
    assert dues == sorted(dues, reverse=True) and len(dues) == indicator(whole, "key_emitters").value
    assert sum(dues) == pytest.approx(indicator(whole, "allowances_due_tco2e").value)
    assert all(row["allowances_due_cny"] == pytest.approx(due * 51.33) for row, due in zip(rows, dues, strict=True))
    assert [row["name"] for row in rows if row["facility"] == "F0"] == ["Demo 0"]


def test_a_year_without_a_mean_price_has_no_value_of_allowances() -> None:
    value = indicator(assess(evaluate(city_rows(range(2020, 2024)), date(2023, 12, 31)), 2023), "allowances_due_cny")
    assert value.value is None and value.why is not None and "allowances.mean_price" in value.why.en
