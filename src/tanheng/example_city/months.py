"""Months: how a year's amount is dealt out, and the grid of rows of a block in which faults are planted.

The large tables are written in blocks of enterprises, so that memory does not grow with the city.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import Energy
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.faults import MONTHS, Fault, Truth
from tanheng.example_city.inputs import Bools, Floats, Inputs, Integers

BLOCK = 10_000  # enterprises
_FIRST = np.datetime64(f"{a.YEARS[0]}-01", "M")
_SLIP_MONTHS = 30 * 12  # a slip of the pen: 2052 for 2022
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / (365 / 12)

Key = Callable[[str], str]  # day of a row -> its key, as the truth file has it


def day(month: int) -> str:
    """First day of a month counted from January 2020."""
    return f"{_FIRST + month}-01"


def evidence() -> list[str]:
    """Number of the laboratory report of each month."""
    return [f"DEMO-LAB-{_FIRST + month}" for month in range(MONTHS)]


def open_months(enterprises: Enterprises, energy: Energy, members: Integers) -> Bools:
    """Enterprises x months: open, and in a year with a report."""
    reported = np.repeat(energy.reports[members], 12, axis=1)
    return np.asarray(reported & (np.arange(MONTHS)[None, :] >= enterprises.opened_month[members][:, None]))


def electricity_seasons(inputs: Inputs) -> Floats:
    """Shape of a year, mean 1, for industry and for services (2 x 12): Guangdong's load, flatter and steeper."""
    load = inputs.month_shares * 12
    return _mean_one(np.stack([0.6 * load + 0.4 * _DAYS, 1.15 * load - 0.15 * _DAYS]))


def fuel_seasons() -> Floats:
    """Shape of a year, mean 1, for industry and for services (2 x 12): days, and Spring Festival in industry."""
    holiday = np.ones(12)
    holiday[1] = 0.85
    return _mean_one(np.stack([_DAYS * holiday, _DAYS]))


def _mean_one(shapes: Floats) -> Floats:
    return np.asarray(shapes / shapes.mean(axis=1, keepdims=True))


def deal_out(annual: Floats, season: Floats, noise: Floats, is_open: Bools) -> Floats:
    """Rows x months: ``annual`` (rows x years) by season (rows x 12) and noise.

    The open months of a year have their share of it, exactly: seven months of twelve have seven twelfths.
    """
    weight = np.tile(season, (1, len(a.YEARS))) * np.exp(noise) * is_open
    by_year = weight.reshape(len(weight), len(a.YEARS), 12)
    total = by_year.sum(axis=2, keepdims=True)
    months = is_open.reshape(by_year.shape).sum(axis=2, keepdims=True)
    share = np.divide(by_year, total, out=np.zeros_like(by_year), where=total > 0) * months / 12
    return np.asarray((share * annual[:, :, None]).reshape(weight.shape))


def by_year(monthly: Floats) -> Floats:
    """Sum over rows and months: one number a year."""
    return np.asarray(monthly.reshape(-1, len(a.YEARS), 12).sum(axis=(0, 2)))


class Grid:
    """The rows of a block, series x months: how often each is written, and under which month."""

    def __init__(self, there: Bools) -> None:
        self._copies = there.astype(np.int64)
        self._month = np.tile(np.arange(MONTHS), (len(there), 1))

    def rows(self, *ranks: Integers) -> tuple[Integers, Integers]:
        """Series and month of the rows to write, sorted by the first rank of the series, month, other ranks."""
        series, month = np.nonzero(self._copies)
        times = self._copies[series, month]
        series, month = np.repeat(series, times), np.repeat(month, times)
        first, *others = (rank[series] for rank in ranks)
        order = np.lexsort((*reversed(others), self._month[series, month], first))
        return series[order], month[order]

    def days(self, series: Integers, month: Integers) -> NDArray[np.datetime64]:
        return (_FIRST + self._month[series, month]).astype("datetime64[D]")

    def plant(
        self, fault: Fault, series: int, amount: Floats, decimals: int, column: str, key: Key, truth: Truth
    ) -> None:
        """Put a fault of any monthly kind into one series; ``amount`` is series x months and is changed."""
        for month in fault.months:
            if not self._copies[series, month]:
                continue
            true = amount[series, month]
            if fault.kind == "duplicate_row":
                self._copies[series, month] = 2
                truth.add(fault, key(day(month)), "", "twice", "once")
            elif fault.kind == "missing_month":
                self._copies[series, month] = 0
                truth.add(fault, key(day(month)), column, None, true)
            elif fault.kind == "future_month":
                self._month[series, month] = month + _SLIP_MONTHS
                truth.add(fault, key(day(month + _SLIP_MONTHS)), "month", day(month + _SLIP_MONTHS), day(month))
            else:
                amount[series, month] = np.round(true * fault.factor, decimals)
                truth.add(fault, key(day(month)), column, amount[series, month], true)
