"""Decisions in the API: what runs propose, what is on record, the public register.

GET  /api/decisions/register      what anybody may read, without signing in
GET  /api/decisions/proposed      what a part of a run proposes, and what became of each
POST /api/decisions               publish
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from tanheng.decisions import leaves
from tanheng.decisions.access import access_decision, access_decisions, asked_of, standing_of
from tanheng.decisions.actions import do_publish_decisions, do_withdraw_decision
from tanheng.decisions.models import PublishedDecision
from tanheng.decisions.proposals import binds, proposed_by, run_of, undetermined
from tanheng.decisions.publishing import Outcome
from tanheng.decisions.schemas import (
    DecisionFilter,
    DecisionOut,
    OfRun,
    OutcomeOut,
    ProposedOut,
    PublicationIn,
    WithdrawalIn,
)
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import require
from tanheng.transparency import proofs
from tanheng.transparency.api import InclusionOut, OfSize
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once

READ, WRITE = "decisions:read", "decisions:write"
router = Router(tags=["decisions"], auth=anyone(READ))
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class ProvedDecisionOut(InclusionOut):
    """Shows that a decision is in the log, and what it says."""

    body: str


@router.get("", response=PageOut[DecisionOut])
def decisions(request: HttpRequest, window: Query[Window], which: Query[DecisionFilter]) -> Page[Any]:
    """What is on record: the public register, and what is about organisations that one acts for or supervises."""
    return page(_chosen(access_decisions(caller(request)), which), "id", window.cursor, window.limit, newest_first=True)


@router.get("/register", response=PageOut[DecisionOut], auth=None)
def register(request: HttpRequest, window: Query[Window], which: Query[DecisionFilter]) -> Page[Any]:
    """The public register, for anybody."""
    return page(_chosen(access_decisions(None), which), "id", window.cursor, window.limit, newest_first=True)


@router.get("/proposed", response=list[ProposedOut])
def proposed(request: HttpRequest, which: Query[OfRun]) -> list[dict[str, Any]]:
    """What a part of a run proposes, and what became of each; for who reads assessments."""
    require(caller(request), "decisions.publish", None)
    found = proposed_by(run_of(which.run), which.measure)
    standing = standing_of(found.manifest.city_id, which.measure)
    waiting = asked_of(which.run, which.measure)
    return [
        {
            "id": one.id,
            "subject": one.subject,
            "proposes": one.proposes,
            "because": one.because,
            "rule": one.rule,
            "binds": binds(one),
            "undetermined": undetermined(found, one),
            "published": reverse("api:decision", args=[standing[one.id].pk]) if one.id in standing else None,
            "approval": reverse("api:approval", args=[waiting[one.id]]) if one.id in waiting else None,
        }
        for one in found.decisions.values()
    ]


@router.post("", response=OutcomeOut, auth=anyone(WRITE))
def publish(request: HttpRequest, new: PublicationIn) -> HttpResponse:
    """Publish proposals, all together; where one binds somebody, a second person confirms first."""
    by = caller(request)
    return once(
        request,
        lambda: _told(
            do_publish_decisions(
                new.run, new.measure, new.decisions, reason=new.reason, public=new.public, acting_user=by
            )
        ),
        OutcomeOut,
    )


@router.get("/{decision}", response=DecisionOut, url_name="decision")
def decision(request: HttpRequest, decision: Id) -> PublishedDecision:
    """One of them."""
    return access_decision(caller(request), decision)


@router.post("/{decision}/withdraw", response=OutcomeOut, auth=anyone(WRITE))
def withdraw(request: HttpRequest, decision: Id, why: WithdrawalIn) -> HttpResponse:
    """Say that a decision no longer holds; one that two persons made takes two to withdraw."""
    by = caller(request)
    return once(
        request,
        lambda: _told(do_withdraw_decision(access_decision(by, decision), why.reason, acting_user=by)),
        OutcomeOut,
    )


@router.get("/{decision}/proof", response=ProvedDecisionOut)
def proof(request: HttpRequest, decision: Id, which: Query[OfSize]) -> dict[str, Any]:
    """A proof that a decision is in the log, with its text."""
    found = access_decision(caller(request), decision)
    return proofs.inclusion(leaves.PUBLISHED, found.pk, size=which.size, with_body=True)


def _chosen(rows: Any, which: DecisionFilter) -> Any:
    for name in ("run", "measure", "subject"):
        if getattr(which, name) is not None:
            rows = rows.filter(**{name: getattr(which, name)})
    return rows if which.state is None else rows.filter(withdrawal__isnull=which.state == "standing")


def _told(outcome: Outcome) -> dict[str, Any]:
    approval = outcome.approval
    return {
        "decisions": list(outcome.rows),
        "approval": reverse("api:approval", args=[approval.pk]) if approval else None,
    }
