"""Of a facility in a year: what it emits, in two accounts.

The *enterprise account* is what a facility reports: the guideline of its sector, the GWPs of that
guideline, the grid factor that enterprise reporting names. The *place account* is what counts in the
inventory of a district or the city: one set of GWPs and the grid factor for places. Names of the second
begin with ``place_``. Facilities that follow different guidelines are only ever added up in the second.

Sums are strict: one part undetermined makes the year undetermined.

设施年度:两种口径的排放。

企业口径为设施报告的数字:采用所属行业的核算指南、该指南的GWP和企业报告规定的电网因子。地区口径为计入区和城市清单的数字:
采用统一的GWP和地区电网因子,其名称以 ``place_`` 开头。适用不同指南的设施只在地区口径下相加。

求和从严:任何一部分未确定,全年即为未确定。
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
    """CO2 of all processes in the year.

    全年各工业过程的二氧化碳。
    """
    return processes.sum("co2_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("refrigerants", "制冷剂"))
def refrigerant_tco2e(refrigerants: Children) -> Expr:
    """Gas leaked from equipment, with the GWPs of the guideline.

    设备泄漏的气体,采用核算指南的GWP。
    """
    return refrigerants.sum("co2e_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("electronics gases", "电子工业用气"))
def electronics_tco2e(electronics_gases: Children) -> Expr:
    """Etching and cleaning gases and their by-products, with the GWPs of the guideline.

    刻蚀与清洗用气及其副产物,采用核算指南的GWP。
    """
    return electronics_gases.sum("co2e_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("refrigerants, place", "制冷剂(地区口径)"))
def place_refrigerant_tco2e(refrigerants: Children) -> Expr:
    """Gas leaked from equipment, with the GWPs of places.

    设备泄漏的气体,采用地区口径的GWP。
    """
    return refrigerants.sum("place_co2e_t")


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("electronics gases, place", "电子工业用气(地区口径)"))
def place_electronics_tco2e(electronics_gases: Children) -> Expr:
    """Etching and cleaning gases and their by-products, with the GWPs of places.

    刻蚀与清洗用气及其副产物,采用地区口径的GWP。
    """
    return electronics_gases.sum("place_co2e_t")


# -- enterprise account ----------------------------------------------------------------------------


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of scope 1", "范围一二氧化碳"), cites=_GUIDELINE)
def scope1_co2_t(fuel_co2_t: Expr, process_co2_t: Expr) -> Expr:
    """CO2 of fuels and processes: scope 1 without the other gases. The same in both accounts.

    燃料与工业过程的二氧化碳:范围一中除其他气体以外的部分,两种口径相同。
    """
    return fuel_co2_t + process_co2_t


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 1", "范围一排放"), cites=_GUIDELINE)
def scope1_tco2e(scope1_co2_t: Expr, refrigerant_tco2e: Expr, electronics_tco2e: Expr) -> Expr:
    """What the facility sets free itself: fuels, processes, refrigerants, electronics gases.

    设施自身的排放:燃料、工业过程、制冷剂、电子工业用气。
    """
    return as_co2e(scope1_co2_t) + refrigerant_tco2e + electronics_tco2e


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 2", "范围二排放"), cites=_GUIDELINE)
def scope2_tco2e(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity and heat bought.

    外购电力与热力。
    """
    bought = energy_purchases.sum("electricity_co2_t") + energy_purchases.sum("heat_co2_t")
    return as_co2e(of_every_month(bought, reported_in_full, "tCO2"))


@rule(
    FACILITY_YEAR,
    unit="tCO2e",
    title=Text("scope 2, market based", "范围二排放(市场口径)"),
    cites="GHG Protocol Scope 2 Guidance 2015",
)
def scope2_market_tco2e(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity and heat bought if green certificates counted; for information.

    若计入绿证时的外购电力与热力排放;供参考。
    """
    bought = energy_purchases.sum("market_electricity_co2_t") + energy_purchases.sum("heat_co2_t")
    return as_co2e(of_every_month(bought, reported_in_full, "tCO2"))


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("power and heat sold", "外输电力热力"), cites=_GUIDELINE)
def exported_tco2e(
    energy_purchases: Children,
    reported_in_full: Expr,
    guideline_in_force: Expr,
    exported_energy_deducted: ParameterValue,
) -> Expr:
    """What the guideline lets the facility take off for power and heat sold; nothing at a power station.

    核算指南允许扣除的外输电力热力;发电企业不扣除。
    """
    sold = of_every_month(energy_purchases.sum("exported_co2_t"), reported_in_full, "tCO2")
    return as_co2e(when(exported_energy_deducted[guideline_in_force]).then(sold).otherwise(0))


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("emissions", "排放总量"), cites=_GUIDELINE)
def emissions_tco2e(scope1_tco2e: Expr, scope2_tco2e: Expr, exported_tco2e: Expr) -> Expr:
    """Scope 1 and 2 less what is sold: the figure of the facility's report.

    范围一加范围二减外输:即设施报告的数字。
    """
    return scope1_tco2e + scope2_tco2e - exported_tco2e


# -- place account ---------------------------------------------------------------------------------


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 1, place", "范围一排放(地区口径)"))
def place_scope1_tco2e(scope1_co2_t: Expr, place_refrigerant_tco2e: Expr, place_electronics_tco2e: Expr) -> Expr:
    """Scope 1 with the GWPs of places.

    采用地区口径GWP的范围一排放。
    """
    return as_co2e(scope1_co2_t) + place_refrigerant_tco2e + place_electronics_tco2e


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("scope 2, place", "范围二排放(地区口径)"))
def place_scope2_tco2e(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity and heat bought, with the grid factor for places.

    外购电力与热力,采用地区口径的电网排放因子。
    """
    bought = energy_purchases.sum("place_electricity_co2_t") + energy_purchases.sum("heat_co2_t")
    return as_co2e(of_every_month(bought, reported_in_full, "tCO2"))


@rule(
    FACILITY_YEAR,
    unit="tCO2e",
    title=Text("power and heat made for others", "对外供电供热排放"),
    cites="GPC 2014, section 6.5 (grid-supplied energy production)",
)
def grid_supply_tco2e(generates_power: Expr, energy_purchases: Children, scope1_co2_t: Expr) -> Expr:
    """CO2 of a power station that sells. A place counts it where the power is used, not twice.

    外售电力的发电企业的二氧化碳。地区在用电处计入,不重复计算。
    """
    sells = (energy_purchases.sum("electricity_sold_mwh") > 0) | (energy_purchases.sum("heat_sold_gj") > 0)
    return when(~generates_power).then(0).when(sells).then(as_co2e(scope1_co2_t)).otherwise(0)


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("power and heat sold, place", "外输电力热力(地区口径)"))
def place_exported_tco2e(generates_power: Expr, energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """What a facility that is no power station sells: used, and counted, by others.

    非发电企业外售的部分:由他人使用,并计入他人。
    """
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
    """What the facility adds to its district and city, every megawatt-hour counted once, where it is used.

    设施计入其所在区和城市的排放,每一度电只在使用处计一次。
    """
    return place_scope1_tco2e + place_scope2_tco2e - place_exported_tco2e - grid_supply_tco2e
