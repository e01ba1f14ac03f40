"""A source and a receiver: what arrives by all paths, direct, lateral and reflected, in both conditions."""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.cnossos.diffraction import pure_diffraction, ray_radius
from tanheng.measures.quiet.cnossos.vertical_plane import boundary_attenuation, retro_path_difference
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.lateral import CLEAR_M
from tanheng.measures.quiet.walk.cuts import add_leg, end_path, factor_after, meet
from tanheng.measures.quiet.walk.field import Field
from tanheng.measures.quiet.walk.ground import enter_at
from tanheng.measures.quiet.walk.laterals import FAVOURABLE, HOMOGENEOUS, lay_band, obstacles_met, standing_corners
from tanheng.measures.quiet.walk.mirrors import faces_near, trace_chain
from tanheng.measures.quiet.walk.scratch import Scratch

LN_10_10 = math.log(10.0) / 10.0
BOTH = HOMOGENEOUS | FAVOURABLE
# What a negative result of ``add_transfer`` means; for the error that its caller raises.
TOO_MUCH = {
    -1: "a path meets more than there is room for",
    -2: "too many buildings stand one in another",
}


@compiled
def add_transfer(
    field: Field,
    work: Scratch,
    xs: float,
    ys: float,
    zs: float,
    g_source: float,
    xr: float,
    yr: float,
    zr: float,
    out: Array,
) -> int:
    """Adds to ``out`` (8 bands) the share of a point source's power that arrives, as 10^(-A/10): the long-term mean of
    both conditions over all paths that the field asks for. Returns the number of paths, or a key of ``TOO_MUCH``.

    Coordinates in metres, z altitude; ``g_source``: ground factor at the source, not-a-number for that of the ground
    there. The level in a band is the source's power in dB plus 10 lg of the result. ``work`` belongs to one thread.
    """
    far = math.hypot(xr - xs, yr - ys)
    distance = math.hypot(far, zr - zs)
    inside = enter_at(field, work, xs, ys)
    if inside < 0:
        return inside
    count = meet(field, work, xs, ys, xr, yr, False, False)
    if count < 0:
        return count
    obstacles = 0
    if field.lateral and far > CLEAR_M:
        obstacles = obstacles_met(field, work, count, zs, zr, far, ray_radius(distance))
        if obstacles < 0:
            return obstacles
    g_start = factor_after(field, work, -1, count, xs, ys, xr, yr) if math.isnan(g_source) else g_source
    points, inside = add_leg(field, work, count, xs, ys, xr, yr, 0.0, 0, inside)
    if points < 0:
        return points
    points = end_path(field, work, points, inside, far, xr, yr)
    _add_path(field, work, points, zs, zr, g_start, distance, distance, 0.0, False, 0, BOTH, out)
    paths = 1
    if obstacles > 0:
        found = _add_laterals(field, work, obstacles, xs, ys, zs, g_source, xr, yr, zr, far, out)
        if found < 0:
            return found
        paths += found
    if field.reflection_order > 0:
        found = _add_reflections(field, work, xs, ys, zs, g_source, xr, yr, zr, out)
        if found < 0:
            return found
        paths += found
    return paths


@compiled
def _add_path(
    field: Field,
    work: Scratch,
    points: int,
    zs: float,
    zr: float,
    g_source: float,
    distance: float,
    length: float,
    span: float,
    lateral: bool,
    order: int,
    conditions: int,
    out: Array,
) -> int:
    """Adds the path of the polyline in ``work``; ``propagation.attenuate`` without its intermediate quantities."""
    far = work.x[points - 1]
    bands = field.bands_hz.shape[0]
    divergence = 20.0 * math.log10(distance) + 11.0
    for favourable in (False, True):
        share = field.favourable_share if favourable else 1.0 - field.favourable_share
        if share <= 0.0 or not conditions & (FAVOURABLE if favourable else HOMOGENEOUS):
            continue
        edges = boundary_attenuation(
            work.x,
            work.z,
            work.g,
            points,
            zs,
            zr,
            g_source,
            favourable,
            not lateral,
            field.bands_hz,
            SOUND_SPEED_M_S,
            False,
            work.found,
            work.edge_x,
            work.edge_z,
            work.terms,
        )
        for band in range(bands):
            loss = divergence + field.air_db_per_m[band] * length + work.terms[0, band]
            if lateral:
                loss += pure_diffraction(length - distance, span, SOUND_SPEED_M_S / field.bands_hz[band])
            work.terms[1, band] = share * math.exp(-loss * LN_10_10)
        for i in range(order):
            difference = retro_path_difference(
                work.edge_x,
                work.edge_z,
                edges,
                far,
                zs,
                zr,
                favourable,
                work.at_wall[i, 0],
                work.at_wall[i, 1],
            )
            for band in range(bands):
                retro = pure_diffraction(difference, 0.0, SOUND_SPEED_M_S / field.bands_hz[band])
                work.terms[1, band] *= field.kept[work.chain[i], band] * math.exp(-retro * LN_10_10)
        for band in range(bands):
            out[band] += work.terms[1, band]
    return 0


