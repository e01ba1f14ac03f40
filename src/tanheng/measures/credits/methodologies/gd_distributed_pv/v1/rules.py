"""Reduction = generation x grid factor."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "广东省安装分布式光伏发电系统碳普惠方法学"


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


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("reduction of the year", "当年减排量"), cites=_CITES)
def reduction_tco2e(baseline_tco2: Expr) -> Expr:
    """The whole tonnes that were reached.

    向下取整至吨。
    """
    return floored(as_co2e_t(baseline_tco2))
