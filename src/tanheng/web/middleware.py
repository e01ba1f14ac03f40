"""Faults below /api/ that no endpoint sees are problems as well; strangers come so often, and no oftener."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tanheng.web.problems import CONTENT_TYPE, Problem
from tanheng.web.rates import Rate

ROOT = "/api/"
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ApiProblems:
    """Middleware; the first of all, so that it sees what the others answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and make a problem of any other page of a fault."""
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        if "\x00" in request.path_info:
            return Problem(404, "web.not-found").response()
        response = self.get_response(request)
        if response.status_code < 400 or response.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        return _as_problem(response)


class StrangersRate:
    """So many requests a minute from each address that is not signed in; those below ROOT are counted there.

    After the session's middleware. Static files cost nothing and are not counted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        per_minute: int = settings.TANHENG_STRANGERS_RATE
        self.rate = Rate(per_minute=per_minute, burst=max(1, per_minute // 2), name="stranger")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or 429 with Retry-After."""
        if request.path_info.startswith((ROOT, settings.STATIC_URL)) or request.user.is_authenticated:
            return self.get_response(request)
        if self.rate.allow_request(request):
            return self.get_response(request)
        wait_s = round(self.rate.wait() or 1)
        said = _("Too many requests from your address. Wait %(wait)s seconds, then go on.") % {"wait": wait_s}
        return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": wait_s})


def _as_problem(response: HttpResponseBase) -> HttpResponse:
    detail = ""
    if response.status_code == 405:
        detail = _("It does: %(methods)s.") % {"methods": response.get("Allow", "")}
    headers = {name: response[name] for name in _KEPT if name in response}
    return Problem(response.status_code, f"web.{response.status_code}", detail=detail, headers=headers).response()
