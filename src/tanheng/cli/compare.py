"""``tanheng compare``: try a change of policy on the whole city, and say in a few lines what comes of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tanheng.cli.screen import faults_told, progress_shown, read_date, screen
from tanheng.comparison.asked import Asked, compare, explained
from tanheng.comparison.page import PAGE, shown
from tanheng.comparison.reasons import Reason
from tanheng.measures.assessment import Assessment
from tanheng.measures.assessment import Table as Rows
from tanheng.problems import InputRejected, Problem
from tanheng.report.cells import page_of
from tanheng.runs.store import Run
from tanheng.text import Language, Text

ROWS_MOST = 24
WIDTH = 140


def run(
    city: Path,
    *,
    overlays: Sequence[str],
    dates: tuple[str, str] | None,
    sweep: str | None,
    known_on: str | None,
    year: int | None,
    on: str | None,
    rulebook: str | None,
    results: Sequence[str],
    out: Path,
    force: bool,
    why: tuple[str, str] | None,
    depth: int,
    chinese: bool,
) -> None:
    """Compare with progress, then print what came of it; with ``why`` only two explanations side by side.

    Raises
    ------
    typer.Exit
        With code 2 for input that cannot be used.
    """
    start = time.monotonic()
    with faults_told():
        asked = Asked(
            city,
            tuple(tuple(Path(part) for part in given.split("+") if part) for given in overlays),
            _two_dates(dates),
            sweep,
            read_date(known_on, "--known-on"),
            year,
            read_date(on),
            rulebook,
            tuple(results),
        )
        if why is not None:
            for title, reason in explained(asked, *why, depth=depth):
                _tell(_wide(screen()), title, reason, "zh" if chinese else "en")
            return
        with progress_shown() as progress:
            done = compare(asked, out=out, force=force, progress=progress)
    summarise(_wide(screen()), done, time.monotonic() - start)


def _wide(console: Console) -> Console:
    """Room for a table of several columns where there is no terminal to say how wide it is."""
    if not console.is_terminal:
        console.width = WIDTH
    return console


def _two_dates(dates: tuple[str, str] | None) -> tuple[date, date] | None:
    if dates is None:
        return None
    found: list[date] = []
    problems: list[Problem] = []
    for text in dates:
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            expected = "two days as YYYY-MM-DD, e.g. --dates 2023-12-31 2024-12-31"
            problems.append(Problem("compare.E006", "--dates", value=text, expected=expected))
    if problems:
        raise InputRejected(problems)
    return found[0], found[1]


def summarise(console: Console, run: Run, seconds: float) -> None:
    """The headline of each variant with its tables in short, and where everything is."""
    manifest = run.manifest
    console.print()
    console.print(f"{manifest.city.en} {manifest.year}", style="bold", end="")
    console.print(f"   rules of {manifest.date}, rulebook {manifest.rulebook.name}")
    if manifest.demonstration:
        console.print("Demonstration data: part of this rests on made-up enterprises.", style="yellow")
    _answer(console, run.assessments[0])  # of several variants the first answer is the one about all of them
    console.print()
    lines = [
        ("Page", str(run.folder / PAGE)),
        ("Workbook", str(run.workbook)),
        (
            "Comparison",
            f"{manifest.address}{' (it stood already, and is intact)' if run.reused else ''}, {seconds:.1f} s",
        ),
    ]
    for name, said in lines:
        console.print(f"{name:<12}{said}")


def _answer(console: Console, assessment: Assessment) -> None:
    console.print()
    console.print(assessment.title.en, style="bold cyan")
    for sentence in assessment.headline:
        console.print(sentence.en, soft_wrap=False)
    for rows in assessment.tables:
        if rows.id == "summary":
            console.print()
            console.print(_summary(rows))
        elif rows.id.startswith("curve-rows-"):
            console.print()
            console.print(rows.title.en, style="bold")
            console.print(_as_it_is(rows))


def _summary(rows: Rows) -> Table:
    """A line for each result that changes; what is neither gain nor loss stands together."""
    texts = [name for name in ("result", "variant", "before", "after", "change") if name in rows.data.column_names]
    others = [column.name for column in rows.columns if column.name not in {*texts, "gains", "loses", "rows"}]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bright_black")
    titles = {column.name: column.title.en for column in rows.columns}
    for name in texts:
        right = name in ("before", "after", "change")
        table.add_column(titles[name], justify="right" if right else "left", overflow="fold", no_wrap=right)
    for title in ("Gain", "Lose", "Other", "Of"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows.data.slice(0, ROWS_MOST).to_pylist():
        counts = (row.get("gains", 0), row.get("loses", 0), sum(row[name] for name in others), row["rows"])
        table.add_row(*(row[name] or "" for name in texts), *(f"{count:,}" if count else "" for count in counts))
    return table


def _as_it_is(rows: Rows) -> Table:
    """The first rows of a table as the page writes them."""
    page = page_of(rows, min(rows.show, ROWS_MOST))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bright_black")
    for head in page.heads:
        unit = f"\n{head.unit.en}" if head.unit.en else ""
        table.add_column(f"{head.title.en}{unit}", justify="right" if head.look == "num" else "left", overflow="fold")
    for row in page.rows:
        table.add_row(*(cell.text.en for cell in row))
    return table


def _tell(console: Console, title: Text, reason: Reason, language: Language) -> None:
    console.print(title.in_language(language), style="bold cyan")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bright_black")
    heads = (Text("figure", "数据"), Text("before", "变更前"), Text("after", "变更后"))
    for place, head in enumerate(heads):
        table.add_column(
            head.in_language(language), justify="right" if place else "left", overflow="fold", min_width=16
        )
    for depth, node in reason.walk(opened=lambda node: node.parts_somewhere):
        name = f"{'  ' * depth}{node.one.title.in_language(language)}  {node.name}"
        sides = (shown(side).in_language(language) for side in (node.before, node.after))
        table.add_row(name, *sides, style="bold" if node.differs else "")
    console.print(table, soft_wrap=False)
