"""What the inventory rests on and stands beside: factor sets in use, totals that others published."""

from __future__ import annotations

from collections.abc import Sequence

from tanheng.measures.assessment import Table, TableColumn
from tanheng.measures.inventory.findings import Findings, Row, cell
from tanheng.measures.inventory.reconcile import Comparison
from tanheng.measures.inventory.table_columns import NAME_EN, NAME_ZH, amount, table
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.parameters import Cell
from tanheng.text import Text


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
        NAME_EN,
        NAME_ZH,
        TableColumn("factor_set", Text("factor set", "因子集")),
        TableColumn("ncv", Text("calorific value", "低位发热量"), "", 3),
        TableColumn("ncv_unit", Text("per", "单位")),
        TableColumn("carbon", Text("carbon content", "含碳量"), "tC/GJ", 5),
        TableColumn("oxidation", Text("oxidised share", "氧化率"), "", 2),
        amount("co2_t", "CO2", "二氧化碳", "t CO2"),
        amount("measured_co2_t", "of it measured", "其中实测", "t CO2"),
        TableColumn("status", Text("how sure", "依据")),
        TableColumn("source", Text("source", "来源")),
    )
    return table("factors", Text("Factor sets in use", "所用因子集"), columns, rows)


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
        amount("theirs", "theirs", "外部值", "t CO2"),
        amount("ours", "ours", "本清单", "t CO2"),
        amount("low", "our interval from", "区间下限", "t CO2"),
        amount("high", "to", "区间上限", "t CO2"),
        amount("gap", "gap", "差额", "t CO2"),
        TableColumn("gap_share", Text("gap", "差额比例"), "%", 1),
        TableColumn("verdict_en", Text("theirs lies", "外部值位置(英文)")),
        TableColumn("verdict_zh", Text("theirs lies (Chinese)", "外部值位置")),
    )
    note = Text(
        "CO2 of scope 1, energy and processes. Separate estimates: a gap is shown and not closed.",
        "范围一二氧化碳(能源与过程)。各为独立估算:列示差额,不作调整。",
    )
    return table("outside", Text("Beside what others published", "与外部发布值对照"), columns, rows, note)


def _number(found: Cell | None) -> float | None:
    return float(found.value) if found is not None and isinstance(found.value, int | float) else None
