"""Uncertainty of totals by propagation of error (IPCC 2006 vol. 1 ch. 3, approach 1).

An uncertainty is half the width of the 95 % interval. A total is a sum of parts, and each part is shaken
by several sources of error: how well the amount was metered, how well the factor is known. What matters
is what the parts share. Ten thousand meters err each on its own and their errors largely cancel; one
default factor errs for all facilities at once and does not cancel at all. So a source of error is given
as relative uncertainties and *groups*: parts of one group err together, groups err independently.

    half width^2 = sum over sources, sum over groups of (sum over parts of value x uncertainty)^2

With every part in a group of its own this is equation 3.2; for one part with two sources it is 3.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ErrorSource:
    """One cause of error of the parts of a total.

    ``relative`` (n,) is the half width of the 95 % interval of each part as a share of its value.
    ``groups`` (n,) are integers: parts with the same number err together. None: each on its own.
    """

    relative: Floats
    groups: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if np.any(~(self.relative >= 0)):
            raise ValueError("a relative uncertainty is a number, 0 or more")
        if self.groups is not None and self.groups.shape != self.relative.shape:
            raise ValueError("one group for each part")

    def variance(self, values: Floats) -> float:
        """Square of the half width that this source alone gives the sum of ``values`` (n,)."""
        errors = values * self.relative
        if self.groups is None:
            return float(np.sum(errors**2))
        _, number = np.unique(self.groups, return_inverse=True)
        return float(np.sum(np.bincount(number, weights=errors) ** 2))


def combined(*relative: ArrayLike) -> Floats:
    """Relative uncertainty of a product of independent quantities (equation 3.1), element by element."""
    squares = [np.asarray(part, dtype=np.float64) ** 2 for part in relative]
    return np.asarray(np.sqrt(sum(squares[1:], squares[0])), dtype=np.float64)


def half_width(values: ArrayLike, sources: Sequence[ErrorSource]) -> float:
    """Half width of the 95 % interval of the sum of ``values`` (n,), in their unit."""
    parts = np.asarray(values, dtype=np.float64)
    return float(np.sqrt(sum(source.variance(parts) for source in sources)))


@dataclass(frozen=True)
class Trend:
    """Change of a total from a base year, with its uncertainty; all in percentage points of the base total.

    ``type_a`` (n,) is what the trend gains when a part grows by 1 % in both years, ``type_b`` (n,) when it
    grows by 1 % of itself in the second year only. ``introduced`` (n,) is the share of each part in ``half_width``.
    """

    change: float
    half_width: float
    type_a: Floats
    type_b: Floats
    introduced: Floats


def trend(base: ArrayLike, year: ArrayLike, activity: ArrayLike, factor: ArrayLike) -> Trend:
    """Uncertainty of the change between two years (table 3.2, columns I to M).

    ``base`` and ``year`` (n,) are the emissions of each category, ``activity`` and ``factor`` (n,) relative
    uncertainties. Factors err alike in both years (type A); activity data err independently (type B).

    Raises
    ------
    ValueError
        When the base year adds up to nothing.
    """
    first, second = np.asarray(base, dtype=np.float64), np.asarray(year, dtype=np.float64)
    base_total, year_total = float(first.sum()), float(second.sum())
    if base_total == 0:
        raise ValueError("the base year adds up to nothing: there is no change against it")
    type_b = second / base_total
    grown = (0.01 * second + year_total - (0.01 * first + base_total)) / (0.01 * first + base_total)
    type_a = 100 * (grown - (year_total - base_total) / base_total)
    by_factor = type_a * np.asarray(factor, dtype=np.float64) * 100
    by_activity = type_b * np.asarray(activity, dtype=np.float64) * 100 * np.sqrt(2)
    introduced = np.sqrt(by_factor**2 + by_activity**2)
    return Trend(
        change=100 * (year_total - base_total) / base_total,
        half_width=float(np.sqrt(np.sum(introduced**2))),
        type_a=type_a,
        type_b=type_b,
        introduced=introduced,
    )
