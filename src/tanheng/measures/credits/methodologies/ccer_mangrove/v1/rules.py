"""Reduction = (growth in biomass and soil - baseline - emissions) x (1 - risk)."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored, not_negative
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "CCER-14-002-V01"


@rule(
    PROJECT_YEAR,
    unit="tCO2",
    title=Text("carbon stored in the year, as CO2", "项目碳储量变化"),
    cites=_CITES,
    parameters={"co2_per_carbon": "inventory.co2_per_carbon"},
)
def storage_tco2(biomass_growth_tc: Expr, soil_growth_tc: Expr, co2_per_carbon: ParameterValue) -> Expr:
    """Growth in biomass and in the soil, as CO2.

    生物质与土壤碳储量变化,折算为二氧化碳。
    """
    return (biomass_growth_tc + soil_growth_tc) * co2_per_carbon


@rule(
    PROJECT_YEAR,
    unit="tCO2",
    title=Text("baseline of the year", "基准线碳储量变化"),
    cites=_CITES,
    parameters={"co2_per_carbon": "inventory.co2_per_carbon"},
)
def baseline_tco2(baseline_growth_tc: Expr, co2_per_carbon: ParameterValue) -> Expr:
    """Growth without the project, as CO2.

    基准线情景碳储量变化,折算为二氧化碳。
    """
    return baseline_growth_tc * co2_per_carbon


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("reduction of the year", "当年减排量"), cites=_CITES)
def reduction_tco2e(storage_tco2: Expr, baseline_tco2: Expr, emissions_tco2e: Expr, risk_share: ParameterValue) -> Expr:
    """Net storage less emissions and what is held back for the risk of loss, in whole tonnes.

    净增汇量扣除项目排放与非持久性风险后向下取整至吨。
    """
    net = as_co2e_t(storage_tco2 - baseline_tco2) - emissions_tco2e
    return floored(not_negative(net) * (1 - risk_share))
