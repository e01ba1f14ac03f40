"""Of a district, a broad sector and the city in a year: the totals.

Totals of places are statistics: they add what is determined (``known_sum``) and carry how many parts were not. Each
is a sum of facilities and of sources without a facility.

A year that nobody reported has no totals: they are undetermined, and not zero.

Territorial emissions (scope 1) count what is set free in the place. ``emissions_tco2e`` counts power
once, where it is used: scope 1 and 2, less the fuel that makes power for the grid and less what
facilities sell. Dual control uses that one.

区、产业与城市年度:合计。

各地合计为统计数字:只加已确定的部分(``known_sum``),并注明有多少部分未确定。各项均为设施与面源之和。

无人填报的年份没有合计:为未确定,而不是零。

属地排放(范围一)计入在本地释放的排放。``emissions_tco2e`` 中电力只在使用处计一次:范围一加范围二,减去为电网发电的燃料,
再减去设施外售的部分。双控采用后者。
"""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT_YEAR, SECTOR_YEAR
from tanheng.measures.inventory import entities  # noqa: F401  the links to area sources are declared there
from tanheng.measures.inventory.rules.terms import as_co2e, if_reported
from tanheng.policy import rule
from tanheng.policy.expressions import Children, Expr
from tanheng.text import Text

_ENERGY = "GB/T 2589-2020"
_GPC = "GPC 2014, sections 3.5, 4 and 6.5; IPCC 2006 vol. 1 ch. 8"
_PLACES = (DISTRICT_YEAR, SECTOR_YEAR, CITY_YEAR)


# -- facilities ----------------------------------------------------------------------------------------


@rule(_PLACES, unit="tCO2", title=Text("CO2 of fuel burned by facilities", "设施燃料燃烧二氧化碳"), cites=_GPC)
def facility_fuel_co2_t(facility_years: Children) -> Expr:
    """CO2 of fuels, power stations included.

    燃料的二氧化碳,含发电企业。
    """
    return facility_years.known_sum("fuel_co2_t")


@rule(_PLACES, unit="tCO2", title=Text("process CO2", "过程二氧化碳"), cites=_GPC)
def process_co2_t(facility_years: Children) -> Expr:
    """CO2 of industrial processes.

    工业过程的二氧化碳。
    """
    return facility_years.known_sum("process_co2_t")


@rule(_PLACES, unit="tCO2e", title=Text("refrigerants", "制冷剂"), cites=_GPC)
def refrigerant_tco2e(facility_years: Children) -> Expr:
    """Refrigerants and insulating gases.

    制冷剂与绝缘气体。
    """
    return facility_years.known_sum("place_refrigerant_tco2e")


@rule(_PLACES, unit="tCO2e", title=Text("electronics gases", "电子工业用气"), cites=_GPC)
def electronics_tco2e(facility_years: Children) -> Expr:
    """Etching and cleaning gases and their by-products.

    刻蚀与清洗用气及其副产物。
    """
    return facility_years.known_sum("place_electronics_tco2e")


@rule(_PLACES, unit="tCO2", title=Text("scope 1 CO2 of facilities", "设施范围一二氧化碳"), cites=_GPC)
def facility_scope1_co2_t(facility_fuel_co2_t: Expr, process_co2_t: Expr) -> Expr:
    """CO2 of fuels and processes of facilities: what outside estimates count.

    设施燃料与工业过程的二氧化碳:外部估算所计的部分。
    """
    return facility_fuel_co2_t + process_co2_t


@rule(_PLACES, unit="tCO2e", title=Text("scope 1 of facilities", "设施范围一排放"), cites=_GPC)
def facility_scope1_tco2e(facility_scope1_co2_t: Expr, refrigerant_tco2e: Expr, electronics_tco2e: Expr) -> Expr:
    """Fuels, processes and gases. A facility with one of them undetermined is in it with the others.

    燃料、工业过程与气体。某一项未确定的设施,其余各项仍计入。
    """
    return as_co2e(facility_scope1_co2_t) + refrigerant_tco2e + electronics_tco2e


@rule(_PLACES, unit="tCO2e", title=Text("scope 2 of facilities", "设施范围二排放"), cites=_GPC)
def facility_scope2_tco2e(facility_years: Children) -> Expr:
    """Scope 2 of the facilities whose scope 2 is determined.

    范围二已确定的设施的范围二排放。
    """
    return facility_years.known_sum("place_scope2_tco2e")


@rule(_PLACES, unit="tCO2e", title=Text("power and heat sold by facilities", "设施外输电力热力"), cites=_GPC)
def facility_exported_tco2e(facility_years: Children) -> Expr:
    """Sold by facilities that are no power stations.

    非发电企业设施外售的电力与热力。
    """
    return facility_years.known_sum("place_exported_tco2e")


