"""The cells of a table as people read them, in both languages.

Two columns X_en and X_zh are one text in two languages, and the page shows one of them. A table may hold
more columns than it shows: of a shown column X, ``X_zh`` holds the same in Chinese, ``X__trust`` the weakest
status that went into it (its number or its word), and ``X__why`` and ``X__why_zh`` what is missing where it is null.

Columns of one unit are written in one scale, so that they can be compared: Mt or 万吨 where the largest
value is that large and the smallest still has two digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

import pyarrow.types as kinds

from tanheng.measures.assessment import State, Table, TableColumn
from tanheng.policy.rulebook import Status
from tanheng.report.figures import Scale, number, scale_of, unit_text
from tanheng.report.words import WORDS
from tanheng.text import LANGUAGES, Language, Text

_STATES = frozenset(get_args(State)) - {"neutral"}
_STATUSES = frozenset(status.word for status in Status)
_WEAK = frozenset(status.word for status in Status if status >= Status.RECALLED)
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
_LEAST_SCALED = 0.01  # a value below it would lose its second digit
_DECIMALS_MOST = 3
_CODE_MOST = 24  # characters of a text that is kept on one line
_LONG = 40  # characters of a text that wants a wide column
_DIGITS_MOST = 6  # of the largest number of a scaled column
_COLOURS = {"green": "good", "yellow": "watch", "amber": "watch", "red": "bad"}  # words of a warning

Look = Literal["num", "code", "text", "long", ""]


@dataclass(frozen=True)
class Cell:
    """``chip`` is the class of a word such as "watch" or "example"; ``trust`` marks a number on a weak value."""

    text: Text
    look: Look = ""
    chip: str | None = None
    trust: str | None = None
    why: Text | None = None


@dataclass(frozen=True)
class Head:
    title: Text
    unit: Text
    look: Look


@dataclass(frozen=True)
class _Shown:
    """A column as it is shown: how its numbers are written in each language."""

    column: TableColumn
    chinese: TableColumn | None
    look: Look
    scales: Mapping[Language, Scale]
    digits: Mapping[Language, int]

    @property
    def head(self) -> Head:
        title = self.column.title
        if self.chinese is not None:
            title = Text(title.en, self.chinese.title.zh)
        return Head(title, Text(self.scales["en"].unit, self.scales["zh"].unit), self.look)


@dataclass(frozen=True)
class Page:
    """A table on a page: its heads and the rows that are shown."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]


def page_of(table: Table, most: int) -> Page:
    """The heads and the first ``most`` rows of a table."""
    data = table.data.slice(0, most)
    pairs = shown_columns(table)
    values = {column.name: data[column.name].to_pylist() for column, _ in pairs}
    by_unit: dict[str, list[float]] = {}
    for column, _ in pairs:
        if _is_number(table, column):
            known = [abs(value) for value in values[column.name] if value]
            by_unit.setdefault(column.unit, []).extend(float(value) for value in known)
    shown = [_shown(table, *pair, values[pair[0].name], by_unit.get(pair[0].unit, [])) for pair in pairs]
    columns = [list(_cells(table, each, values[each.column.name])) for each in shown]
    return Page(tuple(each.head for each in shown), tuple(zip(*columns, strict=True)))


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


def is_year(table: Table, column: TableColumn) -> bool:
    """Whether the column holds calendar years: whole numbers without thousands marks."""
    named = column.name == "year" or column.name.endswith("_year")
    return named and not column.unit and bool(kinds.is_integer(table.data.schema.field(column.name).type))


def _is_number(table: Table, column: TableColumn) -> bool:
    kind = table.data.schema.field(column.name).type
    number = kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind)
    return bool(number) and not is_year(table, column)


def _shown(
    table: Table, column: TableColumn, chinese: TableColumn | None, values: Sequence[Any], of_unit: Sequence[float]
) -> _Shown:
    unit = unit_text(column.unit)
    scales = {language: Scale(0, 1.0, unit.in_language(language)) for language in LANGUAGES}
    digits = dict.fromkeys(LANGUAGES, _digits(column, values))
    look: Look = "text"
    if _is_number(table, column):
        look = "num"
        for language in LANGUAGES:
            scale = scale_of(column.unit, max(of_unit, default=0.0), language)
            smallest = min(of_unit, default=0.0) * scale.factor
            if scale.factor != 1 and smallest >= _LEAST_SCALED:
                scales[language] = scale
                size = math.floor(math.log10(max(of_unit) * scale.factor))
                # Two digits of the smallest and four of the largest, as on a card.
                wanted = max(1 - math.floor(math.log10(smallest)), 3 - size)
                digits[language] = max(0, min(_DECIMALS_MOST, _DIGITS_MOST - 1 - size, wanted))
    elif all(value is None or (len(str(value)) <= _CODE_MOST and " " not in str(value)) for value in values):
        look = "code"
    elif any(value is not None and len(str(value)) > _LONG for value in values):
        look = "long"
    return _Shown(column, chinese, look, scales, digits)


def _digits(column: TableColumn, values: Sequence[Any]) -> int:
    """The digits asked for; else what four significant digits of the largest value need."""
    if column.digits is not None:
        return column.digits
    if all(isinstance(value, int) for value in values if value is not None):
        return 0
    largest = max((abs(value) for value in values if isinstance(value, int | float)), default=0)
    return 2 if largest == 0 else min(4, max(0, 3 - math.floor(math.log10(largest))))


def _cells(table: Table, shown: _Shown, values: Sequence[Any]) -> Iterator[Cell]:
    def beside(suffix: str) -> Sequence[Any]:
        name = f"{shown.column.name}{suffix}"
        if suffix == "_zh" and shown.chinese is not None:
            name = shown.chinese.name
        if name not in table.data.column_names:
            return [None] * len(values)
        found: list[Any] = table.data[name].slice(0, len(values)).to_pylist()
        return found

    rows = zip(values, *(beside(suffix) for suffix in ("_zh", "__trust", "__why", "__why_zh")), strict=True)
    for value, zh, trust, why, why_zh in rows:
        yield _cell(shown, value, zh, trust, Text(str(why), str(why_zh or why)) if why else None)


def _cell(shown: _Shown, value: Any, zh: Any, trust: Any, why: Text | None) -> Cell:
    if value is None:
        return Cell(Text("–", "–"), shown.look, why=why)
    if isinstance(value, bool):
        return Cell(WORDS["yes" if value else "no"])
    if isinstance(value, int | float):
        if shown.look != "num":
            return Cell(Text(str(value), str(value)), "code")
        written = (number(value * shown.scales[language].factor, shown.digits[language]) for language in LANGUAGES)
        word = Status(trust).word if isinstance(trust, int) else trust
        weak = word if word in _WEAK else None
        return Cell(Text(*written), shown.look, trust=weak)
    if isinstance(value, date):
        return Cell(Text(value.isoformat(), value.isoformat()), "code")
    said = str(value)
    if zh is not None:
        colour = _COLOURS.get(said)
        return Cell(Text(said, str(zh)), shown.look, chip=f"chip {colour}" if colour else None)
    if said in _STATES or said in _STATUSES:
        return Cell(WORDS[said], chip=f"{'chip' if said in _STATES else 'status'} {said}")
    return Cell(_VOCABULARY.get(said, Text(said, said)), shown.look)
