"""Pages of noise monitors: the list, one of them with its days and hours, taking files in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tanheng.communities import monitor_charts
from tanheng.communities.access import access_monitor, access_monitors, keepers
from tanheng.communities.measuring import KEEP, TABLE_NAMES, TABLES, do_show_monitor, do_take_in, terms_of_city
from tanheng.communities.models import Hour, Monitor
from tanheng.communities.monitor_days import (
    DayRead,
    HourRead,
    Limits,
    before,
    between,
    days_of,
    hours_of,
    limits_of,
    readings,
    span_of,
    spoken,
)
from tanheng.measures.quiet.assessment.tables import READINGS
from tanheng.people.callers import caller
from tanheng.people.models import User
from tanheng.people.rights import may, require
from tanheng.problems import InputRejected
from tanheng.report.charts import Picture, time_locale
from tanheng.report.look import CHART_CONFIG
from tanheng.web.cursors import page
from tanheng.web.rates import Rate
from tanheng.web.saying import all_told
from tanheng.web.spreadsheets import csv_answer
from tanheng.web.templatetags.page import language

SECTION = "quiet"
ROWS = 50
DAYS_SHOWN = 60
HOURS_SHOWN_DAYS = 14
FAULTS_SHOWN = 50
PICTURES = ("days", "hours")
# A file of some years is a million cells.
FILES = Rate(per_minute=20, burst=10, name="hours of a noise monitor")


@dataclass(frozen=True)
class Shown:
    """What a page shows of a monitor: its days and hours up to ``last``."""

    monitor: Monitor
    limits: Limits
    span: tuple[date, date] | None
    last: date | None
    days: list[DayRead]
    hours: list[HourRead]

    @property
    def earlier(self) -> date | None:
        """The last day of the page before; None at the beginning."""
        if self.span is None or self.last is None:
            return None
        found = before(self.last, DAYS_SHOWN)
        return found if found >= self.span[0] else None

    def picture(self, name: str) -> Picture:
        """A chart of it."""
        return monitor_charts.days(self.days, self.limits) if name == "days" else monitor_charts.hours(self.hours)


def shown_of(monitor: Monitor, until: date | None) -> Shown:
    """The last days that it has hours of, or those before a day; three statements."""
    terms, span = terms_of_city(), span_of(monitor)
    limits = limits_of(monitor, terms)
    if span is None:
        return Shown(monitor, limits, None, None, [], [])
    # Any day may be asked for by the address.
    last = span[1] if until is None else max(span[0], min(span[1], until))
    first = before(last, DAYS_SHOWN - 1)
    # One day more, for the hours of the last night that lie after midnight.
    nights = Q(monitor=monitor) & between(before(last, DAYS_SHOWN), before(last, -1))
    days = days_of(spoken(nights, terms).get(monitor.pk, ()), limits)
    days = [each for each in days if first <= each.date <= last]
    hours = hours_of(readings(monitor, between(before(last, HOURS_SHOWN_DAYS - 1), last)), terms)
    return Shown(monitor, limits, span, last, days, hours)


def _reader(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _until(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        return None


@require_safe
def monitors(request: HttpRequest) -> HttpResponse:
    """Those that one may read: for anybody those that are public."""
    user = _reader(request)
    rows = access_monitors(user)
    words = request.GET.get("q", "").strip()[:100]
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(identifier__icontains=words)
    context = {
        "section": SECTION,
        "page": page(rows, "id", request.GET.get("cursor"), ROWS, newest_first=True),
        "q": words,
        "may_keep": bool(keepers(user)),
    }
    return render(request, "communities/monitors.html", context)


@require_safe
def monitor(request: HttpRequest, monitor: int) -> HttpResponse:
    """One of them: where it stands, its days and nights against the limit, its hours."""
    user = _reader(request)
    shown = shown_of(access_monitor(user, monitor), _until(request))
    context = {
        "section": SECTION,
        "monitor": shown.monitor,
        "shown": shown,
        "pictures": [(name, shown.picture(name)) for name in PICTURES] if shown.days else [],
        "query": f"?until={shown.last}" if shown.last else "",
        "may_show": user is not None and may(user, KEEP, shown.monitor.organisation),
    }
    return render(request, "communities/monitor.html", context)


@require_safe
def monitor_picture(request: HttpRequest, monitor: int, name: str) -> HttpResponse:
    """What a chart is drawn from."""
    drawn, tongue = _picture(request, monitor, name), language()
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
    return _kept_shortly(response)


@require_safe
def monitor_drawing(request: HttpRequest, monitor: int, name: str) -> HttpResponse:
    """A chart as it is drawn on paper."""
    response = HttpResponse(_picture(request, monitor, name).svg(language()), content_type="image/svg+xml")
    # The drawing's own colours stand in it; it loads nothing and runs nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return _kept_shortly(response)


def _picture(request: HttpRequest, monitor: int, name: str) -> Picture:
    found = access_monitor(_reader(request), monitor)
    if name not in PICTURES:
        raise Http404("no such chart of a monitor")
    return shown_of(found, _until(request)).picture(name)


def _kept_shortly(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"], response["Vary"] = "private, max-age=60", "Accept-Language, Cookie"
    return response


@require_safe
def monitor_hours(request: HttpRequest, monitor: int) -> HttpResponseBase:
    """All its hours, as a file that may be taken in again."""
    found = access_monitor(_reader(request), monitor)
    if not FILES.allow_request(request):
        return HttpResponse(_("Too many questions from your address; wait a minute."), status=429)
    return csv_answer(f"noise-monitor-{found.pk}-hours.csv", hours_in_rows(found))


def hours_in_rows(monitor: Monitor) -> Iterator[list[object]]:
    """Head and rows, with the columns of the warehouse's table."""
    names = [column.name for column in READINGS.columns]
    yield list(names)
    for row in Hour.objects.filter(monitor=monitor).order_by("date", "hour").values_list(*names[1:]).iterator():
        yield [monitor.identifier, *(str(each).lower() if isinstance(each, bool) else each for each in row)]


