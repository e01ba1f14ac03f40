"""What a trap works with: the rows that no trap has caught yet, and the table of those that are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.queries import first_row
from tanheng.warehouse.relations import rows_view
from tanheng.warehouse.schema import Table, Trap

# One line a caught row. ``part`` numbers the questions of a trap; ``moment`` is the place of a row in its series.
CAUGHT_COLUMNS = {
    "trap": "INTEGER",
    "part": "BIGINT",
    "_file": "INTEGER",
    "_row": "BIGINT",
    "key": "VARCHAR[]",
    "doubted": "VARCHAR",
    "value": "VARCHAR",
    "expected": "VARCHAR",
    "detail": "VARCHAR",
    "moment": "VARCHAR",
    "holds": "VARCHAR[]",
    "left_out": "BOOLEAN",
    "question": "VARCHAR",
}


@dataclass
class Hunt:
    """The traps of one table at work.

    ``tables`` are all tables of the city, for what lies behind a reference; ``areas`` the city's
    geometry; ``today`` the date of the run.
    """

    connection: duckdb.DuckDBPyConnection
    table: Table
    tables: Mapping[str, Table]
    areas: Mapping[str, dict[str, Any]]
    id_properties: Mapping[str, str]
    today: date | None
    is_anything_caught: bool = False

    @property
    def caught(self) -> str:
        return f"files.{quote(f'{self.table.name}#caught')}"

    def rows(self, *columns: str) -> str:
        """A query source: the rows that are not left out, and of which none of the columns is held."""
        if not self.is_anything_caught:
            return rows_view(self.table)
        held = f" OR list_has_any(holds, [{', '.join(text(name) for name in columns)}])" if columns else ""
        gone = f"SELECT _file, _row FROM {self.caught} WHERE left_out{held}"
        return f"(SELECT * FROM {rows_view(self.table)} ANTI JOIN ({gone}) USING (_file, _row))"

    def key(self, alias: str = "") -> str:
        """The key of a row as a list of texts, the shape in which it is kept."""
        prefix = f"{alias}." if alias else ""
        return "[" + ", ".join(f"CAST({prefix}{quote(name)} AS VARCHAR)" for name in self.table.key) + "]"

    def catch(self, trap: Trap, index: int, query: str, *, holds: Sequence[str], left_out: bool = False) -> None:
        """Add the rows of a query with the columns part, _file, _row, key, doubted, value, expected, detail, moment."""
        columns = "_file, _row, key, doubted, value, expected, detail, moment"
        held = f"CAST([{', '.join(text(name) for name in holds)}] AS VARCHAR[])"
        last = first_row(self.connection, f"SELECT coalesce(max(part), 0) FROM {self.caught} WHERE trap = {index}")
        added = first_row(
            self.connection,
            f"INSERT INTO {self.caught} SELECT {index}, {last[0] if last else 0} + part, {columns}, {held}, "
            f"{str(left_out).lower()}, NULL FROM ({query})",
        )
        self.is_anything_caught = self.is_anything_caught or bool(added and added[0])
