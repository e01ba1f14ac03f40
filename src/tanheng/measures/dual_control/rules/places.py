"""Of a city, its districts and broad sectors in a year: what is said of each in the same words.

城市、区与产业年度:表述相同的规则。
"""

from __future__ import annotations

from tanheng.measures.base_entities import CITY_YEAR, DISTRICT_YEAR, FACILITY_YEAR, SECTOR_YEAR
from tanheng.measures.dual_control import entities  # noqa: F401  the links to other years are declared there
from tanheng.measures.dual_control.rules.colours import colour
from tanheng.policy import rule
from tanheng.policy.expressions import Expr, ParameterValue, Parent
from tanheng.text import Text

_PLAN = "国办发〔2024〕39号"
_CITY_PLAN = "深府〔2023〕84号"
_TERRITORIES = (CITY_YEAR, DISTRICT_YEAR)
_PLACES = (*_TERRITORIES, SECTOR_YEAR)

# -- the year and its base -----------------------------------------------------------------------------


@rule((*_PLACES, FACILITY_YEAR), kind="integer", title=Text("year before", "上一年"))
def year_before(year: Expr) -> Expr:
    """The year before this one.

    本年的上一年。
    """
    return year - 1


@rule((DISTRICT_YEAR, SECTOR_YEAR), kind="integer", title=Text("base year of the goal", "目标基年"))
def base_year(city_year: Parent) -> Expr:
    """The city's.

    与全市相同。
    """
    return city_year.base_year


# -- what is controlled --------------------------------------------------------------------------------


@rule(_PLACES, unit="tCO2e", title=Text("total emissions", "碳排放总量"), cites=_PLAN)
def controlled_tco2e(emissions_tco2e: Expr) -> Expr:
    """Scope 1 and 2 of the inventory, power counted once; undetermined for a year that nobody reported.

    清单的范围一与范围二,电力只计一次;无人填报的年份为未确定。
    """
    return emissions_tco2e


@rule(_PLACES, unit="tce", title=Text("total energy use", "能源消费总量"), cites=_PLAN)
def controlled_tce(energy_tce: Expr) -> Expr:
    """Energy use of the inventory; undetermined for a year that nobody reported.

    清单的能源消费量;无人填报的年份为未确定。
    """
    return energy_tce


# -- intensities and how totals changed ----------------------------------------------------------------


@rule(_TERRITORIES, unit="tce/10k CNY", title=Text("energy per GDP", "单位GDP能耗"), cites=_CITY_PLAN)
def energy_intensity(controlled_tce: Expr, gdp_constant_100m_cny: Expr) -> Expr:
    """Energy use over GDP at prices of the base year.

    能源消费总量除以基年价格的GDP。
    """
    return (controlled_tce / gdp_constant_100m_cny).to("tce/10k CNY")


@rule(_TERRITORIES, unit="tCO2e/10k CNY", title=Text("carbon per GDP", "单位GDP碳排放"), cites=_PLAN)
def carbon_intensity(controlled_tco2e: Expr, gdp_constant_100m_cny: Expr) -> Expr:
    """Emissions over GDP at prices of the base year.

    碳排放总量除以基年价格的GDP。
    """
    return (controlled_tco2e / gdp_constant_100m_cny).to("tCO2e/10k CNY")


@rule(_TERRITORIES, title=Text("change of emissions since the base year", "排放总量较基年变化"), cites=_PLAN)
def emissions_change(controlled_tco2e: Expr, base: Parent) -> Expr:
    """E / E0 - 1.

    E / E0 − 1,其中 E0 为基年排放。
    """
    return controlled_tco2e / base.controlled_tco2e - 1


@rule(_TERRITORIES, unit="tCO2e/person", title=Text("emissions per head", "人均排放"))
def emissions_per_person(controlled_tco2e: Expr, population_10k: Expr) -> Expr:
    """Emissions over permanent population.

    排放总量除以常住人口。
    """
    return (controlled_tco2e / population_10k).to("tCO2e/person")


# -- against the path ----------------------------------------------------------------------------------


@rule(_TERRITORIES, title=Text("progress of energy per GDP against time", "单位GDP能耗进度"))
def energy_progress(energy_intensity_fall: Expr, planned_energy_fall: Expr) -> Expr:
    """Achieved over planned fall: 1 is on the path.

    已实现的降幅除以应实现的降幅:1 表示与进度相符。
    """
    return energy_intensity_fall / planned_energy_fall


@rule(_TERRITORIES, kind="text", title=Text("warning on energy per GDP", "单位GDP能耗预警"))
def energy_warning(energy_progress: Expr, warning_progress: ParameterValue) -> Expr:
    """green, yellow or red by progress.

    按进度分为绿、黄、红三色。
    """
    return colour(energy_progress, warning_progress["green"], warning_progress["yellow"])
