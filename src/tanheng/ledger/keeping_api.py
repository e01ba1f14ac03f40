"""The keeping of the ledger in the API: accounts, assets, issuance, and what moved, is reserved or waits.

The addresses are added to those of ``api``: some do both, as accounts that are listed there and opened here. What
changes the books' rules or accounts wants the scope ``ledger:keep``, which no program needs in order to move units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Status

from tanheng.ledger.access import (
    access_account,
    access_asset,
    access_assets,
    access_circulation,
    access_queued,
    access_queued_ends,
    access_queued_one,
    access_reservations,
    access_transfers,
    access_transfers_of,
)
from tanheng.ledger.actions import (
    do_block_account,
    do_close_account,
    do_define_asset,
    do_issue_units,
    do_lapse_points,
    do_open_account,
    do_unblock_account,
    do_withdraw_queued,
)
from tanheng.ledger.api import ANSWERS, WRITE, key_wanted, router, told
from tanheng.ledger.keeping_schemas import (
    AccountIn,
    AssetIn,
    AssetOut,
    IssuanceIn,
    LapsedOut,
    QueuedOut,
    QueueFilter,
    ReservationFilter,
    ReservationOut,
    WhyIn,
)
from tanheng.ledger.models import Account, Asset, Kind, Queued, Transfer
from tanheng.ledger.results import Code
from tanheng.ledger.schemas import AccountNumber, AccountOut, AnswerOut, AssetCode, Id, TransferOut, facts
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import Actor
from tanheng.web.cursors import Page, PageOut, Window, page, page_of
from tanheng.web.keys import once

KEEP = "ledger:keep"
__all__ = ["KEEP", "router"]

# Accounts


@router.post("/accounts", response={201: AccountOut}, auth=anyone(KEEP))
def open_account(request: HttpRequest, new: AccountIn) -> HttpResponse:
    """Open an account for an organisation, or for the registry itself."""
    by = caller(request)

    def open_it() -> Account:
        owner = None if new.owner is None else access_organisation(by, new.owner)
        opened = do_open_account(**facts(new, "owner"), owner=owner, acting_user=by)
        return access_account(by, opened.number)

    return once(request, open_it, AccountOut, status=201)


@router.post("/accounts/{number}/block", response=AccountOut, auth=anyone(KEEP))
def block_account(request: HttpRequest, number: AccountNumber, why: WhyIn) -> HttpResponse:
    """Block an account: nothing leaves it and nothing reaches it."""
    by = caller(request)
    return once(request, lambda: do_block_account(access_account(by, number), why.reason, acting_user=by), AccountOut)


@router.post("/accounts/{number}/unblock", response=AccountOut, auth=anyone(KEEP))
def unblock_account(request: HttpRequest, number: AccountNumber) -> HttpResponse:
    """Open a blocked account again, when every difference found in it is explained."""
    by = caller(request)
    return once(request, lambda: do_unblock_account(access_account(by, number), acting_user=by), AccountOut)


@router.post("/accounts/{number}/close", response=AccountOut, auth=anyone(KEEP))
def close_account(request: HttpRequest, number: AccountNumber, why: WhyIn) -> HttpResponse:
    """Close an empty account for good."""
    by = caller(request)
    return once(request, lambda: do_close_account(access_account(by, number), why.reason, acting_user=by), AccountOut)


# Assets


@router.get("/assets", response=PageOut[AssetOut])
def assets(request: HttpRequest, window: Query[Window]) -> dict[str, Any]:
    """What there is to hold; who looks over the whole registry learns how much of it there is."""
    by = caller(request)
    found = page(access_assets(by), "code", window.cursor, window.limit)
    return {"items": _with_circulation(by, found.items), "next": found.next}


@router.get("/assets/{asset}", response=AssetOut, url_name="asset")
def asset(request: HttpRequest, asset: AssetCode) -> dict[str, Any]:
    """One asset."""
    by = caller(request)
    return _with_circulation(by, [access_asset(by, asset)])[0]


@router.post("/assets", response={201: AssetOut}, auth=anyone(KEEP))
def define_asset(request: HttpRequest, new: AssetIn) -> HttpResponse:
    """Define an asset, and the account from which it is issued."""
    by = caller(request)
    return once(
        request,
        lambda: _with_circulation(by, [do_define_asset(**facts(new), acting_user=by)])[0],
        AssetOut,
        status=201,
    )


@router.post("/issuances", response=ANSWERS, auth=anyone(KEEP))
def issue(request: HttpRequest, new: IssuanceIn) -> Status[AnswerOut]:
    """Issue units into an account; where the asset wants it, when a second person has confirmed."""
    return told(do_issue_units(**facts(new), key=key_wanted(request), acting_user=caller(request)))


@router.post("/assets/{asset}/lapse", response=LapsedOut, auth=anyone(KEEP))
def lapse(request: HttpRequest, asset: AssetCode) -> HttpResponse:
    """Retire the units that reached the end of their life, without waiting for the daily job."""
    by = caller(request)
    return once(request, lambda: {"lapsed": do_lapse_points(access_asset(by, asset), acting_user=by)}, LapsedOut)


def _with_circulation(by: Actor, found: Sequence[Asset]) -> list[dict[str, Any]]:
    known = access_circulation(by, found)
    names = ("code", "kind", "name", "unit", "tradable", "transferable", "expires", "serialised", "life_months")
    return [
        {name: getattr(one, name) for name in names}
        | {"url": reverse("api:asset", args=[one.code]), "circulation": known.get(one.pk)}
        for one in found
    ]


# Transfers and what is reserved


@router.get("/transfers", response=PageOut[TransferOut])
def transfers(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The transfers from and to all accounts that one sees, reservations and their ends too; the newest first."""
    return page(access_transfers(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.get("/accounts/{number}/transfers", response=PageOut[TransferOut])
def transfers_of(request: HttpRequest, number: AccountNumber, window: Query[Window]) -> Page[Any]:
    """The transfers that moved units into or out of an account, in all its assets; the newest first."""
    found = access_account(caller(request), number)

    def fetch(after: tuple[int | str, ...] | None, limit: int) -> list[Transfer]:
        return access_transfers_of(found, None if after is None else int(after[0]), limit)

    return page_of(fetch, lambda transfer: (transfer.pk,), (int,), window.cursor, window.limit)


@router.get("/reservations", response=PageOut[ReservationOut])
def reservations(request: HttpRequest, window: Query[Window], which: Query[ReservationFilter]) -> Page[Any]:
    """The reservations and pledges that stand, from or to accounts that one sees."""
    rows = access_reservations(caller(request))
    if which.purpose is not None:
        rows = rows.filter(purpose=which.purpose)
    return page(rows, "transfer_id", window.cursor, window.limit)


@router.get("/queue", response=PageOut[QueuedOut])
def queue(request: HttpRequest, window: Query[Window], which: Query[QueueFilter]) -> dict[str, Any]:
    """The transfers that wait for working hours, and what became of those that did; the newest first."""
    rows = access_queued(caller(request))
    if which.state is not None:
        rows = rows.filter(state=which.state)
    found = page(rows, "id", window.cursor, window.limit, newest_first=True)
    return {"items": _as_asked(found.items), "next": found.next}


@router.get("/queue/{queued}", response=QueuedOut, url_name="queued")
def queued(request: HttpRequest, queued: Id) -> dict[str, Any]:
    """One of them."""
    return _as_asked([access_queued_one(caller(request), queued)])[0]


@router.post("/queue/{queued}/withdraw", response=QueuedOut, auth=anyone(WRITE))
def withdraw(request: HttpRequest, queued: Id) -> HttpResponse:
    """Withdraw a transfer that waits."""
    by = caller(request)

    def withdraw_it() -> dict[str, Any]:
        do_withdraw_queued(access_queued_one(by, queued), acting_user=by)
        return _as_asked([access_queued_one(by, queued)])[0]

    return once(request, withdraw_it, QueuedOut)


def _as_asked(rows: Sequence[Queued]) -> list[dict[str, Any]]:
    accounts, assets = access_queued_ends(rows)
    return [
        {
            "url": reverse("api:queued", args=[row.pk]),
            "id": row.pk,
            "asked_at": row.asked_at,
            "opens_at": row.opens_at,  # type: ignore[attr-defined]
            "kind": Kind(row.asked["kind"]).name.lower(),
            "from_account": row.from_account.number,
            "to_account": accounts[row.asked["to"]],
            "asset": assets[row.asked["asset"]],
            "quantity": row.asked["quantity"],
            "purpose": row.asked["purpose"],
            "reason": row.asked["reason"] or "",
            "state": row.state,
            "code": None if row.code is None else Code(row.code).name.lower(),
            "transfer": reverse("api:transfer", args=[row.transfer_id]) if row.transfer_id else None,
            "done_at": row.done_at,
        }
        for row in rows
    ]
