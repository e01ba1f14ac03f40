"""What the inventory keeps about facilities and places, as things with a key.

Activity data belong to a facility-year. Sources without a facility belong to the year of a
district, of a broad sector and of the city at once, so that a place's total needs no detour.
"""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.inventory import tables
from tanheng.policy import Entity, belongs_to
from tanheng.text import Text

FUEL_USE = Entity(
    "fuel_use", tables.FUEL_USE, Text("fuel burned in a month", "月度燃料消耗"), period="year", year_of="month"
)
PURCHASED_ENERGY = Entity(
    "purchased_energy",
    tables.PURCHASED_ENERGY,
    Text("electricity and heat of a month", "月度外购能源"),
    period="year",
    year_of="month",
)
PROCESS_ACTIVITY = Entity(
    "process_activity",
    tables.PROCESS_ACTIVITY,
    Text("industrial process in a month", "月度工业过程"),
    period="year",
    year_of="month",
)
REFRIGERANT = Entity(
    "refrigerant", tables.REFRIGERANTS, Text("gas held in equipment in a year", "年度设备用气"), period="year"
)
ELECTRONICS_GAS = Entity(
    "electronics_gas",
    tables.ELECTRONICS_GASES,
    Text("etching or cleaning gas used in a year", "年度刻蚀与清洗用气"),
    period="year",
)
AREA_SOURCE = Entity(
    "area_source", tables.AREA_SOURCES, Text("source without a facility in a year", "年度面源"), period="year"
)

_FACILITY_YEAR = {"facility_id": "facility_id", "year": "year"}
for _entity, _children in (
    (FUEL_USE, "fuel_uses"),
    (PURCHASED_ENERGY, "energy_purchases"),
    (PROCESS_ACTIVITY, "processes"),
    (REFRIGERANT, "refrigerants"),
    (ELECTRONICS_GAS, "electronics_gases"),
):
    belongs_to(_entity, FACILITY_YEAR, by=_FACILITY_YEAR, parent_name="facility_year", children_name=_children)

# city_id of an area source is a rule (place_rules): the city of its district.
for _parent, _by, _name in (
    (DISTRICT, {"district_id": "district_id"}, "district"),
    (DISTRICT_YEAR, {"district_id": "district_id", "year": "year"}, "district_year"),
    (CITY_YEAR, {"city_id": "city_id", "year": "year"}, "city_year"),
    (SECTOR_YEAR, {"city_id": "city_id", "broad_sector": "broad_sector", "year": "year"}, "sector_year"),
):
    belongs_to(AREA_SOURCE, _parent, by=_by, parent_name=_name, children_name="area_sources")
