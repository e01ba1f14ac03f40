"""Calibration by monitors: by how many decibels groups of sources are off, and what remains unexplained.

The level at monitor m is 10 lg(sum over groups of E_mg 10^(x_g/10) + E_m0), where E_mg is what arrives from group g as
calculated and E_m0 what no group answers for. The offsets x minimise

    sum_m ((measured_m - level_m) / error)² + sum_g (x_g / spread)²,    |x_g| <= most

so that few monitors move sources little: what no measurement speaks of stays as it was. ``error``, ``spread`` and
``most`` are of the rulebook. How good a calibration is says not the fit but each monitor left out in turn and
predicted from the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.burden import entry_energies
from tanheng.measures.quiet.assessment.parameters import Given, Terms, weakest
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.periods import HOURS
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.policy.parameters import Status
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

LEVELS = "noise_hours"
LOUDEST_DB = 140.0


@dataclass(frozen=True)
class Measured:
    """What a monitor measured over some hours of the day, dB(A): the energy mean, all sources together."""

    monitor: str
    level: float
    hours: tuple[int, ...]


@dataclass(frozen=True)
class Errors:
    """Measured less calculated, over monitors, dB: root mean square, mean, and largest by amount."""

    rmse: float
    bias: float
    largest: float

    @classmethod
    def of(cls, residuals: Array) -> Errors:
        """Of residuals, at least one."""
        largest = float(residuals[np.argmax(np.abs(residuals))])
        return cls(float(np.sqrt(np.mean(residuals**2))), float(np.mean(residuals)), largest)


@dataclass(frozen=True)
class Calibration:
    """Offsets by group, dB, with the standard deviation that is left; ``at_limit`` ran into the largest offset.

    ``calculated`` before, ``fitted`` after, ``predicted`` by the others when the monitor is left out; dB(A), in the
    order of ``measured``. ``heard``: whether a group brings anything to any monitor; what does not stays at 0.
    """

    groups: tuple[str, ...]
    offsets: Array
    deviations: Array
    heard: NDArray[np.bool_]
    at_limit: NDArray[np.bool_]
    measured: tuple[Measured, ...]
    calculated: Array
    fitted: Array
    predicted: Array
    trust: Status | None

    @property
    def levels(self) -> Array:
        return np.array([each.level for each in self.measured])

    @property
    def before(self) -> Errors:
        return Errors.of(self.levels - self.calculated)

    @property
    def after(self) -> Errors:
        return Errors.of(self.levels - self.fitted)

    @property
    def left_out(self) -> Errors:
        """Each monitor against its prediction from the others: the error to expect where nobody measures."""
        return Errors.of(self.levels - self.predicted)

    @property
    def helps(self) -> bool:
        """Whether levels at places that were not measured are expected to be nearer to the truth than before."""
        return self.left_out.rmse < self.before.rmse

    def note(self) -> Text:
        """What a study says that was calibrated."""
        count, before, after, out = len(self.measured), self.before.rmse, self.after.rmse, self.left_out.rmse
        return Text(
            f"calibrated by {count} monitors: root mean square error {before:.1f} dB before, {after:.1f} dB after, "
            f"{out:.1f} dB at monitors left out",
            f"经{count}个监测点校准：均方根误差校准前{before:.1f} dB，校准后{after:.1f} dB，留一验证{out:.1f} dB",
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values, for records and pages."""
        return {
            "groups": [
                {"group": name, "offset": offset, "deviation": deviation, "heard": bool(heard), "at_limit": bool(limit)}
                for name, offset, deviation, heard, limit in zip(
                    self.groups, self.offsets.tolist(), self.deviations.tolist(), self.heard, self.at_limit, strict=True
                )
            ],
            "monitors": [
                {"monitor": each.monitor, "measured": each.level, "hours": list(each.hours), **levels}
                for each, levels in zip(
                    self.measured,
                    (
                        {"calculated": before, "fitted": after, "predicted": out}
                        for before, after, out in zip(
                            self.calculated.tolist(), self.fitted.tolist(), self.predicted.tolist(), strict=True
                        )
                    ),
                    strict=True,
                )
            ],
            "errors": {name: vars(getattr(self, name)) for name in ("before", "after", "left_out")},
            "helps": self.helps,
            "trust": None if self.trust is None else self.trust.word,
        }


def groups_by_class(quarter: Quarter, kinds: Sequence[str], features: Sequence[str]) -> tuple[str, ...]:
    """A group for each column of emission: roads by their class, railways and plants by their kind."""
    roads = dict(zip(quarter["roads"]["id"].to_pylist(), quarter["roads"]["class"].to_pylist(), strict=True))
    return tuple(
        f"{kind} {roads.get(feature) or 'unclassified'}" if kind == "road" else kind
        for kind, feature in zip(kinds, features, strict=True)
    )


