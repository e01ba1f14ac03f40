"""Reduction = (growth of trees - baseline - fire - leakage) x (1 - risk); baseline 0."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored, not_negative
from tanheng.policy import quantity, rule, undetermined, when
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "CCER-14-001-V01"


@rule(PROJECT_YEAR, kind="boolean", title=Text("no forest before", "造林前为非林地"), cites=_CITES)
def is_applicable(years_without_forest: Expr, bare_years: ParameterValue) -> Expr:
    """The land was without forest for as long as is asked.

    非林地年数达到要求。
    """
    return years_without_forest >= bare_years


@rule(
    PROJECT_YEAR,
    unit="tCO2",
    title=Text("growth of trees as CO2", "林木碳储量变化"),
    cites=_CITES,
    parameters={"co2_per_carbon": "inventory.co2_per_carbon"},
)
def tree_growth_tco2(
    area_ha: Expr,
    biomass_growth: Expr,
    species: Expr,
    root_share: ParameterValue,
    carbon_share: ParameterValue,
    co2_per_carbon: ParameterValue,
) -> Expr:
    """Area x growth above ground x (1 + roots) x carbon share x 44/12.

    面积乘以地上生物量增长,乘以(1+根茎比)、含碳率与44/12。
    """
    return area_ha * biomass_growth * (1 + root_share[species]) * carbon_share[species] * co2_per_carbon


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("baseline", "基准线碳储量变化"), cites=_CITES)
def baseline_tco2e() -> Expr:
    """Zero: land without forest.

    按零计。
    """
    return quantity(0, "tCO2e")


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("leakage", "泄漏"), cites=_CITES)
def leakage_tco2e_counted(leakage_tco2e: Expr) -> Expr:
    """As monitored.

    按监测值。
    """
    return leakage_tco2e


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("reduction of the year", "当年减排量"), cites=_CITES)
def reduction_tco2e(
    is_applicable: Expr,
    tree_growth_tco2: Expr,
    baseline_tco2e: Expr,
    fire_tco2e: Expr,
    leakage_tco2e_counted: Expr,
    risk_share: ParameterValue,
) -> Expr:
    """Net growth less what is held back for the risk of loss, in whole tonnes.

    净增长扣除非持久性风险后向下取整至吨;不适用的项目不予计算。
    """
    missing = undetermined("a methodology for land that was forest", "tCO2e", zh="适用于原有林地的方法学")
    net = as_co2e_t(tree_growth_tco2) - baseline_tco2e - fire_tco2e - leakage_tco2e_counted
    return when(is_applicable).then(floored(not_negative(net) * (1 - risk_share))).otherwise(missing)
