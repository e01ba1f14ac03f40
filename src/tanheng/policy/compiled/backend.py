"""The backend of an evaluation whose rules are compiled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import narwhals as nw
import pyarrow as pa

from tanheng.policy.arithmetic import Arithmetic
from tanheng.policy.backend import DuckDBBackend, Results, Tables
from tanheng.policy.compiled.execution import Execution
from tanheng.policy.compiled.frames import CompiledFrame, KeptRows, TableRows, origin_of, standing
from tanheng.policy.compiled.nodes import CompiledWords
from tanheng.policy.relational import SmallTable
from tanheng.warehouse.city import City

COMPILED = Arithmetic(CompiledWords(), wide=nw.Int64(), rounds_half_away=True, divides_by_constants=True)


class CompiledBackend:
    """Rules as machine code over the arrays of a city; results stand in the city's DuckDB connection."""

    arithmetic = COMPILED

    def __init__(self, city: City) -> None:
        self._city = city
        self._worker = Execution(city.arrays.pool)
        self._results = DuckDBBackend(city.connection)
        self._tables: dict[str, TableRows] = {}

    def rows(self, city: Tables, table: str) -> CompiledFrame:
        if table not in self._tables:
            self._tables[table] = TableRows(self._city.arrays, city.tables[table])
        return standing(self._worker, self._tables[table])

    def scan(self, table: SmallTable) -> CompiledFrame:
        pool, rows = self._worker.pool, table.arrow()
        vectors = {name: pool.taken_in(rows.column(name)) for name in rows.column_names}
        return standing(self._worker, KeptRows(vectors, None, {}))

    def keep(self, frame: CompiledFrame) -> CompiledFrame:
        origins = {name: origin_of(node) for name, node in frame.columns.items() if node.op == "leaf"}
        return standing(self._worker, KeptRows(frame.vectors(), frame.rows.root, origins))

    def fetch(self, frame: CompiledFrame) -> pa.Table:
        pool = self._worker.pool
        return pa.table({name: pool.given_back(vector) for name, vector in frame.vectors().items()})

    def results(self, frame: CompiledFrame) -> Results:
        return nw.from_native(self._results.taken_in(self.fetch(frame)))

    def take(self, results: Results) -> CompiledFrame:
        rows = cast(Any, results.to_native()).to_arrow_table()
        pool = self._worker.pool
        vectors = {name: pool.taken_in(rows.column(name)) for name in rows.column_names}
        return standing(self._worker, KeptRows(vectors, None, {}))

    def hold(self, results: Results) -> Results:
        return self._results.hold(results)

    def write(self, results: Results, place: Path) -> None:
        self._results.write(results, place)
