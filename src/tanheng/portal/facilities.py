"""The facilities of an organisation: which they are, what the latest run says of them, and why.

Who sees the organisation's figures are its own people, the bureau, and the branch of its district; nobody else's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanheng.measures.assessment import Indicator, Trust
from tanheng.measures.registry import ALL_RULES
from tanheng.people.access import access_organisation
from tanheng.people.callers import caller
from tanheng.people.models import Organisation, User
from tanheng.people.rights import may, require
from tanheng.portal.explaining import NotNow, tree_of
from tanheng.portal.run_shelf import NoRun, changed_at, contents_of, latest_run, manifest_of, names_of, runs_folder
from tanheng.problems import InputRejected
from tanheng.report.why import Tree, Whys
from tanheng.runs.facilities import Facility, Worked, facilities_of, figures_of
from tanheng.runs.manifest import Manifest
from tanheng.submissions.place import city_folder
from tanheng.text import Text
from tanheng.web import saying

RIGHT = "facilities.see"
FIRST = ("place_emissions_tco2e", "energy_tce")
RULES = (
    *("place_emissions_tco2e", "place_scope1_tco2e", "place_scope2_tco2e"),
    *("energy_tce", "electricity_mwh", "fuel_co2_t", "process_co2_t", "emissions_tco2e"),
)
MOST = 50


@dataclass(frozen=True)
class Shown:
    """A facility with its figures of one year; none where it did not report."""

    facility: Facility
    figures: tuple[Indicator, ...]


def facilities_for(user: User, organisation: Organisation) -> dict[str, object]:
    """What the page of an organisation shows of its facilities."""
    if not organisation.numbers or not may(user, RIGHT, organisation):
        return {"facilities": (), "facilities_seen": False}
    try:
        found = facilities_of(city_folder(), organisation.numbers)
    except InputRejected as rejected:
        return {"facilities": (), "facilities_seen": True, "facilities_fault": saying.told(rejected.problems[0])}
    run = latest_run()
    figures = _figures(run, found[:MOST], FIRST, run.year) if run else {}
    return {
        "facilities": [
            Shown(each, figures.get((each.id, run.year), ()) if run else ()) for each in found[:MOST]
        ],
        "facilities_more": max(0, len(found) - MOST),
        "facilities_seen": True,
        "facilities_run": run,
    }  # fmt: skip


@login_required
@require_safe
def facility(request: HttpRequest, organisation: int, facility: str) -> HttpResponse:
    """One facility: its figures of the latest run, each with its why, and those of the years before."""
    of, one = _let_in(request, organisation, facility)
    run = latest_run()
    figures = _figures(run, (one,), RULES, None) if run else {}
    years = sorted((year for _facility, year in figures), reverse=True)
    return render(
        request,
        "portal/facility.html",
        {
            "section": "organisations",
            "organisation": of,
            "facility": one,
            "run": run,
            "names": names_of(contents_of(run.address)) if run else None,
            "figures": figures.get((one.id, run.year), ()) if run else (),
            "years": years,
            "rows": _by_rule(figures, one.id, years),
        },
    )


@login_required
@require_safe
def facility_why(request: HttpRequest, organisation: int, facility: str) -> HttpResponse:
    """Why a figure of one's own facility is what it is; worked out from the run, for whoever sees the facility."""
    of, one = _let_in(request, organisation, facility)
    latest = latest_run()
    run = manifest_of(request.GET["run"]) if request.GET.get("run") else latest
    rule, year = request.GET.get("rule", ""), request.GET.get("year", "")
    if run is None or rule not in _titles():
        raise NoRun(rule)
    asks = f"facility_year:{one.id},{year if year.isdigit() and len(year) == 4 else run.year} {rule}"
    tree, missing = told(run.address, asks)
    readable = names_of(contents_of(run.address)).readable
    whys = Whys({asks: tree} if tree else {}, readable)
    found = whys.of(asks)
    return render(
        request,
        "portal/facility_why.html",
        {
            "section": "organisations",
            "organisation": of,
            "facility": one,
            "title": _titles()[rule].title,
            "run": run,
            "asks": asks,
            "missing": missing,
            "total": whys.total(found) if found else None,
            "tree": whys.tell(found) if found else None,
        },
        status=200 if tree or missing else 404,
    )


def told(address: str, asks: str) -> tuple[Tree | None, str]:
    """The explanation of a figure, or what stands in its way."""
    try:
        return tree_of(address, asks), ""
    except NotNow as reason:
        return None, str(reason)


def _let_in(request: HttpRequest, organisation: int, facility: str) -> tuple[Organisation, Facility]:
    """The organisation and its facility; one that is not its own is not there."""
    user = caller(request)
    of = access_organisation(user, organisation)
    require(user, RIGHT, of)
    known = facilities_of(city_folder(), of.numbers)
    one = next((each for each in known if each.id == facility), None)
    if one is None:
        raise NoRun(facility)
    return of, one


@dataclass(frozen=True)
class _Rule:
    title: Text
    unit: str


@cache
def _titles() -> Mapping[str, _Rule]:
    return {rule.name: _Rule(rule.title, str(rule.unit)) for rule in ALL_RULES if rule.entity.name == "facility_year"}


def _figures(
    run: Manifest, facilities: tuple[Facility, ...], rules: tuple[str, ...], year: int | None
) -> dict[tuple[str, int], tuple[Indicator, ...]]:
    ids = tuple(each.id for each in facilities)
    return _read(run.address, changed_at(run.address), ids, rules, year)


@lru_cache(maxsize=512)
def _read(
    address: str, changed: int, ids: tuple[str, ...], rules: tuple[str, ...], year: int | None
) -> dict[tuple[str, int], tuple[Indicator, ...]]:
    """What a run says does not change: so it is read once, as long as its folder is the same."""
    found = figures_of(runs_folder() / address, ids, rules, year=year)
    return {key: tuple(_indicator(key, each) for each in worked) for key, worked in found.items()}


def _indicator(key: tuple[str, int], worked: Worked) -> Indicator:
    """A figure of a facility in the one shape in which pages show figures."""
    about = _titles()[worked.rule]
    trust: Trust | None = worked.trust  # type: ignore[assignment]
    return Indicator(
        worked.rule,
        about.title,
        worked.value,
        about.unit,
        "undetermined" if worked.value is None else "neutral",
        trust=trust,
        why=worked.why,
        digits=1,
    )


def _by_rule(
    figures: Mapping[tuple[str, int], tuple[Indicator, ...]], facility: str, years: list[int]
) -> list[tuple[Indicator, list[Indicator]]]:
    """One row a rule, one cell a year."""
    columns = [figures[facility, year] for year in years]
    return [(cells[0], list(cells)) for cells in zip(*columns, strict=True)]
