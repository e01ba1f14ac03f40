"""What an assessment needs to know of a city and a year, taken from the evaluation in a few queries.

Small things (years, districts, fuels) are rows as dictionaries; the facilities of the year stay an Arrow table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.inventory.entities import (
    AREA_SOURCE,
    ELECTRONICS_GAS,
    FUEL_USE,
    PROCESS_ACTIVITY,
    PURCHASED_ENERGY,
    REFRIGERANT,
)
from tanheng.measures.inventory.totals import total
from tanheng.policy import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.parameters import Cell

Row = dict[str, Any]

OF_PLACES = (
    "emissions_tco2e",
    "scope1_tco2e",
    "scope1_co2_t",
    "scope2_tco2e",
    "scope2_market_tco2e",
    "grid_supply_tco2e",
    "facility_exported_tco2e",
    "facility_scope1_tco2e",
    "facility_scope2_tco2e",
    "facility_grid_supply_tco2e",
    "facility_emissions_tco2e",
    "facility_fuel_co2_t",
    "process_co2_t",
    "refrigerant_tco2e",
    "electronics_tco2e",
    "area_emissions_tco2",
    "area_grid_supply_tco2",
    "area_scope2_tco2e",
    "energy_tce",
    "electricity_mwh",
    "facility_electricity_mwh",
    "green_electricity_mwh",
)
OF_FACILITY_YEARS = (
    "district_id",
    "sector",
    "place_emissions_tco2e",
    "place_scope1_tco2e",
    "place_scope2_tco2e",
    "grid_supply_tco2e",
    "emissions_tco2e",
    "energy_tce",
    "electricity_mwh",
    "months_reported",
    "months_expected",
    "value_added_10k_cny",
)
# What a facility adds to its place, in parts that are known or not each on its own.
COMPONENTS = (
    "fuel_co2_t",
    "process_co2_t",
    "place_refrigerant_tco2e",
    "place_electronics_tco2e",
    "place_scope2_tco2e",
)
DEDUCTED = ("place_exported_tco2e", "grid_supply_tco2e")
WANTED: Mapping[Entity, Sequence[str]] = {
    CITY_YEAR: (*OF_PLACES, "gdp_100m_cny", "population_10k"),
    DISTRICT_YEAR: (*OF_PLACES, "gdp_100m_cny"),
    SECTOR_YEAR: (*OF_PLACES, "value_added_100m_cny"),
    FACILITY_YEAR: (*OF_FACILITY_YEARS, *COMPONENTS, *DEDUCTED),
    FUEL_USE: (
        "co2_t",
        "energy_gj",
        "energy_tce",
        "carbon_tc",
        "factor_set",
        "carbon_is_measured",
        "ncv_is_measured",
        "group",
    ),
    PURCHASED_ENERGY: ("place_electricity_co2_t", "heat_co2_t"),
    PROCESS_ACTIVITY: ("co2_t", "factor_is_measured"),
    REFRIGERANT: ("emitted_kg", "place_co2e_t"),
    ELECTRONICS_GAS: (
        "emitted_kg",
        "byproduct_cf4_kg",
        "byproduct_c2f6_kg",
        "byproduct_chf3_kg",
        "byproduct_c3f8_kg",
        "place_co2e_t",
    ),
    AREA_SOURCE: ("co2_t", "electricity_co2_t", "supplies_grid", "grid_supply_tco2", "final_energy_tce"),
}


@dataclass(frozen=True)
class Findings:
    """``years`` are the city's years with reports, oldest first; ``now`` and ``before`` two of them."""

    year: int
    city: Row
    years: tuple[Row, ...]
    now: Row | None
    before: Row | None
    districts: tuple[Row, ...]
    broad_sectors: tuple[Row, ...]
    divisions: tuple[Row, ...]
    area_classes: tuple[Row, ...]
    fuels: tuple[Row, ...]
    gases: tuple[Row, ...]
    facilities: pa.Table


