"""The map of the city: the layers of a run on the city's own outlines, with a table beside them that says the same.

The page is whole without scripts: a form chooses layer and year, the drawing of the report and the table show them.
Where scripts run, MapLibre draws the same layer with the colours, classes and sizes of the same legend; its program
and its data come after the page. Neither tiles nor letters come from elsewhere.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tanheng.measures.assessment import Assessment, MapLayer
from tanheng.portal.run_pages import let_in_to_runs
from tanheng.portal.run_shelf import NoRun, assessment_of, changed_at, contents_of, latest_run, shelf
from tanheng.report.contents import Contents
from tanheng.report.figures import figure
from tanheng.report.legend import Legend, Value, legend_of
from tanheng.report.look import NO_VALUE
from tanheng.report.maps import geojson_of_map, geojson_of_outlines, placed_rows
from tanheng.report.words import WORDS
from tanheng.runs import Manifest
from tanheng.text import Text
from tanheng.web.templatetags.page import language

ROWS_A_PAGE = 12
OUTLINES = "districts"  # what points are drawn on, where the city has it
# What a run says does not change; but only its reader's own browser may keep it.
FOR_EVER = "private, max-age=31536000, immutable"
GEOJSON = "application/geo+json"


@dataclass(frozen=True)
class Place:
    """A row of the table beside the map. ``asks`` is what explains its figure."""

    id: str
    name: Text
    said: Text
    colour: str
    lon: float | None
    lat: float | None
    asks: str | None


@dataclass(frozen=True)
class Drawn:
    """A layer with its legend and all its places, the largest first."""

    layer: MapLayer
    legend: Legend
    places: tuple[Place, ...]

    @property
    def undetermined(self) -> bool:
        """Whether some places have a value that the legend has no step for."""
        return any(place.colour == NO_VALUE for place in self.places)


@dataclass(frozen=True)
class Choice:
    """A layer that one may choose, ``measure.layer`` its name."""

    name: str
    assessment: Assessment
    layer: MapLayer


@login_required
@require_safe
def city_map(request: HttpRequest) -> HttpResponse:
    """A layer of a run; the first one of the latest run if none is asked for."""
    let_in_to_runs(request)
    runs = _a_run_a_year()
    asked = request.GET.get("run", "")
    run = next((each for each in shelf() if each.address == asked), None) if asked else latest_run()
    if run is None and asked:
        raise NoRun(asked)
    if run is None:
        return render(request, "portal/map.html", {"runs": []})
    contents = contents_of(run.address)
    choices = list(_choices(contents))
    wanted = request.GET.get("layer", "")
    chosen = next((each for each in choices if each.name == wanted), choices[0] if choices else None)
    found: dict[str, Any] = {"run": run, "runs": _with(runs, run), "choices": choices, "chosen": chosen}
    if chosen is not None:
        found |= _beside(request, contents, chosen)
    return render(request, "portal/map.html", found)


@login_required
@require_safe
def map_data(request: HttpRequest, address: str, measure: str, name: str) -> HttpResponse:
    """A layer as GeoJSON, with where it comes from."""
    let_in_to_runs(request)
    return _sent(request, _packed_layer(address, changed_at(address), measure, name))


@login_required
@require_safe
def outlines(request: HttpRequest, address: str, name: str) -> HttpResponse:
    """The city's own outlines as GeoJSON: what a layer of points lies on."""
    let_in_to_runs(request)
    return _sent(request, _packed_outlines(address, changed_at(address), name))


def _beside(request: HttpRequest, contents: Contents, chosen: Choice) -> dict[str, Any]:
    """What stands beside the map: the table, as far as it is asked for, and what the script needs."""
    drawn, tongue = _drawn_of(contents, chosen), language()
    words = request.GET.get("q", "").strip()[:100]
    fits = [each for each in drawn.places if _fits(each, words)] if words else drawn.places
    window = Paginator(fits, ROWS_A_PAGE).get_page(request.GET.get("page"))
    address, layer = contents.manifest.address, chosen.layer
    of = (address, chosen.assessment.measure, layer.id)
    factor, unit, digits = drawn.legend.scale(tongue) if drawn.legend.kind != "words" else (1.0, "", 0)
    ground = layer.geometry if layer.kind == "areas" else OUTLINES
    described = {
        "kind": layer.kind,
        "by": drawn.legend.kind,
        "title": layer.title.in_language(tongue),
        "name": "label_zh" if tongue == "zh" else "label",
        "data": reverse("map_data", args=of),
        "outlines": reverse("map_outlines", args=(address, ground)) if ground in contents.geometries else None,
        "why": reverse("why", args=[address]) if layer.explain else None,
        "asks": layer.explain,
        "factor": factor,
        "unit": unit,
        "digits": digits,
        "undetermined": WORDS["undetermined"].in_language(tongue),
        "colours": [step.colour for step in drawn.legend.steps],
        "words": [step.said.in_language(tongue) for step in drawn.legend.steps],
        "none": NO_VALUE,
        "largest": drawn.legend.largest,
        "attribution": _attribution(contents, ground),
    }
    return {
        "drawn": drawn,
        "q": words,
        "found": len(fits),
        "window": window,
        "described": described,
        "download": described["data"],
        "unit": unit,
        "page_query": urlencode({"run": address, "layer": chosen.name, "q": words}),
        "sizes": [
            (step, round(step.radius + 1, 1), round(2 * step.radius + 2, 1)) for step in drawn.legend.steps
        ] if drawn.legend.kind == "sizes" else None,
    }  # fmt: skip


