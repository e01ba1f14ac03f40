"""The charts of a comparison, as Vega-Lite specifications: one for each language over the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from tanheng.comparison.chart_specs import COLOURS, Row, Spec, bars, columns, curve, grouped, lines, stacked
from tanheng.comparison.columns import percent
from tanheng.comparison.differences import EFFECT_NAMES, EFFECTS, Difference
from tanheng.comparison.effects import Effects
from tanheng.comparison.groups import Group, Grouping
from tanheng.comparison.why_tables import NOT_DIVIDED
from tanheng.measures.assessment import Chart
from tanheng.report.figures import figure
from tanheng.text import LANGUAGES, Language, Text

_BIN_EDGES = (-50.0, -20.0, -10.0, -5.0, -2.0, -1.0, -0.1, 0.0, 0.1, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
BARS_MOST = 15
SPREAD_LEAST = 20  # rows that change, for a distribution to say something


def counts_chart(differences: Sequence[Difference]) -> Chart | None:
    """What share of the rows of each result changes, and how."""
    rows: list[Row] = []
    for each in differences:
        for effect, count in each.counts.items():
            if effect in COLOURS:
                row = _two("label", each.result.named) | _two("part", EFFECT_NAMES[effect])
                share = 100 * count / len(each.keys)
                rows.append(row | {"amount": share, "count": count, "place": EFFECTS.index(effect)})
    if not rows:
        return None
    largest = max(rows, key=lambda row: int(row["count"]))
    describes = Text(
        f"Bars: share of the rows that change. Most rows: {largest['count']:,} of {largest['label_en']}, "
        f"{largest['part_en']}.",
        f"条形图:发生变化的比例。数量最多:{largest['label_zh']},{largest['part_zh']} {largest['count']:,} 个。",
    )
    title = Text("How many change", "变化的比例")
    order = [EFFECTS[place] for place in sorted({int(row["place"]) for row in rows})]
    colours = [(EFFECT_NAMES[effect], COLOURS[effect]) for effect in order]
    return _chart("how-many", title, rows, lambda language: stacked(rows, colours, language), describes)


def groups_chart(difference: Difference, grouping: Grouping, groups: Sequence[Group]) -> Chart | None:
    """The change of a result by group, the largest first."""
    unit = difference.result.unit
    if grouping.id == "size":
        shown = [group for group in groups if group.totals.change]
    else:
        moved = sorted(groups, key=lambda group: (-abs(group.totals.change or 0.0), group.id))
        shown = [group for group in moved if group.totals.change][:BARS_MOST]
    if not shown:
        return None
    rows = [
        _two("label", group.name)
        | {"amount": group.totals.change, "percent": percent(group.totals.before, group.totals.change)}
        for group in shown
    ]
    first = figure(shown[0].totals.change or 0.0, unit).text
    result = difference.result
    describes = Text(
        f"Bars: change of {result.title.en} by {grouping.title.en}. {shown[0].name.en}: {first.en}.",
        f"条形图:{result.title.zh}按{grouping.title.zh}的变化。{shown[0].name.zh}:{first.zh}。",
    )
    title = Text(
        f"Change of {result.title.en} by {grouping.title.en}", f"{result.title.zh}的变化(按{grouping.title.zh})"
    )
    return _chart(f"by-{grouping.id}", title, rows, lambda language: bars(rows, unit, difference, language), describes)


def distribution_chart(difference: Difference) -> Chart | None:
    """How many rows change by how many percent."""
    before = np.array([np.nan if value is None else float(value) for value in difference.before])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * difference.change / np.abs(before)
    share = share[np.isfinite(share) & (difference.change != 0)]
    if len(share) < SPREAD_LEAST:
        return None
    places = np.digitize(share, _BIN_EDGES)
    rows: list[Row] = []
    for place in range(int(places.min()), int(places.max()) + 1):
        name = _bin(place)
        count = int((places == place).sum())
        rows.append({"label_en": name, "label_zh": name, "amount": count, "side": "+" if place > 7 else "-"})
    middle = float(np.median(share))
    described = f"{middle:+.2f}%".replace("-", "−")
    describes = Text(
        f"Columns: rows by change in percent. {len(share):,} change, half of them by {described} or less.",
        f"柱状图:按变化率分布。共 {len(share):,} 个发生变化,中位数为 {described}。",
    )
    title = Text(f"How much {difference.result.title.en} changes", f"{difference.result.title.zh}变化幅度的分布")
    return _chart("distribution", title, rows, lambda language: columns(rows, difference, language), describes)


def effects_chart(effects: Effects, titles: Mapping[str, Text]) -> Chart | None:
    """What each parameter contributes to the change of one result, and what it would do alone."""
    if len(effects.contributions) < 2:
        return None
    rows: list[Row] = []
    for each in effects.contributions:
        for kind, amount in ((_PART, each.part), (_ALONE, each.alone)):
            rows.append(_two("label", titles[each.parameter]) | _two("part", kind) | {"amount": amount})
    if effects.not_divided:
        rows.append(_two("label", NOT_DIVIDED) | _two("part", _PART) | {"amount": effects.not_divided})
    unit = effects.result.unit if effects.result.is_number else ""
    strongest = max(effects.contributions, key=lambda each: (abs(each.part), each.parameter))
    name, part = titles[strongest.parameter], figure(strongest.part, unit).text
    describes = Text(
        f"Bars: parts of the change of {effects.result.title.en}. Largest: {name.en}, {part.en}.",
        f"条形图:{effects.result.title.zh}变化的构成。最大:{name.zh},{part.zh}。",
    )
    title = Text(f"What changes {effects.result.named.en}", f"{effects.result.named.zh}的变化来自何处")
    return _chart("effects", title, rows, lambda language: grouped(rows, unit, (_PART, _ALONE), language), describes)


_PART = Text("its part of the whole", "对整体变化的贡献")
_ALONE = Text("if it changed alone", "单独变更的效果")


def years_chart(title: Text, unit: str, before: Mapping[int, float], after: Mapping[int, float]) -> Chart | None:
    """A result of the city through the years, before and after."""
    rows: list[Row] = []
    for name, series in ((_WAS, before), (_BECOMES, after)):
        rows += [_two("part", name) | {"year": year, "amount": value} for year, value in sorted(series.items())]
    if len(before) < 2:
        return None
    last = max(before)
    was, becomes = (figure(side[last], unit).text if last in side else None for side in (before, after))
    unknown = Text("undetermined", "未确定")
    describes = Text(
        f"Lines: {title.en} by year, before and after. {last}: {(was or unknown).en} and {(becomes or unknown).en}.",
        f"折线图:{title.zh}逐年变更前后。{last} 年:{(was or unknown).zh} 与 {(becomes or unknown).zh}。",
    )
    return _chart(
        "years", title, rows, lambda language: lines(rows, unit, (_WAS, _BECOMES), "year", language), describes
    )


_WAS, _BECOMES = Text("before", "变更前"), Text("after", "变更后")


def variants_chart(title: Text, unit: str, changes: Sequence[tuple[Text, float]]) -> Chart:
    """The change of one result under several variants."""
    rows = [_two("label", name) | {"amount": amount, "percent": None} for name, amount in changes]
    described = [figure(amount, unit).text for _, amount in changes]
    describes = Text(
        f"Bars: {title.en}. " + "; ".join(f"{n.en} {d.en}" for (n, _), d in zip(changes, described, strict=True)) + ".",
        f"条形图:{title.zh}。"
        + ";".join(f"{n.zh} {d.zh}" for (n, _), d in zip(changes, described, strict=True))
        + "。",
    )
    return _chart("variants", title, rows, lambda language: bars(rows, unit, None, language), describes)


Curve = tuple[Text, Sequence[float | None]]


def curve_chart(
    id: str, title: Text, x_title: Text, values: Sequence[float], curves: Sequence[Curve], unit: str, now: float | None
) -> Chart | None:
    """Results as functions of the parameter that is swept; a mark where it stands in force."""
    rows: list[Row] = [
        _two("part", name) | {"x": x, "amount": float(y)}
        for name, ys in curves
        for x, y in zip(values, ys, strict=True)
        if y is not None
    ]
    if len(rows) < 2:
        return None
    counted = not unit and all(float(row["amount"]).is_integer() for row in rows)
    first, last = (figure(float(row["amount"]), unit, 0 if counted else 4).text for row in (rows[0], rows[-1]))
    describes = Text(
        f"Lines: {title.en}. {rows[0]['part_en']} {first.en} at {rows[0]['x']:g}; "
        f"{rows[-1]['part_en']} {last.en} at {rows[-1]['x']:g}.",
        f"折线图:{title.zh}。取 {rows[0]['x']:g} 时{rows[0]['part_zh']} {first.zh};"
        f"取 {rows[-1]['x']:g} 时{rows[-1]['part_zh']} {last.zh}。",
    )
    marked = [{"x": now, "now_en": "in force", "now_zh": "现行值"}] if now is not None else []
    names = [name for name, _ in curves]
    return _chart(id, title, rows, lambda language: curve(rows, marked, unit, x_title, names, language), describes)


def _chart(id: str, title: Text, rows: Sequence[Row], draw: Callable[[Language], Spec], describes: Text) -> Chart:
    specs = {language: {"data": {"name": "data"}, **draw(language)} for language in LANGUAGES}
    return Chart(id, title, specs, pa.Table.from_pylist(list(rows)), describes)


def _two(name: str, text: Text) -> Row:
    return {f"{name}_en": text.en, f"{name}_zh": text.zh}


def _bin(place: int) -> str:
    """What a column of the distribution holds."""

    def said(edge: float) -> str:
        return f"{edge:g}".replace("-", "−")

    if place == 0:
        return f"< {said(_BIN_EDGES[0])}"
    if place == len(_BIN_EDGES):
        return f"> {said(_BIN_EDGES[-1])}"
    return f"{said(_BIN_EDGES[place - 1])}…{said(_BIN_EDGES[place])}"
