"""Statements that PostgreSQL reads and plans once for a connection: for the few that every request makes.

Django writes values into the text of each statement, so that the server reads and plans it anew each time, which takes
longer than many a statement itself. Between the house and PostgreSQL there must be no pool that hands one connection
to several clients by transaction, unless it knows prepared statements (PgBouncer 1.21 does).
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

_NEVER_BY_ITSELF = 2**31


class _Prepared(psycopg.Cursor[Any]):
    """Sends values beside the text, and the text once."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> _Prepared:
        """Execute as a prepared statement."""
        super().execute(query, params, prepare=True)
        return self


def prepared_cursor() -> CursorWrapper:
    """A cursor of the default connection whose statements are prepared; counted and logged as any other.

    The text of a statement must be a constant: each text stays in the connection's memory.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        # Django turns prepared statements off for a connection; this turns them on for whoever asks, as we do.
        connection.connection.prepare_threshold = _NEVER_BY_ITSELF
        cursor = _Prepared(connection.connection)
    return connection._prepare_cursor(cursor)  # type: ignore[attr-defined, no-any-return]
