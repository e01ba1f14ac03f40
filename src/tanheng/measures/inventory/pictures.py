"""Findings as charts and map layers: which rows each of them shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from tanheng.measures import masses
from tanheng.measures.assessment import Chart, MapLayer
from tanheng.measures.charting import chart
from tanheng.measures.inventory import charts, words
from tanheng.measures.inventory.entities import FUEL_USE, PURCHASED_ENERGY
from tanheng.measures.inventory.findings import Findings, Row, minus, plus, rows_of
from tanheng.measures.inventory.interval import Interval
from tanheng.measures.inventory.reconcile import Comparison
from tanheng.measures.inventory.totals import total
from tanheng.policy.evaluation import Evaluation
from tanheng.text import Text

_DIVISIONS_SHOWN = 14
_SMALLEST_SHARE = 0.001


def parts_of(place: Row) -> dict[Text, float | None]:
    """A place's emissions by part, t; they add up to ``emissions_tco2e`` (power counted once)."""
    gases = plus(place["refrigerant_tco2e"], place["electronics_tco2e"])
    return {
        words.FACILITY_COMBUSTION: minus(place["facility_scope1_tco2e"], place["facility_grid_supply_tco2e"], gases),
        words.FACILITY_GASES: gases,
        words.AREA_FUEL: minus(place["area_emissions_tco2"], place["area_grid_supply_tco2"]),
        words.FACILITY_POWER: minus(place["facility_scope2_tco2e"], place["facility_exported_tco2e"]),
        words.AREA_POWER: place["area_scope2_tco2e"],
    }


def trend(findings: Findings) -> Chart:
    rows = [
        {"year": year["year"], **_part(part, place), "amount": amount}
        for year in findings.years
        for place, (part, amount) in enumerate(parts_of(year).items())
        if amount is not None
    ]
    known = [(year["year"], masses.amount(total)) for year in findings.years if (total := year["emissions_tco2e"])]
    said = [Text(f"{year} {written.en}", f"{year}年{written.zh}") for year, written in known]
    return chart(
        "trend",
        Text("Emissions by year, power counted once, where it is used", "历年排放量(电力在使用端计一次)"),
        rows,
        charts.stacked_years(rows, words.PARTS),
        Text(
            f"Columns for each year, stacked by part: {'; '.join(text.en for text in said)}.",
            f"各年度排放量堆叠柱状图:{';'.join(text.zh for text in said)}。",
        ),
    )


def divisions(findings: Findings) -> Chart:
    """The largest divisions and area sources, by scope."""
    labelled: list[tuple[Text, float, float]] = [
        (_short(row["name_en"], row["name_zh"]), row["scope1_tco2e"], row["scope2_tco2e"]) for row in findings.divisions
    ]
    by_class: dict[str, tuple[float, float]] = {}
    for row in findings.area_classes:
        one, two = by_class.get(row["source_class"], (0.0, 0.0))
        own = (row["co2_t"] or 0.0) - (row["grid_supply_tco2"] or 0.0)
        by_class[row["source_class"]] = (one + own, two + (row["electricity_co2_t"] or 0.0))
    labelled += [(words.AREA_CLASSES[name], *amounts) for name, amounts in by_class.items() if sum(amounts)]
    labelled.sort(key=lambda item: (-(item[1] + item[2]), item[0].en))
    shown, rest = labelled[:_DIVISIONS_SHOWN], labelled[_DIVISIONS_SHOWN:]
    if rest:
        others = Text(f"{len(rest)} others", f"其他{len(rest)}类")
        shown.append((others, sum(item[1] for item in rest), sum(item[2] for item in rest)))
    rows = [
        {**_label(label), **_part(scope, place), "amount": amount}
        for label, one, two in shown
        for place, (scope, amount) in enumerate(((words.SCOPE_1, one), (words.SCOPE_2, two)))
    ]
    first = shown[0][0] if shown else Text("none", "无")
    return chart(
        "divisions",
        Text(f"Where emissions come from, {findings.year}", f"{findings.year}年排放来源"),
        rows,
        charts.stacked_rows(rows, (words.SCOPE_1, words.SCOPE_2)),
        Text(
            f"Bars by division and source, longest first: {first.en}.", f"按行业与来源排列的条形图,最大为{first.zh}。"
        ),
        Text("Power plants are counted where their power is used.", "电厂排放计入用电方。"),
    )


def districts(findings: Findings) -> Chart:
    rows = [
        {"label_en": row["name"], "label_zh": row["name_zh"], **_part(part, place), "amount": amount}
        for row in findings.districts
        for place, (part, amount) in enumerate(parts_of(row).items())
        if amount is not None
    ]
    first = findings.districts[0] if findings.districts else None
    return chart(
        "districts",
        Text(f"Emissions by district, {findings.year}", f"{findings.year}年各区排放量"),
        rows,
        charts.stacked_rows(rows, words.PARTS),
        Text(
            f"Bars by district, longest first: {first['name'] if first else 'none'}.",
            f"按区排列的条形图,最大为{first['name_zh'] if first else '无'}。",
        ),
    )


