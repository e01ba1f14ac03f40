"""What a person reads of itself: points, days and what they came from, mandates, everything as one document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tanheng.credits.intake.models import WorkedOut
from tanheng.credits.intake.results import not_counted, person_reductions
from tanheng.credits.points.models import GrantedDay, Mandate, Person, Redemption
from tanheng.credits.points.scheme import the_points
from tanheng.ledger.access import access_statement
from tanheng.ledger.models import Balance
from tanheng.measures.credits.library import methodologies
from tanheng.problems import InputRejected
from tanheng.text import Text

SHOWN_DAYS = 30
# Runs looked through for the days shown: each is a file. Days that only older runs know are in the export.
RUNS_READ = 8
STATEMENT_ROWS = 50


@dataclass(frozen=True)
class Holding:
    """Points that a person can use now, and those set aside for what it redeemed."""

    free: int
    set_aside: int


@dataclass(frozen=True)
class OwnDay:
    """A day by a methodology: whole grams and points, or why they are not known; ``granted`` once they are paid."""

    day: date
    methodology: str
    version: str
    reduction_g: int | None
    missing: str | None
    points: int | None
    points_missing: str | None
    granted: int | None

    @property
    def kg(self) -> float | None:
        """The reduction in kilograms."""
        return None if self.reduction_g is None else self.reduction_g / 1000


@dataclass(frozen=True)
class Movement:
    """A line of the statement: the ledger's posting, without whoever is on its other side."""

    at: datetime
    purpose: str
    points: int
    after: int


def holding(person: Person) -> Holding:
    """What the ledger says."""
    found = Balance.objects.filter(account=person.account_id, asset=the_points()).first()
    return Holding(0, 0) if found is None else Holding(found.posted - found.reserved, found.reserved)


def mandates_of(person: Person) -> Sequence[Mandate]:
    """All that the person gave, those that stand first."""
    rows = person.mandates.select_related("application__organisation").order_by("-since")
    return sorted(rows, key=lambda each: each.withdrawn_at is not None)


def days_of(person: Person, first: date, last: date) -> list[OwnDay]:
    """The days as the latest run about each says them, with what was granted; the newest first.

    What was granted is there also where no run says it any more.
    """
    found: dict[tuple[date, str], OwnDay] = {}
    paid = {
        (row.day, row.methodology): row
        for row in GrantedDay.objects.filter(person=person, day__gte=first, day__lte=last)
    }
    for run in WorkedOut.objects.filter(first__lte=last, last__gte=first).order_by("-pk")[:RUNS_READ]:
        for each in _readable(run, person, first, last):
            granted = paid.get((each.day, each.methodology))
            found.setdefault(
                (each.day, each.methodology),
                OwnDay(
                    each.day, each.methodology, each.version, each.reduction_g, each.missing, each.points,
                    each.points_missing, granted.points if granted is not None else None,
                ),
            )  # fmt: skip
    for key, row in paid.items():
        own = OwnDay(row.day, row.methodology, row.version, row.reduction_g, None, row.points, None, row.points)
        found.setdefault(key, own)
    return sorted(found.values(), key=lambda each: (each.day, each.methodology), reverse=True)


def latest_days(person: Person) -> list[OwnDay]:
    """Those of the last thirty days in Beijing."""
    today = (timezone.now() + timedelta(hours=8)).date()
    return days_of(person, today - timedelta(SHOWN_DAYS - 1), today)


def set_aside_events(person: Person, day: date) -> list[dict[str, Any]]:
    """The person's events of a day that did not count, with the reason and what stands instead."""
    run = WorkedOut.objects.filter(first__lte=day, last__gte=day).order_by("-pk").first()
    if run is None:
        return []
    try:
        return not_counted(run, person=str(person.pseudonym), day=day)
    except InputRejected:
        return []


def names_of_methodologies() -> dict[str, Text]:
    """What the methodologies are called, of every version the same."""
    return {each.id: each.names for each in methodologies()}


def statement_of(person: Person) -> list[Movement]:
    """The latest postings of the person's account, the newest first."""
    asset = the_points()
    if asset is None:
        return []
    rows = access_statement(person.account, asset.pk).order_by("-at", "-transfer_id")[:STATEMENT_ROWS]
    return [Movement(row.at, row.transfer.purpose, row.quantity, row.balance_after) for row in rows]


def redemptions_of(person: Person) -> Sequence[Redemption]:
    """What the person redeemed, the newest first."""
    return list(person.redemptions.select_related("good").order_by("-pk")[:STATEMENT_ROWS])


def everything_of(person: Person) -> dict[str, Any]:
    """All that is kept of the person, as one document (个人信息保护法 Art. 45: a person may have a copy)."""
    asset = the_points()
    postings = access_statement(person.account, asset.pk).order_by("at", "transfer_id") if asset is not None else []
    return {
        "pseudonym": str(person.pseudonym),
        "enrolled_at": person.enrolled_at.isoformat(),
        "account": person.account.number,
        "points": {"free": holding(person).free, "set_aside": holding(person).set_aside},
        "mandates": [
            {
                "application": each.application.called,
                "reference": each.reference,
                "since": each.since.isoformat(),
                "withdrawn_at": each.withdrawn_at.isoformat() if each.withdrawn_at else None,
            }
            for each in mandates_of(person)
        ],
        "days_granted": [
            {
                "day": str(row.day),
                "methodology": row.methodology,
                "version": row.version,
                "reduction_g": row.reduction_g,
                "points": row.points,
            }
            for row in GrantedDay.objects.filter(person=person).order_by("day", "methodology")
        ],
        "statement": [
            {"at": row.at.isoformat(), "what": row.transfer.purpose, "points": row.quantity, "after": row.balance_after}
            for row in postings
        ],
        "redemptions": [
            {
                "number": str(row.number),
                "at": row.at.isoformat(),
                "good": row.good.name_zh,
                "quantity": row.quantity,
                "points": row.points,
                "state": row.state,
            }
            for row in person.redemptions.select_related("good").order_by("pk")
        ],
    }


def _readable(run: WorkedOut, person: Person, first: date, last: date) -> Iterator[Any]:
    # A run whose files are gone says nothing more; what it granted stands in the books.
    try:
        yield from person_reductions(run, person=str(person.pseudonym), first=first, last=last)
    except InputRejected:
        return
