"""Of a broad sector in a year: intensities at constant prices and how they changed.

Value added is deflated with the city's implicit deflator, for want of deflators of the sectors.

产业年度:不变价强度及其变化。

因缺少分产业的平减指数,增加值按全市隐含平减指数平减。
"""

from __future__ import annotations

from tanheng.measures.base_entities import SECTOR_YEAR
from tanheng.measures.dual_control import entities  # noqa: F401  the links to other years are declared there
from tanheng.policy import rule, share
from tanheng.policy.expressions import Expr, Parent
from tanheng.text import Text


@rule(SECTOR_YEAR, unit="100M_CNY", title=Text("value added at prices of the base year", "不变价增加值"))
def value_added_constant_100m_cny(value_added_100m_cny: Expr, city_year: Parent) -> Expr:
    """Deflated with the city's deflator.

    按全市平减指数平减。
    """
    return value_added_100m_cny / city_year.gdp_deflator


@rule(SECTOR_YEAR, unit="tce/10k CNY", title=Text("energy per value added", "单位增加值能耗"))
def energy_intensity(controlled_tce: Expr, value_added_constant_100m_cny: Expr) -> Expr:
    """Energy use over value added at prices of the base year.

    能源消费总量除以基年价格的增加值。
    """
    return (controlled_tce / value_added_constant_100m_cny).to("tce/10k CNY")


@rule(SECTOR_YEAR, unit="tCO2e/10k CNY", title=Text("carbon per value added", "单位增加值碳排放"))
def carbon_intensity(controlled_tco2e: Expr, value_added_constant_100m_cny: Expr) -> Expr:
    """Emissions over value added at prices of the base year.

    碳排放总量除以基年价格的增加值。
    """
    return (controlled_tco2e / value_added_constant_100m_cny).to("tCO2e/10k CNY")


@rule(SECTOR_YEAR, unit="tCO2e/tce", title=Text("carbon per energy", "单位能耗碳排放"))
def carbon_factor(controlled_tco2e: Expr, controlled_tce: Expr) -> Expr:
    """Emissions over energy use; emissions without energy (processes, gases) raise it.

    碳排放总量除以能源消费总量;与能源无关的排放(工业过程、气体)会使其升高。
    """
    return controlled_tco2e / controlled_tce


@rule(SECTOR_YEAR, title=Text("fall of energy per value added since the base year", "单位增加值能耗累计下降"))
def energy_intensity_fall(energy_intensity: Expr, base: Parent) -> Expr:
    """1 - I / I0.

    1 − I / I0,其中 I0 为基年强度。
    """
    return 1 - energy_intensity / (base.controlled_tce / base.value_added_100m_cny).to("tce/10k CNY")


@rule(SECTOR_YEAR, title=Text("fall of carbon per value added since the base year", "单位增加值碳排放累计下降"))
def carbon_intensity_fall(carbon_intensity: Expr, base: Parent) -> Expr:
    """1 - I / I0.

    1 − I / I0,其中 I0 为基年强度。
    """
    return 1 - carbon_intensity / (base.controlled_tco2e / base.value_added_100m_cny).to("tCO2e/10k CNY")


@rule(SECTOR_YEAR, title=Text("fall of carbon per value added in the year", "单位增加值碳排放当年下降"))
def carbon_intensity_fall_in_year(
    controlled_tco2e: Expr, value_added_100m_cny: Expr, last_year: Parent, city_year: Parent
) -> Expr:
    """1 - I / I of the year before.

    1 − 本年强度 / 上年强度。
    """
    growth = value_added_100m_cny / last_year.value_added_100m_cny / city_year.price_factor
    return 1 - controlled_tco2e / last_year.controlled_tco2e / growth


@rule(SECTOR_YEAR, title=Text("share of the sectors' emissions", "占三次产业排放比重"))
def share_of_emissions(controlled_tco2e: Expr, city_id: Expr, year: Expr) -> Expr:
    """Of the three broad sectors; households are in none.

    占三次产业之和的比重;居民生活不在其中。
    """
    return share(controlled_tco2e, within=(city_id, year))
