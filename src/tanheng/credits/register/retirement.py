"""Retirement with a certificate: units leave an account for good, for a beneficiary and a purpose.

    do_retire_credits ──> right ──> second person, where the account wants one ──> transfer + certificate, or nothing

One lot is one statement; where that does nothing (a refusal that must say why, a second person) it takes a few more.

《深圳市碳普惠管理办法》 lets certified reductions be bought and cancelled (voluntary neutrality); each retirement here
says for whom and for what, and cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tanheng.credits.register.certificates import COLUMNS, Retired, certify, read
from tanheng.credits.register.models.certificates import Certificate, CertificateKind
from tanheng.database.prepared import prepared_cursor
from tanheng.ledger.models import Account, Asset, AssetKind
from tanheng.ledger.requests import BATCH_MOST, Answer, Asked, Serials, multirange, send, send_batch
from tanheng.ledger.results import Code
from tanheng.ledger.transfers import roles_that_move
from tanheng.people import approvals
from tanheng.people.approvals import confirmation, second_person
from tanheng.people.audit import Value
from tanheng.people.door import done, door
from tanheng.people.models import Approval, Organisation, User
from tanheng.people.origin import origin
from tanheng.people.rights import Actor, require
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem

RIGHT = "ledger.transfer"
ACTION = "register.retire"
LONGEST_BENEFICIARY, LONGEST_PURPOSE = 200, 500
_FOR_WHOM, _FOR_WHAT = _lazy("say for whom the units are retired"), _lazy("say for what the units are retired")
_COLUMN = {
    Code.FROM_NOT_FOUND: "from",
    Code.FROM_BLOCKED: "from",
    Code.FROM_CLOSED: "from",
    Code.FROM_MAY_NOT_SEND: "from",
    Code.ASSET_NOT_FOUND: "asset",
    Code.SERIALS_DO_NOT_MATCH: "serials",
    Code.SERIALS_NOT_HELD: "serials",
    Code.SERIALS_RESERVED: "serials",
}


@dataclass(frozen=True)
class Lot:
    """Some units of one certificate.

    Parameters
    ----------
    serials
        First and last numbers of runs, both included; None takes what came first.
    named
        Whether the public register names the beneficiary and the purpose.
    key
        A name for this retirement, so that it is done once however often it is sent.
    """

    quantity: int
    beneficiary: str
    purpose: str
    serials: Serials | None = None
    named: bool = True
    key: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The certificates, in the order of the lots; or the request, where a second person has to confirm."""

    certificates: tuple[Certificate, ...] = ()
    approval: Approval | None = None


def do_retire_credits(
    from_account: str,
    asset: str,
    quantity: int,
    *,
    beneficiary: str,
    purpose: str,
    serials: Serials | None = None,
    named: bool = True,
    key: str | None = None,
    acting_user: Actor,
) -> Outcome:
    """Retire credits for good and give a certificate.

    Raises
    ------
    Refused
        Without the right to move what the account holds.
    InputRejected
        As ``do_retire_lots``.
    """
    return do_retire_lots(
        from_account, asset, [Lot(quantity, beneficiary, purpose, serials, named, key)], acting_user=acting_user
    )


def do_retire_lots(from_account: str, asset: str, lots: Sequence[Lot], *, acting_user: Actor) -> Outcome:
    """Retire many lots of one account at once, each with a certificate of its own: all of them or none.

    Raises
    ------
    Refused
        Without the right to move what the account holds.
    InputRejected
        ``register.E001`` nothing or too much at once, ``register.E002`` no credit of that code,
        ``register.E003`` a lot that says too little or too much, ``register.E004`` what the ledger refuses of a lot.
    """
    if len(lots) == 1 and (at_once := _short_way(from_account, asset, lots[0], acting_user)) is not None:
        return Outcome((at_once,))
    account, kind, to = _looked_up(from_account, asset)
    require(acting_user, RIGHT, account.owner if account else None)
    _check(account, from_account, kind, asset, lots)
    assert account is not None
    assert kind is not None
    if account.second_person and isinstance(acting_user, User) and confirmation() is None:
        payload: dict[str, Value] = {"from": from_account, "asset": asset, "lots": [_payload(lot) for lot in lots]}
        if (waiting := _asked_before(payload, acting_user, account.owner)) is not None:
            return Outcome(approval=waiting)
        return Outcome(approval=approvals.ask(ACTION, payload, acting_user, account.owner))
    with door(ACTION, account.owner, right=RIGHT, acting_user=acting_user) as doing:
        made = _done(account, kind, to or retirement_account().pk, lots, acting_user)
        first, last = made[0].number, made[-1].number
        numbers = first if len(made) == 1 else f"{first} … {last}"
        doing.changed(
            f"certificate {numbers}",
            new={
                "account": from_account,
                "asset": asset,
                "quantity": sum(lot.quantity for lot in lots),
                "certificates": len(made),
                "beneficiary": lots[0].beneficiary if len(lots) == 1 else None,
                "purpose": lots[0].purpose if len(lots) == 1 else None,
            },
        )
    return Outcome(tuple(made))


