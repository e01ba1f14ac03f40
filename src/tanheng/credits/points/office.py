"""Pages of staff: an operator's persons, the shop of who offers, the bureau's points as a whole."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tanheng.credits.intake.access import access_working, access_workings
from tanheng.credits.points.access import (
    access_gatherings,
    access_good,
    access_goods,
    access_grantings,
    access_mandates,
    access_person_for_erasure,
    access_redemption,
    access_redemptions,
    access_served,
    access_served_one,
)
from tanheng.credits.points.actions import (
    do_cancel_used_points,
    do_change_good,
    do_enrol_person,
    do_erase_person,
    do_give_back,
    do_offer_good,
)
from tanheng.credits.points.granting import LEFT_OUT_WORDS, do_grant_run
from tanheng.credits.points.models import RedemptionState
from tanheng.credits.points.own import names_of_methodologies
from tanheng.credits.points.persons import SERVE
from tanheng.credits.points.scheme import the_points
from tanheng.credits.points.shop import KEEP, GoodIn
from tanheng.credits.points.statistics import statistics
from tanheng.people.callers import caller
from tanheng.people.models import Organisation, User
from tanheng.people.rights import may, reach, require
from tanheng.people.standing import anywhere
from tanheng.web.cursors import page
from tanheng.web.forms import DeedForm, Field, FormFault
from tanheng.web.templatetags.page import said

FORM = ["GET", "HEAD", "POST"]
ROWS = 50


@login_required
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Points: for the bureau as a whole, for an operator those of its applications."""
    user = caller(request)
    whole, asset = may(user, "points.see", None), the_points()
    context = {
        "section": "credits",
        "applications": access_served(user).order_by("pk")[:200],
        "figures": statistics(asset) if whole else None,
        "asset": asset,
        "names": names_of_methodologies() if whole else {},
        "grantings": access_grantings(user).order_by("-pk")[:10],
        "gatherings": access_gatherings(user).order_by("-pk")[:10],
        "may_grant": may(user, "credits.work_out", None),
        "may_keep": may(user, KEEP, None),
        "may_offer": anywhere(user, SERVE) or may(user, KEEP, None),
    }
    return render(request, "points/points.html", context)


@login_required
@require_safe
def persons(request: HttpRequest, application: int) -> HttpResponse:
    """The mandates given to an application, by pseudonym."""
    user = caller(request)
    found = access_served_one(user, application)
    rows = access_mandates(found)
    wanted = request.GET.get("q", "").strip()[:64]
    if wanted:
        rows = rows.filter(reference=wanted)
    shown = page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True)
    context = {
        "section": "credits",
        "application": found,
        "page": shown,
        "q": wanted,
        "may_serve": may(user, SERVE, found.organisation),
    }
    return render(request, "points/persons.html", context)


@login_required
@require_http_methods(FORM)
def enrol(request: HttpRequest, application: int) -> HttpResponse:
    """Enrol a person of an application; the key is shown this once."""
    user = caller(request)
    found = access_served_one(user, application)
    require(user, SERVE, found.organisation)
    form = DeedForm(
        request, "points.enrol", Field("reference", longest=64), Field("link_code", required=False, longest=20)
    )
    crumbs = [(reverse("points"), _("Points")), (reverse("persons", args=[found.pk]), found.called)]
    if form.is_sent:
        enrolled = form.do(
            lambda: do_enrol_person(found, form.text("reference"), link_code=form.text("link_code"), acting_user=user)
        )
        if enrolled is not None and enrolled.key is not None:
            context = {"title": _("The person's key"), "crumbs": crumbs, "section": "credits"}
            response = render(request, "web/form_page.html", {**context, "shown_once": enrolled.key})
            response["Cache-Control"] = "no-store"
            return response
        if enrolled is not None:
            messages.success(request, _("The person is enrolled."))
            return redirect("persons", application=found.pk)
    return form.page(title=_("Enrol a person"), submit=_("Enrol"), crumbs=crumbs, section="credits")


@login_required
@require_http_methods(FORM)
def grant_points(request: HttpRequest) -> HttpResponse:
    """Grant the points of a run that worked reductions out."""
    user = caller(request)
    require(user, "credits.work_out", None)
    runs = access_workings(user).order_by("-pk")[:50]
    choices = [(str(run.pk), f"{run.first} – {run.last} ({run.address[:12]})") for run in runs]
    form = DeedForm(request, "points.grant", Field("run", "select", choices=choices))
    if form.is_sent:
        outcome = form.do(lambda: do_grant_run(access_working(user, int(form.text("run"))), acting_user=user))
        if outcome is not None:
            left_out = "; ".join(f"{said(LEFT_OUT_WORDS[each])}: {n}" for each, n in outcome.left_out.items() if n)
            told = _("%(points)d points granted. Left out: %(rest)s") % {
                "points": outcome.points,
                "rest": left_out or _("nothing"),
            }
            messages.success(request, told)
            return redirect("points")
    return form.page(
        title=_("Grant points"), submit=_("Grant"), crumbs=[(reverse("points"), _("Points"))], section="credits"
    )


@login_required
@require_http_methods(FORM)
def cancel_points(request: HttpRequest) -> HttpResponse:
    """Gather what was used until now and cancel it."""
    user = caller(request)
    require(user, KEEP, None)
    form = DeedForm(request, "points.cancel")
    if form.is_sent:
        made = form.do(lambda: do_cancel_used_points(acting_user=user))
        if made is not None:
            messages.success(request, _("%d points cancelled.") % sum(each.points for each in made))
            return redirect("points")
    return form.page(
        title=_("Cancel used points"),
        submit=_("Gather and cancel"),
        crumbs=[(reverse("points"), _("Points"))],
        section="credits",
    )


