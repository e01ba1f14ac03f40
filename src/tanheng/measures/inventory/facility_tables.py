"""Facilities as tables: the largest, those that are undetermined, and what is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanheng.measures.assessment import Table, TableColumn
from tanheng.measures.inventory import words
from tanheng.measures.inventory.completeness import by_kind
from tanheng.measures.inventory.findings import Findings, Row
from tanheng.measures.inventory.stakes import Stakes
from tanheng.measures.inventory.table_columns import NAME_EN, NAME_ZH, amount, count, table
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text

EMITTERS_SHOWN = 200


def emitters(findings: Findings) -> Table:
    """The largest facilities. The enterprise account is what they report themselves."""
    rows = [row for row in _facilities(findings) if row["place_emissions_tco2e"] is not None][:EMITTERS_SHOWN]
    shown = (
        *_WHO,
        *_WHERE,
        amount("place_emissions_tco2e", "emissions", "排放总量"),
        amount("place_scope1_tco2e", "scope 1", "范围一"),
        amount("place_scope2_tco2e", "scope 2", "范围二"),
        amount("emissions_tco2e", "as the facility reports it", "企业口径"),
        *_DIVISION,
    )
    note = Text(
        "What the facility reports itself follows its guideline: its GWPs and the grid factor of enterprises.",
        "企业口径按设施适用指南核算:采用该指南的GWP和企业报告的电网因子。",
    )
    title = Text("The largest emitters", "主要排放设施")
    return table("emitters", title, shown, rows, note, 25, also=_CODES, explain=_explain(findings))


def open_facilities(evaluation: Evaluation, findings: Findings, at_stake: Stakes) -> Table:
    """The facilities whose place account is undetermined, those on which most hangs first."""
    rows = []
    for row in _facilities(findings):
        if row["place_emissions_tco2e"] is None:
            cause = evaluation.cause(row["place_emissions_tco2e__cause"])
            who = words.WHO_CAN_MEND[cause.who]
            weight = at_stake.of.get(row["facility_id"])
            why = {"why_en": cause.text.en, "why_zh": cause.text.zh, "who_en": who.en, "who_zh": who.zh}
            rows.append({**row, **why, "weight": weight})
    rows.sort(key=lambda row: (row["weight"] is None, -(row["weight"] or 0.0), row["facility_id"]))
    shown = (
        *_WHO,
        amount("weight", "would add", "按其他年度估计"),
        TableColumn("why_en", Text("first thing missing", "首要缺失(英文)")),
        TableColumn("why_zh", Text("first thing missing (Chinese)", "首要缺失")),
        TableColumn("who_en", Text("who can mend it", "由谁补正(英文)")),
        TableColumn("who_zh", Text("who can mend it (Chinese)", "由谁补正")),
        *_WHERE,
        *_DIVISION,
    )
    title = Text("Undetermined facilities", "未确定设施")
    note = Text("What a facility would add is taken from its nearest determined year.", "按其最近的已确定年度估计。")
    return table("open_facilities", title, shown, rows, note, 25, also=_CODES, explain=_explain(findings))


_WHO = (
    TableColumn("facility_id", Text("facility", "设施")),
    TableColumn("name", Text("name", "名称")),
)
_DIVISION = (
    TableColumn("sector_en", Text("division", "行业大类(英文)")),
    TableColumn("sector_zh", Text("division (Chinese)", "行业大类")),
)
_WHERE = (
    TableColumn("district_en", Text("district", "所在区(英文)")),
    TableColumn("district_zh", Text("district (Chinese)", "所在区")),
)
_CODES = ("sector", "district_id")


def _explain(findings: Findings) -> str:
    return f"facility_year:{{facility_id}},{findings.year} place_emissions_tco2e"


def _facilities(findings: Findings) -> list[Row]:
    """The facilities of the year with the names of their district and division beside the codes."""
    districts = {row["district_id"]: (row["name"], row["name_zh"]) for row in findings.districts}
    sectors = {row["sector"]: (row["name_en"], row["name_zh"]) for row in findings.divisions}
    rows: list[Row] = findings.facilities.to_pylist()
    for row in rows:
        for column, names in (("sector", sectors), ("district_id", districts)):
            en, zh = names.get(row[column], (row[column], row[column]))
            row[f"{column.removesuffix('_id')}_en"], row[f"{column.removesuffix('_id')}_zh"] = en, zh
    return rows


def question_kinds(asked: Sequence[Any]) -> Table:
    rows = []
    for kind, number, weight in by_kind(asked):
        label = words.QUESTION_KINDS.get(kind, Text(kind, kind))
        rows.append({"name_en": label.en, "name_zh": label.zh, "number": number, "weight": weight})
    columns = (
        NAME_EN,
        NAME_ZH,
        count("number", "questions", "疑问数"),
        amount("weight", "hangs on them", "涉及排放"),
    )
    return table("question_kinds", Text("Open questions by kind", "待答复疑问分类"), columns, rows)


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
        count("number", "facilities", "设施数"),
        TableColumn("who_en", Text("who can mend it", "由谁补正(英文)")),
        TableColumn("who_zh", Text("who can mend it (Chinese)", "由谁补正")),
    )
    return table("undetermined", Text("Undetermined facilities by cause", "未确定设施及原因"), shown, rows)
