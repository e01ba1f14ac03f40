"""The forms of the register: retire credits, begin neutrality and offset uses, be named as a holder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tanheng.credits.register.cases import do_begin_neutrality, do_begin_offset
from tanheng.credits.register.holders import do_show_holder
from tanheng.credits.register.models.neutrality import APPLY
from tanheng.credits.register.models.offsets import USE
from tanheng.credits.register.retirement import (
    LONGEST_BENEFICIARY,
    LONGEST_PURPOSE,
    RIGHT,
    Outcome,
    do_retire_credits,
)
from tanheng.credits.register.values import given_runs, given_whole
from tanheng.ledger.access import access_accounts
from tanheng.ledger.models import AccountStatus, Asset, AssetKind
from tanheng.people.access import access_organisation
from tanheng.people.callers import caller
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Refused, may, reach
from tanheng.people.standing import acted_for, anywhere
from tanheng.web.forms import DeedForm, Field, FormFault

FORM = require_http_methods(["GET", "HEAD", "POST"])
MOST = 200


@login_required
@FORM
def new_retirement(request: HttpRequest) -> HttpResponse:
    """Retire credits, with a certificate."""
    user = _allowed(request, RIGHT, _("None of your roles moves units."))
    form = DeedForm(
        request,
        "register.retire",
        Field("from", "select", choices=_accounts(user)),
        Field("asset", "select", choices=_credits()),
        Field("quantity", "number", longest=15),
        Field("serials", required=False, longest=1000),
        Field("beneficiary", longest=LONGEST_BENEFICIARY),
        Field("purpose", "area", longest=LONGEST_PURPOSE),
        Field("named", "check", required=False, initial="on"),
    )

    def deed() -> Outcome:
        return do_retire_credits(
            form.text("from"),
            form.text("asset"),
            given_whole("retirement", "quantity", form.text("quantity")),
            beneficiary=form.text("beneficiary"),
            purpose=form.text("purpose"),
            serials=given_runs("retirement", "serials", form.text("serials")),
            named=form.ticked("named"),
            key=form.key,
            acting_user=user,
        )

    if form.is_sent and (done := form.do(deed)) is not None:
        if done.approval is not None:
            messages.info(request, _("It waits for a second person; nothing is retired before."))
            return redirect("approval", approval=done.approval.pk)
        messages.success(request, _("The units are retired; this is their certificate."))
        return redirect(done.certificates[0].get_absolute_url())
    crumbs = [(reverse("register"), _("Register"))]
    return form.page(title=_("Retire credits"), submit=_("Retire them for good"), crumbs=crumbs, section="credits")


@login_required
@FORM
def new_neutrality(request: HttpRequest) -> HttpResponse:
    """Begin an application for carbon neutrality."""
    user = _allowed(request, APPLY, _("None of your roles applies for carbon neutrality."))
    form = DeedForm(
        request,
        "register.neutrality",
        Field("organisation", "select", choices=_organisations(user, APPLY)),
        Field("subject", longest=200),
        Field("begins", longest=10),
        Field("ends", longest=10),
    )

    def deed() -> object:
        organisation = access_organisation(user, int(form.text("organisation")))
        return do_begin_neutrality(
            organisation, form.text("subject"), _day(form, "begins"), _day(form, "ends"), acting_user=user
        )

    if form.is_sent and (done := form.do(deed)) is not None:
        messages.success(request, _("It is begun; work out the emissions next."))
        return redirect(done.get_absolute_url())
    crumbs = [(reverse("neutralities"), _("Carbon neutrality"))]
    return form.page(title=_("Apply for carbon neutrality"), submit=_("Begin"), crumbs=crumbs, section="credits")


@login_required
@FORM
def new_offset_use(request: HttpRequest) -> HttpResponse:
    """Begin the use of credits as offset."""
    user = _allowed(request, USE, _("None of your roles uses credits as offset."))
    form = DeedForm(
        request,
        "register.offset",
        Field("organisation", "select", choices=_organisations(user, USE)),
        Field("year", "number", longest=4),
    )

    def deed() -> object:
        organisation = access_organisation(user, int(form.text("organisation")))
        year = given_whole("offsets", "year", form.text("year"))
        return do_begin_offset(organisation, year, acting_user=user)

    if form.is_sent and (done := form.do(deed)) is not None:
        messages.success(request, _("It is begun; apply with units next."))
        return redirect(done.get_absolute_url())
    crumbs = [(reverse("offset_uses"), _("Offset uses"))]
    return form.page(title=_("Use credits as offset"), submit=_("Begin"), crumbs=crumbs, section="credits")


@login_required
@FORM
def show_holder(request: HttpRequest) -> HttpResponse:
    """Be named in the public register as a holder, or no longer."""
    user = _allowed(request, RIGHT, _("None of your roles moves units."))
    form = DeedForm(
        request,
        "register.show_holder",
        Field("organisation", "select", choices=_organisations(user, RIGHT)),
        Field("shown", "select", choices=[("yes", _("name it")), ("no", _("do not name it"))]),
    )

    def deed() -> object:
        organisation = access_organisation(user, int(form.text("organisation")))
        return do_show_holder(organisation, form.text("shown") == "yes", acting_user=user)

    if form.is_sent and form.do(deed) is not None:
        messages.success(request, _("The register says so from now on."))
        return redirect("register")
    crumbs = [(reverse("register"), _("Register"))]
    return form.page(title=_("Named in the public register"), submit=_("Say so"), crumbs=crumbs, section="credits")


def _allowed(request: HttpRequest, right: str, otherwise: str) -> User:
    user = caller(request)
    if not anywhere(user, right):
        raise Refused("people.refused", otherwise)
    return user


def _accounts(user: User) -> Sequence[tuple[str, str]]:
    movable = reach(user, RIGHT, organisation="owner")
    rows = access_accounts(user).filter(movable, status=AccountStatus.OPEN)
    rows = rows.exclude(type_id__in=("issuance", "retirement", "points", "cash")).order_by("number")[:MOST]
    return [(each.number, f"{each.number} {each.owner.name if each.owner else ''}".strip()) for each in rows]


def _credits() -> Sequence[tuple[str, str]]:
    rows = Asset.objects.filter(kind=AssetKind.CREDIT).order_by("code")
    return [(each.code, f"{each.name} ({each.code})") for each in rows]


def _organisations(user: User, right: str) -> Sequence[tuple[str, str]]:
    mine: list[Organisation] = [each for each in acted_for(user) if may(user, right, each)]
    return [(str(each.pk), each.name) for each in mine]


def _day(form: DeedForm, name: str) -> date:
    try:
        return date.fromisoformat(form.text(name))
    except ValueError as error:
        raise FormFault(name, _("Write a day as 2026-05-01.")) from error