@login_required
@require_http_methods(FORM)
def erase_person(request: HttpRequest) -> HttpResponse:
    """Erase a person who wrote to the bureau."""
    user = caller(request)
    require(user, KEEP, None)
    form = DeedForm(request, "points.erase_for", Field("pseudonym", longest=40), Field("reason", "area", longest=500))

    def deed() -> object:
        try:
            pseudonym = UUID(form.text("pseudonym"))
        except ValueError:
            raise FormFault("pseudonym", _("is no pseudonym")) from None
        person = access_person_for_erasure(user, pseudonym)
        return do_erase_person(person, reason=form.text("reason"), acting_user=user)

    if form.is_sent and form.do(deed):
        messages.success(request, _("The person is erased."))
        return redirect("points")
    return form.page(
        title=_("Erase a person"), submit=_("Erase"), crumbs=[(reverse("points"), _("Points"))], section="credits"
    )


@login_required
@require_safe
def goods(request: HttpRequest) -> HttpResponse:
    """The goods that one looks after, those out of the shop too, and what waits of them."""
    user = caller(request)
    context = {
        "section": "credits",
        "goods": access_goods(user).order_by("-offered", "pk")[:200],
        "redemptions": access_redemptions(user).filter(state=RedemptionState.USED).order_by("-pk")[:ROWS],
        "offerers": {each.pk for each in _offerers(user)},
        "may_keep": may(user, KEEP, None),
        "may_offer": bool(_offerers(user)) or may(user, KEEP, None),
    }
    return render(request, "points/goods.html", context)


@login_required
@require_http_methods(FORM)
def new_good(request: HttpRequest) -> HttpResponse:
    """Put a good into the shop."""
    user = caller(request)
    offerers = _offerers(user)
    keeps = may(user, KEEP, None)
    if not offerers:
        require(user, KEEP, None)
    served = access_served(user).order_by("pk")[:200]
    form = DeedForm(
        request,
        "points.offer",
        Field("offered_by", "select", required=not keeps, choices=[(str(each.pk), each.name) for each in offerers]),
        Field("open_to", "select", required=False, choices=[(str(each.pk), each.called) for each in served]),
        Field("name_zh", longest=100),
        Field("name_en", longest=100),
        Field("about_zh", "area", required=False, longest=500),
        Field("about_en", "area", required=False, longest=500),
        Field("price", "number", longest=9),
        Field("stock", "number", longest=9),
    )

    def deed() -> object:
        what = GoodIn(
            name_zh=form.text("name_zh"),
            name_en=form.text("name_en"),
            about_zh=form.text("about_zh"),
            about_en=form.text("about_en"),
            price=_whole(form, "price"),
            stock=_whole(form, "stock"),
        )
        by = {str(each.pk): each for each in offerers}.get(form.text("offered_by"))
        open_to = access_served_one(user, int(form.text("open_to"))) if form.text("open_to") else None
        return do_offer_good(what, offered_by=by, open_to=open_to, acting_user=user)

    if form.is_sent and form.do(deed):
        messages.success(request, _("It is in the shop."))
        return redirect("goods")
    return form.page(
        title=_("Offer a good"), submit=_("Offer"), crumbs=[(reverse("goods"), _("Goods"))], section="credits"
    )


@login_required
@require_http_methods(FORM)
def change_good(request: HttpRequest, good: int) -> HttpResponse:
    """Another price, more of it, or out of the shop."""
    user = caller(request)
    found = access_good(user, good)
    require(user, KEEP if found.offered_by is None else SERVE, found.offered_by)
    form = DeedForm(
        request,
        "points.change",
        Field("price", "number", longest=9, initial=str(found.price)),
        Field("add_stock", "number", longest=9, initial="0"),
        Field("offered", "check", required=False, initial="on" if found.offered else ""),
    )
    if form.is_sent and form.do(
        lambda: do_change_good(
            found,
            price=_whole(form, "price"),
            add_stock=_whole(form, "add_stock"),
            offered=form.ticked("offered"),
            acting_user=user,
        )
    ):
        messages.success(request, _("Changed."))
        return redirect("goods")
    return form.page(
        title=_("Change %s") % found.name_zh,
        submit=_("Change"),
        crumbs=[(reverse("goods"), _("Goods"))],
        section="credits",
        lead=_("%d are left.") % found.stock,
    )


@login_required
@require_http_methods(FORM)
def give_back(request: HttpRequest, redemption: int) -> HttpResponse:
    """Give used points back where a good cannot be delivered."""
    user = caller(request)
    found = access_redemption(user, redemption)
    require(user, KEEP if found.good.offered_by is None else SERVE, found.good.offered_by)
    form = DeedForm(request, "points.give_back", Field("why", longest=200))
    if form.is_sent and form.do(lambda: do_give_back(found, form.text("why"), acting_user=user)):
        messages.success(request, _("The points are the person's again."))
        return redirect("goods")
    return form.page(
        title=_("Give points back"), submit=_("Give back"), crumbs=[(reverse("goods"), _("Goods"))], section="credits"
    )


def _offerers(user: User) -> list[Organisation]:
    return list(Organisation.objects.filter(reach(user, SERVE), is_active=True))


def _whole(form: DeedForm, name: str) -> int:
    try:
        return int(form.text(name))
    except ValueError:
        raise FormFault(name, _("must be a whole number")) from None
