"""Expressions in words, English or Chinese: the formula as a person would write it.

The English one is also the signature of a part of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from tanheng.text import Language, Text

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
_SIGN = {"*": "×", "/": "÷", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "**": "^", "-": "−"}
_COMPARISON = 3
_LIST = 0.5  # beside a comma
_WORDS = 3.5  # a phrase: "x in t", "rank of x"
_SIGNED = 6


# The order of words differs, so that every phrase is a pattern.
_PHRASES: Mapping[str, Text] = {
    "&": Text("and", "且"),
    "|": Text("or", "或"),
    "undetermined": Text("undetermined ({missing})", "未确定({missing})"),
    "over": Text("{aggregate} over {link}", "{link} 的{aggregate}"),
    "over_of": Text("{aggregate} of {name} over {link}", "{link} 中 {name} 的{aggregate}"),
    "sum": Text("sum", "合计"),
    "known_sum": Text("known sum", "已确定部分合计"),
    "count": Text("count", "个数"),
    "count_if": Text("count if", "符合个数"),
    "mean": Text("mean", "平均值"),
    "smallest": Text("smallest", "最小值"),
    "largest": Text("largest", "最大值"),
    "window": Text("{function} of {value}", "{value} 的{function}"),
    "window_within": Text("{function} of {value} within {within}", "{value} 在同一 {within} 内的{function}"),
    "rank": Text("rank", "排名"),
    "share": Text("share", "占比"),
    "convert": Text("{value} in {unit}", "{value}(换算为 {unit})"),
    "way": Text("{value} if {condition}", "若 {condition} 则 {value}"),
    "otherwise": Text("otherwise {value}", "否则 {value}"),
    "not": Text("not {value}", "非 {value}"),
    "is_known": Text("{value} is known", "{value} 已知"),
    "is_in": Text("{value} is one of {options}", "{value} 属于 {options}"),
    "or_else": Text("{value}, or else {other}", "{value},未知则取 {other}"),
}


def formula(expr: Expr, language: Language = "en") -> str:
    """The formula, e.g. ``mass_t × inventory.ncv_mass[fuel_set, fuel]``.

    Different formulas read differently (but for brackets that change no result, as in a + (b + c)), so that the
    text can name a part of a rule.
    """
    return _Wording(language).said(expr, 0)


class _Wording:
    """Expressions in the words of one language."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def said(self, expr: Expr, strength: float) -> str:
        """The words, in brackets where they hold together less than ``strength`` asks."""
        words, own = self._words(expr)
        return f"({words})" if own < strength else words

    def _phrase(self, name: str, /, **parts: object) -> str:
        return _PHRASES[name].in_language(self._language).format(**parts)

    def _name_of(self, function: str) -> str:
        return _PHRASES[function].in_language(self._language) if function in _PHRASES else function.replace("_", " ")

    def _words(self, expr: Expr) -> tuple[str, float]:
        """The words and how strongly they hold together."""
        whole = float("inf")
        if isinstance(expr, Binary):
            own = _STRENGTH[expr.operator]
            # Equal strength needs brackets on the right of a subtraction, on the left of a power, beside a comparison.
            left = own + (own == _COMPARISON or expr.operator == "**")
            right = own + (own == _COMPARISON or expr.operator in ("-", "/"))
            sign = (
                self._phrase(expr.operator) if expr.operator in ("&", "|") else _SIGN.get(expr.operator, expr.operator)
            )
            return f"{self.said(expr.left, left)} {sign} {self.said(expr.right, right)}", own
        if isinstance(expr, Constant):
            if isinstance(expr.value, str):
                return f'"{expr.value}"', whole
            negative = not isinstance(expr.value, bool) and expr.value < 0
            return str(expr.value) if expr.unit.is_one else f"{expr.value} {expr.unit}", _SIGNED if negative else whole
        if isinstance(expr, Undetermined):
            missing = Text(expr.missing, expr.missing_zh or expr.missing).in_language(self._language)
            return self._phrase("undetermined", missing=missing), whole
        if isinstance(expr, Name):
            return expr.name, whole
        if isinstance(expr, ParameterValue):
            return f"{expr.name}[{self._listed(expr.keys)}]" if expr.keys else expr.name, whole
        if isinstance(expr, Lookup):
            return f"{expr.link}.{expr.name}", whole
        if isinstance(expr, Over):
            aggregate = self._name_of(expr.aggregate)
            phrase = "over_of" if expr.name else "over"
            return self._phrase(phrase, aggregate=aggregate, name=expr.name, link=expr.link), whole
        if isinstance(expr, Window):
            parts = {"function": self._name_of(expr.function), "value": self.said(expr.value, _SIGNED)}
            phrase = "window_within" if expr.within else "window"
            return self._phrase(phrase, **parts, within=self._listed(expr.within)), _WORDS
        if isinstance(expr, Convert):
            return self._phrase("convert", value=self.said(expr.value, _SIGNED), unit=expr.unit), _WORDS
        if isinstance(expr, Case):
            ways = [
                self._phrase("way", value=self.said(value, _LIST), condition=self.said(condition, _LIST))
                for condition, value in expr.branches
            ]
            ways.append(self._phrase("otherwise", value=self.said(expr.otherwise, _LIST)))
            return "{" + "; ".join(ways) + "}", whole
        if isinstance(expr, Call):
            return self._call(expr)
        raise TypeError(f"{type(expr).__name__} has no wording")

    def _call(self, expr: Call) -> tuple[str, float]:
        first = expr.arguments[0]
        if expr.function == "neg":
            return f"−{self.said(first, _SIGNED + 0.5)}", _SIGNED
        if expr.function == "not":
            return self._phrase("not", value=self.said(first, _COMPARISON)), _COMPARISON - 0.5
        if expr.function == "is_known":
            return self._phrase("is_known", value=self.said(first, _WORDS)), _COMPARISON
        if expr.function == "is_in":
            options = ", ".join(self.said(Constant(option), 0) for option in expr.options)
            return self._phrase("is_in", value=self.said(first, _WORDS), options=options), _LIST
        if expr.function == "or_else":
            other = self.said(expr.arguments[1], _LIST)
            return self._phrase("or_else", value=self.said(first, _LIST), other=other), 0
        options = "".join(f", {option}" for option in expr.options)
        return f"{expr.function}({self._listed(expr.arguments)}{options})", float("inf")

    def _listed(self, parts: Sequence[Expr]) -> str:
        return ", ".join(self.said(part, _LIST + 0.1) for part in parts)
