"""The city's scope 1 of the anchor year, split by Guangdong's structure: what each division and area source has.

Power plants, waste and industrial processes are taken out of the total first; what is left is split in
proportion to the province's emissions of 2019 and the shares that ``assumptions`` and ``divisions.csv`` give
to Shenzhen. One factor, ``stretch``, brings the split to the total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.example_city import assumptions as a
from tanheng.example_city.inputs import Division, Floats, Inputs


@dataclass(frozen=True)
class Structure:
    """Scope 1 of the anchor year, tCO2, at scale 1.

    ``division_fuels`` is divisions x fuels in the order of ``inputs.divisions`` and ``assumptions.FUELS``.
    ``area`` has (source class, fuel group) without power plants; ``power`` (facility id) and ``waste``.
    """

    division_fuels: Floats
    area: dict[tuple[str, str], float]
    power: dict[str, float]
    waste: float
    stretch: float

    @property
    def facilities(self) -> float:
        return float(self.division_fuels.sum())


# Source class of the area sources -> sector of the Guangdong table and its fuels.
_ROAD = ("Diesel_Oil", "Gasoline", "LPG", "Natural_Gas")
_AREA: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "road_transport": (("Transportation, Storage, Post and Telecommunication Services", _ROAD),),
    "other_transport": (("Transportation, Storage, Post and Telecommunication Services", ("Kerosene", "Fuel_Oil")),),
    "services": (("Wholesale, Retail Trade and Catering Services", ()), ("Others", ())),
    "households": (("Urban", ()),),
    "construction": (("Construction", ()),),
}


def split(inputs: Inputs) -> Structure:
    """Split ``assumptions.CITY_SCOPE1_TCO2``."""
    fuels = list(a.FUELS)
    table = np.zeros((len(inputs.divisions), len(fuels)))
    taken: dict[tuple[str, str], float] = {}  # (sector, item) -> share of the province in enterprises here
    for index, division in enumerate(inputs.divisions):
        for sector, item, co2 in _items(inputs, division):
            table[index, fuels.index(a.CEADS_ITEM[item])] += co2 * division.guangdong_share
            taken[sector, item] = taken.get((sector, item), 0.0) + division.guangdong_share
    table = _without_traces(table)

    area: dict[tuple[str, str], float] = {}
    for source_class, parts in _AREA.items():
        for sector, wanted in parts:
            for item, co2 in _sector(inputs, sector).items():
                if wanted and item not in wanted:
                    continue
                share = max(a.SHENZHEN_SHARE[sector] - taken.get((sector, item), 0.0), 0.0)
                key = (source_class, a.FUELS[a.CEADS_ITEM[item]][3])
                area[key] = area.get(key, 0.0) + co2 * share

    power = {
        plant: mw * a.POWER_PLANT_HOURS[fuel] * a.POWER_PLANT_TCO2_PER_MWH[fuel]
        for plant, _name, _district, mw in inputs.power_plants
        if (fuel := a.POWER_PLANT_FUEL.get(plant)) is not None
    }
    population = inputs.gdp[a.ANCHOR_YEAR][2]
    assert population is not None
    waste = population * 1e4 * a.WASTE_T_PER_HEAD * a.WASTE_TCO2_PER_T
    left = a.CITY_SCOPE1_TCO2 - sum(power.values()) - waste - a.PROCESS_TCO2
    stretch = left / (table.sum() + sum(area.values()))
    return Structure(table * stretch, {k: v * stretch for k, v in area.items()}, power, waste, float(stretch))


def _sector(inputs: Inputs, sector: str) -> dict[str, float]:
    """Item -> tCO2 of the province in 2019, with coal cut to what Shenzhen still has."""
    found = {}
    for (year, name, item), co2_mt in inputs.guangdong_co2_mt.items():
        if year == 2019 and name == sector and item in a.CEADS_ITEM:
            kept = a.COAL_KEPT if a.CEADS_ITEM[item] == "bituminous" else 1.0
            found[item] = co2_mt * 1e6 * kept
    if not found:
        raise ValueError(f"the Guangdong table has no sector {sector!r}")
    return found


def _items(inputs: Inputs, division: Division) -> list[tuple[str, str, float]]:
    return [
        (sector, item, co2)
        for sector in division.ceads_sectors
        for item, co2 in _sector(inputs, sector).items()
        if not division.ceads_items or item in division.ceads_items
    ]


def _without_traces(table: Floats) -> Floats:
    """Fuels below 2 % of a division go to its other fuels: nobody keeps a meter for them."""
    share = table / table.sum(axis=1, keepdims=True)
    kept = np.where(share >= 0.02, table, 0.0)
    return np.asarray(kept * (table.sum(axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True)))
