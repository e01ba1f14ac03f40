"""The ledger in the API: accounts, balances now and then, statements, transfers, serial numbers.

What moves value takes an ``Idempotency-Key``, which the ledger itself keeps: a request sent again is answered the
same, refusals too, and moves once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from tanheng.ledger.access import (
    access_account,
    access_accounts,
    access_balances,
    access_balances_at,
    access_history_of_serial,
    access_statement,
    access_transfer,
)
from tanheng.ledger.actions import (
    Row,
    do_pledge,
    do_post,
    do_reserve,
    do_retire,
    do_transfer,
    do_transfer_batch,
    do_void,
)
from tanheng.ledger.models import Asset
from tanheng.ledger.refusals import TransferRefused
from tanheng.ledger.requests import Answer
from tanheng.ledger.results import Code
from tanheng.ledger.schemas import (
    LARGEST,
    AccountFilter,
    AccountNumber,
    AccountOut,
    AnswerOut,
    AssetCode,
    BalanceOut,
    BatchIn,
    BatchOut,
    Id,
    Moment,
    PledgeIn,
    PostIn,
    PostingOut,
    ReservationIn,
    RetirementIn,
    StepOut,
    TransferIn,
    TransferOut,
    VoidIn,
    facts,
)
from tanheng.people.callers import anyone, caller
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import key_of
from tanheng.web.problems import Fault, Problem

READ, WRITE = "ledger:read", "ledger:write"
router = Router(tags=["ledger"], auth=anyone(READ))
ANSWERS = {201: AnswerOut, 202: AnswerOut}


@router.get("/accounts", response=PageOut[AccountOut])
def accounts(request: HttpRequest, window: Query[Window], which: Query[AccountFilter]) -> Page[Any]:
    """One's own accounts and those under one's supervision."""
    conditions = {name: value for name, value in which.dict().items() if value is not None}
    return page(access_accounts(caller(request)).filter(**conditions), "number", window.cursor, window.limit)


@router.get("/accounts/{number}", response=AccountOut, url_name="account")
def account(request: HttpRequest, number: AccountNumber) -> Any:
    """One account."""
    return access_account(caller(request), number)


@router.get("/accounts/{number}/balances", response=list[BalanceOut])
def balances(request: HttpRequest, number: AccountNumber, moment: Query[Moment]) -> list[dict[str, Any]]:
    """What the account holds, now or at a moment of the past."""
    found = access_account(caller(request), number)
    if moment.at is not None:
        then = access_balances_at(found, moment.at)
        return [
            {"asset": balance.asset.code, "unit": balance.asset.unit, "posted": posted, "reserved": None}
            for balance, posted in then
        ]
    return [
        {"asset": b.asset.code, "unit": b.asset.unit, "posted": b.posted, "reserved": b.reserved}
        for b in access_balances(found)
    ]


@router.get("/accounts/{number}/statements/{asset}", response=PageOut[PostingOut])
def statement(request: HttpRequest, number: AccountNumber, asset: AssetCode, window: Query[Window]) -> Page[Any]:
    """The postings of an account in an asset, the newest first."""
    found = access_account(caller(request), number)
    rows = access_statement(found, Asset.objects.get(code=asset).pk)
    return page(rows, ("at", "transfer_id"), window.cursor, window.limit, newest_first=True)


@router.get("/transfers/{transfer}", response=TransferOut, url_name="transfer")
def transfer(request: HttpRequest, transfer: Id) -> Any:
    """One transfer."""
    return access_transfer(caller(request), transfer)


@router.get("/assets/{asset}/serials/{serial}", response=PageOut[StepOut])
def serial(request: HttpRequest, asset: AssetCode, serial: Id, window: Query[Window]) -> Page[Any]:
    """The life of a serial number, from its issuance on, as far as one sees the accounts."""
    rows = access_history_of_serial(caller(request), asset, min(serial, LARGEST - 1))
    return page(rows, "id", window.cursor, window.limit)


@router.post("/transfers", response=ANSWERS, auth=anyone(WRITE))
def make_transfer(request: HttpRequest, new: TransferIn) -> Status[AnswerOut]:
    """Move units between two accounts."""
    return told(do_transfer(**facts(new), key=key_wanted(request), acting_user=caller(request)))


@router.post("/transfer-batches", response=BatchOut, auth=anyone(WRITE))
def make_transfers(request: HttpRequest, new: BatchIn) -> BatchOut:
    """Make many transfers in one call; each has an answer of its own. Their keys are made from the request's."""
    key = key_wanted(request)
    rows = [
        Row(
            **facts(row, "linked"),
            linked=UUID(row.linked) if row.linked else None,
            key=f"{key}/{place}",
        )
        for place, row in enumerate(new.transfers)
    ]
    return BatchOut(answers=[_answer(one) for one in do_transfer_batch(rows, acting_user=caller(request))])


