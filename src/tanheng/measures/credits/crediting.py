"""Events to reductions to points, in bulk: each day by the version and the values in force on it.

    with opened(place) as connection:
        credited = credit(connection, in_force(["sz_public_transport"], first, last))
        credited.totals(), credited.write(folder)

The rules of the engine become one query over the person-days. A reduction is whole grams or unknown with its reason;
points likewise. The same events give the same results in any order, in any number of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import duckdb
import narwhals as nw

from tanheng.measures.credits.event_files import Intake, Span, mark_events, read_events
from tanheng.measures.credits.library import PACKAGED, folders, open_methodology
from tanheng.measures.credits.methodology import Methodology
from tanheng.measures.credits.person_days import person_days
from tanheng.measures.credits.points import POINTS
from tanheng.policy.backend import Backend, DuckDBBackend
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.expressions import ParameterValue
from tanheng.problems import reject
from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.queries import room_told
from tanheng.warehouse.schema import Table
from tanheng.warehouse.scratch import Scratch

MEMORY_LIMIT = "4GB"
RESULTS = "credited"
ONE_DAY = timedelta(days=1)


@contextmanager
def opened(place: Path, *, memory_limit: str = MEMORY_LIMIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the events under ``place``; what does not fit into memory goes to a temporary folder."""
    scratch = Scratch()
    settings: dict[str, Any] = {
        "memory_limit": memory_limit,
        "temp_directory": str(scratch.path),
        "max_temp_directory_size": scratch.room,
        "preserve_insertion_order": False,
    }
    connection = duckdb.connect(config=settings)
    try:
        connection.execute("SET enable_progress_bar = false")
        with room_told(place):
            read_events(connection, place)
            yield connection
    finally:
        connection.close()
        scratch.close()


def in_force(identifiers: Iterable[str], first: date, last: date, *, library: Path = PACKAGED) -> list[Span]:
    """The versions that hold on any of the days, each with the days on which it does.

    Raises
    ------
    InputRejected
        Where a methodology holds on none of them, is not there, or is no methodology of persons.
    """
    spans = []
    for identifier in identifiers:
        versions = _of_persons(identifier, last, library)
        own = _spans_of(versions, first, last)
        if not own:
            open_methodology(identifier, on=last, library=library)  # says why
            raise reject("methodology.E032", identifier, f"is in force on no day from {first} to {last}")
        spans += own
    return spans


def _of_persons(identifier: str, last: date, library: Path) -> list[Methodology]:
    names = [folder.name for folder in folders(library) if folder.parent.name == identifier]
    if not names:
        open_methodology(identifier, on=last, library=library)  # says what there is
    versions = [open_methodology(identifier, version=name, library=library) for name in names]
    if any(each.track != "persons" for each in versions):
        raise reject("methodology.E033", identifier, "is a methodology of projects: events are of persons")
    return versions


def _spans_of(versions: Sequence[Methodology], first: date, last: date) -> list[Span]:
    """Each version from its first day until the next one begins or it is retired."""
    dated = [(each.since.day, each) for each in versions if each.since.day is not None and each.standing != "draft"]
    dated.sort(key=lambda pair: pair[0])
    spans = []
    for place, (begins, methodology) in enumerate(dated):
        ends = [following for following, _ in dated[place + 1 : place + 2]]
        ends += [methodology.retired] if methodology.retired is not None else []
        begin, end = max(begins, first), min([last, *(day - ONE_DAY for day in ends)])
        if begin <= end:
            spans.append(Span(methodology, begin, end))
    return spans


@dataclass(frozen=True)
class Total:
    """Of one version: whole grams and points of what is known, and what is not, by reason."""

    methodology: Methodology
    person_days: int
    persons: int
    reduction_g: int
    points: int
    undetermined: Mapping[str, int]
    points_undetermined: Mapping[str, int]


@dataclass(frozen=True)
class Credited:
    """Results in the connection: person, day, methodology, version, reduction_g, missing, points, points_missing."""

    connection: duckdb.DuckDBPyConnection
    spans: tuple[Span, ...]
    intake: Intake
    table: str

    def totals(self) -> tuple[Total, ...]:
        """One for each version, in the order of the spans."""
        return tuple(self._total(span.methodology) for span in {id(s.methodology): s for s in self.spans}.values())

    def _total(self, methodology: Methodology) -> Total:
        here = f"FROM {self.table} WHERE methodology = {text(methodology.id)} AND version = {text(methodology.version)}"
        query = f"SELECT count(*), count(DISTINCT person), sum(reduction_g), sum(points) {here}"
        [(days, persons, grams, points)] = self.connection.execute(query).fetchall()
        missing = [
            dict(
                self.connection.execute(
                    f"SELECT {n}, count(*) {here} AND {n} IS NOT NULL GROUP BY 1 ORDER BY 1"
                ).fetchall()
            )
            for n in ("missing", "points_missing")
        ]
        return Total(methodology, days, persons, int(grams or 0), int(points or 0), missing[0], missing[1])

    def write(self, place: Path) -> None:
        """The results as one Parquet file, sorted by person and day: the same bytes for the same events."""
        place.parent.mkdir(parents=True, exist_ok=True)
        rows = f"SELECT * FROM {self.table} ORDER BY person, day, methodology, version"
        with room_told(place, place):
            self.connection.execute(f"COPY ({rows}) TO {text(str(place))} (FORMAT parquet)")


