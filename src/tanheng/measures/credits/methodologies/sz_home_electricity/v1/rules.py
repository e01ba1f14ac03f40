"""The seven-day rule: below the city's mean the distance to it counts, above it the distance to one's own last week."""

from __future__ import annotations

from tanheng.measures.credits.rounding import as_co2e_g, floored, not_negative
from tanheng.policy import rule, when
from tanheng.policy.expressions import Expr, ParameterValue
from tanheng.text import Text

from .tables import PERSON_DAY

_CITES = "深圳市居民低碳用电碳普惠方法学(试行)"


@rule(PERSON_DAY, unit="gCO2", title=Text("emissions of the day", "当日排放量"), cites=_CITES)
def emissions_g(electricity_kwh: Expr, factor: ParameterValue) -> Expr:
    """Electricity of the day times its factor.

    当日用电量乘以排放因子。
    """
    return electricity_kwh * factor


@rule(
    PERSON_DAY, unit="gCO2", title=Text("emissions of a day in the own week before", "前七日日均排放量"), cites=_CITES
)
def own_mean_g(electricity_mean_kwh: Expr, factor: ParameterValue) -> Expr:
    """Mean electricity of the seven days up to the day before, times the factor of the day.

    前七日日均用电量乘以当日排放因子。
    """
    return electricity_mean_kwh * factor


@rule(PERSON_DAY, unit="gCO2", title=Text("the city's mean for the home", "家庭基准排放量"), cites=_CITES)
def city_mean_g(persons: Expr, city_mean: ParameterValue) -> Expr:
    """The city's mean per person and day, for the persons of the home.

    全市人均日排放量乘以家庭人数。
    """
    return persons * city_mean


@rule(PERSON_DAY, unit="gCO2", title=Text("baseline of the day", "当日基准线排放量"), cites=_CITES)
def baseline_g(emissions_g: Expr, city_mean_g: Expr, own_mean_g: Expr) -> Expr:
    """The city's mean for homes below it, the home's own mean of seven days for the others.

    低于全市均值的家庭取全市均值,其余取自身前七日均值。
    """
    return when(emissions_g < city_mean_g).then(city_mean_g).otherwise(own_mean_g)


@rule(PERSON_DAY, unit="gCO2e", title=Text("reduction of the day", "当日减排量"), cites=_CITES)
def reduction_g(baseline_g: Expr, emissions_g: Expr) -> Expr:
    """Baseline less emissions, never below zero, in whole grams.

    基准线排放量减去当日排放量,不为负,向下取整至克。
    """
    return floored(as_co2e_g(not_negative(baseline_g - emissions_g)))
