"""The columns of a Parquet file as the schema declares them, and what breaks it, as expressions for any engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw

from tanheng.problems import Problem
from tanheng.warehouse.checks import Categories, allowed_values
from tanheng.warehouse.schema import Column, Kind, Table

DTYPES: Mapping[Kind, Any] = {
    "text": nw.String(),
    "integer": nw.Int64(),
    "number": nw.Float64(),
    "date": nw.Date(),
    "boolean": nw.Boolean(),
}


def as_declared(frame: nw.LazyFrame[Any], table: Table, file: str) -> tuple[nw.LazyFrame[Any], list[Problem]]:
    """The frame with the declared columns in their types and order, defaults filled in, and what it lacks for that."""
    schema = frame.collect_schema()
    held = nw.col("held").cast(nw.String()) if "held" in schema else nw.lit(None, dtype=nw.String())
    problems = []
    columns: dict[str, nw.Expr] = {}
    for column in table.all_columns:
        wanted = DTYPES[column.kind]
        if column.name in schema:
            if not _fits(schema[column.name], column.kind):
                found = str(schema[column.name])
                problems.append(Problem("engine.E002", file, None, column.name, found, expected=str(wanted)))
                continue
            value = nw.col(column.name).cast(wanted)
        elif column.required and column.default is None:
            problems.append(Problem("engine.E002", file, None, column.name, message="the column is missing"))
            continue
        else:
            value = nw.lit(None, dtype=wanted)
        if column.default is not None:
            filled = nw.coalesce(value, nw.lit(column.default, dtype=wanted))
            # Of a row that a trap caught, a gap is what the trap took out: a default there would be an answer.
            value = nw.when(held.is_null()).then(filled).otherwise(value) if _may_be_held(table, column) else filled
        columns[column.name] = value
    return frame.select(**columns, held=held), problems


def _may_be_held(table: Table, column: Column) -> bool:
    return any(column.name in table.held_by(trap) for trap in table.traps)


def _fits(dtype: nw.dtypes.DType, kind: Kind) -> bool:
    match kind:
        case "number":
            return dtype.is_numeric()
        case "integer":
            return dtype.is_integer()
        case "text":
            return isinstance(dtype, nw.String | nw.Categorical | nw.Enum)
        case "date":
            return isinstance(dtype, nw.Date)
        case "boolean":
            return isinstance(dtype, nw.Boolean)


def row_faults(table: Table, categories: Categories | None) -> list[tuple[str, str, nw.Expr]]:
    """Column, what it must be, and the condition, never null, under which a row breaks that."""
    faults = [
        (column.name, what, condition)
        for column in table.all_columns
        for what, condition in _faults(table, column, categories)
    ]
    for group in table.one_filled:
        filled = reduce(add, ((~nw.col(name).is_null()).cast(nw.Int64()) for name in group))
        names = " or ".join(group)
        # What a trap took out may have been the one.
        faults.append((names, f"filled in one of them: {names}", (filled == 0) & nw.col("held").is_null()))
        faults.append((names, f"filled in one only: {names}", filled > 1))
    return [(name, what, nw.coalesce(condition, nw.lit(False))) for name, what, condition in faults]


def _faults(table: Table, column: Column, categories: Categories | None) -> list[tuple[str, nw.Expr]]:
    value = nw.col(column.name)
    there = ~value.is_null()
    found: list[tuple[str, nw.Expr]] = []
    if column.required:
        # What a trap holds is null in a checked city; the row says so.
        gap = value.is_null() & nw.col("held").is_null() if _may_be_held(table, column) else value.is_null()
        found.append(("filled in every row", gap))
    known = allowed_values(column, categories)
    if known is not None:
        found.append((f"one of {', '.join(sorted(known)[:12])}", there & ~value.is_in(sorted(known))))
    if column.kind == "number":
        found.append(("a finite number", there & ~value.is_finite()))
        there = there & value.is_finite()  # what is no number is above every bound
    if column.least is not None:
        found.append((f"{column.least:g} or more", there & (value < column.least)))
    if column.most is not None:
        found.append((f"{column.most:g} or less", there & (value > column.most)))
    if column.months:
        found.append(("the first day of a month", there & (value.dt.day() != 1)))
    return found
