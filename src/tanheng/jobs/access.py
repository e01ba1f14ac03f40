"""What a user may see of jobs: every reading goes through one of these."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tanheng.jobs.kinds import KINDS
from tanheng.jobs.models import UNDER_WAY, Job, LastRound, State
from tanheng.people.rights import EVERY_ROW, Actor, House, may, require, require_active


def access_jobs(user: Actor) -> QuerySet[Job]:
    """One's own jobs, and everybody's for who looks after them."""
    require_active(user)
    rows = Job.objects.select_related("requested_by", "organisation")
    return rows.filter(_own(user))


def access_job(user: Actor, job: int) -> Job:
    """One job: one's own, or of a kind whose answer is everybody's who may ask for it.

    Raises
    ------
    Job.DoesNotExist
        For one that is not there, and for one that may not be seen.
    """
    require_active(user)
    shared = [
        kind.name for kind in KINDS.values() if kind.shared and (kind.right is None or may(user, kind.right, None))
    ]
    seen = _own(user) | Q(kind__in=shared, organisation=None)
    return Job.objects.select_related("requested_by", "organisation").filter(seen).get(pk=job)


def access_own_jobs(user: Actor) -> QuerySet[Job]:
    """What a user asked for and is under way, or failed and may want to be asked for again."""
    require_active(user)
    pk = getattr(user, "pk", None)
    return Job.objects.filter(requested_by=pk, state__in=[*UNDER_WAY, State.FAILED])


def access_last_rounds(user: Actor) -> QuerySet[LastRound]:
    """What the house did by itself."""
    require(user, "jobs.routines", None)
    return LastRound.objects.all()


def _own(user: Actor) -> Q:
    if isinstance(user, House) or may(user, "jobs.all", None):
        return EVERY_ROW
    return Q(requested_by=user.pk)
