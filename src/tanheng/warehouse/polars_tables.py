"""Parquet as Polars reads it, lazily: only the columns and row groups that a query needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from tanheng.warehouse.schema import Kind, Table

_DTYPES: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}


UNREADABLE = (pl.exceptions.PolarsError, nw.exceptions.NarwhalsError, OSError)


def scan(place: Path) -> nw.LazyFrame[Any]:
    """A file, or a folder of parts."""
    files = sorted(place.rglob("*.parquet")) if place.is_dir() else [place]
    return nw.from_native(pl.scan_parquet(files, glob=False))  # a folder's name may hold [ and *


def empty(table: Table) -> nw.LazyFrame[Any]:
    schema = {column.name: _DTYPES[column.kind] for column in table.all_columns}
    return nw.from_native(pl.LazyFrame(schema={**schema, "held": pl.String()}))
