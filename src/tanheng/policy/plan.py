"""The plan: every name resolved and every unit checked, before a single row is read.

``Plan(rules, rulebook)`` calls each rule function once with symbols, checks what it made of them,
and puts the rules into an order. What is wrong with any rule is reported for all rules at once.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from tanheng.policy.entities import Entity
from tanheng.policy.expressions import (
    Children,
    Constant,
    Expr,
    Lookup,
    Name,
    Over,
    ParameterValue,
    Parent,
    RuleError,
    as_expr,
)
from tanheng.policy.parameters import Parameter
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import Rule
from tanheng.policy.typing_rules import Type, TypeContext, type_of
from tanheng.problems import InputRejected, Problem
from tanheng.units import ONE, Unit, UnknownUnit


@dataclass(frozen=True, eq=False)
class PlannedRule:
    """A rule with its expression, its type, and what has to be there before it.

    ``level`` counts how often the way to it crosses from one entity to another; rules of one level
    and entity are computed in one query.
    """

    rule: Rule
    expr: Expr
    type: Type
    level: int

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def item(self) -> tuple[Entity, str]:
        return self.rule.entity, self.rule.name

    def nodes(self, kind: builtins.type[Expr]) -> Iterator[Any]:
        return (node for node in self.expr.walk() if isinstance(node, kind))


class Plan:
    """The resolved rules of a run, by entity and name.

    Raises
    ------
    InputRejected
        With every rule that cannot stand: unknown or ambiguous name, circular rules, units that do
        not fit, a parameter with the wrong number of categories or one that it never had, a column made
        twice, a rule that draws random numbers, reads the clock or anything but its arguments.
    """

    def __init__(self, rules: Iterable[Rule], rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.problems: list[Problem] = []
        self.rules: dict[tuple[Entity, str], Rule] = {}
        for rule in rules:
            self._register(rule)
        self._planned: dict[tuple[Entity, str], PlannedRule] = {}
        self._under_way: list[tuple[Entity, str]] = []
        self._failed: set[tuple[Entity, str]] = set()
        for entity, name in self.rules:
            self._plan(entity, name)
        if self.problems:
            raise InputRejected(self.problems)

    def __contains__(self, item: tuple[Entity, str]) -> bool:
        return item in self._planned

    def __getitem__(self, item: tuple[Entity, str]) -> PlannedRule:
        return self._planned[item]

    def __iter__(self) -> Iterator[PlannedRule]:
        return iter(self._planned.values())

    def of(self, entity: Entity) -> tuple[PlannedRule, ...]:
        """The rules of one entity, in the order in which they can be computed."""
        return tuple(rule for (owner, _), rule in self._planned.items() if owner is entity)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Every entity that a rule is about or that a link of one leads to."""
        found: dict[Entity, None] = {}
        waiting = [entity for entity, _ in self.rules]
        while waiting:
            entity = waiting.pop(0)
            if entity not in found:
                found[entity] = None
                waiting += [link.parent for link in entity.parents.values()]
                waiting += [link.child for link in entity.children.values()]
        return tuple(found)

    def entity(self, name: str) -> Entity:
        for entity in self.entities:
            if entity.name == name:
                return entity
        known = ", ".join(sorted(entity.name for entity in self.entities))
        raise KeyError(f"there is no entity {name}; there are {known}")

    def type_of(self, entity: Entity, expr: Expr) -> Type:
        """The type of an expression as a rule of ``entity`` would see it."""
        return type_of(expr, _Context(self, entity))

    def needs(self, entity: Entity, name: str) -> tuple[tuple[Entity, str], ...]:
        """The rules that one rule takes up directly, its own entity's and those along links."""
        return tuple(self.reaches(entity, name))

    def reaches(self, entity: Entity, name: str) -> dict[tuple[Entity, str], bool]:
        """The same rules, each with whether it is taken up along a link: of other rows, that is."""
        found: dict[tuple[Entity, str], bool] = {}
        for owner, wanted, crosses in self._references(entity, self._planned[(entity, name)].expr):
            if (owner, wanted) in self.rules:
                found[(owner, wanted)] = crosses or found.get((owner, wanted), False)
        return found

    def columns(self, planned: PlannedRule, entity: Entity) -> set[str]:
        """The columns of the table of ``entity`` that a rule takes up, be it a rule of that entity or of another."""
        found = {
            name
            for owner, name, _ in self._references(planned.rule.entity, planned.expr)
            if owner is entity and (owner, name) not in self.rules
        }
        return found | ({"held"} if any(entity.may_be_held(name) for name in found) else set())

    def closure(self, wanted: Iterable[tuple[Entity, str]]) -> tuple[tuple[Entity, str], ...]:
        """All rules needed for the wanted ones, each after what it needs."""
        needed: set[tuple[Entity, str]] = set()
        waiting = list(wanted)
        while waiting:
            item = waiting.pop()
            if item not in needed:
                needed.add(item)
                waiting += self.needs(*item)
        return tuple(item for item in self._planned if item in needed)

    def entities_behind(self, entity: Entity, name: str) -> frozenset[Entity]:
        """The entities whose rows go into a rule or column: its own, and those that links lead to on the way."""
        found = {entity}
        for owner, rule in self.closure([(entity, name)] if (entity, name) in self._planned else []):
            found |= {other for other, _, _ in self._references(owner, self._planned[(owner, rule)].expr)}
        return frozenset(found)

    # -- resolving ---------------------------------------------------------------------------------

    def _register(self, rule: Rule) -> None:
        if (rule.entity, rule.name) in self.rules:
            self._problem(rule, "plan.E001", f"{rule.entity.name}.{rule.name} is made by another rule too")
        elif rule.entity.column(rule.name) is not None:
            self._problem(rule, "plan.E002", f"table {rule.entity.table.name} has a column {rule.name} already")
        else:
            self.rules[(rule.entity, rule.name)] = rule

    def _problem(self, rule: Rule, code: str, message: str, hint: str = "") -> None:
        source = rule.function.__code__
        module = rule.function.__module__.removeprefix("tanheng.").replace(".", "/")
        self.problems.append(
            Problem(code, f"{module}.py", source.co_firstlineno, rule.name, message=message, hint=hint)
        )

    def _plan(self, entity: Entity, name: str) -> PlannedRule | None:
        item = (entity, name)
        if item in self._planned or item in self._failed:
            return self._planned.get(item)
        rule = self.rules[item]
        if item in self._under_way:
            circle = [*self._under_way[self._under_way.index(item) :], item]
            way = " -> ".join(f"{owner.name}.{called}" for owner, called in circle)
            hint = "One of them must do without the next, or take it from a year before by a link"
            self._problem(rule, "plan.E003", f"the rules go in a circle: {way}", hint)
            self._failed.add(item)
            return None
        self._under_way.append(item)
        try:
            planned = self._resolve(rule)
        finally:
            self._under_way.pop()
        if planned is None or item in self._failed:
            self._failed.add(item)
            return None
        self._planned[item] = planned
        return planned

    def _resolve(self, rule: Rule) -> PlannedRule | None:
        for fault in rule.impurities:
            hint = "Make it a column of the city's tables or a parameter of the rulebook, and take it as an argument"
            self._problem(rule, "plan.E007", f"{rule.name} {fault}: its result could not be repeated", hint)
        if rule.impurities:
            return None
        try:
            symbols = [self._symbol(rule, argument) for argument in rule.arguments]
            expr = as_expr(rule.function(*symbols))
        except (RuleError, UnknownUnit) as error:
            self._problem(rule, "plan.E004", str(error))
            return None
        level = 0
        for owner, wanted, crosses in self._references(rule.entity, expr):
            if (owner, wanted) not in self.rules:
                if owner.column(wanted) is None:
                    self._unknown(rule, owner, wanted)
                    return None
                continue
            other = self._plan(owner, wanted)
            if other is None:
                return None
            level = max(level, other.level + crosses)
        if level == 0 and any(isinstance(node, Over) for node in expr.walk()):
            level = 1
        try:
            found = type_of(expr, _Context(self, rule.entity))
            declared = Type(rule.kind, rule.unit)
            found.must_be(declared, "the rule makes {found} and declares {wanted}")
        except RuleError as error:
            self._problem(rule, "plan.E006", str(error))
            return None
        return PlannedRule(rule, expr, declared, level)

    def _symbol(self, rule: Rule, argument: str) -> Any:
        entity = rule.entity
        fits: dict[str, Any] = {}
        if argument in rule.parameters:
            name = rule.parameters[argument]
            if name not in self.rulebook.parameters:
                raise RuleError(self._no_parameter(name))
            return ParameterValue(name)
        if entity.column(argument) is not None:
            fits["a column"] = Name(argument)
        if (entity, argument) in self.rules and argument != rule.name:
            fits["a rule"] = Name(argument)
        if argument in entity.parents:
            fits["a link"] = Parent(argument)
        if argument in entity.children:
            fits["a link"] = Children(argument)
        if argument not in rule.columns and f"{rule.namespace}.{argument}" in self.rulebook.parameters:
            fits["a parameter"] = ParameterValue(f"{rule.namespace}.{argument}")
        if len(fits) > 1:
            raise RuleError(f"{argument} is {' and '.join(fits)}: say which with parameters={{...}} or columns=(...)")
        if not fits:
            names = [column.name for column in entity.table] + list(entity.parents) + list(entity.children)
            names += [name for owner, name in self.rules if owner is entity]
            names += [n.removeprefix(f"{rule.namespace}.") for n in self.rulebook.parameters]
            near = get_close_matches(argument, names, n=3)
            hint = f"; near it are {', '.join(near)}" if near else ""
            raise RuleError(
                f"{argument} is no column, rule or link of {entity.name} and no parameter of {rule.namespace}{hint}"
            )
        return next(iter(fits.values()))

    def _no_parameter(self, name: str) -> str:
        near = get_close_matches(name, list(self.rulebook.parameters), n=3)
        hint = f"; near it are {', '.join(near)}" if near else ""
        return f"the rulebook has no parameter {name}{hint}"

    def _unknown(self, rule: Rule, owner: Entity, wanted: str) -> None:
        names = [column.name for column in owner.table] + [name for o, name in self.rules if o is owner]
        near = get_close_matches(wanted, names, n=3)
        hint = f"near it are {', '.join(near)}" if near else ""
        self._problem(rule, "plan.E005", f"{owner.name} has no column or rule {wanted}", hint)

    def _references(self, entity: Entity, expr: Expr) -> Iterator[tuple[Entity, str, bool]]:
        """Every column or rule that the expression takes up: owner, name, and whether along a link."""
        for node in expr.walk():
            if isinstance(node, Name):
                yield entity, node.name, False
            elif isinstance(node, Lookup):
                link = entity.parents[node.link]
                yield from ((entity, own, False) for own in link.by.values())
                yield link.parent, node.name, True
            elif isinstance(node, Over):
                link = entity.children[node.link]
                yield from ((link.child, own, True) for own in link.by.values())
                if node.name:
                    yield link.child, node.name, True
            elif isinstance(node, ParameterValue) and entity.period is not None:
                yield entity, entity.period, False


