"""The site of the house, with two ways in which it can go wrong; for the tests alone.

``POST /naive/spend``    does what many a registry does: reads, decides and writes, in transactions of their own
``X-Test-Die: answered`` the process is killed when the deed is done and its answer is not sent yet
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from tanheng.portal.wsgi import application as portal


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One request."""
    if environ["PATH_INFO"] == "/naive/spend":
        spent = _spend()
        start_response("201 Created" if spent else "409 Conflict", [("Content-Type", "application/json")])
        return [b"{}"]
    answer: Iterable[bytes] = portal(environ, start_response)
    if environ.get("HTTP_X_TEST_DIE") == "answered":
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


def _spend() -> bool:
    with psycopg.connect(os.environ["TEST_PURSE"], autocommit=True) as connection:
        row = connection.execute("SELECT units FROM naive_purse").fetchone()
        assert row is not None
        if row[0] < 1:
            return False
        connection.execute("UPDATE naive_purse SET units = %s", [row[0] - 1])
        return True
