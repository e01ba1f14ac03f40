"""What every source of a quarter sends out, by hour and octave band: the side of the matrix that a what-if changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from tanheng.measures.quiet.bands import A_WEIGHTS_DB, BAND_COUNT, Array
from tanheng.measures.quiet.periods import HOURS, PERIODS
from tanheng.text import Text

Kind = Literal["road", "railway", "plant"]
Status = Literal["counted", "given", "example"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class LeftOut:
    """A source that a map knows and a calculation does not: its emission is unset. ``why`` says what is missing."""

    kind: Kind
    feature: str
    why: Text


@dataclass(frozen=True)
class Emission:
    """Sound power of columns, one for each source or share of it that has a transfer of its own.

    ``power``: columns x 24 hours x 8 bands, hour 0 the one after midnight; dB re 1 pW a metre for lines (road,
    railway), dB re 1 pW for points (plant); minus infinity is silence. ``ids`` are unique, ``features`` are ids of the
    quarter's tables. ``statuses``: counted (somebody counted the traffic), given (a stated sound power), example (an
    assumption by road class that nobody counted). ``left_out`` are sources without an emission, ``notes`` what was
    assumed. Raises ``ValueError`` if the lengths differ, an id repeats or a power is not a number.
    """

    ids: tuple[str, ...]
    kinds: tuple[Kind, ...]
    features: tuple[str, ...]
    statuses: tuple[Status, ...]
    power: Array
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.ids)
        if not count == len(self.kinds) == len(self.features) == len(self.statuses):
            raise ValueError("ids, kinds, features and statuses of an emission differ in length")
        if self.power.shape != (count, HOURS, BAND_COUNT):
            raise ValueError(f"power has the shape {self.power.shape}, must be {(count, HOURS, BAND_COUNT)}")
        if len(set(self.ids)) != count:
            raise ValueError(f"columns repeat: {', '.join(sorted({i for i in self.ids if self.ids.count(i) > 1}))}")
        if np.isnan(self.power).any() or np.isposinf(self.power).any():
            raise ValueError("a power is not a number")

    @property
    def trust(self) -> Status | None:
        """The weakest status of the columns that sound: a result is not better than it. None if nothing sounds."""
        sounding = [bool(np.isfinite(power).any()) for power in self.power]
        found = {status for status, sounds in zip(self.statuses, sounding, strict=True) if sounds}
        return next((status for status in reversed(STATUSES) if status in found), None)

    def power_for(self, ids: Sequence[str]) -> Array:
        """Powers in the order of a matrix's columns; a column of which this emission knows nothing is silent.

        Raises ``ValueError`` if a column of this emission is not among ``ids``: it would be forgotten.
        """
        place = {name: row for row, name in enumerate(ids)}
        strange = [name for name in self.ids if name not in place]
        if strange:
            raise ValueError(f"the matrix has no column for {', '.join(strange[:10])}")
        power = np.full((len(ids), HOURS, BAND_COUNT), -np.inf)
        power[[place[name] for name in self.ids]] = self.power
        return power


def period_powers(power: Array, periods: Mapping[str, Sequence[int]] = PERIODS) -> dict[str, Array]:
    """Energy means by period, dB: columns x 8 each."""
    energies = np.power(10.0, power / 10.0)
    with np.errstate(divide="ignore"):
        return {name: 10.0 * np.log10(energies[:, list(hours), :].mean(axis=1)) for name, hours in periods.items()}


def a_weighted(power: Array) -> Array:
    """dB(A) over the bands, the last axis."""
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(np.power(10.0, (power + A_WEIGHTS_DB) / 10.0).sum(axis=-1)))
