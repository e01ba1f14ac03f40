"""Pages of people: organisations, their members and invitations, the audit trail."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tanheng.people.access import (
    access_audit_trail,
    access_invitation,
    access_invitations,
    access_memberships,
    access_organisation,
    access_organisations,
)
from tanheng.people.actions import do_invite, do_revoke_invitation
from tanheng.people.callers import caller
from tanheng.people.models import Kind, Organisation, Role, User
from tanheng.people.rights import Refused, may, require
from tanheng.people.roles import roles_in
from tanheng.people.standing import anywhere
from tanheng.problems import InputRejected
from tanheng.web.cursors import page
from tanheng.web.saying import all_told

ROWS = 50


@login_required
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Those that one sees, by name or credit code and kind."""
    rows = access_organisations(caller(request))
    words, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(credit_code__istartswith=words))
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    shown = page(rows, "id", request.GET.get("cursor"), ROWS)
    return render(
        request, "people/organisations.html", {"page": shown, "q": words, "kind": kind, "kinds": Kind.choices}
    )


def about(user: User, organisation: int) -> dict[str, object]:
    """What the page of an organisation shows of its people; what it holds is added above.

    Raises
    ------
    Organisation.DoesNotExist
        For one that is not there or not for this user to see.
    """
    found = access_organisation(user, organisation)
    may_invite = may(user, "people.invite", found)
    invitations = (
        list(access_invitations(user, found).filter(accepted_at=None, revoked_at=None).order_by("-pk")[:ROWS])
        if may_invite
        else []
    )
    return {
        "section": "organisations",
        "organisation": found,
        "members": list(access_memberships(user, found).order_by("user__name", "pk")[:200]),
        "may_invite": may_invite,
        "may_change_roles": may(user, "people.roles", found),
        "invitations": invitations,
        "roles": [(role, Role(role).label) for role in roles_in(found.kind)],
        "now": timezone.now(),
    }


class InvitationForm(forms.Form):
    """Whom, and as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, organisation: Organisation, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role, Role(role).label) for role in roles_in(organisation.kind)]


@login_required
@require_POST
def invite(request: HttpRequest, organisation: int) -> HttpResponse:
    """Ask somebody in."""
    user = caller(request)
    found = access_organisation(user, organisation)
    require(user, "people.invite", found)
    form = InvitationForm(found, request.POST)
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, " ".join(str(fault) for fault in faults))
        return redirect("organisation", organisation=found.pk)
    try:
        invitation, _key = do_invite(found, form.cleaned_data["email"], form.cleaned_data["role"], acting_user=user)
    except InputRejected as rejected:
        tell(request, rejected)
    else:
        messages.success(request, _("%s is invited; the key goes by mail.") % invitation.email)
    return redirect("organisation", organisation=found.pk)


@login_required
@require_POST
def revoke_invitation(request: HttpRequest, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    user = caller(request)
    found = access_invitation(user, invitation)
    try:
        do_revoke_invitation(found, acting_user=user)
    except InputRejected as rejected:
        tell(request, rejected)
    else:
        messages.success(request, _("The invitation of %s is taken back.") % found.email)
    return redirect("organisation", organisation=found.organisation_id)


@login_required
@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what, when, from where, with the old and the new value; the newest first."""
    user = caller(request)
    if not anywhere(user, "people.audit"):
        raise Refused("people.refused", _("The audit trail is for auditors and administrators."))
    rows = access_audit_trail(user)
    action, subject = request.GET.get("action", "").strip()[:100], request.GET.get("subject", "").strip()[:100]
    if action:
        rows = rows.filter(action__startswith=action)
    if subject:
        rows = rows.filter(subject=subject)
    shown = page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(request, "people/audit_trail.html", {"page": shown, "action": action, "subject": subject})


def tell(request: HttpRequest, rejected: InputRejected) -> None:
    """Every fault of what was handed in, as messages on the next page."""
    for sentence in all_told(rejected):
        messages.error(request, sentence)
