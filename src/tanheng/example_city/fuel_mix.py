"""Which fuels an enterprise burns, and how much, so that divisions and fuels meet their totals."""

from __future__ import annotations

import numpy as np

from tanheng.example_city.inputs import Bools, Floats, Integers

_ROUNDS = 30
# Fuel per head, beside the median of the division and fuel. Wider, and an honest enterprise would look like a slip of
# kilograms for tonnes.
_WIDEST = 40.0
_SECOND_FUEL_T, _THIRD_FUEL_T = 150.0, 1500.0  # tCO2 a year from which an enterprise burns so many fuels


def mixed(
    rng: np.random.Generator,
    wanted: Floats,
    need: Floats,
    division: Integers,
    employees: Integers,
    counted: Floats,
) -> Floats:
    """tCO2 by enterprise and fuel.

    ``wanted`` is divisions x fuels and is met exactly by what counts: ``counted`` is the share of the year in which an
    enterprise is there and reports. ``need`` is what each enterprise should burn, and is met about.
    """
    share = wanted / wanted.sum(axis=1, keepdims=True).clip(1e-12)
    co2 = _chosen(rng, share, need, division, counted > 0)
    for _ in range(_ROUNDS):
        rows = co2.sum(axis=1)
        co2 *= np.divide(need, rows, out=np.zeros_like(need), where=rows > 0)[:, None]
        co2 = _within_bounds(co2, division, employees)
        have = np.zeros_like(wanted)
        np.add.at(have, division, co2 * counted[:, None])
        co2 *= np.divide(wanted, have, out=np.zeros_like(wanted), where=have > 0)[division]
    return co2


def _chosen(rng: np.random.Generator, share: Floats, need: Floats, division: Integers, counts: Bools) -> Floats:
    """Weights by enterprise and fuel: most have one fuel, the large two or three, small ones often none."""
    count, kinds = len(need), share.shape[1]
    cumulative = np.cumsum(share, axis=1)
    burns = rng.random(count) < np.clip(0.63 + 0.13 * np.log10(need.clip(0.1)), 0.1, 1.0)
    weight = np.zeros((count, kinds))
    for least in (0.0, _SECOND_FUEL_T, _THIRD_FUEL_T):
        fuel = (rng.random(count)[:, None] > cumulative[division]).sum(axis=1).clip(0, kinds - 1)
        amount = rng.gamma(2.0, size=count) + 0.2
        rows = np.flatnonzero(burns & (need >= least) & (share[division, fuel] > 0))
        weight[rows, fuel[rows]] += amount[rows]
    # A fuel that nobody of the division drew goes to its largest enterprise, besides what it has.
    for v in np.unique(division[counts]):
        members = np.flatnonzero((division == v) & counts)
        lead = members[np.argmax(need[members])]
        for fuel in np.flatnonzero(share[v] > 0):
            if not weight[members, fuel].any():
                weight[lead, fuel] = share[v, fuel] * max(float(weight[lead].sum()), 1.0)
    return weight


def _within_bounds(co2: Floats, division: Integers, employees: Integers) -> Floats:
    """Amounts cut to within ``_WIDEST`` times the median per head of their division and fuel, and its inverse."""
    per_head = co2 / employees[:, None]
    result = co2.copy()
    for v in np.unique(division):
        members = np.flatnonzero(division == v)
        for fuel in range(co2.shape[1]):
            burning = members[co2[members, fuel] > 0]
            if len(burning):
                usual = float(np.median(per_head[burning, fuel]))
                bounded = per_head[burning, fuel].clip(usual / _WIDEST, usual * _WIDEST)
                result[burning, fuel] = bounded * employees[burning]
    return result
