"""Django's handlers of faults: below /api/ a problem at once, elsewhere the site's own page.

Without them the site's page would be drawn, with all that it asks the database, and thrown away by ``ApiProblems``.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from tanheng.web.middleware import ROOT
from tanheng.web.problems import Problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _problem(400) if _is_below(request) else defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _problem(403) if _is_below(request) else defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _problem(404) if _is_below(request) else defaults.page_not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _problem(500) if _is_below(request) else defaults.server_error(request)


def _is_below(request: HttpRequest) -> bool:
    return request.path_info.startswith(ROOT)


def _problem(status: int) -> HttpResponse:
    return Problem(status, f"web.{status}").response()
