"""Whether what a scenario names is there: tables and columns, values of the right type, entities, keys and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from tanheng.policy.plan import Plan
from tanheng.policy.scenarios.reading import UNDETERMINED, Expected, GivenRow, Scenario, likely
from tanheng.policy.typing_rules import Kind
from tanheng.problems import Problem
from tanheng.warehouse.given_rows import typed
from tanheng.warehouse.schema import Table

# What may be expected of a rule of each kind. A category such as 26 needs no quotes where it is expected.
_VALUES: Mapping[Kind, tuple[tuple[type, ...], str]] = {
    "number": ((int, float), "a number"),
    "integer": ((int, float), "a whole number"),
    "text": ((str, int, float), "a text"),
    "boolean": ((bool,), "true or false"),
    "date": ((date,), "a date such as 2024-12-31"),
}


def unknown_names(scenario: Scenario, plan: Plan, tables: Sequence[Table]) -> Iterator[Problem]:
    """Everything in the scenario that the tables and the plan do not know."""
    by_name = {table.name: table for table in tables}
    for name, rows in scenario.tables.items():
        if name in by_name:
            yield from _of_table(scenario, by_name[name], rows)
        else:
            hint = likely(name, by_name)
            yield Problem("scenario.E006", scenario.file, scenario.line, name, message="is no table", hint=hint)
    for (name, row), entries in groupby(scenario.expected, key=lambda expected: (expected.entity, expected.row)):
        yield from _of_row(scenario, plan, name, dict(row), list(entries))


def _of_table(scenario: Scenario, table: Table, rows: Iterable[GivenRow]) -> Iterator[Problem]:
    columns = {column.name: column for column in table}
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows, start=1):
        for name, value in row.values.items():
            place, line = f"{table.name}.{name}", row.lines[name]
            if name not in columns:
                hint = likely(name, columns)
                yield Problem("scenario.E007", scenario.file, line, place, message="is no column", hint=hint)
                continue
            try:
                typed(value, columns[name].kind, f"{table.name} row {number}, {name}")
            except ValueError as error:
                yield Problem("scenario.E016", scenario.file, line, scenario.name, message=str(error))
        given = {name: row.values.get(name, columns[name].default) for name in table.key}
        key = tuple(map(str, given.values()))
        if None in given.values():
            missing = ", ".join(name for name, value in given.items() if value is None)
            said, wanted = f"a row without {missing}", f"with {', '.join(table.key)}"
            yield Problem("scenario.E017", scenario.file, row.line, table.name, message=said, expected=wanted)
        elif key in seen:
            said = f"the row stands twice; first on line {seen[key]}"
            yield Problem("scenario.E018", scenario.file, row.line, table.name, message=said)
        else:
            seen[key] = row.line


def _of_row(
    scenario: Scenario, plan: Plan, name: str, row: dict[str, Any], wanted: Sequence[Expected]
) -> Iterator[Problem]:
    entities = {entity.name: entity for entity in plan.entities}
    line, entity = wanted[0].line, entities.get(name)
    if entity is None:
        hint = likely(name, entities)
        yield Problem("scenario.E008", scenario.file, line, name, message="is no entity", hint=hint)
        return
    if not set(entity.key) <= row.keys():
        keys = f"with {', '.join(entity.key)}"
        yield Problem("scenario.E012", scenario.file, line, name, message="the row is not named", expected=keys)
    rules = [expected for expected in wanted if expected.rule not in entity.key]
    if not rules:
        yield Problem("scenario.E015", scenario.file, line, name, message="the row expects nothing")
    known = {planned.name: planned.type.kind for planned in plan.of(entity)}
    for expected in rules:
        if expected.rule in known:
            kinds, wanted_kind = _VALUES[known[expected.rule]]
            if expected.value != UNDETERMINED and type(expected.value) not in kinds:
                line, value, can_be = expected.line, str(expected.value), f"{wanted_kind}, or {UNDETERMINED}"
                yield Problem("scenario.E020", scenario.file, line, expected.rule, value, expected=can_be)
        else:
            said, hint = f"is no rule of {name}", likely(expected.rule, [*known, *entity.key])
            yield Problem("scenario.E009", scenario.file, expected.line, expected.rule, message=said, hint=hint)
