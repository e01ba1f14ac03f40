"""Claiming what reductions rest on: each thing and day for one holder, or for nobody.

    holder = Holder("project", "SZPH-2026-000001", "Bus line 300 goes electric", organisation=owner)
    claims = [ClaimIn("device", "INV-0001", date(2026, 1, 1), date(2035, 12, 31))]

    do_look_for(holder, claims, acting_user=user)    keeps what is found, with its evidence, for the bureau to decide
    do_claim(holder, claims, acting_user=user)       all of them, or InputRejected with every overlap and its evidence
    do_release(holder, "withdrawn", acting_user=user)

What was found and two persons of the bureau said to be none (``FoundOverlap``, step ``accept``) does not stand in the
way any more. Rights are those of the caller's own step: these functions are called within its door.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.cases.taking import Taken, begin, take
from tanheng.credits.overlaps.asked import ClaimIn, Holder, Prepared, Stage, prepared
from tanheng.credits.overlaps.evidence import Overlap
from tanheng.credits.overlaps.models import Claim, FoundOverlap
from tanheng.credits.overlaps.searching import overlaps_of
from tanheng.people.door import OWN, door
from tanheng.people.models import User
from tanheng.people.rights import Actor
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem
from tanheng.web.templatetags.page import said

__all__ = [
    "ClaimIn",
    "Holder",
    "Overlap",
    "Stage",
    "do_accept_overlap",
    "do_claim",
    "do_look_for",
    "do_release",
    "find_overlaps",
]


def find_overlaps(holder: Holder, claims: Sequence[ClaimIn], *, stage: str = Stage.REGISTRATION) -> list[Overlap]:
    """Everything that meets what somebody is about to claim, decided or not; the surest first. Changes nothing.

    Looked for: live claims of others with the same device, beneficiary and activity, or registration; places that
    have an area in common; the holder's own claims of the same stage; projects of other registries by number, and by
    name, place and period.

    Raises
    ------
    InputRejected
        ``overlaps.E001`` for each claim that cannot be one.
    """
    return overlaps_of(holder, prepared(holder, claims, stage))


def do_look_for(
    holder: Holder, claims: Sequence[ClaimIn], *, acting_user: Actor, stage: str = Stage.REGISTRATION
) -> tuple[FoundOverlap, ...]:
    """Look for overlaps and keep each as a case with its evidence, for the bureau; what is kept already stays as it is.

    Raises
    ------
    InputRejected
        As ``find_overlaps``.
    """
    found = [each for each in find_overlaps(holder, claims, stage=stage) if not each.own]
    with transaction.atomic():
        return tuple(_kept(each) or _keep(holder, each, acting_user) for each in found)


def do_claim(
    holder: Holder, claims: Sequence[ClaimIn], *, acting_user: Actor, stage: str = Stage.REGISTRATION
) -> tuple[Claim, ...]:
    """Claim all of it, or nothing.

    Raises
    ------
    InputRejected
        ``overlaps.E001`` for each claim that cannot be one; ``overlaps.E002`` for each that somebody else has,
        ``overlaps.E003`` for each that looks the same and nobody has decided, ``overlaps.E004`` for each that the
        holder claimed before; each with whose, which days, and where it was found.
    """
    asked = prepared(holder, claims, stage)
    with door("credits.claim", holder.organisation, right=OWN, acting_user=acting_user) as doing:
        _one_after_the_other()
        refused, apart = _decided(holder, asked)
        if refused:
            raise InputRejected(refused)
        rows = []
        # In one order for all: whoever writes claims by another way waits for us, and does not lock up with us.
        for one in sorted(asked, key=lambda each: (each.scope, each.key, each.first)):
            row = _row(holder, one, apart.get(one, 0), acting_user)
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError:
                # Somebody was faster by another way: now it stands, and that is what to say.
                again, _apart = _decided(holder, [one])
                if not again:
                    raise
                raise InputRejected(again) from None
            doing.changed(
                f"claim {row.pk}",
                new={
                    "holder": f"{holder.kind} {holder.key}",
                    "scope": one.scope,
                    "key": one.told,
                    "first": one.first.isoformat(),
                    "last": one.last.isoformat(),
                    "stage": one.stage,
                },
            )
            rows.append(row)
    return tuple(rows)


def do_release(
    holder: Holder,
    reason: str,
    *,
    acting_user: Actor,
    stage: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> int:
    """Release the live claims of a holder, or those of a stage that lie within a span; says how many.

    Raises
    ------
    InputRejected
        ``overlaps.E005`` without a reason.
    """
    if not reason.strip():
        raise refused_value("overlaps.E005", "claim", "reason", None, _("is empty"))
    rows = Claim.objects.filter(holder_kind=holder.kind, holder_key=holder.key, released_at__isnull=True)
    if stage is not None:
        rows = rows.filter(stage=stage)
    if first is not None and last is not None:
        rows = rows.filter(during__contained_by=_days(first, last))
    found = list(rows.order_by("pk"))
    if not found:
        return 0
    with door("credits.release_claim", holder.organisation, right=OWN, acting_user=acting_user) as doing:
        for row in Claim.objects.select_for_update().filter(pk__in=[each.pk for each in found]).order_by("pk"):
            if row.released_at is not None:
                continue
            row.released_at, row.released_why = timezone.now(), reason.strip()[:2000]
            row.save(update_fields=["released_at", "released_why"])
            doing.changed(f"claim {row.pk}", old={"released": False}, new={"released": True, "reason": reason.strip()})
        if not doing.changes:
            doing.changed(f"claims of {holder.kind} {holder.key}", new={"released": 0})
    return len(found)


def do_accept_overlap(found: FoundOverlap, compared: str, reason: str, *, acting_user: Actor) -> Taken:
    """Say that an overlap is none; done when a second person of the bureau confirms.

    Raises
    ------
    Refused
        Without the right.
    InputRejected
        When it is not said what was compared, or the finding is accepted already.
    """
    return take(found, "accept", acting_user=acting_user, reason=reason, given={"compared": compared})


def _one_after_the_other() -> None:
    """Of two who claim at once the second looks when the first is done: likeness and places are no constraint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('credit_overlaps_claim', 28))")