@compiled
def _add_laterals(
    field: Field,
    work: Scratch,
    obstacles: int,
    xs: float,
    ys: float,
    zs: float,
    g_source: float,
    xr: float,
    yr: float,
    zr: float,
    far: float,
    out: Array,
) -> int:
    """Paths round the left and the right; their number. Where a bent ray passes over part of the obstacles, those of
    the two conditions differ."""
    everywhere = True
    for i in range(obstacles):
        everywhere = everywhere and work.hides[i] == BOTH
    paths = 0
    for step in range(1 if everywhere else 2):
        conditions = BOTH if everywhere else (HOMOGENEOUS if step == 0 else FAVOURABLE)
        condition = FAVOURABLE if step == 1 else HOMOGENEOUS
        corners = standing_corners(field, work, obstacles, condition, xs, ys, zs, xr, yr, zr, far)
        if corners < 0:
            return corners
        for left in (True, False):
            bends = lay_band(work.u, work.v, corners, left, far, work.bends)
            if bends < 0:
                return bends
            if bends == 0:
                continue
            failed = _add_lateral(field, work, bends, conditions, xs, ys, zs, g_source, xr, yr, zr, far, out)
            if failed < 0:
                return failed
            if step == 0:
                paths += 1
    return paths


@compiled
def _add_lateral(
    field: Field,
    work: Scratch,
    bends: int,
    conditions: int,
    xs: float,
    ys: float,
    zs: float,
    g_source: float,
    xr: float,
    yr: float,
    zr: float,
    far: float,
    out: Array,
) -> int:
    ex = (xr - xs) / far
    ey = (yr - ys) / far
    inside = enter_at(field, work, xs, ys)
    if inside < 0:
        return inside
    points = 0
    begin = 0.0
    length = 0.0
    span = 0.0
    x0 = xs
    y0 = ys
    z0 = zs
    g_start = g_source
    for leg in range(bends + 1):
        if leg < bends:
            u = work.bends[leg, 0]
            v = work.bends[leg, 1]
            x1 = xs + u * ex - v * ey
            y1 = ys + u * ey + v * ex
            z1 = zs + u / far * (zr - zs)
        else:
            x1 = xr
            y1 = yr
            z1 = zr
        count = meet(field, work, x0, y0, x1, y1, False, False)
        if count < 0:
            return count
        if leg == 0 and math.isnan(g_start):
            g_start = factor_after(field, work, -1, count, x0, y0, x1, y1)
        points, inside = add_leg(field, work, count, x0, y0, x1, y1, begin, points, inside)
        if points < 0:
            return points
        plan = math.hypot(x1 - x0, y1 - y0)
        reach = math.hypot(plan, z1 - z0)
        begin += plan
        length += reach
        if 0 < leg < bends:
            span += reach
        x0 = x1
        y0 = y1
        z0 = z1
    points = end_path(field, work, points, inside, begin, xr, yr)
    distance = math.hypot(far, zr - zs)
    return _add_path(field, work, points, zs, zr, g_start, distance, length, span, True, 0, conditions, out)


@compiled
def _add_reflections(
    field: Field,
    work: Scratch,
    xs: float,
    ys: float,
    zs: float,
    g_source: float,
    xr: float,
    yr: float,
    zr: float,
    out: Array,
) -> int:
    """Paths by chains of faces, from the receiver outwards up to the field's order; their number."""
    near = faces_near(field, work, xs, ys, xr, yr)
    if near < 0:
        return near
    paths = 0
    # A walk through all chains: ``at[depth]`` is the place in ``near`` of the face tried at that depth.
    work.image[0, 0] = xr
    work.image[0, 1] = yr
    depth = 0
    work.tried[0] = -1
    while depth >= 0:
        work.tried[depth] += 1
        if work.tried[depth] >= near:
            depth -= 1
            continue
        face = work.near[work.tried[depth]]
        order = depth + 1
        conditions = trace_chain(field, work, face, order, xs, ys, zs, xr, yr, zr)
        if conditions < 0:
            continue
        if conditions > 0:
            failed = _add_reflection(field, work, order, conditions, xs, ys, zs, g_source, xr, yr, zr, out)
            if failed < 0:
                return failed
            paths += 1
        if order < field.reflection_order:
            depth += 1
            work.tried[depth] = -1
    return paths


@compiled
def _add_reflection(
    field: Field,
    work: Scratch,
    order: int,
    conditions: int,
    xs: float,
    ys: float,
    zs: float,
    g_source: float,
    xr: float,
    yr: float,
    zr: float,
    out: Array,
) -> int:
    inside = enter_at(field, work, xs, ys)
    if inside < 0:
        return inside
    points = 0
    begin = 0.0
    x0 = xs
    y0 = ys
    g_start = g_source
    for leg in range(order + 1):
        # The chain counts from the receiver, the path from the source.
        x1 = work.mirror[order - 1 - leg, 0] if leg < order else xr
        y1 = work.mirror[order - 1 - leg, 1] if leg < order else yr
        count = meet(field, work, x0, y0, x1, y1, leg > 0, leg < order)
        if count < 0:
            return count
        if leg == 0 and math.isnan(g_start):
            g_start = factor_after(field, work, -1, count, x0, y0, x1, y1)
        points, inside = add_leg(field, work, count, x0, y0, x1, y1, begin, points, inside)
        if points < 0:
            return points
        begin += math.hypot(x1 - x0, y1 - y0)
        x0 = x1
        y0 = y1
    points = end_path(field, work, points, inside, begin, xr, yr)
    distance = math.hypot(begin, zr - zs)
    return _add_path(field, work, points, zs, zr, g_start, distance, distance, 0.0, False, order, conditions, out)
