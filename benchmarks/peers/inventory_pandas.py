"""The rules of a facility's year, written by hand in plain pandas.

What an analyst would write: merges, ``groupby().sum()``, ``where``. It gives the same numbers and the
same gaps as the rules, and nothing of what stands beside them: why a value is missing, how far it can
be trusted, what its unit is. Where a rule changes, this changes too; the benchmark says when they differ.

``tables`` are the city's tables as frames. ``factors`` holds a frame for each parameter of the rulebook:
a column for each category, ``year`` where the value changes over the years, and a column with its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

Frames = Mapping[str, pd.DataFrame]

KEY = ["facility_id", "year"]
BY_PRODUCTS = {"cf4": "CF4", "c2f6": "C2F6", "chf3": "HFC23", "c3f8": "C3F8"}
NATIONAL = ("national_ets", "national_same_year", "national_residual_same_year")


def facility_years(tables: Frames, factors: Frames) -> pd.DataFrame:
    """One row for each annual report, with the results of the year."""
    years = _methods(tables, factors)
    energy = _energy(tables["purchased_energy"], years, factors)
    parts = (
        _sums(_fuel(tables["fuel_use"], years, factors)),
        _sums(energy).join(energy.groupby(KEY).size().rename("months_reported")),
        _sums(_processes(tables["process_activity"], factors)),
        _sums(_refrigerants(tables["refrigerants"], years, factors)),
        _sums(_electronics(tables["electronics_gases"], years, factors)),
    )
    for part in parts:
        years = years.merge(part.assign(_there=True), left_on=KEY, right_index=True, how="left")
        # No row at all is nothing burned or bought, which is zero; a row that is unknown is not.
        years.loc[years.pop("_there").isna(), part.columns] = 0
    return _totals(years)


def _with(frame: pd.DataFrame, factors: Frames, on: list[str], *names: str) -> pd.DataFrame:
    """The frame with parameters beside it, looked up by its columns ``on`` and, if they change, by year."""
    if not on:
        values = {
            name: frame["year"].map(factors[name].set_index("year")[name]) if "year" in factors[name] else value
            for name in names
            for value in factors[name][name].head(1)
        }
        return frame.assign(**values)
    small = []
    for name in names:
        dated = ["year"] if "year" in factors[name] else []
        small.append(factors[name].set_axis([*on, *dated, name], axis=1))
    table = reduce(lambda left, right: left.merge(right, on=_shared(left, right), how="outer"), small)
    return frame.merge(table, on=[*on, *(["year"] if "year" in table else [])], how="left")


def _shared(left: pd.DataFrame, right: pd.DataFrame) -> list[str]:
    return [column for column in left.columns if column in right.columns]


def _choose(condition: pd.Series[Any], yes: Any, no: Any) -> pd.Series[Any]:
    """``yes`` or ``no``, and nothing where the condition is not known."""
    known = condition.astype("boolean")
    return pd.Series(np.where(known.fillna(False), yes, no), index=condition.index).mask(known.isna())


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Yearly sums; one part unknown makes the sum unknown."""
    return rows.groupby(KEY).sum(skipna=False)


def _methods(tables: Frames, factors: Frames) -> pd.DataFrame:
    """Each facility-year with its place, the guideline that holds, and the grid factors."""
    cities = tables["cities"][["city_id", "province", "grid_region"]]
    places = tables["districts"][["district_id", "city_id"]].merge(cities, on="city_id", how="left")
    facilities = tables["facilities"][["facility_id", "district_id", "sector", "opened"]]
    years = tables["annual_reports"][KEY].merge(facilities, on="facility_id", how="left")
    years = years.merge(places.drop(columns="city_id"), on="district_id", how="left")
    years = _with(years, factors, ["sector"], "guideline")
    years["generates_power"] = years["guideline"].isin(["power_2013", "power_mee_2022"])
    years["generates_power"] = years["generates_power"].astype("boolean").mask(years["guideline"].isna())
    years = _with(years, factors, ["guideline"], "fuel_set", "gwp_set", "exported_energy_deducted")
    for account, column in (("enterprise", "grid"), ("city", "place_grid")):
        years = _with(years.assign(account=account), factors, ["account"], "grid_factor_method")
        method = years["grid_factor_method"]
        national, regional = method.isin(NATIONAL), method == "regional_same_year"
        years["region"] = years["province"].mask(regional, years["grid_region"]).mask(national, "CN")
        years = _with(years, factors, ["grid_factor_method", "region"], "grid_factor")
        years = years.rename(columns={"grid_factor": column}).drop(columns=["account", "grid_factor_method", "region"])
    years = years.assign(method="national_residual_same_year", region="CN", account="city_inventory")
    years = _with(years, factors, ["method", "region"], "grid_factor").rename(columns={"grid_factor": "residual_grid"})
    own = years.pop("gwp_set")
    years = _with(years, factors, ["account"], "gwp_set").rename(columns={"gwp_set": "place_gwp_set"})
    return years.assign(gwp_set=own.to_numpy()).drop(columns=["method", "region", "account"])


