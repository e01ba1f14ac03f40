"""Jobs in the API: ask for one, see how far it is, cancel it; what the house does by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tanheng.jobs.access import access_job, access_jobs, access_last_rounds
from tanheng.jobs.actions import do_cancel_job, do_start_job
from tanheng.jobs.models import Job
from tanheng.jobs.routines import ROUTINES
from tanheng.jobs.schemas import Id, JobFilter, JobIn, JobOut, RoundOut
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once

READ, WRITE = "jobs:read", "jobs:write"
router = Router(tags=["jobs"], auth=anyone(READ))


@router.get("", response=PageOut[JobOut])
def jobs(request: HttpRequest, window: Query[Window], which: Query[JobFilter]) -> Page[Job]:
    """One's jobs, the newest first; everybody's for who looks after them."""
    conditions = {name: value for name, value in which.dict().items() if value is not None}
    rows = access_jobs(caller(request)).filter(**conditions)
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.post("", response={202: JobOut}, auth=anyone(WRITE))
def start(request: HttpRequest, new: JobIn) -> HttpResponse:
    """Ask for a job; where the same one is under way, that one is the answer."""
    user = caller(request)

    def ask() -> Job:
        whose = access_organisation(user, new.organisation) if new.organisation is not None else None
        return do_start_job(new.kind, dict(new.arguments), acting_user=user, organisation=whose)

    return once(request, ask, JobOut, status=202)


# Before the next one, whose address would match it.
@router.get("/routines", response=list[RoundOut])
def routines(request: HttpRequest) -> list[dict[str, Any]]:
    """What the house does by itself, when it last did, and what became of it."""
    last = {each.routine: each for each in access_last_rounds(caller(request))}
    names = ("state", "started_at", "ended_at", "done_at", "said")
    return [
        {
            "routine": name,
            "every": routine.every,
            **{each: getattr(last.get(name), each, None) for each in names},
            "problems": getattr(last.get(name), "problems", []),
            "fault": getattr(last.get(name), "fault", ""),
        }
        for name, routine in ROUTINES.items()
    ]


@router.get("/{job}", response=JobOut, url_name="job")
def job(request: HttpRequest, job: Id) -> Job:
    """One job: how far it is, and what came of it."""
    return access_job(caller(request), job)


@router.post("/{job}/cancel", response=JobOut, auth=anyone(WRITE))
def cancel(request: HttpRequest, job: Id) -> HttpResponse:
    """Cancel a job: at once if it waits, at its next step if it runs."""
    user = caller(request)
    return once(request, lambda: do_cancel_job(job, acting_user=user), JobOut)
