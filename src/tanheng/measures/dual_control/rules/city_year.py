"""Of the city in a year: constant-price GDP, intensities, the goal, the path to it, progress and warning.

GDP at constant prices is chained from the published growth, from the base year of the goal in force:
growth over one to five years, as goals run for five. Falls are positive where an intensity falls.

城市年度:不变价GDP、强度、目标、路径、进度与预警。

不变价GDP由公布的增速自现行目标的基年起连乘:目标期为五年,故计算一至五年的增长。强度下降时降幅为正。
"""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR
from tanheng.measures.dual_control import entities  # noqa: F401  the links to other years are declared there
from tanheng.measures.dual_control.rules.colours import colour
from tanheng.policy import quantity, rule, undetermined, when
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_PLAN = "国办发〔2024〕39号"
_CITY_PLAN = "深府〔2023〕84号"
_SNA = "SNA 2008, chapter 15"

# -- the year and its base -----------------------------------------------------------------------------


@rule(CITY_YEAR, kind="integer", title=Text("base year of the goal", "目标基年"), cites=_CITY_PLAN)
def base_year(target_base_year: ParameterValue) -> Expr:
    """The year that the goal in force is measured from.

    现行目标的起算年份。
    """
    return target_base_year + 0


@rule(CITY_YEAR, kind="integer", title=Text("years since the base year", "距基年年数"))
def years_since_base(year: Expr, base_year: Expr) -> Expr:
    """How many years of the goal's period have passed.

    目标期已经过去的年数。
    """
    return year - base_year


@rule(CITY_YEAR, kind="integer", title=Text("years of the goal's period", "目标期年数"), cites=_CITY_PLAN)
def goal_years(target_year: ParameterValue, target_base_year: ParameterValue) -> Expr:
    """From base year to goal year.

    由基年至目标年。
    """
    return target_year - target_base_year


# -- GDP at constant prices ----------------------------------------------------------------------------


@rule(CITY_YEAR, title=Text("growth over 1 year", "一年增长倍数"), cites=_SNA)
def growth_over_1(gdp_growth_pct: Expr) -> Expr:
    """GDP at constant prices over that of the year before.

    不变价GDP与上年之比。
    """
    return 1 + gdp_growth_pct.to("1")


@rule(CITY_YEAR, title=Text("growth over 2 years", "两年增长倍数"), cites=_SNA)
def growth_over_2(growth_over_1: Expr, last_year: Parent) -> Expr:
    """Chained over two years.

    连乘两年。
    """
    return growth_over_1 * last_year.growth_over_1


@rule(CITY_YEAR, title=Text("growth over 3 years", "三年增长倍数"), cites=_SNA)
def growth_over_3(growth_over_1: Expr, last_year: Parent) -> Expr:
    """Chained over three years.

    连乘三年。
    """
    return growth_over_1 * last_year.growth_over_2


@rule(CITY_YEAR, title=Text("growth over 4 years", "四年增长倍数"), cites=_SNA)
def growth_over_4(growth_over_1: Expr, last_year: Parent) -> Expr:
    """Chained over four years.

    连乘四年。
    """
    return growth_over_1 * last_year.growth_over_3


@rule(CITY_YEAR, title=Text("growth over 5 years", "五年增长倍数"), cites=_SNA)
def growth_over_5(growth_over_1: Expr, last_year: Parent) -> Expr:
    """Chained over five years.

    连乘五年。
    """
    return growth_over_1 * last_year.growth_over_4


@rule(CITY_YEAR, title=Text("growth since the base year", "基年以来增长倍数"), cites=_SNA)
def growth_since_base(
    years_since_base: Expr,
    growth_over_1: Expr,
    growth_over_2: Expr,
    growth_over_3: Expr,
    growth_over_4: Expr,
    growth_over_5: Expr,
) -> Expr:
    """GDP at constant prices over that of the base year.

    不变价GDP与基年之比。
    """
    return (
        when(years_since_base == 0)
        .then(1.0)
        .when(years_since_base == 1)
        .then(growth_over_1)
        .when(years_since_base == 2)
        .then(growth_over_2)
        .when(years_since_base == 3)
        .then(growth_over_3)
        .when(years_since_base == 4)
        .then(growth_over_4)
        .when(years_since_base == 5)
        .then(growth_over_5)
        .otherwise(undetermined("a base year not more than five years back", zh="基年须在五年以内"))
    )


@rule(CITY_YEAR, unit="100M_CNY", title=Text("GDP at prices of the base year", "不变价GDP"), cites=_SNA)
def gdp_constant_100m_cny(base: Parent, growth_since_base: Expr) -> Expr:
    """GDP of the base year times growth since.

    基年GDP乘以基年以来的增长倍数。
    """
    return base.gdp_100m_cny * growth_since_base


