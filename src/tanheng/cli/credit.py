"""``tanheng credit``: events to reductions and points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from tanheng.cli.methodology_words import intake_lines, missing_lines, points_lines, total_line
from tanheng.cli.screen import faults_told, read_date, screen
from tanheng.measures.credits.crediting import RESULTS, Credited, Total, in_force, opened
from tanheng.measures.credits.crediting import credit as work_out
from tanheng.measures.credits.event_files import Intake, Span
from tanheng.measures.credits.library import methodologies
from tanheng.on_engine import must_be_installed
from tanheng.problems import InputRejected, Problem, reject
from tanheng.text import Language
from tanheng.warehouse.cells import text
from tanheng.warehouse.whole_folder import whole_folder


def credit(
    events: Path,
    out: Path,
    *,
    identifiers: Sequence[str],
    first: str,
    last: str,
    memory_limit: str,
    engine: str,
    master: str,
    chinese: bool,
) -> None:
    """Write the results of every person and day, and say what became of the events.

    Raises
    ------
    typer.Exit
        With code 2 where events cannot be read, or a methodology does not hold.
    """
    language: Language = "zh" if chinese else "en"
    with faults_told():
        begin, end = read_date(first, "--from") or date.min, read_date(last, "--to") or date.max
        if out.exists():
            raise reject("events.E006", out, "is there already", hint="Give a new file: results are never overwritten")
        spans = in_force(identifiers or _all_in_force(begin, end), begin, end)
        if engine == "duckdb":
            with opened(events, memory_limit=memory_limit) as connection:
                found = work_out(connection, spans)
                found.write(out)
                totals, intake = found.totals(), found.intake
        elif engine == "spark":
            totals, intake = _on_spark(events, out, spans, master)
        else:
            raise InputRejected([Problem("engine.E005", "--engine", value=engine, expected="duckdb or spark")])
    told = [*intake_lines(intake, language)]
    for total in totals:
        rows = total.person_days - sum(total.undetermined.values())
        told.append(total_line(total.methodology, total.reduction_g, rows, language))
        told += [*missing_lines(total.undetermined, language), *points_lines(total, language)]
    for line in told:
        screen().print(line)


def _on_spark(events: Path, out: Path, spans: Sequence[Span], master: str) -> tuple[tuple[Total, ...], Intake]:
    """Results are written where the executors are; the totals are read from what they wrote."""
    must_be_installed("spark")
    from tanheng.measures.credits.on_spark import credit_on_spark
    from tanheng.warehouse.spark_tables import session_on

    with whole_folder(out) as partial, session_on(master) as session:
        intake = credit_on_spark(session, events, spans, partial / RESULTS)
        with duckdb.connect() as connection:
            written = text(str(partial / RESULTS / "*.parquet"))
            connection.execute(f"CREATE VIEW {RESULTS} AS FROM read_parquet({written})")
            return Credited(connection, tuple(spans), intake, RESULTS).totals(), intake


def _all_in_force(first: date, last: date) -> list[str]:
    """Those of persons that hold on any of the days."""
    of_persons = [each for each in methodologies() if each.track == "persons" and each.standing != "draft"]
    return sorted(
        {
            each.id
            for each in of_persons
            if each.since.day is not None and each.since.day <= last and (each.retired is None or first < each.retired)
        }
    )
