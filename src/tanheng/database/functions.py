"""Functions of PostgreSQL that the records of the books have in common."""

from __future__ import annotations

from django.db.models import DateTimeField, Func, UUIDField


class ClockTimestamp(Func):
    """The time at which a row is written; within one transaction it goes on, as ``now()`` does not."""

    function = "clock_timestamp"
    output_field = DateTimeField()


class RandomSalt(Func):
    """122 random bits for a row that becomes a leaf of the log.

    The log's hashes are public. Without it, whoever guesses the text of an entry (two accounts and a quantity) could
    hash the guess and see whether it happened.
    """

    function = "gen_random_uuid"
    output_field = UUIDField()
