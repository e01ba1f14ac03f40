"""The rules of dual control, one module for each kind of thing they are about."""

from __future__ import annotations

from tanheng.measures.dual_control.rules import (
    carbon_market,
    city_year,
    district_year,
    facility_year,
    places,
    project,
    sector_year,
)
from tanheng.policy import Rule, rules_of

RULES: tuple[Rule, ...] = rules_of(places, city_year, district_year, sector_year, facility_year, carbon_market, project)
