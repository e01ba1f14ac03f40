"""Rows for the tables of a quarter: geometry as WKB, columns in the order of the schema, what is not given as null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.quarter import TABLES


def table_of(name: str, shapes: Sequence[Any] | NDArray[np.object_], columns: Mapping[str, Any]) -> pa.Table:
    """The table of that name. ``columns`` holds ``id`` and what else is known, each a sequence of one value a shape;
    not-a-number is null."""
    schema = TABLES[name]
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise ValueError(f"table {name} has no columns {sorted(unknown)}")
    count = len(shapes)
    found = []
    for column in schema:
        if column.name == "geometry":
            binary = shapely.to_wkb(np.asarray(shapes, dtype=object), output_dimension=3) if count else []
            found.append(pa.array(binary, type=column.type))
        elif column.name in columns:
            found.append(pa.array(columns[column.name], type=column.type, from_pandas=True))
        else:
            found.append(pa.nulls(count, column.type))
    return pa.Table.from_arrays(found, schema=schema)


def shapes_of(table: pa.Table) -> NDArray[np.object_]:
    """The geometries of a table."""
    return np.asarray(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)), dtype=object)