def find(evaluation: Evaluation, year: int) -> Findings:
    """Ask the evaluation. All rules are computed together, so that what they share is computed once."""
    evaluation.compute(WANTED)
    city = rows_of(evaluation.city.frame("cities"))[0]
    of_city = nw.col("city_id") == city["city_id"]
    with_reports = {row["year"] for row in rows_of(evaluation.city.frame("annual_reports").select("year").unique())}
    all_years = rows_of(evaluation.table(CITY_YEAR, WANTED[CITY_YEAR]).filter(of_city).sort("year"))
    years = tuple(row for row in all_years if row["year"] in with_reports and row["year"] <= year)
    by_year = {row["year"]: row for row in years}
    facilities = _facilities(evaluation, year)
    return Findings(
        year=year,
        city=city,
        years=years,
        now=by_year.get(year),
        before=by_year.get(year - 1),
        districts=_districts(evaluation, year, city["city_id"]),
        broad_sectors=tuple(
            rows_of(
                evaluation.table(SECTOR_YEAR, WANTED[SECTOR_YEAR])
                .filter(of_city, nw.col("year") == year)
                .sort("broad_sector")
            )
        ),
        divisions=_divisions(evaluation, year),
        area_classes=_area_classes(evaluation, year),
        fuels=_fuels(evaluation, year),
        gases=_gases(evaluation, year),
        facilities=facilities,
    )


def rows_of(frame: nw.LazyFrame[Any]) -> list[Row]:
    """The rows of a small frame."""
    rows: list[Row] = frame.collect("pyarrow").to_arrow().to_pylist()
    return rows


def cell(evaluation: Evaluation, parameter: str, year: int, *keys: str) -> Cell | None:
    """The cell of a parameter in force at the end of a year."""
    return evaluation.rulebook[parameter].at(date(year, 12, 31), *keys)


def named(evaluation: Evaluation, parameter: str, year: int, key: str) -> str:
    """A name from the rulebook; the code itself where the rulebook has none."""
    found = cell(evaluation, parameter, year, key)
    return key if found is None or found.value is None else str(found.value)


