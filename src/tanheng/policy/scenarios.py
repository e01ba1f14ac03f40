"""Scenarios: inputs and expected results in YAML, the contract with policy people.

    - name: natural gas at an electronics factory
      source: what published answer this reproduces
      date: 2022-12-31
      tables:
        facilities: [{facility_id: F1, name: Demo, district_id: "440305", sector: "39"}]
        fuel_use: [{facility_id: F1, month: 2022-03-01, fuel: natural_gas, volume_10k_nm3: 1}]
      expect:
        fuel_use: [{facility_id: F1, month: 2022-03-01, fuel: natural_gas, meter: "", co2_t: {value: 21.622, within: 0.001}}]

A row under ``expect`` has the key columns of its entity and then rules: a number (equal within one part
in a million), ``{value, within}``, a text, ``true``, or ``undetermined``. Everything that does not fit is said
at once, with file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tanheng.policy.evaluation import Evaluation
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar, parse_yaml
from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Table

RELATIVE = 1e-6
UNDETERMINED = "undetermined"

_KEYS = {"name", "source", "date", "tables", "expect"}


@dataclass(frozen=True)
class Expected:
    """One expected result: a rule of one row."""

    entity: str
    key: tuple[tuple[str, Any], ...]
    rule: str
    value: Any
    within: float | None
    line: int


@dataclass(frozen=True)
class Scenario:
    name: str
    source: str
    on: date
    tables: dict[str, list[dict[str, Any]]]
    expected: tuple[Expected, ...]
    file: str
    line: int


@dataclass(frozen=True)
class Difference:
    """What came out is not what was expected."""

    expected: Expected
    found: str

    def __str__(self) -> str:
        wanted = self.expected
        row = ", ".join(f"{name} {value}" for name, value in wanted.key)
        value = wanted.value if wanted.within is None else f"{wanted.value} within {wanted.within}"
        return f"line {wanted.line}: {wanted.entity} {row}: {wanted.rule} is {self.found}, expected {value}"


@dataclass(frozen=True)
class Outcome:
    scenario: Scenario
    differences: tuple[Difference, ...]


def read_scenarios(files: Iterable[Path]) -> tuple[Scenario, ...]:
    """The scenarios of the files, in order.

    Raises
    ------
    InputRejected
        With every fault of form: unknown key, missing date, a row without its key.
    """
    problems: list[Problem] = []
    found: list[Scenario] = []
    for file in files:
        # A scenario file is a list; the strict reader wants a map, and counts lines from the first.
        text = file.read_text(encoding="utf-8-sig")
        map_node = parse_yaml(f"scenarios:\n{text}", file.name, problems)
        node = map_node.get("scenarios") if map_node is not None else None
        if not isinstance(node, ListNode):
            problems.append(Problem("scenario.E001", file.name, message="is no list of scenarios"))
            continue
        for item in node:
            scenario = _scenario(item, file.name, problems)
            if scenario is not None:
                found.append(scenario)
    if problems:
        raise InputRejected(problems)
    return tuple(found)


def run_scenarios(
    scenarios: Sequence[Scenario], rulebook: Rulebook, plan: Plan, tables: Sequence[Table]
) -> tuple[Outcome, ...]:
    """Evaluate every scenario and compare.

    Raises
    ------
    InputRejected
        When a scenario names an entity, a table, a rule or a key that does not exist.
    """
    problems = [problem for scenario in scenarios for problem in _unknown(scenario, plan, tables)]
    if problems:
        raise InputRejected(problems)
    return tuple(Outcome(scenario, _differences(scenario, rulebook, plan, tables)) for scenario in scenarios)


def rules_without_scenario(scenarios: Iterable[Scenario], plan: Plan) -> tuple[str, ...]:
    """``entity.rule`` of every rule that no scenario expects anything of."""
    tried = {(expected.entity, expected.rule) for scenario in scenarios for expected in scenario.expected}
    return tuple(
        f"{planned.rule.entity.name}.{planned.name}"
        for planned in plan
        if (planned.rule.entity.name, planned.name) not in tried
    )


# -- reading -----------------------------------------------------------------------------------------


def _scenario(node: Node, file: str, problems: list[Problem]) -> Scenario | None:
    line = node.line - 1
    if not isinstance(node, MapNode):
        problems.append(
            Problem(
                "scenario.E002", file, line, message="is no scenario", expected="a map with name, date, tables, expect"
            )
        )
        return None
    for key in node.entries:
        if key not in _KEYS:
            problems.append(
                Problem(
                    "scenario.E003",
                    file,
                    node.lines[key] - 1,
                    key,
                    message="is unknown",
                    expected=f"one of {', '.join(sorted(_KEYS))}",
                )
            )
    name, on = _plain(node.get("name")), _plain(node.get("date"))
    tables, expect = node.get("tables"), node.get("expect")
    if not isinstance(name, str) or not isinstance(on, date):
        problems.append(Problem("scenario.E004", file, line, message="has no name or no date"))
        return None
    if not isinstance(tables, MapNode) or not isinstance(expect, MapNode):
        problems.append(Problem("scenario.E005", file, line, name, message="has no tables or expects nothing"))
        return None
    rows = {table: [_row(row) for row in _items(listed)] for table, listed in tables.entries.items()}
    expected: list[tuple[str, MapNode]] = [
        (entity, row) for entity, listed in expect.entries.items() for row in _items(listed) if isinstance(row, MapNode)
    ]
    found = tuple(item for entity, row in expected for item in _expected(entity, row))
    return Scenario(name, str(_plain(node.get("source")) or ""), on, rows, found, file, line)


def _items(node: Node) -> Sequence[Node]:
    return node.items if isinstance(node, ListNode) else ()


def _row(node: Node) -> dict[str, Any]:
    return {name: _plain(value) for name, value in node.entries.items()} if isinstance(node, MapNode) else {}


def _plain(node: Node | None) -> Any:
    return node.value if isinstance(node, Scalar) else None


def _expected(entity: str, row: MapNode) -> Iterable[Expected]:
    """Every entry as an expectation; which of them are keys is known only with the plan."""
    key = tuple((name, _plain(value)) for name, value in row.entries.items())
    for name, node in row.entries.items():
        value, within = _plain(node), None
        if isinstance(node, MapNode):
            value, within = _plain(node.get("value")), _plain(node.get("within"))
        yield Expected(entity, key, name, value, within, row.lines[name] - 1)


# -- running -----------------------------------------------------------------------------------------


def _unknown(scenario: Scenario, plan: Plan, tables: Sequence[Table]) -> Iterable[Problem]:
    by_name = {table.name: table for table in tables}
    entities = {entity.name: entity for entity in plan.entities}
    for table, rows in scenario.tables.items():
        if table not in by_name:
            yield Problem("scenario.E006", scenario.file, scenario.line, table, message="is no table")
            continue
        columns = {column.name for column in by_name[table]}
        for name in sorted({name for row in rows for name in row} - columns):
            yield Problem("scenario.E007", scenario.file, scenario.line, f"{table}.{name}", message="is no column")
    for expected in scenario.expected:
        entity = entities.get(expected.entity)
        if entity is None:
            yield Problem("scenario.E008", scenario.file, expected.line, expected.entity, message="is no entity")
        elif expected.rule not in entity.key and (entity, expected.rule) not in plan:
            yield Problem(
                "scenario.E009", scenario.file, expected.line, expected.rule, message=f"is no rule of {entity.name}"
            )
        elif entity is not None and not set(entity.key) <= {name for name, _ in expected.key}:
            yield Problem(
                "scenario.E010",
                scenario.file,
                expected.line,
                expected.entity,
                message="the row is not named",
                expected=f"with {', '.join(entity.key)}",
            )


def _differences(scenario: Scenario, rulebook: Rulebook, plan: Plan, tables: Sequence[Table]) -> tuple[Difference, ...]:
    found: list[Difference] = []
    with City.from_rows(tables, scenario.tables) as city:
        evaluation = Evaluation(city, rulebook, (), on=scenario.on, plan=plan)
        by_entity: dict[str, list[Expected]] = {}
        for expected in scenario.expected:
            if expected.rule not in plan.entity(expected.entity).key:
                by_entity.setdefault(expected.entity, []).append(expected)
        for name, wanted in by_entity.items():
            entity = plan.entity(name)
            rules = list(dict.fromkeys(expected.rule for expected in wanted))
            frame = evaluation.table(entity, rules).collect("pyarrow")
            rows = {tuple(row[part] for part in entity.key): row for row in frame.iter_rows(named=True)}
            for expected in wanted:
                given = dict(expected.key)
                row = rows.get(tuple(given[part] for part in entity.key))
                if row is None:
                    found.append(Difference(expected, "not there: no such row"))
                elif not _fits(row[expected.rule], expected):
                    found.append(Difference(expected, _said(row, expected.rule, evaluation)))
    return tuple(found)


def _fits(value: Any, expected: Expected) -> bool:
    if expected.value == UNDETERMINED or value is None:
        return value is None and expected.value == UNDETERMINED
    if isinstance(value, float) and isinstance(expected.value, int | float):
        within = abs(expected.value) * RELATIVE if expected.within is None else expected.within
        return abs(value - expected.value) <= within
    return bool(value == expected.value)


def _said(row: dict[str, Any], rule: str, evaluation: Evaluation) -> str:
    if row[rule] is not None:
        return str(row[rule])
    code = row.get(f"{rule}__cause")
    return UNDETERMINED if code is None else f"{UNDETERMINED} ({evaluation.cause(code).text.en})"
