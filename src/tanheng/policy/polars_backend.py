"""Rules on Polars: in this process and in memory, for cities that fit there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from tanheng.policy.arithmetic import POLARS
from tanheng.policy.narwhals_backend import NarwhalsBackend
from tanheng.policy.relational import SmallTable


class PolarsBackend(NarwhalsBackend):
    arithmetic = POLARS

    def scan(self, table: SmallTable) -> nw.LazyFrame[Any]:
        frame = pl.from_arrow(table.arrow())
        assert isinstance(frame, pl.DataFrame)
        return nw.from_native(frame.lazy())

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        collected: pl.DataFrame = frame.to_native().collect()
        return nw.from_native(collected.lazy())

    def write(self, frame: nw.LazyFrame[Any], place: Path) -> None:
        """One Parquet file, written as the rows come."""
        place.parent.mkdir(parents=True, exist_ok=True)
        frame.to_native().sink_parquet(place)
