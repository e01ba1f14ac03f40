"""Reduction of a day = distance by mode x what a kilometre of that mode avoids."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_g, floored
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PERSON_DAY

_CITES = "深圳市低碳公共出行碳普惠方法学(试行)"


@rule(PERSON_DAY, unit="gCO2", title=Text("avoided by metro", "地铁减排量"), cites=_CITES)
def metro_g(metro_km: Expr, avoided_per_km: ParameterValue) -> Expr:
    """Kilometres by metro times what each avoids.

    地铁里程乘以人公里减排因子。
    """
    return metro_km * avoided_per_km["metro"]


@rule(PERSON_DAY, unit="gCO2", title=Text("avoided by electric bus", "纯电动公交减排量"), cites=_CITES)
def electric_bus_g(electric_bus_km: Expr, avoided_per_km: ParameterValue) -> Expr:
    """Kilometres by pure electric bus times what each avoids.

    纯电动公交里程乘以人公里减排因子。
    """
    return electric_bus_km * avoided_per_km["electric_bus"]


@rule(PERSON_DAY, unit="gCO2e", title=Text("reduction of the day", "当日减排量"), cites=_CITES)
def reduction_g(metro_g: Expr, electric_bus_g: Expr) -> Expr:
    """Both modes together, in whole grams.

    两种方式合计,向下取整至克。
    """
    return floored(as_co2e_g(metro_g + electric_bus_g))
