"""Scenarios worked out, all those of a day in one evaluation, and compared with what they expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tanheng.policy.backend import Tables
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.explanation import Explanation, explain
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.scenarios.branches import Choice, choices_of
from tanheng.policy.scenarios.checking import unknown_names
from tanheng.policy.scenarios.differences import Difference
from tanheng.policy.scenarios.reading import UNDETERMINED, Expected, Scenario
from tanheng.policy.scenarios.side_by_side import SideBySide
from tanheng.problems import InputRejected
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Table

RELATIVE = 1e-6
EXPLAINED_MOST = 20  # differences of a day with what went into them; whoever breaks a rule breaks many scenarios

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A scenario, and where it differs."""

    scenario: Scenario
    differences: tuple[Difference, ...]


Ways = tuple[tuple[Choice, frozenset[int]], ...]


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
    return _work_out(scenarios, rulebook, plan, tables, (), on_engine)[0]


def outcomes_and_ways(
    scenarios: Sequence[Scenario], rulebook: Rulebook, plan: Plan, tables: Sequence[Table]
) -> tuple[tuple[Outcome, ...], Ways]:
    """As ``run_scenarios``, and every choice of every rule with the numbers of the ways that an expected row takes.

    A row counts where a result of that very rule is expected of it.
    """
    return _work_out(scenarios, rulebook, plan, tables, choices_of(plan), None)


def _work_out(
    scenarios: Sequence[Scenario],
    rulebook: Rulebook,
    plan: Plan,
    tables: Sequence[Table],
    choices: Sequence[Choice],
    on_engine: Callable[[City], Tables] | None,
) -> tuple[tuple[Outcome, ...], Ways]:
    outcomes: dict[int, Outcome] = {}
    by_rule: dict[tuple[str, str], list[Choice]] = {}
    for choice in choices:
        by_rule.setdefault((choice.planned.rule.entity.name, choice.planned.name), []).append(choice)
    taken: dict[int, set[int]] = {id(choice): set() for choice in choices}
    for day in _days(scenarios, rulebook, plan, tables, choices, on_engine):
        explained = 0
        for number, scenario in day.scenarios:
            found: list[Difference] = []
            for entity, expected, row in day.checked(number):
                difference = _difference(day, entity, expected, row, explained < EXPLAINED_MOST)
                explained += difference is not None
                found += [difference] if difference is not None else []
                for choice in by_rule.get((entity.name, expected.rule), ()):
                    way = None if row is None else row[choice.rule.name]
                    taken[id(choice)] |= {way} if way is not None and way >= 0 else set()
            outcomes[id(scenario)] = Outcome(scenario, tuple(found))
    ways = tuple((choice, frozenset(taken[id(choice)])) for choice in choices)
    return tuple(outcomes[id(scenario)] for scenario in scenarios), ways


def rules_without_scenario(scenarios: Iterable[Scenario], plan: Plan) -> tuple[str, ...]:
    """``entity.rule`` of every rule that no scenario expects anything of."""
    tried = {(expected.entity, expected.rule) for scenario in scenarios for expected in scenario.expected}
    return tuple(
        f"{planned.rule.entity.name}.{planned.name}"
        for planned in plan
        if (planned.rule.entity.name, planned.name) not in tried
    )


# -- a day -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Day:
    """The scenarios of one day, evaluated, each with its number; ``results`` has the rows of each entity by key."""

    scenarios: tuple[tuple[int, Scenario], ...]
    evaluation: Evaluation
    worlds: SideBySide
    entities: Mapping[str, Entity]
    results: Mapping[str, Mapping[tuple[Any, ...], Row]]

    def checked(self, number: int) -> Iterator[tuple[Entity, Expected, Row | None]]:
        """Every expectation of a scenario with its row; None where there is no such row."""
        for expected in self.scenarios[number][1].expected:
            entity, row = self.entities[expected.entity], dict(expected.row)
            if expected.rule not in entity.key:
                key = (number, *(row[name] for name in entity.key[1:]))
                yield entity, expected, self.results[entity.name].get(key)


def _days(
    scenarios: Sequence[Scenario],
    rulebook: Rulebook,
    plan: Plan,
    tables: Sequence[Table],
    choices: Sequence[Choice],
    on_engine: Callable[[City], Tables] | None,
) -> Iterator[_Day]:
    problems = [problem for scenario in scenarios for problem in unknown_names(scenario, plan, tables)]
    if problems:
        raise InputRejected(problems)
    worlds = SideBySide(plan, tables, [choice.rule for choice in choices])
    entities = {entity.name: worlds[entity] for entity in plan.entities}
    for on in sorted({scenario.on for scenario in scenarios}):
        here = [scenario for scenario in scenarios if scenario.on == on]
        with City.from_rows(tuple(worlds.tables.values()), worlds.rows(here)) as city:
            placed: Tables = city if on_engine is None else on_engine(city)
            evaluation = Evaluation(placed, rulebook, (), on=on, plan=worlds.plan)
            wanted = _wanted(here, entities, choices)
            evaluation.compute(wanted)
            results: dict[str, dict[tuple[Any, ...], Row]] = {}
            for entity, names in wanted.items():
                frame = evaluation.table(entity, names).collect("pyarrow")
                results[entity.name] = {
                    tuple(row[part] for part in entity.key): row for row in frame.iter_rows(named=True)
                }
            yield _Day(tuple(enumerate(here)), evaluation, worlds, entities, results)


def _wanted(
    scenarios: Iterable[Scenario], entities: Mapping[str, Entity], choices: Iterable[Choice]
) -> dict[Entity, list[str]]:
    """The rules that are expected of each entity, and the choices in them."""
    rules: dict[Entity, dict[str, None]] = {}
    for scenario in scenarios:
        for expected in scenario.expected:
            entity = entities[expected.entity]
            if expected.rule not in entity.key:
                rules.setdefault(entity, {})[expected.rule] = None
    for choice in choices:
        names = rules.get(entities[choice.rule.entity.name], {})
        if choice.planned.name in names:
            names[choice.rule.name] = None
    return {entity: list(names) for entity, names in rules.items()}


# -- comparing ---------------------------------------------------------------------------------------


def _difference(day: _Day, entity: Entity, expected: Expected, row: Row | None, with_inputs: bool) -> Difference | None:
    given = dict(expected.row)
    key = tuple((name, given[name]) for name in entity.key[1:])
    if row is None:
        return Difference(expected, key, there=False)
    value = row[expected.rule]
    if _fits(value, expected):
        return None
    evaluation = day.evaluation
    code = row.get(f"{expected.rule}__cause")
    cause = evaluation.cause(code).text if value is None and code is not None else None
    unit = str(evaluation.plan[(entity, expected.rule)].type.unit)
    explanation: Explanation | None = None
    if with_inputs:
        key_here = [row[name] for name in entity.key]
        explanation = day.worlds.alone(explain(evaluation, entity, key_here, expected.rule, depth=1))
    return Difference(expected, key, True, value, cause, unit, explanation)


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
