"""``tanheng diff``: why two runs differ, and in which results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console

from tanheng.cli.screen import faults_told, screen
from tanheng.runs.differences import Different, ResultDifferent, ValueDifferent, differences
from tanheng.runs.snapshot import CellUsed
from tanheng.runs.store import find_runs

_SHOWN = 40
_FEW = 3  # values of one parameter and document that are written out


def differ(first: str, second: str, *, out: Path, everything: bool) -> None:
    """Print what differs: what went in, then what came out.

    Raises
    ------
    typer.Exit
        With code 2 when one of the runs is not there or is damaged.
    """
    with faults_told():
        one, other = find_runs((first, second), out)
    found = differences(one, other)
    console = screen()
    console.print(f"{one.manifest.address}  ->  {other.manifest.address}", style="bold")
    if found.nothing:
        console.print("They are the same: same inputs, rulebook, date and code, same results.", style="green")
        return
    most = None if everything else _SHOWN
    _differents(console, "Asked", found.asked)
    _differents(console, "Inputs", found.inputs)
    _differents(console, "Rulebook", found.rulebook)
    values = [_of_value(value) for value in found.values] if everything else list(_together(found.values))
    _section(console, "Values of the rulebook", values, most)
    _differents(console, "Code", found.code)
    _section(console, "Results", [_of_result(result) for result in found.results], most)
    if not found.results:
        console.print()
        console.print("No result differs: what changed went into none of them.", style="green")


def _differents(console: Console, title: str, found: Sequence[Different]) -> None:
    lines = [f"{each.what}: {_short(each.first)} -> {_short(each.second)}" for each in found]
    _section(console, title, lines, None)


def _section(console: Console, title: str, lines: Sequence[str], most: int | None) -> None:
    if not lines:
        return
    console.print()
    console.print(f"{title} ({len(lines):,})", style="bold cyan")
    for line in lines[:most]:
        console.print(f"  {line}")
    if most is not None and len(lines) > most:
        console.print(f"  and {len(lines) - most:,} more: --all lists them", style="bright_black")


def _short(text: str | None) -> str:
    if text is None:
        return "not there"
    return text[:12] if len(text) == 64 else text


def _together(values: Sequence[ValueDifferent]) -> Iterator[str]:
    """The values of one parameter that one document brought on one day, told as one."""
    for _, group in groupby(sorted(values, key=_came_with), key=_came_with):
        alike = list(group)
        for value in alike[:_FEW]:
            yield _of_value(value)
        if len(alike) > _FEW:
            yield f"  and {len(alike) - _FEW:,} more of {alike[0].parameter} like these"


def _came_with(value: ValueDifferent) -> tuple[str, ...]:
    cells = (value.first, value.second)
    return (value.parameter, *(part for cell in cells for part in _origin(cell)))


def _origin(cell: CellUsed | None) -> tuple[str, str]:
    return ("", "") if cell is None else (str(cell.recorded or ""), cell.source.document)


def _of_value(value: ValueDifferent) -> str:
    name = f"{value.parameter}[{', '.join(value.keys)}]" if value.keys else value.parameter
    unit = "" if value.unit == "1" else f" {value.unit}"
    return f"{name} from {value.start}: {_cell(value.first, unit)} -> {_cell(value.second, unit)}"


def _cell(cell: CellUsed | None, unit: str) -> str:
    if cell is None:
        return "not there"
    said = "unset" if cell.value is None else f"{cell.value}{unit}"
    recorded = "" if cell.recorded is None else f", recorded {cell.recorded}"
    return f"{said} ({cell.status}{recorded}; {cell.source.document})"


def _of_result(result: ResultDifferent) -> str:
    rows = f"{result.rows:,} of {result.of:,} rows differ"
    determined = f", {result.undetermined:,} of them determined in one run only" if result.undetermined else ""
    key = ",".join(map(str, result.key))
    change = f"{_figure(result.first)} -> {_figure(result.second)}"
    return f"{result.entity}.{result.column}: {rows}{determined}; {key}: {change}"


def _figure(value: object) -> str:
    if value is None:
        return "undetermined"
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"