def plus(*amounts: float | None) -> float | None:
    """The sum; None when one is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def minus(first: float | None, *others: float | None) -> float | None:
    """The first less the others; None when one is."""
    taken = plus(*others)
    return None if first is None or taken is None else first - taken


def times(amount: float | None, factor: float) -> float | None:
    return None if amount is None else amount * factor


# -- queries -------------------------------------------------------------------------------------------


def _facilities(evaluation: Evaluation, year: int) -> pa.Table:
    """The facility-years of the year, largest emission first, with name and position."""
    about = evaluation.city.frame("facilities").select("facility_id", "name", "lon", "lat")
    return (
        evaluation.table(FACILITY_YEAR, OF_FACILITY_YEARS)
        .filter(nw.col("year") == year)
        .join(about, on="facility_id", how="left")
        .sort("place_emissions_tco2e", "facility_id", descending=[True, False], nulls_last=True)
        .collect("pyarrow")
        .to_arrow()
    )


def _districts(evaluation: Evaluation, year: int, city_id: str) -> tuple[Row, ...]:
    about = (
        evaluation.city.frame("districts")
        .filter(nw.col("city_id") == city_id)
        .select("district_id", "name", "name_zh", "land_km2")
    )
    table = evaluation.table(DISTRICT_YEAR, WANTED[DISTRICT_YEAR]).filter(nw.col("year") == year)
    return tuple(
        rows_of(
            table.join(about, on="district_id", how="inner").sort(
                "emissions_tco2e", "district_id", descending=[True, False], nulls_last=True
            )
        )
    )


def _divisions(evaluation: Evaluation, year: int) -> tuple[Row, ...]:
    """The place account by division of GB/T 4754, largest first."""
    names = ("sector", "place_emissions_tco2e", "place_scope1_tco2e", "place_scope2_tco2e", "energy_tce")
    scope1 = nw.col("place_scope1_tco2e") - nw.col("grid_supply_tco2e")
    grouped = (
        evaluation.table(FACILITY_YEAR, (*names, "grid_supply_tco2e"))
        .filter(nw.col("year") == year)
        .with_columns(_scope1=scope1, _open=nw.col("place_emissions_tco2e").is_null().cast(nw.Int64()))
        .group_by("sector")
        .agg(
            nw.len().alias("facilities"),
            nw.col("_open").sum().cast(nw.Int64()).alias("undetermined"),
            total("_scope1").alias("scope1_tco2e"),
            total("place_scope2_tco2e").alias("scope2_tco2e"),
            total("energy_tce"),
        )
    )
    found = rows_of(grouped)
    for row in found:
        row["scope1_tco2e"] = row["scope1_tco2e"] or 0.0
        row["scope2_tco2e"] = row["scope2_tco2e"] or 0.0
        row["emissions_tco2e"] = row["scope1_tco2e"] + row["scope2_tco2e"]
        row["name_en"] = named(evaluation, "sectors.name_en", year, row["sector"])
        row["name_zh"] = named(evaluation, "sectors.name_zh", year, row["sector"])
    return tuple(sorted(found, key=lambda row: (-row["emissions_tco2e"], row["sector"])))


def _area_classes(evaluation: Evaluation, year: int) -> tuple[Row, ...]:
    table = evaluation.table(AREA_SOURCE, ("co2_t", "electricity_co2_t", "grid_supply_tco2", "final_energy_tce"))
    grouped = (
        table.filter(nw.col("year") == year)
        .group_by("source_class", "fuel_group")
        .agg(
            total("co2_t"),
            total("electricity_co2_t"),
            total("grid_supply_tco2"),
            total("final_energy_tce"),
            nw.col("co2_t").is_null().cast(nw.Int64()).sum().cast(nw.Int64()).alias("undetermined"),
        )
        .sort("source_class", "fuel_group")
    )
    return tuple(rows_of(grouped))


def _fuels(evaluation: Evaluation, year: int) -> tuple[Row, ...]:
    """Fuel by factor set, largest first, with the names of the rulebook."""
    table = evaluation.table(
        FUEL_USE, ("year", "co2_t", "energy_tce", "factor_set", "carbon_is_measured", "ncv_is_measured", "group")
    )
    measured = (nw.col("carbon_is_measured") | nw.col("ncv_is_measured")).cast(nw.Int64())
    grouped = (
        table.filter(nw.col("year") == year)
        .with_columns(_measured=nw.when(measured == 1).then(nw.col("co2_t")))
        .group_by("fuel", "group", "factor_set")
        .agg(
            nw.len().alias("rows"),
            nw.col("facility_id").n_unique().alias("facilities"),
            total("co2_t"),
            total("energy_tce"),
            total("_measured").alias("measured_co2_t"),
            nw.col("co2_t").is_null().cast(nw.Int64()).sum().cast(nw.Int64()).alias("undetermined"),
        )
    )
    found = rows_of(grouped)
    for row in found:
        row["name_en"] = named(evaluation, "inventory.fuel_name", year, row["fuel"])
        row["name_zh"] = named(evaluation, "inventory.fuel_name_zh", year, row["fuel"])
    return tuple(sorted(found, key=lambda row: (-(row["co2_t"] or 0), row["fuel"], row["factor_set"] or "")))


BY_PRODUCTS = {
    "byproduct_cf4_kg": "CF4",
    "byproduct_c2f6_kg": "C2F6",
    "byproduct_chf3_kg": "HFC23",
    "byproduct_c3f8_kg": "C3F8",
}


def _gases(evaluation: Evaluation, year: int) -> tuple[Row, ...]:
    """Mass and CO2e of each gas other than CO2, with the GWPs of places, largest first."""
    mass: dict[str, float] = {}
    for entity, columns in ((REFRIGERANT, ("emitted_kg",)), (ELECTRONICS_GAS, ("emitted_kg", *BY_PRODUCTS))):
        grouped = (
            evaluation.table(entity, columns)
            .filter(nw.col("year") == year)
            .group_by("gas")
            .agg(*(total(column) for column in columns))
        )
        for row in rows_of(grouped):
            for column in columns:
                gas: str = BY_PRODUCTS.get(column, str(row["gas"]))
                mass[gas] = mass.get(gas, 0.0) + (row[column] or 0.0)
    gwp_set = cell(evaluation, "inventory.gwp_set", year, "city_inventory")
    found: list[Row] = []
    for gas, kg in mass.items():
        gwp = None if gwp_set is None else cell(evaluation, "inventory.gwp", year, str(gwp_set.value), gas)
        factor = gwp.value if gwp is not None and isinstance(gwp.value, int | float) else None
        found.append(
            {
                "gas": gas,
                "name_en": named(evaluation, "inventory.gas_name", year, gas),
                "name_zh": named(evaluation, "inventory.gas_name_zh", year, gas),
                "mass_t": kg / 1000,
                "gwp": factor,
                "co2e_t": None if factor is None else kg / 1000 * factor,
            }
        )
    return tuple(sorted(found, key=lambda row: (-(row["co2e_t"] or 0.0), row["gas"])))
