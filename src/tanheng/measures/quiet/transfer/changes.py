"""Another barrier, building or ground area: only what it touches is calculated again.

A path from a piece of road lies near the straight line to the receiver: reflected no further away than the reach of
reflection, or round the sides of an obstacle that the line meets, so no further away than that obstacle is wide. What
changed further from the line than that cannot matter. A column of which one piece is touched is walked anew for that
receiver, whole.
"""

from __future__ import annotations

from dataclasses import replace
from math import hypot, sqrt

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.calculation import places_of, terrain_of
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.facades import facade_receivers
from tanheng.measures.quiet.quarter import TABLES, Quarter
from tanheng.measures.quiet.standing import BESIDE_M, check_heights
from tanheng.measures.quiet.study import Study, levels_table
from tanheng.measures.quiet.tiles import whole_transfer
from tanheng.measures.quiet.transfer.columns import Segments, segments_of
from tanheng.measures.quiet.transfer.levels import all_levels
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.measures.quiet.transfer.pieces import bent_marks, foot, mark, mark_before

# Tables whose changes are followed up; those of ``HEARD_OF`` change no path.
STANDING = ("buildings", "barriers", "ground")
HEARD_OF = ("areas", "communities", "monitors")


def changed_by(study: Study, quarter: Quarter) -> Study:
    """The study with what stands in ``quarter`` instead, equal to a calculation from the beginning.

    Buildings, barriers and ground areas may differ; a new building has façades of its own. Raises ``ValueError`` where
    roads, railways, plants or the terrain do, ``InputRejected`` (``noise.E027``) where a height is missing.
    """
    check_heights(quarter)
    others = [name for name in TABLES if name not in (*STANDING, *HEARD_OF)]
    differing = [name for name in others if not study.quarter[name].equals(quarter[name])]
    if differing:
        raise ValueError(f"{', '.join(differing)} differ too; calculate the quarter anew")
    settings, ground = study.settings, terrain_of(quarter)
    kinds, features = (study.columns[name].to_pylist() for name in ("kind", "feature"))
    segments = segments_of(quarter, kinds, features, settings, ground)
    receivers = facade_receivers(quarter, settings, ground)
    before, after = (
        dict(zip(map(tuple, places_of(of)), range(of.num_rows), strict=True)) for of in (study.receivers, receivers)
    )
    places = places_of(receivers)
    known = np.array([before.get(place, -1) for place in map(tuple, places)], dtype=np.int64).reshape(-1)
    if len(before) < study.receivers.num_rows or len(after) < receivers.num_rows:
        known[:] = -1  # places that repeat: nothing is taken over
    boxes = _boxes_of_changes(study.quarter, quarter)
    touched = touched_columns(study.quarter, quarter, segments, places, boxes, study)
    touched[known < 0] = True
    anew = whole_transfer(quarter, segments, places, settings, ground, wanted=touched)
    transfer = merged(study.transfer, known, touched, anew)
    return replace(
        study,
        quarter=quarter,
        receivers=receivers,
        transfer=transfer,
        levels=levels_table(receivers["id"], all_levels(transfer, study.emission)),
        grid=None,
        grid_transfer=None,
    )


def merged(before: Transfer, known: NDArray[np.int64], touched: NDArray[np.bool_], anew: Transfer) -> Transfer:
    """Rows of ``anew`` where a column is touched, otherwise those that a receiver had (``known``, -1 for none)."""
    kept_rows = np.flatnonzero(known >= 0)
    kept = before.rows(known[kept_rows])
    rows = np.repeat(kept_rows, np.diff(kept.starts))
    untouched = ~touched[rows, kept.columns]
    new_rows = np.repeat(np.arange(len(known)), np.diff(anew.starts))
    row = np.concatenate([rows[untouched], new_rows])
    column = np.concatenate([kept.columns[untouched], anew.columns])
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(known)))]).astype(np.int64)
    ratios = np.concatenate([kept.ratios[untouched], anew.ratios])
    return Transfer(starts, column[order].astype(np.int32), ratios[order], before.column_count)


def touched_columns(
    before: Quarter, after: Quarter, segments: Segments, places: Array, boxes: Array, study: Study
) -> NDArray[np.bool_]:
    """Receivers × columns: whether a path of the pair may meet what changed within the boxes (bounds, a row each)."""
    settings = study.settings
    standing = [_bounds(quarter[name]) for quarter in (before, after) for name in ("buildings", "barriers")]
    obstacles = np.concatenate(standing) if settings.lateral else np.zeros((0, 4))
    wide = np.hypot(obstacles[:, 2] - obstacles[:, 0], obstacles[:, 3] - obstacles[:, 1]) + BESIDE_M
    order = np.argsort(-wide)
    touched = np.zeros((len(places), segments.column_count), dtype=np.bool_)
    near = (settings.reflection_reach_m if settings.reflection_order else 0.0) + BESIDE_M
    _touch(
        places,
        segments.ends,
        segments.column,
        boxes,
        np.ascontiguousarray(obstacles[order]),
        wide[order],
        near,
        settings.reach_m,
        settings.piece_share,
        settings.longest_piece_m,
        touched,
    )
    return touched


