"""Pages on which people come in, change roles, and make tokens for their programs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tanheng.people.access import access_memberships, access_organisation, access_token, access_tokens, access_user
from tanheng.people.actions import (
    do_accept_invitation,
    do_block_user,
    do_change_role,
    do_create_token,
    do_revoke_token,
    do_take_role,
    do_unblock_user,
)
from tanheng.people.callers import caller
from tanheng.people.models import Membership, Role, User
from tanheng.people.pages import tell
from tanheng.people.rights import require
from tanheng.people.roles import roles_in
from tanheng.people.scopes import SCOPES
from tanheng.people.tokens import DAYS, DAYS_MOST
from tanheng.problems import InputRejected
from tanheng.web.forms import DeedForm, Field, FormFault
from tanheng.web.rates import Rate

FORM = require_http_methods(["GET", "HEAD", "POST"])
KEPT = "invitation"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_tries = Rate(per_minute=10, burst=10, name="accept-invitation")


@FORM
def accept(request: HttpRequest) -> HttpResponse:
    """Come in with the key of an invitation: as a new user, or as who is signed in."""
    if request.method == "GET" and request.GET.get("key"):
        # Out of the address at once: it would stay in the browser's history.
        request.session[KEPT] = request.GET["key"][:200]
        return redirect("accept_invitation")
    known = isinstance(request.user, User)
    fields = [Field("invitation", longest=200, initial=str(request.session.get(KEPT, "")))]
    if not known:
        fields += [
            Field("username", longest=150, autocomplete="username"),
            Field("name", longest=150, autocomplete="name"),
            Field("password", "password", longest=200, autocomplete="new-password"),
            Field("again", "password", longest=200, autocomplete="new-password"),
        ]
    form = DeedForm(request, "people.accept", *fields)

    def deed() -> Membership:
        # Keys are too long to be guessed; this keeps whoever tries from costing us much.
        if not _tries.allow_request(request):
            raise FormFault("", _("Too many tries from your address; wait a minute."))
        if known:
            return do_accept_invitation(form.text("invitation"), acting_user=caller(request))
        if form.text("password") != form.text("again"):
            raise FormFault("again", _("The two passwords differ."))
        return do_accept_invitation(
            form.text("invitation"),
            username=form.text("username"),
            name=form.text("name"),
            password=form.text("password"),
            acting_user=None,
        )

    if form.is_sent:
        membership: Membership | None = form.do(deed, {"key": "invitation"})
        if membership is not None:
            request.session.pop(KEPT, None)
            said = _("You act for %(organisation)s now, as %(role)s.")
            messages.success(
                request,
                said % {"organisation": membership.organisation.name, "role": membership.get_role_display()},
            )
            if known:
                return redirect("organisation", organisation=membership.organisation_id)
            login(request, membership.user, backend=BACKEND)
            return redirect("mfa_index")
    lead = _("You come in as %s.") % request.user.get_full_name() if isinstance(request.user, User) else ""
    return form.page(title=_("Accept an invitation"), submit=_("Come in"), lead=lead)


@login_required
@FORM
def member(request: HttpRequest, organisation: int, membership: int) -> HttpResponse:
    """Change the role of a member, or end it."""
    by = caller(request)
    found = access_organisation(by, organisation)
    require(by, "people.roles", found)
    one = access_memberships(by, found).get(pk=membership)
    roles = [(role, Role(role).label) for role in roles_in(found.kind) if role != one.role]
    how = [("change", _("change it")), ("end", _("end it"))]
    form = DeedForm(
        request,
        "people.roles",
        Field("how", "select", choices=how),
        Field("role", "select", required=False, choices=roles),
    )

    def deed() -> bool:
        if form.text("how") == "end":
            do_take_role(one.user, found, one.role, acting_user=by)
        elif not form.text("role"):
            raise FormFault("role", _("Choose the new role."))
        else:
            do_change_role(one.user, found, one.role, form.text("role"), acting_user=by)
        return True

    if form.is_sent and form.do(deed):
        messages.success(request, _("Done; it holds from the next request on."))
        return redirect("organisation", organisation=found.pk)
    return form.page(
        title=f"{one.user.get_full_name()}, {one.get_role_display()}",
        submit=_("Do it"),
        crumbs=[
            (reverse("organisations"), _("Organisations")),
            (reverse("organisation", args=[found.pk]), found.name),
        ],
        section="organisations",
    )


@login_required
@FORM
def block_user(request: HttpRequest, user: int) -> HttpResponse:
    """Shut a user out at once, or let one in again; the bureau's administrators do."""
    by = caller(request)
    require(by, "people.block", None)
    found = access_user(by, user)
    form = DeedForm(request, "people.block", Field("reason", "area", longest=2000))
    deed = do_block_user if found.is_active else do_unblock_user

    if form.is_sent and form.do(lambda: deed(found, form.text("reason"), acting_user=by) or True):
        messages.success(request, _("Done; it holds from the next request on."))
        return redirect("block_user", user=found.pk)
    return form.page(
        title=found.get_full_name(),
        submit=_("Shut out") if found.is_active else _("Let in again"),
        lead=f"{found.username} · {_('may sign in') if found.is_active else _('is shut out')}",
    )


@login_required
@FORM
def tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens: make one, whose key is shown this once, and revoke any."""
    user = caller(request)
    form = DeedForm(
        request,
        "people.token",
        Field("name", longest=100),
        Field("scopes", "checks", choices=[(name, f"{name}: {label}") for name, label in sorted(SCOPES.items())]),
        Field("days", "number", longest=3, initial=str(DAYS)),
    )

    def deed() -> str:
        days = form.text("days")
        if not days.isascii() or not days.isdigit():
            raise FormFault("days", _("Write a whole number of days, from 1 to %d.") % DAYS_MOST)
        return do_create_token(form.text("name"), form.all("scopes"), days=int(days), acting_user=user)[1]

    key = form.do(deed) if form.is_sent else None
    shown: dict[str, Any] = {
        "below": "people/tokens.html",
        "tokens": list(access_tokens(user).order_by("-pk")[:100]),
        "now": timezone.now(),
        "shown_once": key,
    }
    if key:
        # No copy of it stays behind: neither in a cache nor in the answer to a page that is sent again.
        response = render(request, "web/form_page.html", {"title": _("Your new token"), **shown})
        response["Cache-Control"] = "no-store"
        return response
    return form.page(title=_("Tokens for programs"), submit=_("Make a token"), **shown)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token: int) -> HttpResponse:
    """End a token at once."""
    user = caller(request)
    try:
        do_revoke_token(access_token(user, token), acting_user=user)
    except InputRejected as rejected:
        tell(request, rejected)
    else:
        messages.success(request, _("The token is revoked."))
    return redirect("tokens")
