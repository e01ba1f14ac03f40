"""Assessments: the list of runs, a run, one of its parts, a table, a chart's description, an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanheng.decisions.pages import proposals_for
from tanheng.measures.assessment import Assessment, Chart, Indicator, MapLayer, Section, Table
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import Refused
from tanheng.people.standing import anywhere
from tanheng.portal.facilities import told
from tanheng.portal.run_shelf import (
    NoRun,
    assessment_of,
    changed_at,
    contents_of,
    is_comparison,
    manifest_of,
    names_of,
    picture_of,
    reasons_of,
    shelf,
)
from tanheng.report.cells import Page, page_of
from tanheng.report.charts import time_locale
from tanheng.report.contents import Contents
from tanheng.report.look import CHART_CONFIG
from tanheng.report.typography import in_chinese, subscripts
from tanheng.report.why import Why, Whys
from tanheng.web.templatetags.page import language

Item = Indicator | Table | Chart | MapLayer
ROWS_FIRST = 12
ROWS_A_PAGE = 100
# The same pages show a run and a comparison, each at its own addresses.
RUN_ROUTES = {
    "all": "runs",
    "whole": "run",
    "part": "part",
    "table": "run_table",
    "picture": "picture",
    "drawing": "drawing",
}
COMPARISON_ROUTES = {
    "all": "comparisons",
    "whole": "comparison",
    "part": "comparison_part",
    "table": "comparison_table",
    "picture": "comparison_picture",
    "drawing": "comparison_drawing",
}
# A run does not change, so a browser may keep what it was given of one; but only its own.
KEPT = "private, max-age=86400"


@dataclass(frozen=True)
class Shown:
    """One thing of a part: exactly one of the three is there."""

    table: Table | None = None
    page: Page | None = None
    picture: Chart | MapLayer | None = None


@dataclass(frozen=True)
class Part:
    """A section with what it shows: figures side by side, then the rest in order."""

    section: Section | None
    figures: tuple[Indicator, ...]
    shown: tuple[Shown, ...]


def let_in_to_runs(request: HttpRequest) -> User:
    """Who asks; refuses who may not read assessments."""
    user = caller(request)
    if not anywhere(user, "runs.see"):
        from django.utils.translation import gettext as _

        raise Refused(
            "people.refused", _("Assessments of the whole city are for the bureau and its district branches.")
        )
    return user


@login_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """All runs, the latest year first."""
    let_in_to_runs(request)
    return render(request, "portal/runs.html", {"runs": shelf(), "may_start": anywhere(caller(request), "runs.start")})


@login_required
@require_safe
def run(request: HttpRequest, address: str) -> HttpResponse:
    """A run at a glance: what each part answers, its headline figures, what went in."""
    let_in_to_runs(request)
    contents = contents_of(address)
    return render(request, "portal/run.html", frame(contents, None))


@login_required
@require_safe
def part(request: HttpRequest, address: str, measure: str) -> HttpResponse:
    """One part in reading order; its charts come after the page."""
    let_in_to_runs(request)
    contents = contents_of(address)
    assessment = assessment_of(contents, measure)
    return render(
        request,
        "portal/part.html",
        {
            **frame(contents, assessment),
            "assessment": assessment,
            "apart": apart_of(assessment),
            "parts": parts_of(address, measure),
            **({} if is_comparison(address) else proposals_for(caller(request), address, measure)),
        },
    )


@login_required
@require_safe
def table(request: HttpRequest, address: str, measure: str, name: str) -> HttpResponse:
    """All rows of one table, by pages."""
    let_in_to_runs(request)
    contents = contents_of(address)
    assessment = assessment_of(contents, measure)
    found = next((each for each in assessment.tables if each.id == name), None)
    if found is None:
        raise NoRun(name)
    pages = Paginator(range(found.data.num_rows), ROWS_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    first = max(shown.start_index() - 1, 0)
    rows = page_of(found, first + ROWS_A_PAGE)
    return render(
        request,
        "portal/table.html",
        {
            **frame(contents, assessment),
            "assessment": assessment,
            "table": found,
            "page": Page(rows.heads, rows.rows[first:]),
            "window": shown,
        },
    )


@login_required
@require_safe
def picture(request: HttpRequest, address: str, measure: str, name: str) -> HttpResponse:
    """What a chart or a map is drawn from, the same description as in the report."""
    let_in_to_runs(request)
    contents = contents_of(address)
    drawn, tongue = picture_of(contents, measure, name), language()
    describes = drawn.describes.in_language(tongue)
    response = JsonResponse(
        {
            "spec": drawn.specs[tongue],
            "data": drawn.data,
            "describes": in_chinese(describes) if tongue == "zh" else subscripts(describes),
            "config": CHART_CONFIG,
            "time": time_locale(tongue),
        },
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    response["Cache-Control"] = KEPT
    response["Vary"] = "Accept-Language, Cookie"
    return response


@login_required
@require_safe
def drawing(request: HttpRequest, address: str, measure: str, name: str) -> HttpResponse:
    """A chart or a map as it is drawn on paper, for where no script runs."""
    let_in_to_runs(request)
    drawn = picture_of(contents_of(address), measure, name)
    response = HttpResponse(drawn.svg(language()), content_type="image/svg+xml")
    response["Cache-Control"] = KEPT
    response["Vary"] = "Accept-Language, Cookie"
    # The drawing's own colours stand in it; it loads nothing and runs nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@login_required
@require_safe
def why(request: HttpRequest, address: str) -> HttpResponse:
    """Why a figure is what it is: its tree of rules, values, parameters and sources."""
    let_in_to_runs(request)
    contents = contents_of(address)
    asks = request.GET.get("asks", "")
    tree, missing = told(address, asks)
    whys = Whys({asks: tree} if tree else {}, names_of(contents).readable)
    found: Why | None = whys.of(asks)
    return render(
        request,
        "portal/why.html",
        {
            **frame(contents, None),
            "asks": asks,
            "indicator": _indicator(contents, asks),
            "missing": missing,
            "total": whys.total(found) if found else None,
            "tree": whys.tell(found) if found else None,
        },
        status=200 if found or missing or _indicator(contents, asks) or _stands_on_a_map(contents, asks) else 404,
    )


def frame(contents: Contents, assessment: Assessment | None) -> dict[str, object]:
    """What every page of a run or a comparison shows."""
    address = contents.manifest.address
    compares = is_comparison(address)
    return {
        "section": "comparisons" if compares else "runs",
        "routes": COMPARISON_ROUTES if compares else RUN_ROUTES,
        "reasons": reasons_of(address, assessment.measure) if compares and assessment else (),
        "run": manifest_of(address),
        "contents": contents,
        "names": names_of(contents),
        "chosen": assessment.measure if assessment else None,
    }


def apart_of(assessment: Assessment) -> list[Indicator]:
    """The headline figures that no section shows."""
    told = {name for section in assessment.sections for name in section.shows}
    return [each for each in assessment.indicators if each.headline and each.id not in told]


def parts_of(address: str, measure: str) -> list[Part]:
    """A part of a run in reading order."""
    return _parts(address, changed_at(address), measure)


@lru_cache(maxsize=24)
def _parts(address: str, changed: int, measure: str) -> list[Part]:
    """In reading order; put together once, for its tables are long to write."""
    assessment = assessment_of(contents_of(address), measure)
    items: list[Item] = [*assessment.indicators, *assessment.tables, *assessment.charts, *assessment.maps]
    known = {item.id: item for item in items}
    parts = [_part(section, [known[name] for name in section.shows]) for section in assessment.sections]
    told = {name for section in assessment.sections for name in section.shows}
    rest = [item for name, item in known.items() if name not in told and not _is_headline(item)]
    return [*parts, _part(None, rest)] if rest else parts


def _is_headline(item: object) -> bool:
    return isinstance(item, Indicator) and item.headline


def _part(section: Section | None, items: list[Item]) -> Part:
    return Part(
        section,
        tuple(item for item in items if isinstance(item, Indicator)),
        tuple(_shown(item) for item in items if not isinstance(item, Indicator)),
    )


def _shown(item: Table | Chart | MapLayer) -> Shown:
    if isinstance(item, Table):
        return Shown(table=item, page=page_of(item, ROWS_FIRST))
    return Shown(picture=item)


def _indicator(contents: Contents, asks: str) -> Indicator | None:
    found = (each for assessment in contents.assessments for each in assessment.indicators if each.explain == asks)
    return next(found, None) if asks else None


def _stands_on_a_map(contents: Contents, asks: str) -> bool:
    """Whether it is the figure of a place of a map; far too many to be explained beforehand."""
    for layer in (layer for assessment in contents.assessments for layer in assessment.maps if layer.explain):
        before, _, after = str(layer.explain).partition("{id}")
        place = asks.removeprefix(before).removesuffix(after)
        ids = layer.data.column("id").to_pylist() if "id" in layer.data.column_names else []
        if f"{before}{place}{after}" == asks and place in ids:
            return True
    return False
