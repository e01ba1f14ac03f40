"""Where engines count differently: rounding halves, dividing by a constant, adding up whole numbers.

Polars multiplies by the reciprocal of a constant and rounds halves to even; Spark rounds the decimal digits that it
would print. The same rule has to give the same number on each, so what differs is said here, once for each engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from tanheng.policy.relational import Column, NarwhalsWords, Words
from tanheng.policy.sql import SqlWords

PER_UNIT = 1_000_000  # sums are exact to a millionth of the unit


@dataclass(frozen=True)
class Arithmetic:
    """``words`` are those of its queries, ``wide`` is the integer type in which whole numbers are added up."""

    words: Words
    wide: Any
    rounds_half_away: bool
    divides_by_constants: bool

    def divided(self, value: Column, by: float) -> Column:
        """``value / by``, rounded once."""
        return self.quotient(value, self.words.lit(float(by)))

    def quotient(self, value: Column, by: Column) -> Column:
        """The same by an expression, which may be one for all rows."""
        if not self.divides_by_constants:
            by = by + value.is_null().cast(nw.Float64()) * 0.0  # a number for each row, and still the same
        return value.cast(nw.Float64()) / by

    def whole(self, value: Column) -> Column:
        """The nearest whole number, halves away from zero, as a float."""
        if self.rounds_half_away:
            return value.round()
        below = value.floor().cast(nw.Float64())
        over = value - below
        goes_up = (over > 0.5) | ((over == 0.5) & (value >= 0))
        return self.words.choice(goes_up, below + 1.0, below)

    def parts_to_add(self, value: Column, kind: str) -> Column:
        """A number as a count of millionths, a whole number as it is: adding them is exact in any order."""
        return value.cast(self.wide) if kind == "integer" else self.whole(value * PER_UNIT).cast(self.wide)

    def added_up(self, total: Column, kind: str) -> Column:
        """The sum of such parts, as a float of the unit."""
        return total.cast(nw.Float64()) if kind == "integer" else self.divided(total.cast(nw.Float64()), PER_UNIT)

    def rounded(self, value: Column, digits: int) -> Column:
        """To so many digits behind the point, halves away from zero; digits before the point are negative."""
        if digits == 0:
            return self.whole(value)
        scale = 10.0 ** abs(digits)
        if digits > 0:
            return self.divided(self.whole(value * scale), scale)
        return self.whole(self.divided(value, scale)) * scale


# Its sums widen by themselves.
DUCKDB = Arithmetic(SqlWords(), wide=nw.Int64(), rounds_half_away=True, divides_by_constants=True)
DUCKDB_FRAMES = replace(DUCKDB, words=NarwhalsWords())  # for results, which are frames of Narwhals
POLARS = Arithmetic(NarwhalsWords(), wide=nw.Int128(), rounds_half_away=False, divides_by_constants=False)
SPARK = Arithmetic(
    NarwhalsWords(), wide=nw.Int64(), rounds_half_away=False, divides_by_constants=True
)  # a sum too large is an error
