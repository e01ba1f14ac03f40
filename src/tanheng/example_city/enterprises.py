"""The made-up enterprises: how many in each district and division, their names, employees and places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanheng.example_city import assumptions as a
from tanheng.example_city import positions
from tanheng.example_city.inputs import Floats, Inputs, Integers
from tanheng.example_city.margins import proportional_fit, whole, whole_table
from tanheng.example_city.streams import Streams

# Sector of the survey -> columns of the employment table. The survey has no other sectors.
_SURVEY = {
    "industry": ("manufacturing", "production_distribution_of_electricity_heat_gas_water"),
    "construction": ("construction",),
    "wholesale_and_retail": ("wholesale_retail_trades",),
    "hotel_and_catering": ("hotels_and_catering_services",),
    "real_estate": ("real_estate",),
    "leasing_and_business_services": ("leasing_and_business_services",),
}


@dataclass(frozen=True)
class Enterprises:
    """One entry an enterprise, in the order of their identifiers.

    ``division_gap``: largest gap of a division's units from its fitted number.
    """

    ids: NDArray[np.str_]
    names: NDArray[np.str_]
    district: Integers  # index in inputs.districts
    division: Integers  # index in inputs.divisions
    employees: Integers
    position: Floats  # n x 2, WGS-84
    opened: NDArray[np.datetime64]
    opened_month: Integers  # months after 2020-01; 0 for those that were there before
    division_gap: float

    def __len__(self) -> int:
        return len(self.ids)


def make(inputs: Inputs, streams: Streams, scale: float) -> Enterprises:
    """Units by the survey of 2016 and employees by the employment table, both times ``scale``."""
    rng = streams.of("facilities")
    employment = fitted_employment(inputs)
    units, division_gap = _units(inputs, employment, scale)
    district, division = (np.repeat(index.ravel(), units.ravel()) for index in np.indices(units.shape))
    count = len(district)
    numbers = np.zeros(count, dtype=np.int64)
    for index in range(len(inputs.divisions)):
        numbers[division == index] = np.arange(1, int((division == index).sum()) + 1)
    names = np.array(
        [
            f"Demo {inputs.divisions[v].slug} {n:04d} ({inputs.district_names[d]})"
            for v, n, d in zip(division, numbers, district, strict=True)
        ]
    )
    employees = _employees(rng, inputs, employment, district, division, scale)
    position = np.zeros((count, 2))
    for index, code in enumerate(inputs.districts):
        here = district == index
        position[here] = positions.draw(rng, inputs, code, int(here.sum()))
    opened, opened_month = _opened(rng, count)
    return Enterprises(
        ids=np.array([f"DEMO-{number:06d}" for number in range(1, count + 1)]),
        names=names,
        district=district,
        division=division,
        employees=employees,
        position=position,
        opened=opened,
        opened_month=opened_month,
        division_gap=division_gap,
    )


def fitted_employment(inputs: Inputs) -> Floats:
    """Employees of 2016 by district and division: real by district and sector, divisions fitted in.

    Iterative proportional fitting from a seed in which a district that is strong in industry leans
    towards electronics.
    """
    table = np.zeros((len(inputs.districts), len(inputs.divisions)))
    for sector, by_district in inputs.employees.items():
        columns = [i for i, d in enumerate(inputs.divisions) if d.stat_sector == sector]
        if not columns:
            continue
        share = np.array([inputs.divisions[i].employment_share for i in columns])
        share = share / share.sum()
        seed = np.ones((len(by_district), len(columns)))
        strength = by_district / max(by_district.max(), 1.0)
        for place, i in enumerate(columns):
            if inputs.divisions[i].slug == "electronics":
                seed[:, place] = 0.5 + strength
        table[:, columns] = proportional_fit(seed, by_district, share * by_district.sum())
    return table


def _units(inputs: Inputs, employment: Floats, scale: float) -> tuple[Integers, float]:
    """Units by district and division: the survey's margins exactly, and the other sectors up to the wanted number."""
    units = np.zeros(employment.shape, dtype=np.int64)
    mean = np.array([d.mean_employees for d in inputs.divisions])
    gap = 0.0
    surveyed = 0.0
    covered: set[str] = set()
    groups: list[tuple[Floats, list[int]]] = []
    for sector, stat_sectors in _SURVEY.items():
        covered.update(stat_sectors)
        surveyed += inputs.survey_units[sector].sum()
        columns = [i for i, d in enumerate(inputs.divisions) if d.stat_sector in stat_sectors]
        groups.append((inputs.survey_units[sector] * scale, columns))
    columns = [i for i, d in enumerate(inputs.divisions) if d.stat_sector not in covered]
    other = employment[:, columns].sum(axis=1)
    groups.append((other / other.sum() * max(a.FACILITIES - surveyed, 0.0) * scale, columns))
    for rows, columns in groups:
        seed = employment[:, columns] / mean[columns]
        wanted = whole(rows, round(float(rows.sum())))
        fitted = proportional_fit(seed, wanted.astype(np.float64), seed.sum(axis=0) / seed.sum() * wanted.sum())
        units[:, columns] = whole_table(fitted, wanted)
        gap = max(gap, float(np.abs(units[:, columns].sum(axis=0) - fitted.sum(axis=0)).max()))
    return units, gap


