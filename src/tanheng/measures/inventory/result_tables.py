"""Findings as tables for people: which columns, in which unit, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from tanheng.measures.assessment import Table, TableColumn
from tanheng.measures.inventory import words
from tanheng.measures.inventory.completeness import by_kind
from tanheng.measures.inventory.findings import Findings, Row, cell, minus, times
from tanheng.measures.inventory.pictures import parts_of
from tanheng.measures.inventory.reconcile import Comparison
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.parameters import Cell
from tanheng.text import Text

EMITTERS_SHOWN = 200

_NAME_EN = TableColumn("name_en", Text("name", "英文名称"))
_NAME_ZH = TableColumn("name_zh", Text("name (Chinese)", "名称"))


def _amount(name: str, en: str, zh: str, unit: str = "t CO2e") -> TableColumn:
    return TableColumn(name, Text(en, zh), unit, 0)


def _count(name: str, en: str, zh: str) -> TableColumn:
    return TableColumn(name, Text(en, zh), "", 0)


def _arrow(rows: Sequence[Row], columns: Sequence[TableColumn]) -> pa.Table:
    return pa.table({column.name: [row.get(column.name) for row in rows] for column in columns})


def _table(
    id: str, title: Text, columns: Sequence[TableColumn], rows: Sequence[Row], note: Text | None = None, show: int = 50
) -> Table:
    return Table(id, title, tuple(columns), _arrow(rows, columns), note, show)


def summary(findings: Findings) -> Table:
    """The city's inventory of the year and the year before, line by line."""
    rows: list[Row] = []
    now, before = findings.now, findings.before
    if now is not None:
        earlier = parts_of(before) if before is not None else {}
        for part, amount in parts_of(now).items():
            rows.append({"name_en": part.en, "name_zh": part.zh, "now": amount, "before": earlier.get(part)})
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
        _NAME_EN,
        _NAME_ZH,
        _amount("before", f"{findings.year - 1}", f"{findings.year - 1}年"),
        _amount("now", f"{findings.year}", f"{findings.year}年"),
        TableColumn("change", Text("change", "变化"), "%", 1),
    )
    return _table("summary", Text("The inventory of the city", "城市排放清单"), columns, rows)


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
        _NAME_EN,
        _NAME_ZH,
        _amount("emissions_tco2e", "emissions", "排放总量"),
        _amount("scope1_tco2e", "scope 1", "范围一"),
        _amount("scope2_tco2e", "scope 2", "范围二"),
        _amount("grid_supply_tco2e", "power for the grid", "向电网供电"),
        _amount("energy_tce", "energy", "能耗", "tce"),
        TableColumn("per_gdp", Text("emissions per GDP", "单位GDP排放"), "t CO2e/10k CNY", 3),
    )
    return _table("by_district", Text("By district", "分区清单"), columns, rows)


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
        _NAME_EN,
        _NAME_ZH,
        _amount("emissions_tco2e", "emissions", "排放总量"),
        _amount("scope1_tco2e", "scope 1", "范围一"),
        _amount("scope2_tco2e", "scope 2", "范围二"),
        _amount("grid_supply_tco2e", "power for the grid", "向电网供电"),
        _amount("energy_tce", "energy", "能耗", "tce"),
    )
    return _table("by_broad_sector", Text("By broad sector", "分产业清单"), columns, rows)


def divisions(findings: Findings) -> Table:
    columns = (
        TableColumn("sector", Text("division", "行业大类")),
        _NAME_EN,
        _NAME_ZH,
        _count("facilities", "facilities", "设施数"),
        _count("undetermined", "undetermined", "未确定"),
        _amount("emissions_tco2e", "emissions", "排放总量"),
        _amount("scope1_tco2e", "scope 1", "范围一"),
        _amount("scope2_tco2e", "scope 2", "范围二"),
        _amount("energy_tce", "energy", "能耗", "tce"),
    )
    note = Text("Facilities only; what is undetermined is not in the sums.", "仅含设施;未确定部分不计入合计。")
    return _table("by_division", Text("Facilities by division", "设施分行业清单"), columns, findings.divisions, note)


