"""Published coefficients come out of the engine: a row of activity goes in, the printed figure comes out.

Sources of the answers stand beside them. A factor set is tried by a guideline of its own that uses it, because no
guideline of the rulebook uses all of them.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.measures.inventory.worlds import (
    CITY,
    DISTRICT,
    a_facility,
    changed,
    evaluated,
    results,
    shenzhen,
)

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory.entities import (
    ELECTRONICS_GAS,
    FUEL_USE,
    PROCESS_ACTIVITY,
    PURCHASED_ENERGY,
    REFRIGERANT,
)

YEAR = 2023
HERE = Path(__file__).parent
EXAMPLE = HERE.parents[2] / "examples" / "shenzhen" / "real"

# Sectors that stand in for guidelines that use one factor set each.
SET_OF_SECTOR = {
    "13": "CN_PROVINCIAL_GUIDE_2011",
    "14": "CN_POWER_2013",
    "15": "GBT51366_2019",
    "16": "IPCC2006",
    "17": "CN_OTHER_IND_2015",
    "18": "GBT32151_34_2024",
    "19": "CN_MEE_2022",
}

# kgCO2 per kg, the coefficients in public use (provincial guide 2011 with heating values of GB/T 2589-2008).
PROVINCIAL = {"raw_coal": 1.9003, "crude_oil": 3.0202, "fuel_oil": 3.1705, "gasoline": 2.9251, "diesel": 3.0959}
# tCO2 per GJ printed in the NDRC guideline for power generation, 2013.
POWER_2013 = {
    "crude_oil": 0.072226,
    "fuel_oil": 0.0758193,
    "gasoline": 0.067914,
    "kerosene": 0.0704293,
    "diesel": 0.0725853,
    "lpg": 0.0618053,
    "refinery_gas": 0.0653987,
    "natural_gas": 0.055539,
    "coke_oven_gas": 0.043923,
    "blast_furnace_gas": 0.257004,
    "other_coal_gas": 0.044286,
}
# tCO2 per TJ printed in GB/T 51366-2019, table A.0.1.
GBT51366 = {
    "natural_gas": 55.54,
    "lpg": 61.81,
    "diesel": 72.59,
    "gasoline": 67.91,
    "fuel_oil": 75.82,
    "bituminous": 89.00,
}
BY_VOLUME = {"natural_gas", "coke_oven_gas", "blast_furnace_gas", "other_coal_gas"}


def _ipcc() -> dict[str, float]:
    lines = (HERE / "ipcc2006_mass_factors.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {row["fuel"]: float(row["tco2_per_t"]) for row in csv.DictReader(lines)}


IPCC = _ipcc()


def _row(sector: str, fuel: str, **more: Any) -> dict[str, Any]:
    amount = "volume_10k_nm3" if fuel in BY_VOLUME and sector != "16" else "mass_t"
    return {"facility_id": f"S{sector}", "month": f"{YEAR}-01-01", "fuel": fuel, amount: 1.0, **more}


@cache
def _fuels() -> dict[tuple[str, str], dict[str, Any]]:
    """(set, fuel) -> the result of one tonne, or of 10,000 Nm3, of every fuel with a published answer."""
    rulebook = changed(
        shenzhen(),
        {
            "inventory.guideline": {(sector,): f"uses_{name}" for sector, name in SET_OF_SECTOR.items()},
            "inventory.fuel_set": {(f"uses_{name}",): name for name in SET_OF_SECTOR.values()},
        },
    )
    rows = [_row("13", fuel) for fuel in (*PROVINCIAL, "natural_gas")]
    rows += [_row("14", fuel) for fuel in POWER_2013]
    # The building standard gives no heating value: 1 TJ is given as measured.
    rows += [_row("15", fuel, measured_ncv_gj=1000.0, evidence="LAB") for fuel in GBT51366]
    rows += [_row("16", fuel) for fuel in IPCC]
    rows += [_row("17", "natural_gas"), _row("17", "diesel"), _row("18", "natural_gas"), _row("19", "natural_gas")]
    evaluation = evaluated(
        {
            "facilities": [a_facility(f"S{sector}", sector) for sector in SET_OF_SECTOR],
            "annual_reports": [{"facility_id": f"S{sector}", "year": YEAR} for sector in SET_OF_SECTOR],
            "fuel_use": rows,
        },
        rulebook,
    )
    found = results(evaluation, FUEL_USE, "factor_set", "energy_gj", "burned_co2_t", "co2_t", "biogenic_co2_t", "group")
    return {(row["factor_set"], row["fuel"]): row for row in found}


@pytest.mark.parametrize(("fuel", "kg_per_kg"), PROVINCIAL.items())
def test_coefficients_of_the_provincial_guide(fuel: str, kg_per_kg: float) -> None:
    """The kgCO2/kg that every energy manager in China carries around."""
    assert _fuels()["CN_PROVINCIAL_GUIDE_2011", fuel]["co2_t"] == pytest.approx(kg_per_kg, abs=5e-5)


@pytest.mark.parametrize("factor_set", ["CN_PROVINCIAL_GUIDE_2011", "CN_OTHER_IND_2015", "GBT32151_34_2024"])
def test_natural_gas_is_2_1622_kg_a_cubic_metre(factor_set: str) -> None:
    assert _fuels()[factor_set, "natural_gas"]["co2_t"] / 10 == pytest.approx(2.1622, abs=5e-5)


@pytest.mark.parametrize(("fuel", "t_per_gj"), POWER_2013.items())
def test_factors_of_the_power_guideline_2013(fuel: str, t_per_gj: float) -> None:
    row = _fuels()["CN_POWER_2013", fuel]
    assert row["co2_t"] / row["energy_gj"] == pytest.approx(t_per_gj, abs=6e-8)


@pytest.mark.parametrize(("fuel", "t_per_tj"), GBT51366.items())
def test_factors_of_the_building_standard(fuel: str, t_per_tj: float) -> None:
    """Printed per TJ; the measured heating value of a fuel brings it to the printed factor per mass."""
    assert _fuels()["GBT51366_2019", fuel]["co2_t"] == pytest.approx(t_per_tj, abs=0.005)


def test_building_standard_per_mass_and_volume() -> None:
    """2.16 kg/m3 of natural gas at 38.93 MJ/m3 and 3.10 kg/kg of diesel at 42.70 MJ/kg are printed elsewhere."""
    gas = _fuels()["GBT51366_2019", "natural_gas"]["co2_t"] / 1000 * 38.93
    diesel = _fuels()["GBT51366_2019", "diesel"]["co2_t"] / 1000 * 42.70
    assert (round(gas, 2), round(diesel, 2)) == (2.16, 3.10)


@pytest.mark.parametrize(("fuel", "t_per_t"), IPCC.items())
def test_mass_factors_of_ipcc_2006(fuel: str, t_per_t: float) -> None:
    """All 53 rows of the public workbook. Biomass has the factor too, and it is kept out of the total."""
    row = _fuels()["IPCC2006", fuel]
    assert row["burned_co2_t"] == pytest.approx(t_per_t, rel=1e-6)
    counted, apart = (0.0, t_per_t) if row["group"] == "biomass" else (t_per_t, 0.0)
    assert row["co2_t"] == pytest.approx(counted, rel=1e-6)
    assert row["biogenic_co2_t"] == pytest.approx(apart, rel=1e-6)


# -- electricity ---------------------------------------------------------------------------------------


def _announced() -> dict[tuple[str, int], float]:
    """(Chinese name, year) -> tCO2/MWh, from a copy of the announcements that the rulebook was not made from."""
    lines = [
        line
        for line in (EXAMPLE / "reference" / "grid_factors_2021_2022.csv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    rows = [row for row in csv.DictReader(lines) if row["level"] == "province"]
    return {
        (row["name_zh"], year): float(row[f"kgco2_per_kwh_{year}"])
        for row in rows
        for year in (2021, 2022)
        if row[f"kgco2_per_kwh_{year}"]
    }


YEARS = range(2020, 2025)


@cache
def _power() -> dict[tuple[str, int], dict[str, Any]]:
    """(province, year) -> the result of one MWh and one GJ bought, in a city of each province."""
    parameter = shenzhen()["inventory.grid_region_level"]
    provinces = [cell.keys[0] for cell in parameter.cells if cell.value == "provincial"]
    evaluation = evaluated(
        {
            "cities": [
                {"city_id": name, "name": name, "name_zh": name, "province": name, "grid_region": "South"}
                for name in provinces
            ],
            "districts": [
                {"district_id": name, "city_id": name, "name": name, "name_zh": name, "land_km2": 1}
                for name in provinces
            ],
            "facilities": [a_facility(name) | {"district_id": name} for name in provinces],
            "annual_reports": [{"facility_id": name, "year": year} for name in provinces for year in YEARS],
            "purchased_energy": [
                {"facility_id": name, "month": f"{year}-01-01", "electricity_bought_mwh": 1.0, "heat_bought_gj": 1.0}
                for name in provinces
                for year in YEARS
            ],
        }
    )
    found = results(evaluation, PURCHASED_ENERGY, "place_electricity_co2_t", "electricity_co2_t", "heat_co2_t")
    return {(row["facility_id"], row["month"].year): row for row in found}


def test_a_megawatt_hour_in_every_province() -> None:
    """The provincial averages of 2021 and 2022 of all provinces that have one, through the place account."""
    names = {str(cell.value): cell.keys[0] for cell in shenzhen()["inventory.grid_region_name_zh"].cells}
    announced = _announced()
    assert len({name for name, _ in announced}) == 30
    found = {(name, year): _power()[names[name], year]["place_electricity_co2_t"] for name, year in announced}
    assert found == pytest.approx(announced, abs=1e-9)


@pytest.mark.parametrize(("year", "factor"), [(2021, 0.4715), (2022, 0.4403), (2023, 0.4419)])
def test_guangdong(year: int, factor: float) -> None:
    assert _power()["Guangdong", year]["place_electricity_co2_t"] == factor


@pytest.mark.parametrize(("year", "factor"), [(2020, 0.6101), (2021, 0.5810), (2022, 0.5703), (2023, 0.5703)])
def test_enterprise_reporting_uses_the_national_factor(year: int, factor: float) -> None:
    """Average factor and reporting factor bear almost the same name; mixing them is off by a quarter."""
    assert _power()["Guangdong", year]["electricity_co2_t"] == factor


def test_a_gigajoule_of_heat() -> None:
    assert _power()["Guangdong", 2022]["heat_co2_t"] == 0.11


# -- processes -----------------------------------------------------------------------------------------

CA, MG, FE, MN, C, O, NA = 40.078, 24.305, 55.845, 54.938, 12.011, 15.999, 22.990  # noqa: E741  atomic masses
CO2, CO3 = C + 2 * O, C + 3 * O
BY_STOICHIOMETRY = {
    "carbonate_calcite": CO2 / (CA + CO3),
    "carbonate_magnesite": CO2 / (MG + CO3),
    "carbonate_dolomite": 2 * CO2 / (CA + MG + 2 * CO3),
    "carbonate_siderite": CO2 / (FE + CO3),
    "carbonate_rhodochrosite": CO2 / (MN + CO3),
    "carbonate_soda": CO2 / (2 * NA + CO3),
}
# IPCC 2006 vol. 3 tables 2.1, 2.4 (as coded in the GHG Protocol worksheets) and 2.6; tCO2/t.
PRINTED = {
    "carbonate_calcite": 0.43971,
    "carbonate_magnesite": 0.52197,
    "carbonate_dolomite": 0.47732,
    "carbonate_siderite": 0.37987,
    "carbonate_ankerite": 0.43,
    "carbonate_rhodochrosite": 0.38286,
    "carbonate_soda": 0.41492,
    "lime_high_calcium": 0.75,
    "lime_dolomitic_developed": 0.86,
    "lime_dolomitic_developing": 0.77,
    "lime_hydraulic": 0.59,
    "cement_clinker_ipcc": 0.52,
    "glass_float": 0.21,
    "glass_container_flint": 0.21,
    "glass_e": 0.19,
    "glass_insulation": 0.25,
    "glass_tableware": 0.10,
    "aluminium_anode_prebake": 1.6,
    "aluminium_anode_soderberg": 1.7,
}


@cache
def _processes() -> dict[str, float]:
    known = sorted(shenzhen()["inventory.process_factor"].categories["process"])
    evaluation = evaluated(
        {
            "facilities": [a_facility(sector="30")],
            "annual_reports": [{"facility_id": "F1", "year": YEAR}],
            "process_activity": [
                {"facility_id": "F1", "month": f"{YEAR}-01-01", "process": process, "amount_t": 1.0}
                for process in known
            ],
        }
    )
    return {row["process"]: row["co2_t"] for row in results(evaluation, PROCESS_ACTIVITY, "co2_t")}


@pytest.mark.parametrize(("process", "factor"), PRINTED.items())
def test_a_tonne_of_every_printed_process(process: str, factor: float) -> None:
    assert _processes()[process] == factor


@pytest.mark.parametrize(("process", "ratio"), BY_STOICHIOMETRY.items())
def test_carbonates_by_stoichiometry(process: str, ratio: float) -> None:
    """What the atoms weigh; soda ash is printed 0.07 % off and kept as printed."""
    assert _processes()[process] == pytest.approx(ratio, rel=1e-3 if process == "carbonate_soda" else 1e-4)


def test_every_process_of_the_rulebook_is_determined() -> None:
    assert [process for process, co2 in _processes().items() if co2 is None] == []


# -- gases ---------------------------------------------------------------------------------------------

# GWP 100 of AR4 in public use for blends (kgCO2e/kg); HFO-1234yf counts 4 and HFO-1234ze(E) 7 in them.
BLENDS_AR4 = {
    "R-410A": 2087.5,
    "R-404A": 3921.6,
    "R-407A": 2107,
    "R-407C": 1773.85,
    "R-448A": 1387,
    "R-449A": 1397,
    "R-452A": 2140,
    "R-513A": 631,
}
AR5 = {"HFC23": 12400, "HFC32": 677, "HFC134a": 1300, "SF6": 23500, "NF3": 16100, "CF4": 6630, "C2F6": 11100}


def _leaked(gases: dict[str, float], gwp_set: str) -> dict[str, float]:
    """CO2e of one tonne of each gas, weighed in as topped up."""
    rulebook = changed(shenzhen(), {"inventory.gwp_set": {("other_industry_2015",): gwp_set}})
    evaluation = evaluated(
        {
            "facilities": [a_facility()],
            "annual_reports": [{"facility_id": "F1", "year": YEAR}],
            "refrigerants": [
                {
                    "facility_id": "F1",
                    "year": YEAR,
                    "gas": gas,
                    "equipment": "chillers",
                    "charge_kg": 5000.0,
                    "topped_up_kg": 1000.0,
                }
                for gas in gases
            ],
        },
        rulebook,
    )
    return {row["gas"]: row["co2e_t"] for row in results(evaluation, REFRIGERANT, "co2e_t")}


def test_blends_of_ar4() -> None:
    assert _leaked(BLENDS_AR4, "AR4") == pytest.approx(BLENDS_AR4, abs=0.5)


def test_gases_of_ar5() -> None:
    assert _leaked({gas: float(gwp) for gas, gwp in AR5.items()}, "AR5") == pytest.approx(AR5)


# IPCC 2006 vol. 3 table 6.3, Tier 2a: process, gas fed -> 1-U, CF4, C2F6, CHF3 formed per kg fed.
TIER_2A = {
    ("semiconductor", "CF4"): (0.9, 0, 0, 0),
    ("semiconductor", "C2F6"): (0.6, 0.2, 0, 0),
    ("semiconductor", "HFC23"): (0.4, 0.07, 0, 0),
    ("semiconductor", "HFC32"): (0.1, 0.08, 0, 0),
    ("semiconductor", "C3F8"): (0.4, 0.1, 0, 0),
    ("semiconductor", "cC4F8"): (0.1, 0.1, 0.1, 0),
    ("semiconductor", "NF3"): (0.2, 0.09, 0, 0),
    ("semiconductor", "SF6"): (0.2, 0, 0, 0),
    ("display", "CF4"): (0.6, 0, 0, 0),
    ("display", "HFC23"): (0.2, 0.07, 0.05, 0),
    ("display", "cC4F8"): (0.1, 0.009, 0, 0.02),
    ("display", "NF3"): (0.3, 0, 0, 0),
    ("display", "SF6"): (0.6, 0, 0, 0),
    ("photovoltaic", "CF4"): (0.7, 0, 0, 0),
    ("photovoltaic", "C2F6"): (0.6, 0.2, 0, 0),
    ("photovoltaic", "NF3"): (0.2, 0.05, 0, 0),
    ("photovoltaic", "SF6"): (0.4, 0, 0, 0),
}


def test_electronics_tier_2a() -> None:
    """1,000 kg used, a tenth stays in the container, none abated: what leaves is 900 kg times the printed share."""
    evaluation = evaluated(
        {
            "facilities": [a_facility(sector="39")],
            "annual_reports": [{"facility_id": "F1", "year": YEAR}],
            "electronics_gases": [
                {"facility_id": "F1", "year": YEAR, "process": process, "gas": gas, "used_kg": 1000.0}
                for process, gas in TIER_2A
            ],
        }
    )
    names = ("emitted_kg", "byproduct_cf4_kg", "byproduct_c2f6_kg", "byproduct_chf3_kg")
    found = {
        (row["process"], row["gas"]): tuple(row[name] for name in names)
        for row in results(evaluation, ELECTRONICS_GAS, *names)
    }
    assert found == {key: pytest.approx(tuple(900 * share for share in shares)) for key, shares in TIER_2A.items()}


# -- outside totals ------------------------------------------------------------------------------------


def test_shenzhen_2019_of_ceads_is_44_263193_million_tonnes() -> None:
    lines = [
        line
        for line in (EXAMPLE / "outside_totals.csv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    rows = {(row["publisher"], row["place"], row["year"]): float(row["co2_t"]) for row in csv.DictReader(lines)}
    assert rows["CEADs", CITY, "2019"] == 44_263_193
    assert rows["CMCC v2", CITY, "2020"] == 43_727_641


def test_facility_years_find_their_way_to_the_district() -> None:
    evaluation = evaluated({"facilities": [a_facility()], "annual_reports": [{"facility_id": "F1", "year": YEAR}]})
    (row,) = results(evaluation, FACILITY_YEAR, "district_id", "city_id")
    assert (row["district_id"], row["city_id"]) == (DISTRICT, CITY)
