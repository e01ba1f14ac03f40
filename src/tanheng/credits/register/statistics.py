"""Public figures of the register: issued, retired, points; by year, vintage and project. From the ledger alone.

What happened in a year is the difference of two balances, each one look into an index, however many transfers there
were. What is left of a vintage is a sum over its blocks, worked out at most each ``KEPT_S`` seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.cache import cache
from django.db import connection

from tanheng.credits.projects.access import access_projects
from tanheng.ledger.models import AssetKind

KEPT_S = 600
KEY = "credits-statistics-2"
PROJECTS_SHOWN = 200


@dataclass(frozen=True)
class Year:
    """What came and went of an asset in a year. Of points ``ended`` is what was used or lapsed."""

    asset: str
    kind: str
    year: int
    issued: int
    retired: int
    corrected: int = 0


@dataclass(frozen=True)
class OfBatch:
    """What was issued for a project in a vintage, and how much of it is retired."""

    asset: str
    vintage: int | None
    label: str
    issued: int
    retired: int
    corrected: int = 0


@dataclass(frozen=True)
class Sum:
    """A total of several."""

    vintage: int | None
    label: str
    issued: int
    retired: int
    year: int = 0


@dataclass(frozen=True)
class Statistics:
    """All of it, at a moment."""

    at: datetime
    years: Sequence[Year]
    batches: Sequence[OfBatch]
    projects: int
    methodologies: Mapping[str, str] = field(default_factory=dict)

    def credit_years(self) -> list[Sum]:
        """All credits together, each year."""
        return _summed((Sum(None, "", row.issued, row.retired, row.year) for row in self.credits()), "year")

    def credits(self) -> list[Year]:
        """The years of credits."""
        return [row for row in self.years if row.kind == AssetKind.CREDIT]

    def points(self) -> list[Year]:
        """The years of points."""
        return [row for row in self.years if row.kind == AssetKind.POINTS]

    def vintages(self) -> list[Sum]:
        """All credits together, each vintage."""
        return _summed((Sum(row.vintage, "", row.issued, row.retired) for row in self.batches), "vintage")

    def by_project(self) -> list[Sum]:
        """Each project by its number, the largest first."""
        rows = _summed((Sum(None, row.label, row.issued, row.retired) for row in self.batches), "label")
        return sorted(rows, key=lambda row: (-row.issued, row.label))[:PROJECTS_SHOWN]

    def by_methodology(self) -> list[Sum]:
        """Each methodology, of the projects whose methodology is known."""
        known = self.methodologies
        rows = (Sum(None, known[row.label], row.issued, row.retired) for row in self.batches if row.label in known)
        return sorted(_summed(rows, "label"), key=lambda row: (-row.issued, row.label))

    @property
    def issued(self) -> int:
        """Of all credits."""
        return sum(row.issued for row in self.credits())

    @property
    def retired(self) -> int:
        """Of all credits."""
        return sum(row.retired for row in self.credits())

    @property
    def corrected(self) -> int:
        """Units that came back because they stood for no reduction."""
        return sum(row.corrected for row in self.credits())

    @property
    def points_given(self) -> int:
        """Of all points."""
        return sum(row.issued for row in self.points())

    @property
    def points_ended(self) -> int:
        """Used or lapsed."""
        return sum(row.retired for row in self.points())


# The first posting of an account says from which year on; then the balance at the end of each.
_YEARS = """
WITH ends AS (
    SELECT a.id AS asset_id, a.code, a.kind, c.id AS account_id, c.type_id, f.first
    FROM ledger_asset a JOIN ledger_account c ON c.issues_id = a.id OR (c.type_id = 'retirement' AND c.owner_id IS NULL)
    CROSS JOIN LATERAL (
        SELECT extract(year FROM p.at AT TIME ZONE 'Asia/Shanghai')::int AS first FROM ledger_posting p
        WHERE p.account_id = c.id AND p.asset_id = a.id ORDER BY p.at, p.transfer_id LIMIT 1) f
    WHERE a.kind IN ('credit', 'points')),
