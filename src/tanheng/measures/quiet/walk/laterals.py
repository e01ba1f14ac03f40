"""Round the sides of obstacles: which ones stand above the ray, and the band laid round them; the compiled ``lateral``.

Corners are places along (u) and to the left of (v) the straight ray in plan.
"""

from __future__ import annotations

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.walk.field import BUILDING_WALL, THIN_WALL, Field
from tanheng.measures.quiet.walk.scratch import Scratch

FULL = -1
HOMOGENEOUS, FAVOURABLE = 1, 2


@compiled
def obstacles_met(field: Field, work: Scratch, count: int, zs: float, zr: float, far: float, radius: float) -> int:
    """Of what the direct leg met: obstacles above its ray, and in which conditions, in ``work.obstacles`` (buildings
    as they count, barriers as minus one minus their number) and ``work.hides``; how many."""
    found = 0
    for i in range(count):
        segment = work.met[i]
        kind = field.kinds[segment]
        if kind > THIN_WALL:
            continue
        share = work.shares[i]
        ray = zs + share * (zr - zs)
        if ray >= work.tops[i]:
            continue
        hides = HOMOGENEOUS
        if ray + far * far * share * (1.0 - share) / (2.0 * radius) < work.tops[i]:
            hides |= FAVOURABLE
        owner = field.owners[segment] if kind == BUILDING_WALL else -1 - field.owners[segment]
        known = -1
        for j in range(found):
            if work.obstacles[j] == owner:
                known = j
        if known >= 0:
            work.hides[known] |= hides
            continue
        if found == work.obstacles.shape[0]:
            return FULL
        work.obstacles[found] = owner
        work.hides[found] = hides
        found += 1
    return found


@compiled
def standing_corners(
    field: Field,
    work: Scratch,
    obstacles: int,
    condition: int,
    xs: float,
    ys: float,
    zs: float,
    xe: float,
    ye: float,
    ze: float,
    far: float,
) -> int:
    """Corners of the obstacles of a condition where they stand above the straight ray, in ``work.u`` and ``work.v``."""
    ex = (xe - xs) / far
    ey = (ye - ys) / far
    rise = (ze - zs) / far
    corners = 0
    for i in range(obstacles):
        if not work.hides[i] & condition:
            continue
        number = work.obstacles[i]
        if number >= 0:
            first = field.outline_starts[number]
            last = field.outline_starts[number + 1] - 1
        else:
            first = field.piece_starts[-1 - number]
            last = field.piece_starts[-number]
        for j in range(first, last):
            if number >= 0:
                x0 = field.outlines[j, 0]
                y0 = field.outlines[j, 1]
                x1 = field.outlines[j + 1, 0]
                y1 = field.outlines[j + 1, 1]
                top = field.roofs[number]
            else:
                x0 = field.pieces[j, 0]
                y0 = field.pieces[j, 1]
                x1 = field.pieces[j, 2]
                y1 = field.pieces[j, 3]
                top = field.pieces[j, 4]
            u0 = (x0 - xs) * ex + (y0 - ys) * ey
            v0 = (y0 - ys) * ex - (x0 - xs) * ey
            u1 = (x1 - xs) * ex + (y1 - ys) * ey
            v1 = (y1 - ys) * ex - (x1 - xs) * ey
            if corners + 3 > work.u.shape[0]:
                return FULL
            over0 = top - zs - rise * u0
            over1 = top - zs - rise * u1
            if over0 > 0.0:
                work.u[corners] = u0
                work.v[corners] = v0
                corners += 1
            if (over0 > 0.0) != (over1 > 0.0):
                share = over0 / (over0 - over1)
                work.u[corners] = u0 + share * (u1 - u0)
                work.v[corners] = v0 + share * (v1 - v0)
                corners += 1
            if number < 0 and over1 > 0.0:
                work.u[corners] = u1
                work.v[corners] = v1
                corners += 1
    return corners


@compiled
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
            if turn > 0.0 or (turn == 0.0 and best >= 0 and _further(u[i], beside, best_u, best_v, at_u, at_v)):
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


@compiled
def _further(u: float, v: float, than_u: float, than_v: float, from_u: float, from_v: float) -> bool:
    return (u - from_u) ** 2 + (v - from_v) ** 2 > (than_u - from_u) ** 2 + (than_v - from_v) ** 2
