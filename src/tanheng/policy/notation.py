"""A rule in mathematical notation, from the same tree that is computed.

    carbon intensity = emissions / value added

Unit conversions are left out: a quantity is the same in every unit. A factor of 1 or an added 0 that only fixes a
unit or a kind is left out too. A figure looked up in the year before or in the city carries that at its foot.
"""

from __future__ import annotations

import re

from tanheng.policy.entities import Entity
from tanheng.policy.expressions import (
    Binary,
    Call,
    Case,
    Constant,
    Convert,
    Expr,
    Lookup,
    Name,
    ParameterValue,
    Undetermined,
    Window,
)
from tanheng.policy.expressions import Over as Aggregate
from tanheng.policy.mathematics import (
    Applied,
    Cases,
    Equation,
    Fenced,
    Figure,
    Fraction,
    Index,
    Math,
    Over,
    Power,
    Root,
    Row,
    Sign,
    Word,
)
from tanheng.policy.plan import Plan, PlannedRule
from tanheng.text import Text

_OR, _AND, _COMPARED, _SUM, _PRODUCT, _SIGNED, _WHOLE = 1, 2, 3, 4, 5, 6, 9
_STRENGTH = {"|": _OR, "&": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _WHOLE, "**": _WHOLE}
_SIGNS = {"+": "+", "-": "−", "*": "×", "==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_LINE_LONGEST = 92  # letters; a wide character counts twice
_TITLE_LONGEST = 60

_FUNCTIONS = {
    "year": Text("year of", "年份"),
    "month": Text("month of", "月份"),
    "round": Text("round", "四舍五入"),
    "log": Text("ln", "ln"),
    "smallest": Text("min", "min"),
    "largest": Text("max", "max"),
    "rank": Text("rank", "名次"),
}
_MEAN = Text("mean", "平均")


def equation(planned: PlannedRule, plan: Plan) -> Equation:
    """``title = formula`` of a rule."""
    notation = Notation(plan, planned.rule.entity)
    left = Word(planned.rule.title, "name")
    return Equation(left, _lines(notation, planned.expr, _length(left)))


def short_title(title: Text, name: str, unit: str = "1") -> Text:
    """A title that fits into a formula: what explains it is cut off; of one still too long, the name in words."""
    en, zh = title.en.split(";")[0], title.zh.split(";")[0]
    if en.count(", ") == 1:
        en = en.split(", ")[0]
    if len(en) > _TITLE_LONGEST or en.count(", ") > 1:
        en = " ".join(name.removesuffix(f"_{unit.lower()}").split("_"))
    if 2 * len(zh) > _TITLE_LONGEST or zh.count("、") > 1:
        zh = re.split(r"[,(、]", zh)[0]
    return Text(en, zh)


def _within_a_sentence(title: Text) -> Text:
    """With a small letter, but for abbreviations."""
    first, second = title.en[:1], title.en[1:2]
    return title if second.isupper() or second.isdigit() else Text(first.lower() + title.en[1:], title.zh)


class Notation:
    """Expressions of rules about one entity."""

    def __init__(self, plan: Plan, entity: Entity) -> None:
        self._plan = plan
        self._entity = entity

    def of(self, expr: Expr, strength: float = 0) -> Math:
        """The notation, in brackets where it holds together less than ``strength`` asks."""
        math, own = self._math(expr)
        return Fenced("(", math, ")") if own < strength else math

    def _math(self, expr: Expr) -> tuple[Math, float]:
        if isinstance(expr, Convert):
            return self._math(expr.value)
        if isinstance(expr, Binary):
            return self._binary(expr)
        if isinstance(expr, Call):
            return self._call(expr)
        if isinstance(expr, Constant):
            negative = not isinstance(expr.value, bool | str) and expr.value < 0
            return _constant(expr), _SIGNED if negative else _WHOLE
        if isinstance(expr, Undetermined):
            missing = Text(f"undetermined: {expr.missing}", f"未确定:{expr.missing_zh or expr.missing}")
            return Word(missing), _WHOLE
        if isinstance(expr, Name):
            return self._name(self._entity, expr.name), _WHOLE
        if isinstance(expr, ParameterValue):
            return self._parameter(expr), _WHOLE
        if isinstance(expr, Lookup):
            link = self._entity.parents[expr.link]
            return Index(self._name(link.parent, expr.name), Word(link.parent_title)), _WHOLE
        if isinstance(expr, Aggregate):
            return self._aggregate(expr)
        if isinstance(expr, Window):
            return self._window(expr)
        if isinstance(expr, Case):
            ways = [(self.of(value), self.of(condition)) for condition, value in expr.branches]
            return Cases((*ways, (self.of(expr.otherwise), None))), _WHOLE
        raise TypeError(f"{type(expr).__name__} has no notation")

    def _name(self, entity: Entity, name: str) -> Math:
        rule = self._plan.rules.get((entity, name))
        if rule is not None:
            return Word(rule.title, "name")
        column = entity.column(name)
        assert column is not None
        return Word(short_title(column.meaning, name, column.unit), "name")

    def _parameter(self, expr: ParameterValue) -> Math:
        parameter = self._plan.rulebook[expr.name]
        name = Word(short_title(_within_a_sentence(parameter.title), expr.name.split(".")[1]), "parameter")
        if not expr.keys:
            return name
        keys = self._listed(expr.keys)
        chosen = any(isinstance(node, Case) for key in expr.keys for node in key.walk())
        return Row((name, Fenced("[", keys, "]"))) if chosen else Index(name, keys)

    def _listed(self, parts: tuple[Expr, ...]) -> Math:
        said: list[Math] = []
        for part in parts:
            said += [*([Sign(",")] if said else []), self.of(part)]
        return Row(tuple(said))

    def _binary(self, expr: Binary) -> tuple[Math, float]:
        operator, left, right = expr.operator, expr.left, expr.right
        if operator in ("*", "/") and _is(right, 1):
            return self._math(left)
        if operator in ("+", "-") and _is(right, 0):
            return self._math(left)
        if operator == "/" and isinstance(left, Binary) and left.operator == "/":
            below = Row((self.of(left.right, _PRODUCT), Sign("×"), self.of(right, _PRODUCT)))
            return Fraction(self.of(left.left), below), _WHOLE
        if operator == "/":
            return Fraction(self.of(left), self.of(right)), _WHOLE
        if operator == "**":
            return Power(self.of(left, _WHOLE + 1), self.of(right)), _WHOLE
        if operator == "==" and isinstance(right, Constant) and right.value is True:
            return self._math(left)
        own = _STRENGTH.get(operator, _COMPARED)
        if operator in ("&", "|"):
            word = Word(Text("and", "且") if operator == "&" else Text("or", "或"))
            return Row((self.of(left, own), word, self.of(right, own))), own
        beside = own + (own == _COMPARED)
        after = own + (operator in ("-",) or own == _COMPARED)
        return Row((self.of(left, beside), Sign(_SIGNS[operator]), self.of(right, after))), own

    def _call(self, expr: Call) -> tuple[Math, float]:
        first, function = expr.arguments[0], expr.function
        if function == "neg":
            return Row((Sign("−"), self.of(first, _PRODUCT))), _SIGNED - 2
        if function == "not":
            return Row((Word(Text("not", "非")), self.of(first, _COMPARED))), _AND
        if function == "is_known":
            return Row((self.of(first, _SUM), Word(Text("is known", "已知")))), _COMPARED
        if function == "is_in":
            options: list[Math] = []
            for option in expr.options:
                options += [*([Sign(",")] if options else []), _constant(Constant(option))]
            return Row((self.of(first, _SUM), Sign("∈"), Fenced("{", Row(tuple(options)), "}"))), _COMPARED
        if function == "or_else":
            known = Row((self.of(first, _SUM), Word(Text("is known", "已知"))))
            return Cases(((self.of(first), known), (self.of(expr.arguments[1]), None))), _WHOLE
        if function in ("floor", "ceil", "abs"):
            left, right = {"floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉"), "abs": ("|", "|")}[function]
            return Fenced(left, self.of(first), right), _WHOLE
        if function == "sqrt":
            return Root(self.of(first)), _WHOLE
        if function == "exp":
            return Power(Sign("e"), self.of(first)), _WHOLE
        arguments = tuple(self.of(argument) for argument in expr.arguments)
        digits = tuple(Figure(str(option)) for option in expr.options if option)
        return Applied(_FUNCTIONS[function], (*arguments, *digits)), _WHOLE

    def _aggregate(self, expr: Aggregate) -> tuple[Math, float]:
        child = self._entity.children[expr.link].child
        beneath = Word(child.title)
        if expr.aggregate == "count":
            return Applied(Text("number of", "个数"), (beneath,)), _WHOLE
        body = self._name(child, expr.name)
        if expr.aggregate == "count_if":
            return Applied(Text("number of", "个数"), (Row((beneath, Sign(":"), body)),)), _WHOLE
        if expr.aggregate == "mean":
            return Over("mean", beneath, body), _PRODUCT
        if expr.aggregate in ("smallest", "largest"):
            return Over("min" if expr.aggregate == "smallest" else "max", beneath, body), _PRODUCT
        above = Word(Text("determined", "已确定")) if expr.aggregate == "known_sum" else None
        return Over("∑", beneath, body, above), _PRODUCT

    def _window(self, expr: Window) -> tuple[Math, float]:
        value = self.of(expr.value, _PRODUCT)
        within = self._listed(expr.within) if expr.within else Word(self._entity.title)
        if expr.within:
            within = Row((Word(Text("same", "相同")), within))
        if expr.function == "share":
            return Fraction(self.of(expr.value), Over("∑", within, value)), _WHOLE
        return Index(Applied(_FUNCTIONS["rank"], (value,)), within), _WHOLE


