"""How large emitters are: a Pareto tail fitted to real registries, a log-normal body below it.

The tail index comes from the UK registry (California as a second opinion), the upper end from the total
that the large emitters have together, the body from what the rest has together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]


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

    def gap(log_high: float) -> float:
        return float(Tail(index, low, float(np.exp(log_high))).quantile(_middles(count)).sum()) - total

    ends = np.log(low * 2), np.log(low * 1e5)
    if gap(ends[0]) > 0 or gap(ends[1]) < 0:
        raise ValueError(f"{count} sizes of a tail of index {index:.3f} from {low} t cannot have {total:.0f} t together")
    return Tail(index, low, float(np.exp(brentq(gap, *ends))))


def body_quantiles(upper: Floats, total: float, sigma: float, most: float) -> Floats:
    """Sizes below ``most`` at the shares ``upper``: a log-normal cut at ``most`` whose sizes add up to ``total``.

    Raises
    ------
    ValueError
        When ``total`` is more than these units can have below ``most``.
    """

    def sizes(median_log: float) -> Floats:
        below = ndtr((np.log(most) - median_log) / sigma)
        return np.asarray(np.exp(median_log + sigma * ndtri(np.clip(below * (1 - upper), 1e-12, 1 - 1e-12))))

    if len(upper) == 0:
        return np.zeros(0)
    ends = np.log(1e-2), np.log(most) + 6 * sigma
    if not sizes(ends[0]).sum() < total < sizes(ends[1]).sum():
        raise ValueError(f"{len(upper)} units below {most} t cannot have {total:.0f} t together")
    return sizes(float(brentq(lambda m: sizes(m).sum() - total, *ends, xtol=1e-12)))


def sizes_by_rank(count: int, large: int, tail: Tail, total: float, body_sigma: float) -> Floats:
    """``count`` sizes, largest first: ``large`` in the tail, the rest in the body, ``total`` t together."""
    in_tail = tail.quantile(_middles(large))
    in_body = body_quantiles(_middles(count - large), total - float(in_tail.sum()), body_sigma, tail.low)
    return np.concatenate([in_tail, in_body])


def rank_size_slope(sizes: Floats, low: float, high: float) -> float:
    """Slope of log(rank) over log(size) between ``low`` and ``high``; minus the tail index for a pure Pareto tail."""
    ordered = np.sort(sizes)[::-1]
    rank = np.arange(1, len(ordered) + 1)
    inside = (ordered >= low) & (ordered <= high)
    return float(np.polyfit(np.log(ordered[inside]), np.log(rank[inside]), 1)[0])
