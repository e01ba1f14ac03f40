"""Cells of tables: the scale, the digits and the language in which a number or a word is read."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa
import pytest

from tanheng.measures.assessment import Table, TableColumn
from tanheng.report.cells import page_of
from tanheng.report.words import TRAPS
from tanheng.text import Text
from tanheng.warehouse.schema import TrapKind

ANY = Text("any", "任意")


def table(columns: dict[str, list[object]], *shown: TableColumn) -> Table:
    return Table("t", ANY, shown, pa.table(columns))


def shown(columns: dict[str, list[object]], *of: TableColumn) -> list[tuple[str, ...]]:
    return [tuple(cell.text.en for cell in row) for row in page_of(table(columns, *of), 100).rows]


def test_a_table_is_as_exact_as_a_card() -> None:
    """81 Mt in the table beside 80.98 on the card looks like two figures."""
    page = page_of(table({"one": [80_980_000.0, 86_500_000.0]}, TableColumn("one", ANY, "tCO2e", 0)), 9)
    assert [row[0].text for row in page.rows] == [Text("80.98", "8,098"), Text("86.50", "8,650")]


def test_columns_of_one_unit_have_one_scale() -> None:
    """Scope 1 in Mt beside scope 2 in t would invite adding 8.1 to 776,878."""
    values: dict[str, list[object]] = {"one": [8_139_000.0, 911_000.0], "two": [9_200.0 * 10, 659_000.0]}
    page = page_of(table(values, TableColumn("one", ANY, "tCO2e", 0), TableColumn("two", ANY, "tCO2e", 0)), 9)
    assert [head.unit for head in page.heads] == [Text("Mt CO₂e", "万吨CO₂当量")] * 2
    assert [cell.text for cell in page.rows[0]] == [Text("8.139", "813.9"), Text("0.092", "9.2")]


def test_small_values_keep_a_column_in_its_own_unit() -> None:
    """12 t beside 8 Mt would read 0.00 Mt."""
    rows = shown({"x": [8_139_000.0, 12.0]}, TableColumn("x", ANY, "tCO2e", 0))
    assert rows == [("8,139,000",), ("12",)]


@pytest.mark.parametrize(
    ("name", "unit", "values", "said"),
    [
        ("year", "", [2024], "2024"),
        ("base_year", "", [2020], "2020"),
        ("count", "", [2024], "2,024"),
        ("fall_of_year", "%", [1.5109978686379533], "1.511"),
        ("share", "", [0.25], "0.2500"),
        ("flag", "", [True], "yes"),
        ("state", "", ["watch"], "Watch"),
        ("none", "", pa.array([None], pa.float64()), "–"),
    ],
)
def test_a_value_is_read_by_its_kind(name: str, unit: str, values: list[object], said: str) -> None:
    assert shown({name: values}, TableColumn(name, ANY, unit)) == [(said,)]


def test_a_pair_of_columns_is_one_column_in_two_languages() -> None:
    columns = (TableColumn("name_en", Text("name", "英文名")), TableColumn("name_zh", Text("Chinese name", "名称")))
    page = page_of(table({"name_en": ["Futian"], "name_zh": ["福田区"]}, *columns), 9)
    assert [head.title for head in page.heads] == [Text("name", "名称")]
    assert [cell.text for cell in page.rows[0]] == [Text("Futian", "福田区")]


def test_every_kind_of_trap_has_its_words() -> None:
    assert TRAPS.keys() == set(get_args(TrapKind))
