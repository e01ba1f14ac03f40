"""The rules of every measure do what the scenarios say, and there is no rule that no scenario speaks of."""

from __future__ import annotations

from functools import cache

import pytest

from tanheng.measures.registry import ALL_RULES, ALL_TABLES, MEASURES
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.policy.scenarios import (
    Outcome,
    Scenario,
    read_scenarios,
    rules_without_scenario,
    run_scenarios,
)

SCENARIOS = read_scenarios([file for measure in MEASURES for file in sorted(measure.scenarios.glob("*.yaml"))])


@cache
def outcomes() -> dict[int, Outcome]:
    """All of them in one go: what is worked out together costs little more than one alone."""
    book = load_rulebook("shenzhen")
    found = run_scenarios(SCENARIOS, book, Plan(ALL_RULES, book), ALL_TABLES)
    return {id(outcome.scenario): outcome for outcome in found}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario) -> None:
    differences = outcomes()[id(scenario)].differences
    assert not differences, "\n".join(f"{scenario.path}: {difference}" for difference in differences)


def test_every_rule_has_a_scenario() -> None:
    """A rule that nobody has worked out by hand once decides about money and nobody knows whether it is right."""
    book: Rulebook = load_rulebook("shenzhen")
    assert rules_without_scenario(SCENARIOS, Plan(ALL_RULES, book)) == ()


def test_every_scenario_says_where_its_answer_comes_from() -> None:
    assert [scenario.name for scenario in SCENARIOS if not scenario.source] == []


def test_every_measure_with_rules_has_scenarios() -> None:
    """A folder that was renamed would otherwise pass without a single comparison."""
    with_rules = {measure.name for measure in MEASURES if measure.rules}
    assert {scenario.path.parent.parent.name for scenario in SCENARIOS} == with_rules
