"""A city of two districts in memory: months of electricity and fuel, yearly area sources, GDP, people and projects.

Everything grows smoothly, so that whatever the assessment says can be followed by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tanheng.measures.base_tables import BASE_TABLES
from tanheng.measures.dual_control import tables as dual_control_tables
from tanheng.measures.dual_control.rules import RULES
from tanheng.measures.inventory import tables as inventory_tables
from tanheng.measures.inventory.rules import RULES as INVENTORY_RULES
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook
from tanheng.warehouse.city import City

TABLES = (*BASE_TABLES, *inventory_tables.TABLES, *dual_control_tables.TABLES)
RULEBOOK = load_rulebook("shenzhen")
PLAN = Plan((*INVENTORY_RULES, *RULES), RULEBOOK)
Rows = dict[str, list[dict[str, Any]]]

SEASON = (1.0, 0.75, 1.0, 1.02, 1.1, 1.15, 1.25, 1.22, 1.1, 1.02, 0.98, 1.0)
GROWTH = {2021: 6.7, 2022: 3.3, 2023: 6.0, 2024: 5.8}
DISTRICTS = {"440304": 0.6, "440308": 0.4}


def city_rows(years: Iterable[int] = range(2020, 2025), last_month: int = 12, facilities: int = 4) -> Rows:
    """Tables of the city; months of the last year up to ``last_month``."""
    whole = list(years)
    rows: Rows = {
        "cities": [
            {
                "city_id": "440300",
                "name": "Testville",
                "name_zh": "测试市",
                "province": "Guangdong",
                "grid_region": "South",
            }
        ],
        "districts": [
            {"district_id": id, "city_id": "440300", "name": name, "name_zh": zh, "land_km2": 80.0}
            for id, name, zh in (("440304", "Futian", "福田区"), ("440308", "Yantian", "盐田区"))
        ],
        "city_economy": [],
        "sector_economy": [],
        "district_economy": [],
        "facilities": [
            {"facility_id": f"F{i}", "name": f"Demo {i}", "district_id": list(DISTRICTS)[i % 2], "sector": "39"}
            for i in range(facilities)
        ],
        "annual_reports": [],
        "purchased_energy": [],
        "fuel_use": [],
        "area_sources": [],
    }
    gdp = 1000.0
    for year in whole:
        gdp *= 1.0 if year == whole[0] else (1 + GROWTH.get(year, 5.0) / 100) * 1.01
        economy = {"city_id": "440300", "year": year, "gdp_100m_cny": gdp, "population_10k": 100.0 + year - 2020}
        rows["city_economy"].append(economy | ({} if year == whole[0] else {"gdp_growth_pct": GROWTH.get(year, 5.0)}))
        for sector, part in (("secondary", 0.4), ("tertiary", 0.6)):
            rows["sector_economy"].append(
                {"city_id": "440300", "broad_sector": sector, "year": year, "value_added_100m_cny": gdp * part}
            )
        for district, part in DISTRICTS.items():
            rows["district_economy"].append(
                {"district_id": district, "year": year, "gdp_100m_cny": gdp * part, "population_10k": 100 * (1 - part)}
            )
            for source, sector in (("services", "tertiary"), ("households", "households")):
                rows["area_sources"].append(
                    {
                        "district_id": district, "year": year, "source_class": source, "broad_sector": sector,
                        "fuel_group": "gas", "co2_t": 20_000 * part * 1.01 ** (year - 2020),
                        "energy_tce": 10_000 * part * 1.01 ** (year - 2020),
                    }
                )  # fmt: skip
        for i in range(facilities):
            rows["annual_reports"].append({"facility_id": f"F{i}", "year": year, "value_added_10k_cny": 1000.0})
            for month in range(1, (last_month if year == whole[-1] else 12) + 1):
                factor = SEASON[month - 1] * 1.002 ** ((year - 2020) * 12 + month)
                at = date(year, month, 1)
                rows["purchased_energy"].append(
                    {"facility_id": f"F{i}", "month": at, "electricity_bought_mwh": 1000.0 * (i + 1) * factor}
                )
                rows["fuel_use"].append(
                    {"facility_id": f"F{i}", "month": at, "fuel": "natural_gas", "volume_10k_nm3": 2.0 * factor}
                )
    return rows


def evaluate(rows: Mapping[str, list[dict[str, Any]]], on: date) -> Evaluation:
    return Evaluation(City.from_rows(TABLES, rows), RULEBOOK, (), on=on, plan=PLAN)
