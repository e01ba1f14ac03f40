"""Noise monitors in the API.

GET  /api/quiet/monitors                   those that one may read
POST /api/quiet/monitors/files             take a CSV of monitors or of their hours in
GET  /api/quiet/monitors/public            those that anybody may read
GET  /api/quiet/monitors/{monitor}         one of them
GET  /api/quiet/monitors/{monitor}/days    its days and nights, with what is over the limit
GET  /api/quiet/monitors/{monitor}/hours   its hours; ``hours.csv`` is on its page
POST /api/quiet/monitors/{monitor}/show    let anybody read it, or nobody
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from tanheng.communities.access import access_monitor, access_monitors, keepers
from tanheng.communities.measuring import KEEP, do_show_monitor, do_take_in
from tanheng.communities.models import Hour, Monitor
from tanheng.communities.monitor_pages import sent, shown_of
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.rights import require
from tanheng.people.schemas import Id, In
from tanheng.people.values import refused_value
from tanheng.web.cursors import Page, PageOut, Window, page

READ, WRITE = "quiet:read", "quiet:write"
router = Router(tags=["quiet"], auth=anyone(READ))


class MonitorOut(Schema):
    """A monitor: where it stands and what it listens to."""

    id: int
    identifier: str
    name: str
    organisation: str
    lon: float
    lat: float
    height_m: float
    bearing_deg: float | None
    purpose: str
    area_class: str
    community: str
    in_force_from: date | None
    in_force_until: date | None
    public: bool
    read_at: datetime | None

    @staticmethod
    def resolve_organisation(monitor: Monitor) -> str:
        """Whose it is."""
        return monitor.organisation.name


class MonitorHourOut(Schema):
    """What a monitor measured in an hour, dB(A)."""

    date: date
    hour: int
    leq_db: float | None
    l10_db: float | None
    l50_db: float | None
    l90_db: float | None
    lmax_db: float | None
    measured_pct: float
    wind_m_s: float | None
    wet: bool


class MonitorDayOut(Schema):
    """A day and the night that begins on it, dB(A); null where too few hours count."""

    date: date
    Ld: float | None
    Ln: float | None
    hours_day: int
    hours_night: int
    over_day: float | None = Field(description="Over the limit of the function area, dB; null without one")
    over_night: float | None


class MonitorDaysOut(Schema):
    """Days of a monitor, the latest first, and the limits of its function area."""

    limit_day: float | None
    limit_night: float | None
    earlier: date | None = Field(description="`until` of the days before")
    items: list[MonitorDayOut]


class MonitorsTakenOut(Schema):
    """What became of the rows of a file."""

    table: str
    rows: int
    added: int
    changed: int
    known: int = Field(description="Rows that stood already")


class Until(Schema):
    """Up to which day."""

    until: date | None = None


class ShowMonitorIn(In):
    """Who may read it."""

    public: bool


@router.get("", response=PageOut[MonitorOut])
def monitors(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Those that one may read, the newest first."""
    return page(access_monitors(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.get("/public", response=PageOut[MonitorOut], auth=None)
def public(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """Those that their organisations made public, for anybody."""
    return page(access_monitors(None), "id", window.cursor, window.limit, newest_first=True)


@router.post("/files", response={201: MonitorsTakenOut}, auth=anyone(WRITE))
def take_in(
    request: HttpRequest,
    organisation: Form[int],
    table: Form[Literal["monitors", "hours"]],
    file: File[UploadedFile],
    replace: Form[bool] = False,
) -> Any:
    """Take a CSV in, whole or not at all; the same file again changes nothing."""
    user = caller(request)
    of = next((each for each in keepers(user) if each.pk == organisation), None)
    if of is None:
        of = access_organisation(user, organisation)
        require(user, KEEP, of)
    name = (file.name or "table.csv")[-200:]
    if not name.lower().endswith(".csv"):
        raise refused_value("noise.E105", name, "file", None, "must be CSV")
    with sent(file) as path:
        return Status(201, do_take_in(of, table, path, name=name, replace=replace, acting_user=user))


@router.get("/{monitor}", response=MonitorOut)
def monitor(request: HttpRequest, monitor: Id) -> Monitor:
    """One of them."""
    return access_monitor(caller(request), monitor)


@router.get("/{monitor}/days", response=MonitorDaysOut)
def days(request: HttpRequest, monitor: Id, which: Query[Until]) -> dict[str, Any]:
    """Its days and nights, and which of them count."""
    shown = shown_of(access_monitor(caller(request), monitor), which.until)
    return {
        "limit_day": shown.limits.day,
        "limit_night": shown.limits.night,
        "earlier": shown.earlier,
        "items": shown.days,
    }


@router.get("/{monitor}/hours", response=PageOut[MonitorHourOut])
def hours(request: HttpRequest, monitor: Id, window: Query[Window]) -> Page[Any]:
    """Its hours as they were handed in, the earliest first."""
    rows = Hour.objects.filter(monitor=access_monitor(caller(request), monitor))
    return page(rows, ("date", "hour"), window.cursor, window.limit)


@router.post("/{monitor}/show", response=MonitorOut, auth=anyone(WRITE))
def show(request: HttpRequest, monitor: Id, given: ShowMonitorIn) -> Monitor:
    """Let anybody read it, or its organisation and the authority alone."""
    user = caller(request)
    found = access_monitor(user, monitor)
    do_show_monitor(found, public=given.public, acting_user=user)
    return access_monitor(user, monitor)
