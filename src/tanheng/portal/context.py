"""What every page knows: who reads it, where they may go, what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from tanheng import __version__
from tanheng.people.models import User
from tanheng.people.standing import anywhere, waiting_for

Label = str | Promise


@dataclass(frozen=True)
class Place:
    """An entry of the navigation. ``right`` is needed somewhere, in whichever organisation; None for everybody."""

    route: str
    label: Label
    icon: str
    right: str | None = None


PLACES = (
    Place("home", _("Home"), "home"),
    Place("measures", _("Measures"), "board"),
    Place("runs", _("Assessments"), "runs", "runs.see"),
    Place("map", _("Map"), "map", "runs.see"),
    Place("comparisons", _("Comparisons"), "transfers", "runs.see"),
    Place("decisions", _("Decisions"), "check"),
    Place("credits", _("Carbon inclusion"), "leaf"),
    Place("quiet", _("Quiet city"), "quiet"),
    Place("submissions", _("City tables"), "download", "tables.see"),
    Place("organisations", _("Organisations"), "organisations"),
    Place("accounts", _("Accounts"), "accounts", "ledger.see"),
    Place("transfers", _("Transfers"), "transfers", "ledger.see"),
    Place("approvals", _("Approvals"), "approvals"),
    Place("jobs", _("Jobs"), "queue"),
    Place("audit_trail", _("Audit trail"), "audit", "people.audit"),
    Place("policy", _("Held back"), "shield", "site.look_after"),
    Place("office:index", _("Back office"), "key", "office.see"),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """For the frame of every page."""
    user = getattr(request, "user", None)
    signed_in = isinstance(user, User)
    here = request.resolver_match.url_name if request.resolver_match else None
    known = {
        "demo": settings.TANHENG_DEMO,
        "version": __version__,
        "here": here,
        "languages": settings.LANGUAGES,
    }
    if not signed_in:
        return known
    assert isinstance(user, User)
    person = user
    return {
        **known,
        "places": [place for place in PLACES if place.right is None or anywhere(person, place.right)],
        "waiting": SimpleLazyObject(lambda: waiting_for(person).count()),
    }
