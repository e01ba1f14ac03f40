"""The ground under a place: altitude of the terrain, ground factor, and the buildings that a place lies in."""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.walk.field import BUILDING_WALL, GROUND_EDGE, Field
from tanheng.measures.quiet.walk.grids import REFERENCE, Grid
from tanheng.measures.quiet.walk.scratch import Scratch

# Twice the area, m2, by which a place may lie beside a triangle and still be on it; rounding leaves no gaps.
BESIDE_M2 = 1e-6
NESTED = -2


@compiled
def cell_of(grid: Grid, x: float, y: float) -> int:
    """The number of the cell of a place; -1 outside."""
    column = math.floor((x - grid.origin[0]) / grid.cell_m)
    row = math.floor((y - grid.origin[1]) / grid.cell_m)
    if column < 0 or row < 0 or column >= grid.columns or row >= grid.rows:
        return -1
    return int(row * grid.columns + column)


@compiled
def altitude(triangles: Array, terrain: Grid, rim: Array, x: float, y: float) -> float:
    """Altitude of the terrain, m; beyond its rim that of the nearest place on it, 0 without any."""
    if triangles.shape[0] == 0:
        return 0.0
    found = -math.inf
    cell = cell_of(terrain, x, y)
    if cell >= 0:
        for item in range(terrain.starts[cell], terrain.starts[cell + 1]):
            t = triangles[terrain.items[item]]
            if (
                (t[3] - t[0]) * (y - t[1]) - (t[4] - t[1]) * (x - t[0]) >= -BESIDE_M2
                and (t[6] - t[3]) * (y - t[4]) - (t[7] - t[4]) * (x - t[3]) >= -BESIDE_M2
                and (t[0] - t[6]) * (y - t[7]) - (t[1] - t[7]) * (x - t[6]) >= -BESIDE_M2
            ):
                found = max(found, t[2] + t[9] * (x - t[0]) + t[10] * (y - t[1]))
    if found > -math.inf:
        return found
    nearest = math.inf
    for i in range(rim.shape[0]):
        dx = rim[i, 3] - rim[i, 0]
        dy = rim[i, 4] - rim[i, 1]
        share = ((x - rim[i, 0]) * dx + (y - rim[i, 1]) * dy) / (dx * dx + dy * dy)
        share = min(1.0, max(0.0, share))
        away = math.hypot(rim[i, 0] + share * dx - x, rim[i, 1] + share * dy - y)
        if away < nearest:
            nearest = away
            found = rim[i, 2] + share * (rim[i, 5] - rim[i, 2])
    return found


@compiled
def _crossed(segments: Array, item: int, x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether a segment is crossed on the way; its ends on the line count as left of it, as in ``walls_met``."""
    dx = x1 - x0
    dy = y1 - y0
    ax = segments[item, 0]
    ay = segments[item, 1]
    ux = segments[item, 3] - ax
    uy = segments[item, 4] - ay
    from_side = dx * (ay - y0) - dy * (ax - x0)
    to_side = dx * (segments[item, 4] - y0) - dy * (segments[item, 3] - x0)
    if (from_side >= 0.0) == (to_side >= 0.0):
        return False
    share = ((ax - x0) * uy - (ay - y0) * ux) / (dx * uy - dy * ux)
    return 0.0 < share < 1.0


@compiled
def ground_factor(field: Field, x: float, y: float) -> float:
    """G of the ground at a place; of overlapping areas the first one counts."""
    if field.area_factors.shape[0] == 0:
        return field.ground_factor
    grid = field.grid
    cell = cell_of(grid, x, y)
    if cell < 0:
        return field.ground_factor
    rx = grid.origin[0] + (cell % grid.columns + REFERENCE) * grid.cell_m
    ry = grid.origin[1] + (cell // grid.columns + REFERENCE) * grid.cell_m
    covers = field.areas.items[field.areas.starts[cell] : field.areas.starts[cell + 1]]
    best = field.area_factors.shape[0]
    # Edges of one area stand together, so each is done when the next begins.
    current = -1
    odd = False
    for item in range(grid.starts[cell], grid.starts[cell + 1]):
        segment = grid.items[item]
        if field.kinds[segment] != GROUND_EDGE:
            continue
        owner = field.owners[segment]
        if owner != current:
            if odd and current >= 0:
                best = min(best, current)
            current = owner
            odd = False
            for cover in covers:
                odd = odd or cover == owner
        if _crossed(field.segments, segment, rx, ry, x, y):
            odd = not odd
    if odd and current >= 0:
        best = min(best, current)
    for cover in covers:
        if cover >= best:
            break
        with_edges = False
        for item in range(grid.starts[cell], grid.starts[cell + 1]):
            segment = grid.items[item]
            with_edges = with_edges or (field.kinds[segment] == GROUND_EDGE and field.owners[segment] == cover)
        if not with_edges:
            best = cover
    return field.area_factors[best] if best < field.area_factors.shape[0] else field.ground_factor


@compiled
def enter_at(field: Field, work: Scratch, x: float, y: float) -> int:
    """Opens the buildings that hold a place, as a roof's plant is held; how many, or ``NESTED`` where too many."""
    grid = field.grid
    cell = cell_of(grid, x, y)
    if cell < 0:
        return 0
    rx = grid.origin[0] + (cell % grid.columns + REFERENCE) * grid.cell_m
    ry = grid.origin[1] + (cell // grid.columns + REFERENCE) * grid.cell_m
    count = 0
    for item in range(field.inside.starts[cell], field.inside.starts[cell + 1]):
        count = toggle(field, work, field.inside.items[item], count)
    for item in range(grid.starts[cell], grid.starts[cell + 1]):
        segment = grid.items[item]
        if field.kinds[segment] == BUILDING_WALL and _crossed(field.segments, segment, rx, ry, x, y):
            count = toggle(field, work, field.owners[segment], count)
        if count < 0:
            return NESTED
    return count


@compiled
def toggle(field: Field, work: Scratch, building: int, count: int) -> int:
    """Leaves a building that is open, opens one that is not; how many are open then, or ``NESTED``."""
    for i in range(count):
        if work.opened[i] == building:
            work.opened[i] = work.opened[count - 1]
            work.roofs[i] = work.roofs[count - 1]
            return count - 1
    if count < 0 or count == work.opened.shape[0]:
        return NESTED
    work.opened[count] = building
    work.roofs[count] = field.roofs[building]
    return count + 1
