"""Of a district in a year: intensities, its goal or the city's, progress, warning, shares.

Districts publish no growth at constant prices in these tables: their GDP is deflated with the city's implicit deflator.
"""

from __future__ import annotations

from tanheng.measures.base_entities import DISTRICT_YEAR
from tanheng.measures.dual_control import entities  # noqa: F401  the links to other years are declared there
from tanheng.measures.dual_control.rules.colours import colour
from tanheng.policy import rule, share, undetermined, when
from tanheng.policy.expressions import Children, Expr, ParameterValue, Parent
from tanheng.text import Text

_PLAN = "国办发〔2024〕39号"


@rule(DISTRICT_YEAR, kind="integer", title=Text("year before", "上一年"))
def year_before(year: Expr) -> Expr:
    """The year before this one."""
    return year - 1


@rule(DISTRICT_YEAR, kind="integer", title=Text("base year of the goal", "目标基年"))
def base_year(city_year: Parent) -> Expr:
    """The city's."""
    return city_year.base_year


@rule(DISTRICT_YEAR, unit="100M_CNY", title=Text("GDP at prices of the base year", "不变价GDP"))
def gdp_constant_100m_cny(gdp_100m_cny: Expr, city_year: Parent) -> Expr:
    """Deflated with the city's deflator."""
    return gdp_100m_cny / city_year.gdp_deflator


@rule(DISTRICT_YEAR, kind="boolean", title=Text("the year was reported", "当年有填报"))
def is_reported(facility_years: Children, area_sources: Children) -> Expr:
    """Some facility or other source has a row. The total of nothing is zero, and that is no emission of zero."""
    return facility_years.count() + area_sources.count() > 0


@rule(DISTRICT_YEAR, unit="tCO2e", title=Text("total emissions", "碳排放总量"), cites=_PLAN)
def controlled_tco2e(is_reported: Expr, emissions_tco2e: Expr) -> Expr:
    """Scope 1 and 2 of the inventory, power counted once; undetermined for a year that nobody reported."""
    return (
        when(is_reported)
        .then(emissions_tco2e)
        .otherwise(undetermined("any report for the year", "tCO2e", zh="当年没有任何填报"))
    )


@rule(DISTRICT_YEAR, unit="tce", title=Text("total energy use", "能源消费总量"), cites=_PLAN)
def controlled_tce(is_reported: Expr, energy_tce: Expr) -> Expr:
    """Energy use of the inventory; undetermined for a year that nobody reported."""
    return (
        when(is_reported)
        .then(energy_tce)
        .otherwise(undetermined("any report for the year", "tce", zh="当年没有任何填报"))
    )


@rule(DISTRICT_YEAR, unit="tce/10k CNY", title=Text("energy per GDP", "单位GDP能耗"))
def energy_intensity(controlled_tce: Expr, gdp_constant_100m_cny: Expr) -> Expr:
    """Energy use over GDP at prices of the base year."""
    return (controlled_tce / gdp_constant_100m_cny).to("tce/10k CNY")


@rule(DISTRICT_YEAR, unit="tCO2e/10k CNY", title=Text("carbon per GDP", "单位GDP碳排放"), cites=_PLAN)
def carbon_intensity(controlled_tco2e: Expr, gdp_constant_100m_cny: Expr) -> Expr:
    """Emissions over GDP at prices of the base year."""
    return (controlled_tco2e / gdp_constant_100m_cny).to("tCO2e/10k CNY")


@rule(DISTRICT_YEAR, title=Text("fall of energy per GDP since the base year", "单位GDP能耗累计下降"))
def energy_intensity_fall(energy_intensity: Expr, base: Parent) -> Expr:
    """1 - I / I0."""
    return 1 - energy_intensity / (base.controlled_tce / base.gdp_100m_cny).to("tce/10k CNY")


@rule(DISTRICT_YEAR, title=Text("fall of carbon per GDP since the base year", "单位GDP碳排放累计下降"), cites=_PLAN)
def carbon_intensity_fall(carbon_intensity: Expr, base: Parent) -> Expr:
    """1 - I / I0."""
    return 1 - carbon_intensity / (base.controlled_tco2e / base.gdp_100m_cny).to("tCO2e/10k CNY")


