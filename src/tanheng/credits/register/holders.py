"""Who is named as a holder in the public register: an organisation says so itself, and may say otherwise later."""

from __future__ import annotations

from collections.abc import Iterable

from tanheng.credits.register.models.certificates import ShownHolder
from tanheng.people.door import door
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor

RIGHT = "ledger.transfer"


def do_show_holder(organisation: Organisation, shown: bool, *, acting_user: Actor) -> ShownHolder:
    """Let the public register name an organisation as a holder of units from now on, or no longer.

    Raises
    ------
    Refused
        Without the right to move what it holds.
    """
    with door("register.show_holder", organisation, right=RIGHT, acting_user=acting_user) as doing:
        by = acting_user if isinstance(acting_user, User) else None
        made = ShownHolder.objects.create(organisation=organisation, shown=shown, by=by)
        doing.changed(f"organisation {organisation.pk}", new={"named_in_register": shown})
    return made


def shown_among(organisations: Iterable[int]) -> set[int]:
    """Those of some organisations that want to be named: the last word of each counts."""
    rows = (
        ShownHolder.objects.filter(organisation__in=set(organisations))
        .order_by("organisation_id", "-id")
        .distinct("organisation_id")
    )
    return {row.organisation_id for row in rows if row.shown}
