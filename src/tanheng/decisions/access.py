"""Who reads which decisions: every reading goes through one of these."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

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


def about_of(user: User, organisations: Iterable[int]) -> QuerySet[PublishedDecision]:
    """What stands about organisations that one acts for, the newest first."""
    return access_decisions(user).filter(about__in=organisations, withdrawal__isnull=True).order_by("-pk")
