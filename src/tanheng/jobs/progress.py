"""How far a job is: what is being done tells it, pages read it, and who asked to stop is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from tanheng.text import Text


class LeftOff(BaseException):
    """The job goes no further here. Not an ``Exception``: nothing on the way may take it for a fault and go on."""


class Cancelled(LeftOff):
    """Somebody cancelled it."""


class Superseded(LeftOff):
    """Another try of the job is under way: this worker was taken for dead."""


class Stopped(LeftOff):
    """The worker is told to end; another goes on with the job."""


_TELL = """
UPDATE jobs_job SET step_en = %s, step_zh = %s, part = %s, heard_at = clock_timestamp()
WHERE id = %s AND attempts = %s AND state = 'running' RETURNING cancel_asked
"""
Ask = Callable[[str, list[Any]], tuple[Any, ...] | None]


class JobContext:
    """What a job's doing knows of its job, and to whom it tells how far it is."""

    def __init__(
        self,
        job: int,
        attempt: int,
        *,
        requested_by: int | None = None,
        organisation: int | None = None,
        ask: Ask | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.job, self.attempt = job, attempt
        self.requested_by, self.organisation = requested_by, organisation
        self._ask, self._stopping = ask or on_this_connection, stopping

    def tell(self, step: Text, part: float) -> None:
        """Say which step begins, and how much of the whole is done before it, from 0 to 1.

        Raises
        ------
        LeftOff
            When the job was cancelled, is being done elsewhere, or the worker has to end.
        """
        if not 0 <= part <= 1:
            raise ValueError(f"{part} is no part of a whole")
        row = self._ask(_TELL, [step.en, step.zh, part, self.job, self.attempt])
        if row is None:
            raise Superseded
        if row[0]:
            raise Cancelled
        if self._stopping():
            raise Stopped


def on_this_connection(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    """By Django's connection: seen by others when its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


@contextmanager
def on_a_line_of_its_own() -> Iterator[Ask]:
    """By another connection, opened when first used: seen at once, whatever transaction the job is in."""
    line: list[psycopg.Connection[Any]] = []

    def ask(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
        if not line:
            parameters = {
                name: value
                for name, value in connection.get_connection_params().items()
                if name not in ("context", "cursor_factory")
            }
            line.append(psycopg.connect(**parameters, autocommit=True))
        # The statements are ours, and psycopg wants to know that no value is in them.
        row: tuple[Any, ...] | None = line[0].execute(statement.encode(), values).fetchone()
        return row

    try:
        yield ask
    finally:
        for each in line:
            each.close()
