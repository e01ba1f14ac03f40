"""Pages of a person's own, behind the key: what was reported of it, points, mandates, the shop, all of it as a file."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.credits.points import own
from tanheng.credits.points.access import NotOfPoints, access_good, access_goods
from tanheng.credits.points.actions import (
    do_erase_person,
    do_make_link_code,
    do_redeem,
    do_renew_key,
    do_withdraw_mandate,
)
from tanheng.credits.points.models import Person
from tanheng.credits.points.residents import TRIES, person_of, person_of_key, resident, sign_in, sign_out
from tanheng.ledger.refusals import TransferRefused
from tanheng.people.rights import HOUSE
from tanheng.web.forms import DeedForm, Field, FormFault

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def mine(request: HttpRequest) -> HttpResponse:
    """What a person sees first; for who is not signed in as one, where the key is asked for."""
    if request.method != "POST" and person_of(request) is not None:
        return _overview(request)
    form = DeedForm(request, "points.sign_in", Field("secret", "password", longest=100))
    wait_s = _must_wait(request) if form.is_sent else 0
    if form.is_sent and not wait_s:
        person = form.do(lambda: _known(form.text("secret")))
        if person is not None:
            signed_in = redirect("mine")
            sign_in(signed_in, person)
            return signed_in
    elif wait_s:
        form.faults["secret"] = _("Too many tries. Wait %d seconds.") % wait_s
    response = form.page(title=_("My reductions and points"), submit=_("Go on"), section="credits")
    if wait_s:
        response.status_code, response["Retry-After"] = 429, str(wait_s)
    patch_cache_control(response, no_store=True)
    return response


def _must_wait(request: HttpRequest) -> int:
    """Seconds until somebody may try again; 0 where the try was let through, and counted."""
    return 0 if TRIES.allow_request(request) else max(1, round(TRIES.wait() or 1))


def _known(key: str) -> Person:
    person = person_of_key(key)
    if person is None:
        raise FormFault("secret", _("This is no key of anybody, or a newer one took its place."))
    return person


@resident
def _overview(request: HttpRequest, person: Person) -> HttpResponse:
    days = own.latest_days(person)
    context = {
        "section": "credits",
        "person": person,
        "holding": own.holding(person),
        "mandates": own.mandates_of(person),
        "days": days,
        "names": own.names_of_methodologies() if days else {},
        "missing": sorted({each.points_missing for each in days if each.points_missing}),
        "shown_days": own.SHOWN_DAYS,
    }
    return render(request, "points/mine.html", context)


@require_safe
@resident
def my_day(request: HttpRequest, person: Person, day: date) -> HttpResponse:
    """What a day came to and what it came from, with the events that did not count."""
    context = {
        "section": "credits",
        "day": day,
        "days": own.days_of(person, day, day),
        "names": own.names_of_methodologies(),
        "set_aside": own.set_aside_events(person, day),
    }
    return render(request, "points/day.html", context)


@require_safe
@resident
def my_statement(request: HttpRequest, person: Person) -> HttpResponse:
    """What came, went and was redeemed."""
    context = {
        "section": "credits",
        "holding": own.holding(person),
        "movements": own.statement_of(person),
        "redemptions": own.redemptions_of(person),
    }
    return render(request, "points/statement.html", context)


@require_safe
@resident
def my_data(request: HttpRequest, person: Person) -> HttpResponse:
    """All that is kept of the person, as a file."""
    response = JsonResponse(own.everything_of(person), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="points-of-mine.json"'
    return response


@require_http_methods(FORM)
@resident
def withdraw_mandate(request: HttpRequest, person: Person, mandate: int) -> HttpResponse:
    """Take a mandate back."""
    found = person.mandates.select_related("application__organisation").filter(pk=mandate).first()
    if found is None:
        raise NotOfPoints
    form = DeedForm(request, "points.withdraw")
    if form.is_sent and form.do(lambda: do_withdraw_mandate(found, acting_user=HOUSE)):
        messages.success(request, _("The mandate is withdrawn."))
        return redirect("mine")
    return form.page(
        title=_("Withdraw the mandate of %s") % found.application.name,
        submit=_("Withdraw"),
        crumbs=_here(),
        section="credits",
    )


@require_POST
@resident
def new_key(request: HttpRequest, person: Person) -> HttpResponse:
    """Another key, shown once; the one before, and every other browser, is out."""
    key = do_renew_key(person, None, acting_user=HOUSE)
    response = _once(request, _("My new key"), key)
    sign_in(response, person)
    return response


@require_POST
@resident
def link_code(request: HttpRequest, person: Person) -> HttpResponse:
    """A code with which one more application enrols this person."""
    return _once(
        request, _("A code for one more application, good for a quarter of an hour"), do_make_link_code(person)
    )


@require_http_methods(FORM)
@resident
def erase_me(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything of the person goes."""
    form = DeedForm(request, "points.erase", Field("sure", "check", required=False))

    def deed() -> object:
        if not form.ticked("sure"):
            raise FormFault("sure", _("Tick it, if you want everything deleted."))
        return do_erase_person(person)

    if form.is_sent and form.do(deed):
        messages.success(request, _("You are erased. Nothing of you is left here."))
        response = redirect("mine")
        sign_out(response, None)
        return response
    return form.page(title=_("Erase me"), submit=_("Erase all of it"), crumbs=_here(), section="credits")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Out, here and in every other browser."""
    response = redirect("mine")
    sign_out(response, person_of(request))
    return response


# The shop


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """The goods that are to be had, for anybody; for a person those of its applications too."""
    person = person_of(request)
    context = {
        "section": "credits",
        "person": person,
        "holding": own.holding(person) if person is not None else None,
        "goods": access_goods(None, person).filter(stock__gt=0).order_by("price", "pk")[:200],
    }
    return render(request, "points/shop.html", context)


@require_http_methods(FORM)
@resident
def redeem(request: HttpRequest, person: Person, good: int) -> HttpResponse:
    """Use points for a good; sent twice it is done once."""
    found = access_good(None, good, person)
    form = DeedForm(request, "points.redeem", Field("quantity", "number", longest=6, initial="1"))

    def deed() -> object:
        try:
            return do_redeem(person, found, _whole(form.text("quantity"), "quantity"), key=form.key)
        except TransferRefused as refused:
            raise FormFault("quantity", str(refused)) from None

    if form.is_sent and form.do(deed):
        messages.success(request, _("Redeemed. Show its number where you get it."))
        return redirect("my_statement")
    name = found.name_en if request.LANGUAGE_CODE.startswith("en") else found.name_zh
    return form.page(
        title=name,
        submit=_("Redeem"),
        crumbs=[(reverse("shop"), _("Shop"))],
        section="credits",
        lead=_("%(price)d points each; you can use %(free)d.")
        % {"price": found.price, "free": own.holding(person).free},
    )


def _whole(text: str, field: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise FormFault(field, _("must be a whole number")) from None


def _here() -> list[tuple[str, str]]:
    return [(reverse("mine"), _("My reductions and points"))]


def _once(request: HttpRequest, title: str, shown: str) -> HttpResponse:
    context = {"title": title, "crumbs": _here(), "section": "credits", "shown_once": shown}
    return render(request, "web/form_page.html", context)
