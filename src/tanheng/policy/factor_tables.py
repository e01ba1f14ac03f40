"""Factor tables: CSV files beside a rulebook whose rows become cells of its parameters.

One table may serve several parameters (the heating value, the carbon content and the oxidation of a
fuel stand in one row). Columns with a meaning of their own, all optional:

    from        the day from which the row holds; otherwise the ``start`` of the parameter
    source      the document; ``via`` the kind of copy it was read in
    status      official, reported, recalled, example
    confidence  high, medium, low
    recorded    the day on which the row was entered; a later row for the same day corrects it
    until       the last day of a value with a term
    review_by   the day by which an example wants another look
    note

Every other column must be used by some parameter of the rulebook: a misspelt ``form`` for ``from`` is
then a fault and not a value that holds from the wrong day. A value ``unset`` makes an unset cell, ``repealed`` ends
what held, ``withdrawn`` takes back an earlier record.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from tanheng.policy.parameters import STATUS_WORDS, Cell, CellValue, ParameterKind, Said, Source, Status
from tanheng.problems import Problem

# In the place of a value: a figure that exists and was not found, the end of what held, a record taken back.
ENDS: dict[str, Said] = {"unset": "value", "repealed": "repealed", "withdrawn": "withdrawn"}
ROW_COLUMNS = ("from", "source", "via", "status", "confidence", "recorded", "until", "review_by", "note")
WhenEmpty = Literal["refuse", "skip", "unset"]


@dataclass(eq=False)
class FactorTable:
    """A CSV file as read: ``rows`` are (line, values in the order of ``columns``)."""

    shown: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @cached_property
    def place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    @cached_property
    def sources(self) -> dict[tuple[str, str], Source]:
        """One ``Source`` for each (source, via): most rows share a few."""
        return {}


@dataclass(frozen=True)
class TableUse:
    """What one parameter takes from a table."""

    keys: tuple[str, ...]
    value: str
    where: tuple[tuple[str, frozenset[str]], ...]
    empty: WhenEmpty


@dataclass(frozen=True)
class Defaults:
    """What holds for a row that does not say it: from the YAML entry of the parameter."""

    start: date | None
    source: Source | None
    status: Status | None
    recorded: date | None
    review_by: date | None = None


def read_table(path: Path, shown: str, problems: list[Problem]) -> FactorTable | None:
    """The table, or None and a problem. ``#`` lines before the header are notices and are skipped.

    Codes: ``rulebook.E020`` cannot be opened, is not UTF-8 or has no header; ``E021`` a row with too few or too many
    values, or a column twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem("rulebook.E020", shown, message=f"cannot be opened ({error.strerror})"))
        return None
    except UnicodeDecodeError as error:
        problems.append(
            Problem("rulebook.E020", shown, message=f"is not UTF-8 (byte {error.start})", hint="Save the file as UTF-8")
        )
        return None
    skipped = 0
    while text.startswith("#"):
        text = text.partition("\n")[2]
        skipped += 1
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for values in reader:
            line = reader.line_num + skipped
            if not columns:
                columns = tuple(values)
            elif not values:
                continue
            elif len(values) != len(columns):
                problems.append(
                    Problem(
                        "rulebook.E021",
                        shown,
                        line,
                        message=f"has {len(values)} values",
                        expected=f"{len(columns)} values, as in the header",
                    )
                )
            else:
                rows.append((line, tuple(values)))
    except csv.Error as error:
        problems.append(Problem("rulebook.E021", shown, reader.line_num + skipped, message=f"is not CSV: {error}"))
        return None
    if not columns:
        problems.append(Problem("rulebook.E020", shown, message="is empty", expected="a header and rows"))
        return None
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        problems.append(
            Problem("rulebook.E021", shown, skipped + 1, message=f"has the column {', '.join(twice)} twice")
        )
        return None
    return FactorTable(shown, columns, tuple(rows))


