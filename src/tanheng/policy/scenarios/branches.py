"""Which ways through a rule the scenarios take.

A rule with ``when`` or ``or_else`` has several ways to its result. One that no expected row takes is a line of policy
that nobody has worked out by hand. For each choice in a rule the evaluation makes a further column, the number of the
way that the row took.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tanheng.policy.expressions import Binary, Call, Case, Constant, Expr
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.policy.rules import Rule
from tanheng.policy.wording import formula
from tanheng.text import Text
from tanheng.units import ONE


@dataclass(frozen=True)
class Choice:
    """A choice within a rule. ``ways`` says each in words; ``rule`` makes the number of the way taken, -1 for none."""

    planned: PlannedRule
    ways: tuple[str, ...]
    rule: Rule


def choices_of(plan: Plan) -> tuple[Choice, ...]:
    """Every choice of every rule, in the order of the plan; those within another one after it."""
    return tuple(choice for planned in plan for choice in _choices(planned))


def _choices(planned: PlannedRule) -> Iterator[Choice]:
    for number, (node, reached) in enumerate(_reached(planned.expr, None)):
        taken = _number(node) if reached is None else Case(((reached, _number(node)),), Constant(-1))
        rule = replace(
            planned.rule,
            name=f"{planned.name}__choice_{number}",
            function=lambda taken=taken: taken,
            arguments=(),
            kind="integer",
            unit=ONE,
            title=Text("way taken", "所走分支"),
        )
        yield Choice(planned, _ways(node), rule)


def _reached(expr: Expr, condition: Expr | None) -> Iterator[tuple[Expr, Expr | None]]:
    """Every choice with the condition under which a row comes to it; None where every row does."""
    if isinstance(expr, Case):
        yield expr, condition
        for number, (tested, value) in enumerate(expr.branches):
            yield from _reached(tested, _both(condition, _at(expr, ">=", number)) if number else condition)
            yield from _reached(value, _both(condition, _at(expr, "==", number)))
        yield from _reached(expr.otherwise, _both(condition, _at(expr, "==", len(expr.branches))))
    elif _is_or_else(expr):
        first, second = expr.parts
        yield expr, condition
        yield from _reached(first, condition)
        yield from _reached(second, _both(condition, _at(expr, "==", 1)))
    else:
        for part in expr.parts:
            yield from _reached(part, condition)


def _at(choice: Expr, operator: str, number: int) -> Expr:
    return _number(choice) >= number if operator == ">=" else _number(choice) == number


def _both(first: Expr | None, second: Expr) -> Expr:
    return second if first is None else Binary("&", first, second)


def _is_or_else(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.function == "or_else"


def _number(choice: Expr) -> Expr:
    """The number of the way that a row takes through a choice, from 0."""
    if isinstance(choice, Case):
        ways = tuple((condition, Constant(number)) for number, (condition, _) in enumerate(choice.branches))
        return Case(ways, Constant(len(ways)))
    return Case(((choice.parts[0].is_known(), Constant(0)),), Constant(1))


def _ways(choice: Expr) -> tuple[str, ...]:
    if isinstance(choice, Case):
        told = [f"{formula(value)} if {formula(condition)}" for condition, value in choice.branches]
        return (*told, f"otherwise {formula(choice.otherwise)}")
    first, second = choice.parts
    return formula(first), f"or else {formula(second)}"
