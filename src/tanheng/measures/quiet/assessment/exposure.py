"""People by level: bands of 5 dB, above the limit, annoyed, disturbed in their sleep, with a quiet side.

People of a building are spread over its façade receivers (CNOSSOS-EU 2.8), so a receiver stands for a share of them. A
receiver whose building has an unknown number of people counts in no sum; how many buildings that are is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.sources.emission import period_powers
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.levels import combined_levels, levels_of

Outcome = Literal["annoyed", "sleep_disturbed"]
INDICATOR: dict[Outcome, str] = {"annoyed": "Lden", "sleep_disturbed": "Lnight"}
# Kinds of columns by the curve that holds for them; there is none for plants.
CURVES: dict[str, str] = {"road": "road", "railway": "rail"}
BAND_DB = 5.0
LOWEST_DB, HIGHEST_DB = 35.0, 80.0
# By so many dB levels differ by rounding alone: a matrix keeps 24 bits.
ROUNDING_DB = 1e-5


@dataclass(frozen=True)
class Band:
    """People at levels from ``low`` to below ``high``, dB(A); None is open."""

    low: float | None
    high: float | None
    persons: float


def persons_of(study: Study) -> Array:
    """By receiver; not a number where nobody knows."""
    return np.asarray(study.receivers["persons"].to_numpy(zero_copy_only=False), dtype=np.float64)


def buildings_of(study: Study) -> NDArray[np.object_]:
    """Ids by receiver."""
    return np.asarray(study.receivers["building"].to_numpy(zero_copy_only=False), dtype=object)


def by_band(levels_db: Array, persons: Array, low: float = LOWEST_DB, high: float = HIGHEST_DB) -> tuple[Band, ...]:
    """People in bands of 5 dB, open at both ends; silence counts in the lowest."""
    edges = np.arange(low, high + BAND_DB / 2.0, BAND_DB)
    sums = np.bincount(np.searchsorted(edges, levels_db, side="right"), np.nan_to_num(persons), len(edges) + 1)
    lows: list[float | None] = [None, *edges.tolist()]
    highs: list[float | None] = [*edges.tolist(), None]
    return tuple(Band(*each) for each in zip(lows, highs, sums.tolist(), strict=True))


def above(levels_db: Array, limits_db: Array) -> NDArray[np.bool_]:
    """Where a limit is exceeded; a limit that is just met is met, and without a limit nothing is."""
    with np.errstate(invalid="ignore"):
        return np.asarray(levels_db > limits_db + ROUNDING_DB)


def excess(levels_db: Array, limits_db: Array) -> Array:
    """By how much, dB; 0 where the limit is met or there is none."""
    return np.where(above(levels_db, limits_db), levels_db - np.where(np.isnan(limits_db), 0.0, limits_db), 0.0)


def share_of_people(persons: Array, which: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    """Percent of the people of ``among`` to whom ``which`` applies; None where nobody is known to live."""
    counted = np.where(among, np.nan_to_num(persons), 0.0)
    total = counted.sum()
    return None if total <= 0.0 else float(100.0 * counted[which].sum() / total)


def percent_responding(levels_db: Array, outcome: Outcome, curve: str, terms: Terms) -> Array:
    """Percent of people highly annoyed at Lden or highly sleep disturbed at Lnight, (EU) 2020/367 annex III.

    0 below the level from which responses are counted. Not below 0 and not above 100.
    """
    terms_of = (terms.value(reads.RESPONSE, outcome, curve, term) for term in ("constant", "linear", "square"))
    constant, linear, square = terms_of
    levels = np.where(np.isfinite(levels_db), levels_db, 0.0)
    percent = np.clip(constant + linear * levels + square * levels * levels, 0.0, 100.0)
    return np.where(np.asarray(levels_db) >= terms.value(reads.RESPONSE_FROM, outcome), percent, 0.0)


def levels_of_kind(study: Study, kind: str) -> dict[str, Array]:
    """All indicators at each receiver from the columns of one kind alone, dB(A)."""
    own = np.array([each == kind for each in study.columns["kind"].to_pylist()], dtype=bool)
    levels = levels_of(study.transfer, period_powers(np.where(own[:, None, None], study.emission, -np.inf)))
    return {**levels, **combined_levels(levels)}


def responding(study: Study, outcome: Outcome, kind: str, terms: Terms) -> Array:
    """Expected people by receiver who respond to one kind of source; not a number where people are unknown.

    At each receiver's own level, which is finer than the middle of bands that the Directive is content with.
    """
    levels = levels_of_kind(study, kind)[INDICATOR[outcome]]
    return persons_of(study) * percent_responding(levels, outcome, CURVES[kind], terms) / 100.0


@dataclass(frozen=True)
class Sides:
    """By building and floor: the loudest and the quietest façade point, dB(A), and the people.

    ``of``: for each receiver, its row here.
    """

    buildings: tuple[str, ...]
    floors: NDArray[np.int64]
    loudest: Array
    quietest: Array
    persons: Array
    of: NDArray[np.int64]


def sides(study: Study, indicator: str = "Lden") -> Sides:
    """What each floor of each building hears all round. Silence on one side is as quiet as can be."""
    levels = study.level(indicator)
    floors = np.asarray(study.receivers["floor"].to_numpy(zero_copy_only=False), dtype=np.int64)
    names, codes = np.unique(buildings_of(study).astype(str), return_inverse=True)
    keys, of = np.unique(np.column_stack([codes, floors]), axis=0, return_inverse=True)
    of = of.reshape(-1)
    loudest = np.full(len(keys), -np.inf)
    quietest = np.full(len(keys), np.inf)
    np.maximum.at(loudest, of, levels)
    np.minimum.at(quietest, of, levels)
    persons = np.bincount(of, persons_of(study), len(keys)).astype(np.float64)
    return Sides(tuple(names[keys[:, 0]].tolist()), keys[:, 1], loudest, quietest, persons, of)


def with_quiet_side(study: Study, terms: Terms, indicator: str = "Lden") -> NDArray[np.bool_]:
    """By receiver: whether its floor of its building has a side quieter than the loudest by the difference asked for.

    A flat need not reach through to that side; where the plans of flats are unknown, the floor stands for them.
    """
    found = sides(study, indicator)
    difference = terms.value(reads.QUIET_SIDE)
    silent = ~np.isfinite(found.loudest)
    with np.errstate(invalid="ignore"):
        quiet = silent | (found.loudest - found.quietest >= difference - ROUNDING_DB)
    return np.asarray(quiet[found.of])
