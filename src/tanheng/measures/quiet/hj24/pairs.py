"""A source and a receiver by the Chinese method in bulk: what ``propagation`` does for one path, over a ``Field``.

The same result as of ``walk.pairs.add_transfer``, so that a matrix can take the one or the other.
"""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.cnossos.diffraction import path_difference, ray_radius
from tanheng.measures.quiet.cnossos.vertical_plane import hull_edges
from tanheng.measures.quiet.compiled import compiled, compiled_part
from tanheng.measures.quiet.hj24.ground import MOSTLY_POROUS, ground_attenuation
from tanheng.measures.quiet.hj24.screens import DOUBLE_EDGE_MOST_DB, SINGLE_EDGE_MOST_DB
from tanheng.measures.quiet.lateral import CLEAR_M
from tanheng.measures.quiet.walk.cuts import lay_path
from tanheng.measures.quiet.walk.field import Field, Surface
from tanheng.measures.quiet.walk.ground import altitude
from tanheng.measures.quiet.walk.laterals import HOMOGENEOUS, lay_band, obstacles_met, standing_corners
from tanheng.measures.quiet.walk.scratch import Line, Met, Scratch

LN_10_10 = math.log(10.0) / 10.0


@compiled
def add_chinese_transfer(
    field: Field, work: Scratch, xs: float, ys: float, zs: float, xr: float, yr: float, zr: float, out: Array
) -> int:
    """Adds to ``out`` (8 bands) the share of a point source's power that arrives, as 10^(-A/10): divergence, air, and
    porous ground or screens, over the top and round the ends. No reflected paths, no conditions of weather.

    Coordinates in metres, z altitude. Returns the number of paths, or a key of ``walk.pairs.TOO_MUCH``.
    """
    line, room, met = work.line, work.room, work.met
    line.corners[0, 0] = xs
    line.corners[0, 1] = ys
    line.corners[1, 0] = xr
    line.corners[1, 1] = yr
    far = math.hypot(xr - xs, yr - ys)
    distance = math.hypot(far, zr - zs)
    points, count, _ = lay_path(field.walls, field.ground, field.surface, met, line, 2, False)
    if points < 0:
        return points
    ground = 0.0
    if _porous_share(line, points) > MOSTLY_POROUS:
        height = 0.5 * (zs + zr) - _mean_altitude(field.surface, met, count, xs, ys, xr, yr)
        ground = ground_attenuation(height, distance)
    edges = hull_edges(line.x, line.z, points, zs, zr, 0.0, room.found)
    over = 0.0
    ways = 0
    round_left = 0.0
    round_right = 0.0
    if edges > 0:
        for i in range(edges):
            room.edge_x[i] = line.x[room.found[i]]
            room.edge_z[i] = line.z[room.found[i]]
        over, _ = path_difference(0.0, zs, line.x[points - 1], zr, room.edge_x, room.edge_z, edges, 0.0)
        if field.lateral and far > CLEAR_M and count > 0:
            sides, around = field.sides, work.around
            obstacles = obstacles_met(
                field.walls, met, around, count, zs, zr, far, ray_radius(distance), sides.buildings
            )
            if obstacles < 0:
                return obstacles
            if obstacles > 0:
                ex, ey = (xr - xs) / far, (yr - ys) / far
                slope = (zr - zs) / far
                corners = standing_corners(sides, around, obstacles, HOMOGENEOUS, xs, ys, zs, ex, ey, slope)
                if corners < 0:
                    return corners
                for left in (True, False):
                    bends = lay_band(around.u, around.v, corners, left, far, around.bends)
                    if bends < 0:
                        return bends
                    if bends == 0:
                        continue
                    detour = _length_round(around.bends, bends, far, slope) - distance
                    ways += 1
                    if left:
                        round_left = detour
                    else:
                        round_right = detour
    has_left = ways == 2 or (ways == 1 and round_left > 0.0)
    has_right = ways == 2 or (ways == 1 and not has_left)
    divergence = 20.0 * math.log10(distance) + 11.0
    most = SINGLE_EDGE_MOST_DB if edges == 1 else DOUBLE_EDGE_MOST_DB
    for band in range(field.bands_hz.shape[0]):
        loss = divergence + field.air_db_per_m[band] * distance + ground
        if edges > 0:
            by_metre = 2.0 * field.bands_hz[band] / SOUND_SPEED_M_S
            passed = 1.0 / (3.0 + 20.0 * over * by_metre)
            if has_left:
                passed += 1.0 / (3.0 + 20.0 * round_left * by_metre)
            if has_right:
                passed += 1.0 / (3.0 + 20.0 * round_right * by_metre)
            loss += max(0.0, min(most, -10.0 * math.log10(passed)) - ground)
        out[band] += math.exp(-loss * LN_10_10)
    return 1 + ways


@compiled_part
def _porous_share(line: Line, points: int) -> float:
    """Mean ground factor along the polyline; roofs are hard."""
    far = line.x[points - 1]
    if far <= 0.0:
        return float(line.g[0])
    total = 0.0
    for i in range(points - 1):
        total += line.g[i] * (line.x[i + 1] - line.x[i])
    return float(total / far)


@compiled_part
def _mean_altitude(surface: Surface, met: Met, count: int, xs: float, ys: float, xr: float, yr: float) -> float:
    """Mean altitude of the terrain under the direct path, which has just been laid, m."""
    if surface.triangles.shape[0] == 0:
        return 0.0
    before = 0.0
    level = altitude(surface, xs, ys)
    total = 0.0
    for i in range(count + 1):
        share = met.shares[i] if i < count else 1.0
        here = altitude(surface, xs + share * (xr - xs), ys + share * (yr - ys))
        total += 0.5 * (level + here) * (share - before)
        before = share
        level = here
    return total


@compiled_part
def _length_round(bends: Array, count: int, far: float, slope: float) -> float:
    """Length in space of a way round corners given along and beside the ray, m."""
    length = 0.0
    at_u = 0.0
    at_v = 0.0
    for i in range(count + 1):
        u = bends[i, 0] if i < count else far
        v = bends[i, 1] if i < count else 0.0
        length += math.hypot(math.hypot(u - at_u, v - at_v), (u - at_u) * slope)
        at_u = u
        at_v = v
    return length
