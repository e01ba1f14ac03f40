"""``tanheng credit``: events to reductions and points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tanheng.cli.methodology_words import intake_lines, missing_lines, points_lines, total_line
from tanheng.cli.screen import faults_told, read_date, screen
from tanheng.measures.credits.crediting import credit as work_out
from tanheng.measures.credits.crediting import in_force, opened
from tanheng.measures.credits.library import methodologies
from tanheng.problems import reject
from tanheng.text import Language


def credit(
    events: Path, out: Path, *, identifiers: Sequence[str], first: str, last: str, memory_limit: str, chinese: bool
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
        with opened(events, memory_limit=memory_limit) as connection:
            found = work_out(connection, spans)
            found.write(out)
            totals, intake = found.totals(), found.intake
    told = [*intake_lines(intake, language)]
    for total in totals:
        rows = total.person_days - sum(total.undetermined.values())
        told.append(total_line(total.methodology, total.reduction_g, rows, language))
        told += [*missing_lines(total.undetermined, language), *points_lines(total, language)]
    for line in told:
        screen().print(line)


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
