"""The language of rules: what a rule function does with its arguments.

A rule function is called once, with symbols, and returns an expression: a tree of the nodes below.
The tree is all that the engine knows of a rule. From the one tree come the query (``lower``), the
units (``typing_of``), what is missing, how far the result can be trusted, and the explanation.

    def energy(mass_t, ncv, fuel_set, fuel):
        return mass_t * ncv[fuel_set, fuel]

What can be written:

- ``+ - * / **``, comparisons, ``& | ~`` on truth values; ``-x``, ``x.round(2)``, ``x.floor()``, ``x.ceil()``,
  ``x.abs()``, ``x.sqrt()``, ``x.exp()``, ``x.log()``
- ``when(condition).then(x).when(...).then(y).otherwise(z)``; ``smallest(x, y)``, ``largest(x, y)``
- ``x.is_known()``, ``x.or_else(y)`` (y where x is undetermined), ``x.is_in("a", "b")``; ``d.year()``, ``d.month()``
  of a date
- ``x.to("kg")``, ``quantity(3000, "tCO2e")``, ``undetermined("what is missing")``
- ``parameter[category, ...]`` for a parameter with categories
- ``parent.column_or_rule`` along a link up
- ``children.sum("x")``, ``.known_sum("x")``, ``.count()``, ``.count_if("flag")``, ``.mean("x")``, ``.smallest("x")``,
  ``.largest("x")`` along a link down
- ``rank(x, within=(a,))``, ``share(x, within=(a,))`` over all rows of the entity

``sum`` is strict: one undetermined part makes it undetermined. ``known_sum`` adds what is
determined and carries how many parts were not. Use the strict one wherever somebody owes or gets
something, and the other for statistics that are shown with their count.

Division by zero is undetermined, never infinite. There is no clock and no chance in this language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tanheng.units import ONE, Unit

Operator = Literal["+", "-", "*", "/", "**", "==", "!=", "<", "<=", ">", ">=", "&", "|"]
Function = Literal[
    "neg",
    "not",
    "round",
    "floor",
    "ceil",
    "abs",
    "sqrt",
    "exp",
    "log",
    "smallest",
    "largest",
    "is_known",
    "or_else",
    "is_in",
    "year",
    "month",
]
Aggregate = Literal["sum", "known_sum", "count", "count_if", "mean", "smallest", "largest"]


class RuleError(Exception):
    """A rule is written in a way that the engine refuses. The message says which and why."""


class Expr:
    """A node. Nodes are immutable and compared by identity."""

    @property
    def parts(self) -> tuple[Expr, ...]:
        return ()

    def walk(self) -> Iterator[Expr]:
        yield self
        for part in self.parts:
            yield from part.walk()

    def __add__(self, other: Any) -> Expr:
        return Binary("+", self, as_expr(other))

    def __radd__(self, other: Any) -> Expr:
        return Binary("+", as_expr(other), self)

    def __sub__(self, other: Any) -> Expr:
        return Binary("-", self, as_expr(other))

    def __rsub__(self, other: Any) -> Expr:
        return Binary("-", as_expr(other), self)

    def __mul__(self, other: Any) -> Expr:
        return Binary("*", self, as_expr(other))

    def __rmul__(self, other: Any) -> Expr:
        return Binary("*", as_expr(other), self)

    def __truediv__(self, other: Any) -> Expr:
        return Binary("/", self, as_expr(other))

    def __rtruediv__(self, other: Any) -> Expr:
        return Binary("/", as_expr(other), self)

    def __pow__(self, other: Any) -> Expr:
        return Binary("**", self, as_expr(other))

    def __rpow__(self, other: Any) -> Expr:
        return Binary("**", as_expr(other), self)

    def __neg__(self) -> Expr:
        return Call("neg", (self,))

    def __eq__(self, other: Any) -> Expr:  # type: ignore[override]
        return Binary("==", self, as_expr(other))

    def __ne__(self, other: Any) -> Expr:  # type: ignore[override]
        return Binary("!=", self, as_expr(other))

    def __lt__(self, other: Any) -> Expr:
        return Binary("<", self, as_expr(other))

    def __le__(self, other: Any) -> Expr:
        return Binary("<=", self, as_expr(other))

    def __gt__(self, other: Any) -> Expr:
        return Binary(">", self, as_expr(other))

    def __ge__(self, other: Any) -> Expr:
        return Binary(">=", self, as_expr(other))

    def __and__(self, other: Any) -> Expr:
        return Binary("&", self, as_expr(other))

    def __or__(self, other: Any) -> Expr:
        return Binary("|", self, as_expr(other))

    def __invert__(self) -> Expr:
        return Call("not", (self,))

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise RuleError("a rule cannot use if, and, or, not on its arguments: use when(...), &, |, ~")

    def round(self, digits: int = 0) -> Expr:
        return Call("round", (self,), (digits,))

    def floor(self) -> Expr:
        return Call("floor", (self,))

    def ceil(self) -> Expr:
        return Call("ceil", (self,))

    def abs(self) -> Expr:
        return Call("abs", (self,))

    def sqrt(self) -> Expr:
        return Call("sqrt", (self,))

    def exp(self) -> Expr:
        return Call("exp", (self,))

    def log(self) -> Expr:
        return Call("log", (self,))

    def is_known(self) -> Expr:
        return Call("is_known", (self,))

    def or_else(self, other: Any) -> Expr:
        return Call("or_else", (self, as_expr(other)))

    def is_in(self, *values: str | int | float) -> Expr:
        return Call("is_in", (self,), values)

    def year(self) -> Expr:
        return Call("year", (self,))

    def month(self) -> Expr:
        return Call("month", (self,))

    def to(self, unit: str) -> Expr:
        return Convert(self, Unit.parse(unit))


@dataclass(frozen=True, eq=False)
class Constant(Expr):
    value: float | int | str | bool
    unit: Unit = ONE


@dataclass(frozen=True, eq=False)
class Undetermined(Expr):
    """A value that is never known; ``missing`` says what would be needed."""

    missing: str
    unit: Unit = ONE
    missing_zh: str = ""


@dataclass(frozen=True, eq=False)
class Name(Expr):
    """A column or another rule of the same entity."""

    name: str


@dataclass(frozen=True, eq=False)
class ParameterValue(Expr):
    """A rulebook parameter, at the categories given by ``keys``."""

    name: str
    keys: tuple[Expr, ...] = ()

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.keys

    def __getitem__(self, keys: Any) -> ParameterValue:
        if self.keys:
            raise RuleError(f"{self.name} has its categories already")
        given = keys if isinstance(keys, tuple) else (keys,)
        return ParameterValue(self.name, tuple(as_expr(key) for key in given))


@dataclass(frozen=True, eq=False)
class Binary(Expr):
    operator: Operator
    left: Expr
    right: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, eq=False)
class Call(Expr):
    function: Function
    arguments: tuple[Expr, ...]
    options: tuple[Any, ...] = ()

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.arguments


@dataclass(frozen=True, eq=False)
class Convert(Expr):
    value: Expr
    unit: Unit

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.value,)


@dataclass(frozen=True, eq=False)
class Case(Expr):
    """The value of the first condition that holds; ``otherwise`` when none does."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (*(part for branch in self.branches for part in branch), self.otherwise)


