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
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from tanheng.policy.backend import Tables
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar, read_yaml_list
from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Table

RELATIVE = 1e-6
UNDETERMINED = "undetermined"

_KEYS = {"name", "source", "date", "tables", "expect"}
_VALUE_KEYS = {"value", "within"}


@dataclass(frozen=True)
class Expected:
    """One expected result: a rule of one row. ``row`` is all that stands in the row, its key among it."""

    entity: str
    row: tuple[tuple[str, Any], ...]
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
    """What came out is not what was expected. ``key`` names the row."""

    expected: Expected
    key: tuple[tuple[str, Any], ...]
    found: str

    def __str__(self) -> str:
        """``line 9: plant_year plant_id P1, year 2022: energy is 3.0, expected 4 within 0.5``."""
        wanted = self.expected
        row = ", ".join(f"{name} {value}" for name, value in self.key)
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
        for item in read_yaml_list(file, file.name, problems) or ():
            scenario = _scenario(item, file.name, problems)
            if scenario is not None:
                found.append(scenario)
    if problems:
        raise InputRejected(problems)
    return tuple(found)


def run_scenarios(
    scenarios: Sequence[Scenario],
    rulebook: Rulebook,
    plan: Plan,
    tables: Sequence[Table],
    *,
    on_engine: Callable[[City], Tables] | None = None,
) -> tuple[Outcome, ...]:
    """Evaluate every scenario and compare. ``on_engine`` puts its tables on another engine than DuckDB.

    Raises
    ------
    InputRejected
        When a scenario names an entity, a table, a rule or a key that does not exist.
    """
    problems = [problem for scenario in scenarios for problem in _unknown(scenario, plan, tables)]
    if problems:
        raise InputRejected(problems)
    return tuple(Outcome(scenario, _differences(scenario, rulebook, plan, tables, on_engine)) for scenario in scenarios)


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
    if not isinstance(node, MapNode):
        wanted = "a map with name, date, tables, expect"
        problems.append(Problem("scenario.E002", file, node.line, message="is no scenario", expected=wanted))
        return None
    _refuse_unknown(node, _KEYS, file, problems)
    name, on = _plain(node.get("name")), _plain(node.get("date"))
    tables, expect = node.get("tables"), node.get("expect")
    if not isinstance(name, str) or not isinstance(on, date):
        problems.append(Problem("scenario.E004", file, node.line, message="has no name or no date"))
        return None
    if not isinstance(tables, MapNode) or not isinstance(expect, MapNode) or not expect.entries:
        problems.append(Problem("scenario.E005", file, node.line, name, message="has no tables or expects nothing"))
        return None
    rows = {table: [_row(row) for row in _rows(tables, table, file, problems)] for table in tables.entries}
    found = tuple(
        item
        for entity in expect.entries
        for row in _rows(expect, entity, file, problems)
        for item in _expected(entity, row, file, problems)
    )
    return Scenario(name, str(_plain(node.get("source")) or ""), on, rows, found, file, node.line)


def _refuse_unknown(node: MapNode, known: set[str], file: str, problems: list[Problem]) -> None:
    wanted = f"one of {', '.join(sorted(known))}"
    for key in node.entries:
        if key not in known:
            problems.append(Problem("scenario.E003", file, node.lines[key], key, message="is unknown", expected=wanted))


def _rows(node: MapNode, name: str, file: str, problems: list[Problem]) -> Sequence[MapNode]:
    """The rows of a table or of an entity; whatever is no row is a fault, and not just left out."""
    listed = node.entries[name]
    items = listed.items if isinstance(listed, ListNode) else (listed,)
    rows = [item for item in items if isinstance(item, MapNode)] if isinstance(listed, ListNode) else []
    if len(rows) < len(items):
        problems.append(Problem("scenario.E013", file, node.lines[name], name, message="is no list of rows"))
    return rows


def _row(row: MapNode) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.entries.items()}


