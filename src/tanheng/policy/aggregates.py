"""Aggregates along a link down: exact, strict, and with their count of undetermined parts."""

from __future__ import annotations

import narwhals as nw

from tanheng.policy.arithmetic import Arithmetic
from tanheng.policy.expressions import Over
from tanheng.policy.lowering import PARTS, Joined, Made
from tanheng.policy.relational import Column


def column_of(node: Over) -> str:
    return f"{node.link}__{node.aggregate}__{node.name or 'rows'}"


def over_rows(node: Over, made: Made, kind: str, arithmetic: Arithmetic, may_be_null: bool) -> dict[str, Column]:
    """What is computed per group from the child columns ``c_NAME`` and those beside them.

    ``may_be_null`` says whether a part can be without a value.
    """
    column, words = column_of(node), arithmetic.words
    if node.aggregate == "count":
        return {column: words.rows()}
    value = words.col(f"c_{node.name}")
    trust = {} if made.trust is not None else {f"{column}__trust": words.col(f"c_{node.name}__trust").max()}
    if node.aggregate == "count_if":
        return {column: value.fill_null(False).cast(nw.Int64()).sum(), **trust}
    found = {}
    if node.aggregate != "sum":
        found[f"{column}__rows"] = words.rows()
    if may_be_null:
        found[f"{column}__nulls"] = value.is_null().cast(nw.Int64()).sum()
    if node.aggregate == "smallest":
        found[column] = value.min()
    elif node.aggregate == "largest":
        found[column] = value.max()
    else:
        found[column] = arithmetic.parts_to_add(value, kind).sum()
    if made.cause:
        found[f"{column}__cause"] = words.col(f"c_{node.name}__cause").min()
    for suffix in PARTS if made.parts else ():
        # A part that is itself undetermined is left out with all that stands behind it.
        behind = words.greatest(words.col(f"c_{node.name}__parts"), words.lit(1, dtype=nw.Int64()))
        counted = words.choice(value.is_null(), behind, words.col(f"c_{node.name}__{suffix}"))
        found[f"{column}__{suffix}"] = counted.sum()
    return found | trust


def on_parents(node: Over, made: Made, kind: str, empty: int, arithmetic: Arithmetic, may_be_null: bool) -> Joined:
    """The result on the rows of the parent, to which the groups were joined; no group is no part.

    ``empty`` is the code for a mean, smallest or largest of nothing.
    """
    column, words = column_of(node), arithmetic.words
    value = words.col(column)
    trust: int | Column = words.col(f"{column}__trust").fill_null(0) if made.trust is None else made.trust
    if node.aggregate in ("count", "count_if"):
        return Joined(value.fill_null(0).cast(nw.Int64()), trust=trust)
    rows = words.col(f"{column}__rows").fill_null(0).cast(nw.Int64())
    nulls = (
        words.col(f"{column}__nulls").fill_null(0).cast(nw.Int64()) if may_be_null else words.lit(0, dtype=nw.Int64())
    )
    total = arithmetic.added_up(value.fill_null(0), kind)
    can_be_empty = node.aggregate in ("mean", "smallest", "largest")
    known: Column | None = None
    if can_be_empty:
        known = (nulls == 0) & (rows > 0) if may_be_null else rows > 0
    elif may_be_null:
        known = (nulls == 0) | (nulls < rows) if node.aggregate == "known_sum" else nulls == 0
    result = total
    if can_be_empty:
        result = arithmetic.added_up(value, kind) / rows if node.aggregate == "mean" else value
    cause: Column | None = None
    if known is not None:
        result = words.choice(known, result)
        causes = [words.col(f"{column}__cause")] if made.cause else []
        causes += [words.lit(empty, dtype=nw.Int32())] if can_be_empty or made.cause else []
        cause = words.choice(~known, words.coalesce(*causes) if len(causes) > 1 else causes[0]) if causes else None
    parts: dict[str, Column] = {}
    if made.parts:
        parts = {suffix: words.col(f"{column}__{suffix}").fill_null(0).cast(nw.Int64()) for suffix in PARTS}
    elif node.aggregate == "known_sum":
        parts = {"parts": rows, "undetermined": nulls}
    return Joined(result, cause, trust, parts)
