"""The entities that every measure shares, and how they belong to each other."""

from __future__ import annotations

from tanheng.measures import base_tables as tables
from tanheng.policy import Entity, belongs_to
from tanheng.text import Text

CITY = Entity("city", tables.CITIES, Text("city", "城市"))
CITY_YEAR = Entity("city_year", tables.CITY_ECONOMY, Text("city in a year", "城市年度"), period="year")
SECTOR_YEAR = Entity("sector_year", tables.SECTOR_ECONOMY, Text("broad sector in a year", "产业年度"), period="year")
DISTRICT = Entity("district", tables.DISTRICTS, Text("district", "区"))
DISTRICT_YEAR = Entity("district_year", tables.DISTRICT_ECONOMY, Text("district in a year", "区年度"), period="year")
FACILITY = Entity("facility", tables.FACILITIES, Text("facility", "设施"))
FACILITY_YEAR = Entity("facility_year", tables.ANNUAL_REPORTS, Text("facility in a year", "设施年度"), period="year")

belongs_to(DISTRICT, CITY, by={"city_id": "city_id"}, parent_name="city", children_name="districts")
belongs_to(CITY_YEAR, CITY, by={"city_id": "city_id"}, parent_name="city", children_name="years")
belongs_to(DISTRICT_YEAR, DISTRICT, by={"district_id": "district_id"}, parent_name="district", children_name="years")
belongs_to(FACILITY, DISTRICT, by={"district_id": "district_id"}, parent_name="district", children_name="facilities")
belongs_to(FACILITY_YEAR, FACILITY, by={"facility_id": "facility_id"}, parent_name="facility", children_name="years")
# city_id, district_id and broad_sector of a facility-year are rules that look them up (inventory.rules).
belongs_to(
    FACILITY_YEAR,
    DISTRICT_YEAR,
    by={"district_id": "district_id", "year": "year"},
    parent_name="district_year",
    children_name="facility_years",
)
belongs_to(
    FACILITY_YEAR,
    CITY_YEAR,
    by={"city_id": "city_id", "year": "year"},
    parent_name="city_year",
    children_name="facility_years",
)
belongs_to(
    FACILITY_YEAR,
    SECTOR_YEAR,
    by={"city_id": "city_id", "broad_sector": "broad_sector", "year": "year"},
    parent_name="sector_year",
    children_name="facility_years",
)
belongs_to(
    SECTOR_YEAR,
    CITY_YEAR,
    by={"city_id": "city_id", "year": "year"},
    parent_name="city_year",
    children_name="sector_years",
)
