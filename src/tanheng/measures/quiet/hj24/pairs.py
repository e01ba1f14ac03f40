"""What arrives of a point source by the Chinese method, over the arrays of the walk: the compiled ``propagation``."""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.cnossos.diffraction import path_difference
from tanheng.measures.quiet.cnossos.vertical_plane import hull_edges
from tanheng.measures.quiet.compiled import compiled_part, hypotenuse
from tanheng.measures.quiet.hj24.ground import MOSTLY_POROUS, ground_attenuation
from tanheng.measures.quiet.hj24.screens import DOUBLE_EDGE_MOST_DB, SINGLE_EDGE_MOST_DB
from tanheng.measures.quiet.lateral import CLEAR_M
from tanheng.measures.quiet.walk.cuts import lay_path
from tanheng.measures.quiet.walk.field import Field
from tanheng.measures.quiet.walk.ground import altitude
from tanheng.measures.quiet.walk.laterals import HOMOGENEOUS, lay_band, obstacles_met, standing_corners
from tanheng.measures.quiet.walk.pairs import way_round
from tanheng.measures.quiet.walk.scratch import Scratch

LN_10_10 = math.log(10.0) / 10.0


@compiled_part
def add_chinese_transfer(
    field: Field, work: Scratch, xs: float, ys: float, zs: float, xr: float, yr: float, zr: float, out: Array
) -> int:
    """Adds to ``out`` (8 bands) 10^(-A/10) of the direct path over and round screens; 1, or a key of ``TOO_MUCH``."""
    corners = work.line.corners
    far = hypotenuse(xr - xs, yr - ys)
    distance = hypotenuse(far, zr - zs)
    corners[0, 0] = xs
    corners[0, 1] = ys
    corners[1, 0] = xr
    corners[1, 1] = yr
    points, count, _ = lay_path(field.walls, field.ground, field.surface, work.met, work.line, 2, False)
    if points < 0:
        return points
    line = work.line
    room = work.room
    hard = 0.0
    for i in range(points - 1):
        hard += (1.0 - line.g[i]) * (line.x[i + 1] - line.x[i])
    porous = 1.0 - hard / far if far > 0.0 else line.g[0]
    terrain = 0.0
    if field.surface.triangles.shape[0] > 0:
        # Between what the path meets the ground is straight.
        before = altitude(field.surface, xs, ys)
        at = 0.0
        for i in range(count + 1):
            share = work.met.shares[i] if i < count else 1.0
            level = altitude(field.surface, xs + share * (xr - xs), ys + share * (yr - ys))
            terrain += 0.5 * (before + level) * (share - at)
            before = level
            at = share
    mean_height = 0.5 * (zs + zr) - terrain
    ground = ground_attenuation(mean_height, distance) if porous > MOSTLY_POROUS else 0.0
    edges = hull_edges(line.x, line.z, points, zs, zr, 0.0, room.found)
    over = 0.0
    left_detour = -1.0
    right_detour = -1.0
    if edges > 0:
        for i in range(edges):
            room.edge_x[i] = line.x[room.found[i]]
            room.edge_z[i] = line.z[room.found[i]]
        over, _ = path_difference(0.0, zs, line.x[points - 1], zr, room.edge_x, room.edge_z, edges, 0.0)
        if field.lateral and far > CLEAR_M and count > 0:
            sides = field.sides
            around = work.around
            # A radius of 0 is a straight ray.
            obstacles = obstacles_met(field.walls, work.met, around, count, zs, zr, far, 0.0, sides.buildings)
            if obstacles < 0:
                return obstacles
            ex = (xr - xs) / far
            ey = (yr - ys) / far
            slope = (zr - zs) / far
            found = standing_corners(sides, around, obstacles, HOMOGENEOUS, xs, ys, zs, ex, ey, slope)
            if found < 0:
                return found
            for left in (True, False):
                bends = lay_band(around.u, around.v, found, left, far, around.bends)
                if bends < 0:
                    return bends
                if bends > 0:
                    length, _ = way_round(around.bends, bends, corners, xs, ys, ex, ey, xr, yr, far, zr - zs)
                    if left:
                        left_detour = length - distance
                    else:
                        right_detour = length - distance
    most = SINGLE_EDGE_MOST_DB if edges == 1 else DOUBLE_EDGE_MOST_DB
    divergence = 20.0 * math.log10(distance) + 11.0
    for band in range(field.bands_hz.shape[0]):
        by_number = 40.0 * field.bands_hz[band] / SOUND_SPEED_M_S
        screen = 0.0
        if edges > 0:
            passed = 1.0 / (3.0 + by_number * over)
            if left_detour >= 0.0:
                passed += 1.0 / (3.0 + by_number * left_detour)
            if right_detour >= 0.0:
                passed += 1.0 / (3.0 + by_number * right_detour)
            screen = max(0.0, min(most, -10.0 * math.log10(passed)) - ground)
        taken = divergence + field.air_db_per_m[band] * distance + ground + screen
        out[band] += math.exp(-taken * LN_10_10)
    return 1
