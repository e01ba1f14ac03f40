"""People in the API: organisations, users and roles, invitations, tokens, approvals, the audit trail.

Everything here goes through ``access_...`` to read and ``do_...`` to write. What makes a secret (a token, an
invitation) takes no idempotency key: its answer would have to be kept, and the secret with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel

from tanheng.people import approvals
from tanheng.people.access import (
    access_approval,
    access_approvals,
    access_audit_trail,
    access_invitation,
    access_invitations,
    access_memberships,
    access_organisation,
    access_organisations,
    access_token,
    access_tokens,
    access_user,
    access_users,
)
from tanheng.people.actions import (
    do_accept_invitation,
    do_block_user,
    do_change_organisation,
    do_create_organisation,
    do_create_token,
    do_give_role,
    do_invite,
    do_revoke_invitation,
    do_revoke_token,
    do_take_role,
    do_unblock_user,
)
from tanheng.people.callers import PERSON, anyone, caller
from tanheng.people.models import Role, User
from tanheng.people.rights import require
from tanheng.people.roles import IN, OVER
from tanheng.people.schemas import (
    Acceptance,
    ApprovalFilter,
    ApprovalOut,
    EntryFilter,
    EntryOut,
    Id,
    InvitationIn,
    InvitationMade,
    InvitationOut,
    MembershipIn,
    MembershipOut,
    MeOut,
    OrganisationChange,
    OrganisationFilter,
    OrganisationIn,
    OrganisationOut,
    ReasonIn,
    RoleOut,
    TokenIn,
    TokenMade,
    TokenOut,
    UserOut,
)
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once
from tanheng.web.rates import Rate

READ, WRITE = "people:read", "people:write"
router = Router(tags=["people"], auth=anyone(READ))


@router.get("/me", response=MeOut)
def me(request: HttpRequest) -> User:
    """Oneself, with one's roles."""
    return caller(request)


@router.get("/roles", response=list[RoleOut])
def roles(request: HttpRequest) -> list[dict[str, Any]]:
    """Who may do what: each role of each kind of organisation with its rights."""
    return [
        {"kind": kind, "role": role, "inside": sorted(IN[kind, role]), "over": sorted(OVER.get((kind, role), ()))}
        for kind, role in sorted(IN)
        if IN[kind, role]
    ]


# Organisations


@router.get("/organisations", response=PageOut[OrganisationOut])
def organisations(request: HttpRequest, window: Query[Window], which: Query[OrganisationFilter]) -> Page[Any]:
    """One's own organisations and those under one's supervision."""
    rows = access_organisations(caller(request))
    if which.kind is not None:
        rows = rows.filter(kind=which.kind)
    if which.district is not None:
        rows = rows.filter(district__startswith=which.district)
    return page(rows, "id", window.cursor, window.limit)


@router.post("/organisations", response={201: OrganisationOut}, auth=anyone(WRITE))
def create_organisation(request: HttpRequest, new: OrganisationIn) -> HttpResponse:
    """Found an organisation."""
    return once(
        request,
        lambda: do_create_organisation(**new.dict(), acting_user=caller(request)),
        OrganisationOut,
        status=201,
    )


@router.get("/organisations/{organisation}", response=OrganisationOut, url_name="organisation")
def organisation(request: HttpRequest, organisation: Id) -> Any:
    """One organisation."""
    return access_organisation(caller(request), organisation)


@router.patch("/organisations/{organisation}", response=OrganisationOut, auth=anyone(WRITE))
def change_organisation(request: HttpRequest, organisation: Id, change: OrganisationChange) -> HttpResponse:
    """Change what is given; close an organisation or open it again."""
    user = caller(request)
    return once(
        request,
        lambda: do_change_organisation(
            access_organisation(user, organisation), **change.dict(exclude_unset=True), acting_user=user
        ),
        OrganisationOut,
    )


# Users and roles


