"""Tables of an assessment put together column by column, and values in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from tanheng.measures.assessment import Table, TableColumn
from tanheng.policy.parameters import Cell
from tanheng.report.figures import unit_text
from tanheng.text import Text

SHOWN = 25
RESULT, BEFORE, AFTER = Text("Result", "结果"), Text("Before", "变更前"), Text("After", "变更后")


class Columns:
    """Columns of a table and what they hold, put together one by one."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self.shown: list[TableColumn] = []
        self._data: dict[str, pa.Array] = {}

    def texts(self, name: str, title: Text, values: Iterable[Text | None]) -> None:
        """Texts in both languages."""
        said = list(values)
        self.shown.append(TableColumn(name, title))
        self._data[name] = pa.array([None if each is None else each.en for each in said], pa.string())
        self._data[f"{name}_zh"] = pa.array([None if each is None else each.zh for each in said], pa.string())

    def codes(self, name: str, title: Text, values: Iterable[str | None]) -> None:
        """Names that are the same in both languages."""
        self.shown.append(TableColumn(name, title))
        self._data[name] = pa.array(list(values), pa.string())

    def counts(self, name: str, title: Text, values: Iterable[int]) -> None:
        self.shown.append(TableColumn(name, title, "", 0))
        self._data[name] = pa.array(list(values), pa.int64())

    def numbers(
        self,
        name: str,
        title: Text,
        unit: str,
        values: Iterable[float | None],
        digits: int | None = None,
        trust: Sequence[int | None] | None = None,
        why: Sequence[Text | None] | None = None,
    ) -> None:
        self.shown.append(TableColumn(name, title, "" if unit == "1" else unit, digits))
        self._data[name] = pa.array([None if value is None else float(value) for value in values], pa.float64())
        if trust is not None:
            self._data[f"{name}__trust"] = pa.array(trust, pa.int8())
        if why is not None:
            self._data[f"{name}__why"] = pa.array([None if each is None else each.en for each in why], pa.string())
            self._data[f"{name}__why_zh"] = pa.array([None if each is None else each.zh for each in why], pa.string())

    def table(self, id: str, title: Text, note: Text | None = None, show: int = SHOWN) -> Table:
        return Table(id, title, tuple(self.shown), pa.table(self._data), note, show)


def percent(before: float | None, change: float | None) -> float | None:
    """The change in percent of what was; None where that is nothing or not known."""
    return None if change is None or not before else 100 * change / before


def value_text(cell: Cell | None, unit: str = "1") -> Text:
    """What a cell says, for people."""
    if cell is None:
        return Text("no value", "无取值")
    if cell.value is None:
        return Text("not published", "未公布")
    said, of = worded(cell.value), unit_text("" if unit == "1" else unit)
    return Text(f"{said.en} {of.en}".rstrip(), f"{said.zh} {of.zh}".rstrip())


def worded(value: Any) -> Text:
    """A value that is no amount, for people."""
    if value is None:
        return Text("undetermined", "未确定")
    if isinstance(value, bool):
        return Text("yes", "是") if value else Text("no", "否")
    if isinstance(value, int | float):
        is_year = isinstance(value, int) and 1900 <= value <= 2100
        said = str(value) if is_year else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
        return Text(said.replace("-", "−"), said.replace("-", "−"))
    return _COLOURS.get(str(value), Text(str(value), str(value)))


_COLOURS = {
    "green": Text("green", "绿色"),
    "yellow": Text("yellow", "黄色"),
    "red": Text("red", "红色"),
}
