"""Totals over rows that come out the same whatever the order of the rows and the number of threads."""

from __future__ import annotations

from typing import cast

import narwhals as nw

from tanheng.policy.arithmetic import DUCKDB_FRAMES


def total(name: str) -> nw.Expr:
    """The sum of a column of numbers, to a millionth of its unit; rows without a value are left out."""
    parts = DUCKDB_FRAMES.parts_to_add(nw.col(name), "number")
    return cast(nw.Expr, DUCKDB_FRAMES.added_up(parts.sum(), "number")).alias(name)
