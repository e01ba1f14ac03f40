"""Why a person's day came to what it did: its events, what did not count, and each figure of the formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from tanheng.credits.intake.keeping import file_of
from tanheng.credits.intake.models import WorkedOut
from tanheng.credits.intake.results import PersonDay, manifest_of, not_counted, person_reductions
from tanheng.credits.intake.scenes import known_scenes, spans_of
from tanheng.measures.credits.crediting import opened
from tanheng.measures.credits.event_files import Span, mark_events
from tanheng.measures.credits.methodology import Methodology
from tanheng.measures.credits.person_days import person_days
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.wording import formula
from tanheng.text import Text
from tanheng.warehouse.cells import text
from tanheng.warehouse.city import City


@dataclass(frozen=True)
class Figure:
    """A rule of the methodology and what it came to on the day; None with the reason where it is undetermined."""

    name: str
    title: Text
    formula: str
    unit: str
    value: float | int | None
    missing: Text | None


@dataclass(frozen=True)
class Why:
    """What became of a person's day in a run. ``same``: the text of the methodology is still the one of the run."""

    result: PersonDay
    methodology: Methodology
    same: bool
    monitored: tuple[tuple[str, float | None, str], ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Explanation:
    """Of one person and day: the events that counted, those that did not, and each methodology's figures."""

    person: str
    day: date
    events: tuple[dict[str, Any], ...]
    aside: tuple[dict[str, Any], ...]
    whys: tuple[Why, ...]


def explain(run: WorkedOut, person: str, day: date) -> Explanation:
    """Why a person's day came to what it did.

    Raises
    ------
    InputRejected
        Where files of the run are gone or changed.
    """
    manifest = manifest_of(run)
    results = list(person_reductions(run, person=person, first=day, last=day))
    aside = tuple(not_counted(run, person=person, day=day))
    files = [file_of(digest) for digest in manifest["batches"].values()]
    digests = {(each["id"], each["version"]): each["digest"] for each in manifest["methodologies"]}
    spans = spans_of(known_scenes(), day, day)
    with TemporaryDirectory(prefix="tanheng-why-") as folder:
        back = max((span.methodology.days_back for span in spans), default=0)
        place = Path(folder) / "events.parquet"
        events = _counted(run, files, person, day, back, place)
        whys = []
        for result in results:
            span = next((each for each in spans if each.methodology.id == result.methodology), None)
            if span is None:
                continue
            same = digests.get((result.methodology, result.version)) == span.methodology.digest
            monitored, figures = _figures(place, span, day) if events else ((), ())
            whys.append(Why(result, span.methodology, same, monitored, figures))
    return Explanation(person, day, tuple(each for each in events if each["day"] == day), aside, tuple(whys))


def _counted(
    run: WorkedOut, files: Sequence[Path], person: str, day: date, back: int, place: Path
) -> list[dict[str, Any]]:
    """The events that counted on the day and, for means, on those before; written to ``place``."""
    begin = day - timedelta(back)
    left_out = {(each["application"], each["event_id"], each["line"], each["batch"]) for each in _aside(run, person)}
    batches = {str(file_of(digest)): int(pk) for pk, digest in manifest_of(run)["batches"].items()}
    with duckdb.connect() as connection:
        found = connection.execute(
            'SELECT *, CAST("at" AS DATE) AS day FROM '
            f'{_read(files)} WHERE person = ? AND CAST("at" AS DATE) BETWEEN ? AND ? ORDER BY "at", filename, line',
            [person, begin, day],
        )
        names = [each[0] for each in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        for row in rows:
            row["batch"] = batches[row["filename"]]
        kept = [row for row in rows if (row["application"], row["event_id"], row["line"], row["batch"]) not in left_out]
        if kept:
            columns = ("person", "application", "event_id", "at", "scene", "mode", "quantity", "unit")
            values = ", ".join(f"({', '.join('?' for _ in columns)})" for _row in kept)
            named = ", ".join(f'"{column}"' for column in columns)
            connection.execute(
                f'COPY (SELECT person, application, event_id, CAST("at" AS TIMESTAMP) AS "at", scene, mode, '
                f"CAST(quantity AS DOUBLE) AS quantity, unit FROM (VALUES {values}) AS t({named})) "
                f"TO {text(str(place))} (FORMAT parquet)",
                [row[column] for row in kept for column in columns],
            )
    return kept


def _aside(run: WorkedOut, person: str) -> list[dict[str, Any]]:
    return not_counted(run, person=person, most=1_000_000)


def _read(files: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(text(str(file)) for file in files)}], filename = true)"


def _figures(
    place: Path, span: Span, day: date
) -> tuple[tuple[tuple[str, float | None, str], ...], tuple[Figure, ...]]:
    methodology = span.methodology
    with opened(place) as connection:
        mark_events(connection, [span])
        found = connection.execute(person_days(methodology, day, day))
        names = [each[0] for each in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    entity = methodology.entity
    rows = [{column.name: row[column.name] for column in entity.table.columns} for row in rows]
    units = {column.name: column.unit or "" for column in entity.table.columns}
    monitored = tuple((name, value, units[name]) for row in rows for name, value in list(row.items())[2:])
    figures = []
    with City.from_rows((entity.table,), {entity.table.name: rows}) as city:
        evaluation = Evaluation(city, methodology.rulebook, (), on=day, plan=methodology.plan)
        rules = [planned for planned in methodology.plan if planned.rule.entity == entity]
        table = evaluation.table(entity, [planned.name for planned in rules])
        for row in table.collect("pyarrow").iter_rows(named=True):
            for planned in rules:
                value, cause = row[planned.name], row.get(f"{planned.name}__cause")
                missing = evaluation.cause(cause).text if value is None and cause else None
                said = formula(planned.expr).replace(f"{methodology.id}.", "")
                figures.append(Figure(planned.name, planned.rule.title, said, str(planned.rule.unit), value, missing))
    return monitored, tuple(figures)
