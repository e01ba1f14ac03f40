"""``tanheng check``: everything that is wrong or doubtful in a city's tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import typer

from tanheng.cli.screen import FAULTY_INPUT, read_date, screen, tell
from tanheng.perform import intake_rows, open_city
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected, Problem
from tanheng.warehouse.engines import write_parquet
from tanheng.warehouse.manifest import read_manifest

EXAMPLES = 5
Question = Mapping[str, Any]
File = tuple[str, str | None, int | None]  # path, table, rows


def check(folder: Path, *, rulebook: str | None, on: str | None, as_json: bool, parquet: Path | None = None) -> None:
    """Open the city and print what was found; with ``parquet``, write its tables there.

    Raises
    ------
    typer.Exit
        With code 2 when a table cannot be used.
    """
    try:
        day = read_date(on)
        about = read_manifest(folder)
        rules = load_rulebook(rulebook or about.rulebook)
        with open_city(folder, rules, day or date(about.years[1], 12, 31)) as city:
            questions = intake_rows(city).to_pylist()
            files = [(file.path, file.table, file.rows) for file in city.inputs]
            if parquet is not None:
                write_parquet(city, parquet)
    except InputRejected as rejected:
        if not as_json:
            tell(rejected.problems)
            raise typer.Exit(FAULTY_INPUT) from None
        _print_json(rejected.problems, [], [])
        raise typer.Exit(FAULTY_INPUT) from None
    if as_json:
        _print_json([], questions, files)
    else:
        _print(questions, files)


def _print_json(problems: Sequence[Problem], questions: Sequence[Question], files: Sequence[File]) -> None:
    found = {
        "problems": [asdict(problem) for problem in problems],
        "questions": list(questions),
        "files": [{"path": path, "table": table, "rows": rows} for path, table, rows in files],
    }
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


def _print(questions: Sequence[Question], files: Sequence[File]) -> None:
    console = screen()
    for path, table, rows in sorted(files):
        if table is not None:
            console.print(f"{path:<48}{rows or 0:>12,} rows")
    console.print()
    if not questions:
        console.print("No fault and no doubtful value.", style="green")
        return
    groups: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        groups.setdefault((str(question["table"]), str(question["trap"])), []).append(question)
    console.print(
        f"No fault. {len(questions):,} doubtful values: they are held back, and count as unknown until answered.",
        style="yellow",
    )
    for (table, trap), group in sorted(groups.items()):
        console.print(f"\n{table}: {trap.replace('_', ' ')}  ({len(group):,})", style="bold")
        for question in group[:EXAMPLES]:
            line = f" line {question['line']}" if question["line"] is not None else ""
            console.print(f"  {question['file']}{line}: {question['asks_en']}")
        if len(group) > EXAMPLES:
            console.print(f"  and {len(group) - EXAMPLES:,} more (--json lists all)")
