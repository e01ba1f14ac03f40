"""The same project in another registry, by number or by name, place and period: evidence with a score, no verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Sum

from tanheng.credits.overlaps.asked import Holder, Prepared
from tanheng.credits.overlaps.evidence import FOREIGN, Overlap, fingerprint, score_of, span
from tanheng.credits.overlaps.models import (
    ForeignIssuance,
    ForeignProject,
    ForeignRetirement,
    HolderKind,
    ImportedTable,
    Registry,
    Scope,
)
from tanheng.credits.overlaps.spelling import folded, likeness, loose
from tanheng.text import Text

# Choices of the house (docs/decisions/0028-claims.md), tried on made-up and real names: what is above is shown.
ALIKE = 0.75
ALIKE_IN_THE_SAME_PLACE = 0.5


def newest_tables(table: str) -> list[int]:
    """The files that hold now: of each registry the one taken in last."""
    rows = ImportedTable.objects.filter(table=table).values("registry").annotate(newest=Max("pk"))
    return sorted(row["newest"] for row in rows)


def overlaps_elsewhere(holder: Holder, asked: Sequence[Prepared]) -> Iterator[Overlap]:
    """Projects of other registries that a holder's claims meet; each once, by what shows it best."""
    sources = newest_tables("projects")
    if not sources or not asked:
        return
    seen: set[int] = set()
    for one in asked:
        if one.registration is None:
            continue
        registry, number = one.registration
        for row in ForeignProject.objects.filter(source__in=sources, registry=registry, number=number):
            if _days(row, one.first, one.last) is not None:
                seen.add(row.pk)
                says = Text("the number is claimed", "编号与所主张的一致")
                yield _told(holder, one, row, one.first, one.last, 1.0, True, says)
    if holder.kind == HolderKind.PROJECT:
        yield from _alike(holder, asked, sources, seen)


def _alike(holder: Holder, asked: Sequence[Prepared], sources: Sequence[int], seen: set[int]) -> Iterator[Overlap]:
    first, last = min(one.first for one in asked), max(one.last for one in asked)
    ours = folded(holder.name)
    # Where a project's own number stands beside its place, to tell two places of one name apart, it is left out.
    own = loose(holder.key)
    places = [loose(one.told).replace(own, "") for one in asked if one.scope == Scope.PLACE]
    alike: list[tuple[float, int, list[str]]] = []
    for pk, name, where, proponent in ForeignProject.objects.filter(source__in=sources, here=True).values_list(
        "pk", "folded", "where", "proponent"
    ):
        score = likeness(ours, name)
        if pk in seen or score < ALIKE_IN_THE_SAME_PLACE:
            continue
        text = loose(f"{name} {where} {proponent}")
        shared = [each for each in places if len(each) > 1 and each in text]
        if score >= ALIKE or shared:
            alike.append((score, pk, shared))
    rows = ForeignProject.objects.in_bulk([pk for _score, pk, _shared in alike])
    for score, pk, shared in sorted(alike, reverse=True):
        row = rows[pk]
        if _days(row, first, last) is None:
            continue
        says = Text(
            f"the names are alike ({score:.2f})" + (", and the place is named there" if shared else ""),
            f"名称相近({score:.2f})" + (",且该记录提到同一地点" if shared else ""),
        )
        yield _told(holder, None, row, first, last, score, False, says)


def _days(row: ForeignProject, first: date, last: date) -> tuple[date, date] | None:
    """The days in common; all of ours where the other registry tells no period; None for none."""
    begin, end = max(first, row.first or first), min(last, row.last or last)
    return (begin, end) if begin <= end else None


def _told(
    holder: Holder,
    one: Prepared | None,
    row: ForeignProject,
    first: date,
    last: date,
    score: float,
    by_number: bool,
    says: Text,
) -> Overlap:
    days = _days(row, first, last)
    assert days is not None
    key = f"{row.registry}:{row.number}"
    registry = Registry(row.registry).label
    units = _units(row)
    told = span(*days)
    period_known = row.first is not None and row.last is not None
    unknown = (
        Text("", "") if period_known else Text("; it tells no whole crediting period", ";该记录未载明完整的计入期")
    )
    issued = units["issued"]
    so_far = Text(f"; {issued} t issued there", f";该系统已签发 {issued} 吨") if issued is not None else Text("", "")
    sentence = Text(
        f"{registry} lists {row.number} {row.name}: {says.en}, {told.en}{unknown.en}{so_far.en}",
        f"{registry} 登记有 {row.number} {row.name}:{says.zh},{told.zh}{unknown.zh}{so_far.zh}",
    )
    return Overlap(
        claim=one,
        scope=Scope.REGISTRATION,
        key=key,
        told=one.told if one else holder.name,
        other_kind=FOREIGN,
        other_key=key,
        other_name=row.name,
        first=days[0],
        last=days[1],
        found_in=f"{row.registry} projects {row.source.as_of} line {row.line}",
        certain=by_number,
        own=False,
        score=score_of(score),
        sentence=sentence,
        fingerprint=fingerprint([holder.kind, holder.key], [FOREIGN, key, row.digest]),
        evidence={
            "ours": {
                "kind": holder.kind,
                "key": holder.key,
                "name": holder.name,
                "told": one.told if one else "",
                "first": first.isoformat(),
                "last": last.isoformat(),
            },
            "theirs": {
                "kind": FOREIGN,
                "key": key,
                "name": row.name,
                "proponent": row.proponent,
                "project_kind": row.kind,
                "methodology": row.methodology,
                "country": row.country,
                "where": row.where,
                "status": row.status,
                "first": row.first.isoformat() if row.first else None,
                "last": row.last.isoformat() if row.last else None,
                **units,
            },
            "days": [days[0].isoformat(), days[1].isoformat()],
            "says": {"en": says.en, "zh": says.zh},
            "file": {
                "name": row.source.file,
                "sha256": row.source.sha256,
                "as_of": row.source.as_of.isoformat(),
                "line": row.line,
            },
        },
    )


def _units(row: ForeignProject) -> Mapping[str, Any]:
    """What was issued and retired of it there, as far as its tables were taken in; None where they were not."""
    told: dict[str, Any] = {}
    # Verra tells both in one table.
    retired = ["issuances"] if row.registry == Registry.VERRA else ["retirements"]
    for name, tables, model in (("issued", ["issuances"], ForeignIssuance), ("retired", retired, ForeignRetirement)):
        newest = ImportedTable.objects.filter(table__in=tables, registry=row.registry).order_by("-pk").first()
        if newest is None:
            told[name] = None
            continue
        rows: Any = model._default_manager.filter(source=newest, project=row.number)
        total = rows.aggregate(total=Sum("quantity"))["total"]
        told[name] = format(total.normalize(), "f") if total else "0"
    return told
