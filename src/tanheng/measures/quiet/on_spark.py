"""The matrix of a city on a Spark cluster: a tile is a task, and every row is the one of ``tiles``.

    tiles ──mapInArrow on the executors──> rows of the matrix as bytes ──> one matrix, in the order of the receivers

Spark comes with the extra ``cluster``. The quarter goes to the executors once; each takes of it what its tile can hear.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import SparkSession

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.calculation import terrain_of
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.tiles import in_order, tile_transfer, tiles_of
from tanheng.measures.quiet.transfer.columns import segments_of
from tanheng.measures.quiet.transfer.matrix import Transfer

_SCHEMA = "tile int, starts binary, columns binary, ratios binary"


def transfer_on_spark(
    session: SparkSession, quarter: Quarter, emission: Emission, places: Array, settings: Settings
) -> Transfer:
    """The matrix of the receivers at ``places`` (x, y, z a row) for the columns of the emission.

    Raises ``InputRejected`` as ``segments_of``; a fault on an executor comes as Spark's own error.
    """
    tiles = tiles_of(places, settings)
    # A task has one core.
    alone = replace(settings, workers=1)
    ids, kinds, features = emission.ids, emission.kinds, emission.features
    segments = segments_of(quarter, ids, kinds, features, alone, terrain_of(quarter))
    tables = {name: _as_bytes(table) for name, table in quarter.tables.items()}
    shared = session.sparkContext.broadcast((quarter.name, quarter.crs, tables, segments, alone))
    numbered = session.createDataFrame(
        [(number, tile.receivers.astype(np.int64).tobytes()) for number, tile in enumerate(tiles)],
        "tile int, receivers binary",
    ).repartition(max(1, len(tiles)), "tile")

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        name, crs, stored, heard, of = shared.value
        here = Quarter(name, crs, {each: pa.ipc.open_stream(data).read_all() for each, data in stored.items()})
        ground = terrain_of(here)
        for batch in batches:
            for row in batch.to_pylist():
                numbers = np.frombuffer(row["receivers"], dtype=np.int64)
                (tile,) = tiles_of(places[numbers], of)
                rows = tile_transfer(here, heard, places[numbers], tile, of, ground)
                yield _told(row["tile"], rows)

    found: dict[int, Any] = {row.tile: row for row in numbered.mapInArrow(work, _SCHEMA).collect()}
    parts = [_rows(found[number], segments.column_count) for number in range(len(tiles))]
    return in_order([tile.receivers for tile in tiles], parts, segments.column_count)


def _as_bytes(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    return stream.getvalue()


def _told(tile: int, rows: Transfer) -> pa.RecordBatch:
    arrays = [rows.starts.tobytes(), rows.columns.tobytes(), rows.ratios.tobytes()]
    columns = [pa.array([tile], pa.int32()), *(pa.array([each], pa.binary()) for each in arrays)]
    return pa.RecordBatch.from_arrays(columns, names=["tile", "starts", "columns", "ratios"])


def _rows(row: Any, column_count: int) -> Transfer:
    return Transfer(
        np.frombuffer(bytes(row.starts), dtype=np.int64),
        np.frombuffer(bytes(row.columns), dtype=np.int32),
        np.frombuffer(bytes(row.ratios), dtype=np.float32).reshape(-1, 8),
        column_count,
    )
