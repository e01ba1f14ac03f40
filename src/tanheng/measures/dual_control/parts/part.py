"""What a part of the answer is made of, and how its tables are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from tanheng.measures.assessment import (
    Chart,
    Decision,
    Indicator,
    MapLayer,
    Section,
    Table,
    TableColumn,
)
from tanheng.measures.dual_control.results import Figure
from tanheng.text import Text

Kind = Literal["number", "integer", "text", "boolean"]
_TYPES: dict[Kind, pa.DataType] = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "text": pa.string(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Part:
    """One section with all that it shows, in the order of the fields."""

    title: Text
    text: tuple[Text, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    charts: tuple[Chart, ...] = ()
    maps: tuple[MapLayer, ...] = ()
    tables: tuple[Table, ...] = ()
    decisions: tuple[Decision, ...] = ()
    to_do: tuple[Text, ...] = ()
    headline: tuple[Text, ...] = ()
    beside: tuple[Indicator, ...] = ()  # figures of the answer that no section shows as a card
    methods: tuple[Text, ...] = ()

    @property
    def section(self) -> Section:
        shown = [item.id for item in self.indicators] + [item.id for item in self.charts]
        shown += [item.id for item in self.maps] + [item.id for item in self.tables]
        return Section(self.title, self.text, tuple(shown))


@dataclass(frozen=True)
class Column:
    """A column of a table for people. A ``Figure`` in it brings reason and trust along, a ``Text`` both languages."""

    name: str
    title: Text
    kind: Kind = "number"
    unit: str = ""
    digits: int | None = None
    times: float = 1.0


def table(
    id: str,
    title: Text,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    note: Text | None = None,
    show: int = 50,
) -> Table:
    """A table of results; beside column X stand ``X_zh``, ``X__trust``, ``X__why`` and ``X__why_zh`` where needed."""
    data: dict[str, pa.Array] = {}
    for column in columns:
        cells = [row.get(column.name) for row in rows]
        values = [_value(cell, column) for cell in cells]
        data[column.name] = pa.array(values, _TYPES[column.kind])
        if any(isinstance(cell, Text) for cell in cells):
            data[f"{column.name}_zh"] = pa.array([cell.zh if isinstance(cell, Text) else None for cell in cells])
        figures = [cell if isinstance(cell, Figure) else None for cell in cells]
        if any(figure is not None for figure in figures):
            trusts = [None if one is None or one.value is None else one.trust for one in figures]
            data[f"{column.name}__trust"] = pa.array(trusts, pa.string())
            for suffix, language in (("__why", 0), ("__why_zh", 1)):
                reasons = [None if one is None or one.value is not None else one.reason[language] for one in figures]
                data[f"{column.name}{suffix}"] = pa.array(reasons, pa.string())
    shown = tuple(TableColumn(column.name, column.title, column.unit, column.digits) for column in columns)
    return Table(id, title, shown, pa.table(data), note, show)


def _value(cell: Any, column: Column) -> Any:
    value = cell.value if isinstance(cell, Figure) else cell.en if isinstance(cell, Text) else cell
    if value is None or column.kind in ("text", "boolean"):
        return value if value is None or column.kind == "boolean" else str(value)
    return int(value) if column.kind == "integer" else float(value) * column.times


def percents(name: str, title: Text, digits: int = 1) -> Column:
    """A column of shares, shown in percent."""
    return Column(name, title, unit="%", digits=digits, times=100)


def amounts(name: str, title: Text, unit: str = "tCO2e") -> Column:
    """A column of amounts without digits after the point."""
    return Column(name, title, unit=unit, digits=0)
