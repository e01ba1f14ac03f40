"""Round the sides of obstacles: which ones stand above the ray, and the band laid round them; the compiled ``lateral``.

Corners are places along (u) and to the left of (v) the straight ray in plan.
"""

from __future__ import annotations

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled_part
from tanheng.measures.quiet.reflecting import LEVEL_M
from tanheng.measures.quiet.walk.field import BUILDING_WALL, THIN_WALL, Sides, Walls
from tanheng.measures.quiet.walk.scratch import Around, Met

FULL = -1
HOMOGENEOUS, FAVOURABLE = 1, 2
# Corners that lie in a row but for rounding span less, twice the area of their triangle; a band rests on the outer two.
IN_A_ROW_M2 = 1e-6


@compiled_part
def obstacles_met(
    walls: Walls, met: Met, around: Around, count: int, zs: float, zr: float, far: float, radius: float, buildings: int
) -> int:
    """Of what the direct leg met, the obstacles above its ray, in ``around.obstacles`` as ``Sides`` counts them, and
    the conditions in which they are; how many."""
    found = 0
    for i in range(count):
        segment = met.segments[i]
        kind = walls.kinds[segment]
        if kind > THIN_WALL:
            continue
        share = met.shares[i]
        top = met.tops[i]
        ray = zs + share * (zr - zs)
        if ray >= top - LEVEL_M:
            continue
        hides = HOMOGENEOUS
        if ray + far * far * share * (1.0 - share) / (2.0 * radius) < top - LEVEL_M:
            hides |= FAVOURABLE
        number = walls.owners[segment] + (0 if kind == BUILDING_WALL else buildings)
        known = -1
        for j in range(found):
            if around.obstacles[j] == number:
                known = j
        if known >= 0:
            around.hides[known] |= hides
            continue
        if found == around.obstacles.shape[0]:
            return FULL
        around.obstacles[found] = number
        around.hides[found] = hides
        found += 1
    return found


@compiled_part
def standing_corners(
    sides: Sides,
    around: Around,
    obstacles: int,
    condition: int,
    xs: float,
    ys: float,
    zs: float,
    ex: float,
    ey: float,
    slope: float,
) -> int:
    """Corners of the obstacles of a condition where they stand above the straight ray, which goes from the source in
    the direction (``ex``, ``ey``) with this slope; how many are in ``around.u`` and ``around.v``."""
    u = around.u
    v = around.v
    rows = sides.rows
    corners = 0
    for i in range(obstacles):
        if not around.hides[i] & condition:
            continue
        number = around.obstacles[i]
        for j in range(sides.starts[number], sides.starts[number + 1]):
            u0 = (rows[j, 0] - xs) * ex + (rows[j, 1] - ys) * ey
            v0 = (rows[j, 1] - ys) * ex - (rows[j, 0] - xs) * ey
            u1 = (rows[j, 2] - xs) * ex + (rows[j, 3] - ys) * ey
            v1 = (rows[j, 3] - ys) * ex - (rows[j, 2] - xs) * ey
            if corners + 3 > u.shape[0]:
                return FULL
            over0 = rows[j, 4] - zs - slope * u0
            over1 = rows[j, 4] - zs - slope * u1
            if over0 > 0.0:
                u[corners] = u0
                v[corners] = v0
                corners += 1
            if (over0 > 0.0) != (over1 > 0.0):
                share = over0 / (over0 - over1)
                u[corners] = u0 + share * (u1 - u0)
                v[corners] = v0 + share * (v1 - v0)
                corners += 1
            # Outlines are closed: where a row of theirs ends the next one begins.
            if number >= sides.buildings and over1 > 0.0:
                u[corners] = u1
                v[corners] = v1
                corners += 1
    return corners


@compiled_part
def lay_band(u: Array, v: Array, corners: int, left: bool, far: float, bends: Array) -> int:
    """The corners on which a band from source to receiver rests on one side: u and v in ``bends``, and how many."""
    side = 1.0 if left else -1.0
    count = 0
    at_u = 0.0
    at_v = 0.0
    while True:
        best = -1
        best_u = far
        best_v = 0.0
        for i in range(corners):
            beside = side * v[i]
            if beside <= 0.0:
                continue
            if u[i] == at_u and beside == at_v:
                continue
            turn = (best_u - at_u) * (beside - at_v) - (best_v - at_v) * (u[i] - at_u)
            if turn > IN_A_ROW_M2 or (
                turn >= -IN_A_ROW_M2 and best >= 0 and _further(u[i], beside, best_u, best_v, at_u, at_v)
            ):
                if _rested_on(bends, count, u[i], v[i]):
                    continue
                best = i
                best_u = u[i]
                best_v = beside
        if best < 0:
            return count
        if count == bends.shape[0]:
            return FULL
        bends[count, 0] = best_u
        bends[count, 1] = side * best_v
        count += 1
        at_u = best_u
        at_v = best_v


@compiled_part
def _rested_on(bends: Array, count: int, u: float, v: float) -> bool:
    """Whether the band was there already: of corners in a row with the end, rounding may put each before the other."""
    known = False
    for i in range(count):
        known = known or (bends[i, 0] == u and bends[i, 1] == v)
    return known


@compiled_part
def _further(u: float, v: float, than_u: float, than_v: float, from_u: float, from_v: float) -> bool:
    return (u - from_u) ** 2 + (v - from_v) ** 2 > (than_u - from_u) ** 2 + (than_v - from_v) ** 2
