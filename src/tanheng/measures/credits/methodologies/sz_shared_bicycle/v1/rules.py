"""Reduction of a day = distance x (what it replaces less what a ride emits)."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_g, floored, not_negative
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PERSON_DAY

_CITES = "深圳市共享单车骑行碳普惠方法学(试行)"


@rule(PERSON_DAY, unit="gCO2", title=Text("emissions of the travel replaced", "基准线排放量"), cites=_CITES)
def baseline_g(ride_km: Expr, base_per_km: ParameterValue) -> Expr:
    """Distance times the factor of the travel that the ride replaces.

    骑行里程乘以被替代出行方式的因子。
    """
    return ride_km * base_per_km


@rule(PERSON_DAY, unit="gCO2", title=Text("emissions of riding", "骑行排放量"), cites=_CITES)
def emissions_g(ride_km: Expr, bicycle_per_km: ParameterValue) -> Expr:
    """Distance times the factor of a ride.

    骑行里程乘以骑行因子。
    """
    return ride_km * bicycle_per_km


@rule(PERSON_DAY, unit="gCO2e", title=Text("reduction of the day", "当日减排量"), cites=_CITES)
def reduction_g(baseline_g: Expr, emissions_g: Expr) -> Expr:
    """Baseline less emissions, in whole grams.

    基准线减去骑行排放,向下取整至克。
    """
    return floored(as_co2e_g(not_negative(baseline_g - emissions_g)))