_RETIRE = f"SELECT {COLUMNS} FROM credit_retire(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::int8multirange, %s, %s, %s)"


def _short_way(from_account: str, asset: str, lot: Lot, acting_user: Actor) -> Certificate | None:
    """One lot in one statement; None where nothing was done: the long way says why, or asks for the second person."""
    said = (lot.beneficiary, lot.purpose)
    if _faults(lot, None) or any(text != text.strip() for text in said) or done.has_listeners():
        return None
    actor, roles = (acting_user.pk, roles_that_move()) if isinstance(acting_user, User) else (None, None)
    second = confirmation()
    word = (second.by.pk, second.approval) if second is not None else (None, None)
    values = [roles, actor, actor is None or second is not None, *word, origin(), lot.key, from_account, asset]
    values += [lot.quantity, multirange(lot.serials), *said, lot.named]
    try:
        with prepared_cursor() as cursor:
            cursor.execute(_RETIRE, values)
            row = cursor.fetchone()
    except IntegrityError:
        # The same key at this very moment: the long way finds what the other request made.
        if connection.in_atomic_block:
            raise
        return None
    return read(row) if row is not None else None


def retirement_account() -> Account:
    """The registry's account of retired units.

    Raises
    ------
    InputRejected
        ``register.E005`` where nobody opened one.
    """
    found = Account.objects.filter(type_id="retirement", owner=None).order_by("pk").first()
    if found is None:
        raise refused_value(
            "register.E005", "account", "type", None, _("the registry has no account of retired units; open one")
        )
    return found


# In one prepared statement: a retirement is often small, and what it takes to look three records up is as much again.
_LOOK_UP = """
SELECT a.id, a.second_person, o.id, o.kind, o.name, o.district, s.id, r.id
FROM (SELECT 1) AS one
LEFT JOIN ledger_account a ON a.number = %s LEFT JOIN people_organisation o ON o.id = a.owner_id
LEFT JOIN ledger_asset s ON s.code = %s AND s.kind = 'credit'
LEFT JOIN LATERAL (
    SELECT id FROM ledger_account WHERE type_id = 'retirement' AND owner_id IS NULL ORDER BY id LIMIT 1) r ON true
"""


def _looked_up(number: str, code: str) -> tuple[Account | None, Asset | None, int | None]:
    with prepared_cursor() as cursor:
        cursor.execute(_LOOK_UP, [number, code])
        account, second_person, owner, kind, name, district, asset, to = cursor.fetchone()
    organisation = Organisation(pk=owner, kind=kind, name=name, district=district) if owner is not None else None
    return (
        Account(pk=account, number=number, second_person=second_person, owner=organisation) if account else None,
        Asset(pk=asset, code=code) if asset else None,
        to,
    )


def _check(account: Account | None, number: str, asset: Asset | None, code: str, lots: Sequence[Lot]) -> None:
    if not 1 <= len(lots) <= BATCH_MOST:
        message = _("from 1 to %d lots at once") % BATCH_MOST
        raise refused_value("register.E001", "retirement", "lots", str(len(lots)), message)
    if account is None:
        raise refused_value("register.E004", "retirement", "from", number, str(Code.FROM_NOT_FOUND.sentence))
    if asset is None:
        there = ", ".join(Asset.objects.filter(kind=AssetKind.CREDIT).order_by("code").values_list("code", flat=True))
        message = _("is no credit of this registry; there are: %s") % (there or "–")
        raise refused_value("register.E002", "retirement", "asset", code, message)
    problems = [
        problem for place, lot in enumerate(lots, start=1) for problem in _faults(lot, place if len(lots) > 1 else None)
    ]
    if problems:
        raise InputRejected(problems)


