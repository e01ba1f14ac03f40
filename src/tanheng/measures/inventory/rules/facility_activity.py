"""Of a facility in a year: what it burned, bought and sold.

Sums are strict: one part undetermined makes the year undetermined.

设施年度:燃料消耗与电力热力的购入和外售。

求和从严:任何一部分未确定,全年即为未确定。
"""

from __future__ import annotations

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory import entities  # noqa: F401  the links to activity data are declared there
from tanheng.measures.inventory.rules.terms import of_every_month
from tanheng.policy import rule, when
from tanheng.policy.expressions import Children, Expr, Parent
from tanheng.text import Text

_GUIDELINE = "GB/T 32150-2015; sector guidelines of NDRC (2013-2015) and MEE (2022)"
_ENERGY = "GB/T 2589-2020"


# -- what was reported -----------------------------------------------------------------------------


@rule(FACILITY_YEAR, kind="integer", title=Text("months of the year in operation", "应报月数"))
def months_expected(year: Expr, facility: Parent) -> Expr:
    """Twelve, or fewer in the year in which the facility opened; an unknown opening day counts as long ago.

    十二个月;投产当年相应减少;投产日期未知的,视为早已投产。
    """
    opened = facility.opened
    return (
        when(~opened.is_known())
        .then(12)
        .when(opened.year() < year)
        .then(12)
        .when(opened.year() > year)
        .then(0)
        .otherwise(13 - opened.month())
    )


@rule(FACILITY_YEAR, kind="integer", title=Text("months with electricity reported", "已报电量月数"))
def months_reported(energy_purchases: Children) -> Expr:
    """Months for which there is a row of electricity and heat.

    已填报电力与热力的月数。
    """
    return energy_purchases.count()


@rule(FACILITY_YEAR, kind="boolean", title=Text("every month reported", "月度填报完整"))
def reported_in_full(months_reported: Expr, months_expected: Expr) -> Expr:
    """There is a row of electricity and heat for every month in operation.

    运行的每个月都填报了电力与热力。
    """
    return months_reported >= months_expected


# -- fuels -----------------------------------------------------------------------------------------


@rule(FACILITY_YEAR, unit="GJ", title=Text("fuel energy", "燃料热量"))
def fuel_energy_gj(fuel_uses: Children) -> Expr:
    """Energy of all fuel burned in the year. A month without a row is a month without fuel.

    全年各种燃料的热量。没有填报行的月份视为未用燃料。
    """
    return fuel_uses.sum("energy_gj")


@rule(FACILITY_YEAR, unit="tce", title=Text("fuel energy in standard coal", "燃料能耗(标准煤)"), cites=_ENERGY)
def fuel_energy_tce(fuel_uses: Children) -> Expr:
    """Energy of all fuel burned in the year.

    全年各种燃料的能耗。
    """
    return fuel_uses.sum("energy_tce")


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of fuel", "燃料燃烧二氧化碳"), cites=_GUIDELINE)
def fuel_co2_t(fuel_uses: Children) -> Expr:
    """CO2 of all fuel burned in the year, biomass apart.

    全年燃料燃烧的二氧化碳,不含生物质。
    """
    return fuel_uses.sum("co2_t")


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of biomass", "生物质燃烧二氧化碳"), cites=_GUIDELINE)
def biogenic_co2_t(fuel_uses: Children) -> Expr:
    """For information; in no total.

    供参考,不计入任何总量。
    """
    return fuel_uses.sum("biogenic_co2_t")


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of coal", "煤炭二氧化碳"))
def coal_co2_t(fuel_uses: Children) -> Expr:
    """CO2 of the coal burned in the year.

    全年燃煤的二氧化碳。
    """
    return fuel_uses.sum("coal_co2_t")


@rule(FACILITY_YEAR, unit="tce", title=Text("energy of coal", "煤炭能耗"), cites=_ENERGY)
def coal_tce(fuel_uses: Children) -> Expr:
    """Energy of the coal burned in the year.

    全年燃煤的能耗。
    """
    return fuel_uses.sum("coal_tce")


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of oil", "油品二氧化碳"))
def oil_co2_t(fuel_uses: Children) -> Expr:
    """CO2 of the oil burned in the year.

    全年燃油的二氧化碳。
    """
    return fuel_uses.sum("oil_co2_t")


