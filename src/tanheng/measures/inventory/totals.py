"""Totals over rows that come out the same whatever the order of the rows and the number of threads."""

from __future__ import annotations

import narwhals as nw

from tanheng.policy.aggregates import PER_UNIT, exact


def total(name: str) -> nw.Expr:
    """The sum of a column of numbers, to a millionth of its unit; rows without a value are left out."""
    return (exact(nw.col(name), "number").sum().cast(nw.Float64()) / PER_UNIT).alias(name)
