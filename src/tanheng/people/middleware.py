"""Between a request and what it asks for: how old its session is, its origin, whether a second factor is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.people.origin import coming_from
from tanheng.web.problems import Problem

Answer = Callable[[HttpRequest], HttpResponseBase]

BEGAN = "began"
SEEN = "seen"
SECOND_FACTOR = "second_factor"
# A session that is written with each request costs a write a request; to the minute is near enough.
SEEN_EVERY_S = 60


class SessionsEnd:
    """Ends a session after a time without requests, and after a longest time in any case."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, for who is no longer signed in as for anybody."""
        if request.user.is_authenticated:
            now = timezone.now()
            began, seen = _time(request, BEGAN), _time(request, SEEN)
            if (
                began is None
                or seen is None
                or now - began > settings.SESSION_LONGEST
                or now - seen > settings.SESSION_IDLE
            ):
                logout(request)
            elif (now - seen).total_seconds() >= SEEN_EVERY_S:
                request.session[SEEN] = now.isoformat()
        return self.get_response(request)


def _time(request: HttpRequest, name: str) -> datetime | None:
    text = request.session.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None


class Origin:
    """Tells the audit trail from where a request comes."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        way = "api" if request.path_info.startswith("/api/") else "page"
        with coming_from(f"{way} {request.META.get('REMOTE_ADDR', '')}".strip()):
            return self.get_response(request)


class SecondFactor:
    """Who is signed in by a password alone gets no further than to the page where a second factor is made.

    A token needs none at each request: making it took a person who had one.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or say what is missing."""
        if (
            settings.TANHENG_SECOND_FACTOR != "required"
            or not request.user.is_authenticated
            or request.session.get(SECOND_FACTOR)
            or request.path_info.startswith(("/accounts/", settings.STATIC_URL))
        ):
            return self.get_response(request)
        if is_mfa_enabled(request.user):
            request.session[SECOND_FACTOR] = True
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return Problem(
                403,
                "people.second-factor",
                detail=_("Set up a second factor first: a passkey, or an app that shows codes, at %s")
                % request.build_absolute_uri(reverse("mfa_index")),
            ).response()
        return redirect("mfa_index")
