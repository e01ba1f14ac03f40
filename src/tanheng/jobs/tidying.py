"""What is thrown away of jobs: those that ended long ago. That they were asked for stays in the audit trail."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from tanheng.jobs.models import UNDER_WAY, Job, Letter

JOBS_KEPT = timedelta(days=90)
LETTERS_KEPT = timedelta(days=30)

_ENTRIES = """
DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
    AND NOT EXISTS (SELECT 1 FROM procrastinate_events e
                    WHERE e.job_id = j.id AND e.at > now() - make_interval(secs => %s))
"""


def forget() -> dict[str, int]:
    """Remove them; says how many of what."""
    now = timezone.now()
    jobs, _each = Job.objects.exclude(state__in=UNDER_WAY).filter(ended_at__lt=now - JOBS_KEPT).delete()
    letters, _each = Letter.objects.filter(ended_at__lt=now - LETTERS_KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [LETTERS_KEPT.total_seconds()])
        entries = cursor.rowcount
    return {
        "jobs that ended 90 days ago": jobs,
        "letters sent or given up 30 days ago": letters,
        "entries of the queue that ended 30 days ago": entries,
    }
