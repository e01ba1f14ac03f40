"""The rules of a facility's year, written by hand in plain pandas.

What an analyst would write who owes the same answers: merges, ``groupby``, ``where``; for each result its
value, why there is none, and the weakest status of the parameters behind it. Where a rule changes, this
changes too; the benchmark says when they differ.

``tables`` are the city's tables as frames. ``factors`` holds a frame for each parameter of the rulebook: a
column for each category, ``year`` where it changes over the years, the value in a column with the parameter's
name, and the status beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
import pandas as pd

from benchmarks.peers.known import (
    BALANCE,
    HELD,
    INCOMPLETE,
    UNSET,
    Known,
    beside,
    choose,
    column,
    constant,
    looked_up,
    sums,
    unknown,
)

Frames = Mapping[str, pd.DataFrame]

KEY = ["facility_id", "year"]
BY_PRODUCTS = {"cf4": "CF4", "c2f6": "C2F6", "chf3": "HFC23", "c3f8": "C3F8"}
NATIONAL = ("national_ets", "national_same_year", "national_residual_same_year")


def facility_years(tables: Frames, factors: Frames) -> pd.DataFrame:
    """One row for each annual report, with the results of the year, ``NAME__why`` and ``NAME__trust``."""
    years = _methods(tables, factors)
    energy = _energy(tables["purchased_energy"], years, factors)
    months = tables["purchased_energy"]["month"].dt.year.rename("year")
    counted = tables["purchased_energy"].groupby(["facility_id", months]).size().rename("months_reported")
    for part in (
        _fuel(tables["fuel_use"], years, factors),
        energy,
        counted.to_frame(),
        _processes(tables["process_activity"], factors),
        _refrigerants(tables["refrigerants"], years, factors),
        _electronics(tables["electronics_gases"], years, factors),
    ):
        years = years.merge(part.assign(_there=True), left_on=KEY, right_index=True, how="left")
        # No row at all is nothing burned or bought, which is zero; a row that is not known is not.
        years.loc[years.pop("_there").isna(), part.columns] = 0
    return beside(years[KEY], _totals(years))


# -- parameters ----------------------------------------------------------------------------------------


def _with(frame: pd.DataFrame, factors: Frames, on: list[str], *names: str) -> pd.DataFrame:
    """The frame with parameters beside it, looked up by its columns ``on`` and, if they change, by year."""
    small = []
    for name in names:
        dated = ["year"] if "year" in factors[name] else []
        small.append(factors[name].set_axis([*on, *dated, name, f"{name}__trust"], axis=1))
    table = reduce(lambda left, right: left.merge(right, on=_shared(left, right), how="outer"), small)
    merged = frame.merge(table, on=[*on, *(["year"] if "year" in table else [])], how="left")
    trusts = [f"{name}__trust" for name in names]
    return merged.assign(**{trust: merged[trust].fillna(0).astype("int8") for trust in trusts})


def _shared(left: pd.DataFrame, right: pd.DataFrame) -> list[str]:
    return [name for name in left.columns if name in right.columns]


def _parameter(frame: pd.DataFrame, name: str, *keys: Known) -> Known:
    """A parameter that stands beside the frame; without its category it is not known either."""
    found = Known(
        frame[name].to_numpy(),
        np.where(frame[name].isna(), UNSET, 0).astype(np.int8),
        frame[f"{name}__trust"].to_numpy(),
    )
    for key in reversed(keys):
        why = np.where(key.why != 0, key.why, found.why)
        found = Known(found.value, why, np.maximum(found.trust, key.trust))
    return found


def _single(frame: pd.DataFrame, factors: Frames, name: str) -> Known:
    """A parameter without categories."""
    factor = factors[name]
    if "year" in factor:
        by_year = factor.set_index("year")
        frame = pd.DataFrame({each: frame["year"].map(by_year[each]) for each in (name, f"{name}__trust")})
    else:
        frame = pd.DataFrame(
            {each: np.repeat(factor[each].to_numpy(), len(frame)) for each in (name, f"{name}__trust")}
        )
    return _parameter(frame, name)


def _is(frame: pd.DataFrame, name: str, of: Known, *values: str) -> Known:
    """Whether a text column is one of the values; as known and trusted as ``of``."""
    return Known(frame[name].isin(values).to_numpy(), of.why, of.trust)


# -- the methods of a facility-year --------------------------------------------------------------------


def _methods(tables: Frames, factors: Frames) -> pd.DataFrame:
    """Each facility-year with its place, the guideline that holds, the sets it names and the grid factors."""
    cities = tables["cities"][["city_id", "province", "grid_region"]]
    places = tables["districts"][["district_id", "city_id"]].merge(cities, on="city_id", how="left")
    facilities = tables["facilities"][["facility_id", "district_id", "sector", "opened"]]
    years = tables["annual_reports"][KEY].merge(facilities, on="facility_id", how="left")
    years = years.merge(places.drop(columns="city_id"), on="district_id", how="left")
    years = _with(years, factors, ["sector"], "guideline")
    guideline = _parameter(years, "guideline")
    years = _with(years, factors, ["guideline"], "fuel_set", "gwp_set", "exported_energy_deducted")
    found = {
        "generates_power": _is(years, "guideline", guideline, "power_2013", "power_mee_2022"),
        "fuel_set": _parameter(years, "fuel_set", guideline),
        "own_gwp_set": _parameter(years, "gwp_set", guideline),
        "deducted": _parameter(years, "exported_energy_deducted", guideline),
        "grid": _grid_factor(years, factors, "enterprise"),
        "place_grid": _grid_factor(years, factors, "city"),
    }
    residual = years.assign(method="national_residual_same_year", region="CN")
    found["residual_grid"] = _parameter(_with(residual, factors, ["method", "region"], "grid_factor"), "grid_factor")
    place = years[KEY].assign(guideline="city_inventory")
    found["place_gwp_set"] = _parameter(_with(place, factors, ["guideline"], "gwp_set"), "gwp_set")
    return beside(years[[*KEY, "opened"]], found)


def _grid_factor(years: pd.DataFrame, factors: Frames, account: str) -> Known:
    years = _with(years.assign(account=account), factors, ["account"], "grid_factor_method")
    method = _parameter(years, "grid_factor_method")
    is_national = _is(years, "grid_factor_method", method, *NATIONAL)
    is_regional = _is(years, "grid_factor_method", method, "regional_same_year")
    of_region, of_province = column(years, "grid_region"), column(years, "province")
    region = choose([(is_national, constant("CN", method)), (is_regional, of_region)], of_province)
    years = _with(years.assign(region=region.value), factors, ["grid_factor_method", "region"], "grid_factor")
    return _parameter(years, "grid_factor", method, region)


def _of_years(rows: pd.DataFrame, years: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The rows of facility-years that reported, with what the year says beside them."""
    wanted = [f"{name}{suffix}" for name in names for suffix in ("", "__why", "__trust")]
    return rows.merge(years[[*KEY, *wanted]], on=KEY)