def _plain(node: Node | None) -> Any:
    return node.value if isinstance(node, Scalar) else None


def _expected(entity: str, row: MapNode, file: str, problems: list[Problem]) -> Iterable[Expected]:
    """Every entry as an expectation; which of them are keys is known only with the plan."""
    entries = tuple(_row(row).items())
    for name, node in row.entries.items():
        value, within = _plain(node), None
        if isinstance(node, MapNode):
            _refuse_unknown(node, _VALUE_KEYS, file, problems)
            value, within = _plain(node.get("value")), _plain(node.get("within"))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is None:
            hint = f"Write {UNDETERMINED} where that is meant"
            problems.append(Problem("scenario.E014", file, row.lines[name], name, message="has no value", hint=hint))
        elif "within" in (node.entries if isinstance(node, MapNode) else ()) and not (
            is_number and isinstance(within, int | float) and not isinstance(within, bool) and within >= 0
        ):
            wanted = "a number of 0 or more beside a number"
            problems.append(Problem("scenario.E014", file, row.lines[name], f"{name}.within", expected=wanted))
        else:
            yield Expected(entity, entries, name, value, within, row.lines[name])


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
    for (name, row), entries in groupby(scenario.expected, key=lambda expected: (expected.entity, expected.row)):
        wanted = list(entries)
        line, entity = wanted[0].line, entities.get(name)
        if entity is None:
            yield Problem("scenario.E008", scenario.file, line, name, message="is no entity")
            continue
        if not set(entity.key) <= dict(row).keys():
            keys = f"with {', '.join(entity.key)}"
            yield Problem("scenario.E012", scenario.file, line, name, message="the row is not named", expected=keys)
        rules = [expected for expected in wanted if expected.rule not in entity.key]
        if not rules:
            yield Problem("scenario.E015", scenario.file, line, name, message="the row expects nothing")
        for expected in rules:
            if (entity, expected.rule) not in plan:
                said = f"is no rule of {name}"
                yield Problem("scenario.E009", scenario.file, expected.line, expected.rule, message=said)


def _differences(
    scenario: Scenario,
    rulebook: Rulebook,
    plan: Plan,
    tables: Sequence[Table],
    on_engine: Callable[[City], Tables] | None,
) -> tuple[Difference, ...]:
    found: list[Difference] = []
    with _city(scenario, tables) as city:
        placed: Tables = city if on_engine is None else on_engine(city)
        evaluation = Evaluation(placed, rulebook, (), on=scenario.on, plan=plan)
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
                key = tuple((part, dict(expected.row)[part]) for part in entity.key)
                row = rows.get(tuple(value for _, value in key))
                if row is None:
                    found.append(Difference(expected, key, "not there: no such row"))
                elif not _fits(row[expected.rule], expected):
                    found.append(Difference(expected, key, _said(row, expected.rule, evaluation)))
    return tuple(found)


def _city(scenario: Scenario, tables: Sequence[Table]) -> City:
    try:
        return City.from_rows(tables, scenario.tables)
    except ValueError as error:  # a value of another type than its column
        problem = Problem("scenario.E016", scenario.file, scenario.line, scenario.name, message=str(error))
        raise InputRejected([problem]) from None


def _fits(value: Any, expected: Expected) -> bool:
    wanted = expected.value
    if wanted == UNDETERMINED or value is None:
        return value is None and bool(wanted == UNDETERMINED)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        within = abs(wanted) * RELATIVE if expected.within is None else expected.within
        return abs(value - wanted) <= within
    return bool(value == (str(wanted) if isinstance(value, str) else wanted))


def _said(row: dict[str, Any], rule: str, evaluation: Evaluation) -> str:
    if row[rule] is not None:
        return str(row[rule])
    code = row.get(f"{rule}__cause")
    return UNDETERMINED if code is None else f"{UNDETERMINED} ({evaluation.cause(code).text.en})"
