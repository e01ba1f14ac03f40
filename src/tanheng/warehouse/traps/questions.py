"""The questions that caught rows raise: one for rows that are doubtful for one reason."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.text import Text
from tanheng.warehouse.cells import quote
from tanheng.warehouse.files import Reading
from tanheng.warehouse.queries import keep, rows_of
from tanheng.warehouse.relations import lines_of
from tanheng.warehouse.schema import Table, Trap
from tanheng.warehouse.traps.hunt import Hunt
from tanheng.warehouse.traps.wording import First, plain, question_about


@dataclass(frozen=True)
class RowQuestion:
    """A question about one row, or about rows that are doubtful for one reason.

    ``file``, ``line`` and ``key`` are those of the first of its ``rows``; ``key`` reads
    ``facility_id=F1;month=2022-05-01``. ``subject`` is who can answer, e.g. ``facility:F1``.
    """

    id: str
    trap: str
    table: str
    subject: str
    file: str
    line: int
    key: str
    column: str | None
    value: str | None
    expected: str | None
    rows: int
    asks: Text


def ask(hunt: Hunt, traps: Sequence[Trap], readings: Sequence[Reading]) -> list[RowQuestion]:
    """Put every part of what was caught into words, and write the question's id beside its rows."""
    found = rows_of(
        hunt.connection,
        "SELECT trap, part, count(*) AS rows, min(moment) AS first_at, max(moment) AS last_at, "
        "min({'file': _file, 'row': _row}) AS place, "
        "arg_min({'key': key, 'doubted': doubted, 'value': value, 'expected': expected, 'detail': detail}, "
        "{'file': _file, 'row': _row}) AS first "
        f"FROM {hunt.caught} GROUP BY trap, part ORDER BY trap, part",
    )
    places = {(item["file"], item["row"]) for place in found for item in [place["place"]]}
    others = [_other_row(item["first"]["detail"]) for item in found]
    lines = lines_of(readings, places | {other for other in others if other is not None})
    questions = []
    for item, other in zip(found, others, strict=True):
        file, row = item["place"]["file"], item["place"]["row"]
        first = First(
            table=hunt.table,
            trap=traps[item["trap"]],
            reading=readings[file],
            line=lines[file, row],
            rows=item["rows"],
            first_at=item["first_at"],
            last_at=item["last_at"],
            other_place=f"{readings[other[0]].file.name} line {lines[other]}" if other else "",
            **item["first"],
        )
        questions.append(_question(first))
    kept = f"files.{quote(f'{hunt.table.name}#ids')}"
    keep(
        hunt.connection,
        kept,
        {
            "trap": ("INTEGER", [item["trap"] for item in found]),
            "part": ("BIGINT", [item["part"] for item in found]),
            "id": ("VARCHAR", [question.id for question in questions]),
        },
    )
    hunt.connection.execute(
        f"UPDATE {hunt.caught} AS c SET question = i.id FROM {kept} AS i WHERE c.trap = i.trap AND c.part = i.part"
    )
    hunt.connection.execute(f"DROP TABLE {kept}")
    return questions


def _other_row(detail: str | None) -> tuple[int, int] | None:
    """The row of which another is a copy, where the detail names one: ``0:17`` or ``0:17:alike``."""
    parts = (detail or "").split(":")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else None


def _question(first: First) -> RowQuestion:
    # Of what the row says, and not of where it stands: a question keeps its id when other rows come and go.
    detail = "" if first.other_place else first.detail or ""
    identity = "|".join((first.trap.kind, first.table.name, first.key_text, first.doubted or "", detail))
    return RowQuestion(
        id="Q-" + hashlib.sha256(identity.encode()).hexdigest()[:12],
        trap=first.trap.kind,
        table=first.table.name,
        subject=subject_of(first.table, first.key),
        file=first.reading.file.name,
        line=first.line,
        key=first.key_text,
        column=first.doubted,
        value=None if first.value is None else plain(first.value),
        expected=None if first.expected is None else plain(first.expected),
        rows=first.rows,
        asks=question_about(first),
    )


def subject_of(table: Table, key: Sequence[str]) -> str:
    """Who can answer: the thing that the first identifier of the key names."""
    for name, value in zip(table.key, key, strict=True):
        if name.endswith("_id"):
            return f"{name.removesuffix('_id')}:{value}"
    return f"{table.name}:{';'.join(key)}"
