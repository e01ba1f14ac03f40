"""Who reads studies, communities, complaints and monitors: every reading goes through one of these."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from tanheng.cases.access import NoCase
from tanheng.communities.models import Community, Complaint, Monitor, Study
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, may, reach, require
from tanheng.people.standing import acted_for, anywhere


class NoStudy(ObjectDoesNotExist):
    """There is no such study, or not for this reader."""


class NoMonitor(ObjectDoesNotExist):
    """There is no such monitor, or not for this reader."""


def access_studies(user: Actor | None) -> QuerySet[Study]:
    """Those that are public; for the authority all."""
    rows = Study.objects.order_by("-pk")
    return rows if user is not None and may(user, "noise.see", None) else rows.filter(public=True)


def access_study(user: Actor | None, digest: str) -> Study:
    """One of them; raises ``NoStudy``."""
    found = access_studies(user).filter(digest=digest).first()
    if found is None:
        raise NoStudy(digest)
    return found


def access_communities(user: Actor | None) -> QuerySet[Community]:
    """Those that one may read."""
    return Community.visible_to(user)


def access_community(user: Actor | None, key: int) -> Community:
    """One of them; raises ``NoCase``."""
    found = Community.visible_to(user).filter(pk=key).first()
    if found is None:
        raise NoCase(Community.SLUG, key)
    return found


def access_reviews(user: Actor, days: int) -> QuerySet[Community]:
    """Those with a title whose review is due within some days or should have been, the longest due first.

    Raises
    ------
    Refused
        For who does not see the bureau's applications.
    """
    require(user, "communities.see", None)
    return Community.visible_to(user).filter(Community.due_within(days)).order_by("review_due", "pk")


def access_complaints(user: Actor | None) -> QuerySet[Complaint]:
    """For the authority."""
    return Complaint.visible_to(user)


def access_complaint(user: Actor | None, key: int) -> Complaint:
    """One of them; raises ``NoCase``."""
    found = Complaint.visible_to(user).filter(pk=key).first()
    if found is None:
        raise NoCase(Complaint.SLUG, key)
    return found


def access_own_complaint(word: str) -> Complaint:
    """The one of who knows its word; raises ``NoCase``."""
    found = Complaint.objects.filter(word=word).first()
    if found is None:
        raise NoCase(Complaint.SLUG, 0)
    return found


def access_monitors(user: Actor | None) -> QuerySet[Monitor]:
    """Those that their organisation made public; one's own, and for the authority those that it supervises."""
    seen = Q(public=True)
    if user is not None:
        seen |= reach(user, "monitors.see", organisation="organisation")
    return Monitor.objects.filter(seen).select_related("organisation")


def access_monitor(user: Actor | None, key: int) -> Monitor:
    """One of them; raises ``NoMonitor``."""
    found = access_monitors(user).filter(pk=key).first()
    if found is None:
        raise NoMonitor(key)
    return found


def keepers(user: User | None) -> list[Organisation]:
    """The organisations whose monitors somebody may keep."""
    if user is None or not anywhere(user, "monitors.keep"):
        return []
    return [each for each in acted_for(user) if may(user, "monitors.keep", each)]


def applicants(user: User | None) -> list[Organisation]:
    """The organisations for which somebody may apply for a title."""
    if user is None or not anywhere(user, "communities.apply"):
        return []
    return [each for each in acted_for(user) if may(user, "communities.apply", each)]
