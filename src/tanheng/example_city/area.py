"""Table area_sources: the real power plants by formula, waste, traffic, homes, small services, building sites."""

from __future__ import annotations

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.energy import real_growth
from tanheng.example_city.inputs import Floats, Inputs
from tanheng.example_city.output import TableWriter
from tanheng.example_city.structure import Structure

_BROAD = {
    "power_plants": "secondary",
    "road_transport": "tertiary",
    "other_transport": "tertiary",
    "households": "households",
    "services": "tertiary",
    "construction": "secondary",
}


def write(writer: TableWriter, inputs: Inputs, structure: Structure, note: str) -> Floats:
    """Write the table; returns tCO2 by year.

    Power plants and waste are derived: their formula stands in ``source``. The others are fitted to the
    city's total and made up. None of them depends on the seed or the scale.
    """
    rows: list[tuple[object, ...]] = []
    plants = {plant: (name, district, mw) for plant, name, district, mw in inputs.power_plants}
    for fuel, group in (("coal", "coal"), ("natural gas", "gas")):
        found = [p for p in sorted(structure.power) if a.POWER_PLANT_FUEL[p] == fuel]
        for district in sorted({plants[p][1] for p in found}):
            here = [p for p in found if plants[p][1] == district]
            co2 = sum(structure.power[p] for p in here)
            formula = "; ".join(
                f"{plants[p][0]}: {plants[p][2]:g} MW x {a.POWER_PLANT_HOURS[fuel]:g} h (assumed) x "
                f"{a.POWER_PLANT_TCO2_PER_MWH[fuel]:g} tCO2/MWh (national benchmark 2022 of the class)"
                for p in here
            )
            for year in a.YEARS:
                rows.append((district, year, "power_plants", group, co2, _tce(co2, group), 0.0, "derived", formula))
    people_share = inputs.population_10k_2016 / inputs.population_10k_2016.sum()
    formula = (
        f"waste burned for power: people x {a.WASTE_T_PER_HEAD:g} t a year (assumed) x 20 % carbon x 39 % fossil x "
        "95 % burned x 44/12 (provincial inventory guide), by the people of the district 2016"
    )
    for year in a.YEARS:
        waste = structure.waste * _population(inputs, year) / _population(inputs, a.ANCHOR_YEAR)
        for place, district in enumerate(inputs.districts):
            co2 = waste * float(people_share[place])
            rows.append((district, year, "power_plants", "waste", co2, np.nan, 0.0, "derived", formula))
    growth = real_growth(inputs)
    steps = np.array(a.YEARS) - a.ANCHOR_YEAR
    fuel_path = (1 + a.FUEL_INTENSITY_CHANGE) ** steps
    people = np.array([_population(inputs, year) for year in a.YEARS]) / _population(inputs, a.ANCHOR_YEAR)
    for (source_class, group), co2 in sorted(structure.area.items()):
        weight = _weight(inputs, source_class)
        path = people if source_class == "households" else growth[_sector(source_class)] * fuel_path
        for place, district in enumerate(inputs.districts):
            for number, year in enumerate(a.YEARS):
                tonnes = co2 * path[number] * weight[place]
                rows.append((district, year, source_class, group, tonnes, _tce(tonnes, group), 0.0, "made_up", note))
    power_path = (1 + a.ELECTRICITY_INTENSITY_CHANGE) ** steps
    for source_class, mwh in sorted(a.AREA_MWH.items()):
        weight = _weight(inputs, source_class)
        path = people if source_class == "households" else growth[_sector(source_class)] * power_path
        for place, district in enumerate(inputs.districts):
            for number, year in enumerate(a.YEARS):
                bought = mwh * path[number] * weight[place]
                rows.append((district, year, source_class, "electricity", 0.0, 0.0, bought, "made_up", note))
    rows.sort(key=lambda row: tuple(map(str, row[:4])))
    columns = list(zip(*rows, strict=True))
    co2_t = np.round(np.array(columns[4], dtype=np.float64), 1)
    writer.write(
        {
            "district_id": np.array(columns[0], dtype=object),
            "year": np.array(columns[1], dtype=np.int64),
            "source_class": np.array(columns[2], dtype=object),
            "broad_sector": np.array([_BROAD[str(c)] for c in columns[2]], dtype=object),
            "fuel_group": np.array(columns[3], dtype=object),
            "co2_t": co2_t,
            "energy_tce": np.round(np.array(columns[5], dtype=np.float64), 1),
            "electricity_mwh": np.round(np.array(columns[6], dtype=np.float64), 1),
            "origin": np.array(columns[7], dtype=object),
            "source": np.array(columns[8], dtype=object),
        }
    )
    years = np.array(columns[1])
    return np.array([co2_t[years == year].sum() for year in a.YEARS])


def _tce(co2: float, group: str) -> float:
    return co2 / a.TCO2_PER_GJ[group] / a.GJ_PER_TCE


def _sector(source_class: str) -> str:
    return "secondary" if _BROAD[source_class] == "secondary" else "tertiary"


def _population(inputs: Inputs, year: int) -> float:
    """10,000 people; 2020 is not published here and takes that of 2021."""
    known = inputs.gdp[year][2]
    if known is None:
        known = inputs.gdp[year + 1][2]
    assert known is not None
    return known


def _weight(inputs: Inputs, source_class: str) -> Floats:
    """Share of the districts: people, jobs, or both."""
    people = inputs.population_10k_2016 / inputs.population_10k_2016.sum()
    employees = inputs.employees
    jobs = {
        "other_transport": employees["transportation_storage_and_post"],
        "construction": employees["construction"],
        "services": sum(
            employees[name]
            for name in (
                "wholesale_retail_trades",
                "hotels_and_catering_services",
                "real_estate",
                "leasing_and_business_services",
                "education",
                "health_and_social_work",
            )
        ),
        "road_transport": sum(employees.values()),
    }
    if source_class == "households":
        return np.asarray(people)
    share = np.asarray(jobs[source_class] / np.sum(jobs[source_class]))
    return np.asarray((people + share) / 2 if source_class == "road_transport" else share)
