"""The one door of the write path: right, one transaction, audit row, events on commit.

    with door("people.invite", organisation, acting_user=user) as doing:
        ...                                                # integrity, records
        doing.changed("organisation 12", old=..., new=...) # at least once, or nothing is done

An action that is called within another one's door, or while a request's idempotency key is being decided, joins that
transaction, so that all of it stands or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.dispatch import Signal

from tanheng.people import audit
from tanheng.people.audit import Value
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, require, require_active

done = Signal()
"""Sent when an action is committed, once a change: ``action``, ``subject``, ``old``, ``new``, ``acting_user``."""

OWN = "own"
"""In place of a right: what people do about themselves needs none but that they may sign in."""


@dataclass
class Doing:
    """An action on its way: what it changes is written to the audit trail, and told when it is committed."""

    action: str
    organisation: Organisation | None
    acting_user: Actor
    changes: int = field(default=0, init=False)

    def changed(
        self,
        subject: str,
        *,
        old: Mapping[str, Value] | None = None,
        new: Mapping[str, Value] | None = None,
        organisation: Organisation | None = None,
    ) -> None:
        """Record one change.

        Parameters
        ----------
        organisation
            The one whose auditors see it, where it is not the one of the door.
        """
        self.changes += 1
        audit.record(
            self.action,
            subject,
            old=old,
            new=new,
            acting_user=self.acting_user,
            organisation=organisation or self.organisation,
        )
        # A listener that fails must not make what is committed look failed; Django logs it.
        transaction.on_commit(
            lambda: done.send_robust(
                sender=None, action=self.action, subject=subject, old=old, new=new, acting_user=self.acting_user
            )
        )


class NothingRecorded(Exception):
    """An action left no audit row: a fault of the program, and all of it is taken back."""


@contextmanager
def door(
    action: str, organisation: Organisation | None, *, acting_user: Actor, right: str | None = None
) -> Iterator[Doing]:
    """Do one thing as someone.

    Parameters
    ----------
    action
        How the audit trail calls it, as ``people.invite``.
    organisation
        In which or over which the right is needed; None for the bureau.
    right
        The right that it needs, where it is not called as the action; ``OWN`` for what concerns only oneself.

    Raises
    ------
    tanheng.people.rights.Refused
        Before anything is read or written.
    """
    if right == OWN:
        require_active(acting_user)
    else:
        require(acting_user, action if right is None else right, organisation)
    with transaction.atomic():
        doing = Doing(action, organisation, acting_user)
        yield doing
        if not doing.changes:
            raise NothingRecorded(f"{action} wrote no audit row")