@rule(CITY_YEAR, title=Text("price level of GDP", "GDP平减指数"), cites=_SNA)
def gdp_deflator(gdp_100m_cny: Expr, gdp_constant_100m_cny: Expr) -> Expr:
    """Current over constant prices: 1 in the base year. Districts and sectors are deflated with it.

    现价与不变价之比,基年为1。各区与各产业以此平减。
    """
    return gdp_100m_cny / gdp_constant_100m_cny


@rule(CITY_YEAR, title=Text("price level over the year before", "较上年价格倍数"), cites=_SNA)
def price_factor(gdp_100m_cny: Expr, last_year: Parent, growth_over_1: Expr) -> Expr:
    """Nominal over real growth of the year.

    当年名义增长与实际增长之比。
    """
    return gdp_100m_cny / last_year.gdp_100m_cny / growth_over_1


# -- intensities and how they fell ---------------------------------------------------------------------


@rule(CITY_YEAR, unit="tce/10k CNY", title=Text("energy per GDP in the base year", "基年单位GDP能耗"))
def base_energy_intensity(base: Parent) -> Expr:
    """Energy use over GDP, both of the base year.

    基年能源消费总量除以基年GDP。
    """
    return (base.controlled_tce / base.gdp_100m_cny).to("tce/10k CNY")


@rule(CITY_YEAR, unit="tCO2e/10k CNY", title=Text("carbon per GDP in the base year", "基年单位GDP碳排放"))
def base_carbon_intensity(base: Parent) -> Expr:
    """Emissions over GDP, both of the base year.

    基年碳排放总量除以基年GDP。
    """
    return (base.controlled_tco2e / base.gdp_100m_cny).to("tCO2e/10k CNY")


@rule(CITY_YEAR, title=Text("fall of energy per GDP since the base year", "单位GDP能耗累计下降"), cites=_CITY_PLAN)
def energy_intensity_fall(energy_intensity: Expr, base_energy_intensity: Expr) -> Expr:
    """1 - I / I0.

    1 − I / I0,其中 I0 为基年强度。
    """
    return 1 - energy_intensity / base_energy_intensity


@rule(CITY_YEAR, title=Text("fall of carbon per GDP since the base year", "单位GDP碳排放累计下降"), cites=_PLAN)
def carbon_intensity_fall(carbon_intensity: Expr, base_carbon_intensity: Expr) -> Expr:
    """1 - I / I0.

    1 − I / I0,其中 I0 为基年强度。
    """
    return 1 - carbon_intensity / base_carbon_intensity


@rule(CITY_YEAR, title=Text("fall of energy per GDP in the year", "单位GDP能耗当年下降"))
def energy_intensity_fall_in_year(controlled_tce: Expr, last_year: Parent, growth_over_1: Expr) -> Expr:
    """1 - I / I of the year before; needs growth but no base year.

    1 − 本年强度 / 上年强度;需要增速,不需要基年。
    """
    return 1 - controlled_tce / last_year.controlled_tce / growth_over_1


@rule(CITY_YEAR, title=Text("fall of carbon per GDP in the year", "单位GDP碳排放当年下降"))
def carbon_intensity_fall_in_year(controlled_tco2e: Expr, last_year: Parent, growth_over_1: Expr) -> Expr:
    """1 - I / I of the year before; needs growth but no base year.

    1 − 本年强度 / 上年强度;需要增速,不需要基年。
    """
    return 1 - controlled_tco2e / last_year.controlled_tco2e / growth_over_1


# -- the goal and the path to it -----------------------------------------------------------------------


@rule(CITY_YEAR, title=Text("goal: fall of energy per GDP", "单位GDP能耗下降目标"), cites=_CITY_PLAN)
def energy_goal(energy_intensity_target: ParameterValue, city_id: Expr) -> Expr:
    """Fall over the whole period.

    整个目标期的降幅。
    """
    return -energy_intensity_target[city_id].to("1")


@rule(CITY_YEAR, title=Text("goal: fall of carbon per GDP", "单位GDP碳排放下降目标"), cites=_CITY_PLAN)
def carbon_goal(carbon_intensity_target: ParameterValue, city_id: Expr) -> Expr:
    """Fall over the whole period; the figure assigned to the city is not public.

    整个目标期的降幅;下达给本市的数值未公开。
    """
    return -carbon_intensity_target[city_id].to("1")


@rule(CITY_YEAR, title=Text("planned fall of energy per GDP by now", "单位GDP能耗应累计下降"))
def planned_energy_fall(energy_goal: Expr, years_since_base: Expr, goal_years: Expr) -> Expr:
    """The goal spread at one yearly pace: 1 - (1 - r)^(t/n).

    目标按每年相同的速度分摊:1 − (1 − r)^(t/n)。
    """
    return 1 - (1 - energy_goal) ** (years_since_base / goal_years)


