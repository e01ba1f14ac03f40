"""Pages of applications for their operators and the bureau, and of what was worked out for the bureau."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.credits.intake.access import (
    access_application,
    access_applications,
    access_batch,
    access_batches,
    access_key,
    access_keys,
    access_working,
    access_workings,
)
from tanheng.credits.intake.actions import (
    do_create_key,
    do_register_application,
    do_revoke_key,
    do_work_out,
)
from tanheng.credits.intake.explaining import explain
from tanheng.credits.intake.keys import DAYS, DAYS_MOST
from tanheng.credits.intake.limits import LINES_MOST, today
from tanheng.credits.intake.models import Application
from tanheng.credits.intake.results import not_counted
from tanheng.credits.intake.scenes import known_events, known_scenes
from tanheng.credits.intake.words import NOT_COUNTED, REFUSED
from tanheng.measures.credits.event_files import REASONS
from tanheng.people.callers import caller
from tanheng.people.models import Kind, Organisation, User
from tanheng.people.pages import tell
from tanheng.people.rights import may, require
from tanheng.people.standing import acted_for, anywhere
from tanheng.problems import InputRejected
from tanheng.web.cursors import page
from tanheng.web.forms import DeedForm, Field, FormFault
from tanheng.web.saying import all_told

ROWS = 50
FORM = require_http_methods(["GET", "HEAD", "POST"])
SECTION = "credits"


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """One's own applications, and those that one supervises."""
    user = caller(request)
    shown = page(access_applications(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    context = {
        "page": shown,
        "may_register": bool(_operators(user)),
        "may_see_workings": anywhere(user, "credits.work_out"),
        "section": SECTION,
    }
    return render(request, "intake/applications.html", context)


@login_required
@FORM
def new_application(request: HttpRequest) -> HttpResponse:
    """Register an application."""
    user = caller(request)
    operators = _operators(user)
    if not operators:
        require(user, "applications.register", None)
    form = DeedForm(
        request,
        "applications.register",
        Field("organisation", "select", choices=[(str(each.pk), each.name) for each in operators]),
        Field("name", longest=80),
        Field("scenes", "checks", choices=[(scene, scene) for scene in known_scenes()]),
        Field("about", "area", longest=2000),
        Field("protection", "area", longest=2000),
        Field("address", required=False, longest=200),
    )

    def deed() -> Application:
        return do_register_application(
            Organisation.objects.get(pk=form.text("organisation")),
            form.text("name"),
            form.all("scenes"),
            about=form.text("about"),
            protection=form.text("protection"),
            address=form.text("address"),
            acting_user=user,
        )

    if form.is_sent and (made := form.do(deed)) is not None:
        messages.success(request, _("Registered. The bureau opens its test next."))
        return redirect("application", application=made.pk)
    return form.page(title=_("Register an application"), submit=_("Register"), section=SECTION)


@login_required
@require_safe
def application(request: HttpRequest, application: int) -> HttpResponse:
    """An application: where it stands, what it sent, what it may send and how."""
    user = caller(request)
    found = access_application(user, application)
    rows = access_batches(found)
    context = {
        "application": found,
        "page": page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
        "events": [each for each in known_events() if each.scene in found.scenes],
        "may_send": may(user, "applications.register", found.organisation),
        "address": request.build_absolute_uri(f"/api/credits/applications/{found.pk}/events"),
        "lines_most": LINES_MOST,
        "section": SECTION,
    }
    return render(request, "intake/application.html", context)


@login_required
@FORM
def application_keys(request: HttpRequest, application: int) -> HttpResponse:
    """The keys of an application: make one, whose text is shown this once, and revoke any."""
    user = caller(request)
    found = access_application(user, application)
    require(user, "applications.register", found.organisation)
    form = DeedForm(
        request,
        "applications.key",
        Field("name", longest=100),
        Field("days", "number", longest=3, initial=str(DAYS)),
    )

    def deed() -> str:
        days = form.text("days")
        if not days.isascii() or not days.isdigit():
            raise FormFault("days", _("Write a whole number of days, from 1 to %d.") % DAYS_MOST)
        return do_create_key(found, form.text("name"), days=int(days), acting_user=user)[1]

    text = form.do(deed) if form.is_sent else None
    shown: dict[str, Any] = {
        "below": "intake/keys.html",
        "application": found,
        "keys": list(access_keys(user, found).order_by("-pk")[:100]),
        "now": timezone.now(),
        "shown_once": text,
        "crumbs": [(found.get_absolute_url(), found.called)],
        "section": SECTION,
    }
    if text:
        # No copy of it stays behind: neither in a cache nor in the answer to a page that is sent again.
        response = render(request, "web/form_page.html", {"title": _("The new key"), **shown})
        response["Cache-Control"] = "no-store"
        return response
    return form.page(title=_("Keys of the application"), submit=_("Make a key"), **shown)


@login_required
@require_POST
def revoke_key(request: HttpRequest, application: int, key: int) -> HttpResponse:
    """End a key at once."""
    user = caller(request)
    found = access_application(user, application)
    try:
        do_revoke_key(access_key(user, found, key), acting_user=user)
    except InputRejected as rejected:
        tell(request, rejected)
    else:
        messages.success(request, _("The key is revoked."))
    return redirect("application_keys", application=found.pk)


@login_required
@require_safe
def batch(request: HttpRequest, application: int, batch: int) -> HttpResponse:
    """What became of a batch, line by line."""
    found = access_application(caller(request), application)
    sent = access_batch(found, batch)
    context = {
        "application": found,
        "batch": sent,
        "reasons": [(REFUSED[reason], count) for reason, count in sent.reasons.items()],
        "refusals": [(line, REFUSED[reason]) for line, reason in sent.refusals],
        "section": SECTION,
    }
    return render(request, "intake/batch.html", context)


@login_required
@require_safe
def workings(request: HttpRequest) -> HttpResponse:
    """What was worked out, the newest first."""
    user = caller(request)
    _sees_workings(user)
    shown = page(access_workings(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    context = {"page": shown, "may_work_out": may(user, "credits.work_out", None), "section": SECTION}
    return render(request, "intake/workings.html", context)


@login_required
@FORM
def new_working(request: HttpRequest) -> HttpResponse:
    """Have the events of some days worked out."""
    user = caller(request)
    require(user, "credits.work_out", None)
    form = DeedForm(
        request, "credits.work_out", Field("first", longest=10), Field("last", longest=10, initial=str(today()))
    )

    def deed() -> Any:
        return do_work_out(_day(form.text("first"), "first"), _day(form.text("last"), "last"), acting_user=user)

    if form.is_sent and (job := form.do(deed)) is not None:
        return redirect("job", job=job.pk)
    return form.page(title=_("Work out events"), submit=_("Work them out"), section=SECTION)


@login_required
@require_safe
def working(request: HttpRequest, working: int) -> HttpResponse:
    """What was worked out of some days: totals, what did not count and why, the evidence of what was told twice."""
    found = access_working(caller(request), working)
    try:
        evidence, fault = not_counted(found, most=ROWS), ""
    except InputRejected as rejected:
        evidence, fault = [], "; ".join(all_told(rejected))
    context = {
        "run": found,
        "evidence": [each | {"said": NOT_COUNTED[each["reason"]]} for each in evidence],
        "aside": [(NOT_COUNTED[reason], count) for reason, count in found.counts["not_counted"].items()],
        "refused": [(REASONS[reason], count) for reason, count in found.counts["refused"].items()],
        "fault": fault,
        "section": SECTION,
    }
    return render(request, "intake/working.html", context)


@login_required
@require_safe
def why(request: HttpRequest, working: int) -> HttpResponse:
    """Why a person's day came to what it did."""
    found = access_working(caller(request), working)
    person, given = request.GET.get("person", "").strip().lower()[:36], request.GET.get("day", "").strip()[:10]
    explanation, faults = None, []
    if person or given:
        try:
            explanation = explain(found, person, _day(given, "day"))
        except FormFault as fault:
            faults = [str(fault)]
        except InputRejected as rejected:
            faults = all_told(rejected)
    context = {
        "run": found,
        "person": person,
        "day": given or str(found.first),
        "explanation": explanation,
        "aside": [each | {"said": NOT_COUNTED[each["reason"]]} for each in explanation.aside] if explanation else [],
        "faults": faults,
        "section": SECTION,
    }
    return render(request, "intake/why.html", context, status=422 if faults else 200)


def _operators(user: User) -> list[Organisation]:
    """The operators of apps for which one may register an application."""
    own = [each for each in acted_for(user) if each.kind == Kind.APP_OPERATOR]
    return [each for each in own if may(user, "applications.register", each)]


def _sees_workings(user: User) -> None:
    if not anywhere(user, "applications.decide"):
        require(user, "credits.work_out", None)


def _day(written: str, field: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise FormFault(field, _("Write a date, as 2026-03-31.")) from None
