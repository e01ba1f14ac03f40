"""The rows that explanations look at, fetched together.

An explanation learns what it needs as it goes: which fuels a facility burned is known once its total is. Asked one by
one, hundreds of rows are hundreds of queries. So a row that is not here yet is noted, and ``fetch`` gets all that was
noted with one query for each entity; then the explanation is begun anew and gets further.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

import narwhals as nw

from tanheng.policy.arithmetic import PER_UNIT
from tanheng.policy.entities import Entity, Link
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.explanation_tree import Value
from tanheng.policy.expressions import Expr, Over
from tanheng.policy.wording import formula

PARTS_SHOWN = 8

Key = tuple[Value, ...]
Row = Mapping[str, Any]
_Total = tuple[Link, Over]
_ABOUT = ("held", "source", "origin")  # what is told of a cell beside its value


class NotFetched(Exception):
    """It is noted, and there after the next ``fetch``."""


@dataclass(frozen=True)
class Parts:
    """What a total adds up: its value, how many parts there are, and the keys of the weightiest."""

    value: Value
    count: int
    undetermined: int
    shown: tuple[Key, ...]


class ExplainedRows:
    """Rows of one evaluation. Every question raises ``NotFetched`` until its answer was fetched.

    ``shown`` is how many parts of a total are looked at.
    """

    def __init__(self, evaluation: Evaluation, shown: int = PARTS_SHOWN) -> None:
        self._evaluation = evaluation
        self._shown = shown
        self._rows: dict[tuple[Entity, Key], dict[str, Any] | None] = {}
        self._parts: dict[tuple[Link, str, Key], Parts] = {}
        self._values: dict[tuple[Entity, str, Key], Value] = {}
        self._wanted_rows: dict[Entity, dict[Key, set[str]]] = {}
        self._wanted_parts: dict[Link, dict[str, tuple[Over, set[Key]]]] = {}
        self._wanted_values: dict[tuple[Entity, str], tuple[Expr, set[Key]]] = {}

    def row(self, entity: Entity, key: Key, names: Iterable[str]) -> Row | None:
        """The row with that key and at least those columns and rules; None where there is none."""
        if None in key:
            return None
        row = self._rows.get((entity, key), {})
        missing = set() if row is None else {name for name in names if name not in row}
        if missing:
            self._wanted_rows.setdefault(entity, {}).setdefault(key, set()).update(missing)
            raise NotFetched
        return row

    def parts(self, link: Link, node: Over, parent: Key) -> Parts:
        """What a total over the children of one parent is made of; ``parent`` are the values of the child's columns."""
        signature = formula(node)
        if None in parent:
            return Parts(_aggregate(node, []), 0, 0, ())
        if (link, signature, parent) not in self._parts:
            self._wanted_parts.setdefault(link, {}).setdefault(signature, (node, set()))[1].add(parent)
            raise NotFetched
        return self._parts[(link, signature, parent)]

    def value(self, entity: Entity, key: Key, expr: Expr) -> Value:
        """The value of a part of a rule that was asked for before."""
        signature = formula(expr)
        if (entity, signature, key) not in self._values:
            self._wanted_values.setdefault((entity, signature), (expr, set()))[1].add(key)
            raise NotFetched
        return self._values[(entity, signature, key)]

    def fetch(self) -> bool:
        """Get all that was noted. False where nothing was: every answer is here."""
        waiting = bool(self._wanted_rows or self._wanted_parts or self._wanted_values)
        for entity, wanted in self._wanted_rows.items():
            self._fetch_rows(entity, wanted)
        for link, totals in self._wanted_parts.items():
            self._fetch_parts(link, totals)
        for (entity, signature), (expr, keys) in self._wanted_values.items():
            found = self._evaluation.values_of(entity, expr, _among(entity.key, keys))
            self._values |= {(entity, signature, key): found[key] for key in keys}
        self._wanted_rows, self._wanted_parts, self._wanted_values = {}, {}, {}
        return waiting

    def _fetch_rows(self, entity: Entity, wanted: Mapping[Key, set[str]]) -> None:
        names = sorted({name for missing in wanted.values() for name in missing} - set(entity.key))
        found = {
            tuple(row[part] for part in entity.key): row
            for row in self._select(entity, names, entity.key, wanted).iter_rows(named=True)
        }
        for key in wanted:
            row = found.get(key)
            self._rows[(entity, key)] = None if row is None else {**(self._rows.get((entity, key)) or {}), **row}

    def _fetch_parts(self, link: Link, totals: Mapping[str, tuple[Over, set[Key]]]) -> None:
        child, columns = link.child, [link.by[part] for part in link.parent.key]
        named = [node.name for node, _ in totals.values() if node.name]
        about = _ABOUT if any((child, name) not in self._evaluation.plan for name in named) else ()
        names = [name for name in dict.fromkeys((*named, *columns, *about)) if name not in child.key]
        rows = self._select(child, names, columns, dict.fromkeys(key for _, keys in totals.values() for key in keys))
        of_parent: dict[Key, list[int]] = {}
        for place, parent in enumerate(zip(*(rows[column].to_list() for column in columns), strict=True)):
            of_parent.setdefault(parent, []).append(place)
        for signature, (node, parents) in totals.items():
            values = rows[node.name].to_list() if node.name else []
            for parent in parents:
                places = of_parent.get(parent, [])
                self._parts[(link, signature, parent)] = self._parts_at(child, node, rows, values, places)

    def _parts_at(
        self, child: Entity, node: Over, rows: nw.DataFrame[Any], values: Sequence[Value], places: Sequence[int]
    ) -> Parts:
        """The parts at some places of fetched rows. The rows of the weightiest are kept: their values are here."""
        if not node.name:
            return Parts(len(places), len(places), 0, ())
        own = [values[place] for place in places]
        weightiest = nsmallest(self._shown, range(len(own)), key=lambda n: (*_weight(own[n]), n))
        keys = []
        for n in weightiest:
            # As slices: to take rows by a list of places, pyarrow imports pandas, most of a second.
            (row,) = rows[places[n] : places[n] + 1].iter_rows(named=True)
            key = tuple(row[part] for part in child.key)
            keys.append(key)
            self._rows[(child, key)] = {**(self._rows.get((child, key)) or {}), **row}
        unknown = sum(value is None for value in own)
        return Parts(_aggregate(node, own), len(places), unknown, tuple(keys))

    def _select(
        self, entity: Entity, names: Sequence[str], columns: Sequence[str], among: Iterable[Key]
    ) -> nw.DataFrame[Any]:
        """Rows whose ``columns`` have one of the values, sorted by key; some more where there are several columns."""
        return self._evaluation.rows(entity, names, _among(columns, among)).sort(*entity.key).collect("pyarrow")