after AS (
    SELECT e.*, y.year, b.balance_after
    FROM ends e
    CROSS JOIN LATERAL generate_series(e.first, extract(year FROM now() AT TIME ZONE 'Asia/Shanghai')::int) AS y (year)
    CROSS JOIN LATERAL (
        SELECT p.balance_after FROM ledger_posting p
        WHERE p.account_id = e.account_id AND p.asset_id = e.asset_id
          AND p.at < make_timestamptz(y.year + 1, 1, 1, 0, 0, 0, 'Asia/Shanghai')
        ORDER BY p.at DESC, p.transfer_id DESC LIMIT 1) b),
moved AS (
    SELECT code, kind, type_id, year, balance_after
           - coalesce(lag(balance_after) OVER (PARTITION BY account_id, asset_id ORDER BY year), 0) AS quantity
    FROM after),
corrected AS (
    SELECT a.code, extract(year FROM t.at AT TIME ZONE 'Asia/Shanghai')::int AS year, sum(t.quantity) AS quantity
    FROM credit_projects_return r JOIN ledger_transfer t ON t.id = r.transfer_id
    JOIN ledger_asset a ON a.id = t.asset_id GROUP BY 1, 2)
SELECT m.code, m.kind, m.year, -coalesce(sum(m.quantity) FILTER (WHERE m.type_id = 'issuance'), 0)::bigint,
       (coalesce(sum(m.quantity) FILTER (WHERE m.type_id = 'retirement'), 0) - coalesce(max(c.quantity), 0))::bigint,
       coalesce(max(c.quantity), 0)::bigint
FROM moved m LEFT JOIN corrected c ON c.code = m.code AND c.year = m.year
GROUP BY m.code, m.kind, m.year ORDER BY m.year, m.code
"""
# Units that came back for a correction are out of circulation as retired ones are, and nobody's reduction.
_BATCHES = """
SELECT a.code, b.vintage, coalesce(b.label, ''), s.issued, s.retired - s.corrected, s.corrected
FROM (
    SELECT k.asset_id, k.batch_id, sum(upper(k.serials) - lower(k.serials))::bigint AS issued,
           coalesce(sum(upper(k.serials) - lower(k.serials)) FILTER (WHERE c.type_id = 'retirement'), 0)::bigint
               AS retired,
           coalesce(sum(upper(k.serials) - lower(k.serials)) FILTER (WHERE r.id IS NOT NULL), 0)::bigint AS corrected
    FROM ledger_block k JOIN ledger_account c ON c.id = k.account_id
    LEFT JOIN credit_projects_return r ON r.transfer_id = k.arrived AND c.type_id = 'retirement'
    GROUP BY k.asset_id, k.batch_id) s
JOIN ledger_asset a ON a.id = s.asset_id LEFT JOIN ledger_batch b ON b.id = s.batch_id
WHERE a.kind = 'credit' ORDER BY 1, 2, 3
"""


def statistics() -> Statistics:
    """The figures, as they were at most ``KEPT_S`` seconds ago."""
    kept = cache.get(KEY)
    if isinstance(kept, Statistics):
        return kept
    found = count()
    cache.set(KEY, found, KEPT_S)
    return found


def count() -> Statistics:
    """The figures as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(_YEARS)
        years = [Year(*row) for row in cursor.fetchall()]
        cursor.execute(_BATCHES)
        batches = [OfBatch(*row) for row in cursor.fetchall()]
    labels = {row.label for row in batches if row.label}
    known = access_projects(None).filter(number__in=labels).values_list("number", "methodology")
    return Statistics(datetime.now(UTC), years, batches, len(labels), dict(known))


def _summed(rows: object, by: str) -> list[Sum]:
    sums: dict[object, Sum] = {}
    for row in rows:  # type: ignore[attr-defined]
        key = getattr(row, by)
        before = sums.get(key)
        if before is not None:
            row = Sum(row.vintage, row.label, row.issued + before.issued, row.retired + before.retired, row.year)
        sums[key] = row
    return sorted(sums.values(), key=lambda each: (each.year, each.vintage or 0, each.label))
