"""Aggregates along a link down: exact, strict, and with their count of undetermined parts."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw

from tanheng.policy.arithmetic import Arithmetic
from tanheng.policy.expressions import Over
from tanheng.policy.lowering import PARTS, Joined, Made, first_of
from tanheng.policy.relational import Column, Words


@dataclass(frozen=True)
class Parts:
    """The parts of a total: what stands beside the child's column, its kind, and how parts can be missing.

    ``may_be_null`` says whether a part can be without a value, ``says_why`` whether one without a value always has a
    cause. ``unplaced`` is on a row of the parent the number of children of which it is not known whether they belong
    here, and why; None where every child's link is known.
    """

    made: Made
    kind: str
    may_be_null: bool
    says_why: bool
    unplaced: tuple[Column, Column] | None = None


def column_of(node: Over) -> str:
    return f"{node.link}__{node.aggregate}__{node.name or 'rows'}"


def over_rows(node: Over, parts: Parts, arithmetic: Arithmetic) -> dict[str, Column]:
    """What is computed per group from the child columns ``c_NAME`` and those beside them."""
    column, words, made = column_of(node), arithmetic.words, parts.made
    if node.aggregate == "count":
        return {column: words.rows()}
    value = words.col(f"c_{node.name}")
    trust = {}
    if made.trust is None:
        of_part = words.col(f"c_{node.name}__trust")
        # What a total leaves out does not make it weaker.
        leaves_out = node.aggregate == "known_sum" and parts.may_be_null
        trust[f"{column}__trust"] = (words.choice(~value.is_null(), of_part) if leaves_out else of_part).max()
    if node.aggregate == "count_if":
        return {column: value.fill_null(False).cast(nw.Int64()).sum(), **trust}
    found = {}
    if node.aggregate != "sum":
        found[f"{column}__rows"] = words.rows()
    if parts.may_be_null and not _tells_by_cause(node, parts):
        found[f"{column}__nulls"] = value.is_null().cast(nw.Int64()).sum()
    if node.aggregate == "smallest":
        found[column] = value.min()
    elif node.aggregate == "largest":
        found[column] = value.max()
    else:
        found[column] = arithmetic.parts_to_add(value, parts.kind).sum()
    if made.cause:
        found[f"{column}__cause"] = words.col(f"c_{node.name}__cause").min()
    for suffix in PARTS if made.parts else ():
        # A part that is itself undetermined is left out with all that stands behind it.
        behind = words.greatest(words.col(f"c_{node.name}__parts"), words.lit(1, dtype=nw.Int64()))
        counted = words.choice(value.is_null(), behind, words.col(f"c_{node.name}__{suffix}"))
        found[f"{column}__{suffix}"] = counted.sum()
    return found | trust


def _tells_by_cause(node: Over, parts: Parts) -> bool:
    """Whether the smallest cause says all: there is one exactly where a part is without a value."""
    return node.aggregate == "sum" and parts.made.cause and parts.says_why


def on_parents(node: Over, parts: Parts, empty: int, arithmetic: Arithmetic) -> Joined:
    """The result on the rows of the parent, to which the groups were joined; no group is no part.

    ``empty`` is the code for a mean, smallest or largest of nothing.
    """
    column, words, made = column_of(node), arithmetic.words, parts.made
    value = words.col(column)
    trust: int | Column = words.col(f"{column}__trust").fill_null(0) if made.trust is None else made.trust
    placed = None if parts.unplaced is None else parts.unplaced[0] == 0
    causes = [words.col(f"{column}__cause")] if made.cause else []
    causes += [] if parts.unplaced is None else [parts.unplaced[1]]
    if node.aggregate == "count_if" or (node.aggregate == "count" and placed is None):
        return Joined(value.fill_null(0).cast(nw.Int64()), trust=trust)
    if node.aggregate == "count":
        assert placed is not None and parts.unplaced is not None
        counted = words.choice(placed, value.fill_null(0).cast(nw.Int64()))
        return Joined(counted, words.choice(~placed, parts.unplaced[1]), trust)
    rows = words.col(f"{column}__rows").fill_null(0).cast(nw.Int64())
    nulls = words.lit(0, dtype=nw.Int64())
    if parts.may_be_null and not _tells_by_cause(node, parts):
        nulls = words.col(f"{column}__nulls").fill_null(0).cast(nw.Int64())
    total = arithmetic.added_up(value.fill_null(0), parts.kind)
    can_be_empty = node.aggregate in ("mean", "smallest", "largest")
    known: Column | None = None
    if can_be_empty:
        known = (nulls == 0) & (rows > 0) if parts.may_be_null else rows > 0
    elif parts.may_be_null:
        if _tells_by_cause(node, parts):
            known = causes[0].is_null()
        else:
            known = (nulls == 0) | (nulls < rows) if node.aggregate == "known_sum" else nulls == 0
    if placed is not None and node.aggregate != "known_sum":
        known = placed if known is None else known & placed
    result = total
    if can_be_empty:
        result = arithmetic.added_up(value, parts.kind) / rows if node.aggregate == "mean" else value
    cause: Column | None = None
    if known is not None:
        result = words.choice(known, result)
        causes += [words.lit(empty, dtype=nw.Int32())] if can_be_empty or causes else []
        cause = words.choice(~known, first_of(causes, words)) if causes else None
    return Joined(result, cause, trust, _counts(node, parts, rows, nulls, words))


def _counts(node: Over, parts: Parts, rows: Column, nulls: Column, words: Words) -> dict[str, Column]:
    """How many parts a total has and leaves out, where it can leave out any."""
    column = column_of(node)
    if parts.made.parts:
        counts = {suffix: words.col(f"{column}__{suffix}").fill_null(0).cast(nw.Int64()) for suffix in PARTS}
    elif node.aggregate == "known_sum":
        counts = {"parts": rows, "undetermined": nulls}
    else:
        return {}
    if parts.unplaced is None or node.aggregate != "known_sum":
        return counts
    return {suffix: counted + parts.unplaced[0] for suffix, counted in counts.items()}
