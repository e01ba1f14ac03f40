"""One cell as SQL: the value that its text stands for, and what is wrong with it.

A file gives a column either as text (CSV, Excel, or text in Parquet) or with a type of its own
(Parquet). ``read_cell`` says for both how to turn it into the type that the schema declares, and under which
conditions it cannot be. Conditions are never null: DuckDB evaluates them for millions of rows at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT")
_YEARS = "1900 AND 2200"
# Space, tab, line ends, no-break space and the wide space of Chinese text.
BLANKS = (32, 9, 10, 13, 160, 12288)
_BLANKS = " || ".join(f"chr({blank})" for blank in BLANKS)


@dataclass(frozen=True)
class Cell:
    """How a column is read: ``value`` and, by what is wrong, the conditions in SQL that say so."""

    column: Column
    raw: str  # the cell as it stands in the file
    empty: str  # the cell holds nothing
    value: str  # typed, null where empty; the default is not filled in yet
    unreadable: str  # neither empty nor of the declared type

    @property
    def is_present(self) -> bool:
        """Whether the file has the column."""
        return self.raw != "NULL"

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


def path_text(path: Path) -> str:
    """The path of one file in SQL. DuckDB takes ``*``, ``?`` and ``[`` for patterns, and would read other files too."""
    return text(re.sub(r"[*?\[]", lambda match: f"[{match[0]}]", str(path)))


def texts(values: Iterable[str]) -> str:
    return "(" + ", ".join(text(value) for value in values) + ")"


def literal(value: object, kind: Kind) -> str:
    """A Python value as a typed constant in SQL."""
    shown = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return f"CAST({text(shown)} AS {SQL_TYPES[kind]})"


def absent(column: Column) -> Cell:
    """A column that the file does not have."""
    return Cell(column, "NULL", "true", f"CAST(NULL AS {SQL_TYPES[column.kind]})", "false")


def read_text(column: Column, *, odd_blanks: bool = True) -> Cell:
    """A column that stands in the file as text; blanks around a value do not count.

    Taking off more than spaces takes five times as long: ``odd_blanks`` says whether the file has any.
    """
    raw = quote(column.name)
    cell = f"nullif(trim({raw}, {_BLANKS}), '')" if odd_blanks else f"nullif(trim({raw}), '')"
    value, readable = _from_text(cell, column.kind)
    return Cell(column, raw, f"{cell} IS NULL", value, f"({cell} IS NOT NULL AND NOT coalesce({readable}, false))")


def _from_text(cell: str, kind: Kind) -> tuple[str, str]:
    """The typed value and the condition under which the text stands for one."""
    if kind == "text":
        return cell, "true"
    if kind == "date":
        day = f"TRY_CAST({cell} AS DATE)"
        whole_day = f"(length({cell}) <= 10 OR TRY_CAST({cell} AS TIMESTAMP) = {day})"
        return day, f"(year({day}) BETWEEN {_YEARS} AND {whole_day})"
    if kind == "boolean":
        truth = f"CASE lower({cell}) WHEN '是' THEN true WHEN '否' THEN false ELSE TRY_CAST({cell} AS BOOLEAN) END"
        return truth, f"({truth}) IS NOT NULL"
    number = f"TRY_CAST({cell} AS DOUBLE)"
    # DuckDB reads 1_000 and 0x1F as numbers; a spreadsheet would not.
    plain = f"(isfinite({number}) AND NOT contains({cell}, '_') AND NOT contains(lower({cell}), 'x'))"
    if kind == "number":
        return number, plain
    return f"TRY_CAST({number} AS BIGINT)", f"({plain} AND {_is_whole(number)})"


def read_native(column: Column, sql_type: str, *, tidy: bool = True) -> Cell | None:
    """A column that a Parquet file holds with a type of its own; None if that is no type for it.

    Text is taken as it stands where it is ``tidy``, so that DuckDB can scan it in place.
    """
    raw = quote(column.name)
    kind = column.kind
    if sql_type == '"NULL"':
        return Cell(column, raw, "true", f"CAST(NULL AS {SQL_TYPES[kind]})", "false")
    if sql_type == "VARCHAR" or sql_type.startswith("ENUM"):
        if kind == "text" and tidy and sql_type == "VARCHAR":
            return Cell(column, raw, f"{raw} IS NULL", raw, "false")
        return read_text(column)
    is_integer = sql_type in _INTEGERS
    is_number = is_integer or sql_type in ("FLOAT", "DOUBLE") or sql_type.startswith("DECIMAL")
    present = f"{raw} IS NOT NULL"
    if kind == "text" and is_integer:
        return Cell(column, raw, f"{raw} IS NULL", f"CAST({raw} AS VARCHAR)", "false")
    if kind == "integer" and is_integer:
        return Cell(column, raw, f"{raw} IS NULL", f"TRY_CAST({raw} AS BIGINT)", f"{raw} > {2**63 - 1}")
    if kind == "integer" and is_number:
        whole = f"(isfinite({raw}) AND {_is_whole(raw)})"
        return Cell(column, raw, f"{raw} IS NULL", f"TRY_CAST({raw} AS BIGINT)", f"({present} AND NOT {whole})")
    if kind == "number" and is_number:
        wrong = f"NOT isfinite({raw})" if sql_type in ("FLOAT", "DOUBLE") else "false"
        value = raw if sql_type == "DOUBLE" else f"CAST({raw} AS DOUBLE)"
        return Cell(column, raw, f"{raw} IS NULL", value, f"({present} AND {wrong})")
    if kind == "date" and (sql_type == "DATE" or sql_type.startswith("TIMESTAMP")):
        day = raw if sql_type == "DATE" else f"CAST({raw} AS DATE)"
        wrong = f"(year({raw}) NOT BETWEEN {_YEARS} OR {raw} <> {day})"
        return Cell(column, raw, f"{raw} IS NULL", day, f"({present} AND coalesce({wrong}, true))")
    if kind == "boolean" and sql_type == "BOOLEAN":
        return Cell(column, raw, f"{raw} IS NULL", raw, "false")
    return None


def _is_whole(number: str) -> str:
    return f"({number} = trunc({number}) AND abs({number}) <= {_LARGEST_INTEGER})"