def fuels(findings: Findings) -> Chart:
    """CO2 of facilities by fuel and of area sources by fuel group."""
    amounts: dict[tuple[Text, Text], float] = {}
    for row in findings.fuels:
        key = (_short(row["name_en"], row["name_zh"]), words.FACILITIES)
        amounts[key] = amounts.get(key, 0.0) + (row["co2_t"] or 0.0)
    for row in findings.area_classes:
        if row["fuel_group"] != "electricity":
            name = words.AREA_CLASSES[row["source_class"]]
            group = words.FUEL_GROUPS[row["fuel_group"]]
            key = (Text(f"{group.en}: {name.en}", f"{group.zh}：{name.zh}"), words.AREA_SOURCES)
            amounts[key] = amounts.get(key, 0.0) + (row["co2_t"] or 0.0)
    ordered = sorted(((*key, amount) for key, amount in amounts.items() if amount), key=lambda i: (-i[2], i[0].en))
    rows = [{**_label(label), **_part(part, 0), "amount": amount} for label, part, amount in ordered[:18]]
    first = ordered[0][0] if ordered else Text("none", "无")
    return chart(
        "fuels",
        Text(f"CO2 by fuel, scope 1, {findings.year}", f"{findings.year}年范围一二氧化碳(按燃料)"),
        rows,
        charts.plain_rows(rows, masses.CO2, (words.FACILITIES, words.AREA_SOURCES)),
        Text(f"Bars by fuel, longest first: {first.en}.", f"按燃料排列的条形图,最大为{first.zh}。"),
    )


def months(evaluation: Evaluation, findings: Findings) -> Chart:
    """CO2 of facilities by month: fuel, and electricity bought."""
    rows: list[Row] = []
    for entity, column, part in (
        (FUEL_USE, "co2_t", words.FUEL),
        (PURCHASED_ENERGY, "place_electricity_co2_t", words.ELECTRICITY),
    ):
        grouped = (
            evaluation.table(entity, ("year", column))
            .filter(nw.col("year") <= findings.year)
            .group_by("month")
            .agg(total(column))
            .sort("month")
        )
        for row in rows_of(grouped):
            amount = row[column] or 0.0
            rows.append({"month": row["month"].isoformat(), **_part(part, 0), "amount": amount})
    return chart(
        "months",
        Text("CO2 of facilities by month, what is determined", "设施月度二氧化碳(已确定部分)"),
        rows,
        charts.months(rows, (words.FUEL, words.ELECTRICITY)),
        Text("Two lines over months: fuel, and electricity bought.", "按月两条曲线:燃料与外购电力。"),
    )


def concentration(findings: Findings) -> Chart | None:
    """How much of the facilities' emissions the largest ones make."""
    values = np.array(findings.facilities.column("place_emissions_tco2e").to_pylist(), dtype=np.float64)
    values = np.sort(values[np.isfinite(values) & (values > 0)])[::-1]
    if not len(values):
        return None
    share = np.cumsum(values) / values.sum()
    marks = [mark for mark in (1, 10, 100, 1_000, 10_000) if mark <= len(values)]
    grid = np.unique(np.round(np.geomspace(1, len(values), 160)).astype(np.int64))
    ranks = sorted({*grid.tolist(), *marks})
    rows = [{"rank": rank, "share": float(share[rank - 1])} for rank in ranks]
    ten = float(share[min(10, len(values)) - 1])
    return chart(
        "concentration",
        Text("How few facilities make how much", "排放集中度"),
        rows,
        charts.concentration(marks),
        Text(f"The ten largest facilities make {ten:.0%} of it.", f"最大的十个设施占{ten:.0%}。"),
    )


def reconciliation(own: Mapping[int, Mapping[str, Interval]], comparisons: Sequence[Comparison]) -> Chart | None:
    """This inventory with its interval beside outside totals: CO2 of scope 1."""
    if not comparisons:
        return None
    # Ours first: what is drawn later lies on top, and the others must be seen.
    rows: list[Row] = [
        _point(year, words.OURS, found["scope1_co2"].value, found["scope1_co2"].low, found["scope1_co2"].high)
        for year, found in sorted(own.items())
    ]
    for item in comparisons:
        outside = item.outside
        by = Text(outside.publisher, outside.publisher)
        rows.append(_point(outside.year, by, outside.co2_t, outside.co2_t, outside.co2_t))
    publishers = list(dict.fromkeys(item.outside.publisher for item in comparisons))
    order = (words.OURS, *(Text(name, name) for name in publishers))
    return chart(
        "reconciliation",
        Text("CO2 of scope 1 beside what others published", "范围一二氧化碳与外部发布值对照"),
        rows,
        charts.reconciliation(rows, order),
        Text(
            "Points by year for this inventory, with its 95% interval, and for each publisher.",
            "各年度本清单(含95%区间)与各发布者数值的散点图。",
        ),
        Text(
            "Separate estimates with different methods; none is adjusted to another.",
            "各为独立估算,方法不同,互不调整。",
        ),
    )


