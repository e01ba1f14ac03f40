"""Search over organisations, accounts, measures and assessments; each only as far as the reader may see it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanheng.ledger.access import access_accounts
from tanheng.people.access import access_organisations
from tanheng.people.callers import caller
from tanheng.people.standing import anywhere
from tanheng.portal.board import coverage
from tanheng.portal.run_shelf import shelf

MOST = 15


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What fits the words, by kind."""
    user = caller(request)
    words = request.GET.get("q", "").strip()[:100]
    found: dict[str, object] = {"q": words}
    if words:
        asked = words.casefold()
        found["organisations"] = list(
            access_organisations(user)
            .filter(Q(name__icontains=words) | Q(credit_code__istartswith=words))
            .order_by("name")[:MOST]
        )
        if anywhere(user, "ledger.see"):
            found["accounts"] = list(
                access_accounts(user)
                .filter(Q(number__icontains=words) | Q(name__icontains=words))
                .order_by("number")[:MOST]
            )
        found["measures"] = [
            each.measure
            for each in coverage().measures
            if any(
                asked in text.casefold()
                for text in (
                    each.measure.title.en,
                    each.measure.title.zh,
                    *(each.measure.content or ()),
                    each.measure.key,
                )
            )
        ][:MOST]
        if anywhere(user, "runs.see"):
            found["runs"] = [
                each
                for each in shelf()
                if asked in f"{each.city.en} {each.city.zh} {each.year}".casefold() or each.address.startswith(asked)
            ][:MOST]
        found["none"] = not any(found.get(kind) for kind in ("organisations", "accounts", "measures", "runs"))
    return render(request, "portal/search.html", found)
