"""Aggregates along a link down: exact, strict, and with their count of undetermined parts."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

from tanheng.policy.expressions import Over
from tanheng.policy.lowering import Made

PER_UNIT = 1_000_000  # sums are exact to a millionth of the unit


def exact(value: nw.Expr, kind: str) -> nw.Expr:
    """A number as a count of millionths, so that adding is exact in any order."""
    return value if kind == "integer" else (value * PER_UNIT).round().cast(nw.Int64())


def column_of(node: Over) -> str:
    return f"{node.link}__{node.aggregate}__{node.name or 'rows'}"


def over_rows(node: Over, made: Made, kind: str) -> dict[str, nw.Expr]:
    """What is computed per group from the child columns ``c_NAME`` and those beside them."""
    column = column_of(node)
    if node.aggregate == "count":
        return {column: nw.len()}
    value = nw.col(f"c_{node.name}")
    trust = {} if made.trust is not None else {f"{column}__trust": nw.col(f"c_{node.name}__trust").max()}
    if node.aggregate == "count_if":
        return {column: value.fill_null(False).cast(nw.Int64()).sum(), **trust}
    found = {f"{column}__rows": nw.len(), f"{column}__nulls": value.is_null().cast(nw.Int64()).sum()}
    if node.aggregate == "smallest":
        found[column] = value.min()
    elif node.aggregate == "largest":
        found[column] = value.max()
    else:
        found[column] = exact(value, kind).sum()
    if made.cause:
        found[f"{column}__cause"] = nw.col(f"c_{node.name}__cause").min()
    for suffix in ("parts", "undetermined") if made.parts else ():
        # A part that is itself undetermined is left out with all that stands behind it.
        behind = nw.max_horizontal(nw.col(f"c_{node.name}__parts"), nw.lit(1, dtype=nw.Int64()))
        counted = nw.when(value.is_null()).then(behind).otherwise(nw.col(f"c_{node.name}__{suffix}"))
        found[f"{column}__{suffix}"] = counted.sum()
    return found | trust


def on_parents(node: Over, made: Made, kind: str, empty: int) -> tuple[dict[str, nw.Expr], Made]:
    """The result on the rows of the parent, to which the groups were joined; no group is no part.

    ``empty`` is the code for a mean, smallest or largest of nothing.
    """
    column = column_of(node)
    value = nw.col(column)
    trust = {} if made.trust is not None else {f"{column}__trust": nw.col(f"{column}__trust").fill_null(0)}
    if node.aggregate in ("count", "count_if"):
        return {column: value.fill_null(0).cast(nw.Int64()), **trust}, Made(False, made.trust)
    rows, nulls = nw.col(f"{column}__rows").fill_null(0), nw.col(f"{column}__nulls").fill_null(0)
    scale = 1 if kind == "integer" else PER_UNIT
    total = value.fill_null(0).cast(nw.Float64()) / scale
    if node.aggregate == "known_sum":
        known, result = (nulls == 0) | (nulls < rows), total
    elif node.aggregate == "sum":
        known, result = nulls == 0, total
    else:
        known = (nulls == 0) & (rows > 0)
        result = value.cast(nw.Float64()) / scale / rows if node.aggregate == "mean" else value
    finished: dict[str, nw.Expr] = {column: nw.when(known).then(result)}
    can_be_empty = node.aggregate in ("mean", "smallest", "largest")
    if made.cause or can_be_empty:
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


def scaffolding(nodes: Iterable[Over]) -> list[str]:
    """Columns that only ``on_parents`` needs."""
    counted = [node for node in nodes if node.aggregate not in ("count", "count_if")]
    return [f"{column_of(node)}__{suffix}" for node in counted for suffix in ("rows", "nulls")]
