"""``tanheng history``: all records of one parameter, with the day each holds from and the day it was made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from rich.console import Console

from tanheng.cli.screen import faults_told, read_date, screen
from tanheng.policy.entry_reading import near
from tanheng.policy.parameters import Cell
from tanheng.policy.rulebook import Parameter, load_rulebook
from tanheng.problems import InputRejected, Problem


def history(parameter: str, *, rulebook: str, category: str | None, known_on: str | None) -> None:
    """Print the trail.

    Raises
    ------
    typer.Exit
        With code 2 when the rulebook cannot be read, or has no such parameter or category.
    """
    with faults_told():
        day = read_date(known_on, "--known-on")
        book = load_rulebook(rulebook, known_on=day)
        if parameter not in book:
            hint = near(parameter, book.parameters)
            raise InputRejected(
                [Problem("history.E001", book.name, message=f"has no parameter {parameter}", hint=hint)]
            )
        found = book[parameter]
        records = _chosen(found, category)
    console = screen()
    by = f", by {', '.join(found.by)}" if found.by else ""
    console.print(f"{found.name}  {found.title.en}  {found.title.zh}", style="bold")
    console.print(f"{found.file} line {found.line}, in {found.unit}{by}")
    if found.valid_until is not None:
        console.print(f"valid until {found.valid_until}")
    if not records:
        console.print("no value yet: it is declared here, and given by the rulebooks that are based on this one")
    for keys, series in groupby(records, key=lambda cell: cell.keys):
        console.print()
        if keys:
            console.print(", ".join(keys), style="cyan")
        _tell(console, found, list(series), day)


def _chosen(parameter: Parameter, category: str | None) -> list[Cell]:
    """The records of the categories that begin as ``category`` says, e.g. ``provincial_same_year,Guangdong``."""
    wanted = tuple(part.strip() for part in category.split(",")) if category else ()
    records = [cell for cell in parameter.records if cell.keys[: len(wanted)] == wanted]
    if wanted and not records:
        hint = near(",".join(wanted), {",".join(keys[: len(wanted)]) for keys in parameter.combinations})
        axes = f"it goes by {', '.join(parameter.by)}" if parameter.by else "it has none"
        message = f"{category} is no category of it; {axes}"
        raise InputRejected([Problem("history.E002", parameter.name, message=message, hint=hint)])
    return records


def _tell(console: Console, parameter: Parameter, records: Sequence[Cell], known_on: date | None) -> None:
    counting = {id(cell) for cell in parameter.cells}
    for start, trail in groupby(records, key=lambda cell: cell.start):
        of_day = list(trail)
        for place, cell in enumerate(of_day):
            counts = id(cell) in counting
            term = f"from {start} to {cell.until}" if cell.until else f"from {start}"
            recorded = "from the start" if cell.recorded is None else f"recorded {cell.recorded}"
            became = "" if counts else f"   {_became(cell, of_day[place + 1 :], known_on)}"
            line = f"  {term}   {_value(cell)}   {cell.status.word}   {recorded}{became}"
            console.print(line, style="default" if counts else "bright_black")
            clause = "" if cell.source.clause is None else f", {cell.source.clause}"
            note = "" if cell.note is None else f"; {cell.note}"
            said = f"      {cell.source.document}{clause}{note}   ({cell.file} line {cell.line})"
            console.print(said, style="bright_black")


def _value(cell: Cell) -> str:
    if cell.said != "value":
        return cell.said
    return "unset" if cell.value is None else f"{cell.value:,}" if isinstance(cell.value, float) else str(cell.value)


def _became(cell: Cell, later: Sequence[Cell], known_on: date | None) -> str:
    """Why a record does not count."""
    if known_on is not None and cell.recorded is not None and cell.recorded > known_on:
        return f"not known on {known_on}"
    known = [record for record in later if known_on is None or record.recorded is None or record.recorded <= known_on]
    if known:
        return f"{'withdrawn' if known[0].said == 'withdrawn' else 'corrected'} on {known[0].recorded}"
    return "takes the record back" if cell.said == "withdrawn" else "under a value laid over it"