def calibrate(
    transfer: Transfer, power: Array, measured: Sequence[Measured], groups: Sequence[str | None], terms: Terms
) -> Calibration:
    """Offsets of groups of columns from what monitors measured.

    ``transfer``: one row for each of ``measured``; ``power``: columns × 24 hours × 8 bands, dB; ``groups``: one for
    each column, None for what nobody doubts.

    Raises
    ------
    InputRejected
        With every fault: ``noise.E064`` a level that is no number or hours that are none of the day, ``noise.E065`` a
        monitor that hears none of the sources, ``noise.E066`` nothing measured.
    """
    if transfer.receiver_count != len(measured) or len(groups) != transfer.column_count:
        raise ValueError("a row of the matrix belongs to each measurement and a group to each column")
    names = tuple(sorted({group for group in groups if group is not None}))
    energies, fixed = _energies(transfer, power, measured, groups, names)
    _check(measured, energies.sum(axis=1) + fixed)
    spread, error, most = (terms.given(name) for name in (reads.SPREAD, reads.ERROR, reads.MOST_OFFSET))
    sizes = tuple(terms.value(name) for name in (reads.SPREAD, reads.ERROR, reads.MOST_OFFSET))
    levels = np.array([each.level for each in measured])
    fit = _Fit(*sizes)
    offsets = fit.offsets(levels, energies, fixed)
    monitors = np.array([each.monitor for each in measured])
    predicted = np.empty(len(levels))
    for monitor in dict.fromkeys(monitors.tolist()):
        out = monitors == monitor
        without = fit.offsets(levels[~out], energies[~out], fixed[~out])
        predicted[out] = _levels(without, energies[out], fixed[out])
    return Calibration(
        groups=names,
        offsets=offsets,
        deviations=fit.deviations(offsets, energies, fixed),
        heard=np.asarray((energies > 0.0).any(axis=0)),
        at_limit=np.abs(offsets) >= fit.most - 1e-3,
        measured=tuple(measured),
        calculated=_levels(np.zeros(len(names)), energies, fixed),
        fitted=_levels(offsets, energies, fixed),
        predicted=predicted,
        trust=_trust(spread, error, most),
    )


def calibrated(study: Study, found: Calibration, groups: Sequence[str | None]) -> Study:
    """The study with every power moved by the offset of its group, and a note that says so."""
    by_group = dict(zip(found.groups, found.offsets.tolist(), strict=True))
    by_column = np.array([0.0 if group is None else by_group[group] for group in groups])
    return study.with_emission(study.emission + by_column[:, None, None], [found.note()])


@dataclass(frozen=True)
class _Fit:
    spread: float
    error: float
    most: float

    def offsets(self, levels: Array, energies: Array, fixed: Array) -> Array:
        """The best offsets; none moves without a measurement."""
        count = energies.shape[1]
        if count == 0 or len(levels) == 0:
            return np.zeros(count)

        def residuals(offsets: Array) -> Array:
            return np.concatenate([(_levels(offsets, energies, fixed) - levels) / self.error, offsets / self.spread])

        def slopes(offsets: Array) -> Array:
            return np.vstack([_shares(offsets, energies, fixed) / self.error, np.eye(count) / self.spread])

        bounds = (-self.most, self.most)
        found = least_squares(residuals, np.zeros(count), slopes, bounds=bounds, xtol=1e-12, ftol=1e-12, gtol=1e-12)
        return np.asarray(found.x, dtype=np.float64)

    def deviations(self, offsets: Array, energies: Array, fixed: Array) -> Array:
        """Standard deviation of each offset, dB: the spread where no measurement speaks of it, less where one does."""
        shares = _shares(offsets, energies, fixed) / self.error
        known = shares.T @ shares + np.eye(len(offsets)) / self.spread**2
        return np.asarray(np.sqrt(np.diag(np.linalg.inv(known)))) if len(offsets) else np.zeros(0)


def _energies(
    transfer: Transfer, power: Array, measured: Sequence[Measured], groups: Sequence[str | None], names: Sequence[str]
) -> tuple[Array, Array]:
    """What arrives at each monitor in its hours, by group, and from columns without one."""
    place = {name: number for number, name in enumerate(names)}
    of = np.array([len(names) if group is None else place[group] for group in groups], dtype=np.int64)
    linear = np.power(10.0, power / 10.0)
    found = np.zeros((len(measured), len(names) + 1))
    for row, each in enumerate(measured):
        hours = [hour for hour in each.hours if 0 <= hour < HOURS] or [0]
        with np.errstate(divide="ignore"):
            powers = 10.0 * np.log10(linear[:, hours, :].mean(axis=1))
        own = transfer.rows(np.array([row]))
        found[row] = np.bincount(of[own.columns], entry_energies(own, powers), len(names) + 1)
    return found[:, :-1], found[:, -1]


def _levels(offsets: Array, energies: Array, fixed: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(energies @ np.power(10.0, offsets / 10.0) + fixed))


def _shares(offsets: Array, energies: Array, fixed: Array) -> Array:
    """By monitor and group: the share in the energy, which is the slope of the level by the offset."""
    moved = energies * np.power(10.0, offsets / 10.0)
    return np.asarray(moved / (moved.sum(axis=1) + fixed)[:, None])


def _check(measured: Sequence[Measured], energies: Array) -> None:
    problems = [] if measured else [Problem("noise.E066", LEVELS, message="holds nothing to calibrate with")]
    for each, energy in zip(measured, energies, strict=True):
        said = f"of the monitor {each.monitor}"
        # The bounds of a reading in ``tables``.
        if not 0.0 <= each.level <= LOUDEST_DB:
            expected = f"a level from 0 to {LOUDEST_DB:g} dB(A)"
            problems.append(Problem("noise.E064", LEVELS, None, "leq_db", f"{each.level}", said, expected))
        if not each.hours or not all(0 <= hour < HOURS for hour in each.hours):
            value = ", ".join(map(str, each.hours)) or "empty"
            problems.append(Problem("noise.E064", LEVELS, None, "hour", value, said, "hours from 0 to 23"))
        elif energy <= 0.0:
            message, hint = "hears none of the sources", "Give roads near it traffic, or leave it out"
            problems.append(Problem("noise.E065", LEVELS, None, "monitor_id", each.monitor, message, hint=hint))
    if problems:
        raise InputRejected(sorted(problems))


def _trust(*given: Given) -> Status | None:
    return weakest(given)
