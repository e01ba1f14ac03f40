"""An organisation: its people, what it holds, what was done in its name."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanheng.decisions.access import about_of
from tanheng.ledger.access import access_accounts
from tanheng.ledger.pages import with_balances
from tanheng.people.access import access_audit_trail
from tanheng.people.callers import caller
from tanheng.people.pages import about
from tanheng.people.rights import may
from tanheng.portal.facilities import facilities_for


@login_required
@require_safe
def organisation(request: HttpRequest, organisation: int) -> HttpResponse:
    """One organisation."""
    user = caller(request)
    shown = about(user, organisation)
    found = shown["organisation"]
    accounts = with_balances(access_accounts(user).filter(owner_id=organisation)).order_by("number")
    entries = access_audit_trail(user).filter(organisation_id=organisation).order_by("-pk")
    audits = may(user, "people.audit", found)  # type: ignore[arg-type]
    return render(
        request,
        "portal/organisation.html",
        {
            **shown,
            **facilities_for(user, found),  # type: ignore[arg-type]
            "decided": list(about_of(user, [organisation])[:8]) if may(user, "decisions.see", found) else [],  # type: ignore[arg-type]
            "accounts": list(accounts[:50]),
            "entries": list(entries[:8]) if audits else [],
        },
    )
