"""Uniform grids, so that what lies near is found whatever the size of the scene. Built with numpy, read in compiled
code."""

from __future__ import annotations

from math import floor, inf
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled_part

Numbers = NDArray[np.int64]
# What lies on the border of two cells is listed in both: rounding decides in which of them a ray meets it.
BESIDE_M = 1e-3
# The place of a cell at which it is known what covers it; off the middle, where round coordinates meet.
REFERENCE = 0.4871937


class Grid(NamedTuple):
    """``items[starts[c]:starts[c + 1]]`` lie in or at cell c; cells count by rows from ``origin`` (x, y)."""

    starts: Numbers
    items: Numbers
    origin: Array
    columns: int
    rows: int
    cell_m: float


def frame(places: Array, cell_m: float) -> Grid:
    """An empty grid that holds all places (n by 2) with a metre to spare."""
    if not len(places):
        return Grid(np.zeros(2, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(2), 1, 1, cell_m)
    origin = places.min(axis=0) - 1.0
    columns, rows = (floor(extent / cell_m) + 1 for extent in places.max(axis=0) + 1.0 - origin)
    return Grid(
        np.zeros(columns * rows + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), origin, columns, rows, cell_m
    )


def with_segments(grid: Grid, segments: Array) -> Grid:
    """The segments (x0, y0, x1, y1 a row) in each cell that they touch or nearly do."""
    if not len(segments):
        return grid
    x0, y0, x1, y1 = (segments[:, i] - grid.origin[i % 2] for i in range(4))
    first, last = _span(np.minimum(y0, y1), np.maximum(y0, y1), grid.cell_m, grid.rows)
    number, row = _spread(first, last)
    # The part of the segment that lies in the row, a little widened.
    low, high = row * grid.cell_m - BESIDE_M, (row + 1) * grid.cell_m + BESIDE_M
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.stack([low - y0[number], high - y0[number]]) / (y1 - y0)[number]
    shares = np.where(np.isfinite(shares), shares, np.array([[0.0], [1.0]]))
    enter, leave = np.clip(shares.min(axis=0), 0.0, 1.0), np.clip(shares.max(axis=0), 0.0, 1.0)
    ends = x0[number] + np.stack([enter, leave]) * (x1 - x0)[number]
    left, right = _span(ends.min(axis=0), ends.max(axis=0), grid.cell_m, grid.columns)
    at, column = _spread(left, right)
    return _listed(grid, row[at] * grid.columns + column, number[at])


def with_boxes(grid: Grid, boxes: Array) -> Grid:
    """The boxes (low x, low y, high x, high y a row) in each cell that they touch or nearly do."""
    if not len(boxes):
        return grid
    first, last = _span(boxes[:, 1] - grid.origin[1], boxes[:, 3] - grid.origin[1], grid.cell_m, grid.rows)
    number, row = _spread(first, last)
    west, east = boxes[number, 0] - grid.origin[0], boxes[number, 2] - grid.origin[0]
    left, right = _span(west, east, grid.cell_m, grid.columns)
    at, column = _spread(left, right)
    return _listed(grid, row[at] * grid.columns + column, number[at])


def with_covers(grid: Grid, polygons: list[shapely.Polygon]) -> Grid:
    """The polygons that hold the reference place of each cell, in their order."""
    if not polygons:
        return grid
    row, column = np.divmod(np.arange(grid.columns * grid.rows), grid.columns)
    places = grid.origin + (np.stack([column, row], axis=1) + REFERENCE) * grid.cell_m
    number, cell = STRtree(shapely.points(places)).query(polygons, predicate="contains")
    return _listed(grid, cell, number)


def _span(low: Array, high: Array, cell_m: float, count: int) -> tuple[Numbers, Numbers]:
    first = np.floor((low - BESIDE_M) / cell_m).astype(np.int64)
    last = np.floor((high + BESIDE_M) / cell_m).astype(np.int64)
    return np.clip(first, 0, count - 1), np.clip(last, 0, count - 1)


def _spread(first: Numbers, last: Numbers) -> tuple[Numbers, Numbers]:
    """Each row number repeated for the values from first to last, and those values."""
    counts = last - first + 1
    number = np.repeat(np.arange(len(first)), counts)
    within = np.arange(len(number)) - np.repeat(np.cumsum(counts) - counts, counts)
    return number, first[number] + within


def _listed(grid: Grid, cells: Numbers, items: Numbers) -> Grid:
    order = np.lexsort((items, cells))
    counts = np.bincount(cells, minlength=grid.columns * grid.rows)
    return grid._replace(
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), items=items[order].astype(np.int64)
    )