@router.get("/users", response=PageOut[UserOut])
def users(request: HttpRequest, window: Query[Window]) -> Page[User]:
    """The members of the organisations that one sees."""
    return page(access_users(caller(request)), "id", window.cursor, window.limit)


@router.get("/users/{user}", response=UserOut, url_name="user")
def user(request: HttpRequest, user: Id) -> User:
    """One user."""
    return access_user(caller(request), user)


@router.post("/users/{user}/block", response=UserOut, auth=anyone(WRITE))
def block(request: HttpRequest, user: Id, why: ReasonIn) -> HttpResponse:
    """Shut a user out at once: sign-in, open sessions, tokens."""
    return once(request, lambda: _set_blocked(caller(request), user, why.reason, do_block_user), UserOut)


@router.post("/users/{user}/unblock", response=UserOut, auth=anyone(WRITE))
def unblock(request: HttpRequest, user: Id, why: ReasonIn) -> HttpResponse:
    """Let a blocked user in again."""
    return once(request, lambda: _set_blocked(caller(request), user, why.reason, do_unblock_user), UserOut)


def _set_blocked(by: User, user: int, reason: str, action: Any) -> User:
    whom = access_user(by, user)
    action(whom, reason, acting_user=by)
    return whom


@router.get("/organisations/{organisation}/members", response=PageOut[MembershipOut])
def members(request: HttpRequest, organisation: Id, window: Query[Window]) -> Page[Any]:
    """Who acts for an organisation, in which role."""
    by = caller(request)
    rows = access_memberships(by, access_organisation(by, organisation))
    return page(rows, "id", window.cursor, window.limit)


@router.post("/organisations/{organisation}/members", response={201: MembershipOut}, auth=anyone(WRITE))
def give_role(request: HttpRequest, organisation: Id, given: MembershipIn) -> HttpResponse:
    """Give a user another role, or a first one here."""
    by = caller(request)
    return once(
        request,
        lambda: do_give_role(
            access_user(by, given.user), access_organisation(by, organisation), given.role, acting_user=by
        ),
        MembershipOut,
        status=201,
    )


@router.delete("/organisations/{organisation}/members/{user}/{role}", response={204: None}, auth=anyone(WRITE))
def take_role(request: HttpRequest, organisation: Id, user: Id, role: Role) -> HttpResponse:
    """Take a role from a user."""
    by = caller(request)
    return once(
        request,
        lambda: do_take_role(access_user(by, user), access_organisation(by, organisation), role, acting_user=by),
        status=204,
    )


# Invitations


@router.get("/organisations/{organisation}/invitations", response=PageOut[InvitationOut])
def invitations(request: HttpRequest, organisation: Id, window: Query[Window]) -> Page[Any]:
    """Who was invited into an organisation."""
    by = caller(request)
    found = access_organisation(by, organisation)
    require(by, "people.invite", found)
    return page(access_invitations(by, found), "id", window.cursor, window.limit, newest_first=True)


@router.post("/organisations/{organisation}/invitations", response={201: InvitationMade}, auth=anyone(WRITE))
def invite(request: HttpRequest, organisation: Id, whom: InvitationIn) -> Status[dict[str, Any]]:
    """Invite somebody; the key goes by mail, or comes back here where no mail is sent."""
    by = caller(request)
    invitation, key = do_invite(
        access_organisation(by, organisation), whom.email, whom.role, days=whom.days, acting_user=by
    )
    invitation.refresh_from_db()
    return Status(201, {"invitation": invitation, "key": None if settings.TANHENG_MAIL_IS_SENT else key})


# Before the next one, whose address would match it.
@router.post(
    "/invitations/accept",
    response={201: MembershipOut},
    auth=[PERSON, lambda request: True],
    throttle=Rate(per_minute=10, burst=10, name="accept-invitation"),
)
def accept(request: HttpRequest, how: Acceptance) -> Status[Any]:
    """Accept an invitation: as who is signed in, or with a new account."""
    # Not the session's user where the session was not asked for: then nobody looked at the CSRF token.
    auth = getattr(request, "auth", None)
    by = auth if isinstance(auth, User) else None
    return Status(201, do_accept_invitation(**how.dict(), acting_user=by))


