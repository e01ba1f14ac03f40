"""The public register, units by serial number, statistics; the pages of neutrality and offset uses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from tanheng.cases.models import Case
from tanheng.credits.projects.access import access_projects
from tanheng.credits.register.access import (
    access_certificates,
    access_issued,
    access_issued_for,
    access_neutralities,
    access_offset_uses,
)
from tanheng.credits.register.certificate_pages import reader
from tanheng.credits.register.charts import pictures_of
from tanheng.credits.register.models.neutrality import APPLY
from tanheng.credits.register.models.offsets import USE
from tanheng.credits.register.statistics import statistics as figures
from tanheng.credits.register.units import credits_with, find_units, read_serial
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import may
from tanheng.people.standing import anywhere
from tanheng.report.charts import Picture, time_locale
from tanheng.report.look import CHART_CONFIG
from tanheng.web.cursors import page
from tanheng.web.templatetags.page import language

ROWS = 50
SHOWN = ("retirements", "issuances")
KEPT = "private, max-age=600"


class NoPicture(ObjectDoesNotExist):
    """There is no picture of that name, or nothing to draw in it."""


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Retirements and issuances, the newest first; what is searched for is found by what it looks like."""
    words = request.GET.get("q", "").strip()[:100]
    if words and (there := _place_of(words)):
        return redirect(there)
    user = reader(request)
    show = request.GET.get("show", SHOWN[0])
    context: dict[str, Any] = {
        "section": "credits",
        "q": words,
        "show": show if show in SHOWN else SHOWN[0],
        "may_retire": user is not None and anywhere(user, "ledger.transfer"),
    }
    if words:
        context["project"] = access_projects(user).filter(number=words).first()
        context["for_project"] = access_issued_for(words, ROWS)
        context["serials_of"] = credits_with(serial) if (serial := read_serial(words)) else []
        context["serial"] = serial
        rows = access_certificates().filter(named=True, beneficiary__istartswith=words)
        if context["for_project"]:
            rows = access_certificates().filter(lots__label=words).distinct()
        context["page"] = page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True)
    elif context["show"] == "issuances":
        before = request.GET.get("before", "")
        found = access_issued(ROWS + 1, before=_moment(before))
        context["issued"] = found[:ROWS]
        last = found[ROWS - 1] if len(found) > ROWS else None
        context["next_before"] = f"{last.at.isoformat()}~{last.transfer}" if last else ""
    else:
        context["page"] = page(access_certificates(), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(request, "register/register.html", context)


@require_safe
def unit(request: HttpRequest, asset: str, first: int, last: int | None = None) -> HttpResponse:
    """Where serial numbers are now, and how they came there."""
    found = find_units(reader(request), asset, first, first if last is None else last)
    return render(request, "register/unit.html", {"section": "credits", "found": found})


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """What was issued, retired and given as points, in figures and pictures; each picture has its table."""
    found = figures()
    context = {"section": "credits", "figures": found, "pictures": list(pictures_of(found).items())}
    return render(request, "register/statistics.html", context)


@require_safe
def statistics_picture(request: HttpRequest, name: str) -> HttpResponse:
    """What a picture is drawn from."""
    drawn, tongue = _picture(name), language()
    response = JsonResponse(
        {
            "spec": drawn.specs[tongue],
            "data": drawn.data,
            "describes": drawn.describes.in_language(tongue),
            "config": CHART_CONFIG,
            "time": time_locale(tongue),
        },
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    response["Cache-Control"], response["Vary"] = KEPT, "Accept-Language, Cookie"
    return response


@require_safe
def statistics_drawing(request: HttpRequest, name: str) -> HttpResponse:
    """A picture as it is drawn on paper, for where no script runs."""
    response = HttpResponse(_picture(name).svg(language()), content_type="image/svg+xml")
    response["Cache-Control"], response["Vary"] = KEPT, "Accept-Language, Cookie"
    # The drawing's own colours stand in it; it loads nothing and runs nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@login_required
@require_safe
def neutralities(request: HttpRequest) -> HttpResponse:
    """The applications for neutrality that one sees."""
    user = caller(request)
    shown = page(access_neutralities(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(
        request,
        "register/neutralities.html",
        {"section": "credits", "page": shown, "may_apply": anywhere(user, APPLY)},
    )


@login_required
@require_safe
def neutrality(request: HttpRequest, case: int) -> HttpResponse:
    """One of them: how the emissions were worked out, what is set aside, where it stands."""
    user = caller(request)
    found = access_neutralities(user).get(pk=case)
    return render(request, "register/neutrality.html", _context(found, user))


@login_required
@require_safe
def offset_uses(request: HttpRequest) -> HttpResponse:
    """The offset uses that one sees."""
    user = caller(request)
    shown = page(access_offset_uses(user), "id", request.GET.get("cursor"), ROWS, newest_first=True)
    return render(
        request, "register/offset_uses.html", {"section": "credits", "page": shown, "may_use": anywhere(user, USE)}
    )


@login_required
@require_safe
def offset_use(request: HttpRequest, case: int) -> HttpResponse:
    """One of them: the limit and how it came about, what is set aside, where it stands."""
    user = caller(request)
    found = access_offset_uses(user).get(pk=case)
    return render(request, "register/offset_use.html", _context(found, user))


def _context(found: Case, user: User) -> dict[str, Any]:
    names = may(user, "projects.see", found.organisation)
    return {"section": "credits", "case": found, "user": user, "everything": names}


def _place_of(words: str) -> str | None:
    """The page of the one thing that words name: a certificate, or a serial number of the one credit that has it."""
    certificate = access_certificates().filter(number=words.upper()).first()
    if certificate is not None:
        return certificate.get_absolute_url()
    serial = read_serial(words)
    found = credits_with(serial) if serial is not None else []
    if serial is not None and len(found) == 1:
        return unit_url(found[0].code, serial.first, serial.last)
    return None


def unit_url(asset: str, first: int, last: int) -> str:
    """The page of serial numbers."""
    return reverse("unit", args=[asset, first]) if first == last else reverse("units", args=[asset, first, last])


def _moment(text: str) -> tuple[datetime, int] | None:
    at, _between, transfer = text.partition("~")
    try:
        found = parse_datetime(at)
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not (transfer.isascii() and transfer.isdigit() and len(transfer) < 19):
        return None
    return found, int(transfer)


def _picture(name: str) -> Picture:
    found = pictures_of(figures()).get(name)
    if found is None:
        raise NoPicture(name)
    return found
