"""The rules do what the scenarios say, and there is no rule that no scenario speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

import tanheng.measures.dual_control
from tanheng.measures.base_tables import BASE_TABLES
from tanheng.measures.dual_control import tables as dual_control_tables
from tanheng.measures.dual_control.rules import RULES
from tanheng.measures.inventory import tables as inventory_tables
from tanheng.measures.inventory.rules import RULES as INVENTORY_RULES
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook
from tanheng.policy.scenarios import Scenario, read_scenarios, run_scenarios

TABLES = (*BASE_TABLES, *inventory_tables.TABLES, *dual_control_tables.TABLES)
FOLDER = Path(str(tanheng.measures.dual_control.__file__)).parent / "scenarios"
RULEBOOK = load_rulebook("shenzhen")
PLAN = Plan((*INVENTORY_RULES, *RULES), RULEBOOK)
SCENARIOS = read_scenarios(sorted(FOLDER.glob("*.yaml")))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario) -> None:
    (outcome,) = run_scenarios([scenario], RULEBOOK, PLAN, TABLES)
    assert not outcome.differences, "\n".join(str(difference) for difference in outcome.differences)


def test_every_rule_is_in_a_scenario() -> None:
    tried = {(expected.entity, expected.rule) for scenario in SCENARIOS for expected in scenario.expected}
    assert {(rule.entity.name, rule.name) for rule in RULES} - tried == set()
