"""Comparisons in the API: what stands, and a new one asked for as a job."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import ConfigDict, StringConstraints

from tanheng.jobs.actions import do_start_job
from tanheng.jobs.schemas import JobOut
from tanheng.people.callers import anyone, caller
from tanheng.portal.run_pages import let_in_to_runs
from tanheng.portal.run_shelf import NoRun, comparisons, contents_of, is_comparison
from tanheng.portal.work.comparisons import KIND, OVERLAY_MOST
from tanheng.runs import Manifest
from tanheng.web.keys import once
from tanheng.web.problems import not_found

READ, WRITE = "comparisons:read", "comparisons:write"
router = Router(tags=["comparisons"], auth=anyone(READ))
File = Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,80}\.ya?ml$")]


class Said(Schema):
    """A text in both languages."""

    en: str
    zh: str


class ComparisonOut(Schema):
    """A comparison, as far as a list tells."""

    url: str
    address: str
    city: Said
    year: int
    date: date
    rulebook: str
    titles: list[Said]
    demonstration: bool


class WholeOut(ComparisonOut):
    """With what it says first."""

    headline: list[Said]


class ComparisonIn(Schema):
    """What is compared; exactly one of reforms and overlay, two days, or a range."""

    model_config = ConfigDict(extra="forbid")

    year: int | None = Field(None, ge=1900, le=2200)
    on: date | None = None
    first: date | None = Field(None, description="The earlier of two days")
    second: date | None = Field(None, description="The later of two days")
    sweep: str | None = Field(None, max_length=500, description="PARAMETER[CATEGORY, ...]=FROM:TO:STEPS")
    reforms: list[File] = Field([], max_length=6, description="Reforms of the operator by their file, a variant each")
    overlay: str | None = Field(None, max_length=OVERLAY_MOST, description="A reform as YAML")


@router.get("", response=list[ComparisonOut])
def all_comparisons(request: HttpRequest) -> list[dict[str, Any]]:
    """The comparisons that stand, the latest first."""
    let_in_to_runs(request)
    return [_as_told(each) for each in comparisons()[:500]]


@router.post("", response={202: JobOut}, auth=anyone(WRITE))
def start(request: HttpRequest, new: ComparisonIn) -> HttpResponse:
    """Ask for a comparison; the job that does it says where it stands in the end."""
    user = caller(request)
    given: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in new.dict(exclude={"reforms"}).items()
        if value is not None
    }
    if new.reforms:
        given["reforms"] = ",".join(new.reforms)
    return once(request, lambda: do_start_job(KIND, given, acting_user=user), JobOut, status=202)


@router.get("/{address}", response=WholeOut, url_name="comparison")
def comparison(request: HttpRequest, address: str) -> dict[str, Any]:
    """One comparison, with what it says first."""
    let_in_to_runs(request)
    try:
        known = is_comparison(address)
    except NoRun:
        known = False
    if not known:
        raise not_found(_("comparison"))
    contents = contents_of(address)
    headline = [text._asdict() for each in contents.assessments for text in each.headline]
    return {**_as_told(contents.manifest), "headline": headline}


def _as_told(manifest: Manifest) -> dict[str, Any]:
    return {
        "url": reverse("api:comparison", args=[manifest.address]),
        "address": manifest.address,
        "city": manifest.city._asdict(),
        "year": manifest.year,
        "date": manifest.date,
        "rulebook": manifest.rulebook.name,
        "titles": [title._asdict() for title in manifest.measures.values()],
        "demonstration": manifest.demonstration,
    }