def _faults(lot: Lot, line: int | None) -> list[Problem]:
    found = []
    for column, text, longest, missing in (
        ("beneficiary", lot.beneficiary, LONGEST_BENEFICIARY, _FOR_WHOM),
        ("purpose", lot.purpose, LONGEST_PURPOSE, _FOR_WHAT),
    ):
        if not text.strip():
            found.append(Problem("register.E003", "retirement", line, column, message=str(missing)))
        elif len(text) > longest:
            message = _("has more than %d characters") % longest
            found.append(Problem("register.E003", "retirement", line, column, message=message))
    if lot.quantity < 1:
        found.append(
            Problem("register.E003", "retirement", line, "quantity", str(lot.quantity), _("is no whole number above 0"))
        )
    return found


def _done(account: Account, asset: Asset, to: int, lots: Sequence[Lot], acting_user: Actor) -> list[Certificate]:
    actor = acting_user.pk if isinstance(acting_user, User) else None
    asked = [
        Asked(
            purpose="retire",
            asset=asset.pk,
            from_account=account.pk,
            to_account=to,
            quantity=lot.quantity,
            serials=lot.serials,
            # Both sides of it may read it, and under a key that was used for somebody else it is refused.
            reason=f"{lot.beneficiary.strip()}: {lot.purpose.strip()}",
            key=lot.key,
        )
        for lot in lots
    ]
    if len(asked) == 1:
        answers = [send(asked[0], actor=actor, organisation=account.owner_id)]
    else:
        answers = send_batch(asked, actor=actor, organisation=account.owner_id)
    _raise_refused(answers)
    retired = [
        Retired(answer.transfer, lot.beneficiary.strip(), lot.purpose.strip(), lot.named)
        for answer, lot in zip(answers, lots, strict=True)
        if answer.transfer is not None
    ]
    return certify(retired, account, kind=CertificateKind.RETIREMENT, acting_user=acting_user)


def _raise_refused(answers: Sequence[Answer]) -> None:
    problems = [
        Problem(
            "register.E004",
            "retirement",
            place if len(answers) > 1 else None,
            _COLUMN.get(answer.code, "quantity"),
            message=str(answer.code.sentence),
        )
        for place, answer in enumerate(answers, start=1)
        if answer.code != Code.OK
    ]
    if problems:
        raise InputRejected(problems)


def _payload(lot: Lot) -> dict[str, Value]:
    return {
        "quantity": lot.quantity,
        "beneficiary": lot.beneficiary,
        "purpose": lot.purpose,
        "serials": [f"{first}-{last}" for first, last in lot.serials] if lot.serials is not None else None,
        "named": lot.named,
        "key": lot.key,
    }


def _asked_before(payload: Mapping[str, Value], by: User, owner: Organisation | None) -> Approval | None:
    lots = payload["lots"]
    assert isinstance(lots, list)
    first = lots[0]
    assert isinstance(first, Mapping)
    if first["key"] is None:
        return None
    return Approval.objects.filter(
        action=ACTION, requested_by=by, organisation=owner, payload__lots__0__key=first["key"], payload=payload
    ).first()


def register() -> None:
    """Tell what is done when a second person confirms; called once, when the house starts."""
    second_person(ACTION, right=RIGHT)(_confirmed)


def _confirmed(
    payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
) -> Mapping[str, Value]:
    rows = payload["lots"]
    assert isinstance(rows, list)
    outcome = do_retire_lots(
        str(payload["from"]), str(payload["asset"]), [_lot(row) for row in rows], acting_user=acting_user
    )
    return {"certificates": [each.number for each in outcome.certificates[:50]], "count": len(outcome.certificates)}


def _lot(row: Value) -> Lot:
    assert isinstance(row, Mapping)
    serials, quantity, key = row["serials"], row["quantity"], row["key"]
    assert isinstance(quantity, int)
    return Lot(
        quantity,
        str(row["beneficiary"]),
        str(row["purpose"]),
        [_run(text) for text in serials] if isinstance(serials, list) else None,
        row["named"] is True,
        key if isinstance(key, str) else None,
    )


def _run(text: Value) -> tuple[int, int]:
    first, last = str(text).split("-")
    return int(first), int(last)
