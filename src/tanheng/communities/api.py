"""The quiet city in the API; steps of communities and complaints are at ``/api/quiet/cases/…``.

GET  /api/quiet/studies                    studies that one may read
POST /api/quiet/studies                    have one worked out: a job
GET  /api/quiet/communities                communities that one may read; POST applies for a title
POST /api/quiet/communities/import         the bureau takes in applications of many from a file
GET  /api/quiet/communities.csv            those that one may read as CSV
GET  /api/quiet/titles                     those with a title, for anybody; titles.csv as CSV
GET  /api/quiet/statistics                 what is counted of applications and titles, for anybody
GET  /api/quiet/reviews                    for the bureau: whose yearly review is due
POST /api/quiet/complaints                 complain, without signing in
GET  /api/quiet/complaints                 for the authority; complaints.csv as CSV
GET  /api/quiet/complaints/places          places by the number of complaints
…    /api/quiet/monitors                   noise monitors and what they measured: ``monitor_api``
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from tanheng.cases.api import router_of
from tanheng.communities.access import access_communities, access_complaints, access_reviews, access_studies
from tanheng.communities.actions import do_apply_community, do_complain, do_import_sent
from tanheng.communities.calculating import AREAS_KM2, FLOORS, KIND, SEED_MOST
from tanheng.communities.community_cases import HOUSEHOLDS_MOST, REMINDED_DAYS
from tanheng.communities.counted import complaint_places, title_statistics
from tanheng.communities.models import Community, Complaint
from tanheng.communities.monitor_api import router as monitors
from tanheng.communities.sight.api import router as sight
from tanheng.communities.tabled import communities_tabled, complaints_tabled
from tanheng.jobs.actions import do_start_job
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import require
from tanheng.people.schemas import In
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once
from tanheng.web.rates import Rate
from tanheng.web.spreadsheets import csv_answer

READ, WRITE = "quiet:read", "quiet:write"
router = Router(tags=["quiet"], auth=anyone(READ))
router.add_router("/cases", router_of("quiet"))
router.add_router("/studies", sight)
router.add_router("/monitors", monitors)
COMPLAINTS = Rate(per_minute=6, burst=3, name="noise-complaint")


class NoiseStudyOut(Schema):
    """A study that is kept."""

    digest: str
    name: str
    method: str
    receivers: int = Field(description="Façade points")
    persons: int | None
    public: bool
    kept_at: datetime


class NoiseStudyIn(In):
    """A made-up quarter to work out, or a kept study anew."""

    of: str = Field("", max_length=64, description="Digest of a kept study; empty for a made-up quarter")
    seed: int = Field(0, ge=0, le=SEED_MOST)
    area_km2: float = Field(AREAS_KM2[0], ge=AREAS_KM2[0], le=AREAS_KM2[1])
    every_floor: int = Field(3, ge=FLOORS[0], le=FLOORS[1])
    method: Literal["cnossos", "hj24"] = "cnossos"


class BegunNoiseStudyOut(Schema):
    """The job that works it out."""

    job: int


class CommunityOut(Schema):
    """A community, and where it stands."""

    id: int
    name: str
    address: str
    households: int
    organisation: str
    state: str
    titled_on: date | None
    judged: dict[str, Any] | None = Field(description="Figures and score card of the study, as evaluated")
    review_due: date | None

    @staticmethod
    def resolve_organisation(case: Community) -> str:
        """Who manages it."""
        return case.organisation.name


class CommunityIn(In):
    """An application for the title."""

    organisation: int = Field(ge=1, le=2**63 - 1)
    name: str = Field(min_length=1, max_length=100)
    address: str = Field(min_length=1, max_length=200)
    households: int = Field(ge=1, le=HOUSEHOLDS_MOST)
    measures: str = Field(min_length=1, max_length=4000)


class ImportedCommunitiesOut(Schema):
    """Applications that were taken in, in the order of their lines."""

    taken: int
    communities: list[int]


class StatisticsOut(Schema):
    """Counts of communities; persons are those of outlines in studies, and only a title that stands counts."""

    applied: int
    waiting: int
    refused: int
    withdrawn: int
    titled: int
    ended: int
    overdue: int
    households: int = Field(description="Of those titled, as they applied")
    outlined: int = Field(description="How many of those titled have residents by an outline of their own")
    persons: float | None = Field(description="Who live in those; none where nobody knows")
    known_sides: float | None = Field(description="Of those persons, of how many it is known whether a side is quiet")
    quiet_side_pct: float | None = Field(description="Share of them with a quiet side, percent")


class PlaceOut(Schema):
    """A place that people complain about."""

    place: str
    complaints: int
    open: int
    traffic: int
    construction: int
    industry: int
    social: int
    first: datetime
    latest: datetime

    @staticmethod
    def resolve_place(found: dict[str, Any]) -> str:
        """As one of them wrote it."""
        return str(found["named"])


class Days(In):
    """Of how many days."""

    days: int | None = Field(None, ge=1, le=3660)


class ComplaintIn(In):
    """What disturbs; no name and no number of a person."""

    source: Literal["traffic", "construction", "industry", "social"]
    place: str = Field(min_length=1, max_length=200)
    noticed_at: datetime
    text: str = Field(min_length=1, max_length=2000)


class ComplaintKeptOut(Schema):
    """That it was received, and where its answer will be found."""

    called: str
    word: str = Field(description="By which one finds the answer; nobody else is told")
    page: str

    @staticmethod
    def resolve_page(case: Complaint) -> str:
        """Its page."""
        return reverse("own_complaint", args=[case.word])


class ComplaintOut(Schema):
    """A complaint as the authority reads it."""

    id: int
    called: str
    source: str
    place: str
    noticed_at: datetime
    text: str
    state: str
    answer: str
    community: int | None = Field(alias="community_id", description="In which it was heard, where that is one")


@router.get("/studies", response=PageOut[NoiseStudyOut])
def studies(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Those that one may read, the newest first."""
    return page(access_studies(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/studies", response=BegunNoiseStudyOut, auth=anyone(WRITE))
def begin_study(request: HttpRequest, new: NoiseStudyIn) -> HttpResponse:
    """Have one worked out."""
    by = caller(request)

    def deed() -> dict[str, int]:
        return {"job": do_start_job(KIND, new.dict(), acting_user=by).pk}

    return once(request, deed, BegunNoiseStudyOut)


@router.get("/titles", response=PageOut[CommunityOut], auth=None)
def titles(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Communities with a title, or that had one."""
    return page(access_communities(None), "id", window.cursor, window.limit, newest_first=True)


@router.get("/communities", response=PageOut[CommunityOut])
def communities(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Those that one may read, the newest first."""
    return page(access_communities(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/communities", response=CommunityOut, auth=anyone(WRITE))
def apply(request: HttpRequest, new: CommunityIn) -> HttpResponse:
    """Apply for the title of a quiet community."""
    by = caller(request)

    def deed() -> Community:
        whose = access_organisation(by, new.organisation)
        given = new.dict(exclude={"organisation"})
        return do_apply_community(whose, **given, acting_user=by)

    return once(request, deed, CommunityOut)


@router.post("/communities/import", response={201: ImportedCommunitiesOut}, auth=anyone(WRITE))
def take_in(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Take applications of many communities in, CSV or .xlsx: all or none; every fault is told by line."""
    taken = do_import_sent(file, acting_user=caller(request))
    return Status(201, {"taken": len(taken), "communities": [each.pk for each in taken]})


@router.get("/communities.csv")
def communities_csv(request: HttpRequest) -> HttpResponseBase:
    """Those that one may read, as CSV."""
    return csv_answer("quiet-communities.csv", communities_tabled(access_communities(caller(request))))


@router.get("/titles.csv", auth=None)
def titles_csv(request: HttpRequest) -> HttpResponseBase:
    """Communities with a title, or that had one, as CSV."""
    return csv_answer("quiet-communities.csv", communities_tabled(access_communities(None)))


@router.get("/statistics", response=StatisticsOut, auth=None)
def statistics(request: HttpRequest) -> Any:
    """What is counted of applications and titles."""
    return title_statistics()


@router.get("/reviews", response=PageOut[CommunityOut])
def reviews(request: HttpRequest, window: Query[Window], asked: Query[Days]) -> Page[Any]:
    """For the bureau: whose yearly review is due within some days (60) or should have been, the longest due first."""
    rows = access_reviews(caller(request), asked.days or REMINDED_DAYS)
    return page(rows, ("review_due", "id"), window.cursor, window.limit)


@router.get("/complaints.csv")
def complaints_csv(request: HttpRequest) -> HttpResponseBase:
    """For the authority as CSV, each with how many there are about its place."""
    require(caller(request), "noise.see", None)
    return csv_answer("noise-complaints.csv", complaints_tabled(access_complaints(caller(request))))


@router.get("/complaints/places", response=list[PlaceOut])
def places(request: HttpRequest, asked: Query[Days]) -> Any:
    """For the authority: places by the number of complaints, the most first; at most 1,000 of them."""
    require(caller(request), "noise.see", None)
    return complaint_places(caller(request), asked.days)[:1000]


@router.get("/complaints", response=PageOut[ComplaintOut])
def complaints(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """For the authority, the newest first."""
    require(caller(request), "noise.see", None)
    return page(access_complaints(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/complaints", response=ComplaintKeptOut, auth=None, throttle=COMPLAINTS)
def complain(request: HttpRequest, new: ComplaintIn) -> Any:
    """Complain, by anybody; the word in the answer is the only way to what became of it."""
    return do_complain(**new.dict())
