"""A column with the reason where it has no value, and with the weakest status behind it.

The least that plain pandas needs to give the answers that a rule gives: three arrays that go through
every step together. ``why`` is 0 where there is a value; of two reasons the first counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[Any]

UNSET, EMPTY, HELD, INCOMPLETE, BALANCE = range(1, 6)


@dataclass(frozen=True)
class Known:
    """``value`` (NaN or None where not known), ``why`` (int8), ``trust`` (int8)."""

    value: Array
    why: Array
    trust: Array

    def __add__(self, other: Known) -> Known:
        return self._with(other, self.value + other.value)

    def __sub__(self, other: Known) -> Known:
        return self._with(other, self.value - other.value)

    def __mul__(self, other: Known) -> Known:
        return self._with(other, self.value * other.value)

    def __truediv__(self, other: Known) -> Known:
        return self._with(other, self.value / other.value)

    def __and__(self, other: Known) -> Known:
        """Both true; false already where one is known to be false."""
        false = (self.known & ~self.truth) | (other.known & ~other.truth)
        both = self._with(other, self.truth & other.truth)
        return Known(both.value, np.where(false, 0, both.why), both.trust)

    def __invert__(self) -> Known:
        return Known(~self.truth, self.why, self.trust)

    @property
    def known(self) -> Array:
        found: Array = self.why == 0
        return found

    @property
    def truth(self) -> Array:
        """Where a truth value is known to be true."""
        found: Array = self.known & (self.value == True)  # noqa: E712  values may be None
        return found

    def is_known(self) -> Known:
        return Known(self.known, np.zeros_like(self.why), self.trust)

    def or_else(self, value: float) -> Known:
        """``value`` where nothing is known."""
        return Known(np.where(self.known, self.value, value), np.zeros_like(self.why), self.trust)

    def scaled(self, factor: float) -> Known:
        return Known(self.value * factor, self.why, self.trust)

    def _with(self, other: Known, value: Array) -> Known:
        return Known(value, np.where(self.why != 0, self.why, other.why), np.maximum(self.trust, other.trust))


def column(frame: pd.DataFrame, name: str) -> Known:
    """A column of the city's tables; a row with an open question holds its empty cells back."""
    value = frame[name].to_numpy()
    reason = np.where(frame["held"].notna(), HELD, EMPTY) if "held" in frame else EMPTY
    why = np.where(frame[name].isna(), reason, 0).astype(np.int8)
    return Known(value, why, np.zeros(len(frame), np.int8))


def looked_up(frame: pd.DataFrame, name: str) -> Known:
    """A column that came with its reason and its trust beside it (see ``beside``)."""
    return Known(frame[name].to_numpy(), frame[f"{name}__why"].to_numpy(), frame[f"{name}__trust"].to_numpy())


def beside(frame: pd.DataFrame, columns: dict[str, Known]) -> pd.DataFrame:
    """The frame with the columns, each with its reason and its trust."""
    found: dict[str, Array] = {}
    for name, known in columns.items():
        found |= {name: known.value, f"{name}__why": known.why, f"{name}__trust": known.trust}
    joined: pd.DataFrame = pd.concat([frame, pd.DataFrame(found, index=frame.index)], axis="columns")
    return joined


def constant(value: Any, like: Known) -> Known:
    return Known(np.full(len(like.why), value), np.zeros_like(like.why), np.zeros_like(like.trust))


def unknown(why: int, like: Known) -> Known:
    return Known(np.full(len(like.why), np.nan), np.full_like(like.why, why), np.zeros_like(like.trust))


def choose(branches: Sequence[tuple[Known, Known]], otherwise: Known) -> Known:
    """The first branch whose condition holds; not known where a condition before it is not."""
    result = otherwise
    conditions = np.zeros_like(otherwise.trust)
    for condition, then in reversed(branches):
        yes, not_known = condition.truth, ~condition.known
        value = np.where(yes, then.value, result.value)
        why = np.where(not_known, condition.why, np.where(yes, then.why, result.why))
        result = Known(value, why, np.where(yes, then.trust, result.trust))
        conditions = np.maximum(conditions, condition.trust)
    return Known(result.value, result.why, np.maximum(result.trust, conditions))


def sums(keys: pd.DataFrame, columns: dict[str, Known]) -> pd.DataFrame:
    """Sums by ``keys`` with reason and trust; one part not known makes the sum so."""
    frame = beside(keys, columns)
    values, whys = list(columns), [f"{name}__why" for name in columns]
    trusts = [f"{name}__trust" for name in columns]
    grouped = frame.groupby(list(keys.columns))
    added = grouped[values].sum()
    worst = grouped[[*whys, *trusts]].max()
    joined: pd.DataFrame = pd.concat([added, worst], axis="columns")
    return joined