@dataclass(frozen=True, eq=False)
class Lookup(Expr):
    """A column or rule of the parent along a link."""

    link: str
    name: str


@dataclass(frozen=True, eq=False)
class Over(Expr):
    """An aggregate of a column or rule of the children along a link. ``name`` is empty for a count."""

    link: str
    aggregate: Aggregate
    name: str = ""


@dataclass(frozen=True, eq=False)
class Window(Expr):
    """``rank`` (1 is the largest) or ``share`` of ``value`` among all rows with equal ``within``."""

    function: Literal["rank", "share"]
    value: Expr
    within: tuple[Expr, ...] = ()

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.value, *self.within)


class Parent:
    """The symbol of a link up: ``facility.sector`` is a ``Lookup``."""

    def __init__(self, link: str) -> None:
        self._link = link

    def __getattr__(self, name: str) -> Lookup:
        if name.startswith("_"):
            raise AttributeError(name)
        return Lookup(self._link, name)


class Children:
    """The symbol of a link down: ``fuel_uses.sum("energy")`` is an ``Over``."""

    def __init__(self, link: str) -> None:
        self._link = link

    def sum(self, name: str) -> Over:
        """The sum; undetermined when one part is. No part at all is zero."""
        return Over(self._link, "sum", name)

    def known_sum(self, name: str) -> Over:
        """The sum of the determined parts. Carries the number of parts and of undetermined ones."""
        return Over(self._link, "known_sum", name)

    def count(self) -> Over:
        return Over(self._link, "count")

    def count_if(self, name: str) -> Over:
        """How many children have ``name`` true; undetermined ones are not counted."""
        return Over(self._link, "count_if", name)

    def mean(self, name: str) -> Over:
        """Mean; undetermined when a part is, or when there is none."""
        return Over(self._link, "mean", name)

    def smallest(self, name: str) -> Over:
        return Over(self._link, "smallest", name)

    def largest(self, name: str) -> Over:
        return Over(self._link, "largest", name)


