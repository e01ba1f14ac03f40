"""Who reads which decisions: every reading goes through one of these."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tanheng.database.prepared import prepared_cursor
from tanheng.decisions.models import PublishedDecision
from tanheng.decisions.rights import PUBLISH
from tanheng.people.models import Approval, ApprovalState, User
from tanheng.people.rights import reach


def access_decisions(user: User | None) -> QuerySet[PublishedDecision]:
    """The public register for anybody; beside it what is about organisations that one acts for or supervises."""
    seen = Q(public=True)
    if user is not None:
        seen |= reach(user, "decisions.see", organisation="about")
    return PublishedDecision.objects.filter(seen).select_related("about", "withdrawal")


def access_decision(user: User | None, decision: int) -> PublishedDecision:
    """One of them, with who made it.

    Raises
    ------
    PublishedDecision.DoesNotExist
        When it is not there, or not for this user.
    """
    people = ("published_by", "second_by", "withdrawal__withdrawn_by", "withdrawal__second_by")
    return access_decisions(user).select_related(*people).get(pk=decision)


def standing_of(city: str, measure: str) -> dict[str, PublishedDecision]:
    """The decisions of a part that stand on record, by id, from whichever run; for who may publish."""
    rows = PublishedDecision.objects.filter(city=city, measure=measure, withdrawal__isnull=True)
    return {row.decision: row for row in rows}


def asked_of(run: str, measure: str) -> dict[str, int]:
    """The proposals of a run's part that wait for a second person: the request by decision; for who may publish."""
    waiting = Approval.objects.filter(
        action=PUBLISH, state=ApprovalState.PENDING, payload__run=run, payload__measure=measure
    )
    return {one["id"]: each.pk for each in waiting for one in each.payload["decisions"]}


# Both in one statement: it is asked for on a home page, whose statements are few.
_SETTLED = """
SELECT p.measure, p.decision FROM decisions_publisheddecision p
WHERE p.city = %s AND NOT EXISTS (SELECT 1 FROM decisions_withdrawndecision w WHERE w.decision_id = p.id)
UNION ALL
SELECT a.payload ->> 'measure', asked ->> 'id'
FROM people_approval a CROSS JOIN jsonb_array_elements(a.payload -> 'decisions') AS asked
WHERE a.action = %s AND a.state = 'pending' AND a.payload ->> 'run' = %s
"""


def settled_of(city: str, run: str) -> dict[str, set[str]]:
    """The decisions that nobody has to look at any more: on record or waiting for a second person, by part."""
    settled: dict[str, set[str]] = {}
    with prepared_cursor() as cursor:
        cursor.execute(_SETTLED, [city, PUBLISH, run])
        for measure, decision in cursor.fetchall():
            settled.setdefault(measure, set()).add(decision)
    return settled


def about_of(user: User, organisations: Iterable[int]) -> QuerySet[PublishedDecision]:
    """What stands about organisations that one acts for, the newest first."""
    return access_decisions(user).filter(about__in=organisations, withdrawal__isnull=True).order_by("-pk")
