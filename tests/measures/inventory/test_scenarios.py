"""The rules do what the scenarios say, and there is no rule that no scenario speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.measures.inventory.worlds import ALL_TABLES, plan, shenzhen

import tanheng.measures.inventory
from tanheng.policy.scenarios import Scenario, read_scenarios, rules_without_scenario, run_scenarios

FOLDER = Path(str(tanheng.measures.inventory.__file__)).parent / "scenarios"
SCENARIOS = read_scenarios(sorted(FOLDER.glob("*.yaml")))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario) -> None:
    (outcome,) = run_scenarios([scenario], shenzhen(), plan(), ALL_TABLES)
    assert not outcome.differences, "\n".join(str(difference) for difference in outcome.differences)


def test_every_rule_is_in_a_scenario() -> None:
    assert rules_without_scenario(SCENARIOS, plan()) == ()


def test_every_scenario_says_where_its_answer_comes_from() -> None:
    assert [scenario.name for scenario in SCENARIOS if not scenario.source] == []
