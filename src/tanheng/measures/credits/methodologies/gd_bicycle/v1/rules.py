"""Reduction = distance x factor."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_t, floored
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PROJECT_YEAR

_CITES = "广东省自行车骑行碳普惠方法学"


@rule(PROJECT_YEAR, unit="tCO2e", title=Text("reduction of the year", "当年减排量"), cites=_CITES)
def reduction_tco2e(ride_km: Expr, avoided_per_km: ParameterValue) -> Expr:
    """Distance times what a kilometre avoids, in whole tonnes.

    骑行里程乘以减排因子,向下取整至吨。
    """
    return floored(as_co2e_t((ride_km * avoided_per_km).to("tCO2")))
