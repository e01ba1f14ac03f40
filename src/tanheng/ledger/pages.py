"""Pages of the ledger: accounts, statements, transfers and their proofs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.ledger.access import (
    access_account,
    access_accounts,
    access_balances,
    access_balances_at,
    access_queued,
    access_statement,
    access_transfer,
    access_transfers,
    access_trusted,
    sees_every_account,
)
from tanheng.ledger.account_types import TYPES
from tanheng.ledger.actions import do_retire, do_transfer, do_withdraw_queued
from tanheng.ledger.models import Account, Asset, Balance, Kind, Posting, Queued, QueueState, Reservation, Transfer
from tanheng.ledger.requests import Answer
from tanheng.ledger.results import Code
from tanheng.ledger.transfers import RIGHT
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import Refused, may, reach
from tanheng.people.standing import anywhere
from tanheng.problems import InputRejected
from tanheng.transparency import proofs
from tanheng.transparency.proofs import NoProof
from tanheng.web.cursors import page
from tanheng.web.saying import all_told

ROWS = 50
LEAF = 2  # the kind of a transfer in the log
OFFERED = ("transfer", "surrender", "retire", "payment", "spend")


def let_in(request: HttpRequest) -> User:
    user = caller(request)
    if not anywhere(user, "ledger.see"):
        raise Refused("people.refused", _("None of your roles sees accounts."))
    return user


def with_balances(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts together with what they hold, for a list."""
    held = Balance.objects.exclude(posted=0).select_related("asset").order_by("asset_id")
    return accounts.prefetch_related(Prefetch("balances", held))


@login_required
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Those that one sees, with what they hold."""
    user = let_in(request)
    rows = access_accounts(user)
    words, kind = request.GET.get("q", "").strip()[:100], request.GET.get("type", "")
    if words:
        rows = rows.filter(Q(number__istartswith=words) | Q(owner__name__icontains=words) | Q(name__icontains=words))
    if kind in TYPES:
        rows = rows.filter(type_id=kind)
    shown = page(with_balances(rows), "id", request.GET.get("cursor"), ROWS)
    seen = {
        "page": shown,
        "q": words,
        "type": kind,
        "types": TYPES,
        "sees_all": sees_every_account(user),
        "may_open": may(user, "ledger.open", None),
    }
    return render(request, "ledger/accounts.html", seen)


@login_required
@require_safe
def account(request: HttpRequest, number: str) -> HttpResponse:
    """One account: what it holds now or held at the end of a day, what is reserved and what waits."""
    user = let_in(request)
    found = access_account(user, number)
    day = parse_date(request.GET.get("on", "")) if _is_date(request.GET.get("on", "")) else None
    then = access_balances_at(found, _end_of(day))[:20] if day else None
    standing = Reservation.objects.select_related("asset", "account", "to_account").order_by("pk")
    reservations, promised = standing.filter(account=found), standing.filter(to_account=found)
    return render(
        request,
        "ledger/account.html",
        {
            "section": "accounts",
            "account": found,
            "balances": list(access_balances(found)),
            "then": then,
            "day": day,
            "reservations": list(reservations[:ROWS]),
            "promised": list(promised[:ROWS]),
            "waiting_transfers": list(access_queued(user).filter(from_account=found, state=QueueState.WAITING)[:ROWS]),
            "trusted": list(access_trusted(found)[:ROWS]),
            "may_transfer": may(user, RIGHT, found.owner),
            "may_turn": may(user, "ledger.block", found.owner),
            "may_trust": may(user, "ledger.trust", found.owner),
        },
    )


@login_required
@require_safe
def statement(request: HttpRequest, number: str, asset: str) -> HttpResponse:
    """The postings of an account in one asset, the newest first, by cursor."""
    user = let_in(request)
    found = access_account(user, number)
    of = Asset.objects.get(code=asset)
    rows = access_statement(found, of.pk).select_related("transfer__from_account", "transfer__to_account")
    shown = page(rows, ("at", "transfer_id"), request.GET.get("cursor"), ROWS, newest_first=True)
    return render(
        request,
        "ledger/statement.html",
        {"section": "accounts", "account": found, "asset": of, "page": shown},
    )


@login_required
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """Transfers from and to accounts that one sees, the newest first, and those that wait."""
    user = let_in(request)
    shown = page(access_transfers(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    waiting = access_queued(user).filter(state=QueueState.WAITING).select_related("from_account").order_by("pk")
    return render(
        request,
        "ledger/transfers.html",
        {
            "page": shown,
            "waiting_transfers": list(waiting[:ROWS]),
            "may_transfer": anywhere(user, RIGHT),
        },
    )


@login_required
@require_safe
def transfer(request: HttpRequest, transfer: int) -> HttpResponse:
    """One transfer: what it moved, by which serial numbers, and the proof that it is in the log."""
    user = let_in(request)
    found = access_transfer(user, transfer)
    postings = Posting.objects.filter(
        account_id__in=[found.from_account_id, found.to_account_id],
        asset_id=found.asset_id,
        at=found.at,
        transfer_id=found.pk,
    ).select_related("account")
    document, missing = None, ""
    try:
        document = proofs.inclusion(LEAF, found.pk)
    except NoProof as reason:
        missing = str(reason)
    return render(
        request,
        "ledger/transfer.html",
        {
            "section": "transfers",
            "transfer": found,
            "postings": list(postings),
            "actor": User.objects.filter(pk=found.actor_id).first() if found.actor_id else None,
            "proof": document,
            "may_end": _may_end(user, found),
            "proof_file": f"transfer-{found.pk}-proof.json",
            "head": document["head"].split("\n")[:3] if document else None,
            "missing": missing,
        },
    )


def _may_end(user: User, found: Transfer) -> bool:
    """Whether it is a reservation that stands, and this user's to carry out or release."""
    if found.kind != Kind.RESERVE or not Reservation.objects.filter(transfer_id=found.pk).exists():
        return False
    decides = found.to_account if found.purpose == "pledge" else found.from_account
    return may(user, RIGHT, decides.owner)


