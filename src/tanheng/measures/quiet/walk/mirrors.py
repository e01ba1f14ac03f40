"""Reflecting faces within reach, and chains of image receivers; the compiled ``reflecting``."""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.diffraction import ray_radius
from tanheng.measures.quiet.compiled import compiled_part, hypotenuse
from tanheng.measures.quiet.reflecting import END_M, FRONT_M, LEVEL_M
from tanheng.measures.quiet.walk.field import Mirrors
from tanheng.measures.quiet.walk.grids import Numbers
from tanheng.measures.quiet.walk.laterals import FAVOURABLE, HOMOGENEOUS
from tanheng.measures.quiet.walk.scratch import Chain

FULL = -1
NOT_BEFORE_IT = -1
# Half a diagonal of a cell of unit width, rounded up.
HALF_DIAGONAL = 0.7072


@compiled_part
def off_face(faces: Array, face: int, x: float, y: float) -> float:
    """How far a place lies to the right of a face, m."""
    return float((x - faces[face, 0]) * faces[face, 4] - (y - faces[face, 1]) * faces[face, 3])


@compiled_part
def along_face(faces: Array, face: int, x: float, y: float) -> float:
    """How far along a face the foot of a place lies, m."""
    return float((x - faces[face, 0]) * faces[face, 3] + (y - faces[face, 1]) * faces[face, 4])


@compiled_part
def beside_way(xs: float, ys: float, xr: float, yr: float, x: float, y: float) -> float:
    """Distance of a place from the straight way, m in plan."""
    dx = xr - xs
    dy = yr - ys
    squared = dx * dx + dy * dy
    share = ((x - xs) * dx + (y - ys) * dy) / squared if squared > 0.0 else 0.0
    share = min(1.0, max(0.0, share))
    dx = x - xs - share * dx
    dy = y - ys - share * dy
    return math.sqrt(dx * dx + dy * dy)


@compiled_part
def faces_near(
    mirrors: Mirrors, near: Numbers, reach: float, all_orders: bool, xs: float, ys: float, xr: float, yr: float
) -> int:
    """The faces of which a part may lie within reach of the straight way, ascending in ``near``; how many.

    Unless ``all_orders``, only those by which a ray goes from the source to the receiver.
    """
    faces = mirrors.faces
    if math.isinf(reach):
        if faces.shape[0] > near.shape[0]:
            return FULL
        for face in range(faces.shape[0]):
            near[face] = face
        return int(faces.shape[0])
    grid = mirrors.grid
    starts = grid.starts
    items = grid.items
    cell_m = grid.cell_m
    x0 = grid.origin[0]
    y0 = grid.origin[1]
    low = max(0, math.floor((min(ys, yr) - reach - y0) / cell_m))
    high = min(grid.rows - 1, math.floor((max(ys, yr) + reach - y0) / cell_m))
    left = max(0, math.floor((min(xs, xr) - reach - x0) / cell_m))
    right = min(grid.columns - 1, math.floor((max(xs, xr) + reach - x0) / cell_m))
    wide = reach + HALF_DIAGONAL * cell_m
    count = 0
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * grid.columns + column
            if starts[cell] == starts[cell + 1]:
                continue
            if beside_way(xs, ys, xr, yr, x0 + (column + 0.5) * cell_m, y0 + (row + 0.5) * cell_m) > wide:
                continue
            for item in range(starts[cell], starts[cell + 1]):
                face = items[item]
                if not all_orders and not may_reflect(faces, face, xs, ys, xr, yr):
                    continue
                at = count
                while at > 0 and near[at - 1] > face:
                    at -= 1
                if at > 0 and near[at - 1] == face:
                    continue
                if count == near.shape[0]:
                    return FULL
                for i in range(count, at, -1):
                    near[i] = near[i - 1]
                near[at] = face
                count += 1
    return count