def credit(connection: duckdb.DuckDBPyConnection, spans: Sequence[Span], *, table: str = RESULTS) -> Credited:
    """Reductions and points of every person and day; the results are a table of the connection.

    Raises
    ------
    InputRejected
        ``events.E004`` where no span is given, or two of one scene share a day.
    """
    must_not_overlap(spans)
    intake = mark_events(connection, spans)
    engine = _DuckDB(connection)
    engine.view(table, query_of(engine, spans, table))
    return Credited(connection, tuple(spans), intake, quote(table))


def must_not_overlap(spans: Sequence[Span]) -> None:
    """Refuse spans of which two would credit the same scene on the same day."""
    if not spans:
        raise reject("events.E004", "methodologies", "none was given")
    for place, one in enumerate(spans):
        for other in spans[place + 1 :]:
            same = one.methodology.scene == other.methodology.scene
            if same and one.first <= other.last and other.first <= one.last:
                said = f"{one.methodology.name} and {other.methodology.name} would both credit {one.methodology.scene}"
                raise reject("events.E004", one.methodology.id, said, hint="Give each of them days of its own")


def _steady(spans: Sequence[Span]) -> Iterator[Span]:
    """The spans, cut where a value of a parameter changes that the rules take up."""
    for span in spans:
        plan = span.methodology.plan
        cuts = {span.first}
        for name in {node.name for planned in plan for node in planned.nodes(ParameterValue)}:
            parameter = span.methodology.rulebook[name]
            days = [cell.start for cell in parameter.cells]
            days += [parameter.valid_until + ONE_DAY] if parameter.valid_until is not None else []
            cuts |= {day for day in days if span.first < day <= span.last}
        begins = sorted(cuts)
        for begin, following in zip(begins, [*begins[1:], span.last + ONE_DAY], strict=True):
            yield Span(span.methodology, begin, following - ONE_DAY)


class Engine(Protocol):
    """What works the rules out: views by name, and a backend over them."""

    @property
    def backend(self) -> Backend:
        """On which the rules are evaluated."""

    def view(self, name: str, query: str) -> None:
        """Call a query by a name, in place of what was called so."""

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        """The rows of a view."""

    def view_of(self, name: str, results: nw.LazyFrame[Any]) -> None:
        """Call results by a name."""


class _DuckDB:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.backend = DuckDBBackend(connection)

    def view(self, name: str, query: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote(name)} AS {query}")

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        return nw.from_native(self._connection.table(name))

    def view_of(self, name: str, results: nw.LazyFrame[Any]) -> None:
        self.view(name, results.to_native().sql_query())


def query_of(engine: Engine, spans: Sequence[Span], table: str) -> str:
    """Work the spans out of the events that count, and the query that reads what came of it."""
    return " UNION ALL ".join(_part(engine, span, f"{table}_{number}") for number, span in enumerate(_steady(spans)))


def _part(engine: Engine, span: Span, name: str) -> str:
    methodology = span.methodology
    tables = _PersonDays(
        engine, methodology.entity.table, f"{name}_days", person_days(methodology, span.first, span.last)
    )
    evaluation = Evaluation(
        tables, methodology.rulebook, (), on=span.first, plan=methodology.plan, backend=engine.backend
    )
    has_points = (methodology.entity, POINTS) in methodology.plan
    names = [methodology.reduction, *([POINTS] if has_points else [])]
    results = evaluation.table(methodology.entity, names)
    engine.view_of(name, results)
    columns = ["person", "day", f"{text(methodology.id)} AS methodology", f"{text(methodology.version)} AS version"]
    found = set(results.collect_schema().names())
    for rule, shown, missing in (
        (methodology.reduction, "reduction_g", "missing"),
        (POINTS, "points", "points_missing"),
    ):
        columns.append(f"CAST({quote(rule) if rule in found else 'NULL'} AS BIGINT) AS {shown}")
        cause = f"{rule}__cause"
        columns.append(f"{_in_words(evaluation, cause) if cause in found else 'CAST(NULL AS STRING)'} AS {missing}")
    return f"SELECT {', '.join(columns)} FROM {quote(name)}"


def _in_words(evaluation: Evaluation, column: str) -> str:
    causes = (evaluation.cause(code) for code in range(1, len(evaluation.causes) + 1))
    cases = " ".join(f"WHEN {cause.code} THEN {text(cause.text.en)}" for cause in causes)
    return f"CASE {quote(column)} {cases} END" if cases else "CAST(NULL AS STRING)"


class _PersonDays:
    """The one table of a methodology, as an evaluation asks for it."""

    is_checked = True

    def __init__(self, engine: Engine, table: Table, name: str, query: str) -> None:
        self.tables: Mapping[str, Table] = {table.name: table}
        engine.view(name, query)
        engine.view(table.name, f"SELECT * FROM {quote(name)}")
        self._engine = engine

    def categories_of(self, table: str, column: str) -> frozenset[str] | None:
        return None

    def frame(self, name: str) -> nw.LazyFrame[Any]:
        return self._engine.frame(name)

    def made_up(self, name: str) -> bool:
        return False
