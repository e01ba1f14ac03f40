"""Which records the back office shows: read through ``access_...``, so that nobody sees more here than elsewhere.

No record is added, changed or deleted here: what changes something is done by an action, on the pages to which the
records link (``view on site``), and by no second way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from tanheng.decisions.access import access_decisions
from tanheng.decisions.models import PublishedDecision, WithdrawnDecision
from tanheng.jobs.models import Job
from tanheng.ledger.access import access_accounts, access_assets, access_differences
from tanheng.ledger.models import Account, Asset, Difference
from tanheng.people.access import access_approvals, access_audit_trail, access_organisations, access_users
from tanheng.people.models import Approval, AuditEntry, Invitation, Membership, Organisation, Token, User
from tanheng.people.rights import reach
from tanheng.people.standing import anywhere
from tanheng.portal.office.site import office
from tanheng.transparency.models import Head

ROWS = 50


class Records(ModelAdmin):  # type: ignore[misc]
    """Rows to look at. ``right`` is needed for them; ``rows`` gives those of a user."""

    right = "people.see"
    rows: Callable[[User], QuerySet[Any]]
    list_per_page = ROWS
    show_full_result_count = False
    list_display_links: Any = None
    list_select_related: tuple[str, ...] = ()
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What this user may see anywhere else as well."""
        assert isinstance(request.user, User)
        rows = type(self).rows(request.user)
        # Django adds these only to rows that follow no reference yet.
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever has the right somewhere."""
        return isinstance(request.user, User) and anywhere(request.user, self.right)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None, not even for many at once."""
        return {}

    def get_urls(self) -> list[Any]:
        """Lists and rows. No history of its own: what was done stands in the audit trail."""
        kept = ("changelist", "change")
        return [each for each in super().get_urls() if (each.name or "").endswith(kept)]


class Many(Records):
    """Rows of which there may be millions: they are not counted."""

    paginator = InfinitePaginator


class Users(Records):
    """Who signs in."""

    rows = staticmethod(access_users)
    list_display = ("username", "name", "email", "is_active", "last_login", "created_at")
    list_display_links = ("username",)
    list_filter = ("is_active",)
    search_fields = ("username", "name", "email")
    fields = ("username", "name", "email", "is_active", "last_login", "created_at")

    def view_on_site(self, user: User) -> str:
        """Where a user is shut out or let in again."""
        return reverse("block_user", args=[user.pk])


class Organisations(Records):
    """For whom users act."""

    rows = staticmethod(access_organisations)
    list_display = ("name", "kind", "credit_code", "register_number", "district", "is_active", "created_at")
    list_display_links = ("name",)
    list_filter = ("kind", "is_active")
    search_fields = ("name", "credit_code", "register_number")

    def view_on_site(self, organisation: Organisation) -> str:
        """Its page, where people are invited and roles are changed."""
        return reverse("organisation", args=[organisation.pk])


def _of_organisations(model: type[Model], right: str) -> Callable[[User], QuerySet[Any]]:
    def rows(user: User) -> QuerySet[Any]:
        return model._default_manager.filter(reach(user, right, organisation="organisation"))

    return rows


class Memberships(Records):
    """Who acts for whom, as what."""

    rows = staticmethod(_of_organisations(Membership, "people.see"))
    list_display = ("user", "organisation", "role", "since", "given_by")
    list_display_links = ("user",)
    list_filter = ("role",)
    list_select_related = ("user", "organisation", "given_by")
    search_fields = ("user__username", "user__name", "organisation__name")


