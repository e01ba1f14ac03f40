"""Of a facility in a year: where it stands, and which accounting method holds for it.

设施年度:所在地与适用的核算方法。
"""

from __future__ import annotations

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.inventory import entities  # noqa: F401  the links to activity data are declared there
from tanheng.measures.inventory.rules.terms import grid_factor_of
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_GUIDELINE = "GB/T 32150-2015; sector guidelines of NDRC (2013-2015) and MEE (2022)"


# -- where it stands -------------------------------------------------------------------------------


@rule(FACILITY_YEAR, kind="text", title=Text("district", "所在区"))
def district_id(facility: Parent) -> Expr:
    """The district of the facility.

    设施所在的区。
    """
    return facility.district_id


@rule(FACILITY_YEAR, kind="text", title=Text("city", "所在城市"))
def city_id(facility: Parent) -> Expr:
    """The city of the facility.

    设施所在的城市。
    """
    return facility.city_id


@rule(FACILITY_YEAR, kind="text", title=Text("sector", "行业大类"))
def sector(facility: Parent) -> Expr:
    """The division of GB/T 4754-2017 of the facility.

    设施在 GB/T 4754-2017 中的行业大类。
    """
    return facility.sector


@rule(
    FACILITY_YEAR,
    kind="text",
    title=Text("broad sector", "三次产业"),
    cites="GB/T 4754-2017; NBS division of the three sectors",
    parameters={"of_sector": "sectors.broad_sector"},
)
def broad_sector(sector: Expr, of_sector: ParameterValue) -> Expr:
    """primary, secondary or tertiary.

    第一、第二或第三产业。
    """
    return of_sector[sector]


# -- which method holds ----------------------------------------------------------------------------


@rule(FACILITY_YEAR, kind="text", title=Text("guideline in force", "适用核算指南"), cites=_GUIDELINE)
def guideline_in_force(sector: Expr, guideline: ParameterValue) -> Expr:
    """The accounting guideline of the sector in the year.

    该行业当年适用的核算指南。
    """
    return guideline[sector]


@rule(FACILITY_YEAR, kind="boolean", title=Text("generates power", "发电企业"), cites=_GUIDELINE)
def generates_power(guideline_in_force: Expr) -> Expr:
    """The facility follows a guideline for power stations.

    设施适用发电企业的核算指南。
    """
    return guideline_in_force.is_in("power_2013", "power_mee_2022")


@rule(FACILITY_YEAR, kind="text", title=Text("factor set", "因子集"), cites=_GUIDELINE)
def factor_set(guideline_in_force: Expr, fuel_set: ParameterValue) -> Expr:
    """The set of fuel factors that the guideline prints.

    核算指南所列的燃料因子集。
    """
    return fuel_set[guideline_in_force]


@rule(FACILITY_YEAR, kind="text", title=Text("GWP set", "GWP取值"), cites=_GUIDELINE)
def gwp_set_in_force(guideline_in_force: Expr, gwp_set: ParameterValue) -> Expr:
    """The assessment report whose GWPs the guideline uses.

    核算指南所采用的IPCC评估报告的GWP取值。
    """
    return gwp_set[guideline_in_force]


@rule(FACILITY_YEAR, kind="text", title=Text("GWP set of places", "地区口径GWP取值"))
def place_gwp_set(gwp_set: ParameterValue) -> Expr:
    """One set for every facility, so that gases can be added up over guidelines.

    所有设施统一取一套GWP,使适用不同指南的设施的气体可以相加。
    """
    return gwp_set["city_inventory"]


@rule(
    FACILITY_YEAR,
    unit="tCO2/MWh",
    title=Text("grid factor, enterprise", "电网排放因子(企业口径)"),
    cites="MEE notices on enterprise greenhouse gas reporting",
)
def grid_factor_in_force(facility: Parent, grid_factor: ParameterValue, grid_factor_method: ParameterValue) -> Expr:
    """The grid factor that enterprise reporting names.

    企业报告规定采用的电网排放因子。
    """
    return grid_factor_of(grid_factor_method["enterprise"], facility, grid_factor)


@rule(
    FACILITY_YEAR,
    unit="tCO2/MWh",
    title=Text("grid factor, place", "电网排放因子(地区口径)"),
    cites="MEE and NBS announcements of CO2 emission factors of electricity",
)
def place_grid_factor(facility: Parent, grid_factor: ParameterValue, grid_factor_method: ParameterValue) -> Expr:
    """The grid factor for the inventory of places.

    地区清单采用的电网排放因子。
    """
    return grid_factor_of(grid_factor_method["city"], facility, grid_factor)


@rule(
    FACILITY_YEAR,
    unit="tCO2/MWh",
    title=Text("grid factor without traded non-fossil power", "电网排放因子(不含市场化交易非化石电量)"),
    cites="MEE and NBS announcements of CO2 emission factors of electricity",
)
def residual_grid_factor(grid_factor: ParameterValue) -> Expr:
    """National factor of the year without non-fossil power that was traded: for the market-based account.

    当年全国电网排放因子,不含市场化交易的非化石电量:用于市场口径。
    """
    return grid_factor["national_residual_same_year", "CN"]
