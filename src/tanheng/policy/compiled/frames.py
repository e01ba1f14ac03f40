"""Rows and their columns: what can be done to a frame, none of it worked out yet.

A frame is rows that stand somewhere (a table, a small table, what was kept, the groups of another frame) and nodes over
them. A join does not make other rows: a column of the right is read at the row that the left's key names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from tanheng.policy.compiled.loops import Total
from tanheng.policy.compiled.nodes import TOTALS, Asked, Node, Nodes
from tanheng.warehouse.arrays import Array, Arrays, Kind, Vector
from tanheng.warehouse.schema import Table

_OF_SCHEMA: Mapping[str, Kind] = {"number": "f64", "integer": "i64", "text": "text", "boolean": "bool", "date": "date"}


class Rows(Protocol):
    """Rows that stand somewhere. Frames whose rows have the same ``root`` stand row beside row."""

    @property
    def root(self) -> Rows: ...
    @property
    def key(self) -> frozenset[str]:
        """Columns whose values name a row, where that is known."""
        ...

    def origin(self, name: str) -> Node | None:
        """The column of the root that this one is."""
        ...


@dataclass(frozen=True)
class Leaf:
    """A column as it stands in its rows."""

    rows: Rows
    name: str


@dataclass(frozen=True)
class Target:
    """Rows that others look up by ``keys``, whose values name one row each."""

    rows: Rows
    keys: tuple[Node, ...]


@dataclass(frozen=True)
class Sight:
    """A column of the rows that are looked up."""

    rows: Rows
    column: Node


class TableRows:
    """The rows of one of the city's tables."""

    def __init__(self, arrays: Arrays, table: Table) -> None:
        self.arrays = arrays
        self.table = table
        self.key = frozenset(table.key)
        self.kinds: dict[str, Kind] = {column.name: _OF_SCHEMA[column.kind] for column in table}
        self.kinds["held"] = "text"

    @property
    def root(self) -> Rows:
        return self

    def origin(self, name: str) -> Node | None:
        return None

    def columns(self, names: Iterable[str]) -> dict[str, Vector]:
        return self.arrays.columns(self.table.name, self.table.key, names)

    def size(self) -> int:
        first = next(iter(self.kinds))
        return len(self.columns([*self.table.key[:1], first])[first])


class KeptRows:
    """Rows whose columns are worked out."""

    def __init__(self, vectors: Mapping[str, Vector], root: Rows | None, origins: Mapping[str, Node]) -> None:
        self.vectors = vectors
        self.key: frozenset[str] = frozenset()
        self._root = root
        self._origins = origins

    @property
    def root(self) -> Rows:
        return self if self._root is None else self._root

    def origin(self, name: str) -> Node | None:
        return self._origins.get(name)

    def columns(self, names: Iterable[str]) -> dict[str, Vector]:
        return {name: self.vectors[name] for name in names}


class GroupRows:
    """A row for each combination of ``keys`` that other rows have; ``worked_out`` once it is known which."""

    def __init__(self, of: Rows, keys: Mapping[str, Node], totals: Mapping[str, Total]) -> None:
        self.of = of
        self.keys = keys
        self.totals = totals
        self.key: frozenset[str] = frozenset(keys)
        self.worked_out: dict[str, Vector] = {}

    @property
    def root(self) -> Rows:
        return self

    def origin(self, name: str) -> Node | None:
        return None


class Worker(Protocol):
    """Works nodes out (see ``execution``)."""

    nodes: Nodes

    def work_out(self, rows: Rows, nodes: Sequence[Node]) -> list[Vector]: ...
    def found_by(self, rows: Rows, keys: Sequence[Node], target: Target) -> Array: ...


class Names(NamedTuple):
    of: tuple[str, ...]

    def names(self) -> list[str]:
        return list(self.of)


