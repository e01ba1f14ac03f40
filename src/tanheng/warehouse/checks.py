"""What every row of a table must fulfil by itself, as conditions that DuckDB evaluates over whole files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tanheng.warehouse.cells import Cell, texts
from tanheng.warehouse.schema import Column, Table

Categories = Mapping[str, Mapping[str, frozenset[str]]]
Hint = Callable[[str], str]

_TOO_MANY_TO_COMPARE = 2000
_NUMBER = r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?"
_UNKNOWN_WORDS = ("na", "n/a", "#n/a", "nan", "null", "none", "-", "--", "/", "无", "未知", "inf", "-inf", "infinity")


@dataclass(frozen=True)
class Check:
    """A fault of single rows. ``condition`` is true, false, never null, where the row is faulty.

    ``shown`` is the value in SQL that the message shows, or None where there is none to show.
    """

    code: str
    column: str
    condition: str
    shown: str | None
    message: str = ""
    expected: str = ""
    hint: Hint = lambda value: ""


def row_checks(table: Table, cells: Sequence[Cell], categories: Categories | None) -> list[Check]:
    """Every check of single rows for the columns that the file has, in the order of the columns."""
    checks: list[Check] = []
    for cell in cells:
        if cell.is_present:
            checks += _cell_checks(cell, categories)
    by_name = {cell.column.name: cell for cell in cells}
    for group in table.one_filled:
        count = " + ".join(f"CAST(NOT ({by_name[name].empty}) AS INTEGER)" for name in group)
        names = " or ".join(group)
        checks += [
            Check("intake.E019", names, f"({count}) = 0", None, "are all empty", f"filled in one of them: {names}"),
            Check("intake.E019", names, f"({count}) > 1", None, "are filled in both", f"filled in one only: {names}"),
        ]
    return checks


def _cell_checks(cell: Cell, categories: Categories | None) -> list[Check]:
    column = cell.column
    shown = f"CAST({cell.raw} AS VARCHAR)"
    checks = []
    if cell.unreadable != "false":
        expected, hint = _readable_form(column)
        checks.append(Check("intake.E010", column.name, cell.unreadable, shown, "", expected, hint))
    if column.required and column.default is None:
        checks.append(Check("intake.E014", column.name, cell.empty, None, "is empty", "filled in", _fill_in(column)))
    bounds = [f"{cell.value} < {column.least!r}"] if column.least is not None else []
    bounds += [f"{cell.value} > {column.most!r}"] if column.most is not None else []
    if bounds:
        outside = f"(NOT {cell.unreadable} AND coalesce({' OR '.join(bounds)}, false))"
        checks.append(Check("intake.E015", column.name, outside, shown, "", _bounds(column), _mend_bounds(column)))
    if column.months:
        other_day = f"(NOT {cell.unreadable} AND coalesce(day({cell.value}) <> 1, false))"
        checks.append(Check("intake.E016", column.name, other_day, shown, "", "the first day of a month", _first_day))
    allowed = allowed_values(column, categories)
    if allowed is not None:
        unknown = f"coalesce({cell.value} NOT IN {texts(allowed)}, false)" if allowed else f"NOT ({cell.empty})"
        expected = _listed(column, allowed)
        checks.append(Check("intake.E017", column.name, unknown, shown, "", expected, near(allowed)))
    return checks


def allowed_values(column: Column, categories: Categories | None) -> tuple[str, ...] | None:
    """The values that a text column may hold, sorted; None if any."""
    if column.one_of:
        return tuple(column.one_of)
    if column.of_parameter is None or categories is None:
        return None
    parameter, axis = column.of_parameter
    values = categories.get(parameter, {}).get(axis)  # that the rulebook has none is told once, not for every row
    return None if values is None else tuple(sorted(values))


def near(known: Iterable[str]) -> Hint:
    """A hint with the known values that come near the one that stands there."""
    candidates = list(known)

    def hint(value: str) -> str:
        if len(candidates) > _TOO_MANY_TO_COMPARE:
            return ""
        folded: dict[str, str] = {}
        for candidate in candidates:
            folded.setdefault(_fold(candidate), candidate)
        if _fold(value) in folded:
            return f"Did you mean {folded[_fold(value)]}?"
        found = get_close_matches(_fold(value), folded, n=3, cutoff=0.6)
        return f"Did you mean {' or '.join(folded[name] for name in found)}?" if found else ""

    return hint


def _fold(value: str) -> str:
    """What two writings of one code have in common: case, width, separators and leading zeros aside."""
    folded = unicodedata.normalize("NFKC", value).strip().lower().replace("-", "_").replace(" ", "_")
    return folded.lstrip("0") or folded


def _readable_form(column: Column) -> tuple[str, Hint]:
    if column.kind == "date":
        return "a date such as 2024-03-01", lambda value: "Write year, month and day with four, two and two digits"
    if column.kind == "boolean":
        return "true or false", lambda value: ""
    if column.kind == "integer":
        return "a whole number", _mend_number(column)
    return "a number", _mend_number(column)


def _mend_number(column: Column) -> Hint:
    def hint(value: str) -> str:
        said = value.strip()
        half_width = unicodedata.normalize("NFKC", said)
        if said.lower() in _UNKNOWN_WORDS:
            return "Leave the cell empty where the value is not known"
        if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", half_width):
            return f"Write it without thousands separators: {half_width.replace(',', '')}"
        if half_width != said and re.fullmatch(r"[-+]?\d*\.?\d+", half_width):
            return f"Write it with half-width digits: {half_width}"
        if re.fullmatch(r"[-+]?\d+,\d+", half_width):
            return f"Write a point for the decimals: {half_width.replace(',', '.')}"
        if re.fullmatch(_NUMBER, half_width):
            return ""
        match = re.fullmatch(rf"({_NUMBER})\s*(?!x[0-9a-fA-F]+$)([^\W\d_].*|[%°/].*)", half_width)
        if match and match[2] == "%":
            return f"Write the number alone: the column is in {column.unit if column.unit != '1' else 'shares of one'}"
        if match and column.unit != "1":
            return f"Write the number alone, without the unit: the column is in {column.unit}"
        if match:
            return f"Write the number alone: {match[1]}"
        return ""

    return hint


def _bounds(column: Column) -> str:
    least, most = (None if bound is None else f"{bound:g}" for bound in (column.least, column.most))
    if least is not None and most is not None:
        return f"between {least} and {most}"
    return f"{least} or more" if least is not None else f"{most} or less"


def _mend_bounds(column: Column) -> Hint:
    def hint(value: str) -> str:
        if column.unit == "degree" and column.most == 90:
            return "Are longitude and latitude exchanged?"
        if column.least == 0 and column.most == 1:
            return "The column is a share of one, not percent"
        return ""

    return hint


def _fill_in(column: Column) -> Hint:
    return lambda value: f"It is: {column.meaning.en}"


def _first_day(value: str) -> str:
    match = re.match(r"(\d{4})\D(\d{1,2})\b", value.strip())
    return f"Write {match[1]}-{int(match[2]):02d}-01" if match else ""


def _listed(column: Column, allowed: Sequence[str]) -> str:
    if not allowed and column.of_parameter:
        return f"a category of {column.of_parameter[0]}, which has none"
    if len(allowed) <= 8:
        return f"one of {', '.join(allowed)}"
    if column.of_parameter:
        return f"one of the {len(allowed)} categories ({column.of_parameter[1]}) of {column.of_parameter[0]}"
    return f"one of {', '.join(allowed[:8])}, ..."