@rule(FACILITY_YEAR, unit="tce", title=Text("energy of oil", "油品能耗"), cites=_ENERGY)
def oil_tce(fuel_uses: Children) -> Expr:
    """Energy of the oil burned in the year.

    全年燃油的能耗。
    """
    return fuel_uses.sum("oil_tce")


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of gas", "燃气二氧化碳"))
def gas_co2_t(fuel_uses: Children) -> Expr:
    """CO2 of the gas burned in the year.

    全年燃气的二氧化碳。
    """
    return fuel_uses.sum("gas_co2_t")


@rule(FACILITY_YEAR, unit="tce", title=Text("energy of gas", "燃气能耗"), cites=_ENERGY)
def gas_tce(fuel_uses: Children) -> Expr:
    """Energy of the gas burned in the year.

    全年燃气的能耗。
    """
    return fuel_uses.sum("gas_tce")


@rule(FACILITY_YEAR, unit="tCO2", title=Text("CO2 of waste and other fuels", "废弃物及其他燃料二氧化碳"))
def other_fuel_co2_t(fuel_co2_t: Expr, coal_co2_t: Expr, oil_co2_t: Expr, gas_co2_t: Expr) -> Expr:
    """CO2 of what is neither coal nor oil nor gas.

    煤、油、气以外燃料的二氧化碳。
    """
    return fuel_co2_t - coal_co2_t - oil_co2_t - gas_co2_t


@rule(FACILITY_YEAR, unit="tce", title=Text("energy of waste and other fuels", "废弃物及其他燃料能耗"), cites=_ENERGY)
def other_fuel_tce(fuel_energy_tce: Expr, coal_tce: Expr, oil_tce: Expr, gas_tce: Expr) -> Expr:
    """Energy of what is neither coal nor oil nor gas.

    煤、油、气以外燃料的能耗。
    """
    return fuel_energy_tce - coal_tce - oil_tce - gas_tce


# -- electricity and heat --------------------------------------------------------------------------


@rule(FACILITY_YEAR, unit="MWh", title=Text("electricity bought", "外购电量"))
def electricity_mwh(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity bought in the year; undetermined while a month is missing.

    全年外购电量;缺任何一个月即为未确定。
    """
    return of_every_month(energy_purchases.sum("electricity_bought_mwh"), reported_in_full, "MWh")


@rule(FACILITY_YEAR, unit="MWh", title=Text("electricity sold", "外输电量"))
def electricity_sold_mwh(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity sold in the year.

    全年外输电量。
    """
    return of_every_month(energy_purchases.sum("electricity_sold_mwh"), reported_in_full, "MWh")


@rule(FACILITY_YEAR, unit="MWh", title=Text("green electricity", "绿证绿电"))
def green_electricity_mwh(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity bought with green certificates in the year.

    全年外购的绿证绿电。
    """
    return of_every_month(energy_purchases.sum("green_electricity_mwh"), reported_in_full, "MWh")


@rule(FACILITY_YEAR, unit="tce", title=Text("net electricity in standard coal", "净购电能耗(标准煤)"), cites=_ENERGY)
def electricity_tce_net(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Electricity bought less sold, at its equivalent value.

    外购电量减外输电量,按当量值折算。
    """
    return of_every_month(energy_purchases.sum("net_electricity_tce"), reported_in_full, "tce")


@rule(FACILITY_YEAR, unit="tce", title=Text("net heat in standard coal", "净购热能耗(标准煤)"), cites=_ENERGY)
def heat_tce_net(energy_purchases: Children, reported_in_full: Expr) -> Expr:
    """Heat bought less sold, at its equivalent value.

    外购热力减外输热力,按当量值折算。
    """
    return of_every_month(energy_purchases.sum("net_heat_tce"), reported_in_full, "tce")


@rule(FACILITY_YEAR, unit="tce", title=Text("energy use", "综合能源消费量"), cites=_ENERGY)
def energy_tce(fuel_energy_tce: Expr, electricity_tce_net: Expr, heat_tce_net: Expr) -> Expr:
    """Fuels, net electricity and net heat. Of a power station: what is lost on the way from fuel to power.

    燃料、净购电与净购热之和。发电企业为由燃料到电力过程中的损失。
    """
    return fuel_energy_tce + electricity_tce_net + heat_tce_net