@rule(_PLACES, unit="tCO2e", title=Text("power stations among the facilities", "设施中的发电企业排放"), cites=_GPC)
def facility_grid_supply_tco2e(facility_years: Children) -> Expr:
    """Fuel of power stations that report as facilities.

    作为设施填报的发电企业的燃料排放。
    """
    return facility_years.known_sum("grid_supply_tco2e")


@rule(_PLACES, unit="tCO2e", title=Text("emissions of facilities", "设施排放总量"), cites=_GPC)
def facility_emissions_tco2e(
    facility_scope1_tco2e: Expr,
    facility_scope2_tco2e: Expr,
    facility_exported_tco2e: Expr,
    facility_grid_supply_tco2e: Expr,
) -> Expr:
    """Scope 1 and 2 of facilities, power counted once.

    设施的范围一与范围二,电力只计一次。
    """
    return facility_scope1_tco2e + facility_scope2_tco2e - facility_exported_tco2e - facility_grid_supply_tco2e


@rule(_PLACES, unit="tce", title=Text("energy use of facilities", "设施能源消费量"), cites=_ENERGY)
def facility_energy_tce(facility_years: Children) -> Expr:
    """Fuels, net electricity and net heat of facilities.

    设施的燃料、净购电与净购热。
    """
    return facility_years.known_sum("energy_tce")


@rule(_PLACES, unit="MWh", title=Text("electricity bought by facilities", "设施外购电量"), cites=_GPC)
def facility_electricity_mwh(facility_years: Children) -> Expr:
    """Electricity bought by facilities. Homes and small users without a report are not in it.

    设施外购电量,不含居民及未报告的小用户。
    """
    return facility_years.known_sum("electricity_mwh")


@rule(_PLACES, unit="MWh", title=Text("green electricity of facilities", "设施绿证绿电"), cites=_GPC)
def green_electricity_mwh(facility_years: Children) -> Expr:
    """Electricity bought with green certificates.

    外购的绿证绿电。
    """
    return facility_years.known_sum("green_electricity_mwh")


@rule(_PLACES, unit="tCO2e", title=Text("scope 2 of facilities, market based", "设施范围二排放(市场口径)"), cites=_GPC)
def scope2_market_tco2e(facility_years: Children) -> Expr:
    """Scope 2 if green certificates counted; for information.

    若计入绿证时的范围二排放;供参考。
    """
    return facility_years.known_sum("scope2_market_tco2e")


# -- sources without a facility ------------------------------------------------------------------------


@rule(_PLACES, unit="tCO2", title=Text("CO2 of sources without a facility", "面源二氧化碳"), cites=_GPC)
def area_emissions_tco2(area_sources: Children) -> Expr:
    """All area sources, power plants without report included.

    全部面源,含未报告的电厂。
    """
    return area_sources.known_sum("co2_t")


@rule(_PLACES, unit="tCO2", title=Text("CO2 of power plants without report", "未报告电厂二氧化碳"), cites=_GPC)
def area_grid_supply_tco2(area_sources: Children) -> Expr:
    """Power made for the grid by plants that no facility reports.

    未填报电厂向电网供电的排放。
    """
    return area_sources.known_sum("grid_supply_tco2")


@rule(_PLACES, unit="tCO2e", title=Text("scope 2 of sources without a facility", "面源范围二排放"), cites=_GPC)
def area_scope2_tco2e(area_sources: Children) -> Expr:
    """Electricity of homes and of users without a report.

    居民及未报告用户的电力。
    """
    return as_co2e(area_sources.known_sum("electricity_co2_t"))


@rule(_PLACES, unit="MWh", title=Text("electricity of sources without a facility", "面源用电量"), cites=_GPC)
def area_electricity_mwh(area_sources: Children) -> Expr:
    """Electricity of homes and of users without a report.

    居民及未报告用户的电力。
    """
    return area_sources.known_sum("electricity_mwh")


@rule(_PLACES, unit="tce", title=Text("energy of sources without a facility", "面源能耗"), cites=_ENERGY)
def area_energy_tce(area_sources: Children) -> Expr:
    """Fuel and electricity of area sources, without the fuel of power plants.

    面源的燃料与电力,不含电厂燃料。
    """
    return area_sources.known_sum("final_energy_tce")


# -- together ------------------------------------------------------------------------------------------


@rule(_PLACES, kind="boolean", title=Text("the year was reported", "当年有填报"))
def is_reported(facility_years: Children, area_sources: Children) -> Expr:
    """Some facility or other source has a row. What nobody reported is not known, and not zero.

    至少有一个设施或面源填报了数据。无人填报即为未知,而不是零。
    """
    return facility_years.count() + area_sources.count() > 0


@rule(_PLACES, unit="tCO2e", title=Text("scope 1", "范围一排放"), cites=_GPC)
def scope1_tco2e(facility_scope1_tco2e: Expr, area_emissions_tco2: Expr, is_reported: Expr) -> Expr:
    """What is set free in the place: facilities and area sources, power plants included.

    本地区的直接排放:设施与面源,含电厂。
    """
    return if_reported(is_reported, facility_scope1_tco2e + as_co2e(area_emissions_tco2), "tCO2e")


