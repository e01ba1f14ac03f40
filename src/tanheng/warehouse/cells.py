"""One cell as SQL: the value that its text stands for, and what is wrong with it.

A file gives a column either as text (CSV, Excel, or text in Parquet) or with a type of its own
(Parquet). ``read_cell`` says for both how to turn it into the type that the schema declares, and under which
conditions it cannot be. Conditions are never null: DuckDB evaluates them for millions of rows at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tanheng.warehouse.schema import Column, Kind

SQL_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "boolean": "BOOLEAN",
}

# Integers are read through a double: 2^53 is the largest up to which every one is exact.
_LARGEST_INTEGER = 2**53
_BLANK = r"' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)"


@dataclass(frozen=True)
class Cell:
    """How a column is read: ``value`` and, by what is wrong, the conditions in SQL that say so."""

    column: Column
    raw: str  # the cell as it stands in the file
    empty: str  # the cell holds nothing
    value: str  # typed, null where empty; the default is not filled in yet
    unreadable: str  # neither empty nor of the declared type

    @property
    def filled(self) -> str:
        """The value, or the column's default where the cell is empty."""
        if self.column.default is None:
            return self.value
        return f"coalesce({self.value}, {literal(self.column.default, self.column.kind)})"


def quote(name: str) -> str:
    """An identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in SQL."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    return "(" + ", ".join(text(value) for value in values) + ")"


def literal(value: object, kind: Kind) -> str:
    """A Python value as a typed constant in SQL."""
    shown = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return f"CAST({text(shown)} AS {SQL_TYPES[kind]})"


def absent(column: Column) -> Cell:
    """A column that the file does not have."""
    return Cell(column, "NULL", "true", f"CAST(NULL AS {SQL_TYPES[column.kind]})", "false")


def read_text(column: Column) -> Cell:
    """A column that stands in the file as text."""
    raw = quote(column.name)
    trimmed = f"nullif(trim({raw}, {_BLANK}), '')"
    value, readable = _from_text(trimmed, column.kind)
    return Cell(column, raw, f"({trimmed}) IS NULL", value, f"(({trimmed}) IS NOT NULL AND NOT coalesce({readable}, false))")


def _from_text(cell: str, kind: Kind) -> tuple[str, str]:
    """The typed value and the condition under which the text stands for one."""
    if kind == "text":
        return cell, "true"
    if kind == "date":
        day = f"TRY_CAST({cell} AS DATE)"
        return day, f"year({day}) BETWEEN 1900 AND 2200"
    if kind == "boolean":
        truth = f"CASE lower({cell}) WHEN '是' THEN true WHEN '否' THEN false ELSE TRY_CAST({cell} AS BOOLEAN) END"
        return f"({truth})", f"({truth}) IS NOT NULL"
    number = f"TRY_CAST({cell} AS DOUBLE)"
    # DuckDB reads 1_000 and 0x1F as numbers; a spreadsheet would not.
    plain = f"(isfinite({number}) AND NOT contains({cell}, '_') AND NOT contains(lower({cell}), 'x'))"
    if kind == "number":
        return number, plain
    whole = f"({plain} AND {number} = trunc({number}) AND abs({number}) <= {_LARGEST_INTEGER})"
    return f"TRY_CAST({number} AS BIGINT)", whole
