"""Which files stand for batches and runs now: those of the record, or what was written anew without a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

from tanheng.credits.intake.models import Rewritten, WorkedOut

_LOCK = 1_130_720_030  # of our own, among the advisory locks of the books


@contextmanager
def files_stay() -> Iterator[None]:
    """While this lasts no file is taken away; several can hold it at once."""
    with _held("pg_advisory_lock_shared", "pg_advisory_unlock_shared"):
        yield


@contextmanager
def files_change() -> Iterator[None]:
    """Waits until nobody reads the files, and lets nobody begin to."""
    with _held("pg_advisory_lock", "pg_advisory_unlock"):
        yield


@contextmanager
def _held(take: str, give: str) -> Iterator[None]:
    """Of the session: a process that dies gives it back with its connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {take}(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {give}(%s)", [_LOCK])


def digests_now(batches: Mapping[int, str]) -> dict[int, str]:
    """The file of each batch as it is now, by the hash of its bytes."""
    rows = Rewritten.objects.filter(batch__isnull=False).order_by("pk").values_list("batch_id", "after")
    anew = dict(rows)
    return {batch: anew.get(batch, digest) for batch, digest in batches.items()}


def files_now(run: WorkedOut, files: Mapping[str, str]) -> dict[str, str]:
    """The files of a run as they are now, by name: the hash of each."""
    rows = Rewritten.objects.filter(working=run).order_by("pk").values_list("name", "after")
    return {**files, **dict(rows)}
