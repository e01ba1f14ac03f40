"""Approvals: what waits for a second person, and that person's word."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tanheng.ledger.asked_words import asked_transfers
from tanheng.ledger.refusals import TransferRefused
from tanheng.people import approvals as deeds
from tanheng.people.access import access_approval, access_approvals
from tanheng.people.callers import caller
from tanheng.people.models import Approval, ApprovalState
from tanheng.people.pages import tell
from tanheng.people.rights import may
from tanheng.people.standing import waiting_for
from tanheng.problems import InputRejected
from tanheng.web.cursors import page

ROWS = 50


@login_required
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for this user's word, and all that they asked for, decided or may read."""
    user = caller(request)
    waiting = list(waiting_for(user).order_by("expires_at")[:ROWS])
    shown = page(access_approvals(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    asked = asked_transfers([*waiting, *shown.items])
    return render(
        request,
        "portal/approvals.html",
        {
            "to_decide": [(each, asked[each.pk]) for each in waiting],
            "rows": [(each, asked[each.pk]) for each in shown.items],
            "page": shown,
        },
    )


@login_required
@require_safe
def approval(request: HttpRequest, approval: int) -> HttpResponse:
    """One request, with the buttons for who may decide it."""
    user = caller(request)
    found: Approval = access_approval(user, approval)
    pending = found.state == ApprovalState.PENDING
    own = found.requested_by_id == user.pk
    return render(
        request,
        "portal/approval.html",
        {
            "section": "approvals",
            "approval": found,
            "asked": asked_transfers([found])[found.pk],
            "own": own,
            "may_confirm": pending and not own and may(user, "people.approve", found.organisation),
            "may_refuse": pending and (own or may(user, "people.approve", found.organisation)),
        },
    )


@login_required
@require_POST
def decide(request: HttpRequest, approval: int) -> HttpResponse:
    """Confirm, refuse or withdraw."""
    user = caller(request)
    found = access_approval(user, approval)
    try:
        if request.POST.get("decision") == "confirm":
            done = deeds.confirm(found.pk, user)
            messages.success(request, _("Confirmed: it is done."))
            made = (done.result or {}).get("transfer")
            if isinstance(made, int):
                return redirect("transfer", transfer=made)
            published = (done.result or {}).get("decisions")
            if isinstance(published, list) and published:
                return redirect("decision", decision=published[0])
        else:
            done = deeds.refuse(found.pk, user, request.POST.get("reason", "")[:500])
            messages.success(request, done.get_state_display())
    except InputRejected as rejected:
        tell(request, rejected)
    except TransferRefused as refused:
        messages.error(request, str(refused))
    return redirect("approval", approval=found.pk)
