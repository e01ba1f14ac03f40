"""Which measures of the policy concern whom: what someone of a kind of organisation comes to read about first."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.people.models import Kind

CONCERNS: Mapping[str, tuple[str, ...]] = {
    Kind.EMITTER: ("carbon_dual_control", "carbon_financing", "voc_control", "leaders_and_compliance"),
    Kind.DEVELOPER: ("carbon_inclusive", "climate_project_library"),
    Kind.APP_OPERATOR: ("carbon_inclusive",),
    Kind.VERIFIER: ("carbon_dual_control", "carbon_inclusive"),
    Kind.BANK: ("carbon_financing", "climate_project_library", "eod"),
    Kind.PARK_OPERATOR: ("near_zero_zones", "industrial_clusters", "regional_eia"),
    Kind.PLANT_OPERATOR: ("wastewater_co_treatment", "new_pollutants", "rivers"),
    Kind.INSPECTOR: ("inspection_once", "low_altitude"),
}