@router.get("/invitations/{invitation}", response=InvitationOut, url_name="invitation")
def invitation(request: HttpRequest, invitation: Id) -> Any:
    """One invitation."""
    return access_invitation(caller(request), invitation)


@router.post("/invitations/{invitation}/revoke", response=InvitationOut, auth=anyone(WRITE))
def revoke_invitation(request: HttpRequest, invitation: Id) -> HttpResponse:
    """Take an invitation back."""
    return _revoked(request, access_invitation, invitation, do_revoke_invitation, InvitationOut)


# Tokens


@router.get("/tokens", response=PageOut[TokenOut])
def tokens(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """One's own tokens."""
    return page(access_tokens(caller(request)), "id", window.cursor, window.limit)


@router.post("/tokens", response={201: TokenMade}, auth=PERSON)
def create_token(request: HttpRequest, new: TokenIn) -> Status[dict[str, Any]]:
    """Make a token; its key is shown here and never again."""
    token, key = do_create_token(new.name, new.scopes, days=new.days, acting_user=caller(request))
    token.refresh_from_db()
    return Status(201, {"token": token, "key": key})


@router.get("/tokens/{token}", response=TokenOut, url_name="token")
def token(request: HttpRequest, token: Id) -> Any:
    """One token."""
    return access_token(caller(request), token)


@router.post("/tokens/{token}/revoke", response=TokenOut, auth=anyone(WRITE))
def revoke_token(request: HttpRequest, token: Id) -> HttpResponse:
    """End a token at once."""
    return _revoked(request, access_token, token, do_revoke_token, TokenOut)


# Approvals


@router.get("/approvals", response=PageOut[ApprovalOut])
def list_approvals(request: HttpRequest, window: Query[Window], which: Query[ApprovalFilter]) -> Page[Any]:
    """What waits for a second person, and what became of the rest; the newest first."""
    approvals.do_expire_approvals()
    rows = access_approvals(caller(request))
    if which.state is not None:
        rows = rows.filter(state=which.state)
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.get("/approvals/{approval}", response=ApprovalOut, url_name="approval")
def approval(request: HttpRequest, approval: Id) -> Any:
    """One of them."""
    approvals.do_expire_approvals()
    return access_approval(caller(request), approval)


@router.post("/approvals/{approval}/confirm", response=ApprovalOut, auth=PERSON)
def confirm(request: HttpRequest, approval: Id) -> HttpResponse:
    """Confirm as the second person, and have it done; only a person can, no token."""
    by = caller(request)
    return once(request, lambda: approvals.confirm(access_approval(by, approval).pk, by), ApprovalOut)


@router.post("/approvals/{approval}/refuse", response=ApprovalOut, auth=PERSON)
def refuse(request: HttpRequest, approval: Id, why: ReasonIn) -> HttpResponse:
    """Refuse as the second person, or withdraw what one asked for."""
    by = caller(request)
    return once(request, lambda: approvals.refuse(access_approval(by, approval).pk, by, why.reason), ApprovalOut)


# The audit trail


@router.get("/audit-trail", response=PageOut[EntryOut])
def audit_trail(request: HttpRequest, window: Query[Window], which: Query[EntryFilter]) -> Page[Any]:
    """Who did what, when, from where, with old and new value; the newest first."""
    rows = access_audit_trail(caller(request))
    conditions = {name: value for name, value in which.dict().items() if value is not None}
    return page(rows.filter(**conditions), "id", window.cursor, window.limit, newest_first=True)


def _revoked(
    request: HttpRequest,
    access: Callable[[User, int], Any],
    which: int,
    revoke: Callable[..., None],
    answer: type[BaseModel],
) -> HttpResponse:
    by = caller(request)

    def work() -> Any:
        found = access(by, which)
        revoke(found, acting_user=by)
        found.refresh_from_db()
        return found

    return once(request, work, answer)
