"""GDP at constant prices, chained from the published yearly growth.

Statistics publish GDP at the prices of the year and its growth "at comparable prices" (可比价). The
chain from a base year is

    volume(t) = volume(t - 1) * (1 + growth(t)),  volume(base) = 1
    constant(t) = current(base) * volume(t)
    deflator(t) = current(t) / constant(t)

Source: System of National Accounts 2008, chapter 15 (chain volume measures). What is unknown is NaN and
stays unknown: a year without growth breaks the chain there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def volume_index(years: ArrayLike, growth_pct: ArrayLike, base_year: int) -> Floats:
    """Volume of GDP by year, 1 in the base year.

    Parameters
    ----------
    years
        Calendar years, ascending, each once.
    growth_pct
        Growth on the year before, in %; NaN where unknown.
    base_year
        The year whose prices count. All NaN when it is not among ``years``.

    Raises
    ------
    ValueError
        When years are not ascending.
    """
    when = np.asarray(years, dtype=np.int64)
    growth = np.asarray(growth_pct, dtype=np.float64) / 100
    if when.ndim != 1 or growth.shape != when.shape or np.any(np.diff(when) <= 0):
        raise ValueError("years must ascend, one growth figure for each")
    index = np.full(when.shape, np.nan)
    at = np.flatnonzero(when == base_year)
    if at.size == 0:
        return index
    base = int(at[0])
    index[base] = 1.0
    for i in range(base + 1, when.size):
        if when[i] == when[i - 1] + 1:
            index[i] = index[i - 1] * (1 + growth[i])
    for i in range(base - 1, -1, -1):
        if when[i] == when[i + 1] - 1 and growth[i + 1] > -1:
            index[i] = index[i + 1] / (1 + growth[i + 1])
    return index


def constant_price_gdp(years: ArrayLike, gdp: ArrayLike, growth_pct: ArrayLike, base_year: int) -> Floats:
    """GDP of each year at the prices of ``base_year``, in the unit of ``gdp``."""
    index = volume_index(years, growth_pct, base_year)
    current = np.asarray(gdp, dtype=np.float64)
    at = np.flatnonzero(np.asarray(years, dtype=np.int64) == base_year)
    return index * (current[int(at[0])] if at.size else np.nan)


def implicit_deflator(years: ArrayLike, gdp: ArrayLike, growth_pct: ArrayLike, base_year: int) -> Floats:
    """Price level of each year, 1 in the base year: GDP at current over GDP at constant prices.

    Districts and sectors without a growth figure of their own are deflated with the city's.
    """
    constant = constant_price_gdp(years, gdp, growth_pct, base_year)
    current = np.asarray(gdp, dtype=np.float64)
    deflator = np.full(current.shape, np.nan)
    np.divide(current, constant, out=deflator, where=constant > 0)
    return deflator
