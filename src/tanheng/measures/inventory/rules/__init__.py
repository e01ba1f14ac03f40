"""The inventory's rules, one module for each kind of thing they are about.

fuel_use, purchased_energy, process_activity    a month of activity
refrigerant, electronics_gas                    a year of gas
facility_method, facility_activity, facility_account    a facility in a year
area_source                                     a source without a facility
places                                          district, broad sector and city in a year
"""

from __future__ import annotations

from tanheng.measures.inventory.rules import (
    area_source,
    district,
    district_year,
    electronics_gas,
    facility,
    facility_account,
    facility_activity,
    facility_method,
    fuel_use,
    places,
    process_activity,
    purchased_energy,
    refrigerant,
)
from tanheng.policy import Rule, rules_of

RULES: tuple[Rule, ...] = rules_of(
    district,
    district_year,
    facility,
    facility_method,
    fuel_use,
    purchased_energy,
    process_activity,
    refrigerant,
    electronics_gas,
    facility_activity,
    facility_account,
    area_source,
    places,
)