def _decided(holder: Holder, asked: Sequence[Prepared]) -> tuple[list[Problem], dict[Prepared, int]]:
    """What stands in the way; and of what was found to be another thing, the finding, by which claims stand apart."""
    refused: list[Problem] = []
    apart: dict[Prepared, int] = {}
    for each in overlaps_of(holder, asked):
        kept = None if each.own else _kept(each)
        if kept is None or kept.state != "accepted":
            refused.append(_problem(holder, each, kept))
        elif each.claim is not None:
            # The two of one finding stand apart from each other as well.
            side = 1 if (kept.holder_kind, kept.holder_key) == (holder.kind, holder.key) else -1
            apart[each.claim] = side * kept.pk
    return refused, apart


def _kept(overlap: Overlap) -> FoundOverlap | None:
    """What is on record about an overlap, for all of its days; the newest."""
    return (
        FoundOverlap.objects.filter(
            fingerprint=overlap.fingerprint, during__contains=_days(overlap.first, overlap.last)
        )
        .order_by("-pk")
        .first()
    )


def _keep(holder: Holder, overlap: Overlap, acting_user: Actor) -> FoundOverlap:
    row = FoundOverlap(
        fingerprint=overlap.fingerprint,
        during=_days(overlap.first, overlap.last),
        holder_kind=holder.kind,
        holder_key=holder.key,
        holder_name=holder.name,
        scope=overlap.scope,
        key=overlap.key,
        other_kind=overlap.other_kind,
        other_key=overlap.other_key,
        other_name=overlap.other_name[:300],
        found_in=overlap.found_in,
        score=overlap.score,
        evidence=dict(overlap.evidence),
    )
    # For the bureau's auditors: a holder's own do not learn from it who else claims what.
    with door("cases.step", None, right=OWN, acting_user=acting_user) as doing:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            # Found by two at the same moment: then the other's is the record.
            other = _kept(overlap)
            if other is None:
                raise
            doing.changed(f"overlaps {other.pk}", new={"found": "again"})
            return other
        row = FoundOverlap.objects.get(pk=row.pk)
        begin(row, acting_user=acting_user)
        doing.changed(f"overlaps {row.pk}", new={"holder": holder.key, "other": overlap.other_key, "scope": row.scope})
    return row


def _problem(holder: Holder, overlap: Overlap, kept: FoundOverlap | None) -> Problem:
    code = "overlaps.E004" if overlap.own else "overlaps.E002" if overlap.certain else "overlaps.E003"
    if overlap.own:
        hint = _("A day is claimed once at each stage; correct what was issued before.")
    elif kept is None:
        hint = _("Look for overlaps first: each is then kept as a finding that the bureau decides about.")
    elif kept.state == "confirmed":
        hint = _("The bureau found that it is claimed twice: finding %d.") % kept.pk
    else:
        hint = _("The bureau has to decide about it first: finding %d.") % kept.pk
    return Problem(
        code, holder.key, column=overlap.scope, value=overlap.told, message=said(overlap.sentence), hint=hint
    )


def _row(holder: Holder, one: Prepared, apart: int, acting_user: Actor) -> Claim:
    west, south, east, north = one.bounds or (None, None, None, None)
    return Claim(
        holder_kind=holder.kind,
        holder_key=holder.key,
        holder_name=holder.name,
        organisation=holder.organisation,
        stage=one.stage,
        scope=one.scope,
        told=one.told,
        key=one.key,
        loose=one.loose,
        activity=one.activity,
        during=_days(one.first, one.last),
        quantity=one.quantity,
        unit=one.unit,
        place=one.place,
        west=west,
        south=south,
        east=east,
        north=north,
        apart=apart,
        claimed_by=acting_user if isinstance(acting_user, User) else None,
    )


def _days(first: date, last: date) -> DateRange:
    return DateRange(first, date.fromordinal(last.toordinal() + 1))