def error_shares(interval: Interval) -> Chart:
    """What the interval of the city's emissions is made of."""
    ordered = sorted(interval.shares.items(), key=lambda item: (-item[1], item[0]))
    rows = [{**_label(words.ERROR_KINDS[kind]), "amount": share} for kind, share in ordered if share >= _SMALLEST_SHARE]
    first = words.ERROR_KINDS[ordered[0][0]] if ordered else Text("nothing", "无")
    return chart(
        "uncertainty",
        Text("What the uncertainty comes from", "不确定度来源"),
        rows,
        charts.share_rows(rows, Text("share of the variance", "占方差比例")),
        Text(f"Bars by source of error, longest first: {first.en}.", f"按误差来源排列,最大为{first.zh}。"),
    )


def trust(findings: Findings) -> Chart:
    """Emissions of facilities by the weakest status of what went into them."""
    rows: list[Row] = []
    for scope, name in ((words.SCOPE_1, "place_scope1_tco2e"), (words.SCOPE_2, "place_scope2_tco2e")):
        amounts = dict.fromkeys(range(len(words.TRUST)), 0.0)
        columns = (findings.facilities.column(column).to_pylist() for column in (name, f"{name}__trust"))
        for amount, status in zip(*columns, strict=True):
            amounts[status] += amount or 0.0
        for place, (_, label) in enumerate(words.TRUST):
            rows.append({**_label(scope), **_part(label, place), "amount": amounts[place]})
    return chart(
        "trust",
        Text("How far the facilities' figures can be trusted", "设施数据的可信程度"),
        rows,
        charts.stacked_rows(rows, [label for _, label in words.TRUST]),
        Text(
            "Scope 1 and 2 of facilities by the weakest status of the parameters behind them.",
            "设施范围一与范围二排放,按所用参数的最弱依据划分。",
        ),
    )


def maps(evaluation: Evaluation, findings: Findings) -> Iterator[MapLayer]:
    """Districts by emissions, and the facilities as points, the largest first."""
    if "districts" in evaluation.city.manifest.geometry and findings.districts:
        yield MapLayer(
            "map_districts",
            Text(f"Emissions by district, {findings.year}", f"{findings.year}年各区排放量"),
            "areas",
            pa.table(
                {
                    "id": [row["district_id"] for row in findings.districts],
                    "value": pa.array([row["emissions_tco2e"] for row in findings.districts], pa.float64()),
                    "label": [f"{row['name_zh']} {row['name']}" for row in findings.districts],
                }
            ),
            "t CO2e",
            geometry="districts",
            id_property=evaluation.city.manifest.geometry["districts"].id_property,
            explain=f"district_year:{{id}},{findings.year} emissions_tco2e",
        )
    names = ("lon", "lat", "place_emissions_tco2e", "name", "facility_id")
    columns: list[list[Any]] = [findings.facilities.column(name).to_pylist() for name in names]
    points = [row for row in zip(*columns, strict=True) if None not in row and row[2] > 0]
    if points:
        lon, lat, value, label, facility = (list(column) for column in zip(*points, strict=True))
        yield MapLayer(
            "map_facilities",
            Text(f"Emissions of facilities, {findings.year}", f"{findings.year}年各设施排放量"),
            "points",
            pa.table({"id": facility, "lon": lon, "lat": lat, "value": value, "label": label}),
            "t CO2e",
            explain=f"facility_year:{{id}},{findings.year} place_emissions_tco2e",
        )


def _point(year: int, by: Text, amount: float, low: float, high: float) -> Row:
    return {"year": year, "by_en": by.en, "by_zh": by.zh, "amount": amount, "low": low, "high": high}


def _short(name_en: str, name_zh: str) -> Text:
    """A name as a label in a row of labels, without the words that all of manufacturing shares."""
    short = name_en.removeprefix("Manufacture of ")
    # LPG stays LPG.
    return Text(short if short[:2].isupper() else short[:1].lower() + short[1:], name_zh)


def _label(text: Text) -> Row:
    return {"label_en": text.en, "label_zh": text.zh}


def _part(text: Text, place: int) -> Row:
    return {"part_en": text.en, "part_zh": text.zh, "place": place}