# -- activity ------------------------------------------------------------------------------------------


def _fuel(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = _of_years(rows.assign(year=rows["month"].dt.year), years, "fuel_set", "generates_power")
    rows = _with(rows, factors, ["fuel"], "fuel_group")
    defaults = ("ncv_mass", "ncv_volume", "carbon_content", "oxidation", "co2_per_gj")
    rows = _with(rows, factors, ["fuel_set", "fuel"], *defaults)
    fuel_set = looked_up(rows, "fuel_set")
    ncv_mass, ncv_volume, content, oxidation, printed = (_parameter(rows, name, fuel_set) for name in defaults)
    group = _parameter(rows, "fuel_group")
    power_coal = looked_up(rows, "generates_power") & _is(rows, "fuel_group", group, "coal")
    mass, volume, evidence = column(rows, "mass_t"), column(rows, "volume_10k_nm3"), column(rows, "evidence")
    measured_ncv, measured_carbon = column(rows, "measured_ncv_gj"), column(rows, "measured_carbon_t")
    ncv_counts = measured_ncv.is_known() & evidence.is_known()
    carbon_counts = measured_carbon.is_known() & evidence.is_known()
    zero = constant(0.0, mass)

    by_volume = choose(
        [(mass.is_known(), constant(False, mass)), (volume.is_known(), constant(True, mass))], ncv_volume.is_known()
    )
    ncv_of_mass = choose(
        [(ncv_counts, measured_ncv), (power_coal, _single(rows, factors, "unmeasured_coal_ncv"))], ncv_mass
    )
    ncv_of_volume = choose([(ncv_counts, measured_ncv)], ncv_volume)
    energy = choose([(by_volume, volume * ncv_of_volume)], mass * ncv_of_mass)
    tce = energy / _single(rows, factors, "standard_coal")
    per_energy = choose([(power_coal, _single(rows, factors, "unmeasured_coal_carbon"))], content)
    carbon = choose(
        [(carbon_counts & by_volume, volume * measured_carbon), (carbon_counts, mass * measured_carbon)],
        energy * per_energy,
    )
    oxidised = choose([(power_coal, _single(rows, factors, "unmeasured_coal_oxidation"))], oxidation)
    burned = choose(
        [
            (column(rows, "held").is_known(), unknown(HELD, mass)),
            (~carbon_counts & printed.is_known(), energy * printed),
        ],
        carbon * oxidised * _single(rows, factors, "co2_per_carbon"),
    )
    biomass = _is(rows, "fuel_group", group, "biomass")
    co2 = choose([(biomass, zero)], burned)
    found = {
        "fuel_energy_gj": energy,
        "fuel_energy_tce": tce,
        "fuel_co2_t": co2,
        "biogenic_co2_t": choose([(biomass, burned)], zero),
    }
    for name in ("coal", "oil", "gas"):
        of_group = _is(rows, "fuel_group", group, name)
        found[f"{name}_co2_t"] = choose([(of_group, co2)], zero)
        found[f"{name}_tce"] = choose([(of_group, tce)], zero)
    return sums(rows[KEY], found)


def _energy(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = _of_years(rows.assign(year=rows["month"].dt.year), years, "grid", "place_grid", "residual_grid")
    green = {}
    for account in ("enterprise", "market_based"):
        with_factor = _with(rows[["year"]].assign(account=account), factors, ["account"], "green_electricity_factor")
        green[account] = _parameter(with_factor, "green_electricity_factor")
    grid, place_grid, residual = (looked_up(rows, name) for name in ("grid", "place_grid", "residual_grid"))
    bought, sold = column(rows, "electricity_bought_mwh"), column(rows, "electricity_sold_mwh")
    certified = column(rows, "green_electricity_mwh")
    heat_bought, heat_sold = column(rows, "heat_bought_gj"), column(rows, "heat_sold_gj")
    of_heat = _single(rows, factors, "heat_factor")
    split = (bought - certified) * grid + certified * green["enterprise"]
    found = {
        "electricity_mwh": bought,
        "electricity_sold_mwh": sold,
        "green_electricity_mwh": certified,
        "electricity_tce_net": (bought - sold) * _single(rows, factors, "electricity_tce"),
        "heat_tce_net": (heat_bought - heat_sold) * _single(rows, factors, "heat_tce"),
        "electricity_co2_t": choose([(green["enterprise"].is_known(), split)], bought * grid),
        "place_electricity_co2_t": bought * place_grid,
        "market_electricity_co2_t": (bought - certified) * residual + certified * green["market_based"],
        "heat_co2_t": heat_bought * of_heat,
        "exported_co2_t": sold * grid + heat_sold * of_heat,
        "place_exported_co2_t": sold * place_grid + heat_sold * of_heat,
    }
    return sums(rows[KEY], found)


def _processes(rows: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = _with(rows.assign(year=rows["month"].dt.year), factors, ["process"], "process_factor")
    amount, measured = column(rows, "amount_t"), column(rows, "measured_factor_tco2_per_t")
    counts = measured.is_known() & column(rows, "evidence").is_known()
    co2 = choose(
        [(column(rows, "held").is_known(), unknown(HELD, amount)), (counts, amount * measured)],
        amount * _parameter(rows, "process_factor"),
    )
    return sums(rows[KEY], {"process_co2_t": co2})


def _refrigerants(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = _of_years(rows, years, "own_gwp_set", "place_gwp_set")
    rows = _with(rows, factors, ["equipment"], "leak_rate")
    charge, topped_up, recovered = (column(rows, f"{name}_kg") for name in ("charge", "topped_up", "recovered"))
    balance = topped_up - recovered
    leaked = choose(
        [
            (column(rows, "held").is_known(), unknown(HELD, charge)),
            (~topped_up.is_known(), charge * _parameter(rows, "leak_rate")),
            (Known(balance.value >= 0, balance.why, balance.trust), balance),
        ],
        unknown(BALANCE, charge),
    )
    found = {}
    for account, name in (("own_gwp_set", "refrigerant_tco2e"), ("place_gwp_set", "place_refrigerant_tco2e")):
        gwp = _parameter(_with(rows, factors, [account, "gas"], "gwp"), "gwp", looked_up(rows, account))
        found[name] = leaked.scaled(1 / 1000) * gwp
    return sums(rows[KEY], found)


def _electronics(rows: pd.DataFrame, years: pd.DataFrame, factors: Frames) -> pd.DataFrame:
    rows = _of_years(rows, years, "own_gwp_set", "place_gwp_set")
    shares = {gas: f"electronics_byproduct_{name}" for name, gas in BY_PRODUCTS.items()}
    rows = _with(rows, factors, ["process", "gas"], "electronics_emitted_share", *shares.values())
    used, abated = column(rows, "used_kg"), column(rows, "abated_share")
    one = constant(1.0, used)
    fed = choose(
        [(column(rows, "held").is_known(), unknown(HELD, used))],
        used * (one - _single(rows, factors, "electronics_heel")),
    )
    totals: dict[str, Known] = {}
    for gas, share in {"": "electronics_emitted_share", **shares}.items():
        of = rows.assign(gas=gas) if gas else rows
        destroyed = _parameter(_with(of, factors, ["gas"], "electronics_destruction"), "electronics_destruction")
        emitted = fed * _parameter(rows, share) * (one - abated * destroyed.or_else(0.0))
        for account, name in (("own_gwp_set", "electronics_tco2e"), ("place_gwp_set", "place_electronics_tco2e")):
            gwp = _parameter(_with(of, factors, [account, "gas"], "gwp"), "gwp", looked_up(rows, account))
            co2e = emitted.scaled(1 / 1000) * gwp
            totals[name] = totals[name] + co2e if name in totals else co2e
    return sums(rows[KEY], totals)


# -- totals of a year ----------------------------------------------------------------------------------


def _totals(years: pd.DataFrame) -> dict[str, Known]:
    year, opened = years["year"], years["opened"]
    in_first_year = (13 - opened.dt.month).where(opened.dt.year == year, 12)
    expected = in_first_year.where(opened.isna() | (opened.dt.year <= year), 0)
    found = {
        name.removesuffix("__why"): looked_up(years, name.removesuffix("__why"))
        for name in years.columns
        if name.endswith("__why")
    }
    zero = constant(0.0, found["fuel_co2_t"])
    in_full = Known((years["months_reported"] >= expected).to_numpy(), zero.why, zero.trust)

    def of_every_month(total: Known) -> Known:
        return choose([(in_full, total)], unknown(INCOMPLETE, total))

    for name in ("electricity_mwh", "electricity_sold_mwh", "green_electricity_mwh", "electricity_tce_net"):
        found[name] = of_every_month(found[name])
    found["heat_tce_net"] = of_every_month(found["heat_tce_net"])
    generates, sold = found["generates_power"], found["place_exported_co2_t"]
    sells = Known(sold.value > 0, sold.why, sold.trust)

    found["other_fuel_co2_t"] = found["fuel_co2_t"] - found["coal_co2_t"] - found["oil_co2_t"] - found["gas_co2_t"]
    found["other_fuel_tce"] = found["fuel_energy_tce"] - found["coal_tce"] - found["oil_tce"] - found["gas_tce"]
    found["energy_tce"] = found["fuel_energy_tce"] + found["electricity_tce_net"] + found["heat_tce_net"]
    found["scope1_co2_t"] = found["fuel_co2_t"] + found["process_co2_t"]
    found["scope1_tco2e"] = found["scope1_co2_t"] + found["refrigerant_tco2e"] + found["electronics_tco2e"]
    for scope2, electricity in (
        ("scope2_tco2e", "electricity_co2_t"),
        ("scope2_market_tco2e", "market_electricity_co2_t"),
        ("place_scope2_tco2e", "place_electricity_co2_t"),
    ):
        found[scope2] = of_every_month(found[electricity] + found["heat_co2_t"])
    found["exported_tco2e"] = choose([(found["deducted"], of_every_month(found["exported_co2_t"]))], zero)
    found["emissions_tco2e"] = found["scope1_tco2e"] + found["scope2_tco2e"] - found["exported_tco2e"]
    found["place_scope1_tco2e"] = (
        found["scope1_co2_t"] + found["place_refrigerant_tco2e"] + found["place_electronics_tco2e"]
    )
    found["grid_supply_tco2e"] = choose([(~generates, zero), (sells, found["scope1_co2_t"])], zero)
    found["place_exported_tco2e"] = choose([(generates, zero)], of_every_month(sold))
    found["place_emissions_tco2e"] = (
        found["place_scope1_tco2e"]
        + found["place_scope2_tco2e"]
        - found["place_exported_tco2e"]
        - found["grid_supply_tco2e"]
    )
    return found
