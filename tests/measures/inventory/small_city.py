"""A city with a bit of everything: two districts, facilities sound and faulty, area sources, outside totals, "
"three years."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.measures.inventory.worlds import CITY, DISTRICT, a_facility, a_year_of_power, base_rows, evaluated

from tanheng.policy.evaluation import Evaluation

YEARS = (2021, 2022, 2023)
OTHER = "440308"


def rows() -> dict[str, list[dict[str, Any]]]:
    city = base_rows()
    city["districts"].append(
        {"district_id": OTHER, "city_id": CITY, "name": "Yantian", "name_zh": "盐田", "land_km2": 75}
    )
    city["city_economy"] = [
        {"city_id": CITY, "year": year, "gdp_100m_cny": 30000, "population_10k": 1766} for year in YEARS
    ]
    city["sector_economy"] = [
        {"city_id": CITY, "broad_sector": sector, "year": year, "value_added_100m_cny": 1000}
        for sector in ("primary", "secondary", "tertiary")
        for year in YEARS
    ]
    city["district_economy"] = [
        {"district_id": district, "year": year, "gdp_100m_cny": 1000}
        for district in (DISTRICT, OTHER)
        for year in YEARS
    ]
    sound = [a_facility(f"F{number:02d}", "38", lon=114.0 + number / 100, lat=22.6) for number in range(12)]
    city["facilities"] = [
        *sound,
        a_facility("ODD", "38"),  # a hundred times the emissions of its peers for the same value added
        a_facility("SHORT", "52") | {"district_id": OTHER},  # 2023: eleven months
        a_facility("NEVER", "52"),  # no month at all in any year
        a_facility("BLANK", "38"),  # 2023: fuel without an amount
        a_facility("CLAIM", "38"),  # measured without evidence
        a_facility("LATE", "38"),  # 2023: activity, and no annual report
        a_facility("GAS", "39"),  # a gas whose GWP no report gives
        a_facility("PLANT", "44"),
    ]
    ids = [facility["facility_id"] for facility in city["facilities"]]
    city["annual_reports"] = [
        {"facility_id": facility, "year": year, "value_added_10k_cny": 5000.0}
        for facility in ids
        for year in YEARS
        if (facility, year) != ("LATE", 2023)
    ]
    city["purchased_energy"] = []
    for place, facility in enumerate(ids):
        for year in YEARS:
            mwh = 40_000.0 if facility == "ODD" else 100.0 + 13 * (place % 7)
            months = {"NEVER": 0, "SHORT": 11 if year == 2023 else 12}.get(facility, 12)
            power = a_year_of_power(facility, year, mwh, months)
            if facility == "PLANT":
                power = [row | {"electricity_sold_mwh": 500.0} for row in power]
            city["purchased_energy"] += power
    city["fuel_use"] = [
        {"facility_id": facility, "month": f"{year}-06-01", "fuel": "diesel", "mass_t": 20.0}
        for facility in ids[:6]
        for year in YEARS
    ]
    city["fuel_use"] += [
        {"facility_id": "PLANT", "month": f"{year}-06-01", "fuel": "natural_gas", "volume_10k_nm3": 90.0}
        for year in YEARS
    ]
    city["fuel_use"] += [
        {"facility_id": "BLANK", "month": "2023-06-01", "fuel": "natural_gas"},
        {
            "facility_id": "CLAIM",
            "month": "2023-06-01",
            "fuel": "diesel",
            "mass_t": 10.0,
            "measured_carbon_t": 0.5,
        },
    ]
    city["process_activity"] = [
        {"facility_id": "F00", "month": "2023-01-01", "process": "carbonate_calcite", "amount_t": 50.0},
        {
            "facility_id": "CLAIM",
            "month": "2023-01-01",
            "process": "carbonate_calcite",
            "amount_t": 100.0,
            "measured_factor_tco2_per_t": 0.3,
        },
    ]
    city["refrigerants"] = [
        {"facility_id": "F01", "year": 2023, "gas": "R-410A", "equipment": "chillers", "charge_kg": 300.0}
    ]
    city["electronics_gases"] = [
        {"facility_id": "GAS", "year": year, "process": "semiconductor", "gas": "C4F8O", "used_kg": 10.0}
        for year in YEARS
    ] + [{"facility_id": "GAS", "year": 2023, "process": "semiconductor", "gas": "NF3", "used_kg": 50.0}]
    city["area_sources"] = [
        {
            "district_id": DISTRICT,
            "year": year,
            "source_class": source_class,
            "broad_sector": broad,
            "fuel_group": group,
            "co2_t": co2,
            "energy_tce": 10.0,
            "electricity_mwh": mwh,
        }
        for year in YEARS
        for source_class, broad, group, co2, mwh in (
            ("power_plants", "secondary", "coal", 9000.0, 0.0),
            ("road_transport", "tertiary", "oil", 4000.0, 0.0),
            ("households", "households", "electricity", 0.0, 3000.0),
        )
    ]
    city["outside_totals"] = [
        {"publisher": "CEADs", "place": CITY, "year": 2019, "scope": "scope1", "co2_t": 20_000.0},
        {"publisher": "CMCC v2", "place": CITY, "year": 2021, "scope": "scope1", "co2_t": 15_000.0},
        {"publisher": "CMCC v2", "place": "440100", "year": 2021, "scope": "scope1", "co2_t": 1.0},
    ]
    return city


@cache
def small_city() -> Evaluation:
    return evaluated(rows())
