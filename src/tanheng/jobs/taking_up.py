"""What killed workers left: their jobs go back into the queue, and say so; after too many tries they fail.

Who is dead is told by the silence of its heartbeat. A job's row is locked while it is decided about, so that of two
workers that look at once only one takes it up.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from tanheng.jobs.doing import note
from tanheng.jobs.kinds import KINDS
from tanheng.jobs.models import Job, State
from tanheng.jobs.queue import JOB, LETTER, enter, lay_aside
from tanheng.problems import Problem
from tanheng.text import Text

# Fetched or running, and whoever had it is silent; or running, and its entry has been done with otherwise.
_JOBS = """
SELECT j.id, q.status = 'doing', greatest(w.last_heartbeat, j.heard_at)
FROM jobs_job j LEFT JOIN procrastinate_jobs q ON q.id = j.entry LEFT JOIN procrastinate_workers w ON w.id = q.worker_id
WHERE j.state IN ('waiting', 'running') AND (
    (q.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s)))
    OR q.id IS NULL OR q.status NOT IN ('todo', 'doing'))
ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
"""
_OTHERS = """
SELECT q.id, q.task_name
FROM procrastinate_jobs q LEFT JOIN procrastinate_workers w ON w.id = q.worker_id
WHERE q.status = 'doing' AND q.task_name <> %s
    AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))
ORDER BY q.id FOR UPDATE OF q SKIP LOCKED
"""


def take_up(silence: timedelta) -> int:
    """Put back what workers left that were not heard of for so long; says how many jobs.

    A round of a routine is not put back: the next one comes at its hour.
    """
    taken = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_JOBS, [silence.total_seconds()])
        for job, doing, heard in cursor.fetchall():
            _decide(Job.objects.get(pk=job), bool(doing), heard)
            taken += 1
        cursor.execute(_OTHERS, [JOB, silence.total_seconds()])
        for entry, task in cursor.fetchall():
            if task == LETTER:
                cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [entry])
            else:
                lay_aside(entry)
    return taken


def _decide(job: Job, doing: bool, heard: datetime | None) -> None:
    if doing and job.entry is not None:
        lay_aside(job.entry)
    now = timezone.now()
    kind = KINDS.get(job.kind)
    last, taken = _clock(heard or now), _clock(now)
    job.lost += 1
    if job.cancel_asked:
        job.state, job.ended_at = State.CANCELLED, now
    elif kind is None or job.lost >= kind.attempts:
        job.state, job.ended_at = State.FAILED, now
        note(
            job,
            Text(
                f"The worker stopped; it was last heard of at {last}. After {job.lost} of them it is not tried again",
                f"工作进程已停止，最后一次响应于 {last}；已有 {job.lost} 个工作进程中断，不再重试",
            ),
        )
        job.problems = [*job.problems, _given_up(job.lost)]
    else:
        note(
            job,
            Text(
                f"The worker stopped; it was last heard of at {last}. Taken up again at {taken}",
                f"工作进程已停止，最后一次响应于 {last}；已于 {taken} 重新开始",
            ),
        )
        job.state, job.entry = State.WAITING, enter(JOB, kind.queue, job=job.pk)
    job.save(update_fields=["state", "lost", "entry", "notes", "problems", "ended_at"])


def _given_up(lost: int) -> dict[str, object]:
    return asdict(
        Problem(
            "jobs.E004",
            "",
            message=f"{lost} workers were killed while doing it",
            hint="See in the log of the machine what ended them (often too little memory), then ask for it again",
        )
    )


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
