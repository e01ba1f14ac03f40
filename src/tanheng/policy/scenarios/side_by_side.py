"""Many scenarios in one evaluation, each a world of its own.

What an evaluation costs is planning, whatever the number of rows. The rows of all scenarios of a day are therefore put
into the same tables with a further key column, the number of the scenario. Every link asks for the same number on
both sides and every rank and share stays within one, so that no scenario sees a row of another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

from tanheng.policy.entities import Entity, belongs_to
from tanheng.policy.explanation import Explanation
from tanheng.policy.expressions import Binary, Call, Case, Convert, Expr, Name, Window, as_expr
from tanheng.policy.plan import Plan
from tanheng.policy.rules import Rule
from tanheng.policy.scenarios.reading import Scenario
from tanheng.text import Text
from tanheng.warehouse.schema import Column, Table

NUMBER = "scenario_number"
_COLUMN = Column(NUMBER, "integer", Text("number of the scenario", "情景序号"))


class SideBySide:
    """The tables, entities and rules of a plan, for several scenarios at once.

    ``more`` are rules that are worked out beside those of the plan; they may be about its entities.
    """

    def __init__(self, plan: Plan, tables: Iterable[Table], more: Sequence[Rule] = ()) -> None:
        self.tables = {table.name: _numbered(table) for table in tables}
        self._entities = {entity: self._entity(entity) for entity in plan.entities}
        for entity, own in self._entities.items():
            for link in entity.parents.values():
                belongs_to(
                    own,
                    self._entities[link.parent],
                    by={NUMBER: NUMBER, **link.by},
                    parent_name=link.parent_name,
                    children_name=link.children_name,
                    parent_title=link.parent_title,
                )
        rules = [
            replace(rule, entity=self[rule.entity], function=_apart(rule)) for rule in (*plan.rules.values(), *more)
        ]
        self.plan = Plan(rules, plan.rulebook)

    def __getitem__(self, entity: Entity) -> Entity:
        """The entity of that name whose rows have a number."""
        return self._entities[entity]

    def rows(self, scenarios: Sequence[Scenario]) -> dict[str, list[dict[str, Any]]]:
        """The rows of all tables, numbered from 0 by scenario."""
        found: dict[str, list[dict[str, Any]]] = {}
        for number, scenario in enumerate(scenarios):
            for name, rows in scenario.tables.items():
                found.setdefault(name, []).extend({NUMBER: number, **row.values} for row in rows)
        return found

    def alone(self, explanation: Explanation) -> Explanation:
        """The explanation as if its scenario had been worked out alone: without its number."""
        shown = re.compile(rf"{NUMBER}( \d+)?, ")
        cause = explanation.cause
        return replace(
            explanation,
            subject=re.sub(r"^(\w+:)\d+,", r"\1", explanation.subject),
            formula=Text(*(shown.sub("", said) for said in explanation.formula)),
            cause=None if cause is None else Text(shown.sub("", cause.en), shown.sub("", cause.zh)),
            children=tuple(self.alone(child) for child in explanation.children if child.name != NUMBER),
        )

    def _entity(self, entity: Entity) -> Entity:
        table = self.tables.setdefault(entity.table.name, _numbered(entity.table))
        return Entity(entity.name, table, entity.title, entity.period, entity.year_of)


def _numbered(table: Table) -> Table:
    return replace(table, columns=(_COLUMN, *table.columns), key=(NUMBER, *table.key))


def _apart(rule: Rule) -> Callable[..., Expr]:
    """The rule's function with every rank and share within one scenario."""

    @wraps(rule.function)
    def within_scenario(*symbols: Any) -> Expr:
        return _windows_within(as_expr(rule.function(*symbols)))

    return within_scenario


def _windows_within(expr: Expr) -> Expr:
    if not any(isinstance(node, Window) for node in expr.walk()):
        return expr
    if isinstance(expr, Window):
        return Window(expr.function, _windows_within(expr.value), (Name(NUMBER), *expr.within))
    if isinstance(expr, Binary):
        return Binary(expr.operator, _windows_within(expr.left), _windows_within(expr.right))
    if isinstance(expr, Call):
        return Call(expr.function, tuple(map(_windows_within, expr.arguments)), expr.options)
    if isinstance(expr, Convert):
        return Convert(_windows_within(expr.value), expr.unit)
    if isinstance(expr, Case):
        branches = tuple((_windows_within(condition), _windows_within(value)) for condition, value in expr.branches)
        return Case(branches, _windows_within(expr.otherwise))
    raise TypeError(f"{type(expr).__name__} holds no rank or share")
