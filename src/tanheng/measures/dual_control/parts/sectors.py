"""The broad sectors: total and intensity of industry and the rest of the economy."""

from __future__ import annotations

from tanheng.measures.base_tables import BROAD_SECTORS
from tanheng.measures.dual_control import words
from tanheng.measures.dual_control.parts.part import Column, Part, amounts, percents, table
from tanheng.measures.dual_control.situation import Situation
from tanheng.text import Text


def part(situation: Situation) -> Part:
    """Sectors of the year, and homes as what is left of the city."""
    now, city = situation.now, situation.city_id
    rows = []
    known = 0.0
    for sector in BROAD_SECTORS:
        if (city, sector, now) not in situation.sectors:
            continue
        row = situation.sectors.at(city, sector, now)
        known += row["controlled_tco2e"].number or 0.0
        rows.append({"sector": words.SECTORS[sector], **row})
    title = Text("Sectors", "产业")
    if not rows:
        return Part(title, (Text(f"No value added of sectors is known for {now}.", f"{now}年没有产业增加值数据。"),))
    total = situation.figure("controlled_tco2e").number
    if total is not None:
        rows.append(
            {"sector": Text("homes and what is in no sector", "居民及未归产业"), "controlled_tco2e": total - known}
        )
    return Part(
        title,
        (
            Text(
                "Value added is deflated with the city's GDP deflator: the tables hold no deflators of the sectors.",
                "表中没有分产业平减指数,增加值按全市GDP平减指数折算。",
            ),
        ),
        tables=(
            table(
                "sectors",
                Text(f"Broad sectors in {now}", f"{now}年三次产业"),
                (
                    Column("sector", Text("sector", "产业"), "text"),
                    amounts("controlled_tco2e", Text("emissions", "碳排放总量")),
                    amounts("controlled_tce", Text("energy use", "能源消费量"), "tce"),
                    Column(
                        "value_added_constant_100m_cny",
                        Text("value added, base prices", "不变价增加值"),
                        unit="100M CNY",
                        digits=1,
                    ),
                    Column(
                        "carbon_intensity",
                        Text("carbon per value added", "单位增加值碳排放"),
                        unit="tCO2e/10k CNY",
                        digits=4,
                    ),
                    Column(
                        "energy_intensity",
                        Text("energy per value added", "单位增加值能耗"),
                        unit="tce/10k CNY",
                        digits=4,
                    ),
                    percents("carbon_intensity_fall_in_year", Text("fall in the year", "当年下降")),
                    Column("carbon_factor", Text("carbon per energy", "单位能耗碳排放"), unit="tCO2e/tce", digits=3),
                ),
                rows,
            ),
        ),
    )
