"""The ground under a place: altitude of the terrain, ground factor, and the buildings that a place lies in."""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled_part
from tanheng.measures.quiet.walk.field import BUILDING_WALL, GROUND_EDGE, Ground, Surface, Walls
from tanheng.measures.quiet.walk.grids import REFERENCE, Grid, Numbers

# Twice the area, m2, by which a place may lie beside a triangle and still be on it; rounding leaves no gaps.
BESIDE_M2 = 1e-6
NESTED = -2


@compiled_part
def cell_of(grid: Grid, x: float, y: float) -> int:
    """The number of the cell of a place; -1 outside."""
    column = math.floor((x - grid.origin[0]) / grid.cell_m)
    row = math.floor((y - grid.origin[1]) / grid.cell_m)
    if column < 0 or row < 0 or column >= grid.columns or row >= grid.rows:
        return -1
    return int(row * grid.columns + column)


@compiled_part
def altitude(surface: Surface, x: float, y: float) -> float:
    """Altitude of the terrain, m; beyond its rim that of the nearest place on it, 0 without any."""
    triangles = surface.triangles
    if triangles.shape[0] == 0:
        return 0.0
    terrain = surface.grid
    rim = surface.rim
    found = -math.inf
    cell = cell_of(terrain, x, y)
    if cell >= 0:
        for item in range(terrain.starts[cell], terrain.starts[cell + 1]):
            t = terrain.items[item]
            ax = triangles[t, 0]
            ay = triangles[t, 1]
            bx = triangles[t, 3]
            by = triangles[t, 4]
            cx = triangles[t, 6]
            cy = triangles[t, 7]
            if (
                (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= -BESIDE_M2
                and (cx - bx) * (y - by) - (cy - by) * (x - bx) >= -BESIDE_M2
                and (ax - cx) * (y - cy) - (ay - cy) * (x - cx) >= -BESIDE_M2
            ):
                found = max(found, triangles[t, 2] + triangles[t, 9] * (x - ax) + triangles[t, 10] * (y - ay))
    if found > -math.inf:
        return float(found)
    nearest = math.inf
    for i in range(rim.shape[0]):
        dx = rim[i, 3] - rim[i, 0]
        dy = rim[i, 4] - rim[i, 1]
        share = ((x - rim[i, 0]) * dx + (y - rim[i, 1]) * dy) / (dx * dx + dy * dy)
        share = min(1.0, max(0.0, share))
        away_x = rim[i, 0] + share * dx - x
        away_y = rim[i, 1] + share * dy - y
        squared = away_x * away_x + away_y * away_y
        if squared < nearest:
            nearest = squared
            found = rim[i, 2] + share * (rim[i, 5] - rim[i, 2])
    return float(found)


@compiled_part
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
    return bool(0.0 < share < 1.0)


@compiled_part
def ground_factor(walls: Walls, ground: Ground, x: float, y: float) -> float:
    """G of the ground at a place; of overlapping areas the first one counts."""
    areas = ground.factors.shape[0]
    grid = walls.grid
    cell = cell_of(grid, x, y)
    if areas == 0 or cell < 0:
        return ground.elsewhere
    starts = grid.starts
    items = grid.items
    kinds = walls.kinds
    owners = walls.owners
    segments = walls.segments
    covers = ground.covers.items
    first = ground.covers.starts[cell]
    last = ground.covers.starts[cell + 1]
    rx = grid.origin[0] + (cell % grid.columns + REFERENCE) * grid.cell_m
    ry = grid.origin[1] + (cell // grid.columns + REFERENCE) * grid.cell_m
    best = areas
    # Edges of one area stand together, so each is done when the next begins.
    current = -1
    odd = False
    for item in range(starts[cell], starts[cell + 1]):
        segment = items[item]
        if kinds[segment] != GROUND_EDGE:
            continue
        owner = owners[segment]
        if owner != current:
            if odd:
                best = min(best, current)
            current = owner
            odd = False
            for i in range(first, last):
                odd = odd or covers[i] == owner
        if _crossed(segments, segment, rx, ry, x, y):
            odd = not odd
    if odd:
        best = min(best, current)
    for i in range(first, last):
        if covers[i] >= best:
            break
        with_edges = False
        for item in range(starts[cell], starts[cell + 1]):
            segment = items[item]
            with_edges = with_edges or (kinds[segment] == GROUND_EDGE and owners[segment] == covers[i])
        if not with_edges:
            best = covers[i]
    return float(ground.factors[best]) if best < areas else ground.elsewhere


@compiled_part
def enter_at(walls: Walls, opened: Numbers, heights: Array, x: float, y: float) -> int:
    """Opens the buildings that hold a place, as a plant on a roof has one; how many, or ``NESTED`` where too many."""
    grid = walls.grid
    cell = cell_of(grid, x, y)
    if cell < 0:
        return 0
    rx = grid.origin[0] + (cell % grid.columns + REFERENCE) * grid.cell_m
    ry = grid.origin[1] + (cell // grid.columns + REFERENCE) * grid.cell_m
    count = 0
    for item in range(walls.inside.starts[cell], walls.inside.starts[cell + 1]):
        count = toggle(walls.roofs, opened, heights, walls.inside.items[item], count)
    for item in range(grid.starts[cell], grid.starts[cell + 1]):
        segment = grid.items[item]
        if walls.kinds[segment] == BUILDING_WALL and _crossed(walls.segments, segment, rx, ry, x, y):
            count = toggle(walls.roofs, opened, heights, walls.owners[segment], count)
    return count


@compiled_part
def toggle(roofs: Array, opened: Numbers, heights: Array, building: int, count: int) -> int:
    """Leaves a building that is open, opens one that is not; how many are open then, or ``NESTED``."""
    for i in range(count):
        if opened[i] == building:
            opened[i] = opened[count - 1]
            heights[i] = heights[count - 1]
            return count - 1
    if count < 0 or count == opened.shape[0]:
        return NESTED
    opened[count] = building
    heights[count] = roofs[building]
    return count + 1


@compiled_part
def roof_over(heights: Array, count: int) -> float:
    """The highest roof of the buildings that are open; minus infinity where none is."""
    level = -math.inf
    for i in range(count):
        level = max(level, heights[i])
    return level
