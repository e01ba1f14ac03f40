"""Points from a run: each day of a person by a methodology once, one transfer of the ledger for each person.

    results of a run ──by person, some thousand at a time──> a transaction each: granting, transfers, days

Left out, and counted by reason: who is not enrolled, days without a mandate, days granted before, days whose points
are unknown. A run that is granted again picks up what it left out, and pays nothing twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import duckdb
from django.db import connection
from django.utils.translation import gettext as _

from tanheng.credits.intake.models import WorkedOut
from tanheng.credits.intake.results import folder_of, require_whole
from tanheng.credits.intake.working_out import RESULTS
from tanheng.credits.points.models import Granting
from tanheng.credits.points.scheme import the_points_or_say
from tanheng.ledger.actions import Row, do_transfer_batch
from tanheng.ledger.models import Asset
from tanheng.ledger.requests import BATCH_MOST
from tanheng.ledger.results import Code
from tanheng.people.door import door
from tanheng.people.rights import HOUSE, Actor, require
from tanheng.people.values import refused_value
from tanheng.text import Text
from tanheng.warehouse.cells import text

RIGHT = "credits.work_out"
# A person has at most one transfer a granting, and these go to the ledger in one batch.
PERSONS_AT_ONCE = 5_000
assert PERSONS_AT_ONCE <= BATCH_MOST

LEFT_OUT_WORDS = {
    "unknown": Text("not enrolled, or erased", "未登记或已注销"),
    "no_mandate": Text("no mandate on that day", "当日无授权"),
    "granted_before": Text("granted before", "此前已发放"),
    "differs": Text("granted before with other points, which stand", "此前已按其他数额发放,维持原数额"),
    "no_points": Text("points unknown", "积分无法确定"),
    "malformed": Text("no pseudonym of this platform", "不是本平台的化名"),
    "nothing": Text("less than one point in all", "合计不足一分"),
}


@dataclass
class Outcome:
    """What became of a run's days: the grantings, and what was left out, by reason (``LEFT_OUT_WORDS``)."""

    grantings: list[Granting] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """All that was granted."""
        return sum(each.points for each in self.grantings)


@dataclass(frozen=True)
class _Day:
    person: UUID
    day: date
    methodology: str
    version: str
    reduction_g: int
    points: int


def do_grant_points(run: str, results: Path, *, acting_user: Actor) -> Outcome:
    """Grant the points of a run.

    Parameters
    ----------
    run
        How the run is called, for ever.
    results
        Its Parquet file: person, day, methodology, version, reduction_g, points, points_missing.

    Raises
    ------
    InputRejected
        ``points.E020`` where no day of the run has points, with the reasons: as long as the rate of exchange is not
        set, nothing is granted; ``points.E010`` and ``points.E012`` where the points themselves are not in order.
    """
    require(acting_user, RIGHT, None)
    asset = the_points_or_say()
    outcome = Outcome()
    with duckdb.connect() as database:
        source = f"read_parquet({text(str(results))})"
        outcome.reasons = _reasons(database, source)
        [(known, unknown)] = database.execute(
            f"SELECT count(points), count(*) - count(points) FROM {source}"
        ).fetchall()
        if not known:
            raise refused_value("points.E020", "run", "points", run, _nothing(outcome.reasons))
        outcome.left_out["no_points"] += unknown
        digest = hashlib.sha256(results.read_bytes()).hexdigest()
        for days in _by_person(database, source, outcome.left_out):
            _grant(run, digest, asset, days, outcome, acting_user)
    return outcome


def do_grant_run(run: WorkedOut, *, acting_user: Actor) -> Outcome:
    """Grant the points of a run of intake, whose files are what is on record.

    Raises
    ------
    InputRejected
        As ``do_grant_points``; ``intake.E040`` and ``E041`` where the files are gone or others.
    """
    require(acting_user, RIGHT, None)
    require_whole(run)
    return do_grant_points(run.address, folder_of(run) / RESULTS, acting_user=acting_user)


def _reasons(database: duckdb.DuckDBPyConnection, source: str) -> dict[str, int]:
    query = f"SELECT points_missing, count(*) FROM {source} WHERE points IS NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    return {reason or _("no reason is told"): count for reason, count in database.execute(query).fetchall()}


def _nothing(reasons: Mapping[str, int]) -> str:
    if not reasons:
        return _("has no days of persons; nothing is granted")
    told = "; ".join(f"{reason} ({count})" for reason, count in list(reasons.items())[:5])
    return _("has points on no day, so that nothing is granted: %s") % told


def _by_person(database: duckdb.DuckDBPyConnection, source: str, left_out: Counter[str]) -> Iterator[Sequence[_Day]]:
    """The days whose points are known, all of a person together, so many persons at a time."""
    found = database.execute(
        f"SELECT person, day, methodology, version, coalesce(reduction_g, 0), points FROM {source} "
        "WHERE points IS NOT NULL ORDER BY person, day, methodology"
    )
    days: list[_Day] = []
    persons, last = 0, None
    while rows := found.fetchmany(10_000):
        for person, *rest in rows:
            try:
                known = UUID(person)
            except ValueError:
                left_out["malformed"] += 1
                continue
            if known != last:
                if persons == PERSONS_AT_ONCE:
                    yield days
                    days, persons = [], 0
                persons, last = persons + 1, known
            days.append(_Day(known, *rest))
    if days:
        yield days


