"""Of the city in the carbon market: how many are in it, the allowances due for a year, what they are worth.

Totals are statistics: they add what is determined and carry how many parts were not.

全市在碳市场中的情况:纳入单位数、年度应提交配额量及其价值。

合计为统计数字:只加已确定的部分,并注明有多少部分未确定。
"""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR
from tanheng.policy import rule, undetermined, when
from tanheng.policy.expressions import Children, Expr, ParameterValue
from tanheng.text import Text

_ETS_PLAN = "《深圳市碳交易支持碳达峰碳中和实施方案》(2023)"
_ORDER = "深圳市人民政府令第343号"


@rule(CITY_YEAR, kind="integer", title=Text("key emitters", "重点排放单位数"), cites=_ETS_PLAN)
def key_emitters(allowances_due_tco2e: Expr, facility_years: Children) -> Expr:
    """How many reach the threshold of those whose emissions are determined; undetermined where those of all are not.

    排放量已确定的单位中达到纳入门槛的数量;全部未确定时不计。
    """
    known = facility_years.count_if("is_key_emitter")
    nothing = undetermined("the emissions of a facility", zh="至少一家设施的排放量")
    return when(allowances_due_tco2e.is_known()).then(known).otherwise(nothing)


@rule(CITY_YEAR, unit="tCO2e", title=Text("allowances due", "应提交配额量"), cites=_ORDER)
def allowances_due_tco2e(facility_years: Children) -> Expr:
    """Of all key emitters.

    全部重点排放单位合计。
    """
    return facility_years.known_sum("allowances_due_tco2e")


@rule(
    CITY_YEAR,
    unit="CNY",
    title=Text("value of the allowances due", "应提交配额价值"),
    cites=_ORDER,
)
def allowances_due_cny(facility_years: Children) -> Expr:
    """Of all key emitters, at the mean price of the year.

    全部重点排放单位合计,按年度均价计。
    """
    return facility_years.known_sum("allowances_due_cny")


@rule(
    CITY_YEAR,
    title=Text("allowances due over the cap", "应提交配额量与年度配额总量之比"),
    cites=_ORDER,
    parameters={"yearly_cap": "allowances.yearly_cap"},
)
def allowances_due_over_cap(allowances_due_tco2e: Expr, yearly_cap: ParameterValue) -> Expr:
    """What key emitters have to surrender over what the market has for the year.

    应提交配额量除以本市碳市场年度配额总量。
    """
    return allowances_due_tco2e / yearly_cap
