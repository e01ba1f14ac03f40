"""Scenarios: inputs and expected results in YAML, the contract with policy people.

    - name: natural gas at an electronics factory
      source: what published answer this reproduces
      date: 2022-12-31
      tables:
        facilities: [{facility_id: F1, name: Demo, district_id: "440305", sector: "39"}]
        fuel_use: [{facility_id: F1, month: 2022-03-01, fuel: natural_gas, volume_10k_nm3: 1}]
      expect:
        fuel_use:
          - {facility_id: F1, month: 2022-03-01, fuel: natural_gas, meter: "", co2_t: {value: 21.622, within: 0.001}}

A row under ``expect`` has the key columns of its entity and then rules: a number (equal within one part
in a million), ``{value, within}``, a text, ``true``, or ``undetermined``. Everything that does not fit is said
at once, with file and line; a scenario that would expect nothing is a fault too.

- ``reading``     the files
- ``checking``    whether tables, columns, entities and rules that they name exist
- ``side_by_side`` many scenarios in one evaluation, each a world of its own
- ``running``     evaluation and comparison
- ``branches``    which ways through a rule the expected rows take
- ``differences`` what came out otherwise, with the formula and what went into it
"""

from tanheng.policy.scenarios.differences import Difference
from tanheng.policy.scenarios.reading import Expected, Scenario, likely, read_scenarios
from tanheng.policy.scenarios.running import (
    Outcome,
    Ways,
    outcomes_and_ways,
    rules_without_scenario,
    run_scenarios,
)

__all__ = [
    "Difference",
    "Expected",
    "Outcome",
    "Scenario",
    "Ways",
    "likely",
    "outcomes_and_ways",
    "read_scenarios",
    "rules_without_scenario",
    "run_scenarios",
]