_ASKED = """
CREATE TEMP TABLE IF NOT EXISTS credit_points_asked (
    person uuid, day date, methodology text, version text, reduction_g bigint, points bigint) ON COMMIT DELETE ROWS;
DELETE FROM credit_points_asked;
"""
# The persons' rows are held: who is erased meanwhile is erased after this, or not there. In order, as others do.
_PERSONS = """
SELECT p.id, p.account_id, a.number FROM credit_points_person p JOIN ledger_account a ON a.id = p.account_id
WHERE p.pseudonym IN (SELECT person FROM credit_points_asked) ORDER BY p.id FOR SHARE OF p
"""
# A day in Beijing belongs to a mandate that stood at some moment of it.
_LOOKED_AT = """
SELECT p.id, k.day, k.methodology, k.version, k.reduction_g, k.points,
       CASE WHEN p.id IS NULL THEN 'unknown'
            WHEN d.id IS NOT NULL AND d.points = k.points THEN 'granted_before'
            WHEN d.id IS NOT NULL THEN 'differs'
            WHEN NOT EXISTS (
                SELECT FROM credit_points_mandate m
                WHERE m.person_id = p.id AND (m.since AT TIME ZONE 'Asia/Shanghai')::date <= k.day
                  AND (m.withdrawn_at IS NULL OR (m.withdrawn_at AT TIME ZONE 'Asia/Shanghai')::date >= k.day))
            THEN 'no_mandate' END
FROM credit_points_asked k LEFT JOIN credit_points_person p ON p.pseudonym = k.person
LEFT JOIN credit_points_grantedday d ON d.person_id = p.id AND d.day = k.day AND d.methodology = k.methodology
ORDER BY p.id, k.day, k.methodology
"""
_GRANTED = """
INSERT INTO credit_points_granted (granting_id, person_id, transfer_id, points)
SELECT %s, person, transfer, points
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS g (person, transfer, points)
"""
_DAYS = """
INSERT INTO credit_points_grantedday (granted_id, person_id, day, methodology, version, reduction_g, points)
SELECT g.id, d.person, d.day, d.methodology, d.version, d.reduction_g, d.points
FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
    AS d (person, day, methodology, version, reduction_g, points)
JOIN credit_points_granted g ON g.granting_id = %s AND g.person_id = d.person
"""


def _grant(run: str, digest: str, asset: Asset, days: Sequence[_Day], outcome: Outcome, acting_user: Actor) -> None:
    """Some persons of a run, in one transaction; nothing where all their days are left out."""
    left_out: Counter[str] = Counter()
    with door("points.grant", None, right=RIGHT, acting_user=acting_user) as doing, connection.cursor() as cursor:
        cursor.execute(_ASKED)
        with cursor.copy("COPY credit_points_asked FROM STDIN") as copy:
            for one in days:
                copy.write_row((one.person, one.day, one.methodology, one.version, one.reduction_g, one.points))
        cursor.execute(_PERSONS)
        numbers = {person: number for person, _account, number in cursor.fetchall()}
        cursor.execute(_LOOKED_AT)
        looked_at = cursor.fetchall()
        left_out.update(row[6] for row in looked_at if row[6] is not None)
        due = [row[:6] for row in looked_at if row[6] is None]
        points: Counter[int] = Counter()
        for row in due:
            points[row[0]] += row[5]
        # Days of no points at all wait until the person has some: a transfer of nothing is none.
        paid = [person for person in numbers if points[person]]
        left_out["nothing"] = sum(not points[row[0]] for row in due)
        due = [row for row in due if points[row[0]]]
        granting = _booked(cursor, run, digest, asset, paid, points, numbers, due) if paid else None
        told: dict[str, Any] = {"run": run, "left_out": dict(left_out)}
        if granting is not None:
            told |= {"persons": granting.persons, "days": granting.days, "points": granting.points}
        doing.changed(f"granting {granting.pk}" if granting is not None else f"run {run}", new=told)
    outcome.left_out.update(left_out)
    if granting is not None:
        outcome.grantings.append(granting)


def _parts(due: Sequence[Sequence[Any]]) -> dict[str, dict[str, int]]:
    """Sums by methodology."""
    found: dict[str, dict[str, int]] = {}
    for _person, _day, methodology, _version, grams, points in due:
        sums = found.setdefault(methodology, {"days": 0, "reduction_g": 0, "points": 0})
        sums["days"] += 1
        sums["reduction_g"] += grams
        sums["points"] += points
    return found


def _booked(
    cursor: Any,
    run: str,
    digest: str,
    asset: Asset,
    paid: Sequence[int],
    points: Mapping[int, int],
    numbers: Mapping[int, str],
    due: Sequence[Sequence[Any]],
) -> Granting:
    granting = Granting.objects.create(
        run=run,
        asset=asset,
        persons=len(paid),
        days=len(due),
        reduction_g=sum(row[4] for row in due),
        points=sum(points[person] for person in paid),
        parts=_parts(due),
        digest=digest,
    )
    issuance, together = asset.issuance_account.number, uuid4()
    rows = [
        Row(
            issuance,
            numbers[person],
            asset.code,
            points[person],
            "issue",
            reason=f"granting {granting.pk}",
            linked=together,
        )
        for person in paid
    ]
    answers = do_transfer_batch(rows, acting_user=HOUSE)
    # Blocked accounts are the only refusal that is nobody's mistake here; none of the batch moved then.
    for answer in answers:
        if answer.code not in (Code.OK, Code.LINKED_FAILED):
            raise refused_value("points.E021", "granting", "transfers", answer.code.name, str(answer.code.sentence))
    transfers = [answer.transfer for answer in answers]
    cursor.execute(_GRANTED, [granting.pk, list(paid), transfers, [points[person] for person in paid]])
    columns = [[row[place] for row in due] for place in range(6)]
    cursor.execute(_DAYS, [*columns, granting.pk])
    return granting
