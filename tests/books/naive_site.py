"""The site of the house, and beside it what many a registry does: read, decide, write, in transactions of their own.

For the tests alone: it shows that the race is there when nothing guards against it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from tanheng.portal.wsgi import application as portal


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``POST /naive/spend`` spends one unit of the purse; everything else is the portal's."""
    if environ["PATH_INFO"] != "/naive/spend":
        return portal(environ, start_response)
    spent = _spend()
    start_response("201 Created" if spent else "409 Conflict", [("Content-Type", "application/json")])
    return [b"{}"]


def _spend() -> bool:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        row = connection.execute("SELECT units FROM naive_purse").fetchone()
        assert row is not None
        if row[0] < 1:
            return False
        connection.execute("UPDATE naive_purse SET units = %s", [row[0] - 1])
        return True
