"""What dual control keeps besides the shared entities: projects, and years that look back.

A year belongs to the year before it (``last_year``) and to the base year of the goal in force
(``base``), so that a rule may compare with either. ``base_year`` and ``year_before`` are rules.
"""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.dual_control import tables
from tanheng.policy import Entity, belongs_to
from tanheng.text import Text

PROJECT = Entity("project", tables.PROJECTS, Text("fixed-asset project", "固定资产投资项目"))

belongs_to(PROJECT, DISTRICT, by={"district_id": "district_id"}, parent_name="district", children_name="projects")

# city_id of a district-year is a rule of the inventory.
belongs_to(
    DISTRICT_YEAR,
    CITY_YEAR,
    by={"city_id": "city_id", "year": "year"},
    parent_name="city_year",
    children_name="district_years",
)

for _entity, _place in (
    (CITY_YEAR, {"city_id": "city_id"}),
    (DISTRICT_YEAR, {"district_id": "district_id"}),
    (SECTOR_YEAR, {"city_id": "city_id", "broad_sector": "broad_sector"}),
    (FACILITY_YEAR, {"facility_id": "facility_id"}),
):
    belongs_to(
        _entity,
        _entity,
        by={**_place, "year": "year_before"},
        parent_name="last_year",
        children_name="next_years",
        parent_title=Text("year before", "上年"),
    )
    if _entity is not FACILITY_YEAR:
        belongs_to(
            _entity,
            _entity,
            by={**_place, "year": "base_year"},
            parent_name="base",
            children_name="years_since",
            parent_title=Text("base year", "基年"),
        )
