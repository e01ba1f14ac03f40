"""Events as an app sends them, and applications brought to the state that a test wants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.credits.intake.actions import do_register_application, do_take_events
from tanheng.credits.intake.models import Application, Batch
from tanheng.people.rights import HOUSE

TYPE = "application/x-ndjson"


def person(number: int) -> str:
    """A pseudonym."""
    return str(UUID(int=number))


def event(number: int, **other: Any) -> dict[str, Any]:
    """A metro trip of 10 km by person 1, at eight on the first of March, an hour later for each number."""
    trip = {
        "event_id": f"T{number}",
        "person": person(1),
        "at": f"2026-03-01 {8 + number % 12:02}:00:00",
        "until": f"2026-03-01 {8 + number % 12:02}:30:00",
        "scene": "public_transport",
        "mode": "metro",
        "quantity": 10,
        "unit": "km",
    }
    return {name: value for name, value in (trip | other).items() if value is not None}


def lines(events: Sequence[dict[str, Any]]) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(each) + "\n" for each in events).encode()


def register(cast: Cast, operator: str, name: str, scenes: Sequence[str] = ("public_transport",)) -> Application:
    """An application, as its operator registers it."""
    return do_register_application(
        cast.organisation(operator),
        name,
        scenes,
        about="reads the gates",
        protection="pseudonyms only",
        acting_user=cast.user(operator, "representative"),
    )


def send(application: Application, events: Sequence[dict[str, Any]], *, key: str = "") -> Batch:
    """As the operator's representative does; the batch, taken now or before."""
    from tanheng.people.models import Membership

    who = Membership.objects.get(organisation=application.organisation, role="representative").user
    return do_take_events(Application.objects.get(pk=application.pk), lines(events), key=key, sender=who)[0]


def opened(application: Application) -> Application:
    """In test."""
    take(application, "test", acting_user=HOUSE)
    return Application.objects.get(pk=application.pk)


def connect(application: Application) -> Application:
    """Tested and connected."""
    send(opened(application), [event(1)])
    take(Application.objects.get(pk=application.pk), "connect", acting_user=HOUSE)
    return Application.objects.get(pk=application.pk)
