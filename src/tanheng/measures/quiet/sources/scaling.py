"""What a transfer owes to where the receiver is seen from the source: directivity of plants, roads with few vehicles.

A matrix is walked for sources that radiate evenly. Its entries are then multiplied, so what is said here costs no walk.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.hj24.line_power import FEW, sparse_ratio
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.directivity import NAMED, angle_between, pattern_of
from tanheng.measures.quiet.transfer.matrix import Transfer

# Nobody stands nearer to the middle of a lane; keeps the ratio finite.
NEAREST_M = 1.0


def scaled(
    transfer: Transfer, quarter: Quarter, ids: Sequence[str], features: Sequence[str], places: Array, plant_z: Array
) -> Transfer:
    """The matrix with the patterns of plants and the law of distance of roads with few vehicles.

    ``ids``, ``features``: those of the columns; ``places``: x, y, z of the receivers; ``plant_z``: altitude of the
    plants of the quarter in their order, m. A plant's pattern counts by the straight line to the receiver, also for
    what arrives round a corner or by a wall. A road's distance is that to its nearest place, in plan.
    """
    factors = _by_column(quarter, ids, features, places, plant_z)
    if not factors:
        return transfer
    ratios = transfer.ratios.copy()
    receivers = np.repeat(np.arange(transfer.receiver_count), np.diff(transfer.starts))
    order = np.argsort(transfer.columns, kind="stable")
    bounds = np.searchsorted(transfer.columns[order], np.arange(transfer.column_count + 1))
    for column, factor in factors.items():
        entries: NDArray[np.int64] = order[bounds[column] : bounds[column + 1]]
        ratios[entries] *= factor[receivers[entries], None].astype(np.float32)
    return Transfer(transfer.starts, transfer.columns, ratios, transfer.column_count)


def _by_column(
    quarter: Quarter, ids: Sequence[str], features: Sequence[str], places: Array, plant_z: Array
) -> dict[int, Array]:
    """Power ratio at each receiver, for the columns that have one other than 1."""
    found: dict[int, Array] = {}
    few = {features[column]: column for column, name in enumerate(ids) if name.endswith(FEW)}
    if few:
        points = shapely.points(places[:, :2])
        for road, wkb in zip(*(quarter["roads"][name].to_pylist() for name in ("id", "geometry")), strict=True):
            if road in few:
                away = np.maximum(shapely.distance(shapely.from_wkb(wkb), points), NEAREST_M)
                found[few[road]] = np.asarray(sparse_ratio(away), dtype=np.float64)
    columns = {name: column for column, name in enumerate(ids)}
    for row, z in zip(quarter["plants"].to_pylist(), plant_z, strict=True):
        column, pattern = columns.get(f"plant/{row['id']}"), pattern_of(row["directivity"])
        if column is None or pattern == NAMED["even"] or row["faces_deg"] is None:
            continue
        at = shapely.from_wkb(row["geometry"])
        east, north, up = places[:, 0] - at.x, places[:, 1] - at.y, places[:, 2] - z
        bearing = np.degrees(np.arctan2(east, north))
        elevation = np.degrees(np.arctan2(up, np.hypot(east, north)))
        found[column] = np.power(10.0, pattern.at(angle_between(row["faces_deg"], bearing, elevation)) / 10.0)
    return found
