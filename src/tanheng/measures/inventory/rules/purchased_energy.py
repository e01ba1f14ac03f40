"""Of electricity and heat that cross the fence in a month: CO2 (scope 2), what is sold, energy.

The average factor of the grid is used for all electricity bought, green or not, as long as no rule gives green
electricity a factor of its own. What would come out if certificates counted is kept beside it (market based).

月度进出厂界的电力与热力:二氧化碳(范围二)、外输与能耗。

在没有规定给予绿电单独因子之前,全部外购电力(无论是否绿电)均采用电网平均因子。若计入绿证时的结果另列(市场口径)。
"""

from __future__ import annotations

from tanheng.measures.inventory.entities import PURCHASED_ENERGY
from tanheng.policy import rule, when
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_SCOPE_2 = "GB/T 32150-2015, 5.2.4 (purchased electricity and heat)"
_ENERGY = "GB/T 2589-2020 (electricity and heat at their equivalent value)"


@rule(PURCHASED_ENERGY, unit="tCO2", title=Text("CO2 of electricity bought", "外购电力二氧化碳"), cites=_SCOPE_2)
def electricity_co2_t(
    facility_year: Parent,
    electricity_bought_mwh: Expr,
    green_electricity_mwh: Expr,
    green_electricity_factor: ParameterValue,
) -> Expr:
    """Enterprise account. Green electricity is ordinary while enterprise reporting knows no factor for it.

    企业口径。企业报告未规定绿电因子时,绿电按普通电力计算。
    """
    grid = facility_year.grid_factor_in_force
    green = green_electricity_factor["enterprise"]
    return (
        when(green.is_known())
        .then((electricity_bought_mwh - green_electricity_mwh) * grid + green_electricity_mwh * green)
        .otherwise(electricity_bought_mwh * grid)
    )


@rule(
    PURCHASED_ENERGY,
    unit="tCO2",
    title=Text("CO2 of electricity bought, place", "外购电力二氧化碳(地区口径)"),
    cites=_SCOPE_2,
)
def place_electricity_co2_t(facility_year: Parent, electricity_bought_mwh: Expr) -> Expr:
    """Place account: location based, with the grid factor for places.

    地区口径:基于位置,采用地区清单的电网排放因子。
    """
    return electricity_bought_mwh * facility_year.place_grid_factor


@rule(
    PURCHASED_ENERGY,
    unit="tCO2",
    title=Text("CO2 of electricity bought, market based", "外购电力二氧化碳(市场口径)"),
    cites="GHG Protocol Scope 2 Guidance 2015, chapter 6",
)
def market_electricity_co2_t(
    facility_year: Parent,
    electricity_bought_mwh: Expr,
    green_electricity_mwh: Expr,
    green_electricity_factor: ParameterValue,
) -> Expr:
    """Green electricity at its own factor, the rest at the factor without market-traded non-fossil power.

    绿电按其自身因子,其余电量按不含市场化交易非化石电量的因子计算。
    """
    rest = electricity_bought_mwh - green_electricity_mwh
    return rest * facility_year.residual_grid_factor + green_electricity_mwh * green_electricity_factor["market_based"]


@rule(PURCHASED_ENERGY, unit="tCO2", title=Text("CO2 of heat bought", "外购热力二氧化碳"), cites=_SCOPE_2)
def heat_co2_t(heat_bought_gj: Expr, heat_factor: ParameterValue) -> Expr:
    """Heat bought times the default factor.

    外购热力乘以缺省因子。
    """
    return heat_bought_gj * heat_factor


@rule(PURCHASED_ENERGY, unit="tCO2", title=Text("CO2 of power and heat sold", "外输电力热力二氧化碳"), cites=_SCOPE_2)
def exported_co2_t(
    facility_year: Parent, electricity_sold_mwh: Expr, heat_sold_gj: Expr, heat_factor: ParameterValue
) -> Expr:
    """Enterprise account: what is sold, at the factors at which it would be bought.

    企业口径:外输电力热力,按外购时的因子计算。
    """
    return electricity_sold_mwh * facility_year.grid_factor_in_force + heat_sold_gj * heat_factor


@rule(
    PURCHASED_ENERGY,
    unit="tCO2",
    title=Text("CO2 of power and heat sold, place", "外输电力热力二氧化碳(地区口径)"),
    cites=_SCOPE_2,
)
def place_exported_co2_t(
    facility_year: Parent, electricity_sold_mwh: Expr, heat_sold_gj: Expr, heat_factor: ParameterValue
) -> Expr:
    """Place account: what is sold, at the factors at which it is bought in the place.

    地区口径:外输电力热力,按本地区外购时的因子计算。
    """
    return electricity_sold_mwh * facility_year.place_grid_factor + heat_sold_gj * heat_factor


@rule(PURCHASED_ENERGY, unit="tce", title=Text("net electricity in standard coal", "净购电能耗(标准煤)"), cites=_ENERGY)
def net_electricity_tce(
    electricity_bought_mwh: Expr, electricity_sold_mwh: Expr, electricity_tce: ParameterValue
) -> Expr:
    """Electricity bought less sold, at its equivalent value.

    外购电量减外输电量,按当量值折算。
    """
    return (electricity_bought_mwh - electricity_sold_mwh) * electricity_tce


@rule(PURCHASED_ENERGY, unit="tce", title=Text("net heat in standard coal", "净购热能耗(标准煤)"), cites=_ENERGY)
def net_heat_tce(heat_bought_gj: Expr, heat_sold_gj: Expr, heat_tce: ParameterValue) -> Expr:
    """Heat bought less sold, at its equivalent value.

    外购热力减外输热力,按当量值折算。
    """
    return (heat_bought_gj - heat_sold_gj) * heat_tce
