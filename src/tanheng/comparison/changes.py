"""Which values of which parameters differ between two rulebooks, on the days that rows of a city are judged by.

A correction of 2005 changes nothing for rows of 2020 where another value has held since 2010.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from tanheng.policy.backend import Tables
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import Constant, ParameterValue
from tanheng.policy.parameter_tables import FIRST_YEAR
from tanheng.policy.parameters import Cell, Parameter
from tanheng.policy.rulebook import Rulebook

Keys = tuple[str, ...]
Days = tuple[date, ...]


@dataclass(frozen=True)
class CellChange:
    """One category, from its first day that matters to the last before it changes again. ``after`` is None where
    the variant has no such value; a cell whose value is None is unset."""

    keys: Keys
    start: date
    before: Cell | None
    after: Cell | None


@dataclass(frozen=True)
class ParameterChange:
    """A parameter whose cells differ anywhere. One of the two may not exist."""

    name: str
    before: Parameter | None
    after: Parameter | None

    @property
    def shape_differs(self) -> bool:
        """Whether more than values differ: unit, kind or categories, or one is not there at all."""
        if self.before is None or self.after is None:
            return True
        return (self.before.unit, self.before.kind, self.before.by) != (
            self.after.unit, self.after.kind, self.after.by,
        )  # fmt: skip

    def cells(self, days: Days) -> tuple[CellChange, ...]:
        """What differs on any of the days, sorted by category and day; the same change is told once."""
        if self.before is None or self.after is None or self.before.by != self.after.by:
            return ()
        found: list[CellChange] = []
        for keys in sorted({cell.keys for each in (self.before, self.after) for cell in each.cells}):
            told: tuple[object, object] | None = None
            for day in sorted(days):
                pair = self.before.at(day, *keys), self.after.at(day, *keys)
                said = _said(pair[0]), _said(pair[1])
                if said[0] != said[1] and said != told:
                    found.append(CellChange(keys, day, *pair))
                told = said if said[0] != said[1] else None
        return tuple(found)

    def touches(self, node: ParameterValue, days: Days) -> bool:
        """Whether a rule that takes the parameter up like this can see the change on one of the days."""
        if self.shape_differs:
            return True
        wanted = [str(key.value) if isinstance(key, Constant) else None for key in node.keys]
        return any(
            all(asked is None or asked == key for asked, key in zip(wanted, change.keys, strict=True))
            for change in self.cells(days)
        )


def changed_parameters(before: Rulebook, after: Rulebook) -> Mapping[str, ParameterChange]:
    """Every parameter whose values, statuses or end differ on any day, whether a rule takes it up or not."""
    names = sorted(before.parameters.keys() | after.parameters.keys())
    pairs = ((name, before.parameters.get(name), after.parameters.get(name)) for name in names)
    return {name: ParameterChange(name, was, now) for name, was, now in pairs if _content(was) != _content(now)}


def days_of(city: Tables, entity: Entity, on: date) -> Days:
    """The days whose values rows of the entity take: the ends of their years, or the day of the run.

    As the engine has it: a row of a year takes what is in force on its last day, or on ``on`` where that comes before.
    """
    if entity.period is None:
        return (on,)
    first, last = _years(city, entity) or (FIRST_YEAR, on.year)
    return tuple(sorted({min(on, date(year, 12, 31)) for year in range(first, last + 1)}))


def _years(city: Tables, entity: Entity) -> tuple[int, int] | None:
    """The first and last year of any row; None where years are not in the table, or there is no row."""
    if entity.period == "year" and entity.year_of is not None:
        year = nw.col(entity.year_of).dt.year()
    elif any(column.name == entity.period for column in entity.table):
        year = nw.col(entity.period or "")
    else:
        return None
    spans = city.frame(entity.table.name).select(first=year.min(), last=year.max()).collect("pyarrow")
    row: dict[str, Any] = next(iter(spans.iter_rows(named=True)))
    return None if row["first"] is None else (int(row["first"]), int(row["last"]))


def _said(cell: Cell | None) -> object:
    return None if cell is None else (type(cell.value).__name__, cell.value, cell.status)


def _content(parameter: Parameter | None) -> object:
    if parameter is None:
        return None
    return parameter.unit, parameter.kind, parameter.by, parameter.valid_until, tuple(_cells(parameter))


def _cells(parameter: Parameter) -> Iterator[object]:
    for cell in parameter.cells:
        yield cell.keys, cell.start, cell.said, _said(cell)
