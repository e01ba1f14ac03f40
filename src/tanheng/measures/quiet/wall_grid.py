"""Walls in a uniform grid, so that what a ray meets is found cell by cell, whatever the size of the scene."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor, inf

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.scene import Barrier, Building

CELL_M = 20.0
THIN_WALL = -1
# A wall on the border of two cells is listed in both: rounding decides in which of them a ray meets it.
BESIDE_M = 1e-3


@dataclass(frozen=True)
class WallGrid:
    """``walls``: x0, y0, top0, x1, y1, top1 a row; ``owner``: the building's number or -1 for a barrier.

    ``items[starts[c]:starts[c + 1]]`` are the walls that touch cell c; cells count by rows from ``origin``.
    """

    walls: Array
    owner: NDArray[np.int64]
    starts: NDArray[np.int64]
    items: NDArray[np.int64]
    origin: Array
    columns: int
    rows: int
    cell_m: float


def index_walls(buildings: tuple[Building, ...], barriers: tuple[Barrier, ...], cell_m: float = CELL_M) -> WallGrid:
    """The grid of all walls. A wall is listed in every cell that its bounding box touches or nearly does."""
    rows: list[tuple[float, float, float, float, float, float]] = []
    owner: list[int] = []
    for number, building in enumerate(buildings):
        for (x0, y0), (x1, y1) in pairwise(Polygon(building.footprint).exterior.coords):
            rows.append((x0, y0, building.roof_z, x1, y1, building.roof_z))
            owner.append(number)
    for barrier in barriers:
        for a, b in pairwise(barrier.top):
            rows.append((*a, *b))
            owner.append(THIN_WALL)
    walls = np.array(rows, dtype=np.float64).reshape(-1, 6)
    if not len(walls):
        zero = np.zeros(0, dtype=np.int64)
        return WallGrid(walls, zero, np.zeros(2, dtype=np.int64), zero, np.zeros(2), 1, 1, cell_m)
    plan = walls[:, [0, 1, 3, 4]].reshape(-1, 2)
    origin = plan.min(axis=0) - 1.0
    columns, lines = (floor(extent / cell_m) + 1 for extent in plan.max(axis=0) + 1.0 - origin)
    cells: list[list[int]] = [[] for _ in range(columns * lines)]
    for number, (x0, y0, _, x1, y1, _) in enumerate(walls):
        low_x, high_x = _cells(x0, x1, origin[0], cell_m, columns)
        low_y, high_y = _cells(y0, y1, origin[1], cell_m, lines)
        for line in range(low_y, high_y + 1):
            for column in range(low_x, high_x + 1):
                cells[line * columns + column].append(number)
    starts = np.concatenate([[0], np.cumsum([len(cell) for cell in cells])]).astype(np.int64)
    items = np.array([number for cell in cells for number in cell], dtype=np.int64)
    return WallGrid(walls, np.array(owner, dtype=np.int64), starts, items, origin, columns, lines, cell_m)


def _cells(a: float, b: float, origin: float, cell_m: float, count: int) -> tuple[int, int]:
    low, high = sorted((a - origin, b - origin))
    return max(0, floor((low - BESIDE_M) / cell_m)), min(count - 1, floor((high + BESIDE_M) / cell_m))


@compiled
def walls_met(
    xs: float,
    ys: float,
    xr: float,
    yr: float,
    walls: Array,
    starts: NDArray[np.int64],
    items: NDArray[np.int64],
    origin: Array,
    columns: int,
    rows: int,
    cell_m: float,
    shares: Array,
    tops: Array,
    met: NDArray[np.int64],
) -> int:
    """Walls between two places in the order of the way, and how many: share of the way, altitude of the top, number.

    Cells are walked after Amanatides and Woo. A meeting counts in the cell in which it lies, so once. More meetings
    than the arrays hold give -1.
    """
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
