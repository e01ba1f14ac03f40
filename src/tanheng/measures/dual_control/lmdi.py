"""Why emissions changed: logarithmic mean Divisia index, LMDI-I, additive and multiplicative.

Emissions are a sum over sub-categories i of a product of factors k, V = sum_i prod_k x_ki. With the
logarithmic mean L(a, b) = (a - b) / (ln a - ln b), L(a, a) = a,

    additive        dV_k = sum_i L(V_i1, V_i0) ln(x_ki1 / x_ki0),            sum_k dV_k = V1 - V0
    multiplicative  D_k = exp(sum_i w_i ln(x_ki1 / x_ki0)), w_i = L(V_i1, V_i0) / L(V1, V0),  prod_k D_k = V1 / V0

There is no residual. Zeros take the limit that is reached when a small number in their place goes to zero:
a sub-category that appears or vanishes counts whole for the factor that was zero, in equal parts where several were.

Sources: Ang, The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33 (2005) 867-871; zeros:
Ang, Zhang and Choi, Energy 23 (1998) 489-495, table 2, and Ang and Liu, Energy Policy 35 (2007) 238-246.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Decomposition:
    """The change between two periods.

    ``additive`` and ``multiplicative`` have one entry a factor; ``by_part`` is the additive effect of factor k
    in sub-category i, shape (factors, sub-categories).
    """

    factors: tuple[str, ...]
    start: float
    end: float
    additive: Floats
    multiplicative: Floats
    by_part: Floats

    @property
    def change(self) -> float:
        return self.end - self.start


def log_mean(a: ArrayLike, b: ArrayLike) -> Floats:
    """Logarithmic mean of two non-negative numbers; zero when one of them is zero."""
    x, y = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
    low, high = np.minimum(x, y), np.maximum(x, y)
    mean = np.zeros(low.shape)
    there = low > 0
    ratio = np.divide(high - low, low, out=np.zeros(low.shape), where=there)
    # (high - low) / ln(high / low) with log1p, which keeps its digits where the two are nearly equal.
    logs = np.log1p(ratio)
    mean[there] = low[there]
    apart = there & (logs > 0)
    mean[apart] = low[apart] * ratio[apart] / logs[apart]
    return mean


def decompose(factors: Sequence[str], start: ArrayLike, end: ArrayLike) -> Decomposition:
    """Split the change of V = sum_i prod_k x_ki into the effects of the factors.

    Parameters
    ----------
    factors
        Names of the factors, k.
    start, end
        Factor values of the two periods, shape (factors, sub-categories), finite and 0 or more.

    Raises
    ------
    ValueError
        For negative or unknown values, or shapes that do not fit.
    """
    x0, x1 = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    if x0.ndim != 2 or x0.shape != x1.shape or x0.shape[0] != len(factors):
        raise ValueError("start and end must both have the shape (factors, sub-categories)")
    if not (np.isfinite(x0).all() and np.isfinite(x1).all() and (x0 >= 0).all() and (x1 >= 0).all()):
        raise ValueError("every factor must be known and 0 or more")
    v0, v1 = x0.prod(axis=0), x1.prod(axis=0)
    effect = np.zeros(x0.shape)
    both = (v0 > 0) & (v1 > 0)
    effect[:, both] = log_mean(v1, v0)[both] * np.log(x1[:, both] / x0[:, both])
    effect += _appearing(x0, v0, v1) - _appearing(x1, v1, v0)
    total0, total1 = float(v0.sum()), float(v1.sum())
    additive = effect.sum(axis=1)
    weight = float(log_mean(total1, total0))
    # Without emissions in one of the periods there is no ratio to split.
    multiplicative = np.exp(additive / weight) if weight > 0 else np.full(len(factors), np.nan)
    return Decomposition(tuple(factors), total0, total1, additive, multiplicative, effect)


def _appearing(before: Floats, v_before: Floats, v_after: Floats) -> Floats:
    """Effects of sub-categories that were zero: the whole amount, in equal parts to the factors that were zero."""
    zero = (before == 0) & (v_before == 0) & (v_after > 0)
    count = zero.sum(axis=0)
    share = np.divide(v_after, count, out=np.zeros(v_after.shape), where=count > 0)
    return np.where(zero, share, 0.0)


def chain(steps: Sequence[Decomposition]) -> Decomposition:
    """Year-by-year steps put together: additive effects added, multiplicative ones multiplied.

    Chained results follow the way taken and not only its ends, which is preferred for long spans (Ang 2015).

    Raises
    ------
    ValueError
        When there is no step, or one does not begin where the one before ended.
    """
    if not steps:
        raise ValueError("there is nothing to chain")
    for before, after in pairwise(steps):
        if before.factors != after.factors or not np.isclose(before.end, after.start, rtol=1e-9, atol=1e-9):
            raise ValueError("each step must begin where the one before ended")
    return Decomposition(
        steps[0].factors,
        steps[0].start,
        steps[-1].end,
        np.sum([step.additive for step in steps], axis=0),
        np.prod([step.multiplicative for step in steps], axis=0),
        np.sum([step.by_part for step in steps], axis=0),
    )


CARBON_FACTORS = ("activity", "structure", "energy_intensity", "carbon_factor")


def carbon_decomposition(
    start: tuple[ArrayLike, ArrayLike, ArrayLike], end: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> Decomposition:
    """Emissions of sectors split into activity, structure, energy intensity and carbon factor.

    C = sum_i Q (Q_i / Q) (E_i / Q_i) (C_i / E_i), with value added Q, energy E and emissions C of sector i.

    Parameters
    ----------
    start, end
        Value added at constant prices, energy and emissions by sector, each of shape (sectors,).

    Raises
    ------
    ValueError
        For negative or unknown values, no value added at all, or emissions of a sector without energy or value added.
    """
    rows0, rows1 = (np.vstack([np.asarray(row, dtype=np.float64) for row in rows]) for rows in (start, end))
    for rows in (rows0, rows1):
        if not np.isfinite(rows).all() or (rows < 0).any() or rows[0].sum() <= 0:
            raise ValueError("value added, energy and emissions must be known and 0 or more, and some value added")
        if ((rows[2] > 0) & ((rows[1] == 0) | (rows[0] == 0))).any():
            raise ValueError("a sector has emissions but no energy or no value added")
    x0, x1 = _factors_of(rows0), _factors_of(rows1)
    # Where a ratio is 0/0 the other period's holds, so that its change is none.
    x0, x1 = np.where(np.isnan(x0), x1, x0), np.where(np.isnan(x1), x0, x1)
    return decompose(CARBON_FACTORS, np.nan_to_num(x0), np.nan_to_num(x1))


def _factors_of(rows: Floats) -> Floats:
    value_added, energy, carbon = rows
    unknown = np.full(value_added.shape, np.nan)
    return np.vstack(
        [
            np.full(value_added.shape, value_added.sum()),
            value_added / value_added.sum(),
            np.divide(energy, value_added, out=unknown.copy(), where=value_added > 0),
            np.divide(carbon, energy, out=unknown.copy(), where=energy > 0),
        ]
    )
