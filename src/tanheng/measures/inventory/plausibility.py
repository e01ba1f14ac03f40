"""Which values stand far from their peers, without being pulled along by them.

A robust z measures distance from the median in units of the median absolute deviation, scaled so
that for normal values it equals the usual z. One absurd value cannot hide itself by widening the spread.
Threshold 3.5: Iglewicz and Hoaglin, How to Detect and Handle Outliers (ASQC 1993).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

THRESHOLD = 3.5
FEWEST_PEERS = 10
_MAD_OF_NORMAL = 0.6744897501960817  # third quartile of the standard normal distribution


def robust_z(values: ArrayLike, groups: ArrayLike) -> tuple[Floats, Floats]:
    """Robust z of each value within its group, and the median of the group.

    Parameters
    ----------
    values
        (n,) numbers; not finite ones have no z and count in no group.
    groups
        (n,) labels of any kind.

    Returns
    -------
    z, median
        (n,) each; NaN where the value is not finite, the group has fewer than ``FEWEST_PEERS`` values or
        no spread.
    """
    numbers = np.asarray(values, dtype=np.float64)
    z, middle = np.full(numbers.shape, np.nan), np.full(numbers.shape, np.nan)
    _, labels = np.unique(np.asarray(groups), return_inverse=True)
    finite = np.isfinite(numbers)
    for label in np.unique(labels[finite]):
        members = np.flatnonzero(finite & (labels == label))
        if len(members) < FEWEST_PEERS:
            continue
        median = float(np.median(numbers[members]))
        spread = float(np.median(np.abs(numbers[members] - median)))
        if spread > 0:
            z[members] = _MAD_OF_NORMAL * (numbers[members] - median) / spread
            middle[members] = median
    return z, middle
