"""A person is forgotten: every file that names the pseudonym is written anew with another that is nobody's.

The record of a batch keeps the hash of what was taken, which is in the log, and beside it stands the hash of what is
there now. Totals do not change, and what is worked out later comes to the same.

    asked (one transaction with whoever asks) ──job──> new files ──> on record ──> old files gone ──> pseudonym gone
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tanheng.credits.intake.current import digests_now, files_change
from tanheng.credits.intake.keeping import file_of, keep, runs_folder, write_for_good
from tanheng.credits.intake.models import Batch, Forgetting, Rewritten, WorkedOut
from tanheng.credits.intake.working_out import EVIDENCE, RESULTS
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.kinds import Arguments, Kind, Result, register
from tanheng.jobs.progress import JobContext
from tanheng.people.door import door
from tanheng.people.rights import HOUSE, Actor
from tanheng.text import Text

KIND, RIGHT = "credits_forget", "applications.decide"
_ORDER = {RESULTS: "person, day, methodology, version", EVIDENCE: 'person, "at", batch, line'}


def do_forget_person(person: UUID, *, acting_user: Actor) -> Forgetting:
    """Have a person forgotten: within the transaction of whoever asks, done by a job afterwards.

    Events of the person that come later have to be refused by mandates (``mandates``).

    Raises
    ------
    Refused
        Without the right ``applications.decide``; the house has it for a person who asks for it.
    """
    with door("credits.forget", None, right=RIGHT, acting_user=acting_user) as doing:
        asked = Forgetting.objects.create(person=person)
        # Neither the job nor the audit trail names the person: both are kept for ever.
        doing.changed(f"forgetting {asked.pk}", new={"asked": True})
        do_start_job(KIND, {"forgetting": asked.pk}, acting_user=HOUSE)
    return asked


def forget(asked: Forgetting) -> int:
    """Write every file anew that names the person; says how many. Begun again it ends the same."""
    with files_change():
        return _forgotten(asked)


def _forgotten(asked: Forgetting) -> int:
    asked.refresh_from_db()
    if asked.person is None:
        return asked.files
    person, stand_in = str(asked.person), str(asked.stand_in)
    written = 0
    for before, batches in _batches_naming(person):
        after = keep(_without(file_of(before), person, stand_in))
        with transaction.atomic():
            for batch in batches:
                Rewritten.objects.create(forgetting=asked, batch_id=batch, before=before, after=after)
        written += 1
    _take_away(asked)
    for run, name in _results_naming(person):
        place = runs_folder() / run.address / name
        content = _sorted_without(place, person, stand_in, _ORDER[name])
        Rewritten.objects.create(
            forgetting=asked,
            working=run,
            name=name,
            before=_digest(place.read_bytes()),
            after=_digest(content),
        )
        write_for_good(place, content)
        written += 1
    with door("credits.forget", None, right=RIGHT, acting_user=HOUSE) as doing:
        asked.person, asked.done_at, asked.files = None, timezone.now(), asked.files + written
        asked.save(update_fields=["person", "done_at", "files"])
        doing.changed(f"forgetting {asked.pk}", new={"done": True, "files": asked.files})
    return asked.files


def declare() -> None:
    """Have the jobs know of it."""
    register(Kind(KIND, gettext_lazy("Forgetting a person"), _do, right=RIGHT))


def _do(context: JobContext, given: Arguments) -> Result:
    context.tell(Text("Looking through the files", "查找并改写文件"), 0.0)
    return {"files": forget(Forgetting.objects.get(pk=given["forgetting"]))}


def _batches_naming(person: str) -> list[tuple[str, list[int]]]:
    """The files of batches in which the person is named, with the batches that each is of."""
    rows = Batch.objects.exclude(file_digest="").values_list("pk", "file_digest")
    by_digest: dict[str, list[int]] = {}
    for batch, digest in digests_now(dict(rows)).items():
        by_digest.setdefault(digest, []).append(batch)
    files = {str(file_of(digest)): digest for digest in by_digest}
    if not files:
        return []
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        found = connection.execute(
            "SELECT DISTINCT filename FROM read_parquet(?, filename = true) WHERE person = ? ORDER BY 1",
            [list(files), person],
        ).fetchall()
    return [(files[name], by_digest[files[name]]) for (name,) in found]


def _results_naming(person: str) -> Iterator[tuple[WorkedOut, str]]:
    for run in WorkedOut.objects.order_by("pk"):
        for name in (RESULTS, EVIDENCE):
            place = runs_folder() / run.address / name
            if place.is_file() and pq.read_table(place, columns=["person"], filters=[("person", "=", person)]).num_rows:
                yield run, name


def _without(place: Path, person: str, stand_in: str) -> pa.Table:
    table = pq.read_table(place)
    column = table.column("person")
    compute: Any = pc
    changed = compute.if_else(compute.equal(column, person), stand_in, column)
    return table.set_column(table.schema.get_field_index("person"), "person", changed)


def _sorted_without(place: Path, person: str, stand_in: str, order: str) -> pa.Buffer:
    changed = _without(place, person, stand_in)
    with duckdb.connect(config={"memory_limit": "4GB"}) as connection:
        connection.register("changed", changed)
        table = connection.sql(f"SELECT * FROM changed ORDER BY {order}").to_arrow_table()
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _take_away(asked: Forgetting) -> None:
    """Files that were replaced and that no batch stands on any more; also those that a crash left behind."""
    current = set(digests_now(dict(Batch.objects.exclude(file_digest="").values_list("pk", "file_digest"))).values())
    for before in asked.rewritten.filter(batch__isnull=False).values_list("before", flat=True):
        if before not in current:
            file_of(before).unlink(missing_ok=True)
    for folder in {file_of(digest).parent for digest in current}:
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _digest(content: bytes | pa.Buffer) -> str:
    return hashlib.sha256(content).hexdigest()
