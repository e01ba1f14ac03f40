"""A leg of a path in plan, as part of the polyline that the formulas want; the compiled ``cutting`` and ``unfold``."""

from __future__ import annotations

import math

from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.cutting import SAME_PLACE, TOUCH_M
from tanheng.measures.quiet.profile import ROOF_GROUND_FACTOR
from tanheng.measures.quiet.wall_grid import walls_met
from tanheng.measures.quiet.walk.field import BUILDING_WALL, GROUND_EDGE, SLOPE_EDGE, THIN_WALL, Field
from tanheng.measures.quiet.walk.ground import altitude, ground_factor, toggle
from tanheng.measures.quiet.walk.scratch import Scratch

FULL = -1


@compiled
def meet(
    field: Field, work: Scratch, x0: float, y0: float, x1: float, y1: float, mirror_first: bool, mirror_last: bool
) -> int:
    """What a leg meets, in ``work.shares``, ``tops`` and ``met``, and how much; ``FULL`` where it is too much.

    Buildings that are only touched are left out, and walls at an end of the leg that is a place of reflection: a path
    is reflected by its wall and does not pass through it.
    """
    length = math.hypot(x1 - x0, y1 - y0)
    if length <= TOUCH_M:
        return 0
    grid = field.grid
    shares = work.shares
    met = work.met
    count = walls_met(
        x0,
        y0,
        x1,
        y1,
        field.segments,
        grid.starts,
        grid.items,
        grid.origin,
        grid.columns,
        grid.rows,
        grid.cell_m,
        shares,
        work.tops,
        met,
    )
    if count <= 0:
        return count
    kept = 0
    for i in range(count):
        segment = met[i]
        if segment < 0:
            continue
        kind = field.kinds[segment]
        if kind <= THIN_WALL:
            if mirror_first and shares[i] * length <= TOUCH_M:
                continue
            if mirror_last and (1.0 - shares[i]) * length <= TOUCH_M:
                continue
        if kind == BUILDING_WALL:
            touched = False
            j = i + 1
            while j < count and (shares[j] - shares[i]) * length <= TOUCH_M:
                other = met[j]
                if other >= 0 and field.kinds[other] == BUILDING_WALL and field.owners[other] == field.owners[segment]:
                    met[j] = -1
                    touched = True
                    break
                j += 1
            if touched:
                continue
        shares[kept] = shares[i]
        work.tops[kept] = work.tops[i]
        met[kept] = segment
        kept += 1
    return kept


@compiled
def factor_after(field: Field, work: Scratch, i: int, count: int, x0: float, y0: float, x1: float, y1: float) -> float:
    """G of the ground from the i-th meeting on to the next other place; from the start of the leg for i = -1."""
    if field.area_factors.shape[0] == 0:
        return field.ground_factor
    here = work.shares[i] if i >= 0 else 0.0
    j = i + 1
    while j < count and work.shares[j] - here <= SAME_PLACE:
        here = work.shares[j]
        j += 1
    middle = 0.5 * (here + (work.shares[j] if j < count else 1.0))
    return ground_factor(field, x0 + middle * (x1 - x0), y0 + middle * (y1 - y0))


@compiled
def add_leg(
    field: Field,
    work: Scratch,
    count: int,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    begin: float,
    points: int,
    inside: int,
) -> tuple[int, int]:
    """Adds a leg to the polyline, without its end, from ``begin`` along the path: the points and the buildings open
    then, or a negative number and 0."""
    x = work.x
    z = work.z
    g = work.g
    length = math.hypot(x1 - x0, y1 - y0)
    level = roof_over(work, inside) if inside else altitude(field.triangles, field.terrain, field.rim, x0, y0)
    x[points] = begin
    z[points] = level
    g[points] = ROOF_GROUND_FACTOR if inside else factor_after(field, work, -1, count, x0, y0, x1, y1)
    points += 1
    for i in range(count):
        if points + 4 >= x.shape[0]:
            return FULL, 0
        segment = work.met[i]
        kind = field.kinds[segment]
        if inside and kind >= GROUND_EDGE:
            continue
        share = work.shares[i]
        at = begin + share * length
        if inside and kind == THIN_WALL:
            level = roof_over(work, inside)
            ground = level
        elif kind == SLOPE_EDGE:
            ground = work.tops[i]
        else:
            ground = altitude(field.triangles, field.terrain, field.rim, x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        if kind == THIN_WALL:
            x[points] = at
            z[points] = ground
            g[points] = 0.0
            x[points + 1] = at
            z[points + 1] = max(ground, work.tops[i])
            g[points + 1] = 0.0
            points += 2
        elif kind == BUILDING_WALL:
            x[points] = at
            z[points] = roof_over(work, inside) if inside else ground
            g[points] = 0.0
            points += 1
            inside = toggle(field, work, field.owners[segment], inside)
            if inside < 0:
                return inside, 0
            if inside:
                ground = roof_over(work, inside)
        x[points] = at
        z[points] = ground
        g[points] = ROOF_GROUND_FACTOR if inside else factor_after(field, work, i, count, x0, y0, x1, y1)
        points += 1
    return points, inside


@compiled
def end_path(field: Field, work: Scratch, points: int, inside: int, far: float, xr: float, yr: float) -> int:
    """Adds the foot of the receiver; how many points the polyline has then."""
    level = roof_over(work, inside) if inside else altitude(field.triangles, field.terrain, field.rim, xr, yr)
    work.x[points] = far
    work.z[points] = level
    work.g[points] = ROOF_GROUND_FACTOR if inside else 0.0
    return points + 1


@compiled
def roof_over(work: Scratch, inside: int) -> float:
    """The highest roof of the buildings that the path is in."""
    level = work.roofs[0]
    for i in range(1, inside):
        level = max(level, work.roofs[i])
    return level
