"""The rules of every measure do what the scenarios say, and there is no rule that no scenario speaks of."""

from __future__ import annotations

import pytest
from tests.measures.worked_out import SCENARIOS, plan, worked_out

from tanheng.measures.registry import MEASURES
from tanheng.policy.scenarios import Scenario, rules_without_scenario


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario) -> None:
    outcomes, _ = worked_out()
    (outcome,) = (outcome for outcome in outcomes if outcome.scenario is scenario)
    assert not outcome.differences, "\n".join(f"{scenario.path}: {difference}" for difference in outcome.differences)


def test_every_rule_has_a_scenario() -> None:
    """A rule that nobody has worked out by hand once decides about money and nobody knows whether it is right."""
    assert rules_without_scenario(SCENARIOS, plan()) == ()


def test_every_scenario_says_where_its_answer_comes_from() -> None:
    assert [scenario.name for scenario in SCENARIOS if not scenario.source] == []


def test_no_two_scenarios_have_the_same_name() -> None:
    """``-k`` and a list of what failed would point at both."""
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)


def test_every_measure_with_rules_has_scenarios() -> None:
    """A folder that was renamed would otherwise pass without a single comparison."""
    with_rules = {measure.name for measure in MEASURES if measure.rules}
    assert {scenario.path.parent.parent.name for scenario in SCENARIOS} == with_rules