@rule(DISTRICT_YEAR, title=Text("fall of carbon per GDP in the year", "单位GDP碳排放当年下降"))
def carbon_intensity_fall_in_year(
    controlled_tco2e: Expr, gdp_100m_cny: Expr, last_year: Parent, city_year: Parent
) -> Expr:
    """1 - I / I of the year before."""
    growth = gdp_100m_cny / last_year.gdp_100m_cny / city_year.price_factor
    return 1 - controlled_tco2e / last_year.controlled_tco2e / growth


@rule(DISTRICT_YEAR, title=Text("change of emissions since the base year", "排放总量较基年变化"), cites=_PLAN)
def emissions_change(controlled_tco2e: Expr, base: Parent) -> Expr:
    """E / E0 - 1."""
    return controlled_tco2e / base.controlled_tco2e - 1


@rule(DISTRICT_YEAR, unit="tCO2e/person", title=Text("emissions per head", "人均排放"))
def emissions_per_person(controlled_tco2e: Expr, population_10k: Expr) -> Expr:
    """Emissions over population."""
    return (controlled_tco2e / population_10k).to("tCO2e/person")


@rule(DISTRICT_YEAR, kind="boolean", title=Text("has a goal of its own", "有本区目标"))
def has_own_energy_goal(energy_intensity_target: ParameterValue, district_id: Expr) -> Expr:
    """A figure for the district is known; else it is measured against the city's."""
    return energy_intensity_target[district_id].is_known()


@rule(DISTRICT_YEAR, title=Text("goal: fall of energy per GDP", "单位GDP能耗下降目标"), cites="深府〔2023〕84号")
def energy_goal(energy_intensity_target: ParameterValue, district_id: Expr, city_year: Parent) -> Expr:
    """The district's own, else the city's as a yardstick."""
    return (-energy_intensity_target[district_id].to("1")).or_else(city_year.energy_goal)


@rule(DISTRICT_YEAR, title=Text("planned fall of energy per GDP by now", "单位GDP能耗应累计下降"))
def planned_energy_fall(energy_goal: Expr, city_year: Parent) -> Expr:
    """The goal spread at one yearly pace: 1 - (1 - r)^(t/n)."""
    return 1 - (1 - energy_goal) ** (city_year.years_since_base / city_year.goal_years)


@rule(DISTRICT_YEAR, title=Text("progress of energy per GDP against time", "单位GDP能耗进度"))
def energy_progress(energy_intensity_fall: Expr, planned_energy_fall: Expr) -> Expr:
    """Achieved over planned fall: 1 is on the path."""
    return energy_intensity_fall / planned_energy_fall


@rule(DISTRICT_YEAR, kind="text", title=Text("warning on energy per GDP", "单位GDP能耗预警"))
def energy_warning(energy_progress: Expr, warning_progress: ParameterValue) -> Expr:
    """green, yellow or red by progress."""
    return colour(energy_progress, warning_progress["green"], warning_progress["yellow"])


@rule(DISTRICT_YEAR, title=Text("share of the city's emissions", "占全市排放比重"))
def share_of_emissions(controlled_tco2e: Expr, city_id: Expr, year: Expr) -> Expr:
    """Of all districts of the city in the year: what history would give it of a budget."""
    return share(controlled_tco2e, within=(city_id, year))


@rule(DISTRICT_YEAR, title=Text("share of the city's GDP", "占全市GDP比重"))
def share_of_gdp(gdp_100m_cny: Expr, city_id: Expr, year: Expr) -> Expr:
    """Of all districts of the city in the year: what GDP would give it of a budget."""
    return share(gdp_100m_cny, within=(city_id, year))


@rule(DISTRICT_YEAR, title=Text("share of the city's population", "占全市人口比重"))
def share_of_population(population_10k: Expr, city_id: Expr, year: Expr) -> Expr:
    """Of all districts of the city in the year: what equality would give it of a budget."""
    return share(population_10k, within=(city_id, year))


@rule(DISTRICT_YEAR, unit="tCO2e", title=Text("emissions of projects approved", "已批复项目预计排放"))
def approved_projects_tco2e(district: Parent) -> Expr:
    """Yearly emissions expected of the district's projects that are approved and do not run yet."""
    return district.approved_projects_tco2e
