"""Expressions in words: the formula as a person would write it, and the same text as a signature."""

from __future__ import annotations

from tanheng.policy.expressions import (
    Binary,
    Call,
    Case,
    Constant,
    Convert,
    Expr,
    Lookup,
    Name,
    Over,
    ParameterValue,
    Undetermined,
    Window,
)

_STRENGTH = {
    "|": 1,
    "&": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "**": 7,
}
_SIGN = {"*": "×", "/": "÷", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "&": "and", "|": "or", "**": "^", "-": "−"}


def formula(expr: Expr) -> str:
    """The formula, e.g. ``mass_t × inventory.ncv_mass[fuel_set, fuel]``."""
    return _said(expr, 0)


def _said(expr: Expr, strength: int) -> str:
    if isinstance(expr, Binary):
        own = _STRENGTH[expr.operator]
        # The right side of a subtraction or division needs brackets at equal strength.
        right = own + (expr.operator in ("-", "/"))
        sign = _SIGN.get(expr.operator, expr.operator)
        text = f"{_said(expr.left, own)} {sign} {_said(expr.right, right)}"
        return f"({text})" if own < strength else text
    if isinstance(expr, Constant):
        unit = "" if expr.unit.is_one else f" {expr.unit}"
        return f"{expr.value}{unit}"
    if isinstance(expr, Undetermined):
        return f"undetermined ({expr.missing})"
    if isinstance(expr, Name):
        return expr.name
    if isinstance(expr, ParameterValue):
        keys = ", ".join(_said(key, 0) for key in expr.keys)
        return f"{expr.name}[{keys}]" if keys else expr.name
    if isinstance(expr, Lookup):
        return f"{expr.link}.{expr.name}"
    if isinstance(expr, Over):
        of = f" of {expr.name}" if expr.name else ""
        return f"{expr.aggregate.replace('_', ' ')}{of} over {expr.link}"
    if isinstance(expr, Window):
        within = ", ".join(_said(part, 0) for part in expr.within)
        return f"{expr.function} of {_said(expr.value, 6)}" + (f" within {within}" if within else "")
    if isinstance(expr, Convert):
        return f"{_said(expr.value, 6)} in {expr.unit}"
    if isinstance(expr, Case):
        ways = [f"{_said(value, 0)} if {_said(condition, 0)}" for condition, value in expr.branches]
        return "{" + "; ".join([*ways, f"otherwise {_said(expr.otherwise, 0)}"]) + "}"
    if isinstance(expr, Call):
        arguments = [_said(argument, 0) for argument in expr.arguments]
        first = _said(expr.arguments[0], 6)
        if expr.function == "neg":
            return f"−{first}"
        if expr.function == "not":
            return f"not {first}"
        if expr.function == "is_known":
            return f"{first} is known"
        if expr.function == "or_else":
            return f"{first}, or else {arguments[1]}"
        if expr.function == "is_in":
            return f"{first} is one of {', '.join(map(str, expr.options))}"
        options = [str(option) for option in expr.options]
        return f"{expr.function}({', '.join(arguments + options)})"
    raise TypeError(f"{type(expr).__name__} has no wording")
