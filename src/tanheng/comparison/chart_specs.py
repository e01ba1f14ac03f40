"""How the charts of a comparison look: Vega-Lite specifications in one language, over rows of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.comparison.differences import EFFECT_NAMES, Difference, Effect
from tanheng.report.figures import scale_of
from tanheng.text import Language, Text

Row = dict[str, Any]
Spec = dict[str, Any]
GOOD, BAD, NEUTRAL = "#2f8f6b", "#c8553d", "#6b7a86"
COLOURS: Mapping[Effect, str] = {
    "gains": GOOD,
    "loses": BAD,
    "higher": "#1f6f8b",
    "lower": "#5fb3bf",
    "other": "#8a6bb0",
    "newly_determined": "#d3b13f",
    "newly_undetermined": "#8c7a66",
    "appears": "#9fb7c4",
    "gone": "#44546a",
}


def _scaled(rows: Sequence[Row], unit: str, language: Language) -> tuple[Spec, str]:
    """The amounts in the scale that people read, and its unit."""
    largest = max((abs(float(row["amount"])) for row in rows), default=0.0)
    scale = scale_of(unit, largest, language) if unit else None
    factor, name = (1.0, "") if scale is None else (scale.factor, scale.unit)
    return {"calculate": f"datum.amount * {factor!r}", "as": "shown"}, name


def _label_axis(rows: Sequence[Row], language: Language) -> Spec:
    labels = list(dict.fromkeys(row[f"label_{language}"] for row in rows))
    return {
        "field": f"label_{language}", "type": "nominal", "sort": labels, "title": None, "axis": {"labelLimit": 340},
    }  # fmt: skip


def _height(rows: Sequence[Row], each: int = 26) -> int:
    return each * max(2, len({row["label_en"] for row in rows}))


def stacked(rows: Sequence[Row], colours: Sequence[tuple[Text, str]], language: Language) -> Spec:
    names = [name.in_language(language) for name, _ in colours]
    share = Text("share of the rows, %", "占比(%)").in_language(language)
    field = f"part_{language}"
    scale = {"domain": names, "range": [colour for _, colour in colours]}
    return {
        "mark": {"type": "bar", "cornerRadiusEnd": 1},
        "height": _height(rows),
        "encoding": {
            "y": _label_axis(rows, language),
            "x": {
                "field": "amount", "type": "quantitative", "title": share, "scale": {"domain": [0, 100]},
                "axis": {"grid": True},
            },
            "color": {"field": field, "type": "nominal", "scale": scale, "title": None},
            "order": {"field": "place", "type": "quantitative"},
            "tooltip": [
                {"field": f"label_{language}", "title": Text("of", "结果").in_language(language)},
                {"field": field, "title": Text("effect", "情况").in_language(language)},
                {"field": "count", "title": Text("rows", "数量").in_language(language), "format": ",.0f"},
                {"field": "amount", "title": "%", "format": ",.1f"},
            ],
        },
    }  # fmt: skip


def bars(rows: Sequence[Row], unit: str, difference: Difference | None, language: Language) -> Spec:
    """Bars to either side of zero, coloured by whether the change is a gain."""
    scaled, name = _scaled(rows, unit, language)
    better = None if difference is None else difference.result.better
    up, down = {"more": (GOOD, BAD), "less": (BAD, GOOD), None: ("#1f6f8b", "#5fb3bf")}[better]
    tooltip: list[Spec] = [
        {"field": f"label_{language}", "title": Text("of", "对象").in_language(language)},
        {"field": "shown", "title": name or Text("change", "变化").in_language(language), "format": "+,.4~r"},
    ]
    if any(row.get("percent") is not None for row in rows):
        tooltip.append({"field": "percent", "title": "%", "format": "+,.2f"})
    place = _label_axis(rows, language)
    place["axis"] = {"labelLimit": 340, "orient": "left", "domain": False, "ticks": False}
    return {
        "transform": [scaled],
        "mark": {"type": "bar", "cornerRadiusEnd": 1},
        "height": _height(rows),
        "encoding": {
            "y": place,
            "x": {"field": "shown", "type": "quantitative", "title": name or None, "axis": {"grid": True}},
            "color": {"condition": {"test": "datum.amount > 0", "value": up}, "value": down},
            "tooltip": tooltip,
        },
    }


def columns(rows: Sequence[Row], difference: Difference, language: Language) -> Spec:
    up, down = {"more": (GOOD, BAD), "less": (BAD, GOOD), None: ("#1f6f8b", "#5fb3bf")}[difference.result.better]
    labels = [row[f"label_{language}"] for row in rows]
    count = Text("rows", "数量").in_language(language)
    change = Text("change in %", "变化率(%)").in_language(language)
    return {
        "mark": {"type": "bar", "cornerRadiusEnd": 1},
        "height": 240,
        "encoding": {
            "x": {
                "field": f"label_{language}", "type": "ordinal", "sort": labels, "title": change,
                "axis": {"labelAngle": 0, "labelOverlap": False},
            },
            "y": {"field": "amount", "type": "quantitative", "title": count, "axis": {"format": ",.0f"}},
            "color": {"condition": {"test": "datum.side == '+'", "value": up}, "value": down},
            "tooltip": [
                {"field": f"label_{language}", "title": change},
                {"field": "amount", "title": count, "format": ",.0f"},
            ],
        },
    }  # fmt: skip


def grouped(rows: Sequence[Row], unit: str, parts: Sequence[Text], language: Language) -> Spec:
    scaled, name = _scaled(rows, unit, language)
    domain = [part.in_language(language) for part in parts]
    return {
        "transform": [scaled],
        "mark": {"type": "bar", "cornerRadiusEnd": 1},
        "height": _height(rows, 44),
        "encoding": {
            "y": _label_axis(rows, language),
            "yOffset": {"field": f"part_{language}", "sort": domain},
            "x": {"field": "shown", "type": "quantitative", "title": name or None, "axis": {"grid": True}},
            "color": {
                "field": f"part_{language}", "type": "nominal", "title": None,
                "scale": {"domain": domain, "range": ["#1f6f8b", "#c9d6dc"]},
            },
            "tooltip": [
                {"field": f"label_{language}", "title": Text("parameter", "参数").in_language(language)},
                {"field": f"part_{language}", "title": Text("what", "含义").in_language(language)},
                {"field": "shown", "title": name or Text("change", "变化").in_language(language), "format": "+,.4~r"},
            ],
        },
    }  # fmt: skip


def lines(rows: Sequence[Row], unit: str, parts: Sequence[Text], x: str, language: Language) -> Spec:
    scaled, name = _scaled(rows, unit, language)
    domain = [part.in_language(language) for part in parts]
    dash = {"field": f"part_{language}", "scale": {"domain": domain, "range": [[1, 0], [6, 4]]}, "legend": None}
    return {
        "transform": [scaled],
        "mark": {"type": "line", "point": True},
        "height": 260,
        "encoding": {
            "x": {"field": x, "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "shown", "type": "quantitative", "title": name or None, "scale": {"zero": False}},
            "color": {
                "field": f"part_{language}", "type": "nominal", "title": None,
                "scale": {"domain": domain, "range": ["#1f6f8b", "#e0913f"]},
            },
            "strokeDash": dash,
            "tooltip": [
                {"field": x, "title": Text("year", "年份").in_language(language)},
                {"field": f"part_{language}", "title": Text("rules", "规则").in_language(language)},
                {"field": "shown", "title": name or Text("value", "数值").in_language(language), "format": ",.4~r"},
            ],
        },
    }  # fmt: skip


_CURVES = (GOOD, "#d99a2b", BAD, "#1f6f8b", "#8a6bb0", NEUTRAL)


def curve(
    rows: Sequence[Row], marked: Sequence[Row], unit: str, x_title: Text, names: Sequence[Text], language: Language
) -> Spec:
    scaled, name = _scaled(rows, unit, language)
    x = {"field": "x", "type": "quantitative", "title": x_title.in_language(language), "scale": {"zero": False}}
    value = name or Text("value", "数值").in_language(language)
    line: Spec = {
        "transform": [scaled],
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": x,
            "y": {"field": "shown", "type": "quantitative", "title": name or None, "scale": {"zero": False}},
            "tooltip": [
                {"field": "x", "title": x_title.in_language(language)},
                {"field": f"part_{language}", "title": Text("of", "对象").in_language(language)},
                {"field": "shown", "title": value, "format": ",.5~r"},
            ],
        },
    }
    if len(names) > 1:
        domain = [each.in_language(language) for each in names]
        known = {EFFECT_NAMES[effect]: colour for effect, colour in COLOURS.items()}
        colours = [known.get(each, _CURVES[place % len(_CURVES)]) for place, each in enumerate(names)]
        scale = {"domain": domain, "range": colours}
        line["encoding"]["color"] = {"field": f"part_{language}", "type": "nominal", "title": None, "scale": scale}
    layers = [line]
    for row in marked:
        at = {"values": [row]}
        where = {"x": {"field": "x", "type": "quantitative"}}
        layers.append({"data": at, "mark": {"type": "rule", "strokeDash": [4, 3]}, "encoding": where})
        mark = {"type": "text", "align": "left", "dx": 5, "y": 10}
        layers.append({"data": at, "mark": mark, "encoding": {**where, "text": {"field": f"now_{language}"}}})
    return {"height": 260, "layer": layers}
