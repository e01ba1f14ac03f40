"""A source and a receiver: what arrives by all paths, direct, lateral and reflected, in both conditions."""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.cnossos.diffraction import diffraction_ratio, ray_radius
from tanheng.measures.quiet.cnossos.vertical_plane import boundary_attenuation, retro_path_difference
from tanheng.measures.quiet.compiled import compiled, compiled_part, hypotenuse
from tanheng.measures.quiet.lateral import CLEAR_M
from tanheng.measures.quiet.walk.cuts import lay_path
from tanheng.measures.quiet.walk.field import Field
from tanheng.measures.quiet.walk.laterals import FAVOURABLE, HOMOGENEOUS, lay_band, obstacles_met, standing_corners
from tanheng.measures.quiet.walk.mirrors import add_face, faces_near, trace_chain
from tanheng.measures.quiet.walk.scratch import Chain, Line, Room, Scratch

LN_10_10 = math.log(10.0) / 10.0
# 20 lg r + 11 dB of divergence, as a ratio at 1 m.
SPHERE = 10.0**-1.1
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
    corners = work.line.corners
    far = hypotenuse(xr - xs, yr - ys)
    distance = hypotenuse(far, zr - zs)
    corners[0, 0] = xs
    corners[0, 1] = ys
    corners[1, 0] = xr
    corners[1, 1] = yr
    points, count, g_start = lay_path(field.walls, field.ground, field.surface, work.met, work.line, 2, False)
    if points < 0:
        return points
    if not math.isnan(g_source):
        g_start = g_source
    share = field.favourable_share
    air, hz = field.air_db_per_m, field.bands_hz
    add_path(work.line, work.room, points, zs, zr, g_start, distance, distance, -1.0, BOTH, share, air, hz, out)
    paths = 1
    if field.lateral and far > CLEAR_M and count > 0:
        sides = field.sides
        around = work.around
        radius = ray_radius(distance)
        obstacles = obstacles_met(field.walls, work.met, around, count, zs, zr, far, radius, sides.buildings)
        if obstacles < 0:
            return obstacles
        # Where a bent ray passes over part of the obstacles, the bands of the two conditions differ.
        alike = True
        for i in range(obstacles):
            alike = alike and around.hides[i] == BOTH
        ex = (xr - xs) / far
        ey = (yr - ys) / far
        for step in range(0 if obstacles == 0 else (1 if alike else 2)):
            condition = FAVOURABLE if step == 1 else HOMOGENEOUS
            slope = (zr - zs) / far
            found = standing_corners(sides, around, obstacles, condition, xs, ys, zs, ex, ey, slope)
            if found < 0:
                return found
            for left in (True, False):
                bends = lay_band(around.u, around.v, found, left, far, around.bends)
                if bends < 0:
                    return bends
                if bends == 0:
                    continue
                length, span = way_round(around.bends, bends, corners, xs, ys, ex, ey, xr, yr, far, zr - zs)
                points, _, g_here = lay_path(
                    field.walls, field.ground, field.surface, work.met, work.line, bends + 2, False
                )
                if points < 0:
                    return points
                g_start = g_here if math.isnan(g_source) else g_source
                conditions = BOTH if alike else condition
                add_path(
                    work.line,
                    work.room,
                    points,
                    zs,
                    zr,
                    g_start,
                    distance,
                    length,
                    span,
                    conditions,
                    share,
                    air,
                    hz,
                    out,
                )
                paths += 1 if step == 0 else 0
    most = field.reflection_order
    if most == 0:
        return paths
    chain = work.chain
    faces = field.mirrors.faces
    reach = field.reflection_reach_m
    near = faces_near(field.mirrors, chain.near, reach, most > 1, xs, ys, xr, yr)
    if near < 0:
        return near
    chain.images[0, 0] = xr
    chain.images[0, 1] = yr
    # A walk through all chains, from the receiver outwards: which of the near faces is tried at each depth.
    depth = 0
    chain.tried[0] = -1
    while depth >= 0:
        chain.tried[depth] += 1
        if chain.tried[depth] >= near:
            depth -= 1
            continue
        order = depth + 1
        if not add_face(faces, chain, chain.near[chain.tried[depth]], order, field.own_facade_m):
            continue
        if order < most:
            depth += 1
            chain.tried[depth] = -1
        conditions = trace_chain(faces, chain, order, reach, xs, ys, zs, xr, yr, zr)
        if conditions == 0:
            continue
        for i in range(order):
            corners[order - i, 0] = chain.places[i, 0]
            corners[order - i, 1] = chain.places[i, 1]
        corners[order + 1, 0] = xr
        corners[order + 1, 1] = yr
        points, _, g_here = lay_path(field.walls, field.ground, field.surface, work.met, work.line, order + 2, True)
        if points < 0:
            return points
        g_start = g_here if math.isnan(g_source) else g_source
        distance = hypotenuse(work.line.x[points - 1], zr - zs)
        for favourable in (False, True):
            condition = FAVOURABLE if favourable else HOMOGENEOUS
            if conditions & condition:
                work.room.power[:] = 0.0
                edges = add_path(
                    work.line,
                    work.room,
                    points,
                    zs,
                    zr,
                    g_start,
                    distance,
                    distance,
                    -1.0,
                    condition,
                    share,
                    air,
                    hz,
                    work.room.power,
                )
                give_back(
                    work.line.x[points - 1],
                    work.room,
                    chain,
                    order,
                    edges,
                    zs,
                    zr,
                    favourable,
                    field.mirrors.kept,
                    hz,
                    out,
                )
        paths += 1
    return paths


