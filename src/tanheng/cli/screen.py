"""What the commands share: where they write, how they tell of faulty input, how they read a date.

Rich honours NO_COLOR, the width of the terminal and whether there is one at all. Text that comes from a
city's tables is never taken for markup or for an emoji (``1:b:2``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date as Date
from typing import overload

import typer
from rich.console import Console

from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

FAULTY_INPUT = 2
PROBLEMS_MOST = 200


def screen() -> Console:
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def side() -> Console:
    """Stderr: faults, progress, remarks."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn ``InputRejected`` into a list that people can read, and exit code 2."""
    try:
        yield
    except InputRejected as rejected:
        tell(rejected.problems)
        raise typer.Exit(FAULTY_INPUT) from None


def tell(problems: Sequence[Problem]) -> None:
    """Print the problems on stderr, one a line, those of a file together."""
    console = side()
    count = len(problems)
    faults = "1 fault" if count == 1 else f"{count:,} faults"
    console.print(f"{faults}; nothing was taken or written.", style="bold red")
    for problem in problems[:PROBLEMS_MOST]:
        console.print(f"  {problem}")
    if count > PROBLEMS_MOST:
        console.print(f"  and {count - PROBLEMS_MOST:,} more: tanheng check CITY --json lists them all")


@overload
def read_date(text: str, option: str = "--date") -> Date: ...
@overload
def read_date(text: None, option: str = "--date") -> None: ...
@overload
def read_date(text: str | None, option: str = "--date") -> Date | None: ...
def read_date(text: str | None, option: str = "--date") -> Date | None:
    """A date as ``2024-12-31``.

    Raises
    ------
    InputRejected
        When it is none.
    """
    if text is None:
        return None
    try:
        return Date.fromisoformat(text)
    except ValueError:
        problem = Problem("run.E003", option, value=text, expected="a day as YYYY-MM-DD, e.g. 2024-12-31")
        raise InputRejected([problem]) from None


@contextmanager
def progress_shown() -> Iterator[Callable[[Text, float], None]]:
    """A bar on a terminal; a line for each step elsewhere."""
    console = side()
    if not console.is_terminal:
        yield lambda step, part: print(f"{part:4.0%}  {step.en}", file=sys.stderr, flush=True)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=None), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, part: bar.update(task, description=step.en, completed=part)
