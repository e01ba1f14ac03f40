"""The statistics of the made-up layer beside what was wanted: totals, margins, sizes, names."""

from __future__ import annotations

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city import sizes
from tanheng.example_city.energy import Energy
from tanheng.example_city.enterprises import Enterprises, margin_gap
from tanheng.example_city.inputs import Floats, Inputs
from tanheng.example_city.structure import Structure
from tanheng.example_city.summary import Check

_YEAR = a.YEARS.index(a.ANCHOR_YEAR)


def make(
    inputs: Inputs,
    structure: Structure,
    enterprises: Enterprises,
    energy: Energy,
    scale: float,
    *,
    enterprise_co2: Floats,
    area_co2: Floats,
    electricity: Floats,
) -> tuple[Check, ...]:
    """Checks of what was written, before faults were planted. Below scale 0.5 chance rules, and gaps are only told."""
    return (
        *_totals(structure, scale, enterprise_co2, area_co2, electricity),
        *_sizes(inputs, energy, scale),
        *_margins(inputs, enterprises, energy, scale),
    )


def _at_scale(scale: float, gap: float) -> float | None:
    return gap if scale >= 0.5 else None


def _totals(
    structure: Structure, scale: float, enterprise_co2: Floats, area_co2: Floats, electricity: Floats
) -> tuple[Check, ...]:
    """The enterprises scale, the area sources are always those of the whole city."""
    planned = a.CITY_SCOPE1_TCO2 + (structure.facilities + a.PROCESS_TCO2) * (scale - 1)
    city = enterprise_co2 + area_co2
    bought = float(electricity[_YEAR])
    return (
        Check(f"CO2 of the city {a.ANCHOR_YEAR}, scope 1", "t", float(city[_YEAR]), planned, 0.001),
        *(
            Check(f"CO2 of the city {year}, scope 1", "t", float(city[i]))
            for i, year in enumerate(a.YEARS)
            if i != _YEAR
        ),
        Check(f"CO2 of the enterprises {a.ANCHOR_YEAR}, scope 1", "t", float(enterprise_co2[_YEAR])),
        Check(
            f"electricity of the enterprises {a.ANCHOR_YEAR}",
            "MWh",
            bought,
            (a.INDUSTRY_MWH + a.SERVICES_MWH) * scale,
            0.001,
        ),
        Check(f"electricity of the city {a.ANCHOR_YEAR}, assumed", "MWh", bought + sum(a.AREA_MWH.values())),
        Check("stretch of Guangdong's structure to the city's total", "", structure.stretch),
    )


def _sizes(inputs: Inputs, energy: Energy, scale: float) -> tuple[Check, ...]:
    size = np.sort(energy.size_tco2[energy.reports[:, _YEAR]])[::-1]
    large = size > a.THRESHOLD_TCO2E
    uk, uk_count = sizes.hill_index(inputs.registry_sizes_t["uk"], a.FIT_FROM_T["uk"])
    california, california_count = sizes.hill_index(inputs.registry_sizes_t["california"], a.FIT_FROM_T["california"])
    # Where the cut at the upper end does not bend the line.
    low, high = a.THRESHOLD_TCO2E, 10 * a.THRESHOLD_TCO2E
    fitted = energy.tail.quantile((np.arange(20_000) + 0.5) / 20_000)
    return (
        Check(f"tail index, UK 2022, {uk_count} above {a.FIT_FROM_T['uk']:,.0f} t", "", uk),
        Check(
            f"tail index, California 2022, {california_count} above {a.FIT_FROM_T['california']:,.0f} t", "", california
        ),
        Check(
            f"enterprises above {a.THRESHOLD_TCO2E:,.0f} t, scope 1 and electricity",
            "",
            float(large.sum()),
            a.ABOVE_THRESHOLD * scale,
            _at_scale(scale, 0.06),
        ),
        Check("their share of the enterprises' emissions", "", float(size[large].sum() / size.sum())),
        Check("share of the ten largest", "", float(size[:10].sum() / size.sum())),
        Check("largest enterprise", "tCO2", float(size[0])),
        Check(
            f"rank-size slope, {low:,.0f} to {high:,.0f} t",
            "",
            sizes.rank_size_slope(size, low, high),
            sizes.rank_size_slope(fitted, low, high),
            _at_scale(scale, 0.15),
        ),
    )


def _margins(inputs: Inputs, enterprises: Enterprises, energy: Energy, scale: float) -> tuple[Check, ...]:
    sectors = sorted({d.stat_sector for d in inputs.divisions})
    employees = float(sum(inputs.employees[s].sum() for s in sectors)) * scale
    opened = enterprises.opened_month[:, None] < (np.arange(len(a.YEARS))[None, :] + 1) * 12
    missing = float(1 - energy.reports.sum() / opened.sum())
    real = inputs.real_names & set(enterprises.names.tolist())
    return (
        Check("enterprises", "", float(len(enterprises)), a.FACILITIES * scale, _at_scale(scale, 0.01)),
        Check("employees", "", float(enterprises.employees.sum()), employees, _at_scale(scale, 0.002)),
        Check("largest gap of employment in a district and sector", "", margin_gap(inputs, enterprises, scale)),
        Check("largest gap of a division from its fitted number of enterprises", "", enterprises.division_gap),
        Check("reports missing", "", missing, a.MISSING_REPORT_SHARE, _at_scale(scale, 0.2)),
        Check("names equal to a real one", "", float(len(real)), 0.0, 0.0),
    )
