"""Faults as ``application/problem+json`` (RFC 9457): what is wrong, where, what is expected, all of a request at once.

    {"type": "urn:tanheng:problem:web.invalid", "title": "…", "status": 422, "code": "web.invalid", "detail": "…",
     "errors": [{"pointer": "/quantity", "in": "body", "detail": "Input should be greater than 0", "value": "-3"}]}

``code`` is stable and greppable; ``pointer`` is a JSON Pointer (RFC 6901) into the body, or ``/name`` of a parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTENT_TYPE = "application/problem+json"

TITLES: Mapping[int, Promise] = {
    400: _("The request cannot be read"),
    401: _("Sign in first"),
    403: _("You may not do this"),
    404: _("There is no such thing here"),
    405: _("This address does not do that"),
    409: _("This does not fit what is there"),
    413: _("The request is too large"),
    422: _("The request is understood and cannot be done"),
    429: _("Too many requests"),
    500: _("A fault of ours"),
    503: _("Not now"),
}
_SECRET = re.compile(r"password|secret|token|otp|code|key", re.IGNORECASE)
_LONGEST_VALUE = 80


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a request.

    ``pointer`` says where (RFC 6901), ``place`` in what: body, query, path, header. ``value`` is what stands there.
    """

    pointer: str
    detail: str
    code: str = ""
    place: str = "body"
    value: str | None = None

    def as_json(self) -> dict[str, str]:
        """The members that are known."""
        said = {"pointer": self.pointer, "in": self.place, "detail": str(self.detail)}
        if self.code:
            said["code"] = self.code
        if self.value is not None:
            said["value"] = self.value
        return said


@dataclass
class Problem(Exception):
    """A request cannot be done; raised anywhere below an endpoint and answered as problem+json.

    Parameters
    ----------
    status
        The HTTP status, 400 to 599.
    code
        A stable name, as ``ledger.insufficient``.
    title
        What kind of problem it is, the same for each of its kind; that of the status if empty.
    detail
        What is wrong this time, and how to mend it.
    errors
        Every fault of the request.
    headers
        More headers of the answer, as ``Retry-After``.
    """

    status: int
    code: str
    title: str | Promise = ""
    detail: str | Promise = ""
    errors: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 400 <= self.status <= 599:
            raise ValueError(f"a problem has a status from 400 to 599, not {self.status}")
        super().__init__(f"{self.code}: {self.detail or self.title}")

    def as_json(self) -> dict[str, object]:
        """The document of RFC 9457."""
        said: dict[str, object] = {
            "type": f"urn:tanheng:problem:{self.code}",
            "title": str(self.title or TITLES.get(self.status, "")),
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            said["detail"] = str(self.detail)
        if self.errors:
            said["errors"] = [error.as_json() for error in self.errors]
        return said

    def response(self) -> HttpResponse:
        """The answer that carries it."""
        text = json.dumps(self.as_json(), ensure_ascii=False)
        return HttpResponse(text, status=self.status, content_type=CONTENT_TYPE, headers=dict(self.headers))


Kind = TypeVar("Kind", bound=Exception)
_translations: dict[type[Exception], Callable[[Exception], Problem]] = {}


def translate(kind: type[Kind], to_problem: Callable[[Kind], Problem]) -> None:
    """Declare how an exception of an app, which knows no HTTP, is told to whoever made the request.

    Called once for each, in ``AppConfig.ready`` or where the app's ``api`` is imported; it holds for subclasses too.
    """
    _translations[kind] = to_problem  # type: ignore[assignment]


def problem_of(error: Exception) -> Problem | None:
    """What an exception means to whoever made the request; None for a fault of ours."""
    if isinstance(error, Problem):
        return error
    for kind in type(error).__mro__:
        if kind in _translations:
            return _translations[kind](error)
    return None


def not_found(what: str | Promise) -> Problem:
    """There is no such row, or the caller may not know of it: the answer is the same."""
    return Problem(404, "web.not-found", detail=what)


def pointer(path: Sequence[str | int]) -> str:
    """A JSON Pointer: ``/postings/0/quantity``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def shown(path: Sequence[str | int], value: object) -> str | None:
    """A value as it may be shown to its sender and kept in logs: short, plain, and no secret."""
    if any(_SECRET.search(str(part)) for part in path) or not isinstance(value, str | int | float | bool):
        return None
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
