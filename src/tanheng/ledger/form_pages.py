"""Pages on which people reserve, pledge, retire, trust, and open, block or close accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tanheng.ledger.access import (
    access_account,
    access_account_to_trust,
    access_accounts,
    access_transfer,
    access_trusted,
    access_trusted_one,
)
from tanheng.ledger.account_types import TYPES
from tanheng.ledger.actions import (
    do_add_trusted_account,
    do_block_account,
    do_close_account,
    do_open_account,
    do_pledge,
    do_post,
    do_remove_trusted_account,
    do_reserve,
    do_retire,
    do_unblock_account,
    do_void,
)
from tanheng.ledger.models import Account, AccountStatus, Asset, Reservation
from tanheng.ledger.pages import FIELD_OF, became, let_in, movable, whole_units
from tanheng.ledger.requests import Answer
from tanheng.ledger.safeguards import setting_now
from tanheng.ledger.transfers import RIGHT
from tanheng.people.access import access_organisation, access_organisations
from tanheng.people.models import User
from tanheng.people.pages import tell
from tanheng.people.rights import Refused, may, reach, require
from tanheng.people.standing import anywhere
from tanheng.problems import InputRejected
from tanheng.web.forms import DeedForm, Field, FormFault

FORM = require_http_methods(["GET", "HEAD", "POST"])
MOST_DAYS = 3660


def _moves(request: HttpRequest) -> User:
    user = let_in(request)
    if not anywhere(user, RIGHT):
        raise Refused("people.refused", _("None of your roles moves units."))
    return user


def _accounts(user: User) -> Sequence[tuple[str, str]]:
    rows = access_accounts(user).filter(movable(user), status=AccountStatus.OPEN).exclude(type_id="issuance")
    named = rows.select_related("owner").order_by("number")[:200]
    return [(each.number, f"{each.number} {each.owner.name if each.owner else ''}".strip()) for each in named]


def _assets() -> Sequence[tuple[str, str]]:
    return [(each.code, f"{each.name} ({each.code})") for each in Asset.objects.order_by("code")]


def _amount(form: DeedForm, asset: str) -> int:
    found = Asset.objects.get(code=asset)
    amount = whole_units(form.text("quantity"), found)
    if amount is None:
        raise FormFault(
            "quantity",
            _("Write an amount in yuan with at most two digits after the point.")
            if found.unit == "fen"
            else _("Write a whole number of at least 1."),
        )
    return amount


def _answered(request: HttpRequest, answer: Answer, fields: Sequence[str]) -> HttpResponse:
    done = became(request, answer)
    if done is None:
        field = FIELD_OF.get(answer.code, "")
        raise FormFault(field if field in fields else "", str(answer.code.sentence))
    return done


@login_required
@FORM
def reserve(request: HttpRequest) -> HttpResponse:
    """Set units aside for another account, or pledge them to a bank."""
    user = _moves(request)
    kinds = [("transfer", _("reserved for a transfer")), ("pledge", _("pledged"))]
    form = DeedForm(
        request,
        "ledger.reserve",
        Field("purpose", "select", choices=kinds),
        Field("from", "select", choices=_accounts(user)),
        Field("to", longest=40),
        Field("asset", "select", choices=_assets()),
        Field("quantity", "number", longest=40),
        Field("days", "number", required=False, longest=5),
        Field("reason", "area", required=False, longest=500),
    )

    def deed() -> HttpResponse:
        days = form.text("days")
        if days and (not days.isascii() or not days.isdigit() or not 1 <= int(days) <= MOST_DAYS):
            raise FormFault("days", _("Write a whole number of days, from 1 to %d.") % MOST_DAYS)
        what = (form.text("from"), form.text("to"), form.text("asset"), _amount(form, form.text("asset")))
        if form.text("purpose") == "pledge":
            if days:
                raise FormFault("days", _("A pledge does not end by itself; leave this empty."))
            answer = do_pledge(*what, reason=form.text("reason"), key=form.key, acting_user=user)
        else:
            ends = timedelta(days=int(days)) if days else None
            answer = do_reserve(*what, expires_in=ends, reason=form.text("reason"), key=form.key, acting_user=user)
        return _answered(request, answer, [field.name for field in form.fields])

    if form.is_sent and (done := form.do(deed)):
        return done  # type: ignore[no-any-return]
    crumbs = [(reverse("transfers"), _("Transfers"))]
    return form.page(title=_("Reserve or pledge"), submit=_("Ask for it"), crumbs=crumbs, section="transfers")


@login_required
@FORM
def retire(request: HttpRequest) -> HttpResponse:
    """Retire units for good, for a beneficiary who is named."""
    user = _moves(request)
    form = DeedForm(
        request,
        "ledger.retire",
        Field("from", "select", choices=_accounts(user)),
        Field("asset", "select", choices=[each for each in _assets() if each[0] != "CNY"]),
        Field("quantity", "number", longest=40),
        Field("beneficiary", longest=200),
        Field("reason", "area", longest=500),
    )

    def deed() -> HttpResponse:
        amount = _amount(form, form.text("asset"))
        reason = _("for %(who)s: %(what)s") % {"who": form.text("beneficiary"), "what": form.text("reason")}
        answer = do_retire(form.text("from"), form.text("asset"), amount, reason=reason, key=form.key, acting_user=user)
        return _answered(request, answer, [field.name for field in form.fields])

    if form.is_sent and (done := form.do(deed)):
        return done  # type: ignore[no-any-return]
    crumbs = [(reverse("transfers"), _("Transfers"))]
    return form.page(title=_("Retire units"), submit=_("Ask for the retirement"), crumbs=crumbs, section="transfers")


@login_required
@FORM
def end_reservation(request: HttpRequest, transfer: int) -> HttpResponse:
    """Carry out or release what was reserved; of a pledge only the pledgee does."""
    user = _moves(request)
    found = access_transfer(user, transfer)
    standing = Reservation.objects.select_related("asset", "account__owner", "to_account__owner").get(
        transfer_id=found.pk
    )
    decides = standing.to_account if standing.purpose == "pledge" else standing.account
    require(user, RIGHT, decides.owner)
    choices = [("post", _("carry it out")), ("void", _("release it"))]
    form = DeedForm(
        request,
        "ledger.end",
        Field("how", "select", choices=choices),
        Field("quantity", "number", required=False, longest=40),
        Field("reason", "area", required=False, longest=500),
    )

    def deed() -> HttpResponse:
        if form.text("how") == "void":
            answer = do_void(found.pk, reason=form.text("reason"), key=form.key, acting_user=user)
        else:
            amount = _amount(form, standing.asset.code) if form.text("quantity") else None
            answer = do_post(found.pk, quantity=amount, reason=form.text("reason"), key=form.key, acting_user=user)
        return _answered(request, answer, [field.name for field in form.fields])

    if form.is_sent and (done := form.do(deed)):
        return done  # type: ignore[no-any-return]
    crumbs = [(reverse("transfers"), _("Transfers")), (reverse("transfer", args=[found.pk]), str(found.pk))]
    return form.page(title=_("End the reservation"), submit=_("Do it"), crumbs=crumbs, section="transfers")


@login_required
@FORM
def trusted(request: HttpRequest, number: str) -> HttpResponse:
    """The accounts to which units may leave this one, those whose delay still runs too; for who keeps the list."""
    user = let_in(request)
    account = access_account(user, number)
    require(user, "ledger.trust", account.owner)
    form = DeedForm(request, "ledger.trust", Field("trusted", longest=40))

    def deed() -> HttpResponse:
        other = access_account_to_trust(user, account, form.text("trusted"))
        if other is None:
            raise FormFault("trusted", _("There is no such account."))
        row = do_add_trusted_account(account, other, acting_user=user)
        messages.success(
            request, _("Added; it is trusted from %s.") % row.effective_at.astimezone().strftime("%Y-%m-%d %H:%M")
        )
        return redirect("trusted", number=account.number)

    if form.is_sent and (done := form.do(deed)):
        return done  # type: ignore[no-any-return]
    return form.page(
        title=_("Trusted accounts"),
        submit=_("Add it"),
        crumbs=[(reverse("accounts"), _("Accounts")), (reverse("account", args=[number]), number)],
        section="accounts",
        below="ledger/trusted.html",
        account=account,
        trusted=list(access_trusted(account)[:200]),
        delay=setting_now("trusted.delay_working_days") or "0",
        required=setting_now("trusted.required") == "yes",
    )


@login_required
@require_POST
def distrust(request: HttpRequest, number: str, trust: int) -> HttpResponse:
    """Take an account off the list, at once."""
    user = let_in(request)
    account = access_account(user, number)
    require(user, "ledger.trust", account.owner)
    try:
        do_remove_trusted_account(access_trusted_one(account, trust), acting_user=user)
    except InputRejected as rejected:
        tell(request, rejected)
    else:
        messages.success(request, _("Taken off the list."))
    return redirect("trusted", number=account.number)


@login_required
@FORM
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account, for who keeps the ledger."""
    user = let_in(request)
    require(user, "ledger.open", None)
    owners = access_organisations(user).filter(reach(user, "ledger.open"), is_active=True).order_by("name")[:1000]
    form = DeedForm(
        request,
        "ledger.open",
        Field("number", longest=40),
        Field("type", "select", choices=[(name, _(label)) for name, label in TYPES.items() if name != "issuance"]),
        Field("owner", "select", required=False, choices=[(str(each.pk), each.name) for each in owners]),
        Field("name", required=False),
        Field("holder", required=False, longest=64),
        Field("second_person", "check", initial="on"),
    )

    def deed() -> HttpResponse:
        opened = do_open_account(
            form.text("number"),
            form.text("type"),
            access_organisation(user, int(form.text("owner"))) if form.text("owner") else None,
            name=form.text("name"),
            holder=form.text("holder"),
            second_person=form.ticked("second_person"),
            acting_user=user,
        )
        messages.success(request, _("The account is open."))
        return redirect("account", number=opened.number)

    if form.is_sent and (done := form.do(deed)):
        return done  # type: ignore[no-any-return]
    crumbs = [(reverse("accounts"), _("Accounts"))]
    return form.page(title=_("Open an account"), submit=_("Open it"), crumbs=crumbs, section="accounts")