@login_required
@require_safe
def proof(request: HttpRequest, transfer: int) -> HttpResponse:
    """The proof as a document, to be kept and checked without us."""
    user = let_in(request)
    found = access_transfer(user, transfer)
    document = proofs.inclusion(LEAF, found.pk, with_body=True)
    response = JsonResponse(document, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="transfer-{found.pk}-proof.json"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_transfer(request: HttpRequest) -> HttpResponse:
    """The form of a transfer, and what becomes of it."""
    user = let_in(request)
    if not anywhere(user, RIGHT):
        raise Refused("people.refused", _("None of your roles moves units."))
    given = {name: request.POST.get(name, request.GET.get(name, "")).strip() for name in FIELDS}
    faults: dict[str, str] = {}
    if request.method == "POST":
        answer = _asked_for(given, faults, user)
        if answer is not None:
            done = became(request, answer)
            if done is not None:
                return done
            faults[FIELD_OF.get(answer.code, "")] = str(answer.code.sentence)
    mine = access_accounts(user).filter(movable(user)).exclude(type_id="issuance")
    return render(
        request,
        "ledger/new_transfer.html",
        {
            "section": "transfers",
            "given": {**given, "key": uuid4().hex},
            "faults": faults,
            "accounts": list(with_balances(mine).order_by("number")[:200]),
            "assets": list(Asset.objects.order_by("code")),
            "purposes": OFFERED,
        },
        status=422 if faults else 200,
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, queued: int) -> HttpResponse:
    """Withdraw what waits for working hours."""
    user = let_in(request)
    found: Queued = access_queued(user).get(pk=queued)
    try:
        do_withdraw_queued(found, acting_user=user)
    except InputRejected as rejected:
        for sentence in all_told(rejected):
            messages.error(request, sentence)
    else:
        messages.success(request, _("The waiting transfer is withdrawn."))
    return redirect("transfers")


FIELDS = ("from", "to", "asset", "quantity", "purpose", "reason", "key")
FIELD_OF = {
    Code.FROM_NOT_FOUND: "from",
    Code.FROM_BLOCKED: "from",
    Code.FROM_CLOSED: "from",
    Code.FROM_MAY_NOT_SEND: "from",
    Code.TO_NOT_FOUND: "to",
    Code.SAME_ACCOUNT: "to",
    Code.TO_BLOCKED: "to",
    Code.TO_CLOSED: "to",
    Code.TO_MAY_NOT_RECEIVE: "to",
    Code.NOT_TRUSTED: "to",
    Code.TRUSTED_TOO_RECENTLY: "to",
    Code.ASSET_NOT_FOUND: "asset",
    Code.NOT_TRANSFERABLE: "asset",
    Code.QUANTITY_NOT_POSITIVE: "quantity",
    Code.QUANTITY_TOO_LARGE: "quantity",
    Code.OVER_LIMIT: "quantity",
    Code.INSUFFICIENT: "quantity",
    Code.RESERVED: "quantity",
    Code.PURPOSE_DOES_NOT_FIT: "purpose",
}


def movable(user: User) -> Q:
    own = reach(user, RIGHT, organisation="owner")
    return own | Q(owner=None) if may(user, RIGHT, None) else own


def _asked_for(given: dict[str, str], faults: dict[str, str], user: User) -> Answer | None:
    asset = Asset.objects.filter(code=given["asset"]).first()
    if asset is None:
        faults["asset"] = str(Code.ASSET_NOT_FOUND.sentence)
    if not given["from"]:
        faults["from"] = _("Choose the account that units leave.")
    retires = given["purpose"] in ("retire", "spend")
    if given["purpose"] not in OFFERED:
        faults["purpose"] = str(Code.PURPOSE_NOT_FOUND.sentence)
    if not given["to"] and given["purpose"] != "retire":
        faults["to"] = _("Say to which account, by its number.")
    if retires and not given["reason"]:
        faults["reason"] = _("Say for whom and for what.")
    amount = whole_units(given["quantity"], asset) if asset is not None else None
    if asset is not None and amount is None:
        faults["quantity"] = (
            _("Write an amount in yuan with at most two digits after the point.")
            if asset.unit == "fen"
            else _("Write a whole number of at least 1.")
        )
    if faults or asset is None or amount is None:
        return None
    options = {"reason": given["reason"][:500], "key": given["key"][:64] or None, "acting_user": user}
    if given["purpose"] == "retire":
        return do_retire(given["from"], asset.code, amount, **options)  # type: ignore[arg-type]
    return do_transfer(given["from"], given["to"], asset.code, amount, purpose=given["purpose"], **options)  # type: ignore[arg-type]


def whole_units(text: str, asset: Asset) -> int | None:
    """A quantity in the asset's smallest unit; people write yuan, the ledger counts fen."""
    try:
        value = Decimal(text.replace(",", "").replace("\uff0c", ""))
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    value = value * 100 if asset.unit == "fen" else value
    return int(value) if value == value.to_integral_value() and 0 < value < 10**18 else None


def became(request: HttpRequest, answer: Answer) -> HttpResponse | None:
    if answer.code == Code.OK and answer.transfer is not None:
        messages.success(request, _("The transfer is made."))
        return redirect("transfer", transfer=answer.transfer)
    if answer.code == Code.WAITS_FOR_SECOND and answer.approval is not None:
        messages.info(request, str(answer.code.sentence))
        return redirect("approval", approval=answer.approval)
    if answer.code == Code.QUEUED:
        messages.info(request, str(answer.code.sentence))
        return redirect("transfers")
    return None


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=1, microseconds=-1)
