"""What a user may see of submissions: every reading goes through one of these."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, reach
from tanheng.submissions.models import OPEN, State, Submission


def access_submissions(user: Actor) -> QuerySet[Submission]:
    """Those of one's own organisation, and those under one's supervision."""
    seen = reach(user, "tables.see", organisation="organisation")
    return Submission.objects.filter(seen).select_related("organisation", "submitted_by", "decided_by")


def access_submission(user: Actor, submission: int) -> Submission:
    """One of them.

    Raises
    ------
    Submission.DoesNotExist
        For one that is not there, and for one that may not be seen.
    """
    return access_submissions(user).get(pk=submission)


def access_senders(user: Actor) -> QuerySet[Organisation]:
    """The organisations for which one may hand in tables."""
    return Organisation.objects.filter(reach(user, "tables.submit"), is_active=True).order_by("pk")


def access_to_do(user: Actor) -> QuerySet[Submission]:
    """What waits for one's decision, and what one's organisation sent and has to go on with.

    That is faulty, without faults and not handed in, or refused and not answered; all in one statement.
    """
    decides = Q(reach(user, "tables.take", organisation="organisation"), state=State.WAITING)
    open_still = Q(state__in=(State.FAULTY, State.CLEAN)) | Q(state=State.REFUSED, replaced_by=None)
    sent = Q(reach(user, "tables.submit", organisation="organisation"), open_still)
    return Submission.objects.filter(decides | sent).select_related("organisation")


def still_open(organisation: Organisation) -> QuerySet[Submission]:
    """What an organisation sent and that is not done with."""
    return Submission.objects.filter(Q(state__in=OPEN), organisation=organisation)
