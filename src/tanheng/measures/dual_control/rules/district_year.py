"""Of a district in a year: intensities, its goal or the city's, progress, warning, shares.

Districts publish no growth at constant prices in these tables: their GDP is deflated with the city's implicit deflator.

区年度:强度、本区或全市目标、进度、预警与比重。

数据表中没有各区的不变价增速:其GDP按全市隐含平减指数平减。
"""

from __future__ import annotations

from tanheng.measures.base_entities import DISTRICT_YEAR
from tanheng.measures.dual_control import entities  # noqa: F401  the links to other years are declared there
from tanheng.policy import rule, share
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_PLAN = "国办发〔2024〕39号"


@rule(DISTRICT_YEAR, unit="100M_CNY", title=Text("GDP at prices of the base year", "不变价GDP"))
def gdp_constant_100m_cny(gdp_100m_cny: Expr, city_year: Parent) -> Expr:
    """Deflated with the city's deflator.

    按全市平减指数平减。
    """
    return gdp_100m_cny / city_year.gdp_deflator


@rule(DISTRICT_YEAR, title=Text("fall of energy per GDP since the base year", "单位GDP能耗累计下降"))
def energy_intensity_fall(energy_intensity: Expr, base: Parent) -> Expr:
    """1 - I / I0.

    1 − I / I0,其中 I0 为基年强度。
    """
    return 1 - energy_intensity / (base.controlled_tce / base.gdp_100m_cny).to("tce/10k CNY")


@rule(DISTRICT_YEAR, title=Text("fall of carbon per GDP since the base year", "单位GDP碳排放累计下降"), cites=_PLAN)
def carbon_intensity_fall(carbon_intensity: Expr, base: Parent) -> Expr:
    """1 - I / I0.

    1 − I / I0,其中 I0 为基年强度。
    """
    return 1 - carbon_intensity / (base.controlled_tco2e / base.gdp_100m_cny).to("tCO2e/10k CNY")


@rule(DISTRICT_YEAR, title=Text("fall of carbon per GDP in the year", "单位GDP碳排放当年下降"))
def carbon_intensity_fall_in_year(
    controlled_tco2e: Expr, gdp_100m_cny: Expr, last_year: Parent, city_year: Parent
) -> Expr:
    """1 - I / I of the year before.

    1 − 本年强度 / 上年强度。
    """
    growth = gdp_100m_cny / last_year.gdp_100m_cny / city_year.price_factor
    return 1 - controlled_tco2e / last_year.controlled_tco2e / growth


@rule(DISTRICT_YEAR, kind="boolean", title=Text("has a goal of its own", "有本区目标"))
def has_own_energy_goal(energy_intensity_target: ParameterValue, district_id: Expr) -> Expr:
    """A figure for the district is known; else it is measured against the city's.

    已知本区的目标值;否则以全市目标衡量。
    """
    return energy_intensity_target[district_id].is_known()


@rule(DISTRICT_YEAR, title=Text("goal: fall of energy per GDP", "单位GDP能耗下降目标"), cites="深府〔2023〕84号")
def energy_goal(energy_intensity_target: ParameterValue, district_id: Expr, city_year: Parent) -> Expr:
    """The district's own, else the city's as a yardstick.

    本区自身的目标;没有的,以全市目标为标尺。
    """
    return (-energy_intensity_target[district_id].to("1")).or_else(city_year.energy_goal)


@rule(DISTRICT_YEAR, title=Text("planned fall of energy per GDP by now", "单位GDP能耗应累计下降"))
def planned_energy_fall(energy_goal: Expr, city_year: Parent) -> Expr:
    """The goal spread at one yearly pace: 1 - (1 - r)^(t/n).

    目标按每年相同的速度分摊:1 − (1 − r)^(t/n)。
    """
    return 1 - (1 - energy_goal) ** (city_year.years_since_base / city_year.goal_years)


@rule(DISTRICT_YEAR, title=Text("share of the city's emissions", "占全市排放比重"))
def share_of_emissions(controlled_tco2e: Expr, city_id: Expr, year: Expr) -> Expr:
    """Of all districts of the city in the year: what history would give it of a budget.

    当年占全市各区之和的比重:按历史排放原则分配预算时的份额。
    """
    return share(controlled_tco2e, within=(city_id, year))


@rule(DISTRICT_YEAR, title=Text("share of the city's GDP", "占全市GDP比重"))
def share_of_gdp(gdp_100m_cny: Expr, city_id: Expr, year: Expr) -> Expr:
    """Of all districts of the city in the year: what GDP would give it of a budget.

    当年占全市各区之和的比重:按GDP原则分配预算时的份额。
    """
    return share(gdp_100m_cny, within=(city_id, year))


@rule(DISTRICT_YEAR, title=Text("share of the city's population", "占全市人口比重"))
def share_of_population(population_10k: Expr, city_id: Expr, year: Expr) -> Expr:
    """Of all districts of the city in the year: what equality would give it of a budget.

    当年占全市各区之和的比重:按人均平等原则分配预算时的份额。
    """
    return share(population_10k, within=(city_id, year))


@rule(DISTRICT_YEAR, unit="tCO2e", title=Text("emissions of projects approved", "已批复项目预计排放"))
def approved_projects_tco2e(district: Parent) -> Expr:
    """Yearly emissions expected of the district's projects that are approved and do not run yet.

    本区已批复、尚未投产项目的预计年排放量。
    """
    return district.approved_projects_tco2e