def _employees(
    rng: np.random.Generator,
    inputs: Inputs,
    employment: Floats,
    district: Integers,
    division: Integers,
    scale: float,
) -> Integers:
    """Log-normal within the division, made to add up to the employment of the district and sector."""
    raw = np.array([d.mean_employees for d in inputs.divisions])[division]
    raw = raw * np.exp(rng.normal(0.0, a.EMPLOYEES_SIGMA, size=len(district)))
    # Lean towards the fitted employment of the cell, so that divisions keep their share.
    sector_names = sorted(inputs.employees)
    sector_of = np.array([sector_names.index(d.stat_sector) for d in inputs.divisions])
    present = np.zeros(employment.shape)
    np.add.at(present, (district, division), raw)
    raw = raw * (employment[district, division] / present[district, division]).clip(1e-9)
    employees = np.zeros(len(district), dtype=np.int64)
    cell = district * len(sector_names) + sector_of[division]
    order = np.argsort(cell, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(cell[order])) + 1):
        if len(members) == 0:
            continue
        sector = sector_names[sector_of[division[members[0]]]]
        wanted = float(inputs.employees[sector][district[members[0]]] * scale)
        least = 5 if wanted >= 8 * len(members) else 1
        total = max(round(wanted), least * len(members))
        employees[members] = whole(raw[members], total, least=least)
    return employees


def margin_gap(inputs: Inputs, enterprises: Enterprises, scale: float) -> float:
    """Largest relative gap of a district and sector from the employment table, in cells of 1,000 or more."""
    sector_of = [d.stat_sector for d in inputs.divisions]
    worst = 0.0
    for sector in sorted(set(sector_of)):
        columns = np.array([s == sector for s in sector_of])[enterprises.division]
        have = np.bincount(
            enterprises.district[columns], weights=enterprises.employees[columns], minlength=len(inputs.districts)
        )
        wanted = inputs.employees[sector] * scale
        large = wanted >= 1000
        worst = max(worst, float((np.abs(have - wanted)[large] / wanted[large]).max(initial=0.0)))
    return worst


def _opened(rng: np.random.Generator, count: int) -> tuple[NDArray[np.datetime64], Integers]:
    """First days: most between 1988 and 2019, a few in the years of the example."""
    before = rng.integers(0, 32 * 12, size=count)
    after = rng.integers(1, len(a.YEARS) * 12 - 6, size=count)
    late = rng.random(count) < a.OPENED_AFTER_START_SHARE
    opened = np.where(late, np.datetime64("2020-01") + after, np.datetime64("1988-01") + before)
    return opened.astype("datetime64[D]"), np.where(late, after, 0).astype(np.int64)
