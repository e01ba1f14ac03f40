"""Reduction = generation x combined margin of the regional grid; no project emissions, no leakage."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored
from tanheng.policy import quantity, rule, undetermined, when
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "CCER-01-002-V01"


@rule(PROJECT_YEAR, kind="boolean", title=Text("far or deep enough", "符合离岸或水深条件"), cites=_CITES)
def is_applicable(
    offshore_km: Expr, depth_m: Expr, offshore_least: ParameterValue, depth_least: ParameterValue
) -> Expr:
    """Far enough from the shore, or in water deep enough.

    离岸距离或水深达到要求。
    """
    return (offshore_km >= offshore_least) | (depth_m >= depth_least)


@rule(
    PROJECT_YEAR,
    unit="tCO2/MWh",
    title=Text("combined margin", "组合边际排放因子"),
    cites=_CITES,
    parameters={"margin": "credits.grid_margin", "weight": "credits.combined_margin_weight"},
)
def combined_margin(grid_region: Expr, margin: ParameterValue, weight: ParameterValue) -> Expr:
    """Operating and build margin of the regional grid, each with its weight.

    区域电网电量边际与容量边际因子的加权平均。
    """
    operating = weight["ccer_01_001_and_002", "OM"] * margin["OM", grid_region]
    return operating + weight["ccer_01_001_and_002", "BM"] * margin["BM", grid_region]


@rule(PROJECT_YEAR, unit="tCO2", title=Text("baseline of the year", "基准线排放量"), cites=_CITES)
def baseline_tco2(generation_mwh: Expr, combined_margin: Expr) -> Expr:
    """Electricity fed in times the combined margin.

    上网电量乘以组合边际因子。
    """
    return generation_mwh * combined_margin


@rule(PROJECT_YEAR, unit="tCO2", title=Text("project emissions", "项目排放量"), cites=_CITES)
def project_tco2() -> Expr:
    """None: the methodology counts them as zero.

    不计,按零处理。
    """
    return quantity(0, "tCO2")


@rule(PROJECT_YEAR, unit="tCO2", title=Text("leakage", "泄漏"), cites=_CITES)
def leakage_tco2() -> Expr:
    """None: the methodology counts it as zero.

    不计,按零处理。
    """
    return quantity(0, "tCO2")


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("reduction of the year", "当年减排量"), cites=_CITES)
def reduction_tco2e(is_applicable: Expr, baseline_tco2: Expr, project_tco2: Expr, leakage_tco2: Expr) -> Expr:
    """Baseline less project emissions and leakage, in whole tonnes; none where the methodology does not apply.

    基准线排放量减去项目排放量与泄漏,向下取整至吨;不适用的项目不予计算。
    """
    missing = undetermined("a methodology for a farm so near and shallow", "tCO2e", zh="适用于该离岸距离与水深的方法学")
    net = floored(as_co2e_t(baseline_tco2 - project_tco2 - leakage_tco2))
    return when(is_applicable).then(net).otherwise(missing)