def _among(columns: Sequence[str], keys: Iterable[Key]) -> nw.Expr:
    """Each column has one of its values: for a few keys of several columns that is close enough to the keys."""
    condition = nw.lit(True)
    for column, values in zip(columns, zip(*keys, strict=True), strict=True):
        different = list(dict.fromkeys(values))
        own = nw.col(column)
        condition = condition & (own == nw.lit(different[0]) if len(different) == 1 else own.is_in(different))
    return condition


def _weight(value: Value) -> tuple[bool, float]:
    """Undetermined parts first, then the largest."""
    return (value is not None, -abs(value) if isinstance(value, int | float) else 0.0)


def _aggregate(node: Over, values: Sequence[Any]) -> Value:
    """The aggregate of the values at hand, for the line above its parts."""
    if node.aggregate == "count":
        return len(values)
    if node.aggregate == "count_if":
        return sum(value is True for value in values)
    known: list[float] = [value for value in values if value is not None]
    if len(known) < len(values) and (node.aggregate != "known_sum" or not known):
        return None
    if not values and node.aggregate in ("mean", "smallest", "largest"):
        return None
    if node.aggregate == "smallest":
        return min(known)
    if node.aggregate == "largest":
        return max(known)
    # As the engine adds: exactly, in millionths.
    total = sum(round(value * PER_UNIT) if isinstance(value, float) else value * PER_UNIT for value in known)
    return total / PER_UNIT / (len(known) if node.aggregate == "mean" else 1)
