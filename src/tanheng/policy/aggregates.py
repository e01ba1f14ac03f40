"""Aggregates along a link down: exact, strict, and with their count of undetermined parts."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

from tanheng.policy.arithmetic import Arithmetic
from tanheng.policy.expressions import Over
from tanheng.policy.lowering import Made


def column_of(node: Over) -> str:
    return f"{node.link}__{node.aggregate}__{node.name or 'rows'}"


def over_rows(node: Over, made: Made, kind: str, arithmetic: Arithmetic) -> dict[str, nw.Expr]:
    """What is computed per group from the child columns ``c_NAME`` and those beside them."""
    column = column_of(node)
    if node.aggregate == "count":
        return {column: nw.len()}
    value = nw.col(f"c_{node.name}")
    trust = {} if made.trust is not None else {f"{column}__trust": nw.col(f"c_{node.name}__trust").max()}
    if node.aggregate == "count_if":
        return {column: value.fill_null(False).cast(nw.Int64()).sum(), **trust}
    found = {}
    if node.aggregate != "sum":
        found[f"{column}__rows"] = nw.len()
    if made.cause:
        found[f"{column}__nulls"] = value.is_null().cast(nw.Int64()).sum()
    if node.aggregate == "smallest":
        found[column] = value.min()
    elif node.aggregate == "largest":
        found[column] = value.max()
    else:
        found[column] = arithmetic.parts_to_add(value, kind).sum()
    if made.cause:
        found[f"{column}__cause"] = nw.col(f"c_{node.name}__cause").min()
    for suffix in ("parts", "undetermined") if made.parts else ():
        # A part that is itself undetermined is left out with all that stands behind it.
        behind = nw.max_horizontal(nw.col(f"c_{node.name}__parts"), nw.lit(1, dtype=nw.Int64()))
        counted = nw.when(value.is_null()).then(behind).otherwise(nw.col(f"c_{node.name}__{suffix}"))
        found[f"{column}__{suffix}"] = counted.sum()
    return found | trust


def on_parents(
    node: Over, made: Made, kind: str, empty: int, arithmetic: Arithmetic
) -> tuple[dict[str, nw.Expr], Made]:
    """The result on the rows of the parent, to which the groups were joined; no group is no part.

    ``empty`` is the code for a mean, smallest or largest of nothing.
    """
    column = column_of(node)
    value = nw.col(column)
    trust = {} if made.trust is not None else {f"{column}__trust": nw.col(f"{column}__trust").fill_null(0)}
    if node.aggregate in ("count", "count_if"):
        return {column: value.fill_null(0).cast(nw.Int64()), **trust}, Made(False, made.trust)
    rows = nw.col(f"{column}__rows").fill_null(0)
    nulls = nw.col(f"{column}__nulls").fill_null(0) if made.cause else nw.lit(0, dtype=nw.Int64())
    total = arithmetic.added_up(value.fill_null(0), kind)
    known: nw.Expr | None
    if node.aggregate == "known_sum":
        known, result = (nulls == 0) | (nulls < rows) if made.cause else None, total
    elif node.aggregate == "sum":
        known, result = nulls == 0 if made.cause else None, total
    else:
        known = (nulls == 0) & (rows > 0) if made.cause else rows > 0
        result = arithmetic.added_up(value, kind) / rows if node.aggregate == "mean" else value
    finished: dict[str, nw.Expr] = {column: result if known is None else nw.when(known).then(result)}
    can_be_empty = node.aggregate in ("mean", "smallest", "largest")
    if known is not None:
        nothing = nw.lit(empty, dtype=nw.Int32())
        cause = nw.coalesce(nw.col(f"{column}__cause"), nothing) if made.cause else nothing
        finished[f"{column}__cause"] = nw.when(~known).then(cause)
    finished |= trust
    parts = made.parts or node.aggregate == "known_sum"
    if made.parts:
        for suffix in ("parts", "undetermined"):
            finished[f"{column}__{suffix}"] = nw.col(f"{column}__{suffix}").fill_null(0).cast(nw.Int64())
    elif parts:
        finished[f"{column}__parts"] = rows.cast(nw.Int64())
        finished[f"{column}__undetermined"] = nulls.cast(nw.Int64())
    return finished, Made(made.cause or can_be_empty, made.trust, parts)


def scaffolding(groups: Iterable[str]) -> list[str]:
    """Those of the columns of ``over_rows`` that only ``on_parents`` needs."""
    return [name for name in groups if name.endswith(("__rows", "__nulls")) and "__count__" not in name]