def _attribution(contents: Contents, ground: str | None) -> str:
    """Where the outlines come from, as the city's file says, without its remarks on the licence."""
    notice = str(contents.geometries.get(ground or "", {}).get("notice", ""))
    return notice.split(", licence", 1)[0]


def _a_run_a_year() -> list[Manifest]:
    """Of each year its latest run, the earliest year first."""
    by_year: dict[int, Manifest] = {}
    for each in shelf():
        by_year.setdefault(each.year, each)
    return [by_year[year] for year in sorted(by_year)]


def _with(runs: Sequence[Manifest], run: Manifest) -> list[Manifest]:
    """The run that is shown stands for its year."""
    return [run if each.year == run.year else each for each in runs]


def _choices(contents: Contents) -> Iterator[Choice]:
    for assessment in contents.assessments:
        for layer in assessment.maps:
            yield Choice(f"{assessment.measure}.{layer.id}", assessment, layer)


def _drawn_of(contents: Contents, choice: Choice) -> Drawn:
    address = contents.manifest.address
    return _drawn(address, changed_at(address), choice.assessment.measure, choice.layer.id)


@lru_cache(maxsize=24)
def _drawn(address: str, changed: int, measure: str, name: str) -> Drawn:
    """A layer, put together once: a city has tens of thousands of facilities."""
    contents = contents_of(address)
    layer = _layer(contents, measure, name)
    rows = placed_rows(layer, contents.geometries)
    legend = legend_of(layer, [row.get("value") for row in rows])
    return Drawn(layer, legend, tuple(_place(layer, legend, row, place) for place, row in enumerate(rows)))


def _place(layer: MapLayer, legend: Legend, row: dict[str, Any], number: int) -> Place:
    value: Value = row.get("value")
    key = str(row.get("id", number))
    step = legend.place_of(value)
    if legend.kind == "words" and step is not None:
        said = legend.steps[step].said
    elif isinstance(value, int | float):
        said = figure(value, layer.unit, as_large_as=legend.largest).text
    else:
        said = WORDS["undetermined"]
    asks = layer.explain.format_map({**row, "id": key}) if layer.explain else None
    names = Text(row["label"], row["label_zh"])
    return Place(key, names, said, legend.colour_of(value), row.get("lon"), row.get("lat"), asks)


def _fits(place: Place, words: str) -> bool:
    sought = words.casefold()
    return sought in place.name.en.casefold() or sought in place.name.zh.casefold() or sought == place.id.casefold()


def _layer(contents: Contents, measure: str, name: str) -> MapLayer:
    for layer in assessment_of(contents, measure).maps:
        if layer.id == name:
            return layer
    raise NoRun(name)


@lru_cache(maxsize=24)
def _packed_layer(address: str, changed: int, measure: str, name: str) -> bytes:
    contents = contents_of(address)
    layer = _layer(contents, measure, name)
    legend = _drawn(address, changed, measure, name).legend
    found = geojson_of_map(layer, contents.geometries, legend)
    if assessment_of(contents, measure).demonstration:
        found = {"notice": "Demonstration: rests on made-up rows / 演示数据：含虚构数据", **found}
    return _packed(found)


@lru_cache(maxsize=8)
def _packed_outlines(address: str, changed: int, name: str) -> bytes:
    found = contents_of(address).geometries.get(name)
    if found is None:
        raise NoRun(name)
    return _packed(geojson_of_outlines(found))


def _packed(found: dict[str, Any]) -> bytes:
    """Written and compressed once; every reader is given the same bytes."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), 6, mtime=0)


def _sent(request: HttpRequest, packed: bytes) -> HttpResponse:
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if takes else gzip.decompress(packed), content_type=GEOJSON)
    if takes:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = FOR_EVER
    response["Vary"] = "Accept-Encoding, Cookie"
    return response