@login_required
@require_POST
def show_monitor(request: HttpRequest, monitor: int) -> HttpResponse:
    """Let anybody read it, or its organisation and the authority alone."""
    user = caller(request)
    found = access_monitor(user, monitor)
    require(user, KEEP, found.organisation)
    found = do_show_monitor(found, public=request.POST.get("public") == "yes", acting_user=user)
    told = _("Anybody may read it now.") if found.public else _("Only its organisation and the authority read it now.")
    messages.success(request, told)
    return redirect(found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_in_monitors(request: HttpRequest) -> HttpResponse:
    """The form that takes a file of monitors or of their hours in, and every fault of it."""
    user = caller(request)
    own = keepers(user)
    if not own:
        require(user, KEEP, None)
    asked = {name: request.POST.get(name, request.GET.get(name, ""))[:40] for name in ("organisation", "table")}
    faults: dict[str, list[str]] = {}
    if request.method == "POST":
        file = request.FILES.get("file")
        organisation = next((each for each in own if str(each.pk) == asked["organisation"]), None)
        if organisation is None:
            faults["organisation"] = [_("Choose whose monitors they are.")]
        if asked["table"] not in TABLES:
            faults["table"] = [_("Choose one of the tables.")]
        if not isinstance(file, UploadedFile) or not (file.name or "").lower().endswith(".csv"):
            faults["file"] = [_("Choose a CSV file.")]
        if not faults and organisation is not None and isinstance(file, UploadedFile):
            try:
                with sent(file) as path:
                    taken = do_take_in(
                        organisation,
                        asked["table"],
                        path,
                        name=(file.name or "table.csv")[-200:],
                        replace=request.POST.get("replace") == "yes",
                        acting_user=user,
                    )
            except InputRejected as rejected:
                faults["file"] = all_told(rejected)[:FAULTS_SHOWN]
            else:
                told = {"rows": taken.rows, "added": taken.added, "changed": taken.changed, "known": taken.known}
                counted = _("%(rows)d rows: %(added)d new, %(changed)d changed, %(known)d stood already.") % told
                messages.success(request, counted)
                return redirect("noise_monitors")
    context = {
        "section": SECTION,
        "organisations": own,
        "tables": [(name, TABLE_NAMES[name], table.columns) for name, table in TABLES.items()],
        "asked": asked,
        "replace": request.POST.get("replace") == "yes",
        "faults": faults,
    }
    return render(request, "communities/take_in_monitors.html", context, status=422 if faults else 200)


@contextmanager
def sent(file: Any) -> Iterator[Path]:
    """A file that was sent, as a CSV in a folder of its own while it is read."""
    with tempfile.TemporaryDirectory(prefix="tanheng-monitors-") as folder:
        path = Path(folder) / "table.csv"
        with path.open("wb") as stream:
            for chunk in file.chunks():
                stream.write(chunk)
        yield path
