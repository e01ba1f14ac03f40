"""In which order columns are worked out: what a loop reads before the loop, and each only once.

A loop needs the columns that it reads as arrays, what it looks up as arrays with a numbering of their keys, and windows
worked out before. All that it needs of other rows is asked of them at once, so that the rows of a table are gone over
once for the totals of all who ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import pairwise

import numpy as np
import pyarrow as pa
import scipy.sparse

from tanheng.policy.arithmetic import PER_UNIT
from tanheng.policy.backend import TooLarge
from tanheng.policy.compiled.frames import GroupRows, KeptRows, Rows, Sight, TableRows, Target
from tanheng.policy.compiled.loops import CALL, Dense, Dimension, Loop, LoopWriter, Slot, Total, in_order
from tanheng.policy.compiled.machine import code_of, shares, threads
from tanheng.policy.compiled.nodes import Node, Nodes
from tanheng.warehouse.arrays import Array, Pool, Texts, Vector

WINDOWS = ("over_sum", "over_max", "rank", "written")
MOST_BYTES = 256 << 20  # of a numbering
FEW_GROUPS = 4096  # so few are added up by each thread for itself and put together


class Execution:
    """Works columns out over their rows and remembers them, for one evaluation."""

    def __init__(self, pool: Pool) -> None:
        self.nodes = Nodes()
        self.pool = pool
        self._at: dict[Rows, dict[Node, Vector]] = {}  # what is worked out, by the root of the rows
        self._dense: dict[Target, Dense | None] = {}

    def work_out(self, rows: Rows, nodes: Sequence[Node]) -> list[Vector]:
        """The columns of ``nodes`` over ``rows``.

        Raises
        ------
        TooLarge
            When a number is out of the range in which it is added up.
        """
        there = self._there(rows)
        self._stand(rows, in_order(nodes, lambda node: node in there or node.op in WINDOWS))
        missing = [node for node in dict.fromkeys(nodes) if node not in there]
        windows = [node for node in missing if node.op in WINDOWS]
        for node in windows:
            there[node] = self._window(rows, node)
        missing = [node for node in missing if node not in there]
        if missing:
            loop = self._writer(rows, missing).columns(missing)
            calls = [(*part, 0, 0) for part in shares(self.size(rows))]
            self._call(loop, calls, [np.zeros(1, np.int64)] * len(calls), rows, missing)
            for node, vector in zip(missing, loop.outputs, strict=True):
                there[node] = _trimmed(vector)
        return [there[node] for node in nodes]

    def found_by(self, rows: Rows, keys: Sequence[Node], target: Target) -> Array:
        """For each row the row of ``target`` that its keys name, -1 where there is none."""
        index = self.nodes.node("index", "i32", *keys, said=target)
        return self.work_out(rows, [index])[0].values

    def size(self, rows: Rows) -> int:
        if isinstance(rows, GroupRows):
            self._group(rows, ())
            return len(rows.worked_out[""])
        if isinstance(rows, TableRows):
            return rows.size()
        assert isinstance(rows, KeptRows)
        return len(next(iter(rows.vectors.values())))

    def _there(self, rows: Rows) -> dict[Node, Vector]:
        return self._at.setdefault(rows.root, {})

    # -- what a loop needs ---------------------------------------------------------------------------

    def _writer(self, rows: Rows, nodes: Iterable[Node]) -> LoopWriter:
        """For a loop over ``rows``, with all that stands below ``nodes`` worked out where a loop cannot."""
        there = self._there(rows)
        below = in_order(nodes, lambda node: node in there or node.op in WINDOWS)
        self._stand(rows, below)
        self._look_up(below)
        for node in below:
            if node.op in WINDOWS and node not in there:
                there[node] = self._window(rows, node)
            if node.op == "index" and node not in there and self._dense[node.said] is None:
                there[node] = self._sorted_index(rows, node)
        seen, dense = {}, {}
        for node in below:
            if node.op == "gather":
                sight: Sight = node.said
                seen[node] = self._there(sight.rows)[sight.column]
            if node.op == "index" and (found := self._dense[node.said]):
                dense[node] = found
        # Every text has its number before the loop is written, since the order of texts hangs on all of them.
        for node in below:
            if node.kind == "text" and node.op == "lit":
                self.pool.code(node.said)
            for vector in (seen.get(node), there.get(node)):
                if isinstance(vector, Texts):
                    vector.number()
        return LoopWriter(self.size(rows), there, seen, dense, self.pool)

    def _stand(self, rows: Rows, nodes: Iterable[Node]) -> None:
        """Take up the columns among the nodes that stand in rows."""
        there = self._there(rows)
        wanted: dict[Rows, list[Node]] = {}
        for node in nodes:
            if node.op == "leaf" and node not in there:
                wanted.setdefault(node.said.rows, []).append(node)
        for stand, leaves in wanted.items():
            names = [leaf.said.name for leaf in leaves]
            if isinstance(stand, GroupRows):
                self._group(stand, names)
                found: Mapping[str, Vector] = stand.worked_out
            else:
                assert isinstance(stand, TableRows | KeptRows)
                found = stand.columns(names)
            for leaf, name in zip(leaves, names, strict=True):
                assert found[name].kind == leaf.kind, f"{name} is {found[name].kind}, not {leaf.kind}"
                there[leaf] = found[name]

    def _look_up(self, below: Sequence[Node]) -> None:
        """Have what the gathers read and the numberings of the keys that they go by."""
        wanted: dict[Rows, dict[Node, None]] = {}
        for node in below:
            if node.op == "gather":
                sight: Sight = node.said
                wanted.setdefault(sight.rows, {})[sight.column] = None
            if node.op == "index":
                target: Target = node.said
                wanted.setdefault(target.rows, {}).update(dict.fromkeys(target.keys))
        for rows, nodes in wanted.items():
            self.work_out(rows, list(nodes))
        for node in below:
            if node.op == "index" and node.said not in self._dense:
                self._dense[node.said] = self._numbered(node.said)

    def _numbered(self, target: Target) -> Dense | None:
        """The numbering of the rows by their keys; None where the keys are too far apart."""
        keys = [self._there(target.rows)[key] for key in target.keys]
        if any(key.kind == "f64" for key in keys):
            return None
        dimensions, size = _dimensions([(key.span(), False) for key in keys])
        if size > room(len(keys[0])):
            return None
        codes = sum(
            ((key.values.astype(np.int64) - d.low) * d.stride for key, d in zip(keys, dimensions, strict=True)),
            np.zeros(len(keys[0]), np.int64),
        )
        rows = np.full(size, -1, np.int32)
        there = ~_unknown(keys)
        rows[codes[there]] = np.flatnonzero(there)
        return Dense(dimensions, rows)

    def _sorted_index(self, rows: Rows, node: Node) -> Vector:
        """The row that keys name where they are too far apart for a numbering."""
        target: Target = node.said
        ours = self.work_out(rows, node.parts)
        theirs = [self._there(target.rows)[key] for key in target.keys]
        count = len(theirs[0])
        ids = _grouped([np.concatenate([right.values, left.values]) for left, right in zip(ours, theirs, strict=True)])
        places = np.full(int(ids.max(initial=0)) + 1, -1, np.int32)
        there = ~_unknown(theirs)
        places[ids[:count][there]] = np.flatnonzero(there)
        found = places[ids[count:]]
        found[_unknown(ours)] = -1
        return Vector("i32", found)

    # -- windows -------------------------------------------------------------------------------------

    def _window(self, rows: Rows, node: Node) -> Vector:
        vectors = self.work_out(rows, node.parts)
        if node.op == "written":
            return self._written(vectors[0])
        value, within = vectors[0], vectors[1:]
        size = len(value)
        nulls = np.zeros(size, np.bool_) if value.nulls is None else value.nulls.view(np.bool_)
        groups = _grouped(_told_apart(within))
        if node.op == "rank":
            return Vector("i64", _ranks(value.values, nulls, groups))
        count = int(groups.max(initial=-1)) + 1
        known = np.bincount(groups[~nulls], minlength=count)
        if node.op == "over_sum":
            totals = _exact_sums(np.where(nulls, 0, value.values), groups, count)
        else:
            least = -np.inf if value.kind == "f64" else np.iinfo(value.values.dtype).min
            totals = np.full(count, least, value.values.dtype)
            np.maximum.at(totals, groups, np.where(nulls, least, value.values).astype(value.values.dtype))
        return _trimmed(Vector(node.kind, totals[groups], (known == 0)[groups].astype(np.uint8)))

    def _written(self, vector: Vector) -> Vector:
        """Whole numbers as texts."""
        distinct, places = np.unique(vector.values, return_inverse=True)
        texts = pa.array([str(value) for value in distinct.tolist()], pa.string())
        return Vector("text", self.pool.codes(texts)[places], vector.nulls)

    # -- groups --------------------------------------------------------------------------------------

    def _group(self, rows: GroupRows, names: Iterable[str]) -> None:
        """Work out those totals of the groups that are not yet."""
        totals = {name: rows.totals[name] for name in names if name in rows.totals and name not in rows.worked_out}
        if rows.worked_out and not totals:
            return
        keys = list(rows.keys.values())
        found = self.work_out(rows.of, keys)
        dimensions, size = _dimensions([(key.span(), key.nulls is not None) for key in found])
        inner = [total.node for total in totals.values() if total.node is not None]
        ids: Array | None = None
        words = 2 + 2 * len(totals)  # of a record, about
        if found and (size > room(len(found[0]), words) or any(key.kind == "f64" for key in found)):
            ids = _grouped(_told_apart(found)).astype(np.int32)
            size = int(ids.max(initial=-1)) + 1
        number = self.nodes.node("numbered", "i32", said=rows)
        if ids is not None:
            self._there(rows.of)[number] = Vector("i32", ids)
        writer = self._writer(rows.of, [*keys, *inner])
        loop = writer.groups(
            number if ids is not None else None, list(zip(keys, dimensions, strict=True)), list(totals.values())
        )
        records = self._added_up(loop, rows, size, inner)
        present = np.flatnonzero(records[:, 0]) if keys else np.arange(1)
        if len(present) < len(records):
            records = records[present]
        if not rows.worked_out:
            for name, key, vector in zip(rows.keys, dimensions, found, strict=True):
                rows.worked_out[name] = _key_of(present, key, vector, ids)
            rows.worked_out[""] = Vector("i64", records[:, 0])
        for (name, total), slot in zip(totals.items(), loop.slots, strict=True):
            rows.worked_out[name] = _total_of(records, total, slot)

    def _added_up(self, loop: Loop, rows: GroupRows, size: int, inner: Sequence[Node]) -> Array:
        """The records of the groups. Threads share the rows where groups are few, and else the groups."""
        count = self.size(rows.of)
        parts = shares(count)
        if size <= FEW_GROUPS:
            calls = [(begin, end, 0, size) for begin, end in parts]
            records = [np.zeros((size, loop.words), np.int64) for _ in calls]
        else:
            bounds = [size * n // len(parts) for n in range(len(parts) + 1)]
            calls = [(0, count, first, last) for first, last in pairwise(bounds)]
            records = [np.zeros((size, loop.words), np.int64)] * len(calls)
        self._call(loop, calls, records, rows.of, inner)
        return reduce(lambda one, other: _put_together(one, other, loop), records) if size <= FEW_GROUPS else records[0]

    # -- running -------------------------------------------------------------------------------------

    def _call(
        self, loop: Loop, calls: Sequence[tuple[int, int, int, int]], records: Sequence[Array], rows: Rows,
        nodes: Sequence[Node],
    ) -> None:  # fmt: skip
        code = code_of(loop.text)
        told = np.zeros((len(calls), CALL), np.int64)
        told[:, 1:] = [(first, last) for _, _, first, last in calls]

        def one(number: int) -> None:
            begin, end, *_ = calls[number]
            code(begin, end, [loop.arrays[0], told[number], records[number], *loop.arrays[3:]])

        if len(calls) == 1:
            one(0)
        else:
            list(threads().map(one, range(len(calls))))
        if told[:, 0].any():
            raise TooLarge(self._out_of_range(rows, nodes))

    def _out_of_range(self, rows: Rows, nodes: Sequence[Node]) -> float | None:
        """A number that was too large, in units: looked for once it is known that there is one."""
        there = self._there(rows)
        for node in in_order(nodes, lambda each: each in there):
            if node.op == "cast" and node.parts[0].kind == "f64" and node not in there:
                try:
                    part = self.work_out(rows, [node.parts[0]])[0]
                except TooLarge:
                    continue  # what is below it was already
                large = (np.abs(part.values) >= 2.0**63) & ~_unknown([part])
                if large.any():
                    return float(part.values[large][0]) / PER_UNIT
        return None


def room(rows: int, words: int = 1) -> int:
    """How many codes a numbering of the keys of so many rows may have, at so many words each.

    For more, the combinations that there are get numbers of their own.
    """
    return min(max(1 << 22, 4 * rows), MOST_BYTES // (8 * words))


def _dimensions(spans: Sequence[tuple[tuple[int, int], bool]]) -> tuple[tuple[Dimension, ...], int]:
    """The dimensions of keys with these spans, and how many codes they have; a key that may be null has one for it."""
    found, stride = [], 1
    for (low, high), may_be_null in spans:
        low -= may_be_null
        size = high - low + 1
        found.append(Dimension(low, size, stride))
        stride *= size
    return tuple(found), stride


def _unknown(vectors: Sequence[Vector]) -> Array:
    """Where any of them is null."""
    found = np.zeros(len(vectors[0]), np.bool_)
    for vector in vectors:
        if vector.nulls is not None:
            found |= vector.nulls.view(np.bool_)
    return found


def _told_apart(keys: Sequence[Vector]) -> list[Array]:
    """Arrays in which rows are equal where the keys are, null being a value of its own."""
    found = []
    for key in keys:
        unknown = _unknown([key])
        found += [np.where(unknown, key.values[:1], key.values), unknown]
    return found


def _grouped(keys: Sequence[Array]) -> Array:
    """A number from 0 on for each combination of values, the same for equal ones, and none left out."""
    found = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        codes, count = _counted(key)
        if count > 1:
            found = _counted(found * count + codes)[0]
    return found


def _counted(values: Array) -> tuple[Array, int]:
    """The values numbered in their order, and how many different ones there are."""
    if values.dtype.kind in "iub" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low <= 4 * len(values):  # a table of what is there is faster than sorting
            away = values.astype(np.int64) - low
            there = np.zeros(high - low + 1, np.bool_)
            there[away] = True
            numbers = np.cumsum(there) - 1
            return numbers[away], int(numbers[-1]) + 1
    distinct, codes = np.unique(values, return_inverse=True)
    return codes, len(distinct)


def _ranks(values: Array, nulls: Array, groups: Array) -> Array:
    """The place among the rows of the group: 1 is the largest, equals share a place, nulls come last.

    What is no number is above all others, as where numbers are compared.
    """
    size = len(values)
    if not size:
        return np.empty(0, np.int64)
    keys = np.where(nulls, -np.inf, values) if values.dtype == np.float64 else values
    falling = np.argsort(keys)[::-1]  # numpy sorts what is no number last
    if nulls.any():
        falling = np.concatenate([falling[~nulls[falling]], falling[nulls[falling]]])
    by_group = scipy.sparse.csr_array((falling, (groups[falling], np.arange(size))))  # keeps the order within a group
    order, starts = by_group.data, by_group.indptr
    ordered, missing = values[order], nulls[order]
    begins = np.zeros(size, np.bool_)
    begins[starts[:-1]] = True
    same = (ordered[1:] == ordered[:-1]) | ((ordered[1:] != ordered[1:]) & (ordered[:-1] != ordered[:-1]))
    same = (same & ~missing[1:] & ~missing[:-1]) | (missing[1:] & missing[:-1])
    changes = begins.copy()
    changes[1:] |= ~same
    positions = np.arange(size)
    first = np.maximum.accumulate(np.where(changes, positions, 0))
    ranks = np.empty(size, np.int64)
    ranks[order] = first - np.repeat(starts[:-1], np.diff(starts)) + 1
    return ranks


def _exact_sums(values: Array, groups: Array, count: int) -> Array:
    """Sums of whole numbers by group, as the nearest doubles."""
    if np.abs(values.astype(np.float64)).sum() < 2.0**62:
        totals = np.zeros(count, np.int64)
        np.add.at(totals, groups, values)
        return totals.astype(np.float64)
    exact = [0] * count
    for group, value in zip(groups.tolist(), values.tolist(), strict=True):
        exact[group] += value
    return np.array([float(total) for total in exact])


def _key_of(present: Array, dimension: Dimension, vector: Vector, ids: Array | None) -> Vector:
    """The values of a key, from the codes of the groups or, where these are ``ids``, from a row of each."""
    if ids is not None:
        first = np.empty(len(present), np.intp)
        first[ids[::-1]] = np.arange(len(ids))[::-1]
        return vector.take(first)
    away = present // dimension.stride % dimension.size
    nulls = (away == 0).astype(np.uint8) if vector.nulls is not None else None
    return _trimmed(Vector(vector.kind, (away + dimension.low).astype(vector.values.dtype), nulls))


def _total_of(records: Array, total: Total, slot: Slot) -> Vector:
    nulls = records[:, 0] == 0
    if slot.seen is not None:
        nulls = (records[:, 1 + slot.seen // 64] >> (slot.seen % 64)) & 1 == 0
    if total.node is None:
        return Vector("i64", np.ascontiguousarray(records[:, 0]))
    words = np.ascontiguousarray(records[:, slot.word])
    if total.op == "sum":
        values = words.astype(np.float64)
        if slot.wide:
            upper = records[:, slot.word + 1]
            for row in np.flatnonzero(upper != words >> 63):  # more than 64 bits
                values[row] = float((int(upper[row]) << 64) + (int(words[row]) & (1 << 64) - 1))
        return _trimmed(Vector("f64", values, nulls.astype(np.uint8)))
    kind = total.node.kind
    stored = np.dtype({"f64": np.float64, "i64": np.int64, "i8": np.int8, "bool": np.uint8}.get(kind, np.int32))
    values = words.view(stored)[:: 8 // stored.itemsize]
    return _trimmed(Vector(kind, np.ascontiguousarray(values), nulls.astype(np.uint8)))


def _put_together(one: Array, other: Array, loop: Loop) -> Array:
    """The records of two parts of the rows as one."""
    both = one.copy()
    for total, slot in zip(loop.totals, loop.slots, strict=True):
        if total.node is None:
            continue
        if total.op == "sum" and not slot.wide:
            both[:, slot.word] += other[:, slot.word]
        elif total.op == "sum":
            lower = one[:, slot.word].view(np.uint64) + other[:, slot.word].view(np.uint64)
            both[:, slot.word] = lower.view(np.int64)
            both[:, slot.word + 1] += other[:, slot.word + 1] + (lower < one[:, slot.word].view(np.uint64))
        else:
            ours, theirs = _total_of(one, total, slot), _total_of(other, total, slot)
            closer = _closer(total.op, theirs.values, ours.values)
            taken = (closer | _unknown([ours])) & ~_unknown([theirs])
            both[:, slot.word] = np.where(taken, other[:, slot.word], one[:, slot.word])
    marks = {1 + slot.seen // 64 for slot in loop.slots if slot.seen is not None}
    for word in marks:
        both[:, word] = one[:, word] | other[:, word]
    both[:, 0] += other[:, 0]
    return both


def _closer(op: str, candidate: Array, held: Array) -> Array:
    """Whether a candidate takes the place of what is held; what is no number is above all others."""
    low, high = (candidate, held) if op == "min" else (held, candidate)
    found: Array = (low < high) | ((high != high) & (low == low))
    return found


def _trimmed(vector: Vector) -> Vector:
    """Without its flags of null where none is set."""
    if vector.nulls is None or vector.nulls.any():
        return vector
    return Vector(vector.kind, vector.values)
