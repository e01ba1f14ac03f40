"""Maps without tiles: a ``MapLayer`` on the city's own outlines, as a Vega-Lite picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.measures.assessment import MapLayer
from tanheng.report.charts import WIDTH, Picture, rows_of
from tanheng.report.figures import figure, scale_of
from tanheng.report.look import INK, NO_VALUE, PALETTE, STATES
from tanheng.text import LANGUAGES, Language, Text

Row = dict[str, Any]
Spec = dict[str, Any]
POINTS_MOST = 1500
_HEIGHT = 460
_TOLERANCE = 0.0004  # degrees, about 40 m: finer than a pixel of the picture
_UNDETERMINED = Text("undetermined", "未能确定")
# Words that may stand in place of numbers, in the order of the legend.
_WORDS: dict[str, tuple[Text, str]] = {
    "good": (Text("on track", "正常"), STATES["good"]),
    "watch": (Text("watch", "关注"), "#d99a2b"),
    "bad": (Text("behind", "预警"), STATES["bad"]),
    "green": (Text("green", "绿色"), STATES["good"]),
    "yellow": (Text("yellow", "黄色"), "#d99a2b"),
    "red": (Text("red", "红色"), STATES["bad"]),
    "undetermined": (_UNDETERMINED, "#b9c2c9"),
}


def picture_of_map(measure: str, layer: MapLayer, geometries: Mapping[str, Mapping[str, Any]]) -> Picture:
    """The layer as a picture. ``geometries`` are the city's GeoJSON files by name; points are drawn on
    the districts, where the city has their outlines, and only the largest of very many are drawn."""
    rows = [_named(row) for row in rows_of(layer.data)]
    note = layer.note
    data: dict[str, Any]
    if layer.kind == "areas":
        shown = rows
        features = _features(geometries[layer.geometry or ""], rows, layer.id_property)
        data = {"areas": features, "labels": [_label(feature) for feature in features]}
    else:
        shown = sorted(rows, key=lambda row: (-_size(row), row["label"]))[:POINTS_MOST]
        note = _note_of_points(layer.note, len(shown), len(rows))
        features = _features(geometries.get("districts", {"features": []}), (), "")
        data = {"areas": features, "labels": [_label(feature) for feature in features], "points": shown}
    specs = {language: _spec(layer, shown, language) for language in LANGUAGES}
    return Picture(f"{measure}-{layer.id}", layer.title, _describe(layer, shown), note, specs, data)


def _named(row: Row) -> Row:
    label = str(row.get("label") or row.get("id", ""))
    return {**row, "label": label, "label_zh": str(row.get("label_zh") or label)}


def _size(row: Row) -> float:
    value = row.get("value")
    return float(value) if isinstance(value, int | float) else 0.0


def _note_of_points(note: Text | None, drawn: int, of: int) -> Text | None:
    if drawn == of:
        return note
    said = Text(f"The largest {drawn:,} of {of:,} are drawn.", f"图中为最大的 {drawn:,} 个,共 {of:,} 个。")
    return said if note is None else Text(f"{note.en} {said.en}", f"{note.zh}{said.zh}")


def _features(outlines: Mapping[str, Any], rows: Sequence[Row], id_property: str) -> list[dict[str, Any]]:
    """The outlines, simplified, each with the value of its row; exterior rings clockwise, as d3 wants them.

    Where the file names its areas (``name``, ``name_en``, ``name_zh``), a row goes by that name.
    """
    from shapely import orient_polygons
    from shapely.geometry import mapping, shape

    by_id = {str(row["id"]): row for row in rows}
    features = []
    for feature in outlines["features"]:
        said = feature["properties"]
        row = by_id.get(str(said.get(id_property)), {})
        row["label"] = str(said.get("name_en") or said.get("name") or row.get("label") or said.get(id_property) or "")
        row["label_zh"] = str(said.get("name_zh") or row.get("label_zh") or row["label"])
        properties = {"label": row["label"], "label_zh": row["label_zh"], "value": row.get("value")}
        form = orient_polygons(shape(feature["geometry"]).simplify(_TOLERANCE), exterior_cw=True)
        features.append({"type": "Feature", "properties": properties, "geometry": _rounded(mapping(form))})
    return features


def _rounded(geometry: Any) -> Any:
    if isinstance(geometry, float):
        return round(geometry, 4)
    if isinstance(geometry, dict):
        return {key: _rounded(part) for key, part in geometry.items()}
    return [_rounded(part) for part in geometry] if isinstance(geometry, list | tuple) else geometry


def _label(feature: Mapping[str, Any]) -> Row:
    """The name of an area at the middle of the largest circle inside its largest part."""
    from shapely import maximum_inscribed_circle
    from shapely.geometry import shape

    form = shape(feature["geometry"])
    largest = max(getattr(form, "geoms", [form]), key=lambda part: part.area)
    middle = maximum_inscribed_circle(largest, tolerance=0.001).coords[0]
    names = feature["properties"]
    return {
        "lon": round(middle[0], 4), "lat": round(middle[1], 4), "label": names["label"], "label_zh": names["label_zh"],
    }  # fmt: skip


def _describe(layer: MapLayer, rows: Sequence[Row]) -> Text:
    """What the map shows, for who cannot see it: its title and its largest values."""
    largest = sorted((row for row in rows if isinstance(row.get("value"), int | float)), key=_size, reverse=True)[:3]
    if not largest:
        return Text(f"Map: {layer.title.en}", f"地图:{layer.title.zh}")
    values = [figure(_size(row), layer.unit, as_large_as=_size(largest[0])).text for row in largest]
    english = ", ".join(f"{row['label']} {value.en}" for row, value in zip(largest, values, strict=True))
    chinese = "、".join(f"{row['label_zh']} {value.zh}" for row, value in zip(largest, values, strict=True))
    return Text(f"Map: {layer.title.en}. Largest: {english}.", f"地图:{layer.title.zh}。最大的为:{chinese}。")


def _spec(layer: MapLayer, rows: Sequence[Row], language: Language) -> Spec:
    where = "datum.properties" if layer.kind == "areas" else "datum"
    name = "label_zh" if language == "zh" else "label"
    shown, color = (_words if any(isinstance(row.get("value"), str) for row in rows) else _numbers)(
        layer, rows, language, where
    )
    shown.append({"calculate": f"{where}.{name}", "as": "name"})
    tooltip = [
        {"field": "name", "title": Text("name", "名称").in_language(language)},
        {"field": "shown", "title": layer.title.in_language(language)},
    ]
    outline: Spec = {"type": "geoshape", "stroke": "#ffffff", "strokeWidth": 1.2, "invalid": None}
    if layer.kind == "areas":
        filled = {"condition": {"test": "isValid(datum.amount)", **color}, "value": NO_VALUE}
        encoding = {"color": filled, "tooltip": tooltip}
        layers: list[Spec] = [{"data": {"name": "areas"}, "transform": shown, "mark": outline, "encoding": encoding}]
    else:
        layers = [{"data": {"name": "areas"}, "mark": {**outline, "fill": NO_VALUE}}, _points(shown, color, tooltip)]
    halo = {"type": "text", "fontSize": 12, "fontWeight": 600, "stroke": "#ffffff", "strokeWidth": 3, "opacity": 0.85}
    for mark in (halo, {"type": "text", "fontSize": 12, "fontWeight": 600, "fill": INK}):
        layers.append({"data": {"name": "labels"}, "mark": mark, "encoding": {**_PLACE, "text": {"field": name}}})
    return {"width": WIDTH, "height": _HEIGHT, "projection": {"type": "mercator"}, "layer": layers}


_PLACE: Spec = {
    "longitude": {"field": "lon", "type": "quantitative"},
    "latitude": {"field": "lat", "type": "quantitative"},
}


def _points(shown: list[Spec], color: Spec, tooltip: list[Spec]) -> Spec:
    look: Spec = {"color": color, "size": {"value": 45}}
    if color["type"] == "quantitative":
        legend = {
            **color["legend"],
            "symbolType": "circle",
            "symbolFillColor": PALETTE[4],
            "symbolStrokeColor": PALETTE[4],
        }
        size = {"field": "amount", "type": "quantitative", "scale": {"range": [6, 700]}, "legend": legend}
        look = {"color": {"value": PALETTE[4]}, "size": size}
    return {
        "data": {"name": "points"},
        "transform": shown,
        "mark": {"type": "circle", "opacity": 0.65, "stroke": "#ffffff", "strokeWidth": 0.5},
        "encoding": {**_PLACE, "tooltip": tooltip, **look},
    }


def _numbers(layer: MapLayer, rows: Sequence[Row], language: Language, where: str) -> tuple[list[Spec], Spec]:
    """Values that are numbers: how they are written, and their colours."""
    largest = max((abs(_size(row)) for row in rows), default=0.0)
    scale = scale_of(layer.unit, largest, language)
    written = f",.{0 if largest * scale.factor >= 100 else 2}f"
    unit = json.dumps(f" {scale.unit}" if scale.unit else "", ensure_ascii=False)
    unknown = json.dumps(_UNDETERMINED.in_language(language), ensure_ascii=False)
    value = f"{where}.value"
    shown: list[Spec] = [
        {"calculate": f"isValid({value}) ? {value} * {scale.factor!r} : null", "as": "amount"},
        {"calculate": f"isValid({value}) ? format(datum.amount, '{written}') + {unit} : {unknown}", "as": "shown"},
    ]
    legend = {"title": scale.unit or None, "orient": "bottom", "direction": "horizontal", "format": ",.2~f"}
    return shown, {
        "field": "amount", "type": "quantitative", "scale": {"scheme": "teals", "zero": False}, "legend": legend,
    }  # fmt: skip


def _words(layer: MapLayer, rows: Sequence[Row], language: Language, where: str) -> tuple[list[Spec], Spec]:
    """Values that are words, such as warning colours."""
    found = {str(row.get("value") or "undetermined") for row in rows}
    order = [word for word in _WORDS if word in found] + sorted(found - _WORDS.keys())
    said = {word: _WORDS[word][0].in_language(language) if word in _WORDS else word for word in order}
    colours = [_WORDS[word][1] if word in _WORDS else PALETTE[place % len(PALETTE)] for place, word in enumerate(order)]
    table = json.dumps(said, ensure_ascii=False)
    shown: list[Spec] = [
        {"calculate": f"{table}[{where}.value || 'undetermined'] || {where}.value", "as": "amount"},
        {"calculate": "datum.amount", "as": "shown"},
    ]
    return shown, {
        "field": "amount",
        "type": "nominal",
        "scale": {"domain": list(said.values()), "range": colours},
        "legend": {"title": None, "orient": "bottom", "direction": "horizontal"},
    }