class CompiledFrame:
    """Rows that are not worked out yet."""

    def __init__(self, worker: Worker, rows: Rows, columns: Mapping[str, Node]) -> None:
        self.rows = rows
        self.columns = columns
        self._worker = worker

    def collect_schema(self) -> Names:
        return Names(tuple(self.columns))

    def vectors(self) -> dict[str, Vector]:
        found = self._worker.work_out(self.rows, list(self.columns.values()))
        return dict(zip(self.columns, found, strict=True))

    def select(self, **columns: Asked) -> CompiledFrame:
        if any(column.op in TOTALS for column in columns.values()):
            return self.group_by().agg(**columns)
        return CompiledFrame(self._worker, self.rows, self._typed(columns))

    def with_columns(self, **columns: Asked) -> CompiledFrame:
        return CompiledFrame(self._worker, self.rows, {**self.columns, **self._typed(columns)})

    def join(
        self, other: CompiledFrame, *, left_on: Sequence[str], right_on: Sequence[str], how: Literal["left", "inner"]
    ) -> CompiledFrame:
        """Columns of both but for the ``right_on`` ones, whose values are unique in ``other``."""
        right = {name: node for name, node in other.columns.items() if name not in right_on}
        assert not set(right) & set(self.columns), "a column has one name"
        pairs = [(self.columns[own], other.columns[its]) for own, its in zip(left_on, right_on, strict=True)]
        if other.rows.root is self.rows.root and self._are_one(pairs):
            return CompiledFrame(self._worker, self.rows, {**self.columns, **right})
        nodes = self._worker.nodes
        alike = [nodes.alike(own, its) for own, its in pairs]
        target = Target(other.rows, tuple(its for _, its in alike))
        keys = [own for own, _ in alike]
        if how == "inner":
            found = self._worker.found_by(self.rows, keys, target)
            if (found < 0).any():
                return self._some(np.flatnonzero(found >= 0), found, other, right)
        index = nodes.node("index", "i32", *keys, said=target)
        seen = {
            name: nodes.node("gather", node.kind, index, said=Sight(other.rows, node)) for name, node in right.items()
        }
        return CompiledFrame(self._worker, self.rows, {**self.columns, **seen})

    def group_by(self, *keys: str) -> Groups:
        return Groups(self._worker, self, keys)

    def typed(self, asked: Asked, done: dict[int, Node]) -> Node:
        return self._worker.nodes.typed(asked, self.columns, done)

    def _typed(self, columns: Mapping[str, Asked]) -> dict[str, Node]:
        done: dict[int, Node] = {}
        return {name: self.typed(column, done) for name, column in columns.items()}

    def _are_one(self, pairs: Sequence[tuple[Node, Node]]) -> bool:
        """Whether rows that match are the same row: the two sides are one column each, and together the table's key."""
        found = set()
        for own, its in pairs:
            ours, theirs = origin_of(own), origin_of(its)
            if ours is not theirs or not isinstance(ours.said, Leaf):
                return False
            found.add(ours.said.name)
        root = self.rows.root
        return bool(root.key) and root.key <= found

    def _some(self, rows: Array, found: Array, other: CompiledFrame, right: Mapping[str, Node]) -> CompiledFrame:
        """The columns of both sides at some of the rows, at each the row of the right that was found."""
        ours = self._worker.work_out(self.rows, list(self.columns.values()))
        theirs = self._worker.work_out(other.rows, list(right.values()))
        vectors = {name: vector.take(rows) for name, vector in zip(self.columns, ours, strict=True)}
        vectors |= {name: vector.take(found[rows]) for name, vector in zip(right, theirs, strict=True)}
        return standing(self._worker, KeptRows(vectors, None, {}))


class Groups:
    def __init__(self, worker: Worker, frame: CompiledFrame, keys: Sequence[str]) -> None:
        self._worker = worker
        self._frame = frame
        self._keys = keys

    def agg(self, **columns: Asked) -> CompiledFrame:
        done: dict[int, Node] = {}
        nodes = self._worker.nodes
        keys = {key: self._frame.columns[key] for key in self._keys}
        totals, kinds = {}, {key: node.kind for key, node in keys.items()}
        for name, asked in columns.items():
            assert asked.op in TOTALS, asked.op
            node = self._frame.typed(asked.parts[0], done) if asked.parts else None
            kinds[name] = "i64" if node is None else "f64" if asked.op == "sum" else node.kind
            if node is not None and asked.op == "sum":
                assert node.kind != "f64", "doubles are added up as millionths"
                node = nodes.cast(node, "i64")
            totals[name] = Total(asked.op, node)
        rows = GroupRows(self._frame.rows, keys, totals)
        return CompiledFrame(
            self._worker, rows, {name: nodes.node("leaf", kind, said=Leaf(rows, name)) for name, kind in kinds.items()}
        )


def standing(worker: Worker, rows: TableRows | KeptRows) -> CompiledFrame:
    """The frame of rows as they stand."""
    kinds = rows.kinds if isinstance(rows, TableRows) else {name: each.kind for name, each in rows.vectors.items()}
    leaves = {name: worker.nodes.node("leaf", kind, said=Leaf(rows, name)) for name, kind in kinds.items()}
    return CompiledFrame(worker, rows, leaves)


def origin_of(node: Node) -> Node:
    """The column of the root that this one is, itself else."""
    said: Any = node.said
    return (said.rows.origin(said.name) or node) if node.op == "leaf" else node
