"""Small quarters for tests of sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import shapely

from tanheng.measures.quiet.quarter import TABLES, Quarter


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of a quarter's table; what a row does not say is null."""
    schema = TABLES[name]
    return pa.Table.from_pylist([{column: row.get(column) for column in schema.names} for row in rows], schema=schema)


def quarter(**tables: Sequence[Mapping[str, Any]]) -> Quarter:
    """Lines 100 m long and points, one beside the other."""
    found = {}
    for name, rows in tables.items():
        drawn = []
        for number, row in enumerate(rows):
            shape = shapely.Point(0, number) if name == "plants" else shapely.LineString([(0, number), (100, number)])
            drawn.append({"geometry": shapely.to_wkb(shape), **row})
        found[name] = table(name, drawn)
    return Quarter("test", "EPSG:4547", found)


def road(name: str, **columns: Any) -> dict[str, Any]:
    return {"id": name, "class": "primary", "one_way": False, "tunnel": False, **columns}
