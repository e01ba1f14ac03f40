"""Functions of PostgreSQL that the records of the books have in common."""

from __future__ import annotations

from django.db.models import DateTimeField, Func


class ClockTimestamp(Func):
    """The time at which a row is written; within one transaction it goes on, as ``now()`` does not."""

    function = "clock_timestamp"
    output_field = DateTimeField()
