"""What a column of the matrix is: a road, a railway or a plant, as straight segments and points with its geometry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, hypot, nan
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.facades import Ground
from tanheng.measures.quiet.hj24.line_power import FEW
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.scene import Point3
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.directivity import pattern_of
from tanheng.problems import InputRejected, Problem

KINDS = ("road", "railway", "plant")
TABLE_OF = {"road": "roads", "railway": "railways", "plant": "plants"}
CELL_M = 100.0
# Rails: sound of rolling is radiated so high above the top of the rail; CNOSSOS-EU 2.3.1, source A.
RAIL_SOURCE_M = 0.5
# Roads and tracks lie on hard ground; 2.5.6 of the Directive as amended.
LINE_GROUND_FACTOR = 0.0


class ColumnTerms(NamedTuple):
    """What holds for whole columns. ``few``: the column that holds a road's hours of few vehicles by HJ 2.4, which has
    no segments of its own, -1 for none. ``pattern``: the row of ``faces`` (degrees) and ``levels`` (dB by degree from
    0 to 180) that tells how a plant radiates to its sides, -1 for evenly.
    """

    few: NDArray[np.int64]
    pattern: NDArray[np.int64]
    faces: Array
    levels: Array


@dataclass(frozen=True)
class Segments:
    """``ends``: x0, y0, z0, x1, y1, z1 a row, a point with both ends the same; ``column``: to which each belongs.

    ``ground_factor``: G at the source, not-a-number for that of the ground there. ``starts``, ``items``: segments by
    cell of a grid from ``origin``, cells counted by rows.
    """

    ends: Array
    column: NDArray[np.int64]
    ground_factor: Array
    starts: NDArray[np.int64]
    items: NDArray[np.int64]
    origin: Array
    columns: int
    rows: int
    cell_m: float
    of_columns: ColumnTerms

    @property
    def column_count(self) -> int:
        """Columns of the matrix, heard or not."""
        return len(self.of_columns.few)


def segments_of(
    quarter: Quarter,
    ids: Sequence[str],
    kinds: Sequence[str],
    features: Sequence[str],
    settings: Settings,
    ground: Ground,
) -> Segments:
    """Segments of the columns named by kind and feature, in that order.

    An id that ends in ``/few`` is the column of few vehicles of the one before the ending.

    Raises ``InputRejected`` (``noise.E028``) with every column whose feature is not in the quarter or has no length.
    """
    shapes = {kind: _shapes(quarter, kind) for kind in KINDS}
    faults: list[Problem] = []
    ends: list[tuple[float, ...]] = []
    column: list[int] = []
    factors: list[float] = []
    place = {name: number for number, name in enumerate(ids)}
    few = np.full(len(ids), -1, dtype=np.int64)
    for number, (name, kind, feature) in enumerate(zip(ids, kinds, features, strict=True)):
        if name.endswith(FEW) and name.removesuffix(FEW) in place:
            few[place[name.removesuffix(FEW)]] = number
            continue
        if kind not in shapes or feature not in shapes[kind]:
            said = f"{kind} {feature}: has an emission and is not in the quarter"
            faults.append(Problem("noise.E028", quarter.name, message=said))
            continue
        shape, height = shapes[kind][feature]
        found = list(_drawn(kind, shape, height, settings, ground))
        if not found:
            said = f"{kind} {feature}: is no {'point' if kind == 'plant' else 'line with a length'}"
            faults.append(Problem("noise.E028", quarter.name, message=said))
        for a, b in found:
            ends.append((*a, *b))
            column.append(number)
            factors.append(nan if kind == "plant" else LINE_GROUND_FACTOR)
    if faults:
        raise InputRejected(sorted(faults))
    terms = _radiating(quarter, kinds, features, few)
    return indexed(np.array(ends).reshape(-1, 6), np.array(column, dtype=np.int64), np.array(factors), terms)


def _radiating(quarter: Quarter, kinds: Sequence[str], features: Sequence[str], few: NDArray[np.int64]) -> ColumnTerms:
    plants = {row["id"]: row for row in quarter["plants"].to_pylist()}
    pattern = np.full(len(few), -1, dtype=np.int64)
    faces: list[float] = []
    levels: list[Array] = []
    for number, (kind, feature) in enumerate(zip(kinds, features, strict=True)):
        row = plants.get(feature) if kind == "plant" else None
        if row is not None and row["faces_deg"] is not None and row["directivity"] is not None:
            pattern[number] = len(faces)
            faces.append(row["faces_deg"])
            levels.append(pattern_of(row["directivity"]).at(np.arange(181.0)))
    return ColumnTerms(few, pattern, np.array(faces), np.array(levels).reshape(-1, 181))


def indexed(ends: Array, column: NDArray[np.int64], factors: Array, terms: ColumnTerms) -> Segments:
    """With their grid. A segment is listed in each cell that its bounding box touches."""
    if not len(ends):
        none = np.zeros(0, dtype=np.int64)
        return Segments(ends, column, factors, np.zeros(2, np.int64), none, np.zeros(2), 1, 1, CELL_M, terms)
    plan = ends[:, [0, 1, 3, 4]].reshape(-1, 2)
    origin = plan.min(axis=0)
    columns, rows = (floor(extent / CELL_M) + 1 for extent in plan.max(axis=0) - origin)
    low = ((np.minimum(ends[:, :2], ends[:, 3:5]) - origin) / CELL_M).astype(np.int64)
    high = ((np.maximum(ends[:, :2], ends[:, 3:5]) - origin) / CELL_M).astype(np.int64)
    cells: list[list[int]] = [[] for _ in range(columns * rows)]
    for number, ((west, south), (east, north)) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        for row in range(south, north + 1):
            for place in range(west, east + 1):
                cells[row * columns + place].append(number)
    starts = np.concatenate([[0], np.cumsum([len(cell) for cell in cells])]).astype(np.int64)
    items = np.array([number for cell in cells for number in cell], dtype=np.int64)
    return Segments(ends, column, factors, starts, items, origin, columns, rows, CELL_M, terms)


def within(segments: Segments, west: float, south: float, east: float, north: float) -> Segments:
    """Those whose bounds touch a window, in the same order and with the same columns."""
    ends = segments.ends
    low, high = np.minimum(ends[:, :2], ends[:, 3:5]), np.maximum(ends[:, :2], ends[:, 3:5])
    kept = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    return indexed(ends[kept], segments.column[kept], segments.ground_factor[kept], segments.of_columns)


def _shapes(quarter: Quarter, kind: str) -> dict[str, tuple[shapely.Geometry, float]]:
    table = quarter[TABLE_OF[kind]]
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    rows = zip(table["id"].to_pylist(), shapes, table["height_m"].to_pylist(), strict=True)
    return {name: (shape, height or 0.0) for name, shape, height in rows}


def _drawn(
    kind: str, shape: shapely.Geometry, height: float, settings: Settings, ground: Ground
) -> Iterator[tuple[Point3, Point3]]:
    for part in shapely.get_parts(shape):
        if kind == "plant" and isinstance(part, Point):
            place = (part.x, part.y, ground(part.x, part.y) + height)
            yield place, place
        elif kind != "plant" and isinstance(part, LineString):
            above = height + (settings.road_source_m if kind == "road" else RAIL_SOURCE_M)
            corners = [(x, y, ground(x, y) + above) for x, y in shapely.get_coordinates(part)]
            yield from ((a, b) for a, b in pairwise(corners) if hypot(b[0] - a[0], b[1] - a[1]) > 0.0)
