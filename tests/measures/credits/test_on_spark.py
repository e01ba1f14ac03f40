"""The same events on DuckDB and on Spark: the same grams, points, reasons and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.measures.credits.events import Event, all_year, as_published, readings, with_examples, write
from tests.policy.engines import small_session
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.measures.credits.crediting import credit, opened
from tanheng.measures.credits.event_files import Intake, Span
from tanheng.problems import InputRejected

FAULTY = [
    Event(event_id=None),
    Event(event_id="2", person=None),
    Event(event_id="3", at="soon"),
    Event(event_id="4", quantity="far"),
    Event(event_id="5", quantity=-1),
    Event(event_id="6", scene="flying"),
    Event(event_id="7", at="2031-01-01 00:00:00"),
    Event(event_id="8", mode="ferry"),
    Event(event_id="9", unit="mile"),
    Event(event_id="10", quantity=1e12),
    Event(event_id="11", quantity=1),
    Event(event_id="11", quantity=2),
    Event(event_id="12", quantity="inf"),
    Event(event_id="13", quantity="nan"),
]
TRIPS = [
    Event(),
    Event(),
    Event(event_id="20", mode="electric_bus", quantity=3.3335),
    Event(event_id="21", person="P2", at="2025-03-01T23:30:00Z", quantity=0.0005),
    Event(event_id="22", person="P2", at="2025-03-02 07:30:00+08:00", quantity=12.3456789),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with small_session() as session:
        yield session


def both(session: Any, folder: Path, spans: list[Span]) -> tuple[list[Any], Intake, list[Any], Intake]:
    """Rows and what became of the events: of DuckDB, and of Spark."""
    from tanheng.measures.credits.on_spark import credit_on_spark

    with opened(folder) as connection:
        found = credit(connection, spans)
        columns = "person, day, methodology, version, reduction_g, missing, points, points_missing"
        order = "ORDER BY person, day, methodology, version"
        rows = connection.execute(f"SELECT {columns} FROM {found.table} {order}").fetchall()
        intake = found.intake
    out = folder.parent / f"{folder.name}-out"
    of_spark = credit_on_spark(session, folder, spans, out)
    query = f"SELECT {columns} FROM read_parquet('{out}/*.parquet') {order}"
    return rows, intake, duckdb.connect().execute(query).fetchall(), of_spark


def as_parquet(folder: Path, events: list[Event], at: str = '"at"') -> None:
    write(folder.parent / "events.csv", events)
    folder.mkdir()
    source = f"read_csv('{folder.parent}/events.csv', all_varchar = true)"
    columns = f'person, application, event_id, {at} AS "at", scene, mode, quantity, unit'
    duckdb.sql(f"COPY (SELECT {columns} FROM {source}) TO '{folder}/events.parquet'")


def test_trips_and_every_reason_for_a_refusal(session: Any, tmp_path: Path) -> None:
    as_parquet(tmp_path / "events", FAULTY + TRIPS)
    rows, intake, of_spark, intake_of_spark = both(
        session, tmp_path / "events", [all_year(as_published("sz_public_transport"))]
    )
    assert len(rows) == 2 and of_spark == rows
    assert intake_of_spark == intake and intake.counted == 4 and intake.copies == 1


def test_moments_with_and_without_a_zone_fall_on_the_same_day(session: Any, tmp_path: Path) -> None:
    """Half past eleven at night in London is the next morning in Shenzhen."""
    span = all_year(as_published("sz_public_transport"))
    for kind in ("TIMESTAMP", "TIMESTAMPTZ", "DATE"):
        place = tmp_path / kind
        place.mkdir()
        as_parquet(place / "events", TRIPS, f'CAST("at" AS {kind})')
        rows, _intake, of_spark, _same = both(session, place / "events", [span])
        assert rows and of_spark == rows, kind


def test_the_mean_of_seven_days_is_the_same_to_the_gram(session: Any, tmp_path: Path) -> None:
    """A window over days is where engines differ: at gaps, at the first days, and in dividing."""
    kwh = [9.1, 8.2, 7.7, None, 9.9, 10.3, 8.8, 9.7, 3.1, 12.5, 2.2, 4.4, 5.5, 1.1, 30.0, 0.3]
    events = readings("H1", kwh, 3, date(2025, 3, 1)) + readings("H2", kwh[::-1], 2, date(2025, 3, 1))
    as_parquet(tmp_path / "events", events)
    rows, intake, of_spark, same = both(session, tmp_path / "events", [all_year(with_examples("sz_home_electricity"))])
    assert any(row[4] for row in rows) and of_spark == rows
    assert same == intake


def test_a_folder_without_events_is_refused_with_what_is_missing(session: Any, tmp_path: Path) -> None:
    from tanheng.measures.credits.on_spark import credit_on_spark

    span = all_year(as_published("sz_public_transport"))
    with pytest.raises(InputRejected, match=r"events\.E001|holds no events"):
        credit_on_spark(session, tmp_path, [span], tmp_path / "out")
    duckdb.sql(f"COPY (SELECT 1 AS person) TO '{tmp_path}/events.parquet'")
    with pytest.raises(InputRejected, match="has no application, event_id, at"):
        credit_on_spark(session, tmp_path, [span], tmp_path / "out")


def test_the_command_writes_the_same_on_both(session: Any, tmp_path: Path) -> None:
    as_parquet(tmp_path / "events", TRIPS)
    days = [
        "--from",
        "2025-01-01",
        "--to",
        "2025-12-31",
        "--methodology",
        "sz_public_transport",
        "--master",
        "local[2]",
    ]

    def asked(engine: str) -> Any:
        place = str(tmp_path / engine)
        return CliRunner().invoke(app, ["credit", str(tmp_path / "events"), "--out", place, "--engine", engine, *days])

    told = {engine: asked(engine) for engine in ("duckdb", "spark")}
    assert [answer.exit_code for answer in told.values()] == [0, 0], told
    assert told["spark"].output == told["duckdb"].output and "5 events: 4 count" in told["spark"].output
    unknown = asked("flink")
    assert unknown.exit_code == 2 and "duckdb or spark" in unknown.output
