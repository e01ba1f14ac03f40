"""Fuel and electricity of each enterprise and year.

The size of an enterprise (scope 1 and bought electricity as CO2) follows from its employees, its
division and chance, by rank on the fitted distribution; the division's fuels and electricity meet the
totals of the ``structure``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city import sizes
from tanheng.example_city.enterprises import Enterprises
from tanheng.example_city.fuel_mix import mixed
from tanheng.example_city.inputs import Bools, Floats, Inputs
from tanheng.example_city.streams import Streams
from tanheng.example_city.structure import Structure


@dataclass(frozen=True)
class Energy:
    """What enterprises use, before it is dealt out to months.

    ``fuel_co2`` is enterprises x fuels (order of ``assumptions.FUELS``), tCO2 of the anchor year;
    ``electricity_mwh`` of the anchor year; ``year_factor_fuel`` and ``year_factor_electricity`` are
    enterprises x years, 1 in the anchor year; ``reports`` says in which years there is a report.
    """

    fuel_co2: Floats
    electricity_mwh: Floats
    year_factor_fuel: Floats
    year_factor_electricity: Floats
    reports: Bools
    tail: sizes.Tail

    @property
    def size_tco2(self) -> Floats:
        return np.asarray(self.fuel_co2.sum(axis=1) + self.electricity_mwh * a.GRID_TCO2_PER_MWH)


def make(inputs: Inputs, streams: Streams, structure: Structure, enterprises: Enterprises, scale: float) -> Energy:
    """Energy of every enterprise; ``scale`` multiplies the totals as it multiplied the enterprises."""
    rng = streams.of("energy")
    reports = _reports(streams.of("missing_reports"), enterprises)
    # What counts in the anchor year: an enterprise without a report is not there, one that opened has some months.
    year = a.YEARS.index(a.ANCHOR_YEAR)
    counted = ((year + 1) * 12 - enterprises.opened_month).clip(0, 12) / 12 * reports[:, year]
    present = np.bincount(enterprises.division, weights=counted, minlength=len(inputs.divisions)) > 0
    fuels = _of_present(structure.division_fuels, present, [d.broad_sector for d in inputs.divisions]) * scale
    electricity = electricity_by_division(inputs, enterprises, present) * scale
    wanted = fuels.sum(axis=1) + electricity * a.GRID_TCO2_PER_MWH

    size, tail = _sizes(rng, inputs, enterprises, wanted, scale)
    # Part of each that is fuel: the division's mean with a spread of its own.
    share = np.divide(fuels.sum(axis=1), wanted, out=np.zeros_like(wanted), where=wanted > 0).clip(1e-4, 1 - 1e-4)
    logit = np.log(share / (1 - share))[enterprises.division] + rng.normal(0.0, 0.9, size=len(enterprises))
    part = 1 / (1 + np.exp(-logit))
    fuel_co2 = mixed(rng, fuels, size * part, enterprises.division, enterprises.employees, counted)
    mwh = size * (1 - part) / a.GRID_TCO2_PER_MWH
    have = np.bincount(enterprises.division, weights=mwh * counted, minlength=len(wanted))
    mwh = mwh * np.divide(electricity, have, out=np.ones_like(have), where=have > 0)[enterprises.division]

    fuel_path, electricity_path = (
        _years(rng, inputs, enterprises, change) for change in (a.FUEL_INTENSITY_CHANGE, a.ELECTRICITY_INTENSITY_CHANGE)
    )
    return Energy(fuel_co2, mwh, fuel_path, electricity_path, reports, tail)


def electricity_by_division(inputs: Inputs, enterprises: Enterprises, present: Bools) -> Floats:
    """MWh of the anchor year at scale 1: intensities per employee, made to add up to industry and services."""
    employees = np.bincount(enterprises.division, weights=enterprises.employees, minlength=len(inputs.divisions))
    raw = employees * np.array([d.mwh_per_employee for d in inputs.divisions]) * present
    industry = np.array([d.stat_sector != "construction" and d.broad_sector == "secondary" for d in inputs.divisions])
    raw[industry] *= a.INDUSTRY_MWH / raw[industry].sum()
    raw[~industry] *= a.SERVICES_MWH / raw[~industry].sum()
    return np.asarray(raw)


def real_growth(inputs: Inputs) -> dict[str, Floats]:
    """Volume index of the broad sectors by year, 1 in the anchor year.

    The bulletins give growth at constant prices for the whole only: a sector's is its growth at
    current prices less what the whole grew faster at current than at constant prices. From 2020 to 2021,
    where sectors are missing, all grow as the whole.
    """
    index = {}
    for sector in ("secondary", "tertiary"):
        path = [1.0]
        for year in a.YEARS[1:]:
            gdp, growth, _ = inputs.gdp[year]
            assert growth is not None
            before = inputs.value_added.get((sector, year - 1))
            rate = growth / 100
            if before is not None:
                prices = gdp / inputs.gdp[year - 1][0] - 1 - growth / 100
                rate = inputs.value_added[sector, year] / before - 1 - prices
            path.append(path[-1] * (1 + rate))
        index[sector] = np.array(path) / path[a.YEARS.index(a.ANCHOR_YEAR)]
    return index


def _of_present(table: Floats, present: Bools, broad: list[str]) -> Floats:
    """At small scale some divisions have no enterprise: theirs goes to the others of the broad sector."""
    result = np.where(present[:, None], table, 0.0)
    for sector in set(broad):
        members = np.array([b == sector for b in broad])
        lost, kept = table[members].sum(), result[members].sum()
        if kept > 0:
            result[members] *= lost / kept
    return np.asarray(result * (table.sum() / result.sum()))


def _sizes(
    rng: np.random.Generator, inputs: Inputs, enterprises: Enterprises, wanted: Floats, scale: float
) -> tuple[Floats, sizes.Tail]:
    """Sizes by rank; the ranks of whole divisions move until each division has about what it wants."""
    index, _ = sizes.hill_index(inputs.registry_sizes_t["uk"], a.FIT_FROM_T["uk"])
    count, total = len(enterprises), float(wanted.sum())
    large = max(round(a.DRAWN_ABOVE_THRESHOLD * scale), 2)
    tail = sizes.tail_with_total(index, a.THRESHOLD_TCO2E, large, total * a.LARGE_SHARE)
    by_rank = sizes.sizes_by_rank(count, large, tail, total, a.BODY_SIGMA).clip(a.LEAST_TCO2)
    division = enterprises.division
    score = np.log(enterprises.employees) + rng.normal(0.0, a.SIZE_SIGMA, size=count)
    people = np.bincount(division, weights=enterprises.employees, minlength=len(wanted))
    offset = np.log(np.divide(wanted, people, out=np.ones_like(wanted), where=(people > 0) & (wanted > 0)))
    size = np.zeros(count)
    for _ in range(40):
        size[np.argsort(-(score + offset[division]), kind="stable")] = by_rank
        have = np.bincount(division, weights=size, minlength=len(wanted))
        ratio = np.divide(wanted, have, out=np.ones_like(wanted), where=(have > 0) & (wanted > 0))
        offset += 0.5 * np.log(ratio).clip(-1, 1)
    return size * ratio[division], tail


def _years(rng: np.random.Generator, inputs: Inputs, enterprises: Enterprises, change: float) -> Floats:
    """Enterprises x years, 1 in the anchor year: growth of the sector, falling intensity, noise with memory."""
    growth = real_growth(inputs)
    steps = np.array(a.YEARS) - a.ANCHOR_YEAR
    broad = [d.broad_sector for d in inputs.divisions]
    trend = np.stack([growth[b] * (1 + change) ** steps for b in broad])[enterprises.division]
    noise = walk(rng, len(enterprises), len(a.YEARS), a.YEAR_SIGMA, a.YEAR_MEMORY)
    noise -= noise[:, [a.YEARS.index(a.ANCHOR_YEAR)]]
    return np.asarray(trend * np.exp(noise))


def walk(rng: np.random.Generator, count: int, steps: int, sigma: float, memory: float) -> Floats:
    """``count`` stationary series of first-order autoregression, cut at 3 sigma so that none looks like a fault."""
    noise = rng.normal(0.0, sigma, size=(count, steps))
    for step in range(1, steps):
        noise[:, step] = memory * noise[:, step - 1] + np.sqrt(1 - memory**2) * noise[:, step]
    return np.asarray(noise.clip(-3 * sigma, 3 * sigma))


def _reports(rng: np.random.Generator, enterprises: Enterprises) -> Bools:
    """Which enterprise reported in which year: all that were open, less a few small ones that did not."""
    years = len(a.YEARS)
    is_open = enterprises.opened_month[:, None] < (np.arange(years)[None, :] + 1) * 12
    missing = rng.random((len(enterprises), years)) < a.MISSING_REPORT_SHARE
    return np.asarray(is_open & ~missing)
