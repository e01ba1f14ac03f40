"""What is counted of the quiet city: titles, for anybody; places that people complain about, for the authority.

Only a title that stands counts. Persons are those of outlines in studies: a community that was evaluated by a whole
study would bring everybody else who lives there, and one outline counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import CharField, Count, F, Func, Max, Min, Q, Sum
from django.utils import timezone

from tanheng.communities.access import access_complaints
from tanheng.communities.community_cases import STANDING, Community
from tanheng.people.rights import Actor

DAYS = (30, 90, 365)


@dataclass(frozen=True)
class Statistics:
    """Counts of communities; ``persons`` live in the ``outlined`` of those titled, ``with_quiet_side`` of them in homes
    of which a side is quiet. None: nobody knows it of any."""

    applied: int
    waiting: int
    refused: int
    withdrawn: int
    titled: int
    ended: int
    overdue: int
    households: int
    outlined: int
    persons: float | None
    known_sides: float | None
    with_quiet_side: float | None

    @property
    def quiet_side_pct(self) -> float | None:
        """Share of the persons of whom it is known; percent."""
        if self.with_quiet_side is None or self.known_sides is None:
            return None
        return 100.0 * self.with_quiet_side / self.known_sides


def title_statistics() -> Statistics:
    """Of all communities; what is not public is counted and not told."""
    standing = Q(state__in=STANDING)
    counts = Community.objects.aggregate(
        applied=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=("applied", "evaluated"))),
        refused=Count("pk", filter=Q(state="refused")),
        withdrawn=Count("pk", filter=Q(state="withdrawn")),
        titled=Count("pk", filter=standing),
        ended=Count("pk", filter=Q(state="ended")),
        overdue=Count("pk", filter=standing & Q(review_due__lt=timezone.localdate())),
        households=Sum("households", filter=standing, default=0),
    )
    figures = {
        (study, feature): (persons, quiet)
        for study, feature, persons, quiet in Community.objects.filter(standing)
        .exclude(feature="")
        .order_by("titled_on", "pk")
        .values_list("study", "feature", "judged__figures__persons__value", "judged__figures__quiet_side__value")
    }
    lived_in = [(float(persons), quiet) for persons, quiet in figures.values() if persons is not None]
    sides = [(persons, float(quiet)) for persons, quiet in lived_in if quiet is not None]
    known = sum(persons for persons, _quiet in sides)
    return Statistics(
        **counts,
        outlined=len(lived_in),
        persons=sum(persons for persons, _quiet in lived_in) if lived_in else None,
        known_sides=known if known > 0 else None,
        with_quiet_side=sum(persons * quiet / 100.0 for persons, quiet in sides) if known > 0 else None,
    )


class Loose(Func):
    """A place as people write it: wide or narrow signs, large or small letters and blanks make no other place."""

    template = "regexp_replace(lower(normalize(%(expressions)s, NFKC)), '\\s', '', 'g')"
    output_field = CharField()


def complaint_places(user: Actor | None, days: int | None = None) -> list[Mapping[str, Any]]:
    """Places by the number of complaints, the most first; of the last days, or of all time.

    What was set aside (no noise, or said twice) does not count.
    """
    rows = access_complaints(user).exclude(state="set_aside")
    if days is not None:
        rows = rows.filter(noticed_at__gte=timezone.now() - timedelta(days=days))
    found = (
        rows.annotate(where=Loose(F("place")))
        .values("where")
        .annotate(
            complaints=Count("pk"),
            open=Count("pk", filter=~Q(state="answered")),
            **{
                source: Count("pk", filter=Q(source=source))
                for source in ("traffic", "construction", "industry", "social")
            },
            named=Min("place"),
            first=Min("noticed_at"),
            latest=Max("noticed_at"),
        )
        .order_by("-complaints", "-latest", "where")
    )
    return list(found)
