"""Pages of decisions: the register, one decision with its proof, the form that publishes proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.decisions import leaves
from tanheng.decisions.access import access_decision, access_decisions, asked_of, standing_of
from tanheng.decisions.actions import do_publish_decisions, do_withdraw_decision
from tanheng.decisions.models import PublishedDecision
from tanheng.decisions.proposals import NoProposal, Proposed, binds, proposed_by, run_of, undetermined
from tanheng.decisions.publishing import RIGHT
from tanheng.measures.assessment import Decision
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.pages import tell
from tanheng.people.rights import may, require
from tanheng.people.standing import anywhere
from tanheng.problems import InputRejected
from tanheng.text import Text
from tanheng.transparency import proofs
from tanheng.transparency.proofs import NoProof
from tanheng.web.cursors import page
from tanheng.web.saying import all_told

ROWS = 50
STATES = ("standing", "withdrawn")


@dataclass(frozen=True)
class Row:
    """A proposal on a page: with what became of it, and whether it can be chosen."""

    decision: Decision
    binds: bool
    published: PublishedDecision | None
    approval: int | None
    missing: Text | None

    @property
    def can_be_chosen(self) -> bool:
        """Whether somebody may publish it now."""
        return self.published is None and self.approval is None and self.missing is None


def proposals_for(user: User, address: str, measure: str) -> dict[str, Any]:
    """What a page of a run's part shows of its proposals, for who reads assessments."""
    proposed = proposed_by(run_of(address), measure)
    if not proposed.decisions:
        return {"proposals": (), "may_publish": False}
    return {
        "proposals": _rows(proposed),
        "may_publish": may(user, RIGHT, None),
        "demonstration": proposed.demonstration,
    }


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What is on record, the newest first: for anybody the public register, for who is signed in what is theirs too."""
    user = request.user if isinstance(request.user, User) else None
    rows = access_decisions(user)
    words, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    about = request.GET.get("about", "")
    if words:
        rows = rows.filter(
            Q(proposes_en__icontains=words) | Q(proposes_zh__icontains=words) | Q(subject__icontains=words)
        )
    if state in STATES:
        rows = rows.filter(withdrawal__isnull=state == "standing")
    if about.isascii() and about.isdigit() and len(about) < 18:
        rows = rows.filter(about=int(about))
    shown = page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(request, "decisions/decisions.html", {"page": shown, "q": words, "state": state, "about": about})


@require_safe
def decision(request: HttpRequest, decision: int) -> HttpResponse:
    """One decision: what, why, by whom, whether the run still says so, and the proof that it is in the log."""
    user = request.user if isinstance(request.user, User) else None
    found = access_decision(user, decision)
    document, missing = None, ""
    try:
        document = proofs.inclusion(leaves.PUBLISHED, found.pk)
    except NoProof as reason:
        missing = str(reason)
    return render(
        request,
        "decisions/decision.html",
        {
            "section": "decisions",
            "decision": found,
            "withdrawal": getattr(found, "withdrawal", None),
            "said_by_run": said_by_run(found),
            "why": _why(found, user),
            "names_shown": user is not None and may(user, "decisions.see", None),
            "may_withdraw": user is not None and found.stands and may(user, RIGHT, None),
            "proof": document,
            "proof_file": f"decision-{found.pk}-proof.json",
            "head": document["head"].split("\n")[:3] if document else None,
            "missing": missing,
        },
    )


@require_safe
def proof(request: HttpRequest, decision: int) -> HttpResponse:
    """The proof as a document with the decision's text, to be kept and checked without us."""
    found = access_decision(request.user if isinstance(request.user, User) else None, decision)
    document = proofs.inclusion(leaves.PUBLISHED, found.pk, with_body=True)
    response = JsonResponse(document, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="decision-{found.pk}-proof.json"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, address: str, measure: str) -> HttpResponse:
    """The form that publishes proposals of a part of a run, and what becomes of it."""
    user = caller(request)
    require(user, RIGHT, None)
    proposed = proposed_by(run_of(address), measure)
    chosen = request.POST.getlist("decisions")
    reason, public = request.POST.get("reason", "")[:2000], "public" in request.POST
    faults: list[str] = []
    if request.method == "POST":
        try:
            done = do_publish_decisions(address, measure, chosen, reason=reason, public=public, acting_user=user)
        except InputRejected as rejected:
            faults = all_told(rejected)
        else:
            if done.approval is not None:
                messages.info(request, _("It waits for a second person; nothing is published before."))
                return redirect("approval", approval=done.approval.pk)
            messages.success(request, _("Published."))
            return redirect("decision", decision=done.rows[0].pk)
    return render(
        request,
        "decisions/publish.html",
        {
            "section": "runs",
            "run": proposed.manifest,
            "measure": measure,
            "title": proposed.manifest.measures[measure],
            "proposals": _rows(proposed),
            "may_publish": True,
            "chosen": chosen,
            "reason": reason,
            "public": public or request.method != "POST",
            "faults": faults,
        },
        status=422 if faults else 200,
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, decision: int) -> HttpResponse:
    """Say that a decision no longer holds."""
    user = caller(request)
    found = access_decision(user, decision)
    try:
        done = do_withdraw_decision(found, request.POST.get("reason", "")[:2000], acting_user=user)
    except InputRejected as rejected:
        tell(request, rejected)
        return redirect("decision", decision=found.pk)
    if done.approval is not None:
        messages.info(request, _("It waits for a second person; until then the decision stands."))
        return redirect("approval", approval=done.approval.pk)
    messages.success(request, _("The decision is withdrawn."))
    return redirect("decision", decision=found.pk)


def said_by_run(found: PublishedDecision) -> bool | None:
    """Whether the run's folder says what was published, word for word; None where the run does not stand here."""
    try:
        proposed = proposed_by(run_of(found.run), found.measure)
    except (NoProposal, InputRejected):
        return None
    one = proposed.decisions.get(found.decision)
    return one is not None and (one.subject, one.proposes, one.because, one.rule) == (
        found.subject,
        found.proposes,
        found.because,
        found.rule,
    )


def asks_of(subject: str, rule: str, year: int) -> str:
    """What ``tanheng explain`` takes for the figure behind a decision."""
    entity, _dot, name = rule.partition(".")
    key = subject.partition(":")[2]
    return f"{entity}:{key},{year} {name}" if entity.endswith("_year") else f"{entity}:{key} {name}"


def _why(found: PublishedDecision, user: User | None) -> str | None:
    if user is None or said_by_run(found) is None:
        return None
    kind, _colon, key = found.subject.partition(":")
    asks = asks_of(found.subject, found.rule, found.year)
    if anywhere(user, "runs.see"):
        return f"{reverse('why', args=[found.run])}?{urlencode({'asks': asks})}"
    if kind == "facility" and found.about_id:
        rule = found.rule.partition(".")[2]
        return f"{reverse('facility_why', args=[found.about_id, key])}?{urlencode({'rule': rule, 'run': found.run})}"
    return None


def _rows(proposed: Proposed) -> list[Row]:
    standing: Mapping[str, PublishedDecision] = standing_of(proposed.manifest.city_id, proposed.measure)
    waiting = asked_of(proposed.manifest.address, proposed.measure)
    return [
        Row(one, binds(one), standing.get(one.id), waiting.get(one.id), undetermined(proposed, one))
        for one in proposed.decisions.values()
    ]
