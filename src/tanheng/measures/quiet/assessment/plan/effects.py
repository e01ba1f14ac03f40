"""What measures relieve, alone, in pairs and truly together, from the matrix of a study.

Energies of different sources add up, so measures at different roads need no calculation of their own together: the
energy at a receiver is that of now less what each takes away. Measures at one road and a barrier before a road that
changes are worked out together; of two barriers the better one counts for each source. What people are relieved of is
then the burden above the limit before less after.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.assessment.areas import Limits
from tanheng.measures.quiet.assessment.burden import LEVEL, Weights
from tanheng.measures.quiet.assessment.exposure import buildings_of
from tanheng.measures.quiet.assessment.plan.candidates import TRAFFIC, Candidate
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.emission import period_powers
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.traffic import Traffic, with_change
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.changes import changed_by
from tanheng.measures.quiet.transfer.levels import levels_of
from tanheng.measures.quiet.transfer.matrix import Transfer

# From candidates of traffic to powers (columns × 24 hours × 8 bands), and from barriers to the matrix behind them.
Emit = Callable[[Sequence[Candidate]], Array]
Screen = Callable[[Sequence[Candidate]], Transfer]


def emit_by(study: Study, traffic: Traffic) -> Emit:
    """Powers of a study after changes of its traffic. Offsets of a calibration stay."""
    ids = study.columns["id"].to_pylist()

    def power(of: Traffic) -> Array:
        return emission_of(study.quarter, of, method=study.settings.method).power_for(ids)

    before = power(traffic)

    def emit(chosen: Sequence[Candidate]) -> Array:
        changed = traffic
        for candidate in chosen:
            changed = with_change(changed, **candidate.change, roads=candidate.roads)
        after = power(changed)
        was_silent = np.isneginf(before)
        moved = np.where(was_silent, 0.0, after - np.where(was_silent, 0.0, before))
        return np.where(was_silent, after, study.emission + moved)

    return emit


def screen_by(study: Study) -> Screen:
    """The matrix of a study behind further barriers; only what they touch is calculated."""

    def screen(chosen: Sequence[Candidate]) -> Transfer:
        return changed_by(study, with_barriers(study.quarter, chosen)).transfer

    return screen


def with_barriers(quarter: Quarter, chosen: Sequence[Candidate]) -> Quarter:
    """The quarter with the barriers of candidates."""
    rows = quarter["barriers"].to_pylist()
    for candidate in chosen:
        new = {"id": candidate.id, "geometry": candidate.outline, "height_m": candidate.height_m, "absorption": None}
        rows.append(new)
    schema = quarter["barriers"].schema
    columns = {name: [row[name] for row in rows] for name in schema.names}
    return quarter.with_tables(barriers=type(quarter["barriers"]).from_pydict(columns, schema=schema))


class Effects:
    """Candidates of a study, tried once. Only receivers with people and a limit matter."""

    def __init__(
        self,
        study: Study,
        weights: Weights,
        candidates: Sequence[Candidate],
        *,
        emit: Emit,
        screen: Screen,
        window_gain: float | None,
    ) -> None:
        if window_gain is None and any(each.kind == "windows" for each in candidates):
            raise ValueError("windows without a known gain cannot be tried")
        self.study, self.candidates = study, tuple(candidates)
        self._emit, self._screen = emit, screen
        self.rows = np.flatnonzero((weights.persons > 0.0) & weights.limits.known)
        classes = tuple(weights.limits.classes[row] for row in self.rows)
        limits = Limits(classes, weights.limits.day[self.rows], weights.limits.night[self.rows])
        self.weights = Weights(weights.persons[self.rows], limits)
        owners = buildings_of(study)[self.rows]
        self._gain = [
            np.where(np.isin(owners, each.buildings), window_gain or 0.0, 0.0) if each.kind == "windows" else None
            for each in candidates
        ]
        self._transfer = study.transfer.rows(self.rows)
        self._powers = [emit([each]) if each.kind in TRAFFIC else None for each in candidates]
        self._behind = [screen([each]).rows(self.rows) if each.kind == "barrier" else None for each in candidates]
        self._base = self._energy(self._transfer, study.emission)
        self._alone = [self._energy(*self._parts([number])) - self._base for number in range(len(candidates))]
        self._cross = {
            pair: self._together(pair) - self._base - self._alone[pair[0]] - self._alone[pair[1]]
            for pair in combinations(range(len(candidates)), 2)
            if self._meet(pair)
        }
        self.before = self.burden(())

    def burden(self, chosen: Collection[int]) -> float:
        """Person-decibels above the limit with these measures; what three of one road do is taken from its pairs."""
        own = sorted(chosen)
        energy = self._base + sum((self._alone[number] for number in own), start=np.zeros_like(self._base))
        for pair in combinations(own, 2):
            if pair in self._cross:
                energy = energy + self._cross[pair]
        return self.weights.total(self._levels(np.maximum(energy, 0.0)), self.gain(own))

    def gain(self, chosen: Sequence[int]) -> Array | None:
        """What windows take off for those behind them, dB by receiver of ``rows``."""
        gains = [gain for number in chosen if (gain := self._gain[number]) is not None]
        return np.max(gains, axis=0) if gains else None

    def truly(self, chosen: Collection[int]) -> tuple[float, dict[str, Array]]:
        """Burden and levels (Ld, Ln by receiver of ``rows``) with these measures, all worked out together."""
        own = sorted(chosen)
        traffic = [self.candidates[number] for number in own if self.candidates[number].kind in TRAFFIC]
        barriers = [self.candidates[number] for number in own if self.candidates[number].kind == "barrier"]
        power = self._emit(traffic) if traffic else self.study.emission
        transfer = self._screen(barriers).rows(self.rows) if len(barriers) > 1 else self._parts(own)[0]
        levels = self._levels(self._energy(transfer, power))
        return self.weights.total(levels, self.gain(own)), levels

    def levels_now(self) -> dict[str, Array]:
        """Ld and Ln by receiver of ``rows`` without any measure, dB(A)."""
        return self._levels(self._base)

    def _parts(self, chosen: Sequence[int]) -> tuple[Transfer, Array]:
        """Matrix and powers of a set with one measure of traffic and one barrier at most."""
        transfer, power = self._transfer, self.study.emission
        for number in chosen:
            behind, powers = self._behind[number], self._powers[number]
            transfer = transfer if behind is None else behind
            power = power if powers is None else powers
        return transfer, power

    def _together(self, pair: tuple[int, int]) -> Array:
        kinds = [self.candidates[number].kind for number in pair]
        both = [self.candidates[number] for number in pair]
        if all(kind in TRAFFIC for kind in kinds):
            return self._energy(self._transfer, self._emit(both))
        if kinds == ["barrier", "barrier"]:
            return self._energy(self._behind_both(pair), self.study.emission)
        return self._energy(*self._parts(pair))

    def _behind_both(self, pair: tuple[int, int]) -> Transfer:
        """Behind two barriers: of each source what the better one lets through, which is near and quick.

        Walked anew where the two matrices hear different sources. What is chosen is always walked anew.
        """
        one, other = (self._behind[number] for number in pair)
        if one is None or other is None:
            raise ValueError("both are barriers")
        if np.array_equal(one.starts, other.starts) and np.array_equal(one.columns, other.columns):
            return replace(one, ratios=np.minimum(one.ratios, other.ratios))
        return self._screen([self.candidates[number] for number in pair]).rows(self.rows)

    def _meet(self, pair: tuple[int, int]) -> bool:
        """Whether the energies of two measures may not simply add up."""
        one, other = (self.candidates[number] for number in pair)
        if set(one.alternatives) & set(other.alternatives) or "windows" in (one.kind, other.kind):
            return False
        if one.kind in TRAFFIC and other.kind in TRAFFIC:
            return bool(set(one.roads) & set(other.roads))
        touched = [self._touched(number) for number in pair]
        return bool((touched[0] & touched[1]).any())

    def _touched(self, number: int) -> NDArray[np.bool_]:
        """Receivers at which a measure changes anything."""
        return np.asarray((self._alone[number] != 0.0).any(axis=1))

    def _energy(self, transfer: Transfer, power: Array) -> Array:
        """Receivers × (day, night), relative to the energy of 0 dB(A)."""
        powers = period_powers(power)
        levels = levels_of(transfer, {name: powers[name] for name in LEVEL.values()})
        return np.column_stack([np.power(10.0, levels[name] / 10.0) for name in LEVEL.values()])

    def _levels(self, energy: Array) -> dict[str, Array]:
        with np.errstate(divide="ignore"):
            found = 10.0 * np.log10(energy)
        return {name: found[:, number] for number, name in enumerate(LEVEL.values())}
