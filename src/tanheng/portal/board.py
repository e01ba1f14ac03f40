"""The measures of the policy as a board: what each asks, what stands in the system, how it does.

The catalogue and what stands for each measure come from the rulebook and the house's own rules; the figures from the
latest run of each year. Both are read once a process: neither changes while it runs, but for new runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanheng.handbook.coverage import Coverage, MeasureCovered, coverage_of
from tanheng.handbook.coverage_page import CONFIRMATIONS
from tanheng.measures.assessment import Indicator
from tanheng.measures.registry import ALL_RULES, MEASURES
from tanheng.people.callers import caller
from tanheng.people.standing import anywhere
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import load_rulebook
from tanheng.policy.scenarios import read_scenarios
from tanheng.portal.run_shelf import NoRun, contents_of, latest_run, names_of, series
from tanheng.text import Text

RULEBOOK = "shenzhen"
_WORST = ("bad", "undetermined", "watch", "good", "neutral")


@dataclass(frozen=True)
class Figure:
    """A figure with its past: the values of earlier years as bars from 0 to 1, and the change in the last of them."""

    package: str
    indicator: Indicator
    years: tuple[int, ...]
    bars: tuple[tuple[float, float, float], ...]  # x, y, height in a box of 100 by 30
    width: float
    change: float | None  # in per cent of the year before; of a percentage, in percentage points
    since: int | None

    @property
    def in_points(self) -> bool:
        """Whether the change is in percentage points."""
        return self.indicator.unit == "%"


@dataclass(frozen=True)
class Card:
    """A measure on the board. ``state`` is the worst of its headline figures; None where it has none."""

    covered: MeasureCovered
    figures: tuple[Figure, ...]
    state: str | None

    @property
    def confirmation(self) -> Text:
        """How sure the measure itself is."""
        return CONFIRMATIONS[self.covered.measure.confirmation]


@login_required
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """All measures of the policy."""
    found = coverage()
    cards = [card(each) for each in found.measures]
    known = [each for each in cards if each.covered.measure.confirmation != "not found"]
    return render(
        request,
        "portal/measures.html",
        {
            "title": found.title,
            "cards": sorted(known, key=lambda each: (not each.covered.rules, not each.covered.parameters)),
            "not_found": len(cards) - len(known),
            "count": len(cards),
            "with_rules": sum(bool(each.covered.rules) for each in cards),
            "with_parameters": sum(bool(each.covered.parameters) for each in cards),
        },
    )


@login_required
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure: its text, its figures, its parameters, rules and scenarios, what it lacks."""
    found = next((each for each in coverage().measures if each.measure.key == key), None)
    if found is None:
        raise NoRun(key)
    latest = latest_run()
    return render(
        request,
        "portal/measure.html",
        {
            "section": "measures",
            "card": card(found),
            "covered": found,
            "run": latest,
            "names": names_of(contents_of(latest.address)) if latest else None,
            "may_ask": anywhere(caller(request), "runs.see"),
        },
    )


@cache
def coverage() -> Coverage:
    """What stands for each measure. Which ways the scenarios take is for the handbook, which works them out."""
    scenarios = read_scenarios([file for package in MEASURES for file in sorted(package.scenarios.rglob("*.yaml"))])
    return coverage_of(Plan(ALL_RULES, load_rulebook(RULEBOOK)), scenarios, ())


def card(covered: MeasureCovered) -> Card:
    """A measure with its headline figures over the years."""
    figures = tuple(figure for package in covered.measure.served_by for figure in headline_figures(package))
    states = {_state(each.indicator) for each in figures}
    return Card(covered, figures, next((each for each in _WORST if each in states), None))


def headline_figures(package: str) -> tuple[Figure, ...]:
    """The headline figures of a part in its latest year, each with its past."""
    past = series(package)
    latest = max((years[-1][0] for years in past.values()), default=None)
    return tuple(_figure(package, years) for years in past.values() if years[-1][0] == latest and years[-1][1].headline)


def _figure(package: str, years: Sequence[tuple[int, Indicator]]) -> Figure:
    known = [(year, each.value) for year, each in years if each.value is not None]
    last = years[-1][1]
    change = since = None
    if len(known) > 1 and known[-2][1] and last.value is not None:
        since = known[-2][0]
        change = known[-1][1] - known[-2][1]
        # A share changes by percentage points; anything else by a share of what it was.
        change = change if last.unit == "%" else change / abs(known[-2][1]) * 100
    top = max((abs(value) for _, value in known), default=0) or 1
    step = 100 / max(len(known), 1)
    bars = tuple(
        (round(place * step, 2), round(30 - 30 * abs(value) / top, 2), round(30 * abs(value) / top, 2))
        for place, (_, value) in enumerate(known)
    )
    return Figure(package, last, tuple(year for year, _ in known), bars, round(step * 0.8, 2), change, since)


def _state(indicator: Indicator) -> str:
    return "undetermined" if indicator.value is None else indicator.state