class When:
    """``when(a).then(x).when(b).then(y).otherwise(z)``; ``otherwise`` is compulsory."""

    def __init__(self, done: tuple[tuple[Expr, Expr], ...], condition: Any) -> None:
        self._done = done
        self._condition = as_expr(condition)

    def then(self, value: Any) -> Then:
        return Then((*self._done, (self._condition, as_expr(value))))


class Then:
    def __init__(self, done: tuple[tuple[Expr, Expr], ...]) -> None:
        self._done = done

    def when(self, condition: Any) -> When:
        return When(self._done, condition)

    def otherwise(self, value: Any) -> Expr:
        return Case(self._done, as_expr(value))


def when(condition: Any) -> When:
    return When((), condition)


def smallest(*values: Any) -> Expr:
    return Call("smallest", tuple(as_expr(value) for value in values))


def largest(*values: Any) -> Expr:
    return Call("largest", tuple(as_expr(value) for value in values))


def rank(value: Any, *, within: tuple[Any, ...] = ()) -> Expr:
    """Place among all rows with equal ``within``: 1 for the largest, equal values share a place."""
    return Window("rank", as_expr(value), tuple(as_expr(part) for part in within))


def share(value: Any, *, within: tuple[Any, ...] = ()) -> Expr:
    """Part of the sum over all rows with equal ``within``; undetermined when one of them is."""
    return Window("share", as_expr(value), tuple(as_expr(part) for part in within))


def quantity(value: float, unit: str) -> Expr:
    """A number with a unit. Policy figures belong in the rulebook; this is for definitions."""
    return Constant(value, Unit.parse(unit))


def undetermined(missing: str, unit: str = "1", *, zh: str = "") -> Expr:
    """A result that cannot be had, with what is missing, and the same in Chinese."""
    return Undetermined(missing, Unit.parse(unit), zh)


def as_expr(value: Any) -> Expr:
    """The value as a node.

    Raises
    ------
    RuleError
        For anything but a symbol, a number, a text or a truth value.
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool | int | float | str):
        return Constant(value)
    if isinstance(value, When | Then):
        raise RuleError("when(...) is not finished: end it with .otherwise(...)")
    if isinstance(value, Children | Parent):
        raise RuleError("a link is no value: name a column or rule of it, e.g. fuel_uses.sum('energy')")
    raise RuleError(f"{value!r} cannot stand in a rule")