def _fuel(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = rows.assign(year=rows["month"].dt.year)
    rows = rows.merge(years[[*KEY, "fuel_set", "generates_power"]], on=KEY, how="left")
    rows = _with(rows, factors, ["fuel"], "fuel_group").rename(columns={"fuel_group": "group"})
    rows = _with(
        rows, factors, ["fuel_set", "fuel"], "ncv_mass", "ncv_volume", "carbon_content", "oxidation", "co2_per_gj"
    )
    rows = _with(rows, factors, [], "unmeasured_coal_ncv", "unmeasured_coal_carbon", "unmeasured_coal_oxidation")
    rows = _with(rows, factors, [], "standard_coal", "co2_per_carbon")
    group_unknown = rows["group"].isna()
    power_coal = rows["generates_power"] & (rows["group"] == "coal").astype("boolean").mask(group_unknown)
    mass, volume, measured = rows["mass_t"], rows["volume_10k_nm3"], rows["evidence"].notna()
    by_volume = mass.isna() & (volume.notna() | rows["ncv_volume"].notna())
    ncv_measured = rows["measured_ncv_gj"].notna() & measured
    carbon_measured = rows["measured_carbon_t"].notna() & measured

    default_ncv = _choose(power_coal, rows["unmeasured_coal_ncv"], rows["ncv_mass"])
    ncv_mass = rows["measured_ncv_gj"].where(ncv_measured, default_ncv)
    ncv_volume = rows["measured_ncv_gj"].where(ncv_measured, rows["ncv_volume"])
    energy = (volume * ncv_volume).where(by_volume, mass * ncv_mass)
    carbon = energy * _choose(power_coal, rows["unmeasured_coal_carbon"], rows["carbon_content"])
    carbon = (rows["measured_carbon_t"] * volume.where(by_volume, mass)).where(carbon_measured, carbon)
    oxidised = _choose(power_coal, rows["unmeasured_coal_oxidation"], rows["oxidation"])
    printed = ~carbon_measured & rows["co2_per_gj"].notna()
    burned = (energy * rows["co2_per_gj"]).where(printed, carbon * oxidised * rows["co2_per_carbon"])
    burned = burned.mask(rows["held"].notna())
    tce = energy / rows["standard_coal"]
    biomass = rows["group"] == "biomass"
    co2 = burned.mask(biomass, 0).mask(group_unknown)
    found = {
        "fuel_energy_gj": energy,
        "fuel_energy_tce": tce,
        "fuel_co2_t": co2,
        "biogenic_co2_t": burned.where(biomass, 0).mask(group_unknown),
    }
    for name in ("coal", "oil", "gas"):
        found[f"{name}_co2_t"] = co2.where(rows["group"] == name, 0).mask(group_unknown)
        found[f"{name}_tce"] = tce.where(rows["group"] == name, 0).mask(group_unknown)
    return rows[KEY].assign(**found)


def _energy(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = rows.assign(year=rows["month"].dt.year)
    rows = rows.merge(years[[*KEY, "grid", "place_grid", "residual_grid"]], on=KEY, how="left")
    rows = _with(rows, factors, [], "heat_factor", "electricity_tce", "heat_tce")
    green = {}
    for account in ("enterprise", "market_based"):
        rows = _with(rows.assign(account=account), factors, ["account"], "green_electricity_factor")
        green[account] = rows.pop("green_electricity_factor")
    bought, sold, certified = (
        rows["electricity_bought_mwh"],
        rows["electricity_sold_mwh"],
        rows["green_electricity_mwh"],
    )
    ordinary = bought * rows["grid"]
    split = (bought - certified) * rows["grid"] + certified * green["enterprise"]
    heat_sold = rows["heat_sold_gj"] * rows["heat_factor"]
    return rows[KEY].assign(
        electricity_mwh=bought,
        electricity_sold_mwh=sold,
        green_electricity_mwh=certified,
        electricity_tce_net=(bought - sold) * rows["electricity_tce"],
        heat_tce_net=(rows["heat_bought_gj"] - rows["heat_sold_gj"]) * rows["heat_tce"],
        electricity_co2_t=split.where(green["enterprise"].notna(), ordinary),
        place_electricity_co2_t=bought * rows["place_grid"],
        market_electricity_co2_t=(bought - certified) * rows["residual_grid"] + certified * green["market_based"],
        heat_co2_t=rows["heat_bought_gj"] * rows["heat_factor"],
        exported_co2_t=sold * rows["grid"] + heat_sold,
        place_exported_co2_t=sold * rows["place_grid"] + heat_sold,
    )


def _processes(rows: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = _with(rows.assign(year=rows["month"].dt.year), factors, ["process"], "process_factor")
    measured = rows["measured_factor_tco2_per_t"].notna() & rows["evidence"].notna()
    factor = rows["measured_factor_tco2_per_t"].where(measured, rows["process_factor"])
    return rows[KEY].assign(process_co2_t=(rows["amount_t"] * factor).mask(rows["held"].notna()))


def _refrigerants(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = rows.merge(years[[*KEY, "gwp_set", "place_gwp_set"]], on=KEY, how="left")
    rows = _with(rows, factors, ["equipment"], "leak_rate")
    topped_up, recovered = rows["topped_up_kg"], rows["recovered_kg"]
    balance = (topped_up - recovered).where(topped_up >= recovered)
    leaked = balance.where(topped_up.notna(), rows["charge_kg"] * rows["leak_rate"]).mask(rows["held"].notna())
    own = _with(rows, factors, ["gwp_set", "gas"], "gwp")["gwp"]
    place = _with(rows, factors, ["place_gwp_set", "gas"], "gwp")["gwp"]
    return rows[KEY].assign(refrigerant_tco2e=leaked / 1000 * own, place_refrigerant_tco2e=leaked / 1000 * place)


def _electronics(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = rows.merge(years[[*KEY, "gwp_set", "place_gwp_set"]], on=KEY, how="left")
    shares = [f"electronics_byproduct_{name}" for name in BY_PRODUCTS]
    rows = _with(rows, factors, ["process", "gas"], "electronics_emitted_share", *shares)
    rows = _with(rows, factors, [], "electronics_heel")
    fed = (rows["used_kg"] * (1 - rows["electronics_heel"])).mask(rows["held"].notna())
    totals = {"gwp_set": pd.Series(0.0, rows.index), "place_gwp_set": pd.Series(0.0, rows.index)}
    emitted = {"gas": "electronics_emitted_share"} | {
        gas: f"electronics_byproduct_{name}" for name, gas in BY_PRODUCTS.items()
    }
    for gas, share in emitted.items():
        of = rows if gas == "gas" else rows.assign(gas=gas)
        destroyed = _with(of, factors, ["gas"], "electronics_destruction")["electronics_destruction"]
        left = (1 - rows["abated_share"] * destroyed).mask(rows["abated_share"] == 0, 1)
        for account in totals:
            gwp = _with(of, factors, [account, "gas"], "gwp")["gwp"]
            totals[account] = totals[account] + fed * rows[share] * left / 1000 * gwp
    return rows[KEY].assign(electronics_tco2e=totals["gwp_set"], place_electronics_tco2e=totals["place_gwp_set"])


def _totals(years: pd.DataFrame) -> pd.DataFrame:
    opened = years["opened"]
    in_first_year = (13 - opened.dt.month).where(opened.dt.year == years["year"], 12)
    years["months_expected"] = in_first_year.where(opened.isna() | (opened.dt.year <= years["year"]), 0)
    in_full = years["months_reported"] >= years["months_expected"]
    monthly = [
        "electricity_mwh",
        "electricity_sold_mwh",
        "green_electricity_mwh",
        "electricity_tce_net",
        "heat_tce_net",
    ]
    years[monthly] = years[monthly].where(in_full)
    generates = years["generates_power"]
    place_exported = years["place_exported_co2_t"]
    scope1_co2 = years["fuel_co2_t"] + years["process_co2_t"]
    place_scope1 = scope1_co2 + years["place_refrigerant_tco2e"] + years["place_electronics_tco2e"]
    sells = (place_exported > 0).astype("boolean").mask(place_exported.isna())
    years = years.assign(
        other_fuel_co2_t=years["fuel_co2_t"] - years["coal_co2_t"] - years["oil_co2_t"] - years["gas_co2_t"],
        other_fuel_tce=years["fuel_energy_tce"] - years["coal_tce"] - years["oil_tce"] - years["gas_tce"],
        energy_tce=years["fuel_energy_tce"] + years["electricity_tce_net"] + years["heat_tce_net"],
        scope1_co2_t=scope1_co2,
        scope1_tco2e=scope1_co2 + years["refrigerant_tco2e"] + years["electronics_tco2e"],
        scope2_tco2e=(years["electricity_co2_t"] + years["heat_co2_t"]).where(in_full),
        scope2_market_tco2e=(years["market_electricity_co2_t"] + years["heat_co2_t"]).where(in_full),
        exported_tco2e=_choose(years["exported_energy_deducted"], years["exported_co2_t"].where(in_full), 0),
        place_scope1_tco2e=place_scope1,
        place_scope2_tco2e=(years["place_electricity_co2_t"] + years["heat_co2_t"]).where(in_full),
        grid_supply_tco2e=_choose(generates, _choose(sells, place_scope1, 0), 0),
        place_exported_tco2e=_choose(generates, 0, place_exported.where(in_full)),
    )
    return years.assign(
        emissions_tco2e=years["scope1_tco2e"] + years["scope2_tco2e"] - years["exported_tco2e"],
        place_emissions_tco2e=years["place_scope1_tco2e"]
        + years["place_scope2_tco2e"]
        - years["place_exported_tco2e"]
        - years["grid_supply_tco2e"],
    )
