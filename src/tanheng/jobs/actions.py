"""All that can be done with jobs, by verb; every one goes through the door of ``people``."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.jobs.kinds import Arguments, Kind, kind_of
from tanheng.jobs.models import UNDER_WAY, Job, State
from tanheng.jobs.queue import JOB, enter, withdraw
from tanheng.people.door import OWN, door
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, may, require
from tanheng.people.values import refused_value


def do_start_job(
    kind: str, arguments: dict[str, Any], *, acting_user: Actor, organisation: Organisation | None = None
) -> Job:
    """Ask for a job; where the same one is under way already, that one is the answer.

    Job, entry of the queue and audit row are made in one transaction.

    Raises
    ------
    InputRejected
        When there is no such kind, or the arguments are not as it wants them.
    Refused
        Without the kind's right.
    """
    found = kind_of(kind)
    if found.right is not None:
        require(acting_user, found.right, organisation)
    given = found.checked(arguments, acting_user, organisation) if found.checked else arguments
    same = _same(found, given, acting_user, organisation)
    for _try in range(3):
        standing = Job.objects.filter(same=same, state__in=UNDER_WAY).first()
        if standing is not None:
            return standing
        try:
            return _start(found, given, same, acting_user, organisation)
        except IntegrityError:
            # Of two clicks at once the other one was first: now it is there, unless it has ended already.
            continue
    raise refused_value("jobs.E002", "job", "kind", kind, _("is asked for too often at once"))


def do_cancel_job(job_id: int, *, acting_user: Actor) -> Job:
    """Cancel a job: at once if it waits, at its next step if it runs.

    Raises
    ------
    Job.DoesNotExist
        When there is none for this user.
    InputRejected
        When it has ended, or is somebody else's.
    """
    from tanheng.jobs.access import access_job

    seen = access_job(acting_user, job_id)
    own = isinstance(acting_user, User) and seen.requested_by_id == acting_user.pk
    with door("jobs.cancel", None, acting_user=acting_user, right=OWN if own else "jobs.all") as doing:
        job = Job.objects.select_for_update().get(pk=seen.pk)
        if not job.under_way:
            raise refused_value("jobs.E003", "job", "state", job.state, _("has ended; there is nothing to cancel"))
        before = job.state
        if job.state == State.WAITING:
            if job.entry is not None:
                withdraw(job.entry)
            job.state, job.ended_at = State.CANCELLED, timezone.now()
        job.cancel_asked = True
        job.save(update_fields=["state", "ended_at", "cancel_asked"])
        doing.changed(
            f"job {job.pk}",
            old={"state": before},
            new={"state": str(job.state), "cancel": True},
            organisation=job.organisation,
        )
    return job


def may_cancel(user: Actor, job: Job) -> bool:
    """Whether a user may cancel this job, as it stands."""
    own = isinstance(user, User) and job.requested_by_id == user.pk
    return job.under_way and not job.cancel_asked and (own or may(user, "jobs.all", None))


def _start(kind: Kind, given: Arguments, same: str, acting_user: Actor, organisation: Organisation | None) -> Job:
    right = kind.right or OWN
    with door("jobs.start", organisation, acting_user=acting_user, right=right) as doing:
        job = Job.objects.create(
            kind=kind.name,
            arguments=given,
            same=same,
            requested_by=acting_user if isinstance(acting_user, User) else None,
            organisation=organisation,
        )
        job.entry = enter(JOB, kind.queue, job=job.pk)
        job.save(update_fields=["entry"])
        doing.changed(f"job {job.pk}", new={"kind": kind.name, "arguments": given})
    job.refresh_from_db()
    return job


def _same(kind: Kind, given: Arguments, actor: Actor, organisation: Organisation | None) -> str:
    """What two jobs have in common that are one: kind and arguments, and who asks unless the answer is everybody's."""
    who = "" if kind.shared or not isinstance(actor, User) else str(actor.pk)
    whole = json.dumps(
        [kind.name, given, organisation.pk if organisation else None, who], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(whole.encode()).hexdigest()
