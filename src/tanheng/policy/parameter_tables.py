"""Parameters with categories as tables to join: one table for all that share their categories."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from tanheng.policy.causes import Causes
from tanheng.policy.expressions import Constant, Expr, ParameterValue
from tanheng.policy.lowering import Made
from tanheng.policy.parameters import Cell, Parameter
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.wording import formula

# Years of rows begin here; a value in force before is in force from the first row on.
FIRST_YEAR = 1990

_ARROW = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "text": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}

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
    by_year: dict[int, Cell] = {}
    for cell in sorted(cells, key=lambda cell: cell.start):
        by_year[max(cell.start.year, FIRST_YEAR)] = cell
    bands: list[tuple[int | None, Cell | None]] = [(None, by_year.pop(FIRST_YEAR, None))]
    bands += sorted(by_year.items())
    if ends is not None:
        last = ends.year if (ends.month, ends.day) == (12, 31) else ends.year - 1
        bands = [band for band in bands if band[0] is None or band[0] <= last] + [(last + 1, None)]
    return bands


@dataclass(frozen=True)
class ParameterGroup:
    """``table`` has ``__key_N_of_table``, ``__band_of_table`` where ``first_years`` is not empty, and the values.

    ``columns`` maps the signature of each parameter value to its column and what stands beside it.
    """

    keys: tuple[Expr, ...]
    first_years: tuple[int | None, ...]
    table: pa.Table
    columns: dict[str, tuple[str, Made]]


def group_parameters(
    nodes: Iterable[ParameterValue], rulebook: Rulebook, period: str | None, on: date, causes: Causes, *, taken: int
) -> list[ParameterGroup]:
    """``taken`` is how many columns are joined already, so that each of the new ones has a name of its own."""
    groups: dict[tuple[str, ...], list[ParameterValue]] = {}
    for node in nodes:
        signature = tuple(formula(key) for key in node.keys if not isinstance(key, Constant))
        groups.setdefault(signature, []).append(node)
    found = []
    for members in groups.values():
        found.append(_group(members, rulebook, period, on, causes, taken))
        taken += len(members)
    return found


def _group(
    nodes: Sequence[ParameterValue], rulebook: Rulebook, period: str | None, on: date, causes: Causes, taken: int
) -> ParameterGroup:
    by_node = [_bands_by_category(rulebook[node.name], node, period, on) for node in nodes]
    categories = sorted({category for bands in by_node for category in bands})
    years = {year for bands in by_node for band in bands.values() for year, _ in band if year is not None}
    first_years: list[int | None] = [None, *sorted(years)]
    open_keys = tuple(key for key in nodes[0].keys if not isinstance(key, Constant))
    columns: dict[str, list[Any]] = {f"__key_{n}_of_table": [] for n in range(len(open_keys))}
    schema = [(name, pa.string()) for name in columns]
    for category in categories:
        for _ in first_years:
            for n, part in enumerate(category):
                columns[f"__key_{n}_of_table"].append(part)
    if len(first_years) > 1:
        columns["__band_of_table"] = list(range(len(first_years))) * len(categories)
        schema.append(("__band_of_table", pa.int64()))
    found: dict[str, tuple[str, Made]] = {}
    for number, (node, bands) in enumerate(zip(nodes, by_node, strict=True), start=taken):
        parameter = rulebook[node.name]
        cells = [_in_band(bands.get(category, ()), year) for category in categories for year in first_years]
        column = re.sub(r"\W", "_", f"p{number}_{node.name}")
        columns[column] = [None if cell is None else cell.value for cell in cells]
        columns[f"{column}__cause"] = [
            causes.unset(node.name, cell, cell.keys) if cell is not None and cell.value is None else None
            for cell in cells
        ]
        schema += [(column, _ARROW[parameter.kind]), (f"{column}__cause", pa.int32())]
        statuses = [0 if cell is None else int(cell.status) for cell in cells]
        one_status = len({int(cell.status) for cell in cells if cell is not None}) <= 1
        if not one_status:
            columns[f"{column}__trust"] = statuses
            schema.append((f"{column}__trust", pa.int8()))
        found[formula(node)] = (column, Made(True, max(statuses, default=0) if one_status else None))
    table = pa.table(columns, schema=pa.schema(schema))
    return ParameterGroup(open_keys, tuple(first_years) if len(first_years) > 1 else (), table, found)


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
