"""The cells of a table as people read them, in both languages.

Two columns X_en and X_zh are one text in two languages, and the page shows one of them. A table may hold
more columns than it shows: of a shown column X, ``X_zh`` holds the same in Chinese, ``X__trust`` the weakest
status that went into it, and ``X__why`` and ``X__why_zh`` what is missing where it is null.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from tanheng.measures.assessment import State, Table, TableColumn
from tanheng.policy.rulebook import Status
from tanheng.report.figures import number, unit_text
from tanheng.report.words import WORDS
from tanheng.text import Text

_STATES = frozenset(get_args(State)) - {"neutral"}
_STATUSES = frozenset(status.word for status in Status)
# Other words of a closed list that a table may hold.
_VOCABULARY: dict[str, Text] = {
    "bureau": Text("the bureau", "主管部门"),
    "reporter": Text("who reports", "填报单位"),
    "nobody": Text("nobody", "无"),
    "primary": Text("primary", "第一产业"),
    "secondary": Text("secondary", "第二产业"),
    "tertiary": Text("tertiary", "第三产业"),
    "households": Text("households", "居民"),
}


@dataclass(frozen=True)
class Cell:
    """``chip`` is the class of a word such as "watch" or "example"; ``trust`` marks a number on a weak value."""

    text: Text
    numeric: bool = False
    chip: str | None = None
    trust: str | None = None
    why: Text | None = None


@dataclass(frozen=True)
class Head:
    title: Text
    unit: Text
    numeric: bool


def heads(table: Table) -> tuple[Head, ...]:
    """The column heads of a table."""
    return tuple(
        Head(_title(column, chinese), unit_text(column.unit), _is_numeric(table, column))
        for column, chinese in shown_columns(table)
    )


def shown_columns(table: Table) -> list[tuple[TableColumn, TableColumn | None]]:
    """The columns in order; of a pair X_en and X_zh the first with the second beside it."""
    by_name = {column.name: column for column in table.columns}
    pairs: dict[str, TableColumn] = {}
    for name in by_name:
        other = f"{name.removesuffix('_en')}_zh"
        if name.endswith("_en") and other in by_name:
            pairs[name] = by_name[other]
    second = {column.name for column in pairs.values()}
    return [(column, pairs.get(name)) for name, column in by_name.items() if name not in second]


def _title(column: TableColumn, chinese: TableColumn | None) -> Text:
    return column.title if chinese is None else Text(column.title.en, chinese.title.zh)


def rows(table: Table, most: int | None = None) -> Iterator[tuple[Cell, ...]]:
    """The first ``most`` rows as they are read."""
    shown = table.data.slice(0, most) if most is not None else table.data
    columns = [_column(table, column, chinese, shown.num_rows) for column, chinese in shown_columns(table)]
    yield from zip(*columns, strict=True)


def is_year(column: TableColumn) -> bool:
    """Years are numbers without thousands marks."""
    return column.name == "year" or column.name.endswith("_year") or column.unit == "year"


def _is_numeric(table: Table, column: TableColumn) -> bool:
    import pyarrow.types as kinds

    kind = table.data.schema.field(column.name).type
    return bool(kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind)) and not is_year(column)


def _column(table: Table, column: TableColumn, chinese: TableColumn | None, most: int) -> list[Cell]:
    def beside(suffix: str) -> Sequence[Any]:
        name = chinese.name if chinese is not None and suffix == "_zh" else f"{column.name}{suffix}"
        if name not in table.data.column_names:
            return [None] * most
        found: list[Any] = table.data[name].slice(0, most).to_pylist()
        return found

    numeric = _is_numeric(table, column)
    values = table.data[column.name].slice(0, most).to_pylist()
    digits = _digits(column, values)
    return [
        _cell(column, numeric, digits, value, zh, trust, why, why_zh)
        for value, zh, trust, why, why_zh in zip(
            values, beside("_zh"), beside("__trust"), beside("__why"), beside("__why_zh"), strict=True
        )
    ]


def _digits(column: TableColumn, values: Sequence[Any]) -> int:
    """The digits asked for; else what four significant digits of the largest value need."""
    if column.digits is not None:
        return column.digits
    if all(isinstance(value, int) for value in values if value is not None):
        return 0
    largest = max((abs(value) for value in values if isinstance(value, int | float)), default=0)
    return 2 if largest == 0 else min(4, max(0, 3 - math.floor(math.log10(largest))))


def _cell(
    column: TableColumn, numeric: bool, digits: int, value: Any, zh: Any, trust: Any, why: Any, why_zh: Any
) -> Cell:
    if value is None:
        missing = Text(str(why), str(why_zh or why)) if why else None
        return Cell(Text("–", "–"), numeric, why=missing)
    if isinstance(value, bool):
        return Cell(WORDS["yes" if value else "no"])
    if isinstance(value, int | float):
        said = str(value) if is_year(column) else number(value, digits)
        weak = Status(trust).word if isinstance(trust, int) and trust >= Status.RECALLED else None
        return Cell(Text(said, said), numeric, trust=weak)
    if isinstance(value, date):
        return Cell(Text(value.isoformat(), value.isoformat()))
    said = str(value)
    if zh is not None:
        return Cell(Text(said, str(zh)))
    if said in _STATES or said in _STATUSES:
        return Cell(WORDS[said], chip=f"{'chip' if said in _STATES else 'status'} {said}")
    return Cell(_VOCABULARY.get(said, Text(said, said)))
