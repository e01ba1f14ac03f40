"""Parameters with categories as tables to join: one table for all that share their categories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import narwhals as nw

from tanheng.policy.causes import Causes
from tanheng.policy.expressions import Constant, Expr, ParameterValue
from tanheng.policy.lowering import DTYPES
from tanheng.policy.parameters import Cell, Parameter
from tanheng.policy.relational import SmallTable
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.wording import formula

# Years of rows begin here; a value in force before is in force from the first row on.
FIRST_YEAR = 1990

Bands = Sequence[tuple[int | None, Cell | None]]


def is_scalar(node: ParameterValue) -> bool:
    """Whether every category is written out in the rule."""
    return all(isinstance(key, Constant) for key in node.keys)


def bands_of(parameter: Parameter, node: ParameterValue, period: str | None, on: date) -> Bands:
    """The cells of a parameter whose categories are written out, by first year of validity."""
    keys = tuple(str(key.value) for key in node.keys if isinstance(key, Constant))
    if period is None:
        return [(None, parameter.at(on, *keys))]
    return _bands([cell for cell in parameter.cells if cell.keys == keys and cell.start <= on], parameter, on)


def _bands(cells: Iterable[Cell], parameter: Parameter, on: date) -> Bands:
    """Cells of one category as (first year, cell); the first band has no first year.

    A row of a year takes the value in force on the last day of that year, or on the date of the run if that
    comes before.
    """
    ends = parameter.valid_until if parameter.valid_until is not None and parameter.valid_until < on else None
    by_year: dict[int, Cell | None] = {}
    for cell in sorted(cells, key=lambda cell: cell.start):
        by_year[max(cell.start.year, FIRST_YEAR)] = None if cell.said == "repealed" else cell
    bands: list[tuple[int | None, Cell | None]] = [(None, by_year.pop(FIRST_YEAR, None))]
    bands += sorted(by_year.items())
    if ends is not None:
        last = ends.year if (ends.month, ends.day) == (12, 31) else ends.year - 1
        bands = [band for band in bands if band[0] is None or band[0] <= last] + [(last + 1, None)]
    return bands


FEW = 12  # a choice among so many categories is written out; more are joined


@dataclass(frozen=True)
class Candidate:
    """A parameter at one of its categories: what it is there, by first year of validity."""

    bands: Mapping[tuple[str, ...], Bands]
    parameter: Parameter
    code: Callable[[Cell | None], int]

    @property
    def trust(self) -> int | None:
        """The status, where all cells have the same one."""
        statuses = {int(cell.status) for band in self.bands.values() for _, cell in band if cell is not None}
        return max(statuses, default=0) if len(statuses) <= 1 else None

    @property
    def has_gaps(self) -> bool:
        """Whether a known category has no value in some year."""
        return any(cell is None or cell.value is None for band in self.bands.values() for _, cell in band)


@dataclass(frozen=True)
class ParameterGroup:
    """Parameters that share their open categories. ``first_years`` is empty where the year does not matter."""

    keys: tuple[Expr, ...]
    first_years: tuple[int | None, ...]
    members: Mapping[str, Candidate]  # by signature

    @property
    def categories(self) -> list[tuple[str, ...]]:
        return sorted({category for member in self.members.values() for category in member.bands})

    def knows_all(self, domains: Sequence[frozenset[str] | None], signature: str) -> bool:
        """Whether the parameter has a value for whatever the keys can be."""
        member = self.members[signature]
        if member.has_gaps or any(domain is None for domain in domains):
            return False
        return all(category in member.bands for category in product(*(domain or () for domain in domains)))

    def table(self, names: Mapping[str, str], key: str, band: str) -> SmallTable:
        """One row a category and band: ``KEY_N`` and ``BAND``, then the values under their ``names``."""
        years = self.first_years or (None,)
        columns: dict[str, list[Any]] = {f"{key}_{n}": [] for n in range(len(self.keys))}
        types: dict[str, nw.dtypes.DType] = dict.fromkeys(columns, nw.String())
        for category in self.categories:
            for _ in years:
                for n, part in enumerate(category):
                    columns[f"{key}_{n}"].append(part)
        if self.first_years:
            columns[band] = list(range(len(years))) * len(self.categories)
            types[band] = nw.Int64()
        for signature, name in names.items():
            member = self.members[signature]
            cells = [_in_band(member.bands.get(category, ()), year) for category in self.categories for year in years]
            columns[name] = [None if cell is None else cell.value for cell in cells]
            types[name] = DTYPES[member.parameter.kind]
            if any(value is None for value in columns[name]):
                columns[f"{name}__cause"] = [code_of_gap(cell, member) for cell in cells]
                types[f"{name}__cause"] = nw.Int32()
            if member.trust is None:
                columns[f"{name}__trust"] = [0 if cell is None else int(cell.status) for cell in cells]
                types[f"{name}__trust"] = nw.Int8()
        return SmallTable(columns, types)


def code_of_gap(cell: Cell | None, member: Candidate) -> int | None:
    """The cause of an unset cell. Where there is no cell at all the caller says so."""
    return member.code(cell) if cell is not None and cell.value is None else None


def group_parameters(
    nodes: Iterable[ParameterValue],
    rulebook: Rulebook,
    period: str | None,
    on: date,
    causes: Causes,
    years: tuple[int, int] | None,
) -> list[ParameterGroup]:
    """``years`` are the first and the last year of any row, where that is known."""
    groups: dict[tuple[str, ...], list[ParameterValue]] = {}
    for node in nodes:
        signature = tuple(formula(key) for key in node.keys if not isinstance(key, Constant))
        groups.setdefault(signature, []).append(node)
    found = []
    for members in groups.values():
        candidates = {}
        for node in members:
            parameter = rulebook[node.name]
            by_category = _bands_by_category(parameter, node, period, on)
            bands = {category: within(given, years) for category, given in by_category.items()}
            candidates[formula(node)] = Candidate(bands, parameter, _coder(causes, node.name))
        starts = {
            year for each in candidates.values() for band in each.bands.values() for year, _ in band if year is not None
        }
        first_years = (None, *sorted(starts)) if starts else ()
        keys = tuple(key for key in members[0].keys if not isinstance(key, Constant))
        found.append(ParameterGroup(keys, first_years, candidates))
    return found


def _coder(causes: Causes, name: str) -> Callable[[Cell | None], int]:
    return lambda cell: causes.unset(name, cell, () if cell is None else cell.keys)


def within(bands: Bands, years: tuple[int, int] | None) -> Bands:
    """The bands that rows of these years can be in; the first of them without its first year."""
    if years is None:
        return bands
    first, last = years
    kept = [band for band in bands if band[0] is None or band[0] <= last]
    while len(kept) > 1 and (kept[1][0] or 0) <= first:
        kept = kept[1:]
    return [(None, kept[0][1]), *kept[1:]] if kept else kept


def _bands_by_category(
    parameter: Parameter, node: ParameterValue, period: str | None, on: date
) -> dict[tuple[str, ...], Bands]:
    """The bands of each combination of open categories, the written ones being fixed."""
    fixed = {axis: str(key.value) for axis, key in enumerate(node.keys) if isinstance(key, Constant)}
    cells: dict[tuple[str, ...], list[Cell]] = {}
    for cell in parameter.in_force(on) if period is None else parameter.cells:
        if cell.start <= on and all(cell.keys[axis] == value for axis, value in fixed.items()):
            category = tuple(key for axis, key in enumerate(cell.keys) if axis not in fixed)
            cells.setdefault(category, []).append(cell)
    if period is None:
        return {category: [(None, given[0])] for category, given in cells.items()}
    return {category: _bands(given, parameter, on) for category, given in cells.items()}


def _in_band(bands: Bands, year: int | None) -> Cell | None:
    found = None
    for first_year, cell in bands:
        if first_year is None or (year is not None and first_year <= year):
            found = cell
    return found