@compiled_part
def walls_met(
    xs: float,
    ys: float,
    xr: float,
    yr: float,
    walls: Array,
    grid: Grid,
    shares: Array,
    tops: Array,
    met: Numbers,
) -> int:
    """Segments between two places in the order of the way, and how many: share of the way, altitude, number.

    ``walls``: x0, y0, z0, x1, y1, z1 a row. Cells are walked after Amanatides and Woo. A meeting counts in the cell in
    which it lies, so once. More meetings than the arrays hold give -1.
    """
    starts = grid.starts
    items = grid.items
    origin = grid.origin
    columns = grid.columns
    rows = grid.rows
    cell_m = grid.cell_m
    room = shares.shape[0]
    dx = xr - xs
    dy = yr - ys
    enter = 0.0
    leave = 1.0
    # The part of the way inside of the grid.
    for axis in range(2):
        place = xs if axis == 0 else ys
        step = dx if axis == 0 else dy
        low = origin[axis]
        high = low + (columns if axis == 0 else rows) * cell_m
        if abs(step) < 1e-12:
            if place < low or place >= high:
                return 0
            continue
        first = (low - place) / step
        last = (high - place) / step
        enter = max(enter, min(first, last))
        leave = min(leave, max(first, last))
    if enter >= leave:
        return 0
    inside = enter + 1e-12
    column = min(columns - 1, max(0, int((xs + inside * dx - origin[0]) / cell_m)))
    row = min(rows - 1, max(0, int((ys + inside * dy - origin[1]) / cell_m)))
    step_x = 1 if dx > 0.0 else -1
    step_y = 1 if dy > 0.0 else -1
    next_x = (origin[0] + (column + (1 if dx > 0.0 else 0)) * cell_m - xs) / dx if abs(dx) >= 1e-12 else inf
    next_y = (origin[1] + (row + (1 if dy > 0.0 else 0)) * cell_m - ys) / dy if abs(dy) >= 1e-12 else inf
    each_x = cell_m / abs(dx) if abs(dx) >= 1e-12 else inf
    each_y = cell_m / abs(dy) if abs(dy) >= 1e-12 else inf
    count = 0
    at = enter
    while at < leave:
        until = min(min(next_x, next_y), leave)
        cell = row * columns + column
        for item in range(starts[cell], starts[cell + 1]):
            wall = items[item]
            ax = walls[wall, 0]
            ay = walls[wall, 1]
            ux = walls[wall, 3] - ax
            uy = walls[wall, 4] - ay
            # A wall is crossed when its ends lie on different sides; an end on the line counts as left of it. So a
            # corner gives one meeting where the line goes through, and none or two where it only touches.
            from_side = dx * (ay - ys) - dy * (ax - xs)
            to_side = dx * (walls[wall, 4] - ys) - dy * (walls[wall, 3] - xs)
            if (from_side >= 0.0) == (to_side >= 0.0):
                continue
            share = ((ax - xs) * uy - (ay - ys) * ux) / (dx * uy - dy * ux)
            if share < at or share >= until or share <= 0.0 or share >= 1.0:
                continue
            along = from_side / (from_side - to_side)
            if count == room:
                return -1
            top = walls[wall, 2] + along * (walls[wall, 5] - walls[wall, 2])
            place_at = count
            while place_at > 0 and shares[place_at - 1] > share:
                shares[place_at] = shares[place_at - 1]
                tops[place_at] = tops[place_at - 1]
                met[place_at] = met[place_at - 1]
                place_at -= 1
            shares[place_at] = share
            tops[place_at] = top
            met[place_at] = wall
            count += 1
        at = until
        if next_x < next_y:
            column += step_x
            next_x += each_x
            if column < 0 or column >= columns:
                break
        else:
            row += step_y
            next_y += each_y
            if row < 0 or row >= rows:
                break
    return count
