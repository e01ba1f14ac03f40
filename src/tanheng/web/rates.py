"""How many requests a caller may make: so many a minute, some of them at once, counted over all processes.

The generic cell rate algorithm: each request pays for a stretch of time, and a caller may be ahead of the clock by a
burst. One row a caller, one statement a request, in a table that is not logged (a crash forgets it). Now and then a
request clears away callers that have paid for all they asked.
"""

from __future__ import annotations

import math
import secrets
import threading

from django.db import connection
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from tanheng.web.callers import caller

_PAY = """
INSERT INTO web_rate AS known (caller, paid_until)
VALUES (%(caller)s, clock_timestamp() + %(each_s)s * interval '1 s')
ON CONFLICT (caller) DO UPDATE
SET paid_until = greatest(known.paid_until, clock_timestamp()) + %(each_s)s * interval '1 s'
WHERE known.paid_until <= clock_timestamp() + %(ahead_s)s * interval '1 s'
"""
# Who has paid for everything is as good as unknown.
_CLEAR = """
DELETE FROM web_rate WHERE caller IN (SELECT caller FROM web_rate WHERE paid_until < clock_timestamp() LIMIT 10000
                                      FOR UPDATE SKIP LOCKED)
"""
_CLEAR_ONE_IN = 1000
_WAIT = """
SELECT extract(epoch FROM paid_until - clock_timestamp()) - %(ahead_s)s FROM web_rate WHERE caller = %(caller)s
"""


class Rate(BaseThrottle):
    """So many requests a minute for each caller, ``burst`` of them at once; more get 429 with Retry-After.

    Parameters
    ----------
    per_minute
        The steady rate; 1 or more.
    burst
        How many may come at once after a pause; 1 or more.
    name
        Endpoints with a rate of another name are counted apart.
    """

    def __init__(self, per_minute: int, burst: int, *, name: str = "") -> None:
        if per_minute < 1 or burst < 1:
            raise ValueError(f"a rate of {per_minute} a minute in bursts of {burst}: both must be 1 or more")
        self.each_s = 60 / per_minute
        self.ahead_s = self.each_s * (burst - 1)
        self.name = name
        self._refused = threading.local()

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether the caller may make one more request now; if so it is counted."""
        who = f"{self.name} {caller(request)}".strip()
        values: dict[str, str | float] = {"caller": who, "each_s": self.each_s, "ahead_s": self.ahead_s}
        with connection.cursor() as cursor:
            cursor.execute(_PAY, values)
            if cursor.rowcount == 1:
                if secrets.randbelow(_CLEAR_ONE_IN) == 0:
                    cursor.execute(_CLEAR)
                return True
            cursor.execute(_WAIT, values)
            row = cursor.fetchone()
        self._refused.wait_s = max(1, math.ceil(row[0])) if row else 1
        return False

    def wait(self) -> float | None:
        """Seconds until the request that this thread was refused can be made."""
        return getattr(self._refused, "wait_s", None)
