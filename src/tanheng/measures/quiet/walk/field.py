"""A scene as arrays in grids: what compiled code searches paths in."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, inf
from typing import NamedTuple

import numpy as np
import shapely
from shapely import Polygon

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import BAND_COUNT, BANDS_HZ, Array
from tanheng.measures.quiet.lateral import CLEAR_M
from tanheng.measures.quiet.reflecting import reflecting_faces
from tanheng.measures.quiet.scene import Barrier, Building, GroundArea, Scene
from tanheng.measures.quiet.terrain import GRID_DIGITS, triangulate
from tanheng.measures.quiet.walk.grids import Grid, Numbers, frame, with_boxes, with_covers, with_segments
from tanheng.measures.quiet.walk.scratch import ORDER_MOST

CELL_M = 20.0
BUILDING_WALL, THIN_WALL, GROUND_EDGE, SLOPE_EDGE = 0, 1, 2, 3


class Walls(NamedTuple):
    """``segments``: x0, y0, z0, x1, y1, z1 a row, z the top of a wall or the altitude of the ground; ``kinds`` and
    ``owners`` (the number of the building, barrier or ground area) say what each is. They lie in ``grid``; ``inside``
    tells which buildings hold each cell's reference place, ``roofs`` how high these are."""

    segments: Array
    kinds: Numbers
    owners: Numbers
    roofs: Array
    grid: Grid
    inside: Grid


class Ground(NamedTuple):
    """Ground areas by their ``factors``; ``covers`` tells which of them hold each cell's reference place."""

    factors: Array
    elsewhere: float
    covers: Grid


class Surface(NamedTuple):
    """``triangles``: corners counter-clockwise in plan (x, y, z each), dz/dx and dz/dy; ``rim``: where they end."""

    triangles: Array
    grid: Grid
    rim: Array


class Sides(NamedTuple):
    """What lateral paths keep clear of. ``rows`` from ``starts[i]``: buildings as they count, then barriers;
    x0, y0, x1, y1 and the top."""

    rows: Array
    starts: Numbers
    buildings: int


class Mirrors(NamedTuple):
    """``faces``: x0, y0, top0, ux, uy, length, top1, 1 where only the right side reflects; ``kept``: the share of the
    power by band that they give back."""

    faces: Array
    kept: Array
    grid: Grid


class Field(NamedTuple):
    """What a path may meet, how it is cut, and which paths are asked for. Made by ``field_of``, never changed."""

    walls: Walls
    ground: Ground
    surface: Surface
    sides: Sides
    mirrors: Mirrors
    air_db_per_m: Array
    bands_hz: Array
    favourable_share: float
    lateral: bool
    reflection_order: int
    reflection_reach_m: float
    own_facade_m: float


def field_of(
    scene: Scene,
    *,
    lateral: bool = True,
    reflection_reach_m: float = inf,
    own_facade_m: float = 0.0,
    cell_m: float = CELL_M,
) -> Field:
    """The field of a checked scene; its sources, roads and receivers play no part.

    ``lateral``: whether paths go round the sides of obstacles. ``reflection_reach_m``: places of reflection further in
    plan from the straight line between source and receiver are left out. ``own_facade_m``: a face no further than this
    behind a receiver is its own façade and sends nothing to it (2.8 of the Directive); 0 knows no own façade. Raises
    ``ValueError`` for more reflections of a path than 4.
    """
    if scene.reflection_order > ORDER_MOST:
        raise ValueError(f"paths are reflected {ORDER_MOST} times at most, not {scene.reflection_order}")
    weather = scene.weather
    footprints = [Polygon(building.footprint) for building in scene.buildings]
    grounds = [Polygon(area.outline) for area in scene.ground_areas]
    triangles, rim, slopes = _surface(scene)
    segments, kinds, owners = _segments(scene.buildings, scene.barriers, scene.ground_areas, slopes)
    places = segments[:, [0, 1, 3, 4]].reshape(-1, 2)
    empty = frame(places, cell_m)
    faces, kept = _faces(scene)
    ends = np.concatenate([faces[:, :2], faces[:, :2] + faces[:, 3:5] * faces[:, 5:6]], axis=1)
    factors = np.array([area.ground_factor for area in scene.ground_areas], dtype=np.float64)
    roofs = np.array([building.roof_z for building in scene.buildings], dtype=np.float64)
    grid, inside = with_segments(empty, segments[:, [0, 1, 3, 4]]), with_covers(empty, footprints)
    return Field(
        walls=Walls(segments, kinds, owners, roofs, grid, inside),
        ground=Ground(factors, float(scene.ground_factor), with_covers(empty, grounds)),
        surface=Surface(triangles, _terrain_grid(triangles), rim),
        sides=_sides(footprints, roofs, scene.barriers),
        mirrors=Mirrors(faces, kept, with_segments(frame(ends.reshape(-1, 2), cell_m), ends)),
        air_db_per_m=air_absorption_db_per_km(weather.temperature_c, weather.humidity_pct) / 1000.0,
        bands_hz=BANDS_HZ.copy(),
        favourable_share=float(weather.favourable_share),
        lateral=lateral,
        reflection_order=int(scene.reflection_order) if len(faces) else 0,
        reflection_reach_m=float(reflection_reach_m),
        own_facade_m=float(own_facade_m),
    )


