"""Of a facility in a year: total and intensity of the single emitter, and its duty in the carbon market.

Emissions are those of the enterprise account. The published plan studies dual control of single key emitters; no limit
is published.

设施年度:单个排放单位的总量与强度(企业碳管理),及其碳市场履约义务。

排放采用企业口径。已公布的方案提出研究重点排放单位的双控;尚未公布限额。
"""

from __future__ import annotations

from tanheng.measures.base_entities import FACILITY_YEAR
from tanheng.measures.dual_control import entities  # noqa: F401  the link to the year before is declared there
from tanheng.policy import rule, when
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_ETS_PLAN = "《深圳市碳交易支持碳达峰碳中和实施方案》(2023)"
_ORDER = "深圳市人民政府令第343号"


@rule(FACILITY_YEAR, unit="tCO2e/10k CNY", title=Text("carbon per value added", "单位增加值碳排放"), cites=_ETS_PLAN)
def carbon_intensity(emissions_tco2e: Expr, value_added_10k_cny: Expr) -> Expr:
    """Emissions over value added at current prices.

    排放总量除以现价增加值。
    """
    return emissions_tco2e / value_added_10k_cny


@rule(FACILITY_YEAR, unit="tce/10k CNY", title=Text("energy per value added", "单位增加值能耗"))
def energy_intensity(energy_tce: Expr, value_added_10k_cny: Expr) -> Expr:
    """Energy use over value added at current prices.

    能源消费量除以现价增加值。
    """
    return energy_tce / value_added_10k_cny


@rule(FACILITY_YEAR, title=Text("change of emissions in the year", "排放总量当年变化"), cites=_ETS_PLAN)
def emissions_change_in_year(emissions_tco2e: Expr, last_year: Parent) -> Expr:
    """E / E of the year before - 1.

    本年排放 / 上年排放 − 1。
    """
    return emissions_tco2e / last_year.emissions_tco2e - 1


@rule(
    FACILITY_YEAR, title=Text("fall of carbon per value added in the year", "单位增加值碳排放当年下降"), cites=_ETS_PLAN
)
def carbon_intensity_fall_in_year(carbon_intensity: Expr, last_year: Parent, city_year: Parent) -> Expr:
    """1 - I / I of the year before, with the city's rise of prices taken out.

    1 − 本年强度 / 上年强度,剔除全市价格上涨。
    """
    return 1 - carbon_intensity / last_year.carbon_intensity * city_year.price_factor


@rule(
    FACILITY_YEAR,
    kind="boolean",
    title=Text("key emitter", "重点排放单位"),
    cites=_ETS_PLAN,
    parameters={"inclusion_threshold": "allowances.inclusion_threshold"},
)
def is_key_emitter(emissions_tco2e: Expr, inclusion_threshold: ParameterValue) -> Expr:
    """At or above the threshold of the city's trading system.

    达到或超过本市碳市场的纳入门槛。
    """
    return emissions_tco2e >= inclusion_threshold


@rule(FACILITY_YEAR, unit="tCO2e", title=Text("allowances due", "应提交配额量"), cites=_ORDER)
def allowances_due_tco2e(is_key_emitter: Expr, emissions_tco2e: Expr) -> Expr:
    """As many as a key emitter emitted in the year; others owe none.

    重点排放单位按本年排放量提交;其他单位无需提交。
    """
    return when(is_key_emitter).then(emissions_tco2e).otherwise(0)


@rule(
    FACILITY_YEAR,
    unit="CNY",
    title=Text("value of the allowances due", "应提交配额价值"),
    cites=_ORDER,
    parameters={"mean_price": "allowances.mean_price"},
)
def allowances_due_cny(allowances_due_tco2e: Expr, mean_price: ParameterValue) -> Expr:
    """Allowances due at the mean price of the year, before those allocated free of charge, which are not published.

    应提交配额量按年度均价计。各单位的免费分配量未公布,未予扣除。
    """
    return allowances_due_tco2e * mean_price
