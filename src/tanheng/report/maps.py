"""Maps without tiles: a ``MapLayer`` on the city's own outlines, as a Vega-Lite picture and as GeoJSON.

Colours, classes and sizes are those of ``legend``, in the report and on the site's map alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.measures.assessment import MapLayer
from tanheng.report.charts import WIDTH, Picture, rows_of
from tanheng.report.figures import figure
from tanheng.report.legend import AREAS_PX, POINT, UNDETERMINED, Legend, legend_of
from tanheng.report.look import INK, NO_VALUE
from tanheng.text import LANGUAGES, Language, Text

Row = dict[str, Any]
Spec = dict[str, Any]
POINTS_MOST = 300
_HEIGHT = 460
_TOLERANCE = 0.0004  # degrees, about 40 m: finer than a pixel of the picture


def picture_of_map(measure: str, layer: MapLayer, geometries: Mapping[str, Mapping[str, Any]]) -> Picture:
    """The layer as a picture. ``geometries`` are the city's GeoJSON files by name; points are drawn on
    the districts, where the city has their outlines, and only the largest of very many are drawn."""
    rows = [_named(row) for row in rows_of(layer.data)]
    legend = legend_of(layer, [row.get("value") for row in rows])
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
    specs = {language: _spec(layer, legend, language) for language in LANGUAGES}
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
        key = str(said.get(id_property, ""))
        row = by_id.get(key, {})
        row.update(names_of_area(said, row.get("label") or key, row.get("label_zh")))
        properties = {"id": key, "label": row["label"], "label_zh": row["label_zh"], "value": row.get("value")}
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


def _spec(layer: MapLayer, legend: Legend, language: Language) -> Spec:
    where = "datum.properties" if layer.kind == "areas" else "datum"
    name = "label_zh" if language == "zh" else "label"
    shown, color = (_words if legend.kind == "words" else _numbers)(legend, language, where)
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
            "symbolFillColor": POINT,
            "symbolStrokeColor": POINT,
        }
        size = {"field": "amount", "type": "quantitative", "scale": {"range": list(AREAS_PX)}, "legend": legend}
        look = {"color": {"value": POINT}, "size": size}
    return {
        "data": {"name": "points"},
        "transform": shown,
        "mark": {"type": "circle", "opacity": 0.65, "stroke": "#ffffff", "strokeWidth": 0.5},
        "encoding": {**_PLACE, "tooltip": tooltip, **look},
    }


def _numbers(legend: Legend, language: Language, where: str) -> tuple[list[Spec], Spec]:
    """Values that are numbers: how they are written, and their colours."""
    factor, of, digits = legend.scale(language)
    unit = json.dumps(f" {of}" if of else "", ensure_ascii=False)
    unknown = json.dumps(UNDETERMINED.in_language(language), ensure_ascii=False)
    value = f"{where}.value"
    shown: list[Spec] = [
        {"calculate": f"isValid({value}) ? {value} * {factor!r} : null", "as": "amount"},
        {"calculate": f"isValid({value}) ? format(datum.amount, ',.{digits}f') + {unit} : {unknown}", "as": "shown"},
    ]
    look: Spec = {"title": of or None, "orient": "bottom", "direction": "horizontal", "format": ",.10~g", "columns": 5}
    scale = {
        "type": "threshold",
        "domain": [bound * factor for bound in legend.breaks],
        "range": [step.colour for step in legend.steps],
    }
    return shown, {"field": "amount", "type": "quantitative", "scale": scale, "legend": look}


def _words(legend: Legend, language: Language, where: str) -> tuple[list[Spec], Spec]:
    """Values that are words, such as warning colours."""
    said = {step.word: step.said.in_language(language) for step in legend.steps}
    table = json.dumps(said, ensure_ascii=False)
    shown: list[Spec] = [
        {"calculate": f"{table}[{where}.value || 'undetermined'] || {where}.value", "as": "amount"},
        {"calculate": "datum.amount", "as": "shown"},
    ]
    return shown, {
        "field": "amount",
        "type": "nominal",
        "scale": {"domain": list(said.values()), "range": [step.colour for step in legend.steps]},
        "legend": {"title": None, "orient": "bottom", "direction": "horizontal"},
    }


def placed_rows(layer: MapLayer, geometries: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """The rows of a layer with ``id``, names in both languages, ``value``, and where they are (``lon``, ``lat``): of an
    area, the place of its name. Largest first; a word has no size."""
    rows = [_named(row) for row in rows_of(layer.data)]
    if layer.kind == "areas":
        by_id = {str(row["id"]): row for row in rows}
        for feature in _features(geometries[layer.geometry or ""], rows, layer.id_property):
            if (row := by_id.get(feature["properties"]["id"])) is not None:
                row.update({side: spot for side, spot in _label(feature).items() if side in ("lon", "lat")})
    return sorted(rows, key=lambda row: (-_size(row), row["label"]))


def geojson_of_map(layer: MapLayer, geometries: Mapping[str, Mapping[str, Any]], legend: Legend) -> dict[str, Any]:
    """A layer as GeoJSON (RFC 7946) with where it comes from: ``id``, names, value and the step of the legend of each
    place. Areas have the outline of the city's own file."""
    title = {"title": layer.title.en, "title_zh": layer.title.zh, "unit": layer.unit}
    if layer.kind == "areas":
        outlines = geometries[layer.geometry or ""]
        notice = {"attribution": outlines["notice"]} if "notice" in outlines else {}
        by_id = {str(row["id"]): row.get("value") for row in rows_of(layer.data)}
        features = []
        for feature in outlines["features"]:
            said = feature["properties"]
            key = str(said.get(layer.id_property))
            known = {**names_of_area(said, key), **_valued(by_id.get(key), legend)}
            features.append(
                {"type": "Feature", "id": key, "properties": {"id": key, **known}, "geometry": feature["geometry"]}
            )
        return {"type": "FeatureCollection", **title, **notice, "features": features}
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": str(row.get("id", place)),
                "label": row["label"],
                **({"label_zh": row["label_zh"]} if row["label_zh"] != row["label"] else {}),
                **_valued(row.get("value"), legend),
            },
            "geometry": {"type": "Point", "coordinates": [round(row["lon"], 5), round(row["lat"], 5)]},
        }
        for place, row in enumerate(placed_rows(layer, geometries))
    ]
    return {"type": "FeatureCollection", **title, "features": features}


