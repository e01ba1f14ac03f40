"""Entries of the queue, written on Django's own connection: within the transaction of what they are about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

JOB, LETTER, ROUTINE = "tanheng.job", "tanheng.letter", "tanheng.routine"

# Not the app's own manager: within a worker that has another connection, which knows nothing of our transaction.
_MANAGER = JobManager(connector=DjangoConnector())


def enter(task: str, queue: str, *, after: timedelta | None = None, **arguments: Any) -> int:
    """Put an entry into a queue; it is there for workers when the transaction is committed."""
    at = None if after is None else timezone.now() + after
    deferrer = configure_task(name=task, job_manager=_MANAGER, queue=queue, schedule_at=at)
    return deferrer.defer(**arguments)


def withdraw(entry: int) -> None:
    """Take an entry out that no worker has fetched."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_cancel_job_v1(%s, false, false)", [entry])


def lay_aside(entry: int) -> None:
    """Have done with an entry whose worker is dead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [entry])