@compiled_part
def way_round(
    bends: Array,
    count: int,
    corners: Array,
    xs: float,
    ys: float,
    ex: float,
    ey: float,
    xr: float,
    yr: float,
    far: float,
    rise: float,
) -> tuple[float, float]:
    """Corners of a lateral path in plan; its length in space, and the part between the first bend and the last, m."""
    length = 0.0
    span = 0.0
    at_u = 0.0
    at_v = 0.0
    for i in range(count + 1):
        u = bends[i, 0] if i < count else far
        v = bends[i, 1] if i < count else 0.0
        corners[i + 1, 0] = xs + u * ex - v * ey if i < count else xr
        corners[i + 1, 1] = ys + u * ey + v * ex if i < count else yr
        leg = hypotenuse(hypotenuse(u - at_u, v - at_v), (u - at_u) / far * rise)
        length += leg
        if 0 < i < count:
            span += leg
        at_u = u
        at_v = v
    return length, span


@compiled_part
def add_path(
    line: Line,
    room: Room,
    points: int,
    zs: float,
    zr: float,
    g_source: float,
    distance: float,
    length: float,
    span: float,
    conditions: int,
    favourable_share: float,
    air_db_per_m: Array,
    bands_hz: Array,
    out: Array,
) -> int:
    """Adds the power ratio of the path of the polyline; ``propagation.attenuate`` without intermediate quantities.

    A lateral path has the way between its outer edges as ``span``, others a negative number. Returns how many edges
    stand above the ray in the last of the conditions.
    """
    bands = bands_hz.shape[0]
    ratios = room.ratios
    on_way = room.on_way
    spread = SPHERE / (distance * distance)
    for band in range(bands):
        on_way[band] = spread * math.exp(-air_db_per_m[band] * length * LN_10_10)
        if span >= 0.0:
            on_way[band] /= diffraction_ratio(length - distance, span, SOUND_SPEED_M_S / bands_hz[band])
    edges = 0
    for favourable in (False, True):
        share = favourable_share if favourable else 1.0 - favourable_share
        if share <= 0.0 or not conditions & (FAVOURABLE if favourable else HOMOGENEOUS):
            continue
        edges = boundary_attenuation(
            line.x,
            line.z,
            line.g,
            points,
            zs,
            zr,
            g_source,
            favourable,
            span < 0.0,
            bands_hz,
            SOUND_SPEED_M_S,
            False,
            room.found,
            room.edge_x,
            room.edge_z,
            ratios,
            room.terms,
        )
        for band in range(bands):
            out[band] += share * on_way[band] * ratios[band]
    return edges


@compiled_part
def give_back(
    far: float,
    room: Room,
    chain: Chain,
    order: int,
    edges: int,
    zs: float,
    zr: float,
    favourable: bool,
    kept: Array,
    bands_hz: Array,
    out: Array,
) -> int:
    """Adds what the walls of a chain give back of a path's power, each less what passes over it."""
    power = room.power
    bands = bands_hz.shape[0]
    for i in range(order):
        way, top = chain.at_wall[i, 0], chain.at_wall[i, 1]
        difference = retro_path_difference(room.edge_x, room.edge_z, edges, far, zs, zr, favourable, way, top)
        for band in range(bands):
            over = diffraction_ratio(difference, 0.0, SOUND_SPEED_M_S / bands_hz[band])
            power[band] *= kept[chain.faces[i], band] / over
    for band in range(bands):
        out[band] += power[band]
    return 0
