"""All scenarios of all measures, worked out once for every test that asks."""

from __future__ import annotations

from functools import cache

from tanheng.measures.registry import ALL_RULES, ALL_TABLES, MEASURES
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook
from tanheng.policy.scenarios import Outcome, Ways, outcomes_and_ways, read_scenarios

SCENARIOS = read_scenarios([file for measure in MEASURES for file in sorted(measure.scenarios.glob("*.yaml"))])


@cache
def plan() -> Plan:
    return Plan(ALL_RULES, load_rulebook("shenzhen"))


@cache
def worked_out() -> tuple[tuple[Outcome, ...], Ways]:
    """What is worked out together costs little more than one scenario alone."""
    return outcomes_and_ways(SCENARIOS, plan().rulebook, plan(), ALL_TABLES)
