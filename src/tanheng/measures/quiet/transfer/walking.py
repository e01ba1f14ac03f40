"""The matrix from the field, receiver by receiver: which pieces each one hears, and what of them arrives.

A straight segment is cut into pieces that are short against their distance to the receiver in question (``pieces``),
each a point source in its middle. How it is cut depends on the segment and the receiver and on nothing else, so neither
the other receivers nor the tiles change a result.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from math import acos, atan2, cos, degrees, floor, radians, sqrt

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import BAND_COUNT, Array
from tanheng.measures.quiet.compiled import compiled, compiled_part, hypotenuse
from tanheng.measures.quiet.hj24.pairs import add_chinese_transfer
from tanheng.measures.quiet.hj24.road import REFERENCE_DISTANCE_M
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.transfer.columns import ColumnTerms, Segments
from tanheng.measures.quiet.transfer.matrix import Ratios, Transfer, stacked
from tanheng.measures.quiet.transfer.pieces import bent_marks, foot, mark, mark_before, pieces_of, segment_distance
from tanheng.measures.quiet.walk.field import Field
from tanheng.measures.quiet.walk.pairs import TOO_MUCH, add_transfer
from tanheng.measures.quiet.walk.scratch import Scratch, scratch

# Receivers that one thread takes at a time.
TOGETHER = 32
# Asks for no entries in particular.
EVERYTHING = np.zeros((0, 0), dtype=np.bool_)


class Cancelled(Exception):
    """Somebody asked to stop."""


def transfer_of(
    field: Field,
    segments: Segments,
    places: Array,
    settings: Settings,
    *,
    done: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    wanted: NDArray[np.bool_] | None = None,
) -> Transfer:
    """The matrix of receivers at ``places`` (x, y, z a row), on ``settings.workers`` threads.

    ``done`` hears how many more receivers are worked out; ``wanted`` (receivers × columns) says which entries are asked
    for, None for all. Raises ``Cancelled`` when ``cancelled`` says so, and
    ``ValueError`` where the walk cannot go through the scene.
    """
    firsts = range(0, len(places), TOGETHER)
    found: dict[int, Transfer] = {}
    with ThreadPoolExecutor(settings.workers) as pool:
        waiting: dict[Future[Transfer], int] = {}
        queue = iter(firsts)
        try:
            while True:
                for first in queue:
                    part = places[first : first + TOGETHER]
                    asked = EVERYTHING if wanted is None else wanted[first : first + TOGETHER]
                    waiting[pool.submit(_rows_of, field, segments, part, settings, asked)] = first
                    if len(waiting) >= 2 * settings.workers:
                        break
                if not waiting:
                    break
                for ready in wait(waiting, return_when=FIRST_COMPLETED).done:
                    first = waiting.pop(ready)
                    found[first] = ready.result()
                    if done is not None:
                        done(found[first].receiver_count)
                if cancelled is not None and cancelled():
                    raise Cancelled
        finally:
            for each in waiting:
                each.cancel()
    return stacked([found[first] for first in firsts], segments.column_count)


def _rows_of(
    field: Field, segments: Segments, places: Array, settings: Settings, wanted: NDArray[np.bool_]
) -> Transfer:
    starts = np.zeros(len(places) + 1, dtype=np.int64)
    columns, ratios, pairs = walk_receivers(
        field,
        scratch(),
        places,
        segments.ends,
        segments.column,
        segments.ground_factor,
        segments.starts,
        segments.items,
        segments.origin,
        segments.columns,
        segments.rows,
        segments.cell_m,
        segments.of_columns,
        settings.method == "hj24",
        settings.reach_m,
        settings.piece_share,
        settings.longest_piece_m,
        wanted,
        starts,
    )
    if pairs < 0:
        raise ValueError(f"the walk cannot go through the scene: {TOO_MUCH.get(pairs, pairs)}")
    return Transfer(starts, columns, ratios, segments.column_count)


def pairs_within(segments: Segments, places: Array, settings: Settings) -> int:
    """How many pairs of a piece and a receiver lie within reach, points among them."""
    found = 0
    for place in places:
        for ends in segments.ends:
            middles = ends[None, :3]
            length = float(np.linalg.norm(ends[3:] - ends[:3]))
            if length > 0.0:
                cuts = pieces_of(ends, place[0], place[1], place[2], settings.piece_share, settings.longest_piece_m)
                shares = 0.5 * (cuts[1:] + cuts[:-1]) / length
                middles = ends[:3] + shares[:, None] * (ends[3:] - ends[:3])
            found += int((np.hypot(*(middles[:, :2] - place[:2]).T) <= settings.reach_m).sum())
    return found


@compiled
def walk_receivers(
    field: Field,
    work: Scratch,
    places: Array,
    ends: Array,
    column: NDArray[np.int64],
    factors: Array,
    cell_starts: NDArray[np.int64],
    cell_items: NDArray[np.int64],
    origin: Array,
    cell_columns: int,
    cell_rows: int,
    cell_m: float,
    terms: ColumnTerms,
    chinese: bool,
    reach_m: float,
    piece_share: float,
    longest_m: float,
    wanted: NDArray[np.bool_],
    starts: NDArray[np.int64],
) -> tuple[NDArray[np.int32], Ratios, int]:
    """Columns and ratios of all rows, and how many pairs were walked, or a negative fault. Fills ``starts``."""
    column_count = terms.few.shape[0]
    seen = np.full(ends.shape[0], -1, dtype=np.int64)
    near = np.empty(ends.shape[0], dtype=np.int64)
    row = np.zeros((column_count, BAND_COUNT))
    has = np.zeros(column_count, dtype=np.bool_)
    nearest = np.full(column_count, np.inf)
    heard = np.empty(column_count, dtype=np.int64)
    columns = np.empty(1024, dtype=np.int32)
    ratios = np.empty((1024, BAND_COUNT), dtype=np.float32)
    piece = np.empty(BAND_COUNT)
    entries = 0
    pairs = 0
    for receiver in range(places.shape[0]):
        x = places[receiver, 0]
        y = places[receiver, 1]
        z = places[receiver, 2]
        west = max(0, floor((x - reach_m - origin[0]) / cell_m))
        east = min(cell_columns - 1, floor((x + reach_m - origin[0]) / cell_m))
        south = max(0, floor((y - reach_m - origin[1]) / cell_m))
        north = min(cell_rows - 1, floor((y + reach_m - origin[1]) / cell_m))
        count = 0
        for cell_row in range(south, north + 1):
            for cell_column in range(west, east + 1):
                cell = cell_row * cell_columns + cell_column
                for item in range(cell_starts[cell], cell_starts[cell + 1]):
                    segment = cell_items[item]
                    if seen[segment] != receiver:
                        seen[segment] = receiver
                        near[count] = segment
                        count += 1
        # In the order of the segments, so that sums are the same whatever the cells.
        near[:count].sort()
        heard_count = 0
        for number in range(count):
            segment = near[number]
            to = column[segment]
            if wanted.shape[0] > 0 and not wanted[receiver, to]:
                continue
            walked = _add_segment(
                field,
                work,
                chinese,
                ends[segment],
                factors[segment],
                x,
                y,
                z,
                reach_m,
                piece_share,
                longest_m,
                piece,
                row[to],
            )
            if walked < 0:
                return columns, ratios, walked
            pairs += walked
            if walked > 0:
                radiated = terms.pattern[to]
                if radiated >= 0:
                    ratio = to_the_side(terms.faces[radiated], terms.levels[radiated], ends[segment], x, y, z)
                    for band in range(BAND_COUNT):
                        row[to, band] *= ratio
                if terms.few[to] >= 0:
                    nearest[to] = min(nearest[to], segment_distance(ends[segment], x, y, z))
            if walked > 0 and not has[to]:
                has[to] = True
                heard[heard_count] = to
                heard_count += 1
        for number in range(heard_count):
            to = heard[number]
            few = terms.few[to]
            if few >= 0:
                # 15 lg (7.5 / r) instead of 10 lg; HJ 2.4 annex B.2 begins at 7.5 m.
                ratio = sqrt(REFERENCE_DISTANCE_M / max(REFERENCE_DISTANCE_M, nearest[to]))
                nearest[to] = np.inf
                for band in range(BAND_COUNT):
                    row[few, band] = ratio * row[to, band]
                has[few] = True
                heard[heard_count] = few
                heard_count += 1
        heard[:heard_count].sort()
        if entries + heard_count > columns.shape[0]:
            room = max(2 * columns.shape[0], entries + heard_count)
            more_columns = np.empty(room, dtype=np.int32)
            more_ratios = np.empty((room, BAND_COUNT), dtype=np.float32)
            more_columns[:entries] = columns[:entries]
            more_ratios[:entries] = ratios[:entries]
            columns = more_columns
            ratios = more_ratios
        for number in range(heard_count):
            to = heard[number]
            columns[entries] = to
            for band in range(BAND_COUNT):
                ratios[entries, band] = row[to, band]
                row[to, band] = 0.0
            has[to] = False
            entries += 1
        starts[receiver + 1] = entries
    return columns[:entries].copy(), ratios[:entries].copy(), pairs


@compiled_part
def _add_pair(
    field: Field,
    work: Scratch,
    chinese: bool,
    xs: float,
    ys: float,
    zs: float,
    factor: float,
    xr: float,
    yr: float,
    zr: float,
    out: Array,
) -> int:
    if chinese:
        return add_chinese_transfer(field, work, xs, ys, zs, xr, yr, zr, out)
    return add_transfer(field, work, xs, ys, zs, factor, xr, yr, zr, out)


@compiled
def to_the_side(faces_deg: float, levels_db: Array, ends: Array, xr: float, yr: float, zr: float) -> float:
    """The power ratio beyond even radiation, by the angle between a plant's main direction and the receiver."""
    dx = xr - ends[0]
    dy = yr - ends[1]
    elevation = atan2(zr - ends[2], hypotenuse(dx, dy))
    along = cos(atan2(dx, dy) - radians(faces_deg)) * cos(elevation)
    angle = degrees(acos(min(1.0, max(-1.0, along))))
    before = min(179, floor(angle))
    level = levels_db[before] + (angle - before) * (levels_db[before + 1] - levels_db[before])
    return float(10.0 ** (level / 10.0))


