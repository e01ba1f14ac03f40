"""What intake asks of points: which persons gave an application the mandate."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from django.db import connection

_PSEUDONYM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STANDING = """
SELECT p.pseudonym::text FROM unnest(%s::uuid[]) AS asked (pseudonym)
JOIN credit_points_person p ON p.pseudonym = asked.pseudonym
JOIN credit_points_mandate m ON m.person_id = p.id AND m.application_id = %s AND m.withdrawn_at IS NULL
"""


def with_mandate(application: int, persons: Sequence[str]) -> Collection[str]:
    """Those of the persons whose mandate for the application stands now: one statement."""
    asked = [person for person in set(persons) if _PSEUDONYM.fullmatch(person)]
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [asked, application])
        return {pseudonym for (pseudonym,) in cursor.fetchall()}
