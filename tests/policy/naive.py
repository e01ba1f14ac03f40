"""The language of rules once more, row by row in plain Python: slow, simple, and written apart from the engine.

It takes the planned trees and nothing else of the engine, so that the two can only agree by both being right.
``None`` is undetermined. Of causes it gives all that are true; the engine tells one of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tanheng.policy import Entity
from tanheng.policy.entities import Link
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
from tanheng.policy.plan import Plan
from tanheng.policy.wording import formula

Row = Mapping[str, Any]
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """A value, or all causes why there is none, and the weakest status of what was looked at to get it."""

    value: Any
    causes: frozenset[str] = NOTHING
    trust: int = 0


@dataclass(frozen=True)
class Counts:
    """How many parts stand behind a total, and how many of them are undetermined."""

    parts: int = 0
    undetermined: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.parts + other.parts, self.undetermined + other.undetermined)


def gap(*causes: str, trust: int = 0) -> Found:
    return Found(None, frozenset(causes), trust)


def millionths(value: float) -> int:
    """A part as it is added: a whole number of millionths, halves away from zero."""
    return int((Decimal(value * 1_000_000)).quantize(Decimal(1), ROUND_HALF_UP))


def total(values: Iterable[float]) -> float:
    return sum(millionths(value) for value in values) / 1_000_000


class Naive:
    """``of(entity, row, name)`` is what a rule or column is for a row."""

    def __init__(self, plan: Plan, rows: Mapping[str, Sequence[Row]], on: date) -> None:
        self._plan = plan
        self._on = on
        self._rows = {entity: self._of_table(entity, rows.get(entity.table.name, ())) for entity in plan.entities}
        self._known: dict[tuple[Entity, int, str], Found] = {}

    def rows(self, entity: Entity) -> Sequence[Row]:
        return self._rows[entity]

    def _of_table(self, entity: Entity, rows: Sequence[Row]) -> list[Row]:
        found: list[Row] = []
        for given in rows:
            row: dict[str, Any] = {"held": given.get("held")}
            for column in entity.table:
                value = given.get(column.name)
                row[column.name] = column.default if value is None else value
            if entity.year_of is not None:
                row["year"] = row[entity.year_of].year
            found.append(row)
        return found

    def of(self, entity: Entity, row: Row, name: str) -> Found:
        if (entity, name) not in self._plan:
            return self._column(entity, row, name)
        key = (entity, id(row), name)
        if key not in self._known:
            planned = self._plan[(entity, name)]
            found = self._value(entity, row, planned.expr)
            if found.value is not None and planned.type.kind in ("number", "integer"):
                value = float(found.value) if planned.type.kind == "number" else int(found.value)
                found = Found(value, found.causes, found.trust)
            self._known[key] = found
        return self._known[key]

    def _column(self, entity: Entity, row: Row, name: str) -> Found:
        value = row[name]
        if value is not None or name == "held":
            return Found(value)
        place = f"{entity.table.name}.{name}"
        if row["held"] is not None and entity.may_be_held(name):
            return gap(f"{place} is held: a question about it is open")
        return gap(f"{place} was not reported")

    # -- expressions -------------------------------------------------------------------------------

    def _value(self, entity: Entity, row: Row, expr: Expr) -> Found:
        def of(part: Expr) -> Found:
            return self._value(entity, row, part)

        match expr:
            case Constant():
                return Found(expr.value)
            case Undetermined():
                return gap(expr.missing)
            case Name():
                return self.of(entity, row, expr.name)
            case Lookup():
                return self._looked_up(entity, row, expr)
            case ParameterValue():
                return self._parameter(entity, row, expr, [of(key) for key in expr.keys])
            case Over():
                return self._over(entity, row, expr)
            case Window():
                return self._window(entity, row, expr)
            case Convert():
                found = of(expr.value)
                factor = self._plan.type_of(entity, expr.value).unit.factor_to(expr.unit)
                assert factor is not None
                return _made([found], lambda value: value * float(factor))
            case Case():
                return self._case(entity, row, expr)
            case Binary():
                return _binary(expr.operator, of(expr.left), of(expr.right))
            case Call():
                return _call(expr, [of(argument) for argument in expr.arguments])
        raise TypeError(type(expr).__name__)

    def _case(self, entity: Entity, row: Row, expr: Case) -> Found:
        trust = 0
        for condition, value in expr.branches:
            holds = self._value(entity, row, condition)
            trust = max(trust, holds.trust)
            if holds.value is None:
                return Found(None, holds.causes, trust)
            if holds.value:
                found = self._value(entity, row, value)
                break
        else:
            found = self._value(entity, row, expr.otherwise)
        return Found(found.value, found.causes, max(trust, found.trust))

    def _parameter(self, entity: Entity, row: Row, node: ParameterValue, keys: Sequence[Found]) -> Found:
        trust = max((key.trust for key in keys), default=0)
        if any(key.value is None for key in keys):
            return gap(*(cause for key in keys for cause in key.causes), trust=trust)
        on = self._on
        if entity.period is not None:
            year = self.of(entity, row, entity.period)
            if year.value is None:
                return Found(None, year.causes, trust)
            on = min(on, date(year.value, 12, 31))
        words = [str(key.value) for key in keys]
        cell = self._plan.rulebook[node.name].at(on, *words)
        said = f"{node.name}[{', '.join(words)}]" if words else node.name
        if cell is None and not all(isinstance(key, Constant) for key in node.keys):
            return gap(f"{node.name} has no value for this category", trust=trust)
        if cell is None or cell.value is None:
            return gap(f"{said} is not published", trust=trust)
        return Found(cell.value, NOTHING, max(trust, int(cell.status)))

    # -- links and groups --------------------------------------------------------------------------

    def _parent(self, entity: Entity, row: Row, link: Link) -> Row | None:
        wanted = {key: self.of(entity, row, own).value for key, own in link.by.items()}
        if None in wanted.values():
            return None
        found = [other for other in self._rows[link.parent] if all(other[key] == wanted[key] for key in wanted)]
        assert len(found) <= 1, "a key names one row"
        return found[0] if found else None

    def _looked_up(self, entity: Entity, row: Row, node: Lookup) -> Found:
        link = entity.parents[node.link]
        parent = self._parent(entity, row, link)
        return gap(f"{entity.name} has no {node.link}") if parent is None else self.of(link.parent, parent, node.name)

    def _children(self, entity: Entity, row: Row, link: Link) -> list[Row]:
        def belongs(child: Row) -> bool:
            return all(self.of(link.child, child, own).value == row[key] for key, own in link.by.items())

        return [child for child in self._rows[link.child] if belongs(child)]

    def _unplaced(self, row: Row, link: Link) -> list[frozenset[str]]:
        """Why, for each child that may belong to the row: a part of its link is not known, and the rest fits."""
        found = []
        for child in self._rows[link.child]:
            parts = {key: self.of(link.child, child, own) for key, own in link.by.items()}
            gaps = [part for part in parts.values() if part.value is None]
            if gaps and all(part.value in (None, row[key]) for key, part in parts.items()):
                found.append(frozenset(cause for part in gaps for cause in part.causes))
        return found

    def _over(self, entity: Entity, row: Row, node: Over) -> Found:
        link = entity.children[node.link]
        children = self._children(entity, row, link)
        unplaced = self._unplaced(row, link) if node.aggregate not in ("count_if", "known_sum") else []
        if node.aggregate == "count":
            return gap(*frozenset().union(*unplaced)) if unplaced else Found(len(children))
        found = [self.of(link.child, child, node.name) for child in children]
        known = [part.value for part in found if part.value is not None]
        counted = [part for part in found if part.value is not None or node.aggregate != "known_sum"]
        trust = max((part.trust for part in counted), default=0)
        causes = frozenset(cause for part in found for cause in part.causes)
        if node.aggregate == "count_if":
            return Found(sum(known), NOTHING, trust)
        lenient = node.aggregate == "known_sum" and len(known) > 0
        if len(known) < len(found) and not lenient:
            return Found(None, causes.union(*unplaced), trust)
        if unplaced:
            return Found(None, causes.union(*unplaced), trust)
        if not found and node.aggregate in ("mean", "smallest", "largest"):
            return gap("there are no parts")
        values: Mapping[str, Callable[[], Any]] = {
            "sum": lambda: total(known),
            "known_sum": lambda: total(known),
            "mean": lambda: total(known) / len(known),
            "smallest": lambda: min(known),
            "largest": lambda: max(known),
        }
        return Found(values[node.aggregate](), NOTHING, trust)

    def _window(self, entity: Entity, row: Row, node: Window) -> Found:
        own = self._value(entity, row, node.value)
        group = [self._value(entity, row, part) for part in node.within]
        parts = [own, *group]
        trust = max(part.trust for part in parts)
        if any(part.value is None for part in group):
            return gap(*(cause for part in parts for cause in part.causes), trust=trust)
        others = []
        for other in self._rows[entity]:
            if all(
                self._value(entity, other, part).value == mine.value
                for part, mine in zip(node.within, group, strict=True)
            ):
                others.append(self._value(entity, other, node.value))
        trust = max(trust, *(other.trust for other in others))
        if own.value is None:
            return Found(None, own.causes, trust)
        if node.function == "rank":
            return Found(
                1 + sum(other.value is not None and other.value > own.value for other in others), NOTHING, trust
            )
        if any(other.value is None for other in others):
            return gap("another row of the group is undetermined", trust=trust)
        whole = total(other.value for other in others)
        return gap("division by zero", trust=trust) if whole == 0 else Found(own.value / whole, NOTHING, trust)

    # -- counts ------------------------------------------------------------------------------------

    def counts(self, entity: Entity, row: Row, name: str) -> Counts | None:
        """What stands beside a rule that carries totals; None for one that does not."""
        if (entity, name) not in self._plan:
            return None
        different = {formula(node): node for node in self._plan[(entity, name)].expr.walk()}
        found = [self._counts_of(entity, row, node) for node in different.values()]
        carried = [counts for counts in found if counts is not None]
        return sum(carried[1:], carried[0]) if carried else None

    def _counts_of(self, entity: Entity, row: Row, node: Expr) -> Counts | None:
        if isinstance(node, Name):
            return self.counts(entity, row, node.name)
        if isinstance(node, Lookup):
            link = entity.parents[node.link]
            parent = self._parent(entity, row, link)
            if parent is not None:
                return self.counts(link.parent, parent, node.name)
            return Counts() if self._carries(link.parent, node.name) else None
        if not isinstance(node, Over) or node.aggregate in ("count", "count_if"):
            return None
        link = entity.children[node.link]
        if not self._brings_counts(entity, node):
            return None
        found = Counts()
        for child in self._children(entity, row, link):
            counts = self.counts(link.child, child, node.name) or Counts(1, 0)
            if self.of(link.child, child, node.name).value is None:
                counts = Counts(max(counts.parts, 1), max(counts.parts, 1))
            found += counts
        unplaced = len(self._unplaced(row, link)) if node.aggregate == "known_sum" else 0
        return found + Counts(unplaced, unplaced)

    def _carries(self, entity: Entity, name: str) -> bool:
        """Whether a rule has counts at all, whatever the row."""
        nodes = self._plan[(entity, name)].expr.walk() if (entity, name) in self._plan else ()
        return any(self._brings_counts(entity, node) for node in nodes)

    def _brings_counts(self, entity: Entity, node: Expr) -> bool:
        if isinstance(node, Name):
            return self._carries(entity, node.name)
        if isinstance(node, Lookup):
            return self._carries(entity.parents[node.link].parent, node.name)
        if not isinstance(node, Over) or node.aggregate in ("count", "count_if"):
            return False
        return node.aggregate == "known_sum" or self._carries(entity.children[node.link].child, node.name)


def _made(parts: Sequence[Found], make: Callable[..., Any]) -> Found:
    """Whatever needs all its parts."""
    trust = max(part.trust for part in parts)
    if any(part.value is None for part in parts):
        return gap(*(cause for part in parts for cause in part.causes), trust=trust)
    return Found(make(*(part.value for part in parts)), NOTHING, trust)


def _binary(operator: str, left: Found, right: Found) -> Found:
    trust = max(left.trust, right.trust)
    if operator in ("&", "|"):
        decides = operator == "|"
        if decides in (left.value, right.value):
            return Found(decides, NOTHING, trust)
        return _made([left, right], lambda a, b: not decides)
    both = _made([left, right], lambda a, b: (a, b))
    if both.value is None:
        return both
    a, b = both.value
    if operator == "/":
        return gap("division by zero", trust=trust) if b == 0 else Found(a / b, NOTHING, trust)
    if operator == "**":
        return _power(a, b, trust)
    results: Mapping[str, Callable[[], Any]] = {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "==": lambda: a == b,
        "!=": lambda: a != b,
        "<": lambda: a < b,
        "<=": lambda: a <= b,
        ">": lambda: a > b,
        ">=": lambda: a >= b,
    }
    return Found(results[operator](), NOTHING, trust)


def _power(base: float, exponent: float, trust: int) -> Found:
    try:
        return Found(math.pow(base, exponent), NOTHING, trust)
    except ValueError:
        return gap("a power that has no value", trust=trust)


def _rounded(value: float, digits: int) -> float:
    """Halves away from zero, of the number as it is shifted in binary."""
    shifted = Decimal(value * 10.0**digits).quantize(Decimal(1), ROUND_HALF_UP)
    return float(shifted) / 10.0**digits


def _call(expr: Call, found: Sequence[Found]) -> Found:
    first = found[0]
    match expr.function:
        case "is_known":
            return Found(first.value is not None, NOTHING, first.trust)
        case "or_else":
            if first.value is not None:
                return first
            return Found(found[1].value, found[1].causes, max(first.trust, found[1].trust))
        case "sqrt" if first.value is not None and first.value < 0:
            return gap("square root of a negative number", trust=first.trust)
        case "log" if first.value is not None and first.value <= 0:
            return gap("logarithm of zero or less", trust=first.trust)
    results: Mapping[str, Callable[..., Any]] = {
        "neg": lambda a: -a,
        "not": lambda a: not a,
        "abs": abs,
        "round": lambda a: _rounded(a, expr.options[0]),
        "floor": lambda a: float(math.floor(a)),
        "ceil": lambda a: float(math.ceil(a)),
        "sqrt": math.sqrt,
        "exp": math.exp,
        "log": math.log,
        "year": lambda a: a.year,
        "month": lambda a: a.month,
        "is_in": lambda a: a in expr.options,
        "smallest": lambda *values: min(values),
        "largest": lambda *values: max(values),
    }
    return _made(found, results[expr.function])
