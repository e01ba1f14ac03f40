"""The results of the inventory that a change of policy is judged by."""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.key_results import KeyResult

KEY_RESULTS = (
    *(
        KeyResult(entity, name, "less")
        for entity in (CITY_YEAR, DISTRICT_YEAR, SECTOR_YEAR, FACILITY_YEAR)
        for name in ("emissions_tco2e", "energy_tce")
    ),
    KeyResult(FACILITY_YEAR, "place_emissions_tco2e", "less"),
)
