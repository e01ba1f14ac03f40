"""Pages of a noise study: map, table, charts, what-ifs; whole without scripts, and the living map on top of it.

/studies/D/                  the page; its address holds indicator, change of traffic or study to compare with
/studies/D/layers.json       what stands where, with the study's own levels
/studies/D/levels.json       the levels of what it is compared with
/studies/D/why/R/            which sources bring how much before façade R
/studies/D/drawing.svg       the same from above, on paper
/studies/D/pictures/N.json   charts, and as .svg
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tanheng.communities.sight.asking import Asked, read, said_of
from tanheng.communities.sight.charts import exposure, exposure_after, exposure_pair
from tanheng.communities.sight.door import Seen, law, measured_in, others, studied
from tanheng.communities.sight.drawing import drawing as drawn
from tanheng.communities.sight.hot import weighed_pair
from tanheng.communities.sight.legend import DIFFERENCE, INDICATORS, LEVELS, NOTHING, SCALES
from tanheng.communities.sight.measured_pages import marks_of, shown_beside
from tanheng.communities.sight.shelf import (
    House,
    Judged,
    Pair,
    houses,
    judged,
    limit_of,
    made_ready,
    packed_layers,
    packed_levels,
    pair_of,
)
from tanheng.communities.sight.why import reason
from tanheng.communities.sight.words import SURFACES, TRUST, USES, WORDS
from tanheng.measures.quiet.cnossos.emission import surfaces
from tanheng.measures.quiet.kept_traffic import FILE as TRAFFIC
from tanheng.measures.quiet.methods import METHODS
from tanheng.measures.quiet.study import Study
from tanheng.problems import InputRejected
from tanheng.report.charts import Picture, time_locale
from tanheng.report.look import CHART_CONFIG
from tanheng.text import Text
from tanheng.web.problems import Problem
from tanheng.web.saying import all_told, told
from tanheng.web.templatetags.page import language

ROWS = 12
ROADS_SHOWN = 400
SHARES_SHOWN = 25
SPOTS_SHOWN = 8
# What a study says does not change, but limits do, and a study may be closed to the public again.
FOR_AN_HOUR = "private, max-age=3600"


@require_safe
def study(request: HttpRequest, digest: str) -> HttpResponse:
    """A study from all sides."""
    seen = studied(request, digest)
    faults: Mapping[str, str] = {}
    made_ready(seen.folder)
    began = time.perf_counter()
    try:
        pair = _asked_pair(request, seen)
    except InputRejected as rejected:
        faults = {each.column or "": told(each) for each in rejected.problems}
        pair = pair_of(seen.folder, Asked())
    took = time.perf_counter() - began
    context = {
        "section": "quiet",
        "seen": seen,
        "w": WORDS,
        "study": pair.own,
        "asked": pair.asked,
        "faults": faults,
        "method": METHODS[pair.own.settings.method].title,
        "indicators": INDICATORS,
        "surfaces": [(name, SURFACES.get(name, name)) for name in surfaces()],
        "has_traffic": (seen.folder / TRAFFIC).exists(),
        "roads": _roads(pair),
        "others": others(request, seen),
        "said": list(said_of(pair.asked, _names(pair))) if pair.asked.changes else [],
        "took_ms": round(1000 * took) if pair.asked.changes else None,
        "query": pair.asked.query,
        "scale": LEVELS if pair.other is None else DIFFERENCE,
        "nothing": NOTHING,
        "hot": _hot(pair),
        **_table(request, seen, pair),
        **shown_beside(measured := measured_in(request, seen)),
        "described": {**_described(seen, pair), "measured": marks_of(measured)},
    }
    context["shown_pictures"] = [(name, _picture(pair, name)) for name in _pictures(pair)]
    return render(request, "sight/study.html", context, status=422 if faults else 200)


@require_safe
def layers(request: HttpRequest, digest: str) -> HttpResponse:
    """What the map is drawn from."""
    seen = studied(request, digest)
    return _sent(request, packed_layers(seen.folder, law()))


@require_safe
def levels(request: HttpRequest, digest: str) -> HttpResponse:
    """The levels of the change that is asked for, or of the study to compare with, in the order of the layers."""
    seen = studied(request, digest)
    pair = _pair(request, seen)
    before, after = weighed_pair(pair, law())
    other = before if pair.compared is not None and before is not None else after
    # Outlines are in the metres of their own study.
    fits = pair.compared is None or pair.compared.crs == pair.own.crs
    return _sent(request, packed_levels(pair.other or pair.own, pair.own, other.spots if fits else ()))


@require_safe
def why(request: HttpRequest, digest: str, receiver: int) -> HttpResponse:
    """Which sources bring how much before a façade."""
    seen = studied(request, digest)
    pair = _pair(request, seen)
    try:
        # Sources are those of a study's own matrix, so of another study it is this one that is explained.
        told = reason(pair.after if pair.asked.changes else pair.own, receiver, pair.asked.show)
    except IndexError:
        raise seen.nothing() from None
    context = {
        "section": "quiet",
        "seen": seen,
        "w": WORDS,
        "reason": told,
        "floor": floor_of(told.floor),
        "asked": pair.asked,
        "study": pair.own,
        "query": pair.asked.query,
        "more": max(0, len(told.shares) - SHARES_SHOWN),
        "shares": [
            (share, share.levels[pair.asked.show], 100 * share.part, TRUST.get(share.status, share.status))
            for share in told.shares[:SHARES_SHOWN]
        ],
    }
    return render(request, "sight/why.html", context)


@require_safe
def drawing(request: HttpRequest, digest: str) -> HttpResponse:
    """From above, as on paper."""
    seen = studied(request, digest)
    pair = _pair(request, seen)
    said = INDICATORS[pair.asked.show].in_language(language())
    title = f"{pair.own.name}: {WORDS['map'].in_language(language())}, {said}"
    against = pair.before if pair.other is not None else None
    marks = marks_of(measured_in(request, seen))
    svg = drawn(pair.after, pair.asked.show, title, against, DIFFERENCE if against else LEVELS, marks, language())
    return _svg(svg)


@require_safe
def picture(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """What a chart is drawn from."""
    seen = studied(request, digest)
    drawn_from, tongue = _picture_or_404(request, seen, name), language()
    response = JsonResponse(
        {
            "spec": drawn_from.specs[tongue],
            "data": drawn_from.data,
            "describes": drawn_from.describes.in_language(tongue),
            "config": CHART_CONFIG,
            "time": time_locale(tongue),
        },
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    response["Cache-Control"], response["Vary"] = "private, max-age=600", "Accept-Language, Cookie"
    return response


@require_safe
def picture_drawing(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """A chart as it is drawn on paper."""
    seen = studied(request, digest)
    return _svg(_picture_or_404(request, seen, name).svg(language()))


def _pair(request: HttpRequest, seen: Seen) -> Pair:
    """For what is no page; a ``Problem`` with everything that cannot be meant."""
    try:
        return _asked_pair(request, seen)
    except InputRejected as rejected:
        raise Problem(422, rejected.problems[0].code, detail="\n".join(all_told(rejected))) from rejected


def _asked_pair(request: HttpRequest, seen: Seen) -> Pair:
    asked = read(request.GET)
    other = None
    if asked.against and not asked.changes:
        other = studied(request, asked.against).folder
    return pair_of(seen.folder, asked, other)


def _pictures(pair: Pair) -> tuple[str, ...]:
    """Of one study its chart; of two each with its own, side by side, and both in one."""
    return ("exposure",) if pair.other is None else ("exposure_before", "exposure", "exposure_after")


def _picture(pair: Pair, name: str) -> Picture | None:
    if name not in _pictures(pair):
        return None
    if name == "exposure_after":
        return exposure_after(pair.before, pair.after, pair.asked.show)
    if pair.other is None:
        return exposure(pair.own)
    before, after = exposure_pair(pair.before, pair.after)
    return before if name == "exposure_before" else after


def _picture_or_404(request: HttpRequest, seen: Seen, name: str) -> Picture:
    found = _picture(_pair(request, seen), name)
    if found is None:
        raise seen.nothing()
    return found


def _table(request: HttpRequest, seen: Seen, pair: Pair) -> dict[str, Any]:
    """The buildings, as far as they are asked for, and what is said of all of them."""
    found = judged(seen.folder, law())
    rows = houses(pair, found)
    words = request.GET.get("q", "").strip()[:100]
    fits = [row for row in rows if words.casefold() in row.id.casefold()] if words else rows
    window = Paginator(fits, ROWS).get_page(request.GET.get("page"))
    return {
        "q": words,
        "found": len(fits),
        "window": window,
        "rows": [_row(row) for row in window.object_list],
        "loudest": _row(rows[0]) if rows else None,
        "has_limits": any(row.over is not None for row in rows),
        "summary": _summary(found, pair.after, pair.asked.show, rows),
        "was": None if pair.other is None else _summary(found, pair.before, pair.asked.show, rows),
        "unjudged": [told(each) for each in found.faults],
        "page_query": f"{pair.asked.query}&{urlencode({'q': words})}" if words else pair.asked.query,
    }


def _hot(pair: Pair) -> dict[str, Any]:
    """The heaviest hot spots of what is shown, with the sources that they come from, and what their buildings had
    before."""
    names = _names(pair)
    before, after = weighed_pair(pair, law())
    change = None if before is None or not before.burden else 100 * (after.burden / before.burden - 1)
    return {
        "before": before,
        "after": after,
        "change": change,
        "rows": [
            {
                "spot": spot,
                "before": None if before is None else before.of(spot.buildings),
                "buildings": len(spot.buildings),
                "sources": [(names.get(each.feature) or each.feature, 100 * each.share) for each in spot.sources[:3]],
            }
            for spot in after.spots[:SPOTS_SHOWN]
        ],
    }


def _row(house: House) -> dict[str, Any]:
    return {
        "house": house,
        "use": USES.get(house.use, house.use),
        "floor": floor_of(house.floor),
        "colour": LEVELS.colour_of(house.loudest),
        "change": None if house.before is None else house.loudest - house.before,
    }


def floor_of(number: int) -> Text:
    """A floor in words."""
    return WORDS["floor"].format(n=number)


def _summary(found: Judged, shown: Study, indicator: str, rows: list[House]) -> dict[str, Any]:
    """Over all buildings: the loudest façade, residents over the limit, and what half of the residents live with."""
    level = shown.level(indicator)
    persons = np.nan_to_num(shown.receivers["persons"].to_numpy(zero_copy_only=False).astype(float))
    over = level > limit_of(found, indicator)
    order = np.argsort(-level, kind="stable")
    lived = np.cumsum(persons[order])
    half = level[order][np.searchsorted(lived, 0.5 * lived[-1])] if len(lived) and lived[-1] > 0 else None
    return {
        "houses": len(rows),
        "residents": float(persons.sum()),
        "over": float(persons[over].sum()) if any(row.over is not None for row in rows) else None,
        "half": None if half is None or not np.isfinite(half) else float(half),
        "loudest": float(level.max()) if len(level) and np.isfinite(level.max()) else None,
    }


def _names(pair: Pair) -> dict[str, str]:
    roads = pair.own.quarter["roads"]
    return {id: name for id, name in zip(roads["id"].to_pylist(), roads["name"].to_pylist(), strict=True) if name}


def _roads(pair: Pair) -> list[dict[str, Any]]:
    """Roads that sound, the loudest first, to choose from."""
    table = {row["id"]: row for row in pair.own.quarter["roads"].drop(["geometry"]).to_pylist()}
    power = np.power(10.0, pair.own.emission / 10.0).sum(axis=(1, 2))
    found = [
        (float(power[row]), each["feature"], each["status"])
        for row, each in enumerate(pair.own.columns.to_pylist())
        if each["kind"] == "road"
    ]
    found = list({feature: each for each in sorted(found) for feature in each[1:2]}.values())
    chosen = set(pair.asked.roads)
    return [
        {
            "id": id,
            "name": f"{table[id]['name'] or table[id]['class'] or ''} ({id})",
            "status": status,
            "chosen": id in chosen,
        }
        for _, id, status in sorted(found, key=lambda each: (-each[0], each[1]))[:ROADS_SHOWN]
    ]


def _described(seen: Seen, pair: Pair) -> dict[str, Any]:
    """What the script needs to draw the map."""
    tongue, query, of = language(), pair.asked.query, [seen.digest]
    return {
        "layers": reverse("noise_layers", args=of),
        "levels": f"{reverse('noise_levels', args=of)}?{query}" if pair.other is not None else None,
        "other": None if pair.other is None else ("after" if pair.asked.changes else "before"),
        "why": reverse("noise_why", args=[*of, 0]).replace("/0/", "/{receiver}/"),
        "query": query,
        "show": pair.asked.show,
        "scales": {
            name: {
                "bounds": scale.bounds,
                "colours": scale.colours,
                "unit": scale.unit,
                "title": scale.title.in_language(tongue),
                "said": [step.in_language(tongue) for step, _ in scale.steps],
            }
            for name, scale in SCALES.items()
        },
        "nothing": NOTHING,
        "limits": {"Ld": "day", "Ln": "night"}.get(pair.asked.show),
        "words": {
            name: WORDS[name].in_language(tongue)
            for name in ("floor", "silent", "limit", "over", "class", "before", "after", "swipe", "change",
                         "power", "legend", "layer_monitors", "calculated", "measured", "building")
        },
        "trust": {name: said.in_language(tongue) for name, said in TRUST.items()},
    }  # fmt: skip


def _svg(svg: str) -> HttpResponse:
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"], response["Vary"] = "private, max-age=600", "Accept-Language, Cookie"
    # The drawing's own colours stand in it; it loads nothing and runs nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _sent(request: HttpRequest, content: bytes) -> HttpResponse:
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(content if takes else gzip.decompress(content), content_type="application/json")
    if takes:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"], response["Vary"] = FOR_AN_HOUR, "Accept-Encoding, Cookie"
    return response