def _bounds(table: pa.Table) -> Array:
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    return np.asarray(shapely.bounds(shapes), dtype=np.float64).reshape(-1, 4)


def _boxes_of_changes(before: Quarter, after: Quarter) -> Array:
    """Bounds of what came, went, or is another now."""
    found = []
    for name in STANDING:
        old, new = ({row["id"]: row for row in quarter[name].to_pylist()} for quarter in (before, after))
        for one in old.keys() | new.keys():
            if old.get(one) != new.get(one):
                shapes = [rows[one]["geometry"] for rows in (old, new) if one in rows]
                found.append(shapely.bounds(shapely.union_all(shapely.from_wkb(shapes))))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


@compiled
def _touch(
    places: Array,
    ends: Array,
    column: NDArray[np.int64],
    boxes: Array,
    obstacles: Array,
    wide: Array,
    near: float,
    reach_m: float,
    piece_share: float,
    longest_m: float,
    touched: NDArray[np.bool_],
) -> None:
    """Pieces as the walk has them. ``obstacles`` (bounds) with the widest first."""
    for receiver in range(places.shape[0]):
        x = places[receiver, 0]
        y = places[receiver, 1]
        for segment in range(ends.shape[0]):
            if touched[receiver, column[segment]]:
                continue
            x0 = ends[segment, 0]
            y0 = ends[segment, 1]
            dx = ends[segment, 3] - x0
            dy = ends[segment, 4] - y0
            dz = ends[segment, 5] - ends[segment, 2]
            length = sqrt(dx * dx + dy * dy + dz * dz)
            if length <= 0.0:
                if hypot(x0 - x, y0 - y) <= reach_m:
                    touched[receiver, column[segment]] = _line_touched(x0, y0, x, y, boxes, obstacles, wide, near)
                continue
            at, aside = foot(ends[segment], length, x, y, places[receiver, 2])
            bent = bent_marks(aside, piece_share, longest_m)
            number = mark_before(-at, aside, piece_share, longest_m, bent)
            begin = 0.0
            while begin < length:
                number += 1
                end = min(length, at + mark(number, aside, piece_share, longest_m, bent))
                share = 0.5 * (begin + end) / length
                xs = x0 + share * dx
                ys = y0 + share * dy
                begin = end
                within = hypot(xs - x, ys - y) <= reach_m
                if within and _line_touched(xs, ys, x, y, boxes, obstacles, wide, near):
                    touched[receiver, column[segment]] = True
                    break


@compiled
def _line_touched(
    xs: float, ys: float, xr: float, yr: float, boxes: Array, obstacles: Array, wide: Array, near: float
) -> bool:
    for number in range(boxes.shape[0]):
        far = box_distance(xs, ys, xr, yr, boxes[number])
        if far <= near:
            return True
        for obstacle in range(obstacles.shape[0]):
            if wide[obstacle] < far:
                break
            if box_distance(xs, ys, xr, yr, obstacles[obstacle]) <= BESIDE_M:
                return True
    return False


@compiled
def box_distance(xs: float, ys: float, xr: float, yr: float, box: Array) -> float:
    """From a straight line between two places to a box (west, south, east, north), m; 0 where they meet."""
    dx = xr - xs
    dy = yr - ys
    enter = 0.0
    leave = 1.0
    for axis in range(2):
        place = xs if axis == 0 else ys
        step = dx if axis == 0 else dy
        if step == 0.0:
            if place < box[axis] or place > box[axis + 2]:
                leave = -1.0
            continue
        first = (box[axis] - place) / step
        last = (box[axis + 2] - place) / step
        enter = max(enter, min(first, last))
        leave = min(leave, max(first, last))
    if enter <= leave:
        return 0.0
    nearest = np.inf
    for number in range(2):
        x = xs if number == 0 else xr
        y = ys if number == 0 else yr
        beside = max(0.0, max(box[0] - x, x - box[2]))
        nearest = min(nearest, hypot(beside, max(0.0, max(box[1] - y, y - box[3]))))
    squared = dx * dx + dy * dy
    for number in range(4):
        x = box[0] if number < 2 else box[2]
        y = box[1] if number % 2 == 0 else box[3]
        share = ((x - xs) * dx + (y - ys) * dy) / squared if squared > 0.0 else 0.0
        share = min(1.0, max(0.0, share))
        nearest = min(nearest, hypot(x - xs - share * dx, y - ys - share * dy))
    return nearest
