"""Dated, cited parameters: what a rulebook is made of.

    inventory.grid_factor  [method, region]  tCO2/MWh
        (provincial_same_year, Guangdong)   2021-01-01  0.4715  reported  MEE/NBS Announcement 2024 No. 12
                                            2022-01-01  0.4403  reported  MEE/NBS Announcement 2024 No. 33

A cell is one value from one date on; it holds until the next cell of the same categories. A cell
without a value is unset: the thing exists and its figure was not found or not published. A cell that is
repealed ends what held: from then on there is no value.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from tanheng.text import Text
from tanheng.units import Unit

ParameterKind = Literal["number", "text", "boolean", "date", "integer"]
CellValue = float | str | bool | date | None
Said = Literal["value", "repealed", "withdrawn"]


class Status(IntEnum):
    """How sure a value is; the weakest is the largest.

    official: read in the official text, or true by definition. reported: read in a faithful copy or a digest.
    recalled: written from memory of the document, to be verified. example: an assumption of ours, named as such.
    """

    OFFICIAL = 0
    REPORTED = 1
    RECALLED = 2
    EXAMPLE = 3

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def text(self) -> Text:
        """The word for people."""
        return _STATUS_TEXTS[self]


_STATUS_TEXTS = {
    Status.OFFICIAL: Text("official", "官方原文"),
    Status.REPORTED: Text("reported", "转载摘录"),
    Status.RECALLED: Text("recalled", "据记忆待核"),
    Status.EXAMPLE: Text("example", "示例值"),
}
STATUS_WORDS = {status.word: status for status in Status}


@dataclass(frozen=True, slots=True)
class Source:
    """The document a value comes from. ``read`` says in what kind of copy it was seen; None: not seen."""

    document: str
    clause: str | None = None
    read: str | None = None
    address: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a parameter from ``start`` on. ``value`` None is unset.

    ``recorded`` is the day on which the value became known here, for asking what was known then; None is from the
    start. ``until`` is the last day of a value with a term. ``said`` tells a value from a repeal (nothing holds any
    more) and from the withdrawal of an earlier record. ``review_by`` is the day by which an example wants another look.
    ``confidence`` is the word of the factor table it was carried from (high, medium, low). ``file`` and ``line`` say
    where it stands.
    """

    keys: tuple[str, ...]
    start: date
    value: CellValue
    status: Status
    source: Source
    recorded: date | None
    confidence: str | None
    note: str | None
    file: str
    line: int
    said: Said = "value"
    until: date | None = None
    review_by: date | None = None


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter with all its cells, sorted by categories and date. Immutable.

    ``cells`` are those that count, one for a category and day, repeals among them; ``records`` all that were ever
    written, with those that were corrected or withdrawn since, and those that came later than the day asked about.
    ``source`` and ``status`` are those of values that say none. ``local``: the rulebooks based on the one that declares
    it give values of their own. ``awaits`` says what will use a parameter that nothing uses yet.
    """

    name: str
    title: Text
    kind: ParameterKind
    unit: Unit
    by: tuple[str, ...]
    cells: tuple[Cell, ...]
    source: Source | None
    status: Status | None
    note: str | None
    file: str
    line: int
    valid_until: date | None = None
    records: tuple[Cell, ...] = ()
    local: bool = False
    awaits: str | None = None
    _series: Mapping[tuple[str, ...], tuple[tuple[date, ...], tuple[Cell, ...]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.records:
            object.__setattr__(self, "records", self.cells)
        series: dict[tuple[str, ...], list[Cell]] = {}
        for cell in self.cells:
            series.setdefault(cell.keys, []).append(cell)
        found = {keys: (tuple(cell.start for cell in cells), tuple(cells)) for keys, cells in series.items()}
        object.__setattr__(self, "_series", MappingProxyType(found))

    def at(self, on: date, *keys: str) -> Cell | None:
        """The cell in force on the day; None where there is no such category, or not yet, or no longer.

        Raises
        ------
        ValueError
            When not one key is given for each axis of ``by``.
        """
        if len(keys) != len(self.by):
            wanted = ", ".join(self.by) or "none"
            raise ValueError(f"{self.name} has the axes {wanted}; given were {', '.join(keys) or 'none'}")
        if self.valid_until is not None and on > self.valid_until:
            return None
        found = self._series.get(keys)
        if found is None:
            return None
        starts, cells = found
        place = bisect_right(starts, on)
        cell = cells[place - 1] if place else None
        return None if cell is None or cell.said == "repealed" else cell

    def in_force(self, on: date) -> tuple[Cell, ...]:
        """The cells in force on the day, one for each combination of categories, sorted."""
        found = (self.at(on, *keys) for keys in self._series)
        return tuple(cell for cell in found if cell is not None)

    @cached_property
    def combinations(self) -> frozenset[tuple[str, ...]]:
        """The combinations of categories that any record is for."""
        return frozenset(cell.keys for cell in (*self.cells, *self.records))

    @property
    def categories(self) -> Mapping[str, frozenset[str]]:
        """The values seen on each axis, over all dates and records."""
        return {axis: frozenset(keys[place] for keys in self.combinations) for place, axis in enumerate(self.by)}
