"""Faults below /api/ that no endpoint sees (no such address or method, a bad host, CSRF) are problems as well."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tanheng.web.problems import CONTENT_TYPE, Problem

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


def _as_problem(response: HttpResponseBase) -> HttpResponse:
    detail = ""
    if response.status_code == 405:
        detail = _("It does: %(methods)s.") % {"methods": response.get("Allow", "")}
    headers = {name: response[name] for name in _KEPT if name in response}
    return Problem(response.status_code, f"web.{response.status_code}", detail=detail, headers=headers).response()