@rule(_PLACES, unit="tCO2", title=Text("scope 1 CO2", "范围一二氧化碳"), cites=_GPC)
def scope1_co2_t(facility_scope1_co2_t: Expr, area_emissions_tco2: Expr, is_reported: Expr) -> Expr:
    """The same without the other gases: comparable with what others publish.

    同上,不含其他气体:可与他处公布的数字比较。
    """
    return if_reported(is_reported, facility_scope1_co2_t + area_emissions_tco2, "tCO2")


@rule(_PLACES, unit="tCO2e", title=Text("scope 2", "范围二排放"), cites=_GPC)
def scope2_tco2e(facility_scope2_tco2e: Expr, area_scope2_tco2e: Expr, is_reported: Expr) -> Expr:
    """Electricity and heat bought: facilities, homes and users without a report.

    外购电力与热力:设施、居民及未报告用户。
    """
    return if_reported(is_reported, facility_scope2_tco2e + area_scope2_tco2e, "tCO2e")


@rule(_PLACES, unit="MWh", title=Text("electricity bought", "外购电量"), cites=_GPC)
def electricity_mwh(facility_electricity_mwh: Expr, area_electricity_mwh: Expr, is_reported: Expr) -> Expr:
    """Facilities, homes and users without a report.

    设施、居民及未报告用户。
    """
    return if_reported(is_reported, facility_electricity_mwh + area_electricity_mwh, "MWh")


@rule(_PLACES, unit="tCO2e", title=Text("power made for the grid", "向电网供电排放"), cites=_GPC)
def grid_supply_tco2e(facility_grid_supply_tco2e: Expr, area_grid_supply_tco2: Expr) -> Expr:
    """Fuel burned in the place to make power for the grid.

    本地区为向电网供电而燃烧的燃料。
    """
    return facility_grid_supply_tco2e + as_co2e(area_grid_supply_tco2)


@rule(_PLACES, unit="tCO2e", title=Text("emissions", "排放总量"), cites=_GPC)
def emissions_tco2e(
    scope1_tco2e: Expr, scope2_tco2e: Expr, facility_exported_tco2e: Expr, grid_supply_tco2e: Expr
) -> Expr:
    """Scope 1 and 2, power counted once, where it is used.

    范围一与范围二,电力只在使用处计一次。
    """
    return scope1_tco2e + scope2_tco2e - facility_exported_tco2e - grid_supply_tco2e


@rule(_PLACES, unit="tce", title=Text("energy use", "能源消费量"), cites=_ENERGY)
def energy_tce(facility_energy_tce: Expr, area_energy_tce: Expr, is_reported: Expr) -> Expr:
    """Facilities and area sources.

    设施与面源之和。
    """
    return if_reported(is_reported, facility_energy_tce + area_energy_tce, "tce")


# -- by fuel -------------------------------------------------------------------------------------------


@rule(_PLACES, unit="tCO2", title=Text("CO2 of coal", "煤炭二氧化碳"), cites=_GPC)
def coal_co2_t(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("coal_co2_t") + area_sources.known_sum("coal_co2_t")


@rule(_PLACES, unit="tce", title=Text("energy of coal", "煤炭能耗"), cites=_ENERGY)
def coal_tce(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("coal_tce") + area_sources.known_sum("coal_tce")


@rule(_PLACES, unit="tCO2", title=Text("CO2 of oil", "油品二氧化碳"), cites=_GPC)
def oil_co2_t(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("oil_co2_t") + area_sources.known_sum("oil_co2_t")


@rule(_PLACES, unit="tce", title=Text("energy of oil", "油品能耗"), cites=_ENERGY)
def oil_tce(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("oil_tce") + area_sources.known_sum("oil_tce")


@rule(_PLACES, unit="tCO2", title=Text("CO2 of gas", "燃气二氧化碳"), cites=_GPC)
def gas_co2_t(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("gas_co2_t") + area_sources.known_sum("gas_co2_t")


@rule(_PLACES, unit="tce", title=Text("energy of gas", "燃气能耗"), cites=_ENERGY)
def gas_tce(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("gas_tce") + area_sources.known_sum("gas_tce")


@rule(_PLACES, unit="tCO2", title=Text("CO2 of waste and other fuels", "废弃物及其他燃料二氧化碳"), cites=_GPC)
def other_fuel_co2_t(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("other_fuel_co2_t") + area_sources.known_sum("other_fuel_co2_t")


@rule(_PLACES, unit="tce", title=Text("energy of waste and other fuels", "废弃物及其他燃料能耗"), cites=_ENERGY)
def other_fuel_tce(facility_years: Children, area_sources: Children) -> Expr:
    """Burned by facilities and area sources; power plants without report apart.

    设施与面源所燃烧的部分,不含未报告的电厂。
    """
    return facility_years.known_sum("other_fuel_tce") + area_sources.known_sum("other_fuel_tce")
