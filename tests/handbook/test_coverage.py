"""Coverage counts what is there and says what is not: a gap that it hides stays open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.measures.worked_out import SCENARIOS, plan, worked_out

from tanheng.handbook.coverage import Coverage, coverage_of
from tanheng.handbook.coverage_page import COLUMNS, counts, coverage_page, row
from tanheng.handbook.markdown import markdown
from tanheng.measures.registry import ALL_RULES, MEASURES
from tanheng.policy.catalogue import CatalogueMeasure
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.problems import InputRejected
from tanheng.text import LANGUAGES


def coverage() -> Coverage:
    return coverage_of(plan(), SCENARIOS, worked_out()[1])


def changed(key: str, **values: object) -> Plan:
    """The plan with one measure of the catalogue changed."""
    book: Rulebook = plan().rulebook
    measures: tuple[CatalogueMeasure, ...] = tuple(
        replace(measure, **values) if measure.key == key else measure  # type: ignore[arg-type]
        for measure in book.catalogue
    )
    return Plan(ALL_RULES, replace(book, catalogue=measures))


def test_every_measure_is_there_with_what_belongs_to_it() -> None:
    found = {each.measure.key: each for each in coverage().measures}
    assert len(found) == 34
    carbon = found["carbon_dual_control"]
    assert {rule.name for rule in carbon.rules} == {f"{rule.entity.name}.{rule.name}" for rule in ALL_RULES}
    assert (len(carbon.scenarios), carbon.tried) == (len(SCENARIOS), len(ALL_RULES))
    zones = found["near_zero_zones"]
    assert [each.parameter.name for each in zones.parameters] == ["near_zero.pilot_grant"]
    assert (zones.rules, zones.scenarios, zones.pages) == ((), (), ())
    assert [said.en for said in zones.missing] == ["1 parameter with unset values", "no rules, scenarios or pages"]
    assert [said.en for said in found["not_found_1"].missing] == ["its content was not found"]


def test_every_parameter_and_package_belongs_to_a_measure() -> None:
    """What belongs to nothing is either a rest that nobody needs, or a measure that was forgotten."""
    assert (coverage().unclaimed, coverage().unused) == ((), ())


def test_a_parameter_or_package_that_no_measure_names_is_told() -> None:
    found = coverage_of(changed("near_zero_zones", parameters=(), money=()), SCENARIOS, ())
    assert found.unclaimed == ("near_zero.pilot_grant",)
    found = coverage_of(changed("carbon_dual_control", served_by=("inventory",)), SCENARIOS, ())
    assert found.unused == ("dual_control",)


def test_a_package_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputRejected) as raised:
        coverage_of(changed("near_zero_zones", served_by=("inventroy",)), SCENARIOS, ())
    (problem,) = raised.value.problems
    assert "is inventroy, is no package under measures/. Did you mean inventory? [coverage.E001]" in str(problem)


def test_a_rule_without_scenario_and_a_way_not_taken_are_told() -> None:
    some = [replace(each, expected=tuple(e for e in each.expected if e.rule != "review_due")) for each in SCENARIOS]
    found = next(
        each
        for each in coverage_of(plan(), some, worked_out()[1]).measures
        if each.measure.key == "carbon_dual_control"
    )
    assert [rule.name for rule in found.rules if not rule.expectations] == ["project.review_due"]
    assert "1 rule without a scenario" in [said.en for said in found.missing]
    page = markdown(coverage_page(coverage_of(plan(), some, worked_out()[1]), "en"), "en")
    assert "Rules without a scenario:\n\n- `project.review_due`" in page


def test_the_page_begins_with_the_counts_and_has_a_line_for_each_measure() -> None:
    for language in LANGUAGES:
        page = markdown(coverage_page(coverage(), language), language)
        first = counts(coverage(), language)
        assert all(line in page.split("\n| ")[0] for line in first)
        for each in coverage().measures:
            cells = row(each, language)
            assert len(cells) == len(COLUMNS.en.split("|"))
            assert each.measure.title.in_language(language) in cells[0]
    assert "34 measures: 21 with their content read" in counts(coverage(), "en")[0]


def test_every_measure_of_the_registry_has_pages() -> None:
    assert all(measure.pages for measure in MEASURES)
