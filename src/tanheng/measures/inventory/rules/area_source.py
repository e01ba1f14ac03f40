"""Of a source without a facility: its city, and what of it makes power for the grid."""

from __future__ import annotations

from tanheng.measures.inventory.entities import AREA_SOURCE
from tanheng.policy import rule, when
from tanheng.policy.expressions import Expr, Parent
from tanheng.text import Text


@rule(AREA_SOURCE, kind="text", title=Text("city", "所在城市"))
def city_id(district: Parent) -> Expr:
    """The city of the source's district."""
    return district.city_id


@rule(AREA_SOURCE, kind="boolean", title=Text("makes power for the grid", "向电网供电"))
def supplies_grid(source_class: Expr) -> Expr:
    """Power plants that no facility reports."""
    return source_class == "power_plants"


@rule(
    AREA_SOURCE,
    unit="tCO2",
    title=Text("CO2 of power made for the grid", "向电网供电的二氧化碳"),
    cites="GPC 2014, section 6.5 (grid-supplied energy production)",
)
def grid_supply_tco2(supplies_grid: Expr, co2_t: Expr) -> Expr:
    """Counted where it is burned (scope 1), and once more where its power is used (scope 2)."""
    return when(supplies_grid).then(co2_t).otherwise(0)


@rule(AREA_SOURCE, unit="tce", title=Text("energy used at the place", "本地终端能耗"))
def final_energy_tce(supplies_grid: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy, without the fuel of power plants: their energy is in the electricity of the users."""
    return when(supplies_grid).then(0).otherwise(energy_tce)


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of coal", "煤炭二氧化碳"))
def coal_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of coal, power plants apart."""
    return when(~supplies_grid & (fuel_group == "coal")).then(co2_t).otherwise(0)


@rule(AREA_SOURCE, unit="tce", title=Text("energy of coal", "煤炭能耗"))
def coal_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of coal, power plants apart."""
    return when(~supplies_grid & (fuel_group == "coal")).then(energy_tce).otherwise(0)


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of oil", "油品二氧化碳"))
def oil_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of oil, power plants apart."""
    return when(~supplies_grid & (fuel_group == "oil")).then(co2_t).otherwise(0)


@rule(AREA_SOURCE, unit="tce", title=Text("energy of oil", "油品能耗"))
def oil_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of oil, power plants apart."""
    return when(~supplies_grid & (fuel_group == "oil")).then(energy_tce).otherwise(0)


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of gas", "燃气二氧化碳"))
def gas_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of gas, power plants apart."""
    return when(~supplies_grid & (fuel_group == "gas")).then(co2_t).otherwise(0)


@rule(AREA_SOURCE, unit="tce", title=Text("energy of gas", "燃气能耗"))
def gas_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of gas, power plants apart."""
    return when(~supplies_grid & (fuel_group == "gas")).then(energy_tce).otherwise(0)


@rule(AREA_SOURCE, unit="tCO2", title=Text("CO2 of waste and other fuels", "废弃物及其他燃料二氧化碳"))
def other_fuel_co2_t(supplies_grid: Expr, fuel_group: Expr, co2_t: Expr) -> Expr:
    """CO2 of what is neither coal nor oil nor gas, power plants apart."""
    return when(supplies_grid | fuel_group.is_in("coal", "oil", "gas")).then(0).otherwise(co2_t)


@rule(AREA_SOURCE, unit="tce", title=Text("energy of waste and other fuels", "废弃物及其他燃料能耗"))
def other_fuel_tce(supplies_grid: Expr, fuel_group: Expr, energy_tce: Expr) -> Expr:
    """Fuel energy of what is neither coal nor oil nor gas, power plants apart."""
    return when(supplies_grid | fuel_group.is_in("coal", "oil", "gas")).then(0).otherwise(energy_tce)
