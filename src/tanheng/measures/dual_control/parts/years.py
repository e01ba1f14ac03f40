"""Every reported year at prices of the base year of the goal in force."""

from __future__ import annotations

import numpy as np

from tanheng.measures.assessment import Table
from tanheng.measures.dual_control.constant_prices import constant_price_gdp
from tanheng.measures.dual_control.parts.part import Column, amounts, percents, table
from tanheng.measures.dual_control.situation import Situation, as_floats
from tanheng.text import Text


def years_table(situation: Situation) -> Table:
    """Every reported year at prices of the base year of the goal in force now."""
    years = situation.reported_years
    base = situation.figure("base_year").value
    gdp = [situation.figure("gdp_100m_cny", year).number for year in years]
    growth = [situation.figure("gdp_growth_pct", year).number for year in years]
    constant = np.full(len(years), np.nan)
    if base is not None:
        constant = constant_price_gdp(years, as_floats(gdp), as_floats(growth), base)
    rows = []
    # The base year has not fallen since itself, and the first has none before it: there, nothing is missing.
    for year, money in zip(years, constant, strict=True):
        emissions, energy = situation.figure("controlled_tco2e", year), situation.figure("controlled_tce", year)
        per = None if np.isnan(money) else float(money) * 1e4
        planned = situation.goal.planned_fall(year) if situation.goal and year >= situation.goal.base_year else None
        rows.append(
            {
                "year": year,
                "emissions": emissions,
                "energy": energy,
                "gdp": None if per is None else per / 1e4,
                "carbon_intensity": None if per is None or emissions.number is None else emissions.number / per,
                "energy_intensity": None if per is None or energy.number is None else energy.number / per,
                "energy_fall": None if year == base else situation.figure("energy_intensity_fall", year),
                "planned_fall": planned,
                "carbon_in_year": None if year == years[0] else situation.figure("carbon_intensity_fall_in_year", year),
                "yardstick": situation.figure("carbon_yardstick", year),
                "left_out": emissions.left_out,
            }
        )
    return table(
        "years",
        Text("The years since the base year", "基年以来各年度"),
        (
            Column("year", Text("year", "年份"), "integer", digits=0),
            amounts("emissions", Text("emissions", "碳排放总量")),
            Column("carbon_intensity", Text("carbon per GDP", "单位GDP碳排放"), unit="tCO2e/10k CNY", digits=4),
            percents("carbon_in_year", Text("fall in the year", "当年下降")),
            percents("yardstick", Text("the nation's figure", "全国标尺")),
            Column("energy_intensity", Text("energy per GDP", "单位GDP能耗"), unit="tce/10k CNY", digits=4),
            percents("energy_fall", Text("fall since the base year", "累计下降")),
            percents("planned_fall", Text("planned fall", "应累计下降")),
            amounts("energy", Text("energy use", "能源消费总量"), "tce"),
            Column("gdp", Text("GDP at prices of the base year", "不变价GDP"), unit="100M CNY", digits=1),
            Column("left_out", Text("parts undetermined", "未能确定的部分"), "integer", digits=0),
        ),
        rows,
        note=Text(
            "The nation's figures are yardsticks of the year and bind the nation, not the city.",
            "全国数值为当年标尺,约束全国而非本市。",
        ),
    )