@rule(CITY_YEAR, title=Text("planned fall of carbon per GDP by now", "单位GDP碳排放应累计下降"))
def planned_carbon_fall(carbon_goal: Expr, years_since_base: Expr, goal_years: Expr) -> Expr:
    """The goal spread at one yearly pace: 1 - (1 - r)^(t/n).

    目标按每年相同的速度分摊:1 − (1 − r)^(t/n)。
    """
    return 1 - (1 - carbon_goal) ** (years_since_base / goal_years)


@rule(CITY_YEAR, title=Text("progress of carbon per GDP against time", "单位GDP碳排放进度"))
def carbon_progress(carbon_intensity_fall: Expr, planned_carbon_fall: Expr) -> Expr:
    """Achieved over planned fall: 1 is on the path.

    已实现的降幅除以应实现的降幅:1 表示与进度相符。
    """
    return carbon_intensity_fall / planned_carbon_fall


@rule(CITY_YEAR, kind="text", title=Text("warning on carbon per GDP", "单位GDP碳排放预警"))
def carbon_warning(carbon_progress: Expr, warning_progress: ParameterValue) -> Expr:
    """green, yellow or red by progress.

    按进度分为绿、黄、红三色。
    """
    return colour(carbon_progress, warning_progress["green"], warning_progress["yellow"])


# -- the total -----------------------------------------------------------------------------------------


@rule(CITY_YEAR, unit="tCO2e", title=Text("emissions the path allows this year", "当年路径允许排放"), cites=_PLAN)
def allowed_emissions_tco2e(base: Parent, growth_since_base: Expr, planned_carbon_fall: Expr) -> Expr:
    """E0 times the growth that happened times what the intensity goal leaves by now.

    基年排放乘以实际增长倍数,再乘以强度目标至今允许的比例。
    """
    return base.controlled_tco2e * growth_since_base * (1 - planned_carbon_fall)


@rule(CITY_YEAR, unit="tCO2e", title=Text("emissions allowed in the goal year", "目标年允许排放"), cites=_PLAN)
def allowed_in_goal_year_tco2e(
    base: Parent, planned_growth: ParameterValue, city_id: Expr, goal_years: Expr, carbon_goal: Expr
) -> Expr:
    """E0 (1 + g)^n (1 - r).

    E0 (1 + g)^n (1 − r):基年排放,按规划增速增长,按强度目标下降。
    """
    growth = planned_growth[city_id].to("1")
    return base.controlled_tco2e * (1 + growth) ** goal_years * (1 - carbon_goal)


@rule(CITY_YEAR, unit="tCO2e", title=Text("carbon budget", "碳排放预算"), cites=_PLAN)
def budget_tco2e(emissions_budget: ParameterValue, city_id: Expr) -> Expr:
    """The total assigned to the city for the year.

    当年下达给本市的排放总量。
    """
    return emissions_budget[city_id] * quantity(1, "1")


@rule(CITY_YEAR, title=Text("use of the budget", "预算使用率"), cites=_PLAN)
def budget_use(controlled_tco2e: Expr, budget_tco2e: Expr) -> Expr:
    """Emissions over budget.

    排放总量除以碳排放预算。
    """
    return controlled_tco2e / budget_tco2e


# -- yardsticks of the nation --------------------------------------------------------------------------


@rule(
    CITY_YEAR,
    title=Text("nation's fall of carbon per GDP in the year", "全国单位GDP碳排放当年下降标尺"),
    cites="国发〔2024〕12号",
)
def carbon_yardstick(yearly_carbon_intensity_yardstick: ParameterValue) -> Expr:
    """The nation's figure for the year. A yardstick, not the city's goal.

    全国当年的数值。仅为标尺,不是本市目标。
    """
    return -yearly_carbon_intensity_yardstick["100000"].to("1")


@rule(
    CITY_YEAR,
    title=Text("nation's fall of energy per GDP in the year", "全国单位GDP能耗当年下降标尺"),
    cites="国发〔2024〕12号",
)
def energy_yardstick(yearly_energy_intensity_yardstick: ParameterValue) -> Expr:
    """The nation's figure for the year. A yardstick, not the city's goal.

    全国当年的数值。仅为标尺,不是本市目标。
    """
    return -yearly_energy_intensity_yardstick["100000"].to("1")


@rule(
    CITY_YEAR,
    unit="tCO2e",
    title=Text("emissions at the nation's pace", "按全国标尺推算的排放"),
    cites="国发〔2024〕12号",
)
def yardstick_emissions_tco2e(last_year: Parent, growth_over_1: Expr, carbon_yardstick: Expr) -> Expr:
    """Last year's emissions with this year's growth and the nation's fall of intensity. Binds nobody.

    上年排放按本年增速增长、按全国强度降幅下降。无约束力。
    """
    return last_year.controlled_tco2e * growth_over_1 * (1 - carbon_yardstick)