def cells_of(
    table: FactorTable, use: TableUse, kind: ParameterKind, defaults: Defaults, problems: list[Problem]
) -> list[Cell]:
    """The cells that the rows make; every row that cannot be a cell is a problem.

    The columns that ``use`` names must exist. Codes: ``rulebook.E022`` the value is not of the kind, ``E023`` the value
    is empty, ``E024`` a category is empty, ``E025`` a date, status or source is missing or wrong.
    """
    reader = _RowReader(table, use, kind, defaults, problems)
    place = table.place
    wanted = [(place[column], values) for column, values in use.where]
    found = []
    for line, row in table.rows:
        if all(row[column] in values for column, values in wanted):
            cell = reader.cell(line, row)
            if cell is not None:
                found.append(cell)
    return found


class _RowReader:
    def __init__(
        self, table: FactorTable, use: TableUse, kind: ParameterKind, defaults: Defaults, problems: list[Problem]
    ) -> None:
        self._table = table
        self._use = use
        self._kind = kind
        self._defaults = defaults
        self._problems = problems
        place = table.place
        self._keys = [place[column] for column in use.keys]
        self._value = place[use.value]
        self._columns = [place.get(column) for column in ROW_COLUMNS]

    def cell(self, line: int, row: tuple[str, ...]) -> Cell | None:
        before = len(self._problems)
        start_, source_, via, status_, confidence, recorded_, until_, review_by_, note = (
            "" if place is None else row[place] for place in self._columns
        )
        keys = tuple(row[place] for place in self._keys)
        for column, key in zip(self._use.keys, keys, strict=True):
            if not key or key != key.strip():
                self._fault("E024", line, column, key, "", "a category without blanks around it")
        text = row[self._value]
        value: CellValue = None
        said = ENDS.get(text, "value")
        if text in ENDS:
            pass
        elif text:
            value = value_of(text, self._kind)
            if value is None:
                self._fault("E022", line, self._use.value, text, "", WANTED[self._kind])
        elif self._use.empty == "skip":
            return None
        elif self._use.empty == "refuse":
            self._fault(
                "E023",
                line,
                self._use.value,
                None,
                "is empty",
                WANTED[self._kind],
                "Say `empty: unset` or `empty: skip` in the table of the parameter if that is meant",
            )
        start = self._date(line, "from", start_) or self._defaults.start
        if start is None and not start_:
            self._fault("E025", line, "from", None, "has no date", "a date here, or `start` in the parameter")
        status = self._defaults.status
        if status_:
            status = STATUS_WORDS.get(status_)
            if status is None:
                self._fault("E025", line, "status", status_, "", f"one of {', '.join(STATUS_WORDS)}")
        elif status is None:
            self._fault("E025", line, "status", None, "has no status", "a status here or in the parameter")
        source = self._source(source_, via)
        if source is None:
            self._fault("E025", line, "source", None, "has no source", "a document here or in the parameter")
        recorded = self._date(line, "recorded", recorded_) or self._defaults.recorded
        until = self._date(line, "until", until_)
        review_by = self._date(line, "review_by", review_by_) or self._defaults.review_by
        if len(self._problems) > before or start is None or status is None or source is None:
            return None
        return Cell(
            keys, start, value, status, source, recorded, confidence or None, note or None, self._table.shown, line,
            said, until, review_by,
        )  # fmt: skip

    def _source(self, document: str, via: str) -> Source | None:
        if not document:
            return self._defaults.source
        known = self._table.sources
        found = known.get((document, via))
        if found is None:
            found = known[(document, via)] = Source(document, read=via or None)
        return found

    def _date(self, line: int, column: str, text: str) -> date | None:
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._fault("E025", line, column, text, "", "a date such as 2024-07-01")
            return None

    def _fault(
        self, code: str, line: int, column: str, value: str | None, message: str, expected: str, hint: str = ""
    ) -> None:
        self._problems.append(
            Problem(f"rulebook.{code}", self._table.shown, line, column, value, message, expected, hint)
        )


WANTED: dict[ParameterKind, str] = {
    "number": "a number",
    "integer": "a whole number",
    "text": "a text",
    "boolean": "true or false",
    "date": "a date such as 2024-07-01",
}


def value_of(text: str, kind: ParameterKind) -> CellValue:
    """The text as a value of the kind; None when it is none."""
    if kind == "text":
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    try:
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "integer":
            return int(text)
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
