"""``tanheng run``: work out a city, and say in a few lines what came out."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tanheng.cli.screen import faults_told, progress_shown, read_date, screen
from tanheng.measures.assessment import Assessment, Indicator
from tanheng.perform import perform
from tanheng.report.figures import figure
from tanheng.report.typography import capital
from tanheng.report.words import WORDS
from tanheng.runs.store import Run

_COLOURS = {"good": "green", "watch": "yellow", "bad": "red", "neutral": "default", "undetermined": "bright_black"}


def run(
    city: Path,
    *,
    year: int | None,
    on: str | None,
    known_on: str | None,
    rulebook: str | None,
    out: Path,
    force: bool,
) -> None:
    """Perform the run with progress, then print its summary.

    Raises
    ------
    typer.Exit
        With code 2 for input that cannot be used.
    """
    start = time.monotonic()
    with faults_told(), progress_shown() as progress:
        done = perform(
            city,
            year=year,
            on=read_date(on),
            known_on=read_date(known_on, "--known-on"),
            rulebook=rulebook,
            runs=out,
            force=force,
            progress=progress,
        )
    summarise(screen(), done, time.monotonic() - start)


def summarise(console: Console, run: Run, seconds: float) -> None:
    """The headline of each measure with its figures, and where everything is."""
    manifest = run.manifest
    console.print()
    console.print(f"{manifest.city.en} {manifest.year}", style="bold", end="")
    known_on = "" if manifest.rulebook.known_on is None else f" as known on {manifest.rulebook.known_on}"
    console.print(f"   rules of {manifest.date}, rulebook {manifest.rulebook.name}{known_on}")
    if manifest.demonstration:
        console.print("Demonstration data: part of this rests on made-up enterprises.", style="yellow")
    for assessment in run.assessments:
        _measure(console, assessment)
    asked = sum(len(assessment.questions) for assessment in run.assessments)
    console.print()
    lines = [
        ("Questions", f"{asked:,} to be answered; {manifest.intake_questions:,} doubtful values held back"),
        ("Report", str(run.report)),
        ("Workbook", str(run.workbook)),
        ("Run", f"{manifest.address}{' (it stood already, and is intact)' if run.reused else ''}, {seconds:.1f} s"),
    ]
    if manifest.rulebook.stale:
        old = manifest.rulebook.stale
        shown = ", ".join(old[:3]) + (f" and {len(old) - 3} more" if len(old) > 3 else "")
        lines.insert(1, ("Examples", f"{len(old)} are past the day for another look: {shown}"))
    for name, said in lines:
        console.print(f"{name:<11}{said}")


def _measure(console: Console, assessment: Assessment) -> None:
    console.print()
    console.print(assessment.title.en, style="bold cyan")
    for sentence in assessment.headline:
        console.print(sentence.en, soft_wrap=False)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for indicator in assessment.indicators:
        if indicator.headline:
            table.add_row(capital(indicator.title.en), _value(indicator), _state(indicator), style=_colour(indicator))
    if table.row_count:
        console.print(table)


def _value(indicator: Indicator) -> str:
    if indicator.value is None:
        return "undetermined"
    return figure(indicator.value, indicator.unit, indicator.digits).en.text


def _state(indicator: Indicator) -> str:
    if indicator.value is None:
        return indicator.why.en if indicator.why else ""
    said = "" if indicator.state == "neutral" else WORDS[indicator.state].en.lower()
    weak = WORDS[f"rests_on_{indicator.trust}"].en if indicator.trust in ("example", "recalled") else ""
    return "; ".join(part for part in (said, weak) if part)


def _colour(indicator: Indicator) -> str:
    return _COLOURS["undetermined" if indicator.value is None else indicator.state]
