"""Every step of every case, from outside; each area of the house has its own below ``/api/<area>/cases``.

GET  {kind}/{id}            its state, and the steps that one may take now
GET  {kind}/{id}/passages   what happened to it
POST {kind}/{id}/{step}     take a step
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Router, Schema
from pydantic import Field

from tanheng.cases.access import NoCase, access_case, access_passages
from tanheng.cases.models import Case
from tanheng.cases.steps import CASES
from tanheng.cases.taking import open_steps, take
from tanheng.people.callers import anyone, caller
from tanheng.web.keys import once

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Slug = Annotated[str, Path(max_length=32)]


class CaseOut(Schema):
    """A case as everybody who may see it sees it."""

    kind: str
    id: int
    called: str
    state: str
    steps: list[str]
    approval: str | None = None


class PassageOut(Schema):
    """A step that was taken."""

    id: int
    at: datetime
    step: str
    source: str
    target: str
    reason: str
    given: dict[str, str]


class StepIn(Schema):
    """What a step asks for, as text, and why it is taken."""

    reason: str = Field("", max_length=2000)
    given: dict[str, str] = Field(default_factory=dict)


def router_of(area: str) -> Router:
    """The steps of the cases of an area, for keys with the scopes ``<area>:read`` and ``<area>:write``."""
    write = anyone(f"{area}:write")
    router = Router(tags=[area], auth=anyone(f"{area}:read"))

    def found(request: HttpRequest, kind: str, case: int) -> Case:
        if kind in CASES and area != CASES[kind].AREA:
            raise NoCase(kind, case)
        return access_case(caller(request), kind, case)

    @router.get("/{kind}/{case}", response=CaseOut, operation_id=f"{area}_case")
    def case(request: HttpRequest, kind: Slug, case: Id) -> dict[str, Any]:
        """A case, and the steps that one may take of it now."""
        return _told(found(request, kind, case), request)

    @router.get("/{kind}/{case}/passages", response=list[PassageOut], operation_id=f"{area}_case_passages")
    def passages(request: HttpRequest, kind: Slug, case: Id) -> Any:
        """What happened to a case, the first first; of a case of others the public steps."""
        of = found(request, kind, case)
        return access_passages(of, everything=of.seen_whole_by(caller(request)))

    @router.post("/{kind}/{case}/{step}", response=CaseOut, auth=write, operation_id=f"{area}_case_step")
    def take_step(request: HttpRequest, kind: Slug, case: Id, step: Slug, what: StepIn) -> HttpResponse:
        """Take a step; one that wants a second person answers with the request that waits."""

        def deed() -> dict[str, Any]:
            of = found(request, kind, case)
            taken = take(of, step, acting_user=caller(request), reason=what.reason, given=what.given)
            asked = reverse("api:approval", args=[taken.approval.pk]) if taken.approval else None
            return {**_told(taken.case, request), "approval": asked}

        return once(request, deed, CaseOut)

    return router


def _told(found: Case, request: HttpRequest) -> dict[str, Any]:
    return {
        "kind": found.SLUG,
        "id": found.pk,
        "called": found.called,
        "state": found.state,
        "steps": [each.name for each in open_steps(found, caller(request))],
    }