@login_required
@FORM
def turn_account(request: HttpRequest, number: str) -> HttpResponse:
    """Block, unblock or close an account."""
    user = let_in(request)
    account: Account = access_account(user, number)
    require(user, "ledger.block", account.owner)
    how = {
        "block": (_("block it"), AccountStatus.OPEN, "ledger.block"),
        "unblock": (_("unblock it"), AccountStatus.BLOCKED, "ledger.block"),
        "close": (_("close it for good"), None, "ledger.open"),
    }
    choices = [
        (name, label)
        for name, (label, state, right) in how.items()
        if account.status != AccountStatus.CLOSED
        and state in (None, account.status)
        and may(user, right, account.owner)
    ]
    form = DeedForm(
        request, "ledger.turn", Field("how", "select", choices=choices), Field("reason", "area", required=False)
    )

    def deed() -> HttpResponse:
        if form.text("how") == "unblock":
            do_unblock_account(account, acting_user=user)
        elif form.text("how") == "block":
            do_block_account(account, form.text("reason"), acting_user=user)
        else:
            do_close_account(account, form.text("reason"), acting_user=user)
        messages.success(request, _("Done."))
        return redirect("account", number=account.number)

    if form.is_sent and (done := form.do(deed, {"status_reason": "reason"})):
        return done  # type: ignore[no-any-return]
    crumbs = [(reverse("accounts"), _("Accounts")), (reverse("account", args=[number]), number)]
    return form.page(title=_("State of the account"), submit=_("Do it"), crumbs=crumbs, section="accounts")
