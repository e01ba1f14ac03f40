"""What all persons together got, used and lost, as the ledger has it. Sums only: fit for anybody's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count

from tanheng.credits.points.models import Mandate
from tanheng.credits.points.scheme import the_points
from tanheng.ledger.models import Asset

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

    @property
    def adds_up(self) -> bool:
        """Whether no point is missing and none is there twice."""
        return self.granted == self.held + self.set_aside + self.cancelled + self.lapsed


_FIGURES = """
SELECT (SELECT count(*) FROM credit_points_person), (SELECT count(*) FROM credit_points_erasure),
       coalesce((SELECT -sum(posted) FROM ledger_balance WHERE asset_id = %(asset)s AND issuing), 0),
       coalesce(held.posted, 0), coalesce(held.reserved, 0),
       coalesce((SELECT sum(points) FROM credit_points_gathering), 0),
       coalesce((SELECT sum(b.posted) FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
                 WHERE b.asset_id = %(asset)s AND a.type_id = 'retirement'), 0)
FROM (SELECT sum(b.posted) AS posted, sum(b.reserved) AS reserved FROM ledger_balance b
      JOIN ledger_account a ON a.id = b.account_id WHERE b.asset_id = %(asset)s AND a.type_id = 'points') AS held
"""


def statistics(asset: Asset | None = None) -> Statistics:
    """All of it, in two statements: no statement reads the rows of persons' days.

    Parameters
    ----------
    asset
        The points, for who has looked them up already.
    """
    asset = asset or the_points()
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"asset": asset.pk if asset is not None else None})
        persons, erased, granted, held, reserved, cancelled, ended = map(int, cursor.fetchone())
    methodologies, months = _parts()
    return Statistics(
        persons=persons,
        erased=erased,
        granted=granted,
        held=held - reserved,
        set_aside=reserved,
        cancelled=cancelled,
        lapsed=ended - cancelled,
        methodologies=methodologies,
        months=months,
    )


_PARTS = """
SELECT true, part.key, sum((part.value ->> 'days')::bigint), sum((part.value ->> 'reduction_g')::bigint),
       sum((part.value ->> 'points')::bigint)
FROM credit_points_granting CROSS JOIN LATERAL jsonb_each(parts) AS part GROUP BY 2
UNION ALL
SELECT false, to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-01'), sum(days), sum(reduction_g), sum(points)
FROM credit_points_granting GROUP BY 2
ORDER BY 1, 2
"""


def _parts() -> tuple[list[OfMethodology], list[OfMonth]]:
    with connection.cursor() as cursor:
        cursor.execute(_PARTS)
        rows = cursor.fetchall()
    methodologies = [
        OfMethodology(name, int(days), int(grams), int(points))
        for is_methodology, name, days, grams, points in rows
        if is_methodology and days >= FEWEST
    ]
    months = [
        OfMonth(date.fromisoformat(name), int(points), int(grams))
        for is_methodology, name, _days, grams, points in rows
        if not is_methodology
    ]
    return methodologies, months


def persons_of_applications() -> list[OfApplication]:
    """How many persons gave each application the mandate."""
    rows = Mandate.objects.filter(withdrawn_at=None).values("application__name").annotate(persons=Count("pk"))
    return [
        OfApplication(row["application__name"], row["persons"] if row["persons"] >= FEWEST else None)
        for row in rows.order_by("application__name")
    ]
