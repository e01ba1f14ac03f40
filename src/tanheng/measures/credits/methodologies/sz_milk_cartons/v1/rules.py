"""Reduction = mass recycled x factor."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "深圳市奶盒回收减排碳普惠方法学"


@rule(PROJECT_YEAR, unit="tCO2", title=Text("emissions avoided", "减排量(未取整)"), cites=_CITES)
def avoided_tco2(cartons_t: Expr, avoided_per_t: ParameterValue) -> Expr:
    """Mass of cartons times what each tonne avoids.

    奶盒质量乘以每吨减排因子。
    """
    return cartons_t * avoided_per_t


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("reduction of the year", "当年减排量"), cites=_CITES)
def reduction_tco2e(avoided_tco2: Expr) -> Expr:
    """The whole tonnes that were reached.

    向下取整至吨。
    """
    return floored(as_co2e_t(avoided_tco2))