@dataclass(frozen=True)
class _Context(TypeContext):
    """What the types of symbols are, for a rule of ``entity``."""

    plan: Plan
    entity: Entity

    def of_name(self, name: str) -> Type:
        return self._of(self.entity, name)

    def of_lookup(self, node: Lookup) -> Type:
        return self._of(self.entity.parents[node.link].parent, node.name)

    def of_over(self, node: Over) -> Type:
        if not node.name:
            return Type("integer", ONE)
        return self._of(self.entity.children[node.link].child, node.name)

    def of_parameter(self, node: ParameterValue) -> Type:
        parameter = self.plan.rulebook[node.name]
        if len(node.keys) != len(parameter.by):
            axes = ", ".join(parameter.by) or "no category"
            raise RuleError(f"{node.name} takes {axes}, not {len(node.keys)} value(s) in [ ]")
        _check_written(parameter, node)
        return Type(parameter.kind, parameter.unit)

    def _of(self, entity: Entity, name: str) -> Type:
        column = entity.column(name)
        if column is not None:
            return Type(column.kind, Unit.parse(column.unit))
        return self.plan[(entity, name)].type


def _check_written(parameter: Parameter, node: ParameterValue) -> None:
    """A category that a rule writes out must be one that the parameter has or once had, unset though it may be."""
    written = {axis: str(key.value) for axis, key in enumerate(node.keys) if isinstance(key, Constant)}
    if not written or not parameter.combinations:
        return
    if any(all(keys[axis] == said for axis, said in written.items()) for keys in parameter.combinations):
        return
    for axis, said in written.items():
        known = sorted({keys[axis] for keys in parameter.combinations})
        if said not in known:
            near = get_close_matches(said, known, n=3) or (known if len(known) <= 12 else [])
            hint = f"; near it are {', '.join(near)}" if near else ""
            raise RuleError(f'{parameter.name} has no {parameter.by[axis]} "{said}"{hint}')
    said_together = ", ".join(f"{parameter.by[axis]} {said}" for axis, said in written.items())
    raise RuleError(f"{parameter.name} has no value for {said_together} together")