def _constant(expr: Constant) -> Math:
    if isinstance(expr.value, bool):
        return Word(Text("yes", "是") if expr.value else Text("no", "否"))
    if isinstance(expr.value, str):
        return Word(Text(expr.value, expr.value), "category")
    figure = Figure(f"{expr.value:g}".replace("-", "−"))
    return figure if expr.unit.is_one else Row((figure, Word(Text(str(expr.unit), str(expr.unit)))))


def _is(expr: Expr, value: int) -> bool:
    """A plain 0 or 1, which changes no value."""
    plain = isinstance(expr, Constant) and not isinstance(expr.value, bool | str)
    return plain and isinstance(expr, Constant) and expr.value == value and expr.unit.is_one


# -- long formulas -----------------------------------------------------------------------------------


def _lines(notation: Notation, expr: Expr, before: int) -> tuple[Math, ...]:
    """The right side; a long sum or product in several lines, each but the first beginning with its sign."""
    whole = notation.of(expr)
    if before + _length(whole) <= _LINE_LONGEST or isinstance(whole, Cases | Fraction):
        return (whole,)
    lines: list[list[Math]] = [[]]
    room = _LINE_LONGEST - before
    for part in _terms(whole):
        size = sum(map(_length, part))
        if lines[-1] and room < size:
            lines.append([])
            room = _LINE_LONGEST - before
        lines[-1] += part
        room -= size
    return tuple(Row(tuple(line)) for line in lines)


