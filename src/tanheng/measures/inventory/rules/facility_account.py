"""Of a facility in a year: what it emits, in two accounts.

The *enterprise account* is what a facility reports: the guideline of its sector, the GWPs of that
guideline, the grid factor that enterprise reporting names. The *place account* is what counts in the
inventory of a district or the city: one set of GWPs and the grid factor for places. Names of the second
begin with ``place_``. Facilities that follow different guidelines are only ever added up in the second.

Sums are strict: one part undetermined makes the year undetermined.
"""

from __future__ import annotations

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory import entities  # noqa: F401  the links to activity data are declared there
from tanheng.measures.inventory.rules.terms import as_co2e, of_every_month
from tanheng.policy import rule, when
from tanheng.policy.expressions import Children, Expr, ParameterValue
from tanheng.text import Text

_GUIDELINE = "GB/T 32150-2015; sector guidelines of NDRC (2013-2015) and MEE (2022)"


# -- processes and gases ---------------------------------------------------------------------------


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of processes", "过程二氧化碳"), cites=_GUIDELINE)
def process_co2_t(processes: Children) -> Expr:
    """CO2 of all processes in the year."""
    return processes.sum("co2_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("refrigerants", "制冷剂"))
def refrigerant_tco2e(refrigerants: Children) -> Expr:
    """Gas leaked from equipment, with the GWPs of the guideline."""
    return refrigerants.sum("co2e_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("electronics gases", "电子工业用气"))
def electronics_tco2e(electronics_gases: Children) -> Expr:
    """Etching and cleaning gases and their by-products, with the GWPs of the guideline."""
    return electronics_gases.sum("co2e_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("refrigerants, place", "制冷剂(地区口径)"))
def place_refrigerant_tco2e(refrigerants: Children) -> Expr:
    """Gas leaked from equipment, with the GWPs of places."""
    return refrigerants.sum("place_co2e_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("electronics gases, place", "电子工业用气(地区口径)"))
def place_electronics_tco2e(electronics_gases: Children) -> Expr:
    """Etching and cleaning gases and their by-products, with the GWPs of places."""
    return electronics_gases.sum("place_co2e_t")


# -- enterprise account ----------------------------------------------------------------------------


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of scope 1", "范围一二氧化碳"), cites=_GUIDELINE)
def scope1_co2_t(fuel_co2_t: Expr, process_co2_t: Expr) -> Expr:
    """CO2 of fuels and processes: scope 1 without the other gases. The same in both accounts."""
    return fuel_co2_t + process_co2_t


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 1", "范围一排放"), cites=_GUIDELINE)
def scope1_tco2e(scope1_co2_t: Expr, refrigerant_tco2e: Expr, electronics_tco2e: Expr) -> Expr:
    """What the facility sets free itself: fuels, processes, refrigerants, electronics gases."""
    return as_co2e(scope1_co2_t) + refrigerant_tco2e + electronics_tco2e


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 2", "范围二排放"), cites=_GUIDELINE)
def scope2_tco2e(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity and heat bought."""
    bought = energy_purchases.sum("electricity_co2_t") + energy_purchases.sum("heat_co2_t")
    return as_co2e(of_every_month(bought, reported_in_full, "tCO2"))


@rule(
    FACILITY_YEAR,
    unit="tCO2e",
    title=Text("scope 2, market based", "范围二排放(市场口径)"),
    cites="GHG Protocol Scope 2 Guidance 2015",
)
def scope2_market_tco2e(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity and heat bought if green certificates counted; for information."""
    bought = energy_purchases.sum("market_electricity_co2_t") + energy_purchases.sum("heat_co2_t")
    return as_co2e(of_every_month(bought, reported_in_full, "tCO2"))


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("power and heat sold", "外输电力热力"), cites=_GUIDELINE)
def exported_tco2e(
    energy_purchases: Children,
    reported_in_full: Expr,
    guideline_in_force: Expr,
    exported_energy_deducted: ParameterValue,
) -> Expr:
    """What the guideline lets the facility take off for power and heat sold; nothing at a power station."""
    sold = of_every_month(energy_purchases.sum("exported_co2_t"), reported_in_full, "tCO2")
    return as_co2e(when(exported_energy_deducted[guideline_in_force]).then(sold).otherwise(0))


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("emissions", "排放总量"), cites=_GUIDELINE)
def emissions_tco2e(scope1_tco2e: Expr, scope2_tco2e: Expr, exported_tco2e: Expr) -> Expr:
    """Scope 1 and 2 less what is sold: the figure of the facility's report."""
    return scope1_tco2e + scope2_tco2e - exported_tco2e


# -- place account ---------------------------------------------------------------------------------


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 1, place", "范围一排放(地区口径)"))
def place_scope1_tco2e(scope1_co2_t: Expr, place_refrigerant_tco2e: Expr, place_electronics_tco2e: Expr) -> Expr:
    """Scope 1 with the GWPs of places."""
    return as_co2e(scope1_co2_t) + place_refrigerant_tco2e + place_electronics_tco2e


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 2, place", "范围二排放(地区口径)"))
def place_scope2_tco2e(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity and heat bought, with the grid factor for places."""
    bought = energy_purchases.sum("place_electricity_co2_t") + energy_purchases.sum("heat_co2_t")
    return as_co2e(of_every_month(bought, reported_in_full, "tCO2"))


@rule(
    FACILITY_YEAR,
    unit="tCO2e",
    title=Text("power and heat made for others", "对外供电供热排放"),
    cites="GPC 2014, section 6.5 (grid-supplied energy production)",
)
def grid_supply_tco2e(generates_power: Expr, energy_purchases: Children, scope1_co2_t: Expr) -> Expr:
    """CO2 of a power station that sells. A place counts it where the power is used, not twice."""
    sells = (energy_purchases.sum("electricity_sold_mwh") > 0) | (energy_purchases.sum("heat_sold_gj") > 0)
    return when(~generates_power).then(0).when(sells).then(as_co2e(scope1_co2_t)).otherwise(0)


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("power and heat sold, place", "外输电力热力(地区口径)"))
def place_exported_tco2e(generates_power: Expr, energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """What a facility that is no power station sells: used, and counted, by others."""
    sold = of_every_month(energy_purchases.sum("place_exported_co2_t"), reported_in_full, "tCO2")
    return as_co2e(when(generates_power).then(0).otherwise(sold))


@rule(
    FACILITY_YEAR,
    unit="tCO2e",
    title=Text("emissions, place", "排放总量(地区口径)"),
    cites="GPC 2014, section 4 (BASIC)",
)
def place_emissions_tco2e(
    place_scope1_tco2e: Expr, place_scope2_tco2e: Expr, place_exported_tco2e: Expr, grid_supply_tco2e: Expr
) -> Expr:
    """What the facility adds to its district and city, every megawatt-hour counted once, where it is used."""
    return place_scope1_tco2e + place_scope2_tco2e - place_exported_tco2e - grid_supply_tco2e
