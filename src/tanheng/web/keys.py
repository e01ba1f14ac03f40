"""Idempotency keys: a request sent twice is done once and answered the same, and so is a refusal.

A client that hears nothing sends the same request with the same ``Idempotency-Key`` again. The key is written in the
transaction of the deed itself, so that a crash leaves both or neither; a second request with the key waits until
the first is decided. What failed for a fault of ours (5xx) is not remembered: it left no trace and may be tried again.
Answers are kept for ``KEPT``; now and then a request that has been answered clears away what is older.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BaseModel

from tanheng.web.callers import caller
from tanheng.web.problems import Fault, Problem, problem_of

HEADER = "Idempotency-Key"
KEPT = timedelta(days=30)
_CLEAR_ONE_IN = 1000
_CLEAR_MOST = 10_000
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def once(
    request: HttpRequest,
    perform: Callable[[], Any],
    answer: type[BaseModel] | None = None,
    *,
    status: int = 200,
    required: bool = False,
) -> HttpResponse:
    """Perform a deed, once for each key of a caller, and answer with what came of it.

    Parameters
    ----------
    request
        Its caller, address and body belong to the key: another request under the same key is refused.
    perform
        The deed. It may open transactions of its own that are not ``durable``: the outermost one is here.
    answer
        The schema of what ``perform`` returns; None answers without a body.
    status
        The status when it was done.
    required
        Refuse a request without a key: for what moves value.

    Returns
    -------
    HttpResponse
        With header ``Idempotency-Replayed: true`` where it was done before.

    Raises
    ------
    Problem
        400 ``web.key`` for no key or none that can be one; 422 ``web.key-reused`` for another request under the same
        key; and whatever ``perform`` refuses, the first time.
    """
    key = key_of(request, required=required)
    if key is None:
        with transaction.atomic():
            return _answer(perform(), answer, status)
    with transaction.atomic():
        who, print_ = caller(request), fingerprint(request)
        if (known := _begin(who, key, print_)) is not None:
            return known
        try:
            with transaction.atomic():
                response = _answer(perform(), answer, status)
        except Exception as error:
            problem = problem_of(error)
            if problem is None or problem.status >= 500:
                raise
            response = problem.response()
        _finish(who, key, response)
        if secrets.randbelow(_CLEAR_ONE_IN) == 0:
            transaction.on_commit(forget)
        return response


def key_of(request: HttpRequest, *, required: bool = False) -> str | None:
    """The key of a request, for endpoints whose deed keeps keys itself.

    Raises
    ------
    Problem
        400 ``web.key`` when it is missing and required, or no key.
    """
    key = request.headers.get(HEADER)
    if key is None and not required:
        return None
    if key is None or not _KEY.fullmatch(key):
        raise Problem(
            400,
            "web.key",
            detail=_(
                "Send a key of your own, e.g. a new UUID, for each deed, and the same one when you send it again."
            ),
            errors=[
                Fault(f"/{HEADER}", _("must be 1 to 200 printable characters without spaces"), "web.key", "header")
            ],
        )
    return key


def fingerprint(request: HttpRequest) -> bytes:
    """SHA-256 of what a request asks for: method, address, body."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request.body).digest()


def forget(older_than: timedelta = KEPT) -> int:
    """Clear away answers that no client asks for any more, some thousand at a time; says how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM web_answer WHERE (caller, key) IN (SELECT caller, key FROM web_answer "
            "WHERE at < now() - make_interval(secs => %s) ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED)",
            [older_than.total_seconds(), _CLEAR_MOST],
        )
        return int(cursor.rowcount)


def _begin(who: str, key: str, print_: bytes) -> HttpResponse | None:
    """Take a key, or the answer it was given. Waits while another request with the key is being decided."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO web_answer (caller, key, fingerprint, status, content_type, body) "
            "VALUES (%s, %s, %s, 0, '', '') ON CONFLICT (caller, key) DO NOTHING",
            [who, key, print_],
        )
        if cursor.rowcount == 1:
            return None
        cursor.execute(
            "SELECT fingerprint, status, content_type, body FROM web_answer WHERE caller = %s AND key = %s", [who, key]
        )
        known, status, content_type, body = cursor.fetchone()
    if bytes(known) != print_:
        raise Problem(
            422,
            "web.key-reused",
            detail=_("This key stands for another request of yours. Send each request with a key of its own."),
            errors=[Fault(f"/{HEADER}", _("was used for another request"), "web.key-reused", "header")],
        )
    response = HttpResponse(bytes(body), status=status, content_type=content_type)
    response["Idempotency-Replayed"] = "true"
    return response


def _finish(who: str, key: str, response: HttpResponse) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE web_answer SET status = %s, content_type = %s, body = %s WHERE caller = %s AND key = %s",
            [response.status_code, response.get("Content-Type", ""), response.content, who, key],
        )


def _answer(result: Any, answer: type[BaseModel] | None, status: int) -> HttpResponse:
    if answer is None:
        return HttpResponse(status=status if status != 200 else 204, content_type="application/json")
    document = answer.model_validate(result, from_attributes=not issubclass(answer, Schema) or None)
    return HttpResponse(document.model_dump_json(by_alias=True), status=status, content_type="application/json")
