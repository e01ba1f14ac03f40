"""Two persons for what moves value: one asks, another confirms, and only then it is done.

    ask ──> pending ──confirm by another──> done, in the same transaction
              ├──refuse / withdraw──> nothing was done
              └──after its time─────> expired

    @second_person("ledger.transfer")
    def _transfer(payload, *, organisation, acting_user): ...     # acting_user: who asked

What is confirmed is what was asked: the database refuses to change it, and a confirmation by who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.people.audit import Value
from tanheng.people.door import OWN, door
from tanheng.people.models import Approval, ApprovalState, Organisation, User
from tanheng.people.rights import HOUSE, Actor, Refused, require
from tanheng.people.values import refused_value

HOURS = 72


class Deed(Protocol):
    """What is done when it is confirmed; gives what came of it, for the record."""

    def __call__(
        self, payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
    ) -> Mapping[str, Value]:
        """Do it."""


Check = Callable[[Mapping[str, Value], Organisation | None], None]


@dataclass(frozen=True)
class Registered:
    """An action that needs a second person."""

    name: str
    right: str
    perform: Deed
    check: Check | None


@dataclass(frozen=True)
class Confirmation:
    """Whose word a deed is done on, for a record that names both persons."""

    approval: int
    by: User


_registered: dict[str, Registered] = {}
_confirming: ContextVar[Confirmation | None] = ContextVar("confirming", default=None)


def confirmation() -> Confirmation | None:
    """Within a deed that a second person confirms: which request, and who."""
    return _confirming.get()


def second_person(name: str, *, right: str | None = None, check: Check | None = None) -> Callable[[Deed], Deed]:
    """Register what is done when a request of this name is confirmed.

    Parameters
    ----------
    right
        The right of who asks, if not called as the action; looked at when asking, and again when confirmed.
    check
        Looks at the payload when it is asked, and raises what would be wrong with it.
    """

    def register(perform: Deed) -> Deed:
        registered = Registered(name, right or name, perform, check)
        if name in _registered:
            raise ValueError(f"{name} is registered twice")
        _registered[name] = registered
        return perform

    return register


def registered(name: str) -> Registered:
    """The action of a name.

    Raises
    ------
    KeyError
        When no app registered it.
    """
    if name not in _registered:
        raise KeyError(f"no action is called {name}; register it with tanheng.people.approvals.second_person")
    return _registered[name]


def ask(
    action_name: str,
    payload: Mapping[str, Value],
    acting_user: User,
    organisation: Organisation | None,
    *,
    hours: int = HOURS,
) -> Approval:
    """Ask for something that another person must confirm.

    Raises
    ------
    Refused
        Without the right to do it oneself.
    """
    action = registered(action_name)
    with door("people.ask", organisation, right=action.right, acting_user=acting_user) as doing:
        if action.check is not None:
            action.check(payload, organisation)
        approval = Approval.objects.create(
            action=action_name,
            payload=payload,
            organisation=organisation,
            requested_by=acting_user,
            expires_at=timezone.now() + timedelta(hours=hours),
        )
        approval.refresh_from_db()
        doing.changed(f"approval {approval.pk}", new={"action": action_name, "payload": payload, "hours": hours})
    return approval


def confirm(approval_id: int, acting_user: User) -> Approval:
    """Confirm as the second person; what was asked is done now, in the same transaction, on behalf of who asked.

    Raises
    ------
    Refused
        Without the right to approve, for one's own request, or when who asked has lost the right since.
    InputRejected
        When it is decided or expired.
    Exception
        Whatever the action refuses; then the request is still pending.
    """
    do_expire_approvals()
    with transaction.atomic():
        approval = _pending(approval_id, acting_user)
        with door("people.approve", approval.organisation, acting_user=acting_user) as doing:
            if approval.requested_by_id == acting_user.pk:
                raise Refused(
                    "people.same_person", _("Who asked cannot confirm: another person with the right to approve must.")
                )
            action = registered(approval.action)
            require(approval.requested_by, action.right, approval.organisation)
            token = _confirming.set(Confirmation(approval.pk, acting_user))
            try:
                result = action.perform(
                    approval.payload, organisation=approval.organisation, acting_user=approval.requested_by
                )
            finally:
                _confirming.reset(token)
            _decide(approval, ApprovalState.CONFIRMED, acting_user, result=result)
            doing.changed(
                f"approval {approval.pk}",
                old={"state": "pending"},
                new={"state": "confirmed", "action": approval.action, "result": result},
            )
    return approval


def refuse(approval_id: int, acting_user: User, reason: str) -> Approval:
    """Refuse as the second person, or withdraw what one asked for oneself.

    Raises
    ------
    Refused
        Without the right to approve.
    InputRejected
        When it is decided or expired, or no reason is given.
    """
    do_expire_approvals()
    with transaction.atomic():
        approval = _pending(approval_id, acting_user)
        own = approval.requested_by_id == acting_user.pk
        right = OWN if own else "people.approve"
        with door("people.refuse", approval.organisation, right=right, acting_user=acting_user) as doing:
            if not reason.strip():
                raise refused_value("people.E040", "approval", "reason", None, _("is empty"))
            state = ApprovalState.WITHDRAWN if own else ApprovalState.REFUSED
            _decide(approval, state, acting_user, reason=reason.strip())
            doing.changed(
                f"approval {approval.pk}",
                old={"state": "pending"},
                new={"state": str(state), "reason": approval.reason},
            )
    return approval


def do_expire_approvals(*, acting_user: Actor = HOUSE) -> int:
    """Close what nobody decided in time; says how many."""
    due = Approval.objects.filter(state=ApprovalState.PENDING, expires_at__lte=timezone.now())
    if not due.exists():
        return 0
    with transaction.atomic():
        # Two who come at once close each its own.
        found = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("organisation"))
        for approval in found:
            with door("people.expire", approval.organisation, right=OWN, acting_user=acting_user) as doing:
                _decide(approval, ApprovalState.EXPIRED, None)
                doing.changed(f"approval {approval.pk}", old={"state": "pending"}, new={"state": "expired"})
    return len(found)


def _pending(approval_id: int, acting_user: User) -> Approval:
    approval = (
        Approval.objects.select_for_update(of=("self",))
        .select_related("organisation", "requested_by")
        .get(pk=approval_id)
    )
    if approval.state != ApprovalState.PENDING:
        if approval.requested_by_id != acting_user.pk:
            require(acting_user, "people.approve", approval.organisation)
        raise refused_value(
            "people.E041", "approval", "state", str(approval.state), _("only what is pending can be decided")
        )
    return approval


def _decide(
    approval: Approval,
    state: ApprovalState,
    by: User | None,
    *,
    reason: str = "",
    result: Mapping[str, Value] | None = None,
) -> None:
    approval.state = state
    approval.decided_by = by
    approval.decided_at = timezone.now()
    approval.reason = reason
    approval.result = result
    approval.save(update_fields=["state", "decided_by", "decided_at", "reason", "result"])
