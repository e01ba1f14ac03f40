"""Expressions in words: the formula as a person would write it, and the same text as a signature."""

from __future__ import annotations

from collections.abc import Sequence

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
_COMPARISON = 3
_LIST = 0.5  # beside a comma
_WORDS = 3.5  # a phrase: "x in t", "rank of x"
_SIGNED = 6


def formula(expr: Expr) -> str:
    """The formula, e.g. ``mass_t × inventory.ncv_mass[fuel_set, fuel]``.

    Different formulas read differently (but for brackets that change no result, as in a + (b + c)), so that the
    text can name a part of a rule.
    """
    return _said(expr, 0)


def _said(expr: Expr, strength: float) -> str:
    """The words, in brackets where they hold together less than ``strength`` asks."""
    words, own = _words(expr)
    return f"({words})" if own < strength else words


def _words(expr: Expr) -> tuple[str, float]:
    """The words and how strongly they hold together."""
    whole = float("inf")
    if isinstance(expr, Binary):
        own = _STRENGTH[expr.operator]
        # Equal strength needs brackets on the right of a subtraction, on the left of a power, beside a comparison.
        left = own + (own == _COMPARISON or expr.operator == "**")
        right = own + (own == _COMPARISON or expr.operator in ("-", "/"))
        return f"{_said(expr.left, left)} {_SIGN.get(expr.operator, expr.operator)} {_said(expr.right, right)}", own
    if isinstance(expr, Constant):
        if isinstance(expr.value, str):
            return f'"{expr.value}"', whole
        negative = not isinstance(expr.value, bool) and expr.value < 0
        return str(expr.value) if expr.unit.is_one else f"{expr.value} {expr.unit}", _SIGNED if negative else whole
    if isinstance(expr, Undetermined):
        return f"undetermined ({expr.missing})", whole
    if isinstance(expr, Name):
        return expr.name, whole
    if isinstance(expr, ParameterValue):
        return f"{expr.name}[{_listed(expr.keys)}]" if expr.keys else expr.name, whole
    if isinstance(expr, Lookup):
        return f"{expr.link}.{expr.name}", whole
    if isinstance(expr, Over):
        of = f" of {expr.name}" if expr.name else ""
        return f"{expr.aggregate.replace('_', ' ')}{of} over {expr.link}", whole
    if isinstance(expr, Window):
        within = f" within {_listed(expr.within)}" if expr.within else ""
        return f"{expr.function} of {_said(expr.value, _SIGNED)}{within}", _WORDS
    if isinstance(expr, Convert):
        return f"{_said(expr.value, _SIGNED)} in {expr.unit}", _WORDS
    if isinstance(expr, Case):
        ways = [f"{_said(value, _LIST)} if {_said(condition, _LIST)}" for condition, value in expr.branches]
        return "{" + "; ".join([*ways, f"otherwise {_said(expr.otherwise, _LIST)}"]) + "}", whole
    if isinstance(expr, Call):
        return _call(expr)
    raise TypeError(f"{type(expr).__name__} has no wording")


def _call(expr: Call) -> tuple[str, float]:
    first = expr.arguments[0]
    if expr.function == "neg":
        return f"−{_said(first, _SIGNED + 0.5)}", _SIGNED
    if expr.function == "not":
        return f"not {_said(first, _COMPARISON)}", _COMPARISON - 0.5
    if expr.function == "is_known":
        return f"{_said(first, _WORDS)} is known", _COMPARISON
    if expr.function == "is_in":
        options = ", ".join(_said(Constant(option), 0) for option in expr.options)
        return f"{_said(first, _WORDS)} is one of {options}", _LIST
    if expr.function == "or_else":
        return f"{_said(first, _LIST)}, or else {_said(expr.arguments[1], _LIST)}", 0
    options = "".join(f", {option}" for option in expr.options)
    return f"{expr.function}({_listed(expr.arguments)}{options})", float("inf")


def _listed(parts: Sequence[Expr]) -> str:
    return ", ".join(_said(part, _LIST + 0.1) for part in parts)
