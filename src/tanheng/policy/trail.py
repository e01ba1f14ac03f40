"""Two times: the day from which a value holds, and the day on which it was recorded.

    allowances.yearly_cap
        from 2024-01-01   recorded 2024-03-02   33,000,000
                          recorded 2024-09-10   33,500,000      a correction
        from 2026-01-01   recorded 2025-11-20   repealed

Records are only ever added. Of several for one day and category the last one counts; whoever asks what was known
on a day leaves the later ones out, and gets what would have been computed then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from tanheng.policy.entry_reading import Faults
from tanheng.policy.parameters import Cell

_FROM_THE_START = date.min
_DAY = timedelta(days=1)


def in_order(records: Iterable[Cell]) -> tuple[Cell, ...]:
    """By category, day and record. A record that does not say when it was made was there from the start."""
    return tuple(sorted(records, key=lambda cell: (cell.keys, cell.start, _recorded(cell), cell.line)))


def known(records: Sequence[Cell], on: date | None) -> tuple[Cell, ...]:
    """The cells that hold, one for a category and day, by what was recorded on the day ``on`` (None: all there is).

    ``records`` in order. What was withdrawn is gone; the end of a term (``until``) is a repeal on the day after.
    """
    if on is not None:
        records = [cell for cell in records if _recorded(cell) <= on]
    last: dict[tuple[tuple[str, ...], date], Cell] = {(cell.keys, cell.start): cell for cell in records}
    cells = [cell for cell in last.values() if cell.said != "withdrawn"]
    if not any(cell.until for cell in cells):
        return tuple(cells)
    ended: list[Cell] = []
    for cell, following in zip(cells, (*cells[1:], None), strict=True):
        ended.append(cell)
        after = None if following is None or following.keys != cell.keys else following.start
        if cell.until is not None and (after is None or after > cell.until + _DAY):
            ended.append(replace(cell, start=cell.until + _DAY, value=None, said="repealed", until=None))
    return tuple(ended)


def check_trail(name: str, records: Sequence[Cell], faults: Faults, standing: Collection[tuple[str, ...]] = ()) -> None:
    """Faults of a trail, ``records`` in order. ``standing`` are the categories that have values beneath.

    Codes: ``rulebook.E014`` two records of one day, ``E032`` a repeal or a withdrawal of nothing, ``E033`` a term that
    overlaps with the next value or leaves a gap before it.
    """
    for _, series in groupby(records, key=lambda cell: cell.keys):
        before: Cell | None = None
        for cell in series:
            place = ", ".join((*cell.keys, str(cell.start)))
            there = Faults(cell.file, faults.problems)
            again = before is not None and before.start == cell.start
            if before is not None and again and _recorded(before) == _recorded(cell):
                message = f"stands twice; first on line {before.line}"
                hint = "Delete one of the two, or say when the later one was `recorded`"
                there.add("E014", cell.line, name, place, message=message, hint=hint)
            if cell.said == "withdrawn" and not again:
                message = "withdraws what was not recorded"
                there.add(
                    "E032", cell.line, name, place, message=message, hint="Write it after the record it withdraws"
                )
            if cell.said == "repealed" and before is None and cell.keys not in standing:
                message = "repeals what never held"
                there.add("E032", cell.line, name, place, message=message, hint="Write the values it ends before it")
            before = cell
    _check_terms(name, records, faults)


def _check_terms(name: str, records: Sequence[Cell], faults: Faults) -> None:
    if not any(cell.until for cell in records):
        return
    cells = known([replace(cell, until=None) for cell in records], None)
    terms = {(cell.keys, cell.start, cell.recorded): cell.until for cell in records}
    for cell, following in zip(cells, (*cells[1:], None), strict=True):
        until = terms[cell.keys, cell.start, cell.recorded]
        if until is None:
            continue
        there = Faults(cell.file, faults.problems)
        place = ", ".join((*cell.keys, str(cell.start)))
        if until < cell.start:
            there.add("E033", cell.line, name, place, message=f"ends on {until}, before it begins")
        elif following is not None and following.keys == cell.keys and following.start != until + _DAY:
            after = f"the next value, on line {following.line}, begins on {following.start}"
            if following.start <= until:
                message, hint = f"holds until {until}; {after}", "Let the one end the day before the other"
            else:
                message = f"holds until {until}; {after}, and nothing is said of the days between"
                hint = f"Write {until + _DAY} with a value, unset or repealed"
            there.add("E033", cell.line, name, place, message=message, hint=hint)


def _recorded(cell: Cell) -> date:
    return cell.recorded or _FROM_THE_START