class Invitations(Records):
    """Who was asked in."""

    right = "people.invite"
    rows = staticmethod(_of_organisations(Invitation, "people.invite"))
    list_display = ("email", "organisation", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_display_links = ("email",)
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")
    exclude = ("key_hash",)


class Tokens(Records):
    """Keys of programs, without the keys."""

    right = "people.block"
    rows = staticmethod(lambda user: Token.objects.all())
    list_display = ("name", "user", "start", "scopes", "created_at", "expires_at", "last_used_on", "revoked_at")
    list_display_links = ("name",)
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    exclude = ("key_hash",)


class Sessions(Records):
    """Where people are signed in."""

    right = "people.block"
    rows = staticmethod(lambda user: UserSession.objects.all())
    list_display = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    list_select_related = ("user",)
    fields = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    search_fields = ("user__username", "ip")


class Attempts(Records):
    """Sign-ins that failed."""

    right = "people.block"
    rows = staticmethod(lambda user: AccessAttempt.objects.all())
    list_display = ("username", "ip_address", "user_agent", "failures_since_start", "attempt_time")
    list_display_links = ("username",)
    search_fields = ("username", "ip_address")
    # What was sent with a sign-in may hold a secret.
    fields = ("username", "ip_address", "user_agent", "failures_since_start", "attempt_time")


class Approvals(Many):
    """What takes two persons."""

    right = "people.audit"
    rows = staticmethod(access_approvals)
    list_display = ("id", "action", "organisation", "requested_by", "requested_at", "state", "decided_by", "decided_at")
    list_display_links = ("id",)
    list_filter = ("state", "action")
    list_select_related = ("organisation", "requested_by", "decided_by")

    def view_on_site(self, approval: Approval) -> str:
        """Where it is decided."""
        return reverse("approval", args=[approval.pk])


class Trail(Many):
    """Who did what."""

    right = "people.audit"
    rows = staticmethod(access_audit_trail)
    list_display = ("id", "at", "actor", "organisation", "action", "subject", "origin")
    list_display_links = ("id",)
    list_select_related = ("actor", "organisation")
    search_fields = ("=subject", "^action")
    fields = ("at", "actor", "organisation", "action", "subject", "old", "new", "origin")
    ordering = ("-id",)


class Assets(Records):
    """What there is to hold."""

    right = "ledger.see"
    rows = staticmethod(access_assets)
    list_display = ("code", "name", "kind", "unit", "tradable", "transferable", "expires", "life_months")
    list_display_links = ("code",)
    search_fields = ("code", "name")


class Accounts(Many):
    """Who holds."""

    right = "ledger.see"
    rows = staticmethod(access_accounts)
    list_display = ("number", "type", "owner", "name", "status", "second_person", "opened_at")
    list_display_links = ("number",)
    list_filter = ("status", "type")
    list_select_related = ("owner", "type")
    search_fields = ("^number", "name", "owner__name")

    def view_on_site(self, account: Account) -> str:
        """Its page."""
        return reverse("account", args=[account.number])


class Differences(Records):
    """What the daily check found."""

    right = "ledger.see"
    rows = staticmethod(access_differences)
    list_display = ("id", "found_at", "account", "asset", "subject", "explained_at")
    list_display_links = ("id",)
    list_select_related = ("account", "asset")


class Decisions(Records):
    """What was published."""

    right = "decisions.see"
    rows = staticmethod(access_decisions)
    list_display = ("id", "at", "decision", "subject", "about", "public", "demonstration", "published_by", "second_by")
    list_display_links = ("id",)
    list_select_related = ("about", "published_by", "second_by")
    search_fields = ("decision", "subject")
    exclude = ("salt",)

    def view_on_site(self, decision: PublishedDecision) -> str:
        """Its page, with its proof."""
        return reverse("decision", args=[decision.pk])


class Withdrawals(Records):
    """What no longer holds."""

    right = "decisions.see"
    rows = staticmethod(
        lambda user: WithdrawnDecision.objects.filter(
            Q(decision__public=True) | reach(user, "decisions.see", organisation="decision__about")
        )
    )
    list_display = ("id", "at", "decision", "reason", "withdrawn_by", "second_by")
    list_display_links = ("id",)
    list_select_related = ("decision", "withdrawn_by", "second_by")
    exclude = ("salt",)


class Jobs(Records):
    """What the house does beside the pages."""

    right = "jobs.all"
    rows = staticmethod(lambda user: Job.objects.all())
    list_display = ("id", "kind", "state", "requested_by", "asked_at", "started_at", "ended_at", "attempts")
    list_display_links = ("id",)
    list_filter = ("state", "kind")
    list_select_related = ("requested_by",)

    def view_on_site(self, job: Job) -> str:
        """Its page, with its progress."""
        return reverse("job", args=[job.pk])


class Heads(Many):
    """The heads of the log, each signed over all before it."""

    right = "people.audit"
    rows = staticmethod(lambda user: Head.objects.all())
    list_display = ("size", "signed_at")
    list_display_links = ("size",)
    fields = ("size", "signed_at", "note")
    ordering = ("-size",)


SHOWN: dict[type[Model], type[Records]] = {
    User: Users,
    Organisation: Organisations,
    Membership: Memberships,
    Invitation: Invitations,
    Token: Tokens,
    UserSession: Sessions,
    AccessAttempt: Attempts,
    Approval: Approvals,
    AuditEntry: Trail,
    Asset: Assets,
    Account: Accounts,
    Difference: Differences,
    PublishedDecision: Decisions,
    WithdrawnDecision: Withdrawals,
    Job: Jobs,
    Head: Heads,
}


def register() -> None:
    """Once, when the addresses are made."""
    for model, records in SHOWN.items():
        if not office.is_registered(model):
            office.register(model, records)
