"""How much is taken at once, and which day it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

LINES_MOST = 200_000
BODY_MOST_BYTES = 64 << 20  # also of what a packed body becomes
REFUSALS_KEPT = 1_000  # lines named in the answer; all are counted
EVENT_ENDS_WITHIN = timedelta(days=1)
BEIJING = timezone(timedelta(hours=8))


def today() -> date:
    """The day in Beijing."""
    return datetime.now(BEIJING).date()