@router.post("/reservations", response=ANSWERS, auth=anyone(WRITE))
def reserve(request: HttpRequest, new: ReservationIn) -> Status[AnswerOut]:
    """Set units aside for a transfer that is posted or released later."""
    seconds = new.expires_in_s
    return told(
        do_reserve(
            **facts(new, "expires_in_s"),
            expires_in=None if seconds is None else timedelta(seconds=seconds),
            key=key_wanted(request),
            acting_user=caller(request),
        )
    )


@router.post("/reservations/{pending}/post", response=ANSWERS, auth=anyone(WRITE))
def post_reservation(request: HttpRequest, pending: Id, how: PostIn) -> Status[AnswerOut]:
    """Carry out a reservation, or take a pledge."""
    return told(do_post(pending, **facts(how), key=key_wanted(request), acting_user=caller(request)))


@router.post("/reservations/{pending}/void", response=ANSWERS, auth=anyone(WRITE))
def void_reservation(request: HttpRequest, pending: Id, why: VoidIn) -> Status[AnswerOut]:
    """Release a reservation or a pledge."""
    return told(do_void(pending, reason=why.reason, key=key_wanted(request), acting_user=caller(request)))


@router.post("/pledges", response=ANSWERS, auth=anyone(WRITE))
def pledge(request: HttpRequest, new: PledgeIn) -> Status[AnswerOut]:
    """Pledge units; they stay where they are and cannot move until the pledgee releases or takes them."""
    return told(do_pledge(**facts(new), key=key_wanted(request), acting_user=caller(request)))


@router.post("/retirements", response=ANSWERS, auth=anyone(WRITE))
def retire(request: HttpRequest, new: RetirementIn) -> Status[AnswerOut]:
    """Retire units for good."""
    return told(do_retire(**facts(new), key=key_wanted(request), acting_user=caller(request)))


def key_wanted(request: HttpRequest) -> str:
    """The key under which the ledger remembers the request; without one it is not done."""
    key = key_of(request, required=True)
    assert key is not None
    return key


def told(answer: Answer) -> Status[AnswerOut]:
    """201 for what is done, 202 for what waits; a refusal is raised."""
    if answer.code == Code.OK:
        return Status(201, _answer(answer))
    if answer.code in (Code.QUEUED, Code.WAITS_FOR_SECOND):
        return Status(202, _answer(answer))
    if answer.code == Code.KEY_REUSED:
        fault = Fault("/Idempotency-Key", _("was used for another request"), "web.key-reused", "header")
        raise Problem(422, "web.key-reused", detail=str(answer.code.sentence), errors=[fault])
    raise TransferRefused(answer.code)


def _answer(answer: Answer) -> AnswerOut:
    return AnswerOut(
        code=answer.code.name.lower(),
        detail=str(answer.code.sentence),
        transfer=reverse("api:transfer", args=[answer.transfer]) if answer.transfer else None,
        at=answer.at,
        queued=answer.queued,
        approval=reverse("api:approval", args=[answer.approval]) if answer.approval else None,
    )
