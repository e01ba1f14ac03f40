"""Projects in the API; their steps are those of every case, below ``/api/credits/cases``.

GET  /api/credits/projects                          those that one may read
GET  /api/credits/projects/register                 those that anybody may read, without signing in
POST /api/credits/projects                          apply for one; with a public record: take one over
PUT  /api/credits/projects/{id}                     change a draft
POST /api/credits/projects/{id}/reports             begin a monitoring report
PUT  /api/credits/projects/reports/{id}/values      put in what was monitored, and see what comes of it
GET  /api/credits/projects/issuances                what was issued
POST /api/credits/projects/corrections/{id}/settle  give units for a correction
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from tanheng.credits.projects import leaves
from tanheng.credits.projects.access import (
    access_accreditations,
    access_correction,
    access_corrections,
    access_issuances,
    access_project,
    access_projects,
    access_report,
    access_reports,
)
from tanheng.credits.projects.actions import (
    Settled,
    do_apply,
    do_apply_from_record,
    do_begin_report,
    do_begin_report_from_record,
    do_change_project,
    do_propose_accreditation,
    do_put_values,
    do_settle,
)
from tanheng.credits.projects.models import Project, Report
from tanheng.credits.projects.schemas import (
    AccreditationIn,
    AccreditationOut,
    CorrectionOut,
    DescriptionIn,
    IssuanceOut,
    ProjectIn,
    ProjectOut,
    ReportIn,
    ReportOut,
    SettlementIn,
    SettlementOut,
    ValuesIn,
)
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import require
from tanheng.transparency import proofs
from tanheng.transparency.api import InclusionOut, OfSize
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once

READ, WRITE = "credits:read", "credits:write"
router = Router(tags=["credits"], auth=anyone(READ))
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class ProvedIssuanceOut(InclusionOut):
    """Shows that an issuance is in the log, and what it says."""

    body: str


@router.get("", response=PageOut[ProjectOut])
def projects(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The projects that one may read, the newest first."""
    return page(access_projects(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.get("/register", response=PageOut[ProjectOut], auth=None)
def register(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Those that anybody may read."""
    return page(access_projects(None), "id", window.cursor, window.limit, newest_first=True)


@router.post("", response=ProjectOut, auth=anyone(WRITE))
def apply(request: HttpRequest, new: ProjectIn) -> HttpResponse:
    """Apply for a project; with a public record, the bureau takes one over."""
    by = caller(request)

    def deed() -> Project:
        organisation = access_organisation(by, new.organisation)
        if new.source.strip():
            return do_apply_from_record(organisation, new.made(new.source), acting_user=by)
        return do_apply(organisation, new.made(), acting_user=by)

    return once(request, deed, ProjectOut)


@router.get("/reports", response=PageOut[ReportOut])
def reports(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The monitoring reports that one may read, the newest first."""
    rows = access_reports(caller(request)).prefetch_related("years")
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.get("/reports/{report}", response=ReportOut, url_name="report")
def report(request: HttpRequest, report: Id) -> Report:
    """One of them."""
    return access_report(caller(request), report)


@router.put("/reports/{report}/values", response=ReportOut, auth=anyone(WRITE))
def put_values(request: HttpRequest, report: Id, new: ValuesIn) -> HttpResponse:
    """Put in what was monitored; the answer says what the methodology makes of it, or what is missing."""
    by = caller(request)
    return once(request, lambda: do_put_values(access_report(by, report), new.values, acting_user=by), ReportOut)


@router.get("/issuances", response=PageOut[IssuanceOut])
def issuances(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """What was issued, the newest first."""
    return page(access_issuances(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.get("/issuances/{issuance}/proof", response=ProvedIssuanceOut)
def issuance_proof(request: HttpRequest, issuance: Id, which: Query[OfSize]) -> dict[str, Any]:
    """A proof that an issuance is in the log, with its text."""
    found = access_issuances(caller(request)).get(pk=issuance)
    return proofs.inclusion(leaves.ISSUANCE, found.pk, size=which.size, with_body=True)


@router.get("/accreditations", response=PageOut[AccreditationOut])
def accreditations(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The bodies that may validate and verify."""
    return page(access_accreditations(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/accreditations", response=AccreditationOut, auth=anyone(WRITE))
def propose(request: HttpRequest, new: AccreditationIn) -> HttpResponse:
    """Propose a body; the step ``accredit`` puts it on the list."""
    by = caller(request)

    def deed() -> Any:
        require(by, "verifiers.accredit", None)
        return do_propose_accreditation(
            access_organisation(by, new.organisation),
            new.number,
            new.scopes,
            new.methodologies,
            new.first,
            new.last,
            sectors=new.sectors,
            acting_user=by,
        )

    return once(request, deed, AccreditationOut)


@router.post("/corrections/{correction}/settle", response=SettlementOut, auth=anyone(WRITE))
def settle(request: HttpRequest, correction: Id, what: SettlementIn) -> HttpResponse:
    """Give units for what a correction still wants; another person of the developer confirms it."""
    by = caller(request)

    def deed() -> dict[str, Any]:
        found = access_correction(by, correction)
        done: Settled = do_settle(found, what.account, what.quantity, acting_user=by)
        return {
            "transfer": done.returned.transfer_id if done.returned else None,
            "approval": reverse("api:approval", args=[done.approval.pk]) if done.approval else None,
        }

    return once(request, deed, SettlementOut)


@router.get("/{project}", response=ProjectOut, url_name="project")
def project(request: HttpRequest, project: Id) -> Project:
    """One project."""
    return access_project(caller(request), project)


@router.put("/{project}", response=ProjectOut, auth=anyone(WRITE))
def change(request: HttpRequest, project: Id, new: DescriptionIn) -> HttpResponse:
    """Change a draft."""
    by = caller(request)
    return once(request, lambda: do_change_project(access_project(by, project), new.made(), acting_user=by), ProjectOut)


@router.post("/{project}/reports", response=ReportOut, auth=anyone(WRITE))
def begin_report(request: HttpRequest, project: Id, new: ReportIn) -> HttpResponse:
    """Begin a monitoring report; with a public record, the bureau takes a past issuance over."""
    by = caller(request)

    def deed() -> Report:
        found = access_project(by, project)
        if new.source.strip():
            return do_begin_report_from_record(found, new.first, new.last, new.source, acting_user=by)
        return do_begin_report(found, new.first, new.last, acting_user=by)

    return once(request, deed, ReportOut)


@router.get("/{project}/corrections", response=list[CorrectionOut])
def corrections(request: HttpRequest, project: Id) -> Any:
    """What was found wrong of a project's issuances."""
    found = access_project(caller(request), project)
    return access_corrections(found) if found.is_public else []
