"""What stands before every upload: who may send a body of that size, where to, and a count while it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanheng.people.models import User
from tanheng.submissions.receiving import bytes_most
from tanheng.web.problems import Problem

# Where files are sent to; everywhere else a form is small.
_PLACES = ("/tables/", "/api/tables/", "/compare/", "/api/compare/", "/api/credits/applications/")
SMALL_BYTES = 3 << 20  # above what Django itself takes of a form
AROUND_BYTES = 64 << 10  # what a form has besides the file


class UploadLimits:
    """Answers 413 before a body is read: more than the limit, or anything large from who is not signed in.

    What a client says of the length of its body is what is read of it, never more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or refuse."""
        length = _length(request)
        if length > SMALL_BYTES and length > self._most(request):
            if request.path_info.startswith("/api/"):
                return Problem(413, "web.too-large", detail=_too_large()).response()
            return render(request, "portal/not_understood.html", {"said": _too_large()}, status=413)
        return self.get_response(request)

    def _most(self, request: HttpRequest) -> int:
        if not request.path_info.startswith(_PLACES):
            return SMALL_BYTES
        # A token is looked at by the endpoint; whoever has none is refused there, after a body of at most this size.
        known = isinstance(request.user, User) or "Authorization" in request.headers
        return bytes_most() + AROUND_BYTES if known else SMALL_BYTES


class CountedUpload(TemporaryFileUploadHandler):
    """To a temporary file, never to memory; ends the upload where it becomes larger than the limit."""

    def new_file(self, *arguments: Any, **options: Any) -> None:
        """Begin to count."""
        super().new_file(*arguments, **options)
        self.came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Count, and write."""
        self.came += len(raw_data)
        if self.came > bytes_most():
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _too_large() -> str:
    return _("This is larger than %d MB, the most that is taken at once. Send it as Parquet, or in several files.") % (
        bytes_most() >> 20
    )
