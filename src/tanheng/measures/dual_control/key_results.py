"""The results of dual control that a change of policy is judged by."""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.dual_control.entities import PROJECT
from tanheng.measures.key_results import KeyResult

_COLOURS = ("green", "yellow", "red")

KEY_RESULTS = (
    KeyResult(CITY_YEAR, "carbon_intensity", "less"),
    KeyResult(CITY_YEAR, "energy_progress", "more"),
    KeyResult(CITY_YEAR, "carbon_progress", "more"),
    KeyResult(CITY_YEAR, "energy_warning", best_first=_COLOURS),
    KeyResult(CITY_YEAR, "carbon_warning", best_first=_COLOURS),
    KeyResult(CITY_YEAR, "allowed_emissions_tco2e", "more"),
    KeyResult(CITY_YEAR, "budget_use", "less"),
    KeyResult(CITY_YEAR, "allowances_due_cny", "less"),
    KeyResult(DISTRICT_YEAR, "carbon_intensity", "less"),
    KeyResult(DISTRICT_YEAR, "energy_progress", "more"),
    KeyResult(DISTRICT_YEAR, "energy_warning", best_first=_COLOURS),
    KeyResult(SECTOR_YEAR, "carbon_intensity", "less"),
    KeyResult(FACILITY_YEAR, "carbon_intensity", "less"),
    KeyResult(FACILITY_YEAR, "is_key_emitter", "less"),
    KeyResult(FACILITY_YEAR, "allowances_due_cny", "less"),
    KeyResult(PROJECT, "review_due", "less"),
    KeyResult(PROJECT, "high_energy_use", "less"),
)
