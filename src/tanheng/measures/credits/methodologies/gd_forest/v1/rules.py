"""Reduction = (growth of carbon less the provincial mean for the area) x 44/12."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored, not_negative
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "广东省林业碳汇碳普惠方法学"


@rule(PROJECT_YEAR, unit="tC", title=Text("growth of the year", "当年碳储量增长"), cites=_CITES)
def growth_tc(carbon_begin_tc: Expr, carbon_end_tc: Expr) -> Expr:
    """Carbon at the end of the year less that at its begin.

    年末碳储量减去年初碳储量。
    """
    return carbon_end_tc - carbon_begin_tc


@rule(PROJECT_YEAR, unit="tC", title=Text("growth of the provincial mean", "基准线增长"), cites=_CITES)
def baseline_tc(area_ha: Expr, mean_growth: ParameterValue) -> Expr:
    """Area times the mean growth of the province.

    面积乘以全省平均增长。
    """
    return area_ha * mean_growth


@rule(
    PROJECT_YEAR,
    unit="tCO2e",
    title=Text("reduction of the year", "当年减排量"),
    cites=_CITES,
    parameters={"co2_per_carbon": "inventory.co2_per_carbon"},
)
def reduction_tco2e(growth_tc: Expr, baseline_tc: Expr, co2_per_carbon: ParameterValue) -> Expr:
    """Growth above the baseline as CO2, in whole tonnes.

    超出基准线的增长折算为二氧化碳,向下取整至吨。
    """
    return floored(as_co2e_t(not_negative(growth_tc - baseline_tc) * co2_per_carbon))