def geojson_of_outlines(outlines: Mapping[str, Any]) -> dict[str, Any]:
    """The outlines of areas with their names and nothing else, and the places where their names stand."""
    areas, labels = [], []
    for feature in outlines["features"]:
        names = names_of_area(feature["properties"], "")
        area = {"type": "Feature", "properties": names, "geometry": feature["geometry"]}
        spot = _label(area)
        areas.append(area)
        labels.append(
            {
                "type": "Feature",
                "properties": {**names, "name": True},
                "geometry": {"type": "Point", "coordinates": [spot["lon"], spot["lat"]]},
            }
        )
    notice = {"attribution": outlines["notice"]} if "notice" in outlines else {}
    return {"type": "FeatureCollection", **notice, "features": [*areas, *labels]}


def names_of_area(said: Mapping[str, Any], otherwise: str, otherwise_zh: str | None = None) -> dict[str, str]:
    """What an area of the city's file is called in both languages; else what its row calls it."""
    label = str(said.get("name_en") or said.get("name") or otherwise)
    return {"label": label, "label_zh": str(said.get("name_zh") or otherwise_zh or label)}


def _valued(value: Any, legend: Legend) -> dict[str, Any]:
    """The value with as many digits as a reader of a map has use for, and its step."""
    place = legend.place_of(value)
    said = float(f"{value:.6g}") if isinstance(value, float) else value
    return {"value": said, **({} if legend.kind == "sizes" or place is None else {"step": place})}
