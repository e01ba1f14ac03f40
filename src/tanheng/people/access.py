"""What a user may see of people: every reading goes through one of these, so that it is said once.

Each ``access_...`` of one row raises the model's ``DoesNotExist`` for a row that is not there and for one that may not
be seen, so that nobody learns which of the two it is.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tanheng.people.models import Approval, AuditEntry, Invitation, Membership, Organisation, Token, User
from tanheng.people.rights import Actor, may, reach, require_active


def access_organisations(user: Actor) -> QuerySet[Organisation]:
    """One's own organisations, and those under one's supervision."""
    return Organisation.objects.filter(reach(user, "people.see"))


def access_organisation(user: Actor, organisation: int) -> Organisation:
    """One organisation."""
    return access_organisations(user).get(pk=organisation)


def access_memberships(user: Actor, organisation: Organisation) -> QuerySet[Membership]:
    """Who acts for an organisation, in which role."""
    seen = reach(user, "people.see", organisation="organisation")
    return Membership.objects.filter(seen, organisation=organisation).select_related("user", "organisation")


def access_users(user: Actor) -> QuerySet[User]:
    """The members of the organisations that one sees; always oneself."""
    members = Membership.objects.filter(reach(user, "people.see", organisation="organisation")).values("user_id")
    seen = Q(pk__in=members)
    if isinstance(user, User):
        seen |= Q(pk=user.pk)
    return User.objects.filter(seen)


def access_user(user: Actor, other: int) -> User:
    """One user."""
    return access_users(user).get(pk=other)


def access_invitations(user: Actor, organisation: Organisation) -> QuerySet[Invitation]:
    """The invitations into an organisation, for who may invite there."""
    may_invite = reach(user, "people.invite", organisation="organisation")
    return Invitation.objects.filter(may_invite, organisation=organisation).select_related("organisation")


def access_invitation(user: Actor, invitation: int) -> Invitation:
    """One invitation."""
    may_invite = reach(user, "people.invite", organisation="organisation")
    return Invitation.objects.filter(may_invite).select_related("organisation").get(pk=invitation)


def access_tokens(user: User) -> QuerySet[Token]:
    """One's own tokens."""
    require_active(user)
    return Token.objects.filter(user=user)


def access_token(user: User, token: int) -> Token:
    """One of one's own tokens, or anybody's for who may block users."""
    require_active(user)
    anybodys = may(user, "people.block", None)
    return (Token.objects.all() if anybodys else Token.objects.filter(user=user)).get(pk=token)


def access_approvals(user: User) -> QuerySet[Approval]:
    """What one asked for, and what one may confirm or, as an auditor, read."""
    seen = Q(requested_by=user)
    seen |= reach(user, "people.approve", organisation="organisation")
    seen |= reach(user, "people.audit", organisation="organisation")
    return Approval.objects.filter(seen).select_related("organisation", "requested_by", "decided_by")


def access_approval(user: User, approval: int) -> Approval:
    """One of them."""
    return access_approvals(user).get(pk=approval)


def access_audit_trail(user: User) -> QuerySet[AuditEntry]:
    """The audit trail of the organisations that one audits, and what one did oneself."""
    return AuditEntry.objects.filter(
        Q(actor=user) | reach(user, "people.audit", organisation="organisation")
    ).select_related("actor", "organisation")
