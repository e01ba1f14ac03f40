"""The audit trail: who did what, when, from where, with the old and the new value.

Rows are written within the transaction of what they tell of: either both stand or neither. The database refuses to
change or delete them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tanheng.people.models import AuditEntry, Organisation, User
from tanheng.people.origin import origin
from tanheng.people.rights import Actor

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]


def record(
    action: str,
    subject: str,
    *,
    old: Mapping[str, Value] | None = None,
    new: Mapping[str, Value] | None = None,
    acting_user: Actor | None,
    organisation: Organisation | int | None = None,
) -> AuditEntry:
    """Write one row.

    Parameters
    ----------
    action
        The right or verb, as ``people.invite``.
    subject
        To what it was done, as ``organisation 12``.
    old, new
        The values that changed, before and after; no secrets, no floats.
    acting_user
        HOUSE or None for what the house does by itself, or its operator from the command line.
    organisation
        On whose behalf or about whom; its auditors see the row.
    """
    return AuditEntry.objects.create(
        actor=acting_user if isinstance(acting_user, User) else None,
        organisation_id=organisation.pk if isinstance(organisation, Organisation) else organisation,
        action=action,
        subject=subject,
        old=old,
        new=new,
        origin=origin(),
    )