def emitters(findings: Findings) -> Table:
    """The largest facilities. The enterprise account is what they report themselves."""
    names = (
        "facility_id",
        "name",
        "sector",
        "district_id",
        "place_emissions_tco2e",
        "place_scope1_tco2e",
        "place_scope2_tco2e",
        "emissions_tco2e",
    )
    columns: list[list[Any]] = [findings.facilities.column(name).to_pylist() for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    rows = [row for row in rows if row["place_emissions_tco2e"] is not None][:EMITTERS_SHOWN]
    shown = (
        TableColumn("facility_id", Text("facility", "设施")),
        TableColumn("name", Text("name", "名称")),
        TableColumn("sector", Text("division", "行业大类")),
        TableColumn("district_id", Text("district", "所在区")),
        _amount("place_emissions_tco2e", "emissions", "排放总量"),
        _amount("place_scope1_tco2e", "scope 1", "范围一"),
        _amount("place_scope2_tco2e", "scope 2", "范围二"),
        _amount("emissions_tco2e", "as the facility reports it", "企业口径"),
    )
    note = Text(
        "The last column follows the facility's guideline: its GWPs and the grid factor of enterprise reporting.",
        "最后一列按设施适用指南核算:采用该指南的GWP和企业报告的电网因子。",
    )
    return _table("emitters", Text("The largest emitters", "主要排放设施"), shown, rows, note, show=25)


def gases(findings: Findings) -> Table:
    columns = (
        TableColumn("gas", Text("gas", "气体")),
        _NAME_EN,
        _NAME_ZH,
        TableColumn("mass_t", Text("mass", "质量"), "t", 2),
        _count("gwp", "GWP", "GWP"),
        _amount("co2e_t", "CO2e", "当量"),
    )
    return _table(
        "gases",
        Text("Gases other than CO2", "二氧化碳以外的气体"),
        columns,
        [row for row in findings.gases if row["mass_t"]],
    )


def factors(evaluation: Evaluation, findings: Findings) -> Table:
    """The factors behind scope 1 of fuels, with source and how sure each is."""
    rows: list[Row] = []
    for row in findings.fuels:
        keys = (row["factor_set"], row["fuel"])
        if None in keys:
            continue
        by_mass = cell(evaluation, "inventory.ncv_mass", findings.year, *keys)
        by_volume = cell(evaluation, "inventory.ncv_volume", findings.year, *keys)
        ncv = by_mass or by_volume
        carbon = cell(evaluation, "inventory.carbon_content", findings.year, *keys)
        oxidation = cell(evaluation, "inventory.oxidation", findings.year, *keys)
        weakest = max((found.status for found in (ncv, carbon, oxidation) if found is not None), default=None)
        rows.append(
            {
                **row,
                "ncv": _number(ncv),
                "ncv_unit": "GJ/10k Nm3" if by_mass is None else "GJ/t",
                "carbon": _number(carbon),
                "oxidation": _number(oxidation),
                "source": "" if ncv is None else ncv.source.document,
                "status": "" if weakest is None else weakest.word,
            }
        )
    columns = (
        _NAME_EN,
        _NAME_ZH,
        TableColumn("factor_set", Text("factor set", "因子集")),
        TableColumn("ncv", Text("calorific value", "低位发热量"), "", 3),
        TableColumn("ncv_unit", Text("per", "单位")),
        TableColumn("carbon", Text("carbon content", "含碳量"), "tC/GJ", 5),
        TableColumn("oxidation", Text("oxidised share", "氧化率"), "", 2),
        _amount("co2_t", "CO2", "二氧化碳", "t CO2"),
        _amount("measured_co2_t", "of it measured", "其中实测", "t CO2"),
        TableColumn("status", Text("how sure", "依据")),
        TableColumn("source", Text("source", "来源")),
    )
    return _table("factors", Text("Factor sets in use", "所用因子集"), columns, rows)


def comparisons(found: Sequence[Comparison]) -> Table:
    verdicts = {
        "inside": Text("inside our interval", "在区间内"),
        "above": Text("above it", "高于区间"),
        "below": Text("below it", "低于区间"),
        "unknown": Text("no reports of that year", "当年无填报"),
    }
    rows = [
        {
            "year": item.outside.year,
            "publisher": item.outside.publisher,
            "theirs": item.outside.co2_t,
            "ours": None if item.ours is None else item.ours.co2_t,
            "low": None if item.ours is None else item.ours.low,
            "high": None if item.ours is None else item.ours.high,
            "gap": item.gap_t,
            "gap_share": None if item.gap_share is None else 100 * item.gap_share,
            "verdict_en": verdicts[item.verdict].en,
            "verdict_zh": verdicts[item.verdict].zh,
        }
        for item in sorted(found, key=lambda c: (-c.outside.year, c.outside.publisher))
    ]
    columns = (
        TableColumn("year", Text("year", "年份"), "", None),
        TableColumn("publisher", Text("published by", "发布者")),
        _amount("theirs", "theirs", "外部值", "t CO2"),
        _amount("ours", "ours", "本清单", "t CO2"),
        _amount("low", "our interval from", "区间下限", "t CO2"),
        _amount("high", "to", "区间上限", "t CO2"),
        _amount("gap", "gap", "差额", "t CO2"),
        TableColumn("gap_share", Text("gap", "差额比例"), "%", 1),
        TableColumn("verdict_en", Text("theirs lies", "外部值位置(英文)")),
        TableColumn("verdict_zh", Text("theirs lies (Chinese)", "外部值位置")),
    )
    note = Text(
        "CO2 of scope 1, energy and processes. Separate estimates: a gap is shown and not closed.",
        "范围一二氧化碳(能源与过程)。各为独立估算:列示差额,不作调整。",
    )
    return _table("outside", Text("Beside what others published", "与外部发布值对照"), columns, rows, note)


def question_kinds(asked: Sequence[Any]) -> Table:
    rows = []
    for kind, number, weight in by_kind(asked):
        label = words.QUESTION_KINDS.get(kind, Text(kind, kind))
        rows.append({"name_en": label.en, "name_zh": label.zh, "number": number, "weight": weight})
    columns = (
        _NAME_EN,
        _NAME_ZH,
        _count("number", "questions", "疑问数"),
        _amount("weight", "hangs on them", "涉及排放"),
    )
    return _table("question_kinds", Text("Open questions by kind", "待答复疑问分类"), columns, rows)


def undetermined(evaluation: Evaluation, findings: Findings) -> Table:
    """Why place accounts are undetermined, by cause."""
    names = ("place_emissions_tco2e", "place_emissions_tco2e__cause")
    if names[1] not in findings.facilities.column_names:
        counted: dict[int, int] = {}
    else:
        columns: list[list[Any]] = [findings.facilities.column(name).to_pylist() for name in names]
        counted = {}
        for value, code in zip(*columns, strict=True):
            if value is None:
                counted[code] = counted.get(code, 0) + 1
    rows = []
    for code, number in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        cause = evaluation.cause(code)
        who = words.WHO_CAN_MEND[cause.who]
        why = {"name_en": cause.text.en, "name_zh": cause.text.zh}
        rows.append({**why, "number": number, "who_en": who.en, "who_zh": who.zh})
    shown = (
        TableColumn("name_en", Text("why", "原因(英文)")),
        TableColumn("name_zh", Text("why (Chinese)", "原因")),
        _count("number", "facilities", "设施数"),
        TableColumn("who_en", Text("who can mend it", "由谁补正(英文)")),
        TableColumn("who_zh", Text("who can mend it (Chinese)", "由谁补正")),
    )
    return _table("undetermined", Text("Undetermined facilities by cause", "未确定设施及原因"), shown, rows)


def _number(found: Cell | None) -> float | None:
    return float(found.value) if found is not None and isinstance(found.value, int | float) else None
