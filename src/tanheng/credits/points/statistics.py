"""What all persons together got, used and lost, as the ledger has it. Sums only: fit for anybody's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from tanheng.credits.points.models import Erasure, Gathering, Granting, Mandate, Person
from tanheng.credits.points.scheme import the_points
from tanheng.ledger.models import Balance

# A figure about so few persons could tell what one of them did; it is not shown (own rule, not the law's).
FEWEST = 5


@dataclass(frozen=True)
class OfMethodology:
    """The days of persons credited by a methodology, those of who was erased since among them."""

    methodology: str
    days: int
    reduction_g: int
    points: int


@dataclass(frozen=True)
class OfMonth:
    """Points granted in a calendar month."""

    month: date
    points: int
    reduction_g: int


@dataclass(frozen=True)
class OfApplication:
    """Persons whose mandate stands; None where they are so few that the figure could tell who."""

    application: str
    persons: int | None


@dataclass(frozen=True)
class Statistics:
    """In points; ``granted`` is what the ledger issued, and held + reserved + cancelled + lapsed come to it."""

    persons: int
    erased: int
    granted: int
    held: int
    set_aside: int
    cancelled: int
    lapsed: int
    methodologies: Sequence[OfMethodology]
    months: Sequence[OfMonth]
    applications: Sequence[OfApplication]

    @property
    def adds_up(self) -> bool:
        """Whether no point is missing and none is there twice."""
        return self.granted == self.held + self.set_aside + self.cancelled + self.lapsed


def statistics() -> Statistics:
    """All of it: no statement reads the rows of persons' days."""
    asset = the_points()
    balances: dict[str, Any] = {}
    granted = ended = 0
    if asset is not None:
        balances = Balance.objects.filter(asset=asset, account__type="points").aggregate(
            posted=Sum("posted"), reserved=Sum("reserved")
        )
        issued = Balance.objects.filter(asset=asset, issuing=True).values_list("posted", flat=True).first()
        retired = Balance.objects.filter(asset=asset, account__type="retirement").aggregate(posted=Sum("posted"))
        granted, ended = -int(issued or 0), int(retired["posted"] or 0)
    held, reserved = int(balances.get("posted") or 0), int(balances.get("reserved") or 0)
    cancelled = int(Gathering.objects.aggregate(points=Sum("points"))["points"] or 0)
    return Statistics(
        persons=Person.objects.count(),
        erased=Erasure.objects.count(),
        granted=granted,
        held=held - reserved,
        set_aside=reserved,
        cancelled=cancelled,
        lapsed=ended - cancelled,
        methodologies=_methodologies(),
        months=_months(),
        applications=_applications(),
    )


_OF_METHODOLOGIES = """
SELECT part.key, sum((part.value ->> 'days')::bigint), sum((part.value ->> 'reduction_g')::bigint),
       sum((part.value ->> 'points')::bigint)
FROM credit_points_granting CROSS JOIN LATERAL jsonb_each(parts) AS part GROUP BY 1 ORDER BY 1
"""


def _methodologies() -> list[OfMethodology]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_METHODOLOGIES)
        rows = cursor.fetchall()
    return [OfMethodology(name, *map(int, sums)) for name, *sums in rows if sums[0] >= FEWEST]


def _months() -> list[OfMonth]:
    rows = Granting.objects.annotate(month=TruncMonth("at")).values("month")
    rows = rows.annotate(total=Sum("points"), grams=Sum("reduction_g")).order_by("month")
    return [OfMonth(row["month"].date(), int(row["total"]), int(row["grams"])) for row in rows]


def _applications() -> list[OfApplication]:
    rows = Mandate.objects.filter(withdrawn_at=None).values("application__name").annotate(persons=Count("pk"))
    return [
        OfApplication(row["application__name"], row["persons"] if row["persons"] >= FEWEST else None)
        for row in rows.order_by("application__name")
    ]
