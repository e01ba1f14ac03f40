"""The columns that tables of the inventory share, and how rows become a table."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tanheng.measures.assessment import Table, TableColumn
from tanheng.measures.inventory.findings import Row
from tanheng.text import Text

NAME_EN = TableColumn("name_en", Text("name", "英文名称"))
NAME_ZH = TableColumn("name_zh", Text("name (Chinese)", "名称"))


def amount(name: str, en: str, zh: str, unit: str = "t CO2e") -> TableColumn:
    """A column of masses."""
    return TableColumn(name, Text(en, zh), unit, 0)


def count(name: str, en: str, zh: str) -> TableColumn:
    """A column of whole numbers."""
    return TableColumn(name, Text(en, zh), "", 0)


def table(
    id: str,
    title: Text,
    columns: Sequence[TableColumn],
    rows: Sequence[Row],
    note: Text | None = None,
    show: int = 50,
    *,
    also: Sequence[str] = (),
    explain: str | None = None,
) -> Table:
    """Rows as a table; what a row does not say is null. ``also`` are columns that are kept and not shown."""
    names = [*(column.name for column in columns), *also]
    data = pa.table({name: [row.get(name) for row in rows] for name in names})
    return Table(id, title, tuple(columns), data, note, show, explain)
