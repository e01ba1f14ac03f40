"""Of a source without a facility: its city, its electricity, and what of it makes power for the grid.

面源:所属城市、用电,以及其中向电网供电的部分。
"""

from __future__ import annotations

from tanheng.measures.inventory.entities import AREA_SOURCE
from tanheng.measures.inventory.rules.terms import grid_factor_of
from tanheng.policy import rule, when
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text


@rule(AREA_SOURCE, kind="text", title=Text("city", "所在城市"))
def city_id(district: Parent) -> Expr:
    """The city of the source's district.

    面源所在区所属的城市。
    """
    return district.city_id


@rule(AREA_SOURCE, kind="boolean", title=Text("makes power for the grid", "向电网供电"))
def supplies_grid(source_class: Expr) -> Expr:
    """Power plants that no facility reports.

    没有设施填报的电厂。
    """
    return source_class == "power_plants"


@rule(
    AREA_SOURCE,
    unit="tCO2",
    title=Text("CO2 of power made for the grid", "向电网供电的二氧化碳"),
    cites="GPC 2014, section 6.5 (grid-supplied energy production)",
)
def grid_supply_tco2(supplies_grid: Expr, co2_t: Expr) -> Expr:
    """Counted where it is burned (scope 1), and once more where its power is used (scope 2).

    在燃烧处计入(范围一),其电力在使用处又计入一次(范围二)。
    """
    return when(supplies_grid).then(co2_t).otherwise(0)


@rule(
    AREA_SOURCE,
    unit="tCO2/MWh",
    title=Text("grid factor, place", "电网排放因子(地区口径)"),
    cites="MEE and NBS announcements of CO2 emission factors of electricity",
)
def place_grid_factor(district: Parent, grid_factor: ParameterValue, grid_factor_method: ParameterValue) -> Expr:
    """The grid factor for the inventory of places.

    地区清单采用的电网排放因子。
    """
    return grid_factor_of(grid_factor_method["city"], district, grid_factor)


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of electricity bought", "外购电力二氧化碳"))
def electricity_co2_t(electricity_mwh: Expr, place_grid_factor: Expr) -> Expr:
    """Electricity of homes and of users without a report: scope 2.

    居民及未报告用户的电力:范围二。
    """
    return when(electricity_mwh == 0).then(0).otherwise(electricity_mwh * place_grid_factor)


@rule(AREA_SOURCE, unit="tce", title=Text("energy used", "终端能耗"), cites="GB/T 2589-2020", columns=("fuel_group",))
def final_energy_tce(
    supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr, electricity_mwh: Expr, electricity_tce: ParameterValue
) -> Expr:
    """Fuel and electricity, without the fuel of power plants: that is in the electricity of the users.

    燃料与电力,不含电厂燃料:后者已在用户的电力之中。
    """
    fuel = when(supplies_grid | (fuel_group == "electricity")).then(0).otherwise(energy_tce)
    return fuel + electricity_mwh * electricity_tce


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of coal", "煤炭二氧化碳"), columns=("fuel_group",))
def coal_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of coal, power plants apart.

    煤炭的二氧化碳,不含电厂。
    """
    return when(~supplies_grid & (fuel_group == "coal")).then(co2_t).otherwise(0)


@rule(AREA_SOURCE, unit="tce", title=Text("energy of coal", "煤炭能耗"), columns=("fuel_group",))
def coal_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of coal, power plants apart.

    煤炭的能耗,不含电厂。
    """
    return when(~supplies_grid & (fuel_group == "coal")).then(energy_tce).otherwise(0)


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of oil", "油品二氧化碳"), columns=("fuel_group",))
def oil_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of oil, power plants apart.

    油品的二氧化碳,不含电厂。
    """
    return when(~supplies_grid & (fuel_group == "oil")).then(co2_t).otherwise(0)


@rule(AREA_SOURCE, unit="tce", title=Text("energy of oil", "油品能耗"), columns=("fuel_group",))
def oil_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of oil, power plants apart.

    油品的能耗,不含电厂。
    """
    return when(~supplies_grid & (fuel_group == "oil")).then(energy_tce).otherwise(0)


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of gas", "燃气二氧化碳"), columns=("fuel_group",))
def gas_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of gas, power plants apart.

    燃气的二氧化碳,不含电厂。
    """
    return when(~supplies_grid & (fuel_group == "gas")).then(co2_t).otherwise(0)


@rule(AREA_SOURCE, unit="tce", title=Text("energy of gas", "燃气能耗"), columns=("fuel_group",))
def gas_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of gas, power plants apart.

    燃气的能耗,不含电厂。
    """
    return when(~supplies_grid & (fuel_group == "gas")).then(energy_tce).otherwise(0)


@rule(
    AREA_SOURCE,
    unit="tCO2",
    title=Text("CO2 of waste and other fuels", "废弃物及其他燃料二氧化碳"),
    columns=("fuel_group",),
)
def other_fuel_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of what is neither coal nor oil nor gas, power plants apart.

    煤、油、气以外燃料的二氧化碳,不含电厂。
    """
    return when(supplies_grid | fuel_group.is_in("coal", "oil", "gas", "electricity")).then(0).otherwise(co2_t)


@rule(
    AREA_SOURCE,
    unit="tce",
    title=Text("energy of waste and other fuels", "废弃物及其他燃料能耗"),
    columns=("fuel_group",),
)
def other_fuel_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of what is neither coal nor oil nor gas, power plants apart.

    煤、油、气以外燃料的能耗,不含电厂。
    """
    return when(supplies_grid | fuel_group.is_in("coal", "oil", "gas", "electricity")).then(0).otherwise(energy_tce)
