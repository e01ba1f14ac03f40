"""What is done with units: transfer, reserve, post, release, retire, pledge; one or many at once.

    do_transfer ──> right ──> needs a second person? ──yes──> approval ──confirmed──┐
                                      └──no──> one call of the database <───────────┘

One transfer is one statement: the database looks at the right, the accounts and the units together. Where that does
not suffice (a second person, a refusal that must say why) it takes a few more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tanheng.database.prepared import prepared_cursor
from tanheng.ledger.models import Account, Asset, Kind, Transfer
from tanheng.ledger.refusals import TransferRefused
from tanheng.ledger.requests import (
    BATCH_MOST,
    Answer,
    Asked,
    Serials,
    send,
    send_batch,
    send_issuance,
    send_named,
)
from tanheng.ledger.results import Code
from tanheng.people import approvals
from tanheng.people.audit import Value
from tanheng.people.door import done
from tanheng.people.models import Approval, Organisation, User
from tanheng.people.rights import Actor, may, require
from tanheng.people.roles import IN
from tanheng.people.values import refused_value

RIGHT = "ledger.transfer"
BATCH = "ledger.transfer_batch"


def do_transfer(
    from_account: str,
    to_account: str,
    asset: str,
    quantity: int,
    *,
    acting_user: Actor,
    purpose: str = "transfer",
    serials: Serials | None = None,
    reason: str = "",
    key: str | None = None,
) -> Answer:
    """Move units between two accounts, given by number, at once.

    Returns
    -------
    Answer
        With the code of a refusal where there is one; a refusal is kept under the key as well.

    Raises
    ------
    Refused
        Without the right to move what the account holds, or to settle trades where that is the purpose.
    """
    return do_as_asked(
        Asked(purpose=purpose, quantity=quantity, serials=serials, reason=reason, key=key),
        from_account,
        to_account,
        asset,
        acting_user=acting_user,
    )


def do_reserve(
    from_account: str,
    to_account: str,
    asset: str,
    quantity: int,
    *,
    acting_user: Actor,
    expires_in: timedelta | None = None,
    purpose: str = "transfer",
    serials: Serials | None = None,
    reason: str = "",
    key: str | None = None,
) -> Answer:
    """Set units aside for a transfer that is posted or released later, or ends by its time."""
    asked = Asked(
        Kind.RESERVE, purpose, quantity=quantity, serials=serials, expires_in=expires_in, reason=reason, key=key
    )
    return do_as_asked(asked, from_account, to_account, asset, acting_user=acting_user)


def do_pledge(
    from_account: str,
    to_account: str,
    asset: str,
    quantity: int,
    *,
    acting_user: Actor,
    serials: Serials | None = None,
    reason: str = "",
    key: str | None = None,
) -> Answer:
    """Pledge units to the holder of a pledge account; they stay where they are and cannot move.

    Released with ``do_void`` and taken with ``do_post``, both by the pledgee.
    """
    asked = Asked(Kind.RESERVE, "pledge", quantity=quantity, serials=serials, reason=reason, key=key)
    return do_as_asked(asked, from_account, to_account, asset, acting_user=acting_user)


def do_retire(
    from_account: str,
    asset: str,
    quantity: int,
    *,
    acting_user: Actor,
    serials: Serials | None = None,
    reason: str,
    key: str | None = None,
) -> Answer:
    """Retire units for good, into the registry's retirement account; the reason says for whom and for what.

    Raises
    ------
    InputRejected
        Without a reason, or when the registry has no retirement account.
    """
    if not reason.strip():
        raise refused_value(
            "ledger.E030", "retirement", "reason", None, _("says for whom and for what units are retired")
        )
    to = (
        Account.objects.filter(type_id="retirement", owner=None).order_by("pk").values_list("number", flat=True).first()
    )
    if to is None:
        raise refused_value("ledger.E031", "account", "type", None, _("the registry has no retirement account"))
    asked = Asked(purpose="retire", quantity=quantity, serials=serials, reason=reason, key=key)
    return do_as_asked(asked, from_account, to, asset, acting_user=acting_user)


def do_post(
    pending: int,
    *,
    acting_user: Actor,
    quantity: int | None = None,
    serials: Serials | None = None,
    reason: str = "",
    key: str | None = None,
) -> Answer:
    """Carry out a reservation, in part if a quantity is given; the rest is free again."""
    return _end(
        Asked(Kind.POST, quantity=quantity, serials=serials, pending=pending, reason=reason, key=key), acting_user
    )


def do_void(pending: int, *, acting_user: Actor, reason: str = "", key: str | None = None) -> Answer:
    """Release a reservation."""
    return _end(Asked(Kind.VOID, pending=pending, reason=reason, key=key), acting_user)


@dataclass(frozen=True)
class Row:
    """One transfer of a batch, by numbers and codes as people write them."""

    from_account: str
    to_account: str
    asset: str
    quantity: int
    purpose: str = "transfer"
    serials: Serials | None = None
    reason: str = ""
    linked: UUID | None = None
    key: str | None = None


def do_transfer_batch(rows: Sequence[Row], *, acting_user: Actor) -> list[Answer]:
    """Make many transfers in one call; each has an answer of its own, linked neighbours stand or fall together.

    Raises
    ------
    Refused
        Without the right to one of the accounts; then nothing is done.
    InputRejected
        For more than ``BATCH_MOST`` rows, or when an account needs a second person and another one does not.
    """
    if len(rows) > BATCH_MOST:
        message = _("has more than %d transfers; send several batches") % BATCH_MOST
        raise refused_value("ledger.E032", "batch", "transfers", str(len(rows)), message)
    _require_market([row.purpose for row in rows], acting_user)
    accounts = {
        account.number: account
        for account in Account.objects.select_related("owner").filter(
            number__in={row.from_account for row in rows} | {row.to_account for row in rows}
        )
    }
    assets = dict(Asset.objects.filter(code__in={row.asset for row in rows}).values_list("code", "pk"))
    sources = {row.from_account for row in rows if row.from_account in accounts}
    for number in sorted(sources):
        require(acting_user, RIGHT, accounts[number].owner)
    asked = [
        Asked(
            purpose=row.purpose,
            asset=assets.get(row.asset),
            from_account=_id(accounts.get(row.from_account)),
            to_account=_id(accounts.get(row.to_account)),
            quantity=row.quantity,
            serials=row.serials,
            reason=row.reason,
            linked=row.linked,
            key=row.key,
        )
        for row in rows
    ]
    owners = {accounts[number].owner_id for number in sources}
    organisation = owners.pop() if len(owners) == 1 else None
    if isinstance(acting_user, User) and any(accounts[number].second_person for number in sources):
        if len({accounts[number].owner_id for number in sources}) > 1:
            message = _("takes from accounts of several holders that need a second person; send one batch a holder")
            raise refused_value("ledger.E033", "batch", "transfers", None, message)
        owner = next(accounts[number].owner for number in sources)
        payload: dict[str, Value] = {"rows": [_payload(one) for one in asked], "key": asked[0].key}
        return [_ask(BATCH, payload, owner, acting_user)] * len(asked)
    answers = send_batch(asked, actor=_id(acting_user), organisation=organisation)
    _tell(asked, answers, acting_user)
    return answers


@dataclass(frozen=True)
class _Source:
    """The account that units leave: what decides who may move them."""

    owner: Organisation | None
    second_person: bool


def do_as_asked(asked: Asked, from_account: str, to_account: str, asset: str, *, acting_user: Actor) -> Answer:
    """Do what is asked between two accounts, given by number: the part that all verbs have in common."""
    _require_market([asked.purpose], acting_user)
    if isinstance(acting_user, User) and (answer := _short_way(asked, from_account, to_account, asset, acting_user)):
        return answer
    with prepared_cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_look_up(%s, %s, %s)", [from_account, to_account, asset])
        asset_id, to_id, from_id, second_person, owner_id, kind, name, district = cursor.fetchone()
    owner = Organisation(pk=owner_id, kind=kind, name=name, district=district) if owner_id is not None else None
    # Whoever does not know an account does not learn which ones there are.
    require(acting_user, RIGHT, owner)
    source = _Source(owner, second_person) if from_id is not None else None
    return _with_second_person(
        replace(asked, asset=asset_id, from_account=from_id, to_account=to_id), source, acting_user
    )


def issue_as_asked(
    asked: Asked, to_account: str, asset: str, vintage: int | None, label: str, *, acting_user: Actor
) -> Answer | None:
    """Issue in one statement, batch and all, for whoever may issue.

    Returns
    -------
    Answer, or None where nothing was done: the long way then says why, or asks for the second person.
    """
    # Whoever listens is told by ids, which the long way knows.
    if asked.purpose == "trade" or not may(acting_user, RIGHT, None) or done.has_listeners():
        return None
    alone = not isinstance(acting_user, User) or _confirmed_for(None)
    return send_issuance(asked, to_account, asset, vintage, label, alone=alone, actor=_id(acting_user))


@cache
def roles_that_move() -> str:
    """The roles, as ``kind/role,kind/role``, whose members move what their organisation holds."""
    return ",".join(f"{kind}/{role}" for (kind, role), rights in IN.items() if RIGHT in rights)


def _short_way(asked: Asked, from_account: str, to_account: str, asset: str, acting_user: User) -> Answer | None:
    """Where membership of the owner decides, the database looks at it in the statement that moves the units."""
    answer = send_named(asked, from_account, to_account, asset, roles=roles_that_move(), actor=acting_user.pk)
    if answer is not None:
        _tell([asked], [answer], acting_user)
    return answer


def _require_market(purposes: Sequence[str], acting_user: Actor) -> None:
    # Trades pass the safeguards by, because both sides agreed on the market: nobody may call another transfer one.
    if "trade" in purposes:
        require(acting_user, "ledger.settle", None)


def _end(asked: Asked, acting_user: Actor) -> Answer:
    assert asked.pending is not None
    reservation = (
        Transfer.objects.select_related("from_account__owner", "to_account__owner")
        .filter(pk=asked.pending, kind=Kind.RESERVE)
        .first()
    )
    if reservation is None:
        require(acting_user, RIGHT, None)
        return send(asked, actor=_id(acting_user), organisation=None)
    # What is pledged is in the hands of who took the pledge.
    pledged = reservation.purpose == "pledge"
    decides = reservation.to_account if pledged else reservation.from_account
    require(acting_user, RIGHT, decides.owner)
    return _with_second_person(asked, _Source(decides.owner, decides.second_person), acting_user)


def _with_second_person(asked: Asked, source: _Source | None, acting_user: Actor) -> Answer:
    owner = source.owner if source is not None else None
    if source is not None and source.second_person and isinstance(acting_user, User) and not _confirmed_for(owner):
        return _ask(RIGHT, _payload(asked), owner, acting_user)
    answer = send(asked, actor=_id(acting_user), organisation=_id(owner))
    _tell([asked], [answer], acting_user)
    return answer


def _confirmed_for(owner: Organisation | None) -> bool:
    """Whether this is part of a deed that somebody who may approve for the owner is confirming: it needs no third."""
    second = approvals.confirmation()
    return second is not None and may(second.by, "people.approve", owner)


def _ask(action: str, payload: Mapping[str, Value], owner: Organisation | None, acting_user: User) -> Answer:
    before = None
    if payload["key"] is not None:
        before = Approval.objects.filter(
            action=action, requested_by=acting_user, organisation=owner, payload__key=payload["key"]
        ).first()
    if before is None:
        before = approvals.ask(action, payload, acting_user, owner)
    elif before.payload != payload:
        return Answer(Code.KEY_REUSED)
    return Answer(Code.WAITS_FOR_SECOND, approval=before.pk)


@approvals.second_person(RIGHT)
def _confirmed(
    payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
) -> Mapping[str, Value]:
    asked = _asked(payload)
    answer = send(asked, actor=acting_user.pk, organisation=_id(organisation))
    _tell([asked], [answer], acting_user)
    if answer.code not in (Code.OK, Code.QUEUED):
        raise TransferRefused(answer.code)
    return {"code": answer.code.name, "transfer": answer.transfer, "queued": answer.queued}


@approvals.second_person(BATCH, right=RIGHT)
def _batch_confirmed(
    payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
) -> Mapping[str, Value]:
    rows = payload["rows"]
    assert isinstance(rows, list)
    asked = [_asked(row) for row in rows]
    answers = send_batch(asked, actor=acting_user.pk, organisation=_id(organisation))
    _tell(asked, answers, acting_user)
    return {
        "codes": [answer.code.name for answer in answers],
        "transfers": [answer.transfer or 0 for answer in answers],
    }


def _payload(asked: Asked) -> dict[str, Value]:
    return {
        "kind": asked.kind.value,
        "purpose": asked.purpose,
        "asset": asked.asset,
        "from": asked.from_account,
        "to": asked.to_account,
        "quantity": asked.quantity,
        "serials": [f"{first}-{last}" for first, last in asked.serials] if asked.serials is not None else None,
        "pending": asked.pending,
        "expires_in_s": int(asked.expires_in.total_seconds()) if asked.expires_in is not None else None,
        "batch": asked.batch,
        "reason": asked.reason,
        "linked": str(asked.linked) if asked.linked is not None else None,
        "key": asked.key,
    }


def _asked(payload: Mapping[str, Value]) -> Asked:
    said: dict[str, object] = dict(payload)
    serials, seconds, linked = said["serials"], said["expires_in_s"], said["linked"]
    return Asked(
        kind=Kind(_int(said["kind"]) or 0),
        purpose=str(said["purpose"]),
        asset=_int(said["asset"]),
        from_account=_int(said["from"]),
        to_account=_int(said["to"]),
        quantity=_int(said["quantity"]),
        serials=[_run_of(text) for text in serials] if isinstance(serials, list) else None,
        pending=_int(said["pending"]),
        expires_in=timedelta(seconds=seconds) if isinstance(seconds, int) else None,
        batch=_int(said["batch"]),
        reason=str(said["reason"]),
        linked=UUID(linked) if isinstance(linked, str) else None,
        key=said["key"] if isinstance(said["key"], str) else None,
    )


def _run_of(text: str) -> tuple[int, int]:
    first, last = text.split("-")
    return int(first), int(last)


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _id(record: object) -> int | None:
    return getattr(record, "pk", None)


def _tell(asked: Sequence[Asked], answers: Sequence[Answer], acting_user: Actor) -> None:
    """Events, once what happened is committed."""
    made = [(one, answer) for one, answer in zip(asked, answers, strict=True) if answer.code == Code.OK]

    def tell() -> None:
        for one, answer in made:
            done.send_robust(
                sender=None,
                action=f"ledger.{one.kind.name.lower()}",
                subject=f"transfer {answer.transfer}",
                old=None,
                new=_payload(one),
                acting_user=acting_user,
            )

    if made and done.has_listeners():
        transaction.on_commit(tell)
