"""Reflecting faces within reach, and chains of image receivers; the compiled ``reflecting``."""

from __future__ import annotations

import math

from tanheng.measures.quiet.cnossos.diffraction import ray_radius
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.reflecting import FRONT_M
from tanheng.measures.quiet.walk.field import Field
from tanheng.measures.quiet.walk.laterals import FAVOURABLE, HOMOGENEOUS
from tanheng.measures.quiet.walk.scratch import Scratch

FULL = -1
NOT_BEFORE_IT = -1


@compiled
def off_face(field: Field, face: int, x: float, y: float) -> float:
    """How far a place lies to the right of a face, m."""
    return float((x - field.faces[face, 0]) * field.faces[face, 4] - (y - field.faces[face, 1]) * field.faces[face, 3])


@compiled
def along_face(field: Field, face: int, x: float, y: float) -> float:
    """How far along a face the foot of a place lies, m."""
    return float((x - field.faces[face, 0]) * field.faces[face, 3] + (y - field.faces[face, 1]) * field.faces[face, 4])


@compiled
def beside_way(xs: float, ys: float, xr: float, yr: float, x: float, y: float) -> float:
    """Distance of a place from the straight way, m in plan."""
    dx = xr - xs
    dy = yr - ys
    squared = dx * dx + dy * dy
    share = ((x - xs) * dx + (y - ys) * dy) / squared if squared > 0.0 else 0.0
    share = min(1.0, max(0.0, share))
    return math.hypot(x - xs - share * dx, y - ys - share * dy)


@compiled
def faces_near(field: Field, work: Scratch, xs: float, ys: float, xr: float, yr: float) -> int:
    """The faces of which a part may lie within reach of the straight way, ascending in ``work.near``; how many."""
    reach = field.reflection_reach_m
    count = 0
    if math.isinf(reach):
        if field.faces.shape[0] > work.near.shape[0]:
            return FULL
        for face in range(field.faces.shape[0]):
            work.near[face] = face
        return field.faces.shape[0]
    grid = field.mirrors
    cell_m = grid.cell_m
    low = max(0, math.floor((min(ys, yr) - reach - grid.origin[1]) / cell_m))
    high = min(grid.rows - 1, math.floor((max(ys, yr) + reach - grid.origin[1]) / cell_m))
    left = max(0, math.floor((min(xs, xr) - reach - grid.origin[0]) / cell_m))
    right = min(grid.columns - 1, math.floor((max(xs, xr) + reach - grid.origin[0]) / cell_m))
    # No place of a cell is further from its middle.
    wide = reach + 0.7072 * cell_m
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * grid.columns + column
            if grid.starts[cell] == grid.starts[cell + 1]:
                continue
            middle_x = grid.origin[0] + (column + 0.5) * cell_m
            middle_y = grid.origin[1] + (row + 0.5) * cell_m
            if beside_way(xs, ys, xr, yr, middle_x, middle_y) > wide:
                continue
            for item in range(grid.starts[cell], grid.starts[cell + 1]):
                face = grid.items[item]
                known = False
                for i in range(count):
                    known = known or work.near[i] == face
                if known:
                    continue
                if count == work.near.shape[0]:
                    return FULL
                work.near[count] = face
                count += 1
    return count


@compiled
def trace_chain(
    field: Field,
    work: Scratch,
    face: int,
    order: int,
    xs: float,
    ys: float,
    zs: float,
    xr: float,
    yr: float,
    zr: float,
) -> int:
    """Sets the face at the far end of a chain of ``order`` faces, counted from the receiver, and follows the ray.

    Returns the conditions in which each wall reaches as high as the ray, 0 for no path, or ``NOT_BEFORE_IT`` where the
    last image does not lie before the face, so that no longer chain goes by it either. ``work.mirror`` and
    ``work.at_wall`` (way from the source, top of the wall) are the places of reflection.
    """
    last = order - 1
    if last > 0 and work.chain[last - 1] == face:
        return NOT_BEFORE_IT
    ix = work.image[last, 0]
    iy = work.image[last, 1]
    off = off_face(field, face, ix, iy)
    outer_only = field.faces[face, 7] > 0.0
    if abs(off) < FRONT_M or (outer_only and off < 0.0):
        return NOT_BEFORE_IT
    if last == 0 and 0.0 < off <= field.own_facade_m:
        foot = along_face(field, face, ix, iy)
        if 0.0 <= foot <= field.faces[face, 5]:
            return NOT_BEFORE_IT
    work.chain[last] = face
    work.image[order, 0] = ix - 2.0 * off * field.faces[face, 4]
    work.image[order, 1] = iy + 2.0 * off * field.faces[face, 3]
    x = xs
    y = ys
    way = 0.0
    for i in range(last, -1, -1):
        by = work.chain[i]
        from_off = off_face(field, by, x, y)
        to_off = off_face(field, by, work.image[i, 0], work.image[i, 1])
        if field.faces[by, 7] > 0.0 and from_off < FRONT_M:
            return 0
        if min(abs(from_off), abs(to_off)) < FRONT_M or from_off * to_off < 0.0:
            return 0
        start = along_face(field, by, x, y)
        share = from_off / (from_off + to_off)
        along = start + share * (along_face(field, by, work.image[i, 0], work.image[i, 1]) - start)
        length = field.faces[by, 5]
        if not 0.0 <= along <= length:
            return 0
        mx = field.faces[by, 0] + along * field.faces[by, 3]
        my = field.faces[by, 1] + along * field.faces[by, 4]
        if beside_way(xs, ys, xr, yr, mx, my) > field.reflection_reach_m:
            return 0
        way += math.hypot(mx - x, my - y)
        work.mirror[i, 0] = mx
        work.mirror[i, 1] = my
        work.at_wall[i, 0] = way
        work.at_wall[i, 1] = field.faces[by, 2] + along / length * (field.faces[by, 6] - field.faces[by, 2])
        x = mx
        y = my
    far = way + math.hypot(xr - x, yr - y)
    radius = ray_radius(math.hypot(far, zr - zs))
    conditions = HOMOGENEOUS | FAVOURABLE
    for i in range(order):
        share = work.at_wall[i, 0] / far
        ray = zs + share * (zr - zs)
        if ray > work.at_wall[i, 1]:
            return 0
        if ray + far * far * share * (1.0 - share) / (2.0 * radius) > work.at_wall[i, 1]:
            conditions = HOMOGENEOUS
    return conditions
