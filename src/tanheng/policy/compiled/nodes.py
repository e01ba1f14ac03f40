"""Columns as expressions: first as they are asked for by name, then typed over the rows of a frame.

``Asked`` is what the words of ``relational`` make; ``Nodes.typed`` turns it into a ``Node``. Equal nodes are one node,
so that what many rules take up is worked out once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Literal

import narwhals as nw

from tanheng.warehouse.arrays import Kind

KINDS: Mapping[Any, Kind] = {
    nw.Float64(): "f64",
    nw.Int64(): "i64",
    nw.Int32(): "i32",
    nw.Int8(): "i8",
    nw.String(): "text",
    nw.Boolean(): "bool",
    nw.Date(): "date",
}
_WIDTH: Mapping[Kind, int] = {"bool": 0, "i8": 1, "i32": 2, "i64": 3, "f64": 4}
_EPOCH = date(1970, 1, 1).toordinal()
TOTALS = ("sum", "min", "max", "rows")


class Asked:
    """A column over names that are not tied to a frame yet."""

    __slots__ = ("kind", "op", "parts", "said")

    def __init__(self, op: str, *parts: Asked, said: Any = None, kind: Kind | None = None) -> None:
        self.op = op
        self.parts = parts
        self.said = said
        self.kind = kind

    def __add__(self, other: Any) -> Asked:
        return Asked("add", self, _asked(other))

    def __sub__(self, other: Any) -> Asked:
        return Asked("sub", self, _asked(other))

    def __mul__(self, other: Any) -> Asked:
        return Asked("mul", self, _asked(other))

    def __truediv__(self, other: Any) -> Asked:
        return Asked("div", self, _asked(other))

    def __pow__(self, other: Any) -> Asked:
        return Asked("pow", self, _asked(other))

    def __lt__(self, other: Any) -> Asked:
        return Asked("lt", self, _asked(other))

    def __gt__(self, other: Any) -> Asked:
        return Asked("lt", _asked(other), self)

    def __ge__(self, other: Any) -> Asked:
        return Asked("not", Asked("lt", self, _asked(other)))

    def __le__(self, other: Any) -> Asked:
        return Asked("not", Asked("lt", _asked(other), self))

    def __and__(self, other: Any) -> Asked:
        return Asked("and", self, _asked(other))

    def __or__(self, other: Any) -> Asked:
        return Asked("or", self, _asked(other))

    def __eq__(self, other: Any) -> Asked:  # type: ignore[override]
        return Asked("eq", self, _asked(other))

    def __ne__(self, other: Any) -> Asked:  # type: ignore[override]
        return Asked("not", Asked("eq", self, _asked(other)))

    __hash__ = object.__hash__

    def __invert__(self) -> Asked:
        return Asked("not", self)

    def __neg__(self) -> Asked:
        return Asked("neg", self)

    def abs(self) -> Asked:
        return Asked("abs", self)

    def floor(self) -> Asked:
        return Asked("floor", self)

    def ceil(self) -> Asked:
        return Asked("ceil", self)

    def round(self) -> Asked:
        return Asked("round", self)

    def sqrt(self) -> Asked:
        return Asked("sqrt", self)

    def exp(self) -> Asked:
        return Asked("exp", self)

    def log(self) -> Asked:
        return Asked("log", self)

    def is_null(self) -> Asked:
        return Asked("is_null", self)

    def is_in(self, values: Sequence[Any]) -> Asked:
        found = [Asked("eq", self, _asked(value)) for value in values]
        # Of an unknown value it is unknown even whether it is one of none.
        return reduce(lambda a, b: Asked("or", a, b), found) if found else Asked("eq", self, self) & _asked(False)

    def fill_null(self, value: Any) -> Asked:
        return Asked("coalesce", self, _asked(value))

    def cast(self, dtype: Any) -> Asked:
        return Asked("cast", self, kind=KINDS[dtype])

    def sum(self) -> Asked:
        return Asked("sum", self)

    def min(self) -> Asked:
        return Asked("min", self)

    def max(self) -> Asked:
        return Asked("max", self)


class CompiledWords:
    """How columns are named, made and chosen between."""

    def col(self, name: str) -> Asked:
        return Asked("col", said=name)

    def lit(self, value: Any, dtype: Any = None) -> Asked:
        return Asked("lit", said=value, kind=None if dtype is None else KINDS[dtype])

    def choice(self, condition: Any, value: Any, otherwise: Any = None) -> Asked:
        return Asked("choice", condition, value, Asked("lit") if otherwise is None else otherwise)

    def coalesce(self, *columns: Any) -> Asked:
        return _folded("coalesce", columns)

    def greatest(self, *columns: Any) -> Asked:
        return _folded("greatest", columns)

    def least(self, *columns: Any) -> Asked:
        return _folded("least", columns)

    def year(self, date: Any) -> Asked:
        return Asked("year", date)

    def month(self, date: Any) -> Asked:
        return Asked("month", date)

    def rows(self) -> Asked:
        return Asked("rows")

    def rank(self, value: Any, within: Sequence[str]) -> Asked:
        return Asked("rank", value, *(self.col(name) for name in within))

    def over(self, total: Literal["sum", "max"], value: Any, within: Sequence[str]) -> Asked:
        return Asked(f"over_{total}", value, *(self.col(name) for name in within))


def _folded(op: str, columns: Sequence[Asked]) -> Asked:
    return reduce(lambda one, other: Asked(op, one, other), columns)


def _asked(value: Any) -> Asked:
    return value if isinstance(value, Asked) else Asked("lit", said=value)


class Node:
    """A typed expression over the rows of one frame; ``said`` is what its operation needs beside its ``parts``."""

    __slots__ = ("kind", "op", "parts", "said")

    def __init__(self, op: str, kind: Kind, parts: tuple[Node, ...], said: Any) -> None:
        self.op = op
        self.kind = kind
        self.parts = parts
        self.said = said


@dataclass(frozen=True)
class Exact:
    """A number as it is told apart from others: 0.0 is not -0.0, and 1 is not True."""

    kind: Kind
    written: str


class Nodes:
    """Makes nodes, equal ones once."""

    def __init__(self) -> None:
        self._made: dict[Any, Node] = {}

    def node(self, op: str, kind: Kind, *parts: Node, said: Any = None) -> Node:
        key = (op, kind, parts, Exact(kind, repr(said)) if op == "lit" else said)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Node(op, kind, parts, said)
        return found

    def lit(self, value: Any, kind: Kind | None = None) -> Node:
        """A constant; of its own kind, or of that one."""
        own = kind or _kind_of(value)
        if value is None:
            return self.node("null", own)
        if own == "f64":
            value = float(value)
        elif own in ("i64", "i32", "i8") and isinstance(value, float):
            value = round(value)
        elif isinstance(value, date):
            value = value.toordinal() - _EPOCH
        return self.node("lit", own, said=value)

    def typed(self, asked: Asked, columns: Mapping[str, Node], done: dict[int, Node]) -> Node:
        """The node of what was asked for, over ``columns``; ``done`` holds what was typed, by the id of what asked."""
        found = done.get(id(asked))
        if found is None:
            found = done[id(asked)] = self._typed(asked, columns, done)
        return found

    def _typed(self, asked: Asked, columns: Mapping[str, Node], done: dict[int, Node]) -> Node:
        op = asked.op
        if op == "col":
            return columns[asked.said]
        if op == "lit":
            return self.lit(asked.said, asked.kind)
        parts = [self.typed(part, columns, done) for part in asked.parts]
        first = parts[0]
        if op == "cast":
            assert asked.kind is not None
            return self.cast(first, asked.kind)
        if op in ("add", "sub", "mul"):
            kind, alike = self._alike(parts, least="i64")
            return self.node(op, kind, *alike)
        if op in ("div", "pow"):
            return self.node(op, "f64", *(self.cast(part, "f64") for part in parts))
        if op in ("lt", "eq"):
            kind, alike = self._alike(parts)
            if op == "lt" and kind == "text":
                alike = [self.node("place", "i32", part) for part in alike]
            return self.node(op, "bool", *alike)
        if op in ("and", "or", "not"):
            return self.node(op, "bool", *(self.cast(part, "bool") for part in parts))
        if op == "choice":
            kind, values = self._alike(parts[1:])
            if values[0] is values[1]:
                return values[0]
            return self.node(op, kind, self.cast(first, "bool"), *values)
        if op in ("coalesce", "greatest", "least"):
            if asked.parts[1].op == "lit" and asked.parts[1].kind is None and first.kind in ("i8", "i32"):
                parts[1] = self.cast(parts[1], first.kind)  # a bare 0 is as narrow as what it fills
            kind, values = self._alike(parts)
            if kind == "text" and op != "coalesce":
                places = [self.node("place", "i32", value) for value in values]
                return self.node(f"{op}_text", kind, *values, *places)
            return self.node(op, kind, *values)
        if op == "is_null":
            return self.node(op, "bool", first)
        if op in ("year", "month"):
            return self.node(op, "i64", self.cast(first, "date"))
        if op in ("sqrt", "exp", "log"):
            return self.node(op, "f64", self.cast(first, "f64"))
        if op in ("floor", "ceil", "round"):
            return self.node(op, "f64", first) if first.kind == "f64" else first
        if op in ("neg", "abs"):
            return self.node(op, first.kind, first)
        if op == "over_sum":
            return self.node(op, "f64", *parts)
        if op == "over_max":
            return self.node(op, first.kind, *parts)
        assert op == "rank", op
        return self.node(op, "i64", *parts)

    def cast(self, node: Node, kind: Kind) -> Node:
        if node.kind == kind:
            return node
        if node.op == "null":
            return self.node("null", kind)
        if node.op == "lit" and kind != "text" and node.kind != "f64":
            return self.lit(bool(node.said) if kind == "bool" else node.said, kind)
        assert kind != "text" or node.kind in ("i64", "i32", "i8"), f"{node.kind} as {kind}"
        return self.node("written" if kind == "text" else "cast", kind, node)

    def alike(self, one: Node, other: Node) -> tuple[Node, Node]:
        """Both in the kind that takes both in."""
        _, (first, second) = self._alike([one, other])
        return first, second

    def _alike(self, parts: Sequence[Node], least: Kind = "none") -> tuple[Kind, list[Node]]:
        """The kind that takes in all parts, and the parts in it."""
        kind: Kind = least
        for part in parts:
            if part.kind == "none":
                continue
            if kind == "none":
                kind = part.kind
            elif kind != part.kind:
                kind = max(kind, part.kind, key=lambda each: _WIDTH[each])
        return kind, [self.cast(part, kind) for part in parts]


def _kind_of(value: Any) -> Kind:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "i64"
    if isinstance(value, float):
        return "f64"
    if isinstance(value, date):
        return "date"
    assert isinstance(value, str), type(value).__name__
    return "text"


def is_small(node: Node) -> bool:
    """Whether a whole number is 0 or 1, so that no sum of it over rows is too large for 64 bits."""
    if node.op == "lit":
        return node.kind == "i64" and abs(node.said) <= 1
    if node.op == "coalesce":
        return all(is_small(part) for part in node.parts)
    return node.op == "cast" and node.parts[0].kind == "bool"
