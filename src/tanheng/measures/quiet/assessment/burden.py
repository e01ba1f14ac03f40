"""The burden of noise: people times decibels above the limit, by receiver, by day and by night.

A limit that is exceeded by day and at night counts twice, each with its own excess. Where nobody is known to live, or
no limit holds, there is no burden that could be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tanheng.measures.quiet.assessment.areas import Limits, limits_at
from tanheng.measures.quiet.assessment.exposure import excess, persons_of
from tanheng.measures.quiet.assessment.parameters import DAY, NIGHT, Terms
from tanheng.measures.quiet.bands import A_WEIGHTS_DB, Array
from tanheng.measures.quiet.calculation import places_of
from tanheng.measures.quiet.sources.emission import period_powers
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.matrix import Transfer

LEVEL: Mapping[str, str] = {DAY: "Ld", NIGHT: "Ln"}


@dataclass(frozen=True)
class Weights:
    """What weighs a level: persons by receiver (0 where unknown) and the limits there."""

    persons: Array
    limits: Limits

    def limit(self, period: str) -> Array:
        """dB(A) by receiver, not a number without one."""
        return self.limits.day if period == DAY else self.limits.night

    def of(self, levels: Mapping[str, Array], gain: Array | None = None) -> dict[str, Array]:
        """Person-decibels above the limit by receiver, by day and by night.

        ``levels``: at least Ld and Ln. ``gain``: what windows take off for the people behind them, dB.
        """
        taken = 0.0 if gain is None else gain
        return {
            period: self.persons * excess(levels[name] - taken, self.limit(period)) for period, name in LEVEL.items()
        }

    def total(self, levels: Mapping[str, Array], gain: Array | None = None) -> float:
        """Person-decibels above the limit over all receivers, day and night together."""
        return float(sum(burden.sum() for burden in self.of(levels, gain).values()))


def weights_of(study: Study, terms: Terms) -> Weights:
    """The weights of a study's receivers."""
    return Weights(np.nan_to_num(persons_of(study)), limits_at(study.quarter, places_of(study.receivers), terms))


def burden_of(study: Study, weights: Weights) -> dict[str, Array]:
    """Person-decibels above the limit by receiver, by day and by night."""
    return weights.of({name: study.level(name) for name in LEVEL.values()})


def entry_energies(transfer: Transfer, powers: Array) -> Array:
    """A-weighted energy of each entry of a matrix, from powers of one period (columns × 8 bands, dB)."""
    linear = np.power(10.0, (powers + A_WEIGHTS_DB) / 10.0)
    found = np.empty(len(transfer.columns))
    # In parts: a row of bands for every entry at once would be as large as the matrix.
    part = 1 << 18
    for first in range(0, len(found), part):
        entries = slice(first, first + part)
        found[entries] = np.einsum("eb,eb->e", linear[transfer.columns[entries]], transfer.ratios[entries])
    return found


def blame(study: Study, burden: Mapping[str, Array]) -> dict[str, Array]:
    """The burden by column of emission and period: each receiver's, shared out by what energy comes from where."""
    powers = period_powers(study.emission)
    transfer = study.transfer
    rows = np.repeat(np.arange(transfer.receiver_count), np.diff(transfer.starts))
    found = {}
    for period, name in LEVEL.items():
        energies = entry_energies(transfer, powers[name])
        sums = np.bincount(rows, energies, transfer.receiver_count)
        share = np.divide(burden[period], sums, out=np.zeros_like(sums), where=sums > 0.0)
        by_column = np.bincount(transfer.columns, energies * share[rows], transfer.column_count)
        found[period] = by_column.astype(np.float64)
    return found