def _terms(math: Math) -> list[list[Math]]:
    """The terms of a sum or the factors of a product, each with the sign before it."""
    if not isinstance(math, Row) or len(math.parts) != 3 or not isinstance(math.parts[1], Sign):
        return [[math]]
    left, sign, right = math.parts
    assert isinstance(sign, Sign)
    if sign.sign not in ("+", "−", "×"):
        return [[math]]
    return [*_terms(left), [sign, right]]


def _length(math: Math) -> int:
    """About how many letters wide it is, in the wider of the two languages."""
    if isinstance(math, Word):
        return max(len(math.text.en), 2 * len(math.text.zh))
    if isinstance(math, Figure):
        return len(math.digits)
    if isinstance(math, Sign):
        return 3
    if isinstance(math, Row):
        return sum(map(_length, math.parts))
    if isinstance(math, Fraction):
        return max(_length(math.above), _length(math.below))
    if isinstance(math, Power):
        return _length(math.base) + _length(math.exponent) // 2
    if isinstance(math, Index):
        return _length(math.base) + _length(math.foot) * 2 // 3
    if isinstance(math, Over):
        return _length(math.body) + max(3, _length(math.beneath) * 2 // 3)
    if isinstance(math, Fenced | Root):
        return _length(math.body) + 2
    if isinstance(math, Applied):
        return len(math.name.en) + 2 + sum(map(_length, math.arguments))
    if isinstance(math, Cases):
        ways = ((value, condition) for value, condition in math.ways)
        return max(_length(value) + (0 if condition is None else _length(condition)) for value, condition in ways) + 5
    return _length(math.left) + sum(map(_length, math.lines))