@compiled_part
def may_reflect(faces: Array, face: int, xs: float, ys: float, xr: float, yr: float) -> bool:
    """Whether a ray in plan goes from the source by a face to the receiver."""
    ux = faces[face, 3]
    uy = faces[face, 4]
    sx = xs - faces[face, 0]
    sy = ys - faces[face, 1]
    rx = xr - faces[face, 0]
    ry = yr - faces[face, 1]
    from_off = sx * uy - sy * ux
    to_off = rx * uy - ry * ux
    if from_off * to_off <= 0.0 or (faces[face, 7] > 0.0 and from_off < 0.0):
        return False
    # Half a metre beyond the ends is left to ``trace_chain``, which decides.
    both = from_off + to_off
    along = ((sx * ux + sy * uy) * to_off + (rx * ux + ry * uy) * from_off) / both
    return bool(-0.5 <= along <= faces[face, 5] + 0.5)


@compiled_part
def add_face(faces: Array, chain: Chain, face: int, order: int, own_facade_m: float) -> bool:
    """Makes a face the far end of a chain of ``order`` faces, counted from the receiver; false where the last image
    does not lie before it, or it is the receiver's own façade."""
    last = order - 1
    if last > 0 and chain.faces[last - 1] == face:
        return False
    x = chain.images[last, 0]
    y = chain.images[last, 1]
    off = off_face(faces, face, x, y)
    if abs(off) < FRONT_M or (faces[face, 7] > 0.0 and off < 0.0):
        return False
    if last == 0 and 0.0 < off <= own_facade_m and 0.0 <= along_face(faces, face, x, y) <= faces[face, 5]:
        return False
    chain.faces[last] = face
    chain.images[order, 0] = x - 2.0 * off * faces[face, 4]
    chain.images[order, 1] = y + 2.0 * off * faces[face, 3]
    return True


@compiled_part
def trace_chain(
    faces: Array,
    chain: Chain,
    order: int,
    reach: float,
    xs: float,
    ys: float,
    zs: float,
    xr: float,
    yr: float,
    zr: float,
) -> int:
    """The conditions in which a ray goes by the chain and each wall reaches as high as it; 0 for none.

    ``chain.places`` and ``chain.at_wall`` (way from the source, top of the wall) are then those of reflection.
    """
    x = xs
    y = ys
    way = 0.0
    for i in range(order - 1, -1, -1):
        face = chain.faces[i]
        to_x = chain.images[i, 0]
        to_y = chain.images[i, 1]
        from_off = off_face(faces, face, x, y)
        to_off = off_face(faces, face, to_x, to_y)
        if faces[face, 7] > 0.0 and from_off < FRONT_M:
            return 0
        if min(abs(from_off), abs(to_off)) < FRONT_M or from_off * to_off < 0.0:
            return 0
        start = along_face(faces, face, x, y)
        along = start + from_off / (from_off + to_off) * (along_face(faces, face, to_x, to_y) - start)
        length = faces[face, 5]
        if not -END_M <= along < length - END_M:
            return 0
        place_x = faces[face, 0] + along * faces[face, 3]
        place_y = faces[face, 1] + along * faces[face, 4]
        if beside_way(xs, ys, xr, yr, place_x, place_y) > reach + END_M:
            return 0
        way += hypotenuse(place_x - x, place_y - y)
        chain.places[i, 0] = place_x
        chain.places[i, 1] = place_y
        chain.at_wall[i, 0] = way
        chain.at_wall[i, 1] = faces[face, 2] + along / length * (faces[face, 6] - faces[face, 2])
        x = place_x
        y = place_y
    far = way + hypotenuse(xr - x, yr - y)
    radius = ray_radius(hypotenuse(far, zr - zs))
    conditions = HOMOGENEOUS | FAVOURABLE
    for i in range(order):
        share = chain.at_wall[i, 0] / far
        ray = zs + share * (zr - zs)
        if ray > chain.at_wall[i, 1] + LEVEL_M:
            return 0
        if ray + far * far * share * (1.0 - share) / (2.0 * radius) > chain.at_wall[i, 1] + LEVEL_M:
            conditions = HOMOGENEOUS
    return conditions