@compiled_part
def _add_segment(
    field: Field,
    work: Scratch,
    chinese: bool,
    ends: Array,
    factor: float,
    xr: float,
    yr: float,
    zr: float,
    reach_m: float,
    piece_share: float,
    longest_m: float,
    piece: Array,
    out: Array,
) -> int:
    """Adds the pieces of a segment within reach to ``out``; how many, or a negative fault."""
    dx = ends[3] - ends[0]
    dy = ends[4] - ends[1]
    dz = ends[5] - ends[2]
    length = sqrt(dx * dx + dy * dy + dz * dz)
    if length <= 0.0:
        if hypotenuse(ends[0] - xr, ends[1] - yr) > reach_m:
            return 0
        piece[:] = 0.0
        walked = _add_pair(field, work, chinese, ends[0], ends[1], ends[2], factor, xr, yr, zr, piece)
        if walked < 0:
            return walked
        for band in range(BAND_COUNT):
            out[band] += piece[band]
        return 1
    at, aside = foot(ends, length, xr, yr, zr)
    bent = bent_marks(aside, piece_share, longest_m)
    number = mark_before(-at, aside, piece_share, longest_m, bent)
    begin = 0.0
    pairs = 0
    while begin < length:
        number += 1
        end = min(length, at + mark(number, aside, piece_share, longest_m, bent))
        share = 0.5 * (begin + end) / length
        xs = ends[0] + share * dx
        ys = ends[1] + share * dy
        if end > begin and hypotenuse(xs - xr, ys - yr) <= reach_m:
            piece[:] = 0.0
            walked = _add_pair(field, work, chinese, xs, ys, ends[2] + share * dz, factor, xr, yr, zr, piece)
            if walked < 0:
                return walked
            for band in range(BAND_COUNT):
                out[band] += piece[band] * (end - begin)
            pairs += 1
        begin = end
    return pairs
