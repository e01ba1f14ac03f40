"""How a person signs in: by the key alone, into a cookie of its own, apart from the sign-in of staff.

The cookie says which person and which count of keys (``Person.epoch``), signed. A new key, a sign-out or an erasure
raises or takes away the count, and every cookie of before is void. Nothing of it touches Django's sessions.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from ninja.security import HttpBearer

from tanheng.credits.points.models import Person
from tanheng.credits.points.persons import KEY, RESIDENT
from tanheng.people.door import door
from tanheng.people.origin import coming_from
from tanheng.people.rights import HOUSE
from tanheng.people.secrets import hash_of
from tanheng.web.rates import Rate

COOKIE = "resident"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_SALT = "tanheng.credits.points.residents"
# Nobody can try out a key of 256 bits; this is against who tries to make us busy.
TRIES = Rate(per_minute=30, burst=30, name="resident")
Rest = ParamSpec("Rest")


def person_of_key(key: str) -> Person | None:
    """Whose key it is."""
    plain = key.strip()
    if not plain.startswith(KEY):
        return None
    return Person.objects.select_related("account").filter(key_hash=hash_of(plain)).first()


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in on this browser as a person, if anybody."""
    return _read(request)[0]


def sign_in(response: HttpResponse, person: Person, began: float | None = None) -> None:
    """Put the cookie on an answer."""
    held = {"person": person.pk, "epoch": person.epoch, "began": began if began is not None else time.time()}
    response.set_cookie(
        cookie_name(),
        signing.dumps(held, salt=_SALT),
        secure=settings.TANHENG_TLS,
        httponly=True,
        samesite="Lax",
    )


def sign_out(response: HttpResponse, person: Person | None) -> None:
    """Take the cookie from this browser, and make those of all others void."""
    if person is not None:
        with coming_from(RESIDENT), door("points.sign_out", None, right="points.keep", acting_user=HOUSE) as doing:
            Person.objects.filter(pk=person.pk).update(epoch=F("epoch") + 1)
            doing.changed(f"person {person.pk}", new={"signed_out": True})
    response.delete_cookie(cookie_name(), samesite="Lax")


def cookie_name() -> str:
    """With TLS, one that no other host of the domain can set."""
    return f"__Host-{COOKIE}" if settings.TANHENG_TLS else COOKIE


def resident(
    view: Callable[Concatenate[HttpRequest, Person, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """A page of a person's own: for who is signed in by key; others are sent to do so. Kept nowhere on its way."""

    @functools.wraps(view)
    def shown(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        person, began = _read(request)
        if person is None:
            return redirect("mine")
        # What a person does is recorded without the address that it came from.
        with coming_from(RESIDENT):
            response = view(request, person, *args, **kwargs)
        if cookie_name() not in response.cookies:
            sign_in(response, person, began)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return shown


class PersonKey(HttpBearer):
    """The door of endpoints for a person's own app: its key as bearer. ``request.auth`` is the person."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The person of the key."""
        return person_of_key(token)


def _read(request: HttpRequest) -> tuple[Person | None, float | None]:
    text = request.COOKIES.get(cookie_name(), "")
    try:
        held = signing.loads(text, salt=_SALT, max_age=IDLE)
        person, epoch, began = int(held["person"]), int(held["epoch"]), float(held["began"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None, None
    if time.time() - began > LONGEST.total_seconds():
        return None, None
    return Person.objects.select_related("account").filter(pk=person, epoch=epoch).first(), began
