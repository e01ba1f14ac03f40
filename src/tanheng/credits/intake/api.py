"""Applications, their keys and their events in the API.

POST /api/credits/applications                      register
POST /api/credits/applications/{id}/keys            a key for the app's servers
POST /api/credits/applications/{id}/events          send events, one JSON object a line; gzip allowed
GET  /api/credits/applications/{id}/batches         what became of what was sent
POST /api/credits/applications/workings             have the events of some days worked out

Steps (test, connect, suspend, ...) are taken at ``/api/credits/cases/applications/{id}/{step}``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from tanheng.credits.intake.access import (
    access_application,
    access_applications,
    access_batch,
    access_batches,
    access_key,
    access_keys,
    access_working,
    access_workings,
    application_for,
)
from tanheng.credits.intake.actions import (
    do_create_key,
    do_register_application,
    do_revoke_key,
    do_take_events,
    do_work_out,
)
from tanheng.credits.intake.bodies import read_body
from tanheng.credits.intake.keys import AppKey
from tanheng.credits.intake.models import Application, ApplicationKey, Batch, WorkedOut
from tanheng.credits.intake.results import PersonDay, person_reductions
from tanheng.credits.intake.schemas import (
    ApplicationIn,
    ApplicationKeyOut,
    ApplicationOut,
    EventBatchOut,
    Id,
    KeyIn,
    NewKeyOut,
    PersonDayOut,
    WorkedOutOut,
    WorkOutIn,
    new_key,
)
from tanheng.jobs.schemas import JobOut
from tanheng.people.access import access_organisation
from tanheng.people.callers import anyone, caller
from tanheng.people.models import User
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import key_of, once
from tanheng.web.problems import Problem

READ, WRITE, SEND = "credits:read", "credits:write", "events:write"
router = Router(tags=["credits"], auth=anyone(READ))
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
_EVENTS = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {
                "schema": {
                    "type": "string",
                    "description": "One JSON object a line: event_id, person (UUID), at, until (may be left out), "
                    "scene, mode, quantity, unit. Content-Encoding: gzip is taken.",
                }
            }
        },
    }
}


@router.get("", response=PageOut[ApplicationOut])
def applications(request: HttpRequest, window: Query[Window]) -> Page[Application]:
    """One's own applications, and those that one supervises."""
    return page(access_applications(caller(request)), "id", window.cursor, window.limit)


@router.post("", response={201: ApplicationOut}, auth=anyone(WRITE))
def register(request: HttpRequest, new: ApplicationIn) -> HttpResponse:
    """Register an application of one's organisation."""
    by = caller(request)
    return once(
        request,
        lambda: do_register_application(
            access_organisation(by, new.organisation),
            new.name,
            new.scenes,
            about=new.about,
            protection=new.protection,
            address=new.address,
            acting_user=by,
        ),
        ApplicationOut,
        status=201,
    )


