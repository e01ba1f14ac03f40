"""How a user stands in the house: what they may somewhere, for whom they act, what waits for their word."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from tanheng.people.models import Approval, ApprovalState, Organisation, User
from tanheng.people.rights import RIGHTS, held, reach
from tanheng.people.roles import IN, OVER


def anywhere(user: User, right: str) -> bool:
    """Whether a user has a right in some organisation or over some; for what a page offers, never for what is done.

    Raises
    ------
    KeyError
        When no such right is declared.
    """
    if right not in RIGHTS:
        raise KeyError(f"no right is called {right}")
    return any(right in rights.get((role.kind, role.role), ()) for role in held(user) for rights in (IN, OVER))


def acted_for(user: User) -> list[Organisation]:
    """The open organisations for which a user acts, as far as pages show them (name, kind, district)."""
    found = {
        role.organisation: Organisation(
            pk=role.organisation, kind=role.kind, name=role.name, district=role.district, is_active=True
        )
        for role in held(user)
    }
    return [found[pk] for pk in sorted(found)]


def waiting_for(user: User) -> QuerySet[Approval]:
    """What others asked for and this user may confirm."""
    return (
        Approval.objects.filter(reach(user, "people.approve", organisation="organisation"))
        .filter(state=ApprovalState.PENDING, expires_at__gt=timezone.now())
        .exclude(requested_by=user)
        .select_related("organisation", "requested_by")
    )
