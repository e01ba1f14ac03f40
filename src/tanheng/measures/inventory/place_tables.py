"""The city, its districts and sectors, and its gases as tables."""

from __future__ import annotations

from tanheng.measures.assessment import Table, TableColumn
from tanheng.measures.inventory import words
from tanheng.measures.inventory.findings import Findings, Row, minus, times
from tanheng.measures.inventory.pictures import parts_of
from tanheng.measures.inventory.table_columns import NAME_EN, NAME_ZH, amount, count, table
from tanheng.text import Text


def summary(findings: Findings) -> Table:
    """The city's inventory of the year and the year before, line by line."""
    rows: list[Row] = []
    now, before = findings.now, findings.before
    if now is not None:
        earlier = parts_of(before) if before is not None else {}
        for part, tonnes in parts_of(now).items():
            rows.append({"name_en": part.en, "name_zh": part.zh, "now": tonnes, "before": earlier.get(part)})
        for label, name in (
            (Text("emissions, power counted once", "排放总量(电力计一次)"), "emissions_tco2e"),
            (Text("power made for the grid in the city", "本地向电网供电"), "grid_supply_tco2e"),
            (Text("scope 1 within the city's bounds", "行政区域内范围一"), "scope1_tco2e"),
            (Text("of it CO2", "其中:二氧化碳"), "scope1_co2_t"),
            (Text("scope 2", "范围二"), "scope2_tco2e"),
            (
                Text("scope 2 if green certificates counted (facilities)", "范围二(市场口径,设施)"),
                "scope2_market_tco2e",
            ),
        ):
            then = None if before is None else before[name]
            rows.append({"name_en": label.en, "name_zh": label.zh, "now": now[name], "before": then})
    for row in rows:
        difference = minus(row["now"], row["before"])
        row["change"] = None if difference is None or not row["before"] else 100 * difference / row["before"]
    columns = (
        NAME_EN,
        NAME_ZH,
        amount("before", f"{findings.year - 1}", f"{findings.year - 1}年"),
        amount("now", f"{findings.year}", f"{findings.year}年"),
        TableColumn("change", Text("change", "变化"), "%", 1),
    )
    return table("summary", Text("The inventory of the city", "城市排放清单"), columns, rows)


def districts(findings: Findings) -> Table:
    rows = []
    for row in findings.districts:
        gdp = row["gdp_100m_cny"]
        rows.append(
            {
                **row,
                "name_en": row["name"],
                "per_gdp": None if not gdp else times(row["emissions_tco2e"], 1 / (gdp * 10_000)),
            }
        )
    columns = (
        NAME_EN,
        NAME_ZH,
        amount("emissions_tco2e", "emissions", "排放总量"),
        amount("scope1_tco2e", "scope 1", "范围一"),
        amount("scope2_tco2e", "scope 2", "范围二"),
        amount("grid_supply_tco2e", "power for the grid", "向电网供电"),
        amount("energy_tce", "energy", "能耗", "tce"),
        TableColumn("per_gdp", Text("emissions per GDP", "单位GDP排放"), "t CO2e/10k CNY", 3),
    )
    return table("by_district", Text("By district", "分区清单"), columns, rows)


def broad_sectors(findings: Findings) -> Table:
    rows: list[Row] = []
    for row in findings.broad_sectors:
        label = words.BROAD_SECTORS[row["broad_sector"]]
        rows.append({**row, "name_en": label.en, "name_zh": label.zh})
    homes = [row for row in findings.area_classes if row["source_class"] == "households"]
    if homes:
        one = sum((row["co2_t"] or 0.0) for row in homes)
        two = sum((row["electricity_co2_t"] or 0.0) for row in homes)
        label = words.AREA_CLASSES["households"]
        rows.append(
            {
                "name_en": label.en,
                "name_zh": label.zh,
                "scope1_tco2e": one,
                "scope2_tco2e": two,
                "emissions_tco2e": one + two,
                "grid_supply_tco2e": 0.0,
                "energy_tce": sum((row["final_energy_tce"] or 0.0) for row in homes),
            }
        )
    columns = (
        NAME_EN,
        NAME_ZH,
        amount("emissions_tco2e", "emissions", "排放总量"),
        amount("scope1_tco2e", "scope 1", "范围一"),
        amount("scope2_tco2e", "scope 2", "范围二"),
        amount("grid_supply_tco2e", "power for the grid", "向电网供电"),
        amount("energy_tce", "energy", "能耗", "tce"),
    )
    return table("by_broad_sector", Text("By broad sector", "分产业清单"), columns, rows)


def divisions(findings: Findings) -> Table:
    columns = (
        TableColumn("sector", Text("division", "行业大类")),
        NAME_EN,
        NAME_ZH,
        count("facilities", "facilities", "设施数"),
        count("undetermined", "undetermined", "未确定"),
        amount("emissions_tco2e", "emissions", "排放总量"),
        amount("scope1_tco2e", "scope 1", "范围一"),
        amount("scope2_tco2e", "scope 2", "范围二"),
        amount("energy_tce", "energy", "能耗", "tce"),
    )
    note = Text("Facilities only; what is undetermined is not in the sums.", "仅含设施;未确定部分不计入合计。")
    return table("by_division", Text("Facilities by division", "设施分行业清单"), columns, findings.divisions, note)


def gases(findings: Findings) -> Table:
    columns = (
        TableColumn("gas", Text("gas", "气体")),
        NAME_EN,
        NAME_ZH,
        TableColumn("mass_t", Text("mass", "质量"), "t", 2),
        count("gwp", "GWP", "GWP"),
        amount("co2e_t", "CO2e", "当量"),
    )
    return table(
        "gases",
        Text("Gases other than CO2", "二氧化碳以外的气体"),
        columns,
        [row for row in findings.gases if row["mass_t"]],
    )