@router.get("/workings", response=PageOut[WorkedOutOut])
def workings(request: HttpRequest, window: Query[Window]) -> Page[WorkedOut]:
    """What was worked out, the newest first."""
    return page(access_workings(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/workings", response={202: JobOut}, auth=anyone(WRITE))
def work_out(request: HttpRequest, days: WorkOutIn) -> HttpResponse:
    """Have the events of some days worked out, by a job."""
    by = caller(request)
    return once(request, lambda: do_work_out(days.first, days.last, acting_user=by), JobOut, status=202)


@router.get("/workings/{working}", response=WorkedOutOut)
def working(request: HttpRequest, working: Id) -> WorkedOut:
    """What was worked out of the events of some days."""
    return access_working(caller(request), working)


@router.get("/workings/{working}/persons/{person}", response=list[PersonDayOut])
def of_person(
    request: HttpRequest, working: Id, person: str, first: date | None = None, last: date | None = None
) -> list[PersonDay]:
    """What the days of one person came to."""
    found = access_working(caller(request), working)
    return list(person_reductions(found, person=person, first=first, last=last))


@router.get("/{application}", response=ApplicationOut)
def application(request: HttpRequest, application: Id) -> Application:
    """An application."""
    return access_application(caller(request), application)


@router.get("/{application}/keys", response=list[ApplicationKeyOut])
def keys(request: HttpRequest, application: Id) -> Any:
    """The keys of an application, for who may make them."""
    by = caller(request)
    return access_keys(by, access_application(by, application)).order_by("pk")


@router.post("/{application}/keys", response={201: NewKeyOut}, auth=anyone(WRITE))
def make_key(request: HttpRequest, application: Id, new: KeyIn) -> Any:
    """Make a key for the app's own servers. It is shown this once, and never kept: so it takes no idempotency key."""
    by = caller(request)
    made, text = do_create_key(access_application(by, application), new.name, days=new.days, acting_user=by)
    made.refresh_from_db()
    return Status(201, new_key(made, text))


@router.post("/{application}/keys/{key}/revoke", response={204: None}, auth=anyone(WRITE))
def revoke_key(request: HttpRequest, application: Id, key: Id) -> HttpResponse:
    """End a key at once."""
    by = caller(request)
    return once(
        request, lambda: do_revoke_key(access_key(by, access_application(by, application), key), acting_user=by)
    )


@router.post(
    "/{application}/events",
    response={200: EventBatchOut, 201: EventBatchOut},
    auth=[AppKey(), *anyone(SEND)],
    openapi_extra=_EVENTS,
)
def events(request: HttpRequest, application: Id) -> Any:
    """Send a batch. Once this is answered it is on disk; sent again, by key or by content, it is answered the same.

    What is faulty is refused line by line with its reason, and the rest is taken; where the body as a whole cannot be
    read nothing is. In a test nothing is kept.
    """
    sender = _sender(request)
    found = application_for(sender, application)
    body = _body(request)
    batch, repeated = do_take_events(found, body, key=key_of(request) or "", sender=sender)
    answer = EventBatchOut.from_orm(batch).model_dump_json(by_alias=False)
    response = HttpResponse(answer, status=200 if repeated else 201, content_type="application/json")
    if repeated:
        response["Idempotency-Replayed"] = "true"
    return response


@router.get("/{application}/batches", response=PageOut[EventBatchOut], auth=[AppKey(), *anyone(READ)])
def batches(request: HttpRequest, application: Id, window: Query[Window]) -> Page[Batch]:
    """What became of what was sent, the newest first."""
    rows = access_batches(application_for(_sender(request), application))
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.get("/{application}/batches/{batch}", response=EventBatchOut, auth=[AppKey(), *anyone(READ)])
def batch(request: HttpRequest, application: Id, batch: Id) -> Batch:
    """What became of one batch."""
    return access_batch(application_for(_sender(request), application), batch)


def _sender(request: HttpRequest) -> User | ApplicationKey:
    """A key of an application, or a user who acts for its operator."""
    auth = getattr(request, "auth", None)
    return auth if isinstance(auth, ApplicationKey) else caller(request)


class _Counted:
    """Counts what is read: a body that ends early was cut off on its way."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.came = request, 0

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        piece = self.request.read(size)
        self.came += len(piece)
        return piece


def _body(request: HttpRequest) -> bytes:
    if request.content_type not in LINES:
        raise Problem(
            415, "intake.type", _("This kind of body is not taken"), _("Send one JSON object a line, as %s.") % LINES[0]
        )
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise Problem(411, "intake.length", _("How long is it?"), _("Say its length in bytes: Content-Length."))
    packing = request.headers.get("Content-Encoding", "identity").lower()
    if packing not in ("identity", "gzip"):
        raise Problem(
            415, "intake.encoding", _("This kind of body is not taken"), _("Pack it with gzip, or not at all.")
        )
    counted = _Counted(request)
    body = read_body(counted, packed=packing == "gzip")
    if counted.came != int(length):
        raise Problem(400, "intake.cut-off", detail=_("The body ended before its length; nothing of it was taken."))
    return body
