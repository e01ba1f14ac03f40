"""What the API says of people, and what it is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.urls import reverse
from ninja import Field, Path, Schema
from pydantic import ConfigDict

from tanheng.people.models import Approval, AuditEntry, Kind, Membership, Organisation, Role, User

LARGEST = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=LARGEST)]
IdIn = Annotated[int, Field(ge=1, le=LARGEST)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class In(Schema):
    """What is told; a member that there is not is a mistake of who sends it."""

    model_config = ConfigDict(extra="forbid")


class OrganisationOut(Schema):
    """An organisation."""

    url: str
    id: int
    kind: Kind
    name: str
    credit_code: str | None
    register_number: str | None
    district: str
    is_active: bool
    created_at: datetime

    @staticmethod
    def resolve_url(organisation: Organisation) -> str:
        """Where it is."""
        return reverse("api:organisation", args=[organisation.pk])


class OrganisationIn(In):
    """A new organisation."""

    kind: Kind
    name: Line
    credit_code: str | None = Field(None, max_length=18, description="Unified social credit code (GB 32100-2015)")
    register_number: str | None = Field(
        None, max_length=64, description="Under which the city's tables name it, where that is not the credit code"
    )
    district: str = Field("", max_length=12, description="Administrative division code (GB/T 2260)")


class OrganisationChange(In):
    """What is to be changed; what is left out stays."""

    name: Line | None = None
    credit_code: str | None = Field(None, max_length=18)
    register_number: str | None = Field(None, max_length=64)
    district: str | None = Field(None, max_length=12)
    is_active: bool | None = Field(None, description="false closes the organisation: nobody has rights there any more")


class UserOut(Schema):
    """A user."""

    url: str
    id: int
    username: str
    name: str
    is_active: bool

    @staticmethod
    def resolve_url(user: User) -> str:
        """Where they are."""
        return reverse("api:user", args=[user.pk])


class MembershipOut(Schema):
    """A user's role in an organisation."""

    id: int
    user: UserOut
    organisation: str
    role: Role
    since: datetime

    @staticmethod
    def resolve_organisation(membership: Membership) -> str:
        """Where it is."""
        return reverse("api:organisation", args=[membership.organisation_id])


class MeOut(UserOut):
    """Oneself."""

    email: str
    memberships: list[MembershipOut]

    @staticmethod
    def resolve_memberships(user: User) -> Any:
        """In all organisations."""
        return user.memberships.select_related("user").order_by("id")


class MembershipIn(In):
    """A role for a user."""

    user: IdIn
    role: Role


class InvitationIn(In):
    """Somebody to be invited."""

    email: Annotated[str, Field(min_length=3, max_length=254)]
    role: Role
    days: int = Field(7, ge=1, le=30)


class InvitationOut(Schema):
    """An invitation; its key is in the mail."""

    url: str
    id: int
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None

    @staticmethod
    def resolve_url(invitation: Any) -> str:
        """Where it is."""
        return reverse("api:invitation", args=[invitation.pk])


class InvitationMade(Schema):
    """A new invitation."""

    invitation: InvitationOut
    key: str | None = Field(description="The key to hand over; null where it was sent by mail")


class Acceptance(In):
    """An invitation accepted; user name and password are for who has no account yet."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    username: str = Field("", max_length=150)
    name: str = Field("", max_length=150)
    password: str = Field("", max_length=200)


class ReasonIn(In):
    """Why."""

    reason: Reason


class TokenIn(In):
    """A token to be made."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[str], Field(min_length=1, max_length=50)]
    days: int = Field(90, ge=1, le=366)


class TokenOut(Schema):
    """A token, without its key."""

    url: str
    id: int
    name: str
    start: str = Field(description="The first characters of the key")
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None

    @staticmethod
    def resolve_url(token: Any) -> str:
        """Where it is."""
        return reverse("api:token", args=[token.pk])


class TokenMade(Schema):
    """A new token."""

    token: TokenOut
    key: str = Field(description="Shown once; only its hash is kept")


class ApprovalOut(Schema):
    """What one person asked for and another must confirm."""

    url: str
    id: int
    action: str
    payload: Any
    organisation: str | None
    requested_by: UserOut
    requested_at: datetime
    expires_at: datetime
    state: str
    decided_by: UserOut | None
    decided_at: datetime | None
    reason: str
    result: Any

    @staticmethod
    def resolve_url(approval: Approval) -> str:
        """Where it is."""
        return reverse("api:approval", args=[approval.pk])

    @staticmethod
    def resolve_organisation(approval: Approval) -> str | None:
        """For whom; null for the bureau's own."""
        return reverse("api:organisation", args=[approval.organisation_id]) if approval.organisation_id else None


class EntryOut(Schema):
    """One thing done."""

    id: int
    at: datetime
    actor: UserOut | None
    organisation: str | None
    action: str
    subject: str
    old: Any
    new: Any
    origin: str

    @staticmethod
    def resolve_organisation(entry: AuditEntry) -> str | None:
        """For or about whom."""
        return reverse("api:organisation", args=[entry.organisation_id]) if entry.organisation_id else None


class EntryFilter(Schema):
    """Which entries."""

    organisation: IdIn | None = None
    actor: IdIn | None = Field(None, description="The id of a user")
    action: str | None = Field(None, max_length=100)
    subject: str | None = Field(None, max_length=100, description="As `organisation 12`")


class ApprovalFilter(Schema):
    """Which approvals."""

    state: str | None = Field(None, pattern="^(pending|confirmed|refused|withdrawn|expired)$")


class OrganisationFilter(Schema):
    """Which organisations."""

    kind: Kind | None = None
    district: str | None = Field(None, max_length=12, description="Those in this administrative division")


class RoleOut(Schema):
    """What a role may do in organisations of a kind."""

    kind: Kind
    role: Role
    inside: list[str] = Field(description="Rights in one's own organisation")
    over: list[str] = Field(description="Rights over the organisations under its supervision")
