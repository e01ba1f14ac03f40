"""What every answer carries, and from where every request comes."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tanheng.people.rights import Refused
from tanheng.portal.run_shelf import NoRun
from tanheng.transparency.proofs import NoProof
from tanheng.web.problems import Problem

Answer = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # The picture of a second factor's code is drawn by us and stands in the page.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        # The map computes beside the page.
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        # By report-uri and not by report-to: every browser knows it, and sends at once.
        "report-uri /policy-reports/take/",
    )
)


class ContentSecurityPolicy:
    """Nothing from elsewhere, no script and no style within a page; a view may set its own policy."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the policy."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class CallersAddress:
    """Puts the address of who really calls into REMOTE_ADDR, where reverse proxies of ours stand between.

    Each proxy appends whom it saw to X-Forwarded-For; with n proxies the n-th from the right is what the first of
    them saw, and all to the left of it is what anybody may have written.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, knowing the caller."""
        proxies: int = settings.TANHENG_PROXIES
        if proxies:
            passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
            if len(passed) >= proxies:
                request.META["REMOTE_ADDR"] = passed[-proxies]
        return self.get_response(request)


class Refusals:
    """Turns what the books refuse into a page that says so: not there, not allowed, cannot be meant."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A page for what was refused; None for a fault of the program."""
        if request.path_info.startswith("/api/"):
            return None
        if isinstance(exception, ObjectDoesNotExist | NoRun | NoProof):
            return render(
                request,
                "portal/not_there.html",
                {"said": str(exception) if isinstance(exception, NoProof) else ""},
                status=404,
            )
        if isinstance(exception, Refused):
            return render(request, "portal/not_allowed.html", {"said": str(exception)}, status=403)
        if isinstance(exception, Problem):
            return render(request, "portal/not_understood.html", {"said": exception.detail}, status=400)
        return None
