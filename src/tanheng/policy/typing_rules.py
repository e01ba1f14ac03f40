"""The types of expressions: kind and unit, so that tonnes are never added to kilograms.

The unit of a product is the product of the units; sums, comparisons and choices want equal units;
nothing is converted unless a rule says ``.to(...)``. The plain number 0 fits every unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

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
    RuleError,
    Undetermined,
    Window,
)
from tanheng.units import ONE, Unit

Kind = Literal["number", "integer", "text", "boolean", "date"]
NUMERIC = ("number", "integer")


@dataclass(frozen=True)
class Type:
    kind: Kind
    unit: Unit = ONE
    zero: bool = False  # the constant 0, which fits every unit
    open: bool = False  # undetermined, which fits every kind

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC

    def __str__(self) -> str:
        if not self.is_numeric:
            return f"a {self.kind}"
        return "a plain number" if self.unit.is_one else str(self.unit)

    def must_be(self, wanted: Type, message: str) -> None:
        """Refuse what cannot be taken for ``wanted``."""
        if self.open:
            return
        same_kind = self.kind == wanted.kind or (self.is_numeric and wanted.kind == "number")
        if same_kind and (self.unit == wanted.unit or self.zero):
            return
        said = message.format(found=self, wanted=wanted)
        if self.kind == "number" and wanted == Type("integer", self.unit):
            said += ", a whole number"
        elif self.is_numeric and wanted.is_numeric and self.unit.factor_to(wanted.unit) is not None:
            said += f'; write .to("{wanted.unit}") where that is meant'
        raise RuleError(said)


class TypeContext(Protocol):
    def of_name(self, name: str) -> Type: ...
    def of_lookup(self, node: Lookup) -> Type: ...
    def of_over(self, node: Over) -> Type: ...
    def of_parameter(self, node: ParameterValue) -> Type: ...


def type_of(expr: Expr, context: TypeContext) -> Type:
    """The type of an expression.

    Raises
    ------
    RuleError
        With what was combined with what.
    """
    return _RULES[type(expr)](expr, context)


def _constant(expr: Constant, context: TypeContext) -> Type:
    if isinstance(expr.value, bool):
        return Type("boolean")
    if isinstance(expr.value, str):
        return Type("text")
    kind: Kind = "integer" if isinstance(expr.value, int) else "number"
    return Type(kind, expr.unit, zero=expr.value == 0)


def _parameter(expr: ParameterValue, context: TypeContext) -> Type:
    for key in expr.keys:
        found = type_of(key, context)
        if found.kind not in ("text", "integer"):
            raise RuleError(f"a category of {expr.name} must be a text, not {found}")
        if any(isinstance(node, Window) for node in key.walk()):
            raise RuleError(f"a category of {expr.name} cannot hold a rank or share: make that a rule of its own")
    return context.of_parameter(expr)


def _binary(expr: Binary, context: TypeContext) -> Type:
    left, right = type_of(expr.left, context), type_of(expr.right, context)
    operator = expr.operator
    if operator in ("&", "|"):
        for side in (left, right):
            side.must_be(Type("boolean"), f"{operator} wants a truth value, not {{found}}")
        return Type("boolean")
    if operator in ("==", "!=", "<", "<=", ">", ">="):
        _alike(left, right, f"{{found}} is compared with {{wanted}} by {operator}")
        return Type("boolean")
    for side in (left, right):
        if not side.is_numeric and not side.open:
            raise RuleError(f"{operator} wants numbers, not {side}")
    if operator in ("+", "-"):
        return _alike(left, right, f"{{found}} and {{wanted}} are combined by {operator}")
    if operator == "*":
        return Type(_wider(left, right), left.unit * right.unit)
    if operator == "/":
        return Type("number", left.unit / right.unit)
    if not right.unit.is_one:
        raise RuleError(f"an exponent is a plain number, not {right}")
    if left.unit.is_one:
        return Type("number")
    if isinstance(expr.right, Constant) and isinstance(expr.right.value, int):
        return Type("number", left.unit**expr.right.value)
    raise RuleError(f"{left} can only be raised to a whole number that is written out")


def _wider(left: Type, right: Type) -> Kind:
    return "integer" if left.kind == right.kind == "integer" else "number"


def _alike(left: Type, right: Type, message: str) -> Type:
    if left.zero and right.zero and right.unit.is_one:
        return left  # of two zeros the one that says its unit
    if left.open or (left.zero and right.is_numeric):
        return right
    if right.open or (right.zero and left.is_numeric):
        return left
    if left.is_numeric and right.is_numeric:
        wanted = Type("number", right.unit)
        left.must_be(wanted, message)
        return Type(_wider(left, right), left.unit)
    left.must_be(right, message)
    return left


def _call(expr: Call, context: TypeContext) -> Type:
    types = [type_of(argument, context) for argument in expr.arguments]
    first = types[0]
    name = expr.function
    if name == "is_known":
        return Type("boolean")
    if name == "not":
        first.must_be(Type("boolean"), "~ wants a truth value, not {found}")
        return Type("boolean")
    if name == "is_in":
        for value in expr.options:
            _alike(first, _constant(Constant(value), context), "is_in compares {found} with {wanted}")
        return Type("boolean")
    if name in ("smallest", "largest", "or_else"):
        found = first
        for other in types[1:]:
            found = _alike(found, other, f"{name} chooses between {{found}} and {{wanted}}")
        return found
    if name in ("year", "month"):
        first.must_be(Type("date"), f"{name}() wants a date, not {{found}}")
        return Type("integer")
    if not first.is_numeric:
        raise RuleError(f"{name} wants a number, not {first}")
    if name in ("exp", "log") and not first.unit.is_one:
        raise RuleError(f"{name} wants a plain number, not {first}")
    if name == "sqrt":
        if any(power % 2 for _, power in first.unit.powers):
            raise RuleError(f"there is no square root of {first}")
        return Type("number", Unit(tuple((unit, power // 2) for unit, power in first.unit.powers)))
    if name in ("exp", "log"):
        return Type("number")
    return Type(first.kind, first.unit)


def _case(expr: Case, context: TypeContext) -> Type:
    found = type_of(expr.otherwise, context)
    for condition, value in expr.branches:
        type_of(condition, context).must_be(Type("boolean"), "when() wants a truth value, not {found}")
        found = _alike(type_of(value, context), found, "a choice is between {found} and {wanted}")
    return found


def _convert(expr: Convert, context: TypeContext) -> Type:
    found = type_of(expr.value, context)
    if not found.is_numeric or found.unit.factor_to(expr.unit) is None:
        raise RuleError(f"{found} cannot be turned into {expr.unit}")
    return Type("number", expr.unit)


def _over(expr: Over, context: TypeContext) -> Type:
    found = context.of_over(expr)
    if expr.aggregate == "count":
        return found
    if expr.aggregate == "count_if":
        found.must_be(Type("boolean"), f"count_if({expr.name!r}) wants a truth value, not {{found}}")
        return Type("integer")
    if not found.is_numeric:
        raise RuleError(f"{expr.aggregate}({expr.name!r}) wants a number, not {found}")
    return found if expr.aggregate in ("smallest", "largest") else Type("number", found.unit)


def _window(expr: Window, context: TypeContext) -> Type:
    found = type_of(expr.value, context)
    if not found.is_numeric:
        raise RuleError(f"{expr.function} wants a number, not {found}")
    for part in expr.within:
        type_of(part, context)
    return Type("integer") if expr.function == "rank" else Type("number")


_RULES: dict[type[Expr], Callable[[Any, TypeContext], Type]] = {
    Constant: _constant,
    Undetermined: lambda expr, context: Type("number", expr.unit, open=True),
    Name: lambda expr, context: context.of_name(expr.name),
    ParameterValue: _parameter,
    Binary: _binary,
    Call: _call,
    Case: _case,
    Convert: _convert,
    Lookup: lambda expr, context: context.of_lookup(expr),
    Over: _over,
    Window: _window,
}
