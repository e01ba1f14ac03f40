"""Trying a methodology on data, and two versions of it on the same data: totals, who gains, who loses.

A draft credits nothing. It is worked out for every day of the data, whenever it is to come into force; where its values
do not hold yet, a reduction is undetermined and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tanheng.measures.credits.crediting import credit, opened
from tanheng.measures.credits.event_files import Intake, Span
from tanheng.measures.credits.methodology import Methodology
from tanheng.measures.credits.project_files import read_projects
from tanheng.policy.evaluation import Evaluation
from tanheng.problems import reject
from tanheng.warehouse.city import City
from tanheng.warehouse.queries import keep

_SHOWN = 5


@dataclass(frozen=True)
class Side:
    """What one version comes to: the sum of what is determined, and what is not, by reason."""

    methodology: Methodology
    reduction: int
    determined: int
    undetermined: Mapping[str, int]
    intake: Intake | None = None


@dataclass(frozen=True)
class Change:
    """A person or project: what it has by the one and by the other; None where some part is undetermined."""

    subject: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Comparison:
    """Persons or projects by what the other version means for them; ``unknown`` where either is undetermined."""

    before: Side
    after: Side
    gain: int
    lose: int
    same: int
    unknown: int
    most: tuple[Change, ...]


def try_methodology(
    methodology: Methodology, data: Path, *, first: date | None = None, last: date | None = None
) -> Side:
    """What the methodology comes to on the data.

    Raises
    ------
    InputRejected
        When the data cannot be read, or hold nothing of the scene.
    """
    return _tried((methodology,), data, first, last)[1][0]


def compare(
    before: Methodology, after: Methodology, data: Path, *, first: date | None = None, last: date | None = None
) -> Comparison:
    """Both on the same data.

    Raises
    ------
    InputRejected
        As ``try_methodology``; ``methodology.E040`` where the two are not comparable.
    """
    if (before.track, before.scene, before.unit) != (after.track, after.scene, after.unit):
        said = f"is of another track, scene or unit than {before.name}"
        raise reject("methodology.E040", after.name, said)
    return _tried((before, after), data, first, last)[0]


def _tried(
    methodologies: Sequence[Methodology], data: Path, first: date | None, last: date | None
) -> tuple[Comparison, tuple[Side, ...]]:
    if methodologies[0].track == "projects":
        with duckdb.connect() as connection:
            sides = tuple(_on_projects(connection, each, data, f"side_{n}") for n, each in enumerate(methodologies))
            return _compared(connection, sides), sides
    with opened(data) as connection:
        begin, end = _days_of(connection, data, methodologies[0], first, last)
        spans = [Span(each, begin, end) for each in methodologies]
        sides = tuple(_on_events(connection, span, f"side_{number}") for number, span in enumerate(spans))
        return _compared(connection, sides), sides


def _days_of(
    connection: duckdb.DuckDBPyConnection, data: Path, methodology: Methodology, first: date | None, last: date | None
) -> tuple[date, date]:
    query = "SELECT min(day), max(day) FROM events_raw WHERE scene = ?"
    [(begin, end)] = connection.execute(query, [methodology.scene]).fetchall()
    if begin is None:
        raise reject("events.E005", data, f"holds no events of the scene {methodology.scene}")
    begin, end = max(begin, first or begin), min(end, last or end)
    if begin > end:
        raise reject("events.E005", data, f"holds no events of the scene {methodology.scene} on the days asked for")
    return begin, end


def _on_events(connection: duckdb.DuckDBPyConnection, span: Span, table: str) -> Side:
    found = credit(connection, [span], table=f"{table}_days")
    (total,) = found.totals()
    connection.execute(
        f"CREATE TEMP VIEW {table} AS SELECT person AS subject, "
        "CASE WHEN count(*) = count(reduction_g) THEN CAST(sum(reduction_g) AS BIGINT) END AS reduction "
        f"FROM {found.table} GROUP BY person"
    )
    unknown = sum(total.undetermined.values())
    return Side(span.methodology, total.reduction_g, total.person_days - unknown, total.undetermined, found.intake)


def _on_projects(connection: duckdb.DuckDBPyConnection, methodology: Methodology, data: Path, table: str) -> Side:
    rows, entity, rule = read_projects(methodology, data), methodology.entity, methodology.reduction
    on = date(max((row["year"] for row in rows), default=2000), 12, 31)
    reasons: dict[str, int] = {}
    with City.from_rows((entity.table,), {entity.table.name: rows}) as city:
        evaluation = Evaluation(city, methodology.rulebook, (), on=on, plan=methodology.plan)
        found = list(evaluation.table(entity, [rule]).collect("pyarrow").iter_rows(named=True))
        for row in found:
            if row[rule] is None:
                why = evaluation.cause(row[f"{rule}__cause"]).text.en
                reasons[why] = reasons.get(why, 0) + 1
    amounts = [None if row[rule] is None else int(row[rule]) for row in found]
    subjects = [row["project"] for row in found]
    keep(connection, f"{table}_years", {"subject": ("VARCHAR", subjects), "amount": ("BIGINT", amounts)})
    connection.execute(
        f"CREATE TEMP VIEW {table} AS SELECT subject, CASE WHEN count(*) = count(amount) THEN "
        f"CAST(sum(amount) AS BIGINT) END AS reduction FROM {table}_years GROUP BY subject"
    )
    known = [amount for amount in amounts if amount is not None]
    return Side(methodology, sum(known), len(known), dict(sorted(reasons.items())))


def _compared(connection: duckdb.DuckDBPyConnection, sides: Sequence[Side]) -> Comparison:
    other = "side_1" if len(sides) > 1 else "side_0"
    joined = (
        "SELECT coalesce(a.subject, b.subject) AS subject, "
        "CASE WHEN a.subject IS NULL THEN 0 ELSE a.reduction END AS before, "
        "CASE WHEN b.subject IS NULL THEN 0 ELSE b.reduction END AS after "
        f"FROM side_0 a FULL JOIN {other} b ON a.subject = b.subject"
    )
    counts = (
        "count(*) FILTER (after > before), count(*) FILTER (after < before), count(*) FILTER (after = before), "
        "count(*) FILTER (before IS NULL OR after IS NULL)"
    )
    [(gain, lose, same, unknown)] = connection.execute(f"SELECT {counts} FROM ({joined})").fetchall()
    order = "ORDER BY abs(after - before) DESC, subject"
    changed = f"SELECT subject, before, after FROM ({joined}) WHERE after <> before {order} LIMIT {_SHOWN}"
    most = tuple(Change(*row) for row in connection.execute(changed).fetchall())
    return Comparison(sides[0], sides[-1], gain, lose, same, unknown, most)
