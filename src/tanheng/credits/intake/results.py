"""Reading what was worked out: person-days of a run, what a later run changed, and why a day came to what it did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tanheng.credits.intake.keeping import runs_folder
from tanheng.credits.intake.models import WorkedOut
from tanheng.credits.intake.working_out import EVIDENCE, MANIFEST, RESULTS
from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.cells import text

_ROWS = 50_000
_COLUMNS = "person, day, methodology, version, reduction_g, missing, points, points_missing"


@dataclass(frozen=True)
class PersonDay:
    """What a person's day came to by a methodology: whole grams and points, or what is missing."""

    person: str
    day: date
    methodology: str
    version: str
    reduction_g: int | None
    missing: str | None
    points: int | None
    points_missing: str | None


@dataclass(frozen=True)
class Change:
    """A person-day that a run says otherwise than the latest run before it about that day; None where unknown."""

    person: str
    day: date
    methodology: str
    reduction_g_before: int | None
    reduction_g: int | None
    points_before: int | None
    points: int | None


def folder_of(run: WorkedOut) -> Path:
    """Where the files of a run lie.

    Raises
    ------
    InputRejected
        ``intake.E040`` where they are gone.
    """
    folder = runs_folder() / run.address
    if not (folder / MANIFEST).is_file():
        raise InputRejected([Problem("intake.E040", run.address[:16], message="the files of this run are gone")])
    return folder


def manifest_of(run: WorkedOut) -> dict[str, Any]:
    """What the run says of itself, known to be what is on record.

    Raises
    ------
    InputRejected
        ``intake.E040`` where it is gone, ``E041`` where it is another one.
    """
    content = (folder_of(run) / MANIFEST).read_bytes()
    if hashlib.sha256(content).hexdigest() != run.address:
        raise _changed(run)
    found: dict[str, Any] = json.loads(content)
    return found


def require_whole(run: WorkedOut) -> None:
    """Go on only where the results are those on record, to the byte; for whoever grants something on them.

    Raises
    ------
    InputRejected
        ``intake.E040``, ``E041``.
    """
    manifest = manifest_of(run)
    for name, digest in manifest["files"].items():
        with (folder_of(run) / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise _changed(run)


def person_reductions(
    run: WorkedOut, *, person: str | None = None, first: date | None = None, last: date | None = None
) -> Iterator[PersonDay]:
    """The person-days of a run in the order of person and day, some thousand at a time."""
    conditions, values = ["true"], []
    for condition, value in (("person = ?", person), ("day >= ?", first), ("day <= ?", last)):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    query = f"SELECT {_COLUMNS} FROM {_table(run)} WHERE {' AND '.join(conditions)} ORDER BY person, day, methodology"
    for row in _rows(query, values):
        yield PersonDay(*row)


def standing_before(run: WorkedOut) -> list[WorkedOut]:
    """Earlier runs about some of its days, the latest first."""
    earlier = WorkedOut.objects.filter(pk__lt=run.pk, first__lte=run.last, last__gte=run.first)
    return list(earlier.order_by("-pk"))


def changes(run: WorkedOut) -> Iterator[Change]:
    """The person-days that a run says otherwise than what stood before it; all of them where nothing did.

    What was paid for a day stays paid: who grants for a run pays the difference to what the day was paid, and each
    person, day and methodology once.
    """
    own = f"SELECT person, day, methodology, reduction_g, points FROM {_table(run)}"
    before = _standing(run)
    for row in _rows(
        f"SELECT person, day, methodology, b.reduction_g, o.reduction_g, b.points, o.points FROM ({own}) o "
        f"FULL JOIN ({before}) b USING (person, day, methodology) "
        "WHERE o.reduction_g IS DISTINCT FROM b.reduction_g OR o.points IS DISTINCT FROM b.points "
        "ORDER BY person, day, methodology",
        [],
    ):
        yield Change(*row)


def _standing(run: WorkedOut) -> str:
    """For each day the rows of the latest earlier run about it."""
    parts, taken = [], "false"
    for earlier in standing_before(run):
        days = f"day BETWEEN DATE '{max(earlier.first, run.first)}' AND DATE '{min(earlier.last, run.last)}'"
        parts.append(
            "SELECT person, day, methodology, reduction_g, points "
            f"FROM {_table(earlier)} WHERE {days} AND NOT ({taken})"
        )
        taken = f"{taken} OR {days}"
    nothing = "SELECT NULL::VARCHAR AS person, NULL::DATE AS day, NULL::VARCHAR AS methodology, "
    nothing += "NULL::BIGINT AS reduction_g, NULL::BIGINT AS points WHERE false"
    return " UNION ALL ".join(parts or [nothing])


def not_counted(
    run: WorkedOut, *, person: str | None = None, day: date | None = None, most: int = 200
) -> list[dict[str, Any]]:
    """Events that did not count, beside what stands instead: the evidence."""
    conditions, values = ["true"], []
    for condition, value in (("person = ?", person), ("day = ?", day)):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    source = f"read_parquet({text(str(folder_of(run) / EVIDENCE))})"
    with duckdb.connect() as connection:
        order = "ORDER BY reason = 'overlap' DESC, person, \"at\", batch, line"
        found = connection.execute(
            f"SELECT * FROM {source} WHERE {' AND '.join(conditions)} {order} LIMIT {int(most)}", values
        )
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _table(run: WorkedOut) -> str:
    return f"read_parquet({text(str(folder_of(run) / RESULTS))})"


def _rows(query: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        found = connection.execute(query, values)
        while rows := found.fetchmany(_ROWS):
            yield from rows


def _changed(run: WorkedOut) -> InputRejected:
    said = "the files of this run are not those on record"
    return InputRejected([Problem("intake.E041", run.address[:16], message=said)])
