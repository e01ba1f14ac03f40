"""How large emitters are: a Pareto tail fitted to real registries, a log-normal body below it.

The tail index comes from the UK registry (California as a second opinion), the upper end from the total
that the large emitters have together, the body from what the rest has together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tanheng.example_city.inputs import Floats


def hill_index(sizes: Floats, least: float) -> tuple[float, int]:
    """Maximum likelihood tail index of the sizes of ``least`` or more, and their number (Hill 1975)."""
    tail = sizes[sizes >= least]
    return float(len(tail) / np.log(tail / least).sum()), len(tail)


@dataclass(frozen=True)
class Tail:
    """A Pareto distribution cut at both ends: P(X > x) ~ (x/low)^-index between ``low`` and ``high``, t."""

    index: float
    low: float
    high: float

    def quantile(self, upper: Floats) -> Floats:
        """The size that the share ``upper`` of the tail exceeds."""
        cut = (self.low / self.high) ** self.index
        return np.asarray(self.low * (upper * (1 - cut) + cut) ** (-1 / self.index))


def _middles(count: int) -> Floats:
    return np.asarray((np.arange(count) + 0.5) / max(count, 1))


def tail_with_total(index: float, low: float, count: int, total: float) -> Tail:
    """The tail from ``low`` of which ``count`` sizes have ``total`` t together: the upper end is solved for.

    Raises
    ------
    ValueError
        When no upper end between 2 and 100,000 times ``low`` gives that total.
    """

    def sum_below(log_high: float) -> float:
        return float(Tail(index, low, float(np.exp(log_high))).quantile(_middles(count)).sum())

    ends = float(np.log(low * 2)), float(np.log(low * 1e5))
    if not sum_below(ends[0]) <= total <= sum_below(ends[1]):
        raise ValueError(f"{count} sizes of a tail of index {index:.3f} from {low} t cannot have {total:.0f} t")
    return Tail(index, low, float(np.exp(_solve(sum_below, total, *ends))))


def body(count: int, total: float, sigma: float, most: float) -> Floats:
    """``count`` sizes below ``most``, largest first, with ``total`` t together: a log-normal cut at ``most``.

    Raises
    ------
    ValueError
        When ``total`` is more than these units can have below ``most``.
    """
    upper = _middles(count)

    def sizes(median_log: float) -> Floats:
        below = np.interp((np.log(most) - median_log) / sigma, _Z, _NORMAL)
        return np.asarray(np.exp(median_log + sigma * np.interp(below * (1 - upper), _NORMAL, _Z)))

    if count == 0:
        return np.zeros(0)
    ends = float(np.log(1e-2)), float(np.log(most) + 5 * sigma)
    if not sizes(ends[0]).sum() < total < sizes(ends[1]).sum():
        raise ValueError(f"{count} units below {most} t cannot have {total:.0f} t together")
    return sizes(_solve(lambda median: float(sizes(median).sum()), total, *ends))


# The normal distribution as a table: importing scipy for it would take longer than making the city's enterprises.
_Z = np.linspace(-9.0, 9.0, 36_001)
_DENSITY = np.exp(-(_Z**2) / 2)
_NORMAL = np.concatenate([[0.0], np.cumsum((_DENSITY[1:] + _DENSITY[:-1]) / 2)])
_NORMAL = _NORMAL / _NORMAL[-1]


def _solve(rising: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Where a rising function has the value wanted: halving."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def sizes_by_rank(count: int, large: int, tail: Tail, total: float, body_sigma: float) -> Floats:
    """``count`` sizes, largest first: ``large`` in the tail, the rest in the body, ``total`` t together."""
    in_tail = tail.quantile(_middles(large))
    return np.concatenate([in_tail, body(count - large, total - float(in_tail.sum()), body_sigma, tail.low)])


def rank_size_slope(sizes: Floats, low: float, high: float) -> float:
    """Slope of log(rank) over log(size) between ``low`` and ``high``; minus the tail index for a pure Pareto tail."""
    ordered = np.sort(sizes)[::-1]
    rank = np.arange(1, len(ordered) + 1)
    inside = (ordered >= low) & (ordered <= high)
    x, y = np.log(ordered[inside]), np.log(rank[inside])
    return float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
