"""From batches to reductions and points of person-days, with everything that is needed to check or repeat it.

    worked_out/ADDRESS/credited.parquet      person, day, methodology, version, grams, points, what is missing
    worked_out/ADDRESS/not_counted.parquet   what was sent twice or told by two applications, beside what stands
    worked_out/ADDRESS/manifest.json         days, batches, methodologies, counts, totals, hashes

ADDRESS is the hash of the manifest, in which no clock stands: the same events give the same address.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection as books
from django.db import transaction
from django.utils.translation import gettext as _

from tanheng.credits.intake.gathering import evidence, gather, opened_for
from tanheng.credits.intake.keeping import file_of, runs_folder
from tanheng.credits.intake.models import Application, Batch, WorkedOut
from tanheng.credits.intake.scenes import spans_of
from tanheng.measures.credits.crediting import Credited, Total, credit, opened
from tanheng.measures.credits.event_files import Span
from tanheng.people.door import door
from tanheng.people.models import User
from tanheng.people.rights import Actor
from tanheng.people.values import refused_value
from tanheng.text import Text
from tanheng.warehouse.cells import text

RESULTS, EVIDENCE, MANIFEST = "credited.parquet", "not_counted.parquet", "manifest.json"
COUNTS = ("connected", "withdrawn")
"""The applications whose events count: of one that is suspended, or was ended by the bureau, none do."""

Tell = Callable[[Text, float], None]


@dataclass(frozen=True)
class Sources:
    """The batches that a run reads: the file of each, by its number, and the scenes of their applications."""

    files: Mapping[int, Path]
    digests: Mapping[int, str]
    scenes: frozenset[str]
    sent_twice: int  # events of batches whose file another batch has brought already


def work_out(first: date, last: date, *, acting_user: Actor, tell: Tell) -> WorkedOut:
    """Work out the days from ``first`` to ``last``; where the same was worked out before, that stands.

    Raises
    ------
    InputRejected
        ``intake.E031`` where no application has sent events that count, ``E032`` where no methodology of their scenes
        holds on any of the days.
    """
    tell(Text("Looking up what was sent", "汇总已接收的批次"), 0.0)
    sources = _sources()
    if not sources.files:
        raise refused_value(
            "intake.E031", "events", "first", str(first), _("no application has sent events that count")
        )
    spans = spans_of(sources.scenes, first, last)
    if not spans:
        message = _("no published methodology of these scenes is in force on any of the days: %s")
        scenes = ", ".join(sorted(sources.scenes))
        raise refused_value("intake.E032", "events", "first", str(first), message % scenes)
    runs_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=runs_folder()))
    try:
        manifest = _made(making, sources, spans, first, last, tell)
        address = _finished(making, manifest)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return _recorded(address, manifest, acting_user)


def _sources() -> Sources:
    with transaction.atomic(), books.cursor() as cursor:
        # Whoever is writing a batch at this moment is waited for: every number below the last one is on record then.
        cursor.execute("LOCK TABLE credit_intake_batch IN SHARE MODE")
        rows = list(
            Batch.objects.filter(sandbox=False, taken__gt=0, application__state__in=COUNTS)
            .order_by("pk")
            .values_list("pk", "file_digest", "taken")
        )
    scenes = Application.objects.filter(state__in=COUNTS).values_list("scenes", flat=True)
    digests: dict[int, str] = {}
    seen: set[str] = set()
    again = 0
    for pk, digest, taken in rows:
        if digest in seen:
            again += taken
            continue
        seen.add(digest)
        digests[pk] = digest
    files = {pk: file_of(digest) for pk, digest in digests.items()}
    return Sources(files, digests, frozenset(scene for own in scenes for scene in own), again)


def _made(
    folder: Path,
    sources: Sources,
    spans: Sequence[Span],
    first: date,
    last: date,
    tell: Tell,
) -> dict[str, Any]:
    events = folder / "events"
    events.mkdir()
    tell(Text("Laying the batches side by side", "比对各批次数据"), 0.1)
    connection, scratch = opened_for(sources.files)
    try:
        back = max(span.methodology.days_back for span in spans)
        gathered = gather(connection, first, last, back, events / "events.parquet")
        connection.execute(
            f"COPY ({evidence(first - timedelta(back), last)}) TO {text(str(folder / EVIDENCE))} (FORMAT parquet)"
        )
    finally:
        connection.close()
        scratch.close()
    tell(Text("Working out reductions and points", "计算减排量和积分"), 0.5)
    with opened(events) as crediting:
        credited = credit(crediting, spans)
        totals = [_total(each) for each in credited.totals()]
        counts = _counts(credited, gathered.sent, gathered.not_counted, sources.sent_twice)
        credited.write(folder / RESULTS)
    shutil.rmtree(events)
    tell(Text("Writing it down", "保存结果"), 0.9)
    return {
        "first": str(first),
        "last": str(last),
        "batches": {str(pk): digest for pk, digest in sources.digests.items()},
        "methodologies": [_methodology(span) for span in spans],
        "counts": counts,
        "totals": totals,
        "files": {name: _digest(folder / name) for name in (RESULTS, EVIDENCE)},
    }


def _counts(credited: Credited, sent: int, aside: Mapping[str, int], sent_twice: int) -> dict[str, Any]:
    intake = credited.intake
    return {
        "sent": sent,
        "not_counted": dict(aside),
        "whole_batches_again": sent_twice,
        "read": intake.read,
        "counted": intake.counted,
        "refused": {each.reason: each.events for each in intake.refused},
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "methodology": total.methodology.id,
        "version": total.methodology.version,
        "person_days": total.person_days,
        "persons": total.persons,
        "reduction_g": total.reduction_g,
        "points": total.points,
        "undetermined": dict(total.undetermined),
        "points_undetermined": dict(total.points_undetermined),
    }


def _methodology(span: Span) -> dict[str, Any]:
    own = span.methodology
    return {
        "id": own.id,
        "version": own.version,
        "digest": own.digest,
        "first": str(span.first),
        "last": str(span.last),
    }


def _finished(folder: Path, manifest: Mapping[str, Any]) -> str:
    """The folder under its address, there for good."""
    content = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    address = hashlib.sha256(content).hexdigest()
    (folder / MANIFEST).write_bytes(content)
    for path in (*folder.iterdir(), folder):
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
    place = runs_folder() / address
    if not place.is_dir():
        folder.chmod(0o700)
        folder.rename(place)
    return address


def _recorded(address: str, manifest: Mapping[str, Any], acting_user: Actor) -> WorkedOut:
    known = WorkedOut.objects.filter(address=address).first()
    if known is not None:
        return known
    with door("credits.work_out", None, acting_user=acting_user) as doing:
        found, _new = WorkedOut.objects.get_or_create(
            address=address,
            defaults={
                "first": date.fromisoformat(manifest["first"]),
                "last": date.fromisoformat(manifest["last"]),
                "up_to": max(map(int, manifest["batches"])),
                "methodologies": manifest["methodologies"],
                "counts": manifest["counts"],
                "totals": manifest["totals"],
                "results_digest": manifest["files"][RESULTS],
                "by": acting_user if isinstance(acting_user, User) else None,
            },
        )
        doing.changed(
            f"working out {found.pk}", new={"first": str(found.first), "last": str(found.last), "address": address}
        )
    found.refresh_from_db()
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
