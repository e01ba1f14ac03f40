"""Receivers in front of façades, floor by floor, and in a grid for maps.

Façades are cut as in CNOSSOS-EU 2.8 (Directive (EU) 2015/996 as amended by (EU) 2021/1226): straight walls into equal
parts no longer than ``facade_part_m``, a receiver before the middle of each; walls of less than half a part (2.5 m at
most) are taken together with short neighbours. A receiver that would stand inside of a building, or under the ground,
is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import atan2, ceil, degrees, floor, hypot
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely import Polygon, STRtree
from shapely.geometry.polygon import orient

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.study import RECEIVERS

# Walls shorter than this are no part of their own.
SHORT_M = 2.5
# A receiver lies at least so high above the ground.
LEAST_ABOVE_GROUND_M = 0.5
Ground: TypeAlias = Callable[[float, float], float]
# x, y on the wall, outward normal, length of wall that it stands for.
Part: TypeAlias = tuple[float, float, float, float, float]


def level_ground(x: float, y: float) -> float:
    """Altitude 0 everywhere."""
    return 0.0


def facade_parts(outline: Polygon, part_m: float) -> list[Part]:
    """Parts of all façades, once round the outline and then round each courtyard, m."""
    sound = orient(outline, 1.0)
    parts = [part for ring in (sound.exterior, *sound.interiors) for part in _ring_parts(ring.coords, part_m)]
    if parts:
        return parts
    # Nothing is long enough: the longest wall stands for the building.
    walls = [wall for wall in map(_wall, *zip(*pairwise(sound.exterior.coords), strict=True)) if wall[4] > 0.0]
    x, y, ux, uy, length = max(walls, key=lambda wall: wall[4])
    return [(x + 0.5 * length * ux, y + 0.5 * length * uy, uy, -ux, sound.exterior.length)]


def _wall(a: Sequence[float], b: Sequence[float]) -> Part:
    """Where it begins, its direction, its length."""
    length = hypot(b[0] - a[0], b[1] - a[1])
    scale = 1.0 / length if length > 0.0 else 0.0
    return a[0], a[1], (b[0] - a[0]) * scale, (b[1] - a[1]) * scale, length


def _ring_parts(corners: Sequence[Sequence[float]], part_m: float) -> list[Part]:
    walls = [wall for wall in (_wall(a, b) for a, b in pairwise(corners)) if wall[4] > 0.0]
    least = min(SHORT_M, 0.5 * part_m)
    # Begin with a long wall, so that no run of short ones is torn apart.
    begin = next((number for number, wall in enumerate(walls) if wall[4] > least), 0)
    runs: list[list[Part]] = []
    short_before = False
    for wall in walls[begin:] + walls[:begin]:
        short = wall[4] <= least
        if short and short_before:
            runs[-1].append(wall)
        else:
            runs.append([wall])
        short_before = short
    return [part for run in runs for part in _run_parts(run, part_m, least)]


def _run_parts(run: list[Part], part_m: float, least: float) -> list[Part]:
    total = sum(wall[4] for wall in run)
    if total <= least:
        return []
    count = ceil(total / part_m - 1e-9)
    found = []
    for number in range(count):
        along = total * (number + 0.5) / count
        for x, y, ux, uy, length in run:
            if along <= length or (x, y) == run[-1][:2]:
                found.append((x + along * ux, y + along * uy, uy, -ux, total / count))
                break
            along -= length
    return found


def facade_receivers(quarter: Quarter, settings: Settings, ground: Ground = level_ground) -> pa.Table:
    """``RECEIVERS`` of all buildings of a quarter, whose heights must be known."""
    buildings = quarter["buildings"]
    shapes = shapely.from_wkb(buildings["geometry"].to_numpy(zero_copy_only=False))
    heights = _numbers(buildings["height_m"])
    bases = bases_of(shapes, _numbers(buildings["base_z"]), ground)
    floors = _numbers(buildings["floors"])
    persons = _numbers(buildings["persons"])
    numbers: list[Array] = []
    owners: list[NDArray[np.int64]] = []
    for owner, shape in enumerate(shapes):
        outlines = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty]
        parts = [part for outline in outlines for part in facade_parts(outline, settings.facade_part_m)]
        count = floors[owner]
        if not count >= 1:
            count = max(1, floor(heights[owner] / settings.storey_m))
        storey = heights[owner] / count
        level = np.arange(1, int(count) + 1, settings.every_floor, dtype=np.float64)
        above = bases[owner] + (level - 1.0) * storey + min(settings.above_floor_m, 0.5 * storey)
        sides = np.array([(side, *part) for side, part in enumerate(parts)], dtype=np.float64).reshape(-1, 6)
        rows = np.repeat(sides, len(level), axis=0)
        numbers.append(np.column_stack([rows, np.tile(level, len(sides)), np.tile(above, len(sides))]))
        owners.append(np.full(len(rows), owner, dtype=np.int64))
    table = np.concatenate(numbers) if numbers else np.zeros((0, 8))
    owner_of = np.concatenate(owners) if owners else np.zeros(0, dtype=np.int64)
    places = table[:, 1:3] + settings.facade_distance_m * table[:, 3:5]
    kept = _outside(places, table[:, 7], shapes, bases + heights)
    if ground is not level_ground:
        plan, back = np.unique(places, axis=0, return_inverse=True)
        under = np.array([ground(x, y) for x, y in plan])[back.ravel()]
        kept &= table[:, 7] >= under + LEAST_ABOVE_GROUND_M
    table, places, owner_of = table[kept], places[kept], owner_of[kept]
    widths = np.bincount(owner_of, weights=table[:, 5], minlength=len(shapes))
    share = persons[owner_of] * table[:, 5] / widths[owner_of]
    ids = buildings["id"].to_pylist()
    sides_of, floors_of = table[:, 0].astype(np.int64), table[:, 6].astype(np.int64)
    named = [ids[owner] for owner in owner_of]
    return pa.table(
        {
            "id": [f"{name}/{side}/{level}" for name, side, level in zip(named, sides_of, floors_of, strict=True)],
            "building": named,
            "side": sides_of,
            "floor": floors_of,
            "x": places[:, 0],
            "y": places[:, 1],
            "z": table[:, 7],
            "bearing_deg": [degrees(atan2(x, y)) % 360.0 for x, y in table[:, 3:5]],
            "width_m": table[:, 5],
            "persons": pa.array(share, mask=np.isnan(share)),
        },
        schema=RECEIVERS,
    )


def grid_receivers(quarter: Quarter, settings: Settings, ground: Ground = level_ground) -> Array:
    """x, y, z of the centres of cells ``grid_cell_m`` wide over everything of the quarter, outside of buildings."""
    cell = settings.grid_cell_m
    if cell is None:
        return np.zeros((0, 3))
    bounds = [
        shapely.total_bounds(shapely.from_wkb(quarter[name]["geometry"].to_numpy(zero_copy_only=False)))
        for name in ("buildings", "roads", "railways", "plants", "communities")
        if quarter[name].num_rows
    ]
    if not bounds:
        return np.zeros((0, 3))
    west, south = np.floor(np.min(bounds, axis=0)[:2] / cell) * cell
    east, north = np.max(bounds, axis=0)[2:]
    xs = np.arange(west + 0.5 * cell, east + 0.5 * cell, cell)
    ys = np.arange(south + 0.5 * cell, north + 0.5 * cell, cell)
    plan = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    z = np.full(len(plan), settings.grid_height_m)
    if ground is not level_ground:
        z += np.array([ground(x, y) for x, y in plan])
    buildings = quarter["buildings"]
    shapes = shapely.from_wkb(buildings["geometry"].to_numpy(zero_copy_only=False))
    bases = bases_of(shapes, _numbers(buildings["base_z"]), ground)
    kept = _outside(plan, z, shapes, bases + _numbers(buildings["height_m"]))
    return np.column_stack([plan, z])[kept]


def bases_of(shapes: NDArray[np.object_], given: Array, ground: Ground) -> Array:
    """Altitude at which each building stands: as given, otherwise that of the ground in its middle."""
    found = given.copy()
    for number in np.flatnonzero(np.isnan(given)):
        middle = shapes[number].representative_point()
        found[number] = ground(middle.x, middle.y)
    return found


def _outside(plan: Array, z: Array, shapes: NDArray[np.object_], roofs: Array) -> NDArray[np.bool_]:
    """Which places do not lie within a building, below its roof."""
    kept = np.ones(len(plan), dtype=bool)
    if len(plan) and len(shapes):
        places, hits = STRtree(shapes).query(shapely.points(plan), predicate="intersects")
        kept[places[z[places] <= roofs[hits]]] = False
    return kept


def _numbers(column: pa.ChunkedArray) -> Array:
    """With not-a-number for null."""
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
