"""Doing a job: from its entry in the queue to its end on record, whatever that end is."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import override

from tanheng.jobs.kinds import KINDS
from tanheng.jobs.models import UNDER_WAY, Job, State
from tanheng.jobs.progress import Ask, Cancelled, JobContext, Stopped, Superseded
from tanheng.jobs.queue import JOB, enter
from tanheng.people.origin import coming_from
from tanheng.people.rights import Refused
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

_log = logging.getLogger("tanheng.jobs")


def do_job(job_id: int, entry: int, *, ask: Ask | None = None, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do the job of an entry that a worker has fetched; how it ended stands in the job.

    Parameters
    ----------
    ask
        The connection by which progress is told; Django's own if not given.
    stopping
        Whether the worker has to end; then the job goes back into the queue at its next step.

    Raises
    ------
    django.db.OperationalError, psycopg.OperationalError
        When the database is away; the job is taken up again.
    """
    job = _begin(job_id, entry)
    if job is None:
        return
    context = JobContext(
        job.pk,
        job.attempts,
        requested_by=job.requested_by_id,
        organisation=job.organisation_id,
        ask=ask,
        stopping=stopping,
    )
    kind = KINDS.get(job.kind)
    try:
        # What is written down for readers of both languages is a Text; all else is English, as at the command line.
        with coming_from("job"), override("en"):
            if kind is None:
                raise LookupError(f"no kind of job is registered as {job.kind}")
            result = kind.do(context, job.arguments)
            json.dumps(result)
    except Superseded:
        return
    except Cancelled:
        _end(job, State.CANCELLED)
    except Stopped:
        _put_back(job)
    except InputRejected as rejected:
        _end(job, State.FAILED, problems=[asdict(problem) for problem in rejected.problems])
    except Refused as refused:
        _end(job, State.FAILED, problems=[asdict(Problem(refused.code, "", message=str(refused)))])
    except (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError):
        # The database went away under us: nothing of that can be written down now. Whoever looks for the dead finds
        # a job that runs without its entry, and takes it up.
        raise
    except Exception:
        number = fault_in_log(f"job {job.pk} ({job.kind})")
        _end(job, State.FAILED, fault=number)
    else:
        _end(job, State.DONE, result=result, part=1.0)


def fault_in_log(what: str) -> str:
    """Write the exception under way into the log, under a number by which a page can name it."""
    number = secrets.token_hex(4)
    _log.exception("fault %s in %s", number, what)
    return number


def note(job: Job, said: Text) -> None:
    """Tell the readers of a job what happened to it."""
    job.notes = [*job.notes, {"at": timezone.now().isoformat(), "en": said.en, "zh": said.zh}]


def _begin(job_id: int, entry: int) -> Job | None:
    """The job, now running; None where the entry is not the job's own any more."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, entry=entry, state=State.WAITING).first()
        if job is None:
            return None
        now = timezone.now()
        job.state, job.attempts, job.heard_at = State.RUNNING, job.attempts + 1, now
        job.started_at = job.started_at or now
        job.part, job.step_en, job.step_zh = 0.0, "", ""
        job.save(update_fields=["state", "attempts", "heard_at", "started_at", "part", "step_en", "step_zh"])
    return job


def _end(job: Job, state: State, **said: Any) -> None:
    """Write down how it ended, unless another try of it is under way."""
    Job.objects.filter(pk=job.pk, attempts=job.attempts, state=State.RUNNING).update(
        state=state, ended_at=timezone.now(), **said
    )


def _put_back(job: Job) -> None:
    """The worker has to end: the job goes to the next one."""
    with transaction.atomic():
        current = Job.objects.select_for_update().get(pk=job.pk)
        if current.attempts != job.attempts or current.state not in UNDER_WAY:
            return
        kind = KINDS[current.kind]
        note(current, Text("The worker was stopped; another one goes on", "工作进程已停止，将由另一个进程继续"))
        current.state, current.entry = State.WAITING, enter(JOB, kind.queue, job=current.pk)
        current.save(update_fields=["state", "entry", "notes"])
