"""What monitors measured beside a study: the part of its page, and the same as JSON and CSV."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tanheng.communities.sight.door import measured_in, studied
from tanheng.communities.sight.measured import PERIOD, Compared
from tanheng.communities.sight.measured_words import GROUP_WORDS, MEASURED, ROAD_CLASSES
from tanheng.text import Text
from tanheng.web.spreadsheets import csv_answer
from tanheng.web.templatetags.page import language

Answer = TypeVar("Answer", bound=HttpResponseBase)

DIGITS = 2
PLACE = ("lon", "lat", "height_m")


def shown_beside(found: Compared) -> dict[str, Any]:
    """What the page writes."""
    calibration = found.calibration
    return {
        "m": MEASURED,
        "measured": found,
        "measured_rows": [
            (row, [(name, row.measured[name], row.calculated[name], row.difference(name), row.hours[name],
                    row.spells[name]) for name in PERIOD])
            for row in found.rows
        ],
        "measured_errors": [(name, errors, sum(row.hours[name] for row in found.rows), sum(
            row.difference(name) is not None for row in found.rows)) for name, errors in found.errors.items()
            if errors is not None],
        "calibration_errors": [] if calibration is None else [
            (MEASURED[name], getattr(calibration, name)) for name in ("before", "after", "left_out")
        ],
        "calibration_groups": [] if calibration is None else [
            (_group(name), offset, deviation, heard, at_limit)
            for name, offset, deviation, heard, at_limit in zip(
                calibration.groups, calibration.offsets.tolist(), calibration.deviations.tolist(),
                calibration.heard.tolist(), calibration.at_limit.tolist(), strict=True)
        ],
    }  # fmt: skip


def marks_of(found: Compared) -> list[dict[str, Any]]:
    """What stands on the map: each monitor and its levels as text."""
    tongue = language()
    return [
        {
            "name": row.station.name,
            "lon": row.station.lon,
            "lat": row.station.lat,
            "label": {name: f"{_level(row.measured[name])} / {_level(row.calculated[name])}" for name in PERIOD},
            "said": {
                name: (MEASURED["mark"] if row.measured[name] is not None else MEASURED["mark_unmeasured"])
                .format(
                    name=name,
                    measured=_level(row.measured[name]),
                    calculated=_level(row.calculated[name]),
                    hours=row.hours[name],
                )
                .in_language(tongue)
                for name in PERIOD
            },
        }
        for row in found.rows
    ]


@require_safe
def as_json(request: HttpRequest, digest: str) -> HttpResponse:
    """The same for programs; as ``/api/quiet/studies/{digest}/monitors``."""
    found = measured_in(request, studied(request, digest)).as_json()
    return _own(JsonResponse(found, json_dumps_params={"ensure_ascii": False}))


@require_safe
def as_csv(request: HttpRequest, digest: str) -> HttpResponseBase:
    """One row for each monitor."""
    rows = measured_in(request, studied(request, digest)).as_json()["monitors"]
    names = list(rows[0]) if rows else ["monitor", "name"]
    told = ([row[name] if name in PLACE else _cell(row[name]) for name in names] for row in rows)
    return _own(csv_answer(f"noise-study-{digest[:12]}-monitors.csv", [names, *told]))


def _own(response: Answer) -> Answer:
    response["Cache-Control"], response["Vary"] = "private, no-cache", "Cookie"
    return response


def _cell(value: object) -> object:
    """Levels by hundredths."""
    return round(value, DIGITS) if isinstance(value, float) else value


def _level(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _group(name: str) -> Text:
    """A group of sources in words; in Chinese with what a city calls such roads."""
    kind, _, rest = name.partition(" ")
    stem = rest.removesuffix("_link")
    if kind == "road" and stem in ROAD_CLASSES:
        return Text(name, f"{ROAD_CLASSES[stem]}{'匝道' if stem != rest else ''}({rest})")
    said = GROUP_WORDS.get(kind)
    if said is None:
        return Text(name, name)
    return Text(f"{said.en} {rest}".strip(), f"{said.zh} {rest}".strip())
