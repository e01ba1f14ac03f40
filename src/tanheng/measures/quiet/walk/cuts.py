"""A path in plan as the polyline that the formulas want; the compiled ``cutting`` and ``unfold``."""

from __future__ import annotations

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled_part, hypotenuse
from tanheng.measures.quiet.cutting import SAME_PLACE, TOUCH_M
from tanheng.measures.quiet.profile import ROOF_GROUND_FACTOR
from tanheng.measures.quiet.walk.field import BUILDING_WALL, GROUND_EDGE, SLOPE_EDGE, THIN_WALL, Ground, Surface, Walls
from tanheng.measures.quiet.walk.grids import walls_met
from tanheng.measures.quiet.walk.ground import altitude, enter_at, ground_factor, roof_over, toggle
from tanheng.measures.quiet.walk.scratch import Line, Met

FULL = -1


@compiled_part
def meet(
    walls: Walls, met: Met, x0: float, y0: float, x1: float, y1: float, mirror_first: bool, mirror_last: bool
) -> int:
    """What a leg meets, in ``met``, and how much; ``FULL`` where it is too much.

    Buildings that are only touched are left out, and walls at an end of the leg that is a place of reflection: a path
    is reflected by its wall and does not pass through it.
    """
    length = hypotenuse(x1 - x0, y1 - y0)
    if length <= TOUCH_M:
        return 0
    shares = met.shares
    tops = met.tops
    found = met.segments
    kinds = walls.kinds
    owners = walls.owners
    count = walls_met(x0, y0, x1, y1, walls.segments, walls.grid, shares, tops, found)
    kept = 0
    for i in range(count):
        segment = found[i]
        if segment < 0:
            continue
        if kinds[segment] <= THIN_WALL and (
            (mirror_first and shares[i] * length <= TOUCH_M) or (mirror_last and (1.0 - shares[i]) * length <= TOUCH_M)
        ):
            continue
        if kinds[segment] == BUILDING_WALL:
            touched = False
            j = i + 1
            while j < count and (shares[j] - shares[i]) * length <= TOUCH_M:
                other = found[j]
                if other >= 0 and kinds[other] == BUILDING_WALL and owners[other] == owners[segment]:
                    found[j] = -1
                    touched = True
                    break
                j += 1
            if touched:
                continue
        shares[kept] = shares[i]
        tops[kept] = tops[i]
        found[kept] = segment
        kept += 1
    return kept if count >= 0 else count


@compiled_part
def factor_after(
    walls: Walls, ground: Ground, shares: Array, i: int, count: int, x0: float, y0: float, x1: float, y1: float
) -> float:
    """G of the ground from the i-th meeting of a leg on to the next other place; from its start for i = -1."""
    here = shares[i] if i >= 0 else 0.0
    j = i + 1
    while j < count and shares[j] - here <= SAME_PLACE:
        here = shares[j]
        j += 1
    middle = 0.5 * (here + (shares[j] if j < count else 1.0))
    return ground_factor(walls, ground, x0 + middle * (x1 - x0), y0 + middle * (y1 - y0))


@compiled_part
def lay_path(
    walls: Walls, ground: Ground, surface: Surface, met: Met, line: Line, corners: int, mirrored: bool
) -> tuple[int, int, float]:
    """The polyline of a path over ``line.corners``, the first being the source's foot and the last the receiver's.

    ``mirrored``: the corners between are places of reflection. Returns how many points there are, or a negative
    number; how much the last leg met, which is then in ``met``; and the ground factor where the path begins.
    """
    x = line.x
    z = line.z
    g = line.g
    at_corners = line.corners
    shares = met.shares
    tops = met.tops
    found = met.segments
    opened = met.opened
    heights = met.roofs
    kinds = walls.kinds
    owners = walls.owners
    roofs = walls.roofs
    sloped = surface.triangles.shape[0] > 0
    varied = ground.factors.shape[0] > 0
    elsewhere = ground.elsewhere
    points = 0
    begin = 0.0
    count = 0
    g_start = elsewhere
    inside = enter_at(walls, opened, heights, at_corners[0, 0], at_corners[0, 1])
    if inside < 0:
        return inside, 0, 0.0
    for leg in range(corners - 1):
        x0 = at_corners[leg, 0]
        y0 = at_corners[leg, 1]
        x1 = at_corners[leg + 1, 0]
        y1 = at_corners[leg + 1, 1]
        length = hypotenuse(x1 - x0, y1 - y0)
        count = meet(walls, met, x0, y0, x1, y1, mirrored and leg > 0, mirrored and leg < corners - 2)
        if count < 0 or points + 3 * count + 2 > x.shape[0]:
            return FULL, 0, 0.0
        level = altitude(surface, x0, y0) if sloped else 0.0
        factor = factor_after(walls, ground, shares, -1, count, x0, y0, x1, y1) if varied else elsewhere
        if leg == 0:
            g_start = factor
        x[points] = begin
        z[points] = roof_over(heights, inside) if inside else level
        g[points] = ROOF_GROUND_FACTOR if inside else factor
        points += 1
        for i in range(count):
            segment = found[i]
            kind = kinds[segment]
            if inside and kind >= GROUND_EDGE:
                continue
            share = shares[i]
            at = begin + share * length
            level = 0.0
            if inside and kind == THIN_WALL:
                level = roof_over(heights, inside)
            elif kind == SLOPE_EDGE:
                level = tops[i]
            elif sloped:
                level = altitude(surface, x0 + share * (x1 - x0), y0 + share * (y1 - y0))
            if kind == THIN_WALL:
                x[points] = at
                z[points] = level
                g[points] = 0.0
                x[points + 1] = at
                z[points + 1] = max(level, tops[i])
                g[points + 1] = 0.0
                points += 2
            elif kind == BUILDING_WALL:
                x[points] = at
                z[points] = roof_over(heights, inside) if inside else level
                g[points] = 0.0
                points += 1
                inside = toggle(roofs, opened, heights, owners[segment], inside)
                if inside < 0:
                    return inside, 0, 0.0
                if inside:
                    level = roof_over(heights, inside)
            x[points] = at
            z[points] = level
            if inside:
                g[points] = ROOF_GROUND_FACTOR
            else:
                g[points] = factor_after(walls, ground, shares, i, count, x0, y0, x1, y1) if varied else elsewhere
            points += 1
        begin += length
    level = altitude(surface, at_corners[corners - 1, 0], at_corners[corners - 1, 1]) if sloped else 0.0
    x[points] = begin
    z[points] = roof_over(heights, inside) if inside else level
    g[points] = 0.0
    return points + 1, count, g_start