def _segments(
    buildings: tuple[Building, ...], barriers: tuple[Barrier, ...], areas: tuple[GroundArea, ...], slopes: Array
) -> tuple[Array, Numbers, Numbers]:
    rows: list[tuple[float, float, float, float, float, float]] = []
    kinds: list[int] = []
    owners: list[int] = []
    outlines = [
        *((BUILDING_WALL, i, one.footprint, one.roof_z) for i, one in enumerate(buildings)),
        *((GROUND_EDGE, i, one.outline, 0.0) for i, one in enumerate(areas)),
    ]
    for kind, number, outline, z in outlines:
        for (x0, y0), (x1, y1) in pairwise([*outline, outline[0]]):
            if (x0, y0) != (x1, y1):
                rows.append((x0, y0, z, x1, y1, z))
                kinds.append(kind)
                owners.append(number)
    for number, barrier in enumerate(barriers):
        for a, b in pairwise(barrier.top):
            if a[:2] != b[:2]:
                rows.append((*a, *b))
                kinds.append(THIN_WALL)
                owners.append(number)
    segments = np.concatenate([np.array(rows, dtype=np.float64).reshape(-1, 6), slopes])
    kinds += [SLOPE_EDGE] * len(slopes)
    owners += [-1] * len(slopes)
    return segments, np.array(kinds, dtype=np.int64), np.array(owners, dtype=np.int64)


def _sides(footprints: list[Polygon], roofs: Array, barriers: tuple[Barrier, ...]) -> Sides:
    """Outlines a little widened, and pieces of barriers a little lengthened."""
    rows: list[Array] = []
    counts = [0]
    wide = shapely.buffer(footprints, CLEAR_M / 2.0**0.5, join_style="mitre") if footprints else []
    for outline, roof in zip(wide, roofs, strict=True):
        ring = shapely.get_coordinates(shapely.get_exterior_ring(outline))
        rows.append(np.column_stack([ring[:-1], ring[1:], np.full(len(ring) - 1, roof)]))
        counts.append(len(ring) - 1)
    for barrier in barriers:
        pieces = []
        for (x0, y0, z0), (x1, y1, z1) in pairwise(barrier.top):
            if (x0, y0) != (x1, y1):
                out = CLEAR_M / hypot(x1 - x0, y1 - y0)
                dx, dy = out * (x1 - x0), out * (y1 - y0)
                pieces.append((x0 - dx, y0 - dy, x1 + dx, y1 + dy, max(z0, z1)))
        rows.append(np.array(pieces, dtype=np.float64).reshape(-1, 5))
        counts.append(len(pieces))
    return Sides(np.concatenate([np.zeros((0, 5)), *rows]), np.cumsum(counts, dtype=np.int64), len(footprints))


def _surface(scene: Scene) -> tuple[Array, Array, Array]:
    """Triangles with their slopes, the rim, and all edges, each once."""
    corners = np.array(triangulate(scene.break_lines), dtype=np.float64).reshape(-1, 3, 3)
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    turned = _cross(b - a, c - a) < 0.0
    corners[turned] = corners[turned][:, [0, 2, 1]]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    u, v = b - a, c - a
    area = _cross(u, v)
    east = (u[:, 2] * v[:, 1] - v[:, 2] * u[:, 1]) / area
    north = (u[:, 0] * v[:, 2] - v[:, 0] * u[:, 2]) / area
    triangles = np.column_stack([corners.reshape(-1, 9), east, north])
    edges = np.concatenate([np.concatenate(pair, axis=1) for pair in ((a, b), (b, c), (c, a))])
    if not len(edges):
        return triangles, edges, edges
    key = np.round(edges[:, [0, 1, 3, 4]], GRID_DIGITS)
    swap = (key[:, 0] > key[:, 2]) | ((key[:, 0] == key[:, 2]) & (key[:, 1] > key[:, 3]))
    key[swap] = key[swap][:, [2, 3, 0, 1]]
    _, first, counts = np.unique(key, axis=0, return_index=True, return_counts=True)
    return triangles, edges[first[counts == 1]], edges[first]


def _cross(u: Array, v: Array) -> Array:
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])


def _terrain_grid(triangles: Array) -> Grid:
    """Cells about as large as two triangles, so that a place has few to be looked for in."""
    if not len(triangles):
        return frame(np.zeros((0, 2)), CELL_M)
    xs, ys = triangles[:, [0, 3, 6]], triangles[:, [1, 4, 7]]
    spread = float(np.ptp(xs)) * float(np.ptp(ys))
    cell_m = min(max((2.0 * spread / len(triangles)) ** 0.5, 1.0), 200.0)
    boxes = np.stack([xs.min(axis=1), ys.min(axis=1), xs.max(axis=1), ys.max(axis=1)], axis=1)
    return with_boxes(frame(boxes.reshape(-1, 2), cell_m), boxes)


def _faces(scene: Scene) -> tuple[Array, Array]:
    rows = []
    kept = []
    for (x0, y0, z0), (x1, y1, z1), absorption, outer_only in reflecting_faces(scene):
        length = hypot(x1 - x0, y1 - y0)
        rows.append((x0, y0, z0, (x1 - x0) / length, (y1 - y0) / length, length, z1, float(outer_only)))
        kept.append(1.0 - absorption)
    return np.array(rows, dtype=np.float64).reshape(-1, 8), np.array(kept, dtype=np.float64).reshape(-1, BAND_COUNT)
