"""Room for new projects: a place's budget, less what it is forecast to emit, less what approved projects will add.

A project that runs is in the forecast already. A project that is approved and does not run yet takes a full year
of its expected emissions, and so does one that applies: room given once is used every year after.
Applications are tried in the order of emissions per value added, lowest first: scarce room goes where it makes most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tanheng.text import Text

Verdict = Literal["fits", "fits_at_median", "does_not_fit", "undetermined"]


@dataclass(frozen=True)
class Room:
    """What a place has left in a year, tonnes of CO2e; may be negative.

    ``left`` holds at the median forecast and ``sure`` at the upper bound of its interval. None is undetermined, and
    ``missing`` says why.
    """

    place: str
    left: float | None
    sure: float | None
    missing: Text | None = None


def room(
    place: str,
    *,
    budget: float | None,
    forecast: float | None,
    forecast_high: float | None,
    approved: float | None,
    missing: Mapping[str, Text],
) -> Room:
    """Budget less forecast less approved projects. ``missing`` says for each of the three what is lacking."""
    for name, value in (("budget", budget), ("forecast", forecast), ("approved", approved)):
        if value is None:
            return Room(place, None, None, missing[name])
    assert budget is not None and forecast is not None and approved is not None
    high = forecast if forecast_high is None else forecast_high
    return Room(place, budget - forecast - approved, budget - high - approved)


@dataclass(frozen=True)
class Application:
    """A project that asks for room. ``emissions`` a year, tCO2e, and ``value_added`` a year; None is not stated."""

    project: str
    place: str
    emissions: float | None
    value_added: float | None

    @property
    def intensity(self) -> float | None:
        if self.emissions is None or not self.value_added:
            return None
        return self.emissions / self.value_added


@dataclass(frozen=True)
class Fit:
    """Whether an application fits, with the room before it and the reason.

    fits: even if emissions come out at the upper bound. fits_at_median: only if they come out as forecast.
    """

    application: Application
    verdict: Verdict
    before: float | None
    because: Text


def fit(applications: Sequence[Application], rooms: Mapping[str, Room]) -> tuple[Fit, ...]:
    """Try the applications of each place in turn; what fits takes its room from those after it."""
    taken: dict[str, float] = {}
    found = []
    for application in sorted(applications, key=_turn):
        one = _try(application, rooms.get(application.place), taken.get(application.place, 0.0))
        if one.verdict in ("fits", "fits_at_median"):
            taken[application.place] = taken.get(application.place, 0.0) + (application.emissions or 0.0)
        found.append(one)
    return tuple(found)


def _turn(application: Application) -> tuple[str, bool, float, str]:
    intensity = application.intensity
    return (application.place, intensity is None, intensity or 0.0, application.project)


def _try(application: Application, there: Room | None, taken: float) -> Fit:
    asked = application.emissions
    if there is None or there.left is None or there.sure is None:
        missing = there.missing if there is not None and there.missing else Text("no room is known", "余量未知")
        return Fit(application, "undetermined", None, missing)
    before = there.left - taken
    if asked is None:
        return Fit(application, "undetermined", before, Text("its emissions are not stated", "未填报预计排放量"))
    if asked <= there.sure - taken:
        said = Text(
            f"{asked:,.0f} t fit into {before:,.0f} t, even if emissions come out high",
            f"{asked:,.0f}吨可纳入余量{before:,.0f}吨,排放偏高时仍可纳入",
        )
        return Fit(application, "fits", before, said)
    if asked <= before:
        said = Text(
            f"{asked:,.0f} t fit into {before:,.0f} t if emissions come out as forecast, not if they come out high",
            f"按预测中值{asked:,.0f}吨可纳入余量{before:,.0f}吨,排放偏高时不能",
        )
        return Fit(application, "fits_at_median", before, said)
    said = Text(f"{asked:,.0f} t exceed the {before:,.0f} t left", f"{asked:,.0f}吨超过余量{before:,.0f}吨")
    return Fit(application, "does_not_fit", before, said)
