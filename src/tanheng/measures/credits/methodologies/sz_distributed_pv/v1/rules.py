"""Reduction = generation x grid factor; only for systems up to the limit."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored
from tanheng.policy import rule, undetermined, when
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "深圳市分布式光伏发电系统碳普惠方法学(试行)"


@rule(
    PROJECT_YEAR,
    unit="tCO2/MWh",
    title=Text("grid factor", "电网排放因子"),
    cites=_CITES,
    parameters={"grid_factor": "inventory.grid_factor"},
)
def grid_factor_tco2_mwh(grid_factor_method: ParameterValue, grid_factor: ParameterValue) -> Expr:
    """The factor of the method that the methodology takes, for Guangdong.

    方法学采用的广东电网排放因子。
    """
    return grid_factor[grid_factor_method, "Guangdong"]


@rule(PROJECT_YEAR, unit="tCO2", title=Text("baseline of the year", "基准线排放量"), cites=_CITES)
def baseline_tco2(generation_mwh: Expr, grid_factor_tco2_mwh: Expr) -> Expr:
    """Electricity that the grid need not deliver, times its factor.

    替代电网供电量乘以电网因子。
    """
    return generation_mwh * grid_factor_tco2_mwh


@rule(PROJECT_YEAR, kind="boolean", title=Text("within the limit", "符合容量限制"), cites=_CITES)
def is_applicable(capacity_mw: Expr, capacity_limit: ParameterValue) -> Expr:
    """Systems up to the limit only.

    装机容量不超过上限。
    """
    return capacity_mw <= capacity_limit


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("reduction of the year", "当年减排量"), cites=_CITES)
def reduction_tco2e(is_applicable: Expr, baseline_tco2: Expr) -> Expr:
    """The whole tonnes that were reached; none where the methodology does not apply.

    向下取整至吨;不适用的项目不予计算。
    """
    missing = undetermined("a methodology for a system of this size", "tCO2e", zh="适用于该规模系统的方法学")
    return when(is_applicable).then(floored(as_co2e_t(baseline_tco2))).otherwise(missing)
