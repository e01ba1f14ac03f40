"""Communities and complaints as rows of a table, to be given away as CSV: a header, then a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from tanheng.communities.community_cases import Community
from tanheng.communities.complaint_cases import Complaint
from tanheng.communities.counted import Loose

PART = 500
COMMUNITIES = (
    *("id", "name", "address", "households", "organisation", "state", "titled_on", "review_due", "ended_on"),
    *("study", "outline", "persons", "quiet_side_pct", "score"),
)
COMPLAINTS = ("number", "source", "place", "complaints_at_place", "noticed_at", "state", "text", "answer", "community")


def communities_tabled(rows: QuerySet[Community]) -> Iterator[Sequence[Any]]:
    """Those of a query; figures as they were evaluated, empty where they are not known.

    Read in parts, as they are written.
    """
    yield COMMUNITIES
    for each in rows.order_by("pk").iterator(PART):
        judged = each.judged or {}
        figures = judged.get("figures", {})
        yield (
            *(each.pk, each.name, each.address, each.households, each.organisation.name, each.state),
            *(each.titled_on, each.review_due, each.ended_on),
            *(each.study.digest if each.study else None, each.feature),
            *(figures.get(name, {}).get("value") for name in ("persons", "quiet_side")),
            judged.get("card", {}).get("score"),
        )


def complaints_tabled(rows: QuerySet[Complaint]) -> Iterator[Sequence[Any]]:
    """Those of a query, with how many there are about the same place. The word of who complained is not told.

    Read in parts, as they are written; held meanwhile is one number a place.
    """
    yield COMPLAINTS
    known = rows.annotate(where=Loose(F("place")))
    about = Complaint.objects.exclude(state="set_aside").annotate(where=Loose(F("place")))
    at_place = dict(about.order_by().values_list("where").annotate(count=Count("pk")))
    for each in known.select_related("community").order_by("pk").iterator(PART):
        noticed = timezone.localtime(each.noticed_at).isoformat(timespec="minutes")
        place = (each.place, at_place.get(each.where, 0))
        area = each.community and each.community.name
        yield (each.called, each.source, *place, noticed, each.state, each.text, each.answer, area)
