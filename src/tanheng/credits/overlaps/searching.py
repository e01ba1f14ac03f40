"""Looking for what meets a claim: here, in place, and in the tables of other registries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from tanheng.credits.overlaps import geometry
from tanheng.credits.overlaps.asked import Holder, Prepared
from tanheng.credits.overlaps.evidence import Overlap, fingerprint, score_of, span
from tanheng.credits.overlaps.foreign_search import overlaps_elsewhere
from tanheng.credits.overlaps.models import Claim, Scope
from tanheng.credits.overlaps.spelling import likeness
from tanheng.text import Text

_NAMES = {
    Scope.DEVICE: Text("device", "设备"),
    Scope.PLACE: Text("place", "地点"),
    Scope.BENEFICIARY: Text("beneficiary", "受益人"),
    Scope.REGISTRATION: Text("number in another registry", "其他登记系统编号"),
}


def overlaps_of(holder: Holder, asked: Sequence[Prepared]) -> list[Overlap]:
    """Everything that meets what is asked for; the surest first."""
    found = [*_overlaps_here(holder, asked), *overlaps_elsewhere(holder, asked)]
    return sorted(found, key=lambda each: (not each.certain, -each.score, each.first, each.other_key, each.key))


def _overlaps_here(holder: Holder, asked: Sequence[Prepared]) -> Iterator[Overlap]:
    if not asked:
        return
    first, last = min(one.first for one in asked), max(one.last for one in asked)
    live = Claim.objects.filter(released_at__isnull=True, during__overlap=(first, last + timedelta(days=1)))
    named = Q(pk__in=[])
    for scope in {one.scope for one in asked}:
        named |= Q(scope=scope, loose__in=sorted({one.loose for one in asked if one.scope == scope}))
    by_name: dict[tuple[str, str], list[Claim]] = {}
    for row in live.filter(named).order_by("pk"):
        by_name.setdefault((row.scope, row.loose), []).append(row)
    for one in asked:
        met = {row.pk for row in by_name.get((one.scope, one.loose), ()) if _is_met(holder, one, row)}
        for row in by_name.get((one.scope, one.loose), ()):
            if row.pk in met:
                yield _told(holder, one, row, None)
        if one.bounds is not None:
            for row, common in _in_the_same_place(holder, one, live):
                if row.pk not in met:
                    yield _told(holder, one, row, common)


def _is_met(holder: Holder, one: Prepared, row: Claim) -> bool:
    own = _is_own(holder, row)
    if not _days_meet(one, row):
        return False
    if own:
        return row.stage == one.stage and row.key == one.key
    if one.scope == Scope.PLACE and one.place and row.place and row.key == one.key:
        # Two that have a name in common and lie apart by their maps are not the same place.
        return bool(geometry.meeting(one.place, [row.place]))
    return True


def _in_the_same_place(holder: Holder, one: Prepared, live: Any) -> Iterator[tuple[Claim, geometry.Common]]:
    assert one.bounds is not None and one.place is not None
    west, south, east, north = one.bounds
    slack = 0.001
    near = [
        row
        for row in live.filter(
            scope=Scope.PLACE,
            west__lte=east + slack,
            east__gte=west - slack,
            south__lte=north + slack,
            north__gte=south - slack,
        ).order_by("pk")
        if _days_meet(one, row) and not _is_own(holder, row) and _may_be_the_same_activity(one, row)
    ]
    for index, common in geometry.meeting(one.place, [row.place for row in near]):
        yield near[index], common


def _may_be_the_same_activity(one: Prepared, row: Claim) -> bool:
    """A hectare of forest and a bicycle on the path through it are two activities; who tells none may mean any."""
    return not one.activity or not row.activity or one.activity == row.activity


def _is_own(holder: Holder, row: Claim) -> bool:
    return (row.holder_kind, row.holder_key) == (holder.kind, holder.key)


def _days_meet(one: Prepared, row: Claim) -> bool:
    return bool(row.during.lower <= one.last and one.first < row.during.upper)


def _told(holder: Holder, one: Prepared, row: Claim, common: geometry.Common | None) -> Overlap:
    theirs = row.during.upper - timedelta(days=1)
    first, last = max(one.first, row.during.lower), min(one.last, theirs)
    certain = common is None and one.key == row.key and one.scope != Scope.PLACE
    alike = 1.0 if one.key == row.key else likeness(one.key, row.key)
    score = common.score if common is not None else alike
    days = span(first, last)
    what = _in_common(one, row, common)
    sentence = Text(
        f"{row.holder_kind} {row.holder_key} ({row.holder_name}) has claimed the {what.en}, {days.en}",
        f"{row.holder_key}({row.holder_name})已主张{what.zh},{days.zh}",
    )
    evidence: dict[str, Any] = {
        "ours": _side(
            holder.kind, holder.key, holder.name, one.told, one.activity, one.first, one.last, one.quantity, one.unit
        ),
        "theirs": {
            **_side(
                row.holder_kind,
                row.holder_key,
                row.holder_name,
                row.told,
                row.activity,
                row.during.lower,
                theirs,
                row.quantity,
                row.unit,
            ),
            "claim": row.pk,
            "claimed": row.at.date().isoformat(),
            "stage": row.stage,
        },
        "days": [first.isoformat(), last.isoformat()],
        "says": {"en": what.en, "zh": what.zh},
    }
    if common is not None:
        evidence["place"] = {
            "area_m2": round(common.area_m2, 1),
            "share_of_smaller": None if common.share is None else round(common.share, 4),
            "distance_m": round(common.distance_m, 1),
            "ours": one.place,
            "theirs": row.place,
        }
    return Overlap(
        claim=one,
        scope=one.scope,
        key=one.key,
        told=one.told,
        other_kind=row.holder_kind,
        other_key=row.holder_key,
        other_name=row.holder_name,
        first=first,
        last=last,
        found_in="claims",
        certain=certain,
        own=_is_own(holder, row),
        score=score_of(score),
        sentence=sentence,
        fingerprint=fingerprint(
            [holder.kind, holder.key, one.scope, one.key, geometry.digest(one.place)],
            [row.holder_kind, row.holder_key, row.scope, row.key, geometry.digest(row.place)],
        ),
        evidence=evidence,
    )


def _in_common(one: Prepared, row: Claim, common: geometry.Common | None) -> Text:
    name = _NAMES[Scope(one.scope)]
    if common is None and one.key == row.key:
        return Text(f"same {name.en} {row.told}", f"同一{name.zh} {row.told}")
    if common is None:
        return Text(f"{name.en} {row.told}, spelt alike", f"写法相近的{name.zh} {row.told}")
    if common.share is None:
        return Text(
            f"place {row.told}, {common.distance_m:.0f} m away", f"地点 {row.told},相距 {common.distance_m:.0f} 米"
        )
    return Text(
        f"place {row.told}, {common.area_m2:,.0f} m2 in common, {common.share:.0%} of the smaller one",
        f"地点 {row.told},重叠面积 {common.area_m2:,.0f} 平方米,占较小一方的 {common.share:.0%}",
    )


def _side(
    kind: str, key: str, name: str, told: str, activity: str, first: date, last: date, quantity: Any, unit: str
) -> Mapping[str, Any]:
    return {
        "kind": kind,
        "key": key,
        "name": name,
        "told": told,
        "activity": activity,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "quantity": None if quantity is None else format(quantity.normalize(), "f"),
        "unit": unit,
    }
