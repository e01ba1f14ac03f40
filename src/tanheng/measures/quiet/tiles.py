"""A city in tiles: each sees what lies within reach and no more, so memory follows the tile and not the city.

    receivers ──by place──> tiles ──window of reach──> field, segments ──walk──> rows of the matrix, in the old order

A receiver's row depends on what is within its reach; a tile's window holds all of it for each of its receivers, with
the walls that may reflect towards them. So how a city is cut changes nothing. The surface of the ground is one for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.facades import Ground
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.standing import Window, around_obstacles, scene_of
from tanheng.measures.quiet.transfer.columns import Segments, within
from tanheng.measures.quiet.transfer.matrix import Transfer, stacked
from tanheng.measures.quiet.transfer.walking import transfer_of
from tanheng.measures.quiet.walk.field import Field, field_of

# Wider than reach by so much, so that rounding at the border decides nothing.
MARGIN_M = 1.0
# A wall no further behind a receiver than this times its distance from the façade is its own façade.
BEHIND = 1.05


@dataclass(frozen=True)
class Tile:
    """``receivers``: their numbers; ``window``: west, south, east, north of what they can hear, m."""

    receivers: NDArray[np.int64]
    window: Window


def tiles_of(places: Array, settings: Settings) -> list[Tile]:
    """Receivers (x, y, z a row) by squares of ``tile_m``, from the south-west on. Squares lie on multiples of it."""
    if not len(places):
        return []
    squares = np.floor(places[:, :2] / settings.tile_m).astype(np.int64)
    _, which = np.unique(squares[:, ::-1], axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    cuts = np.flatnonzero(np.diff(which.ravel()[order])) + 1
    wide = settings.reach_m + settings.reflection_reach_m + MARGIN_M
    found = []
    for receivers in np.split(order, cuts):
        west, south = places[receivers, :2].min(axis=0) - wide
        east, north = places[receivers, :2].max(axis=0) + wide
        found.append(Tile(receivers, (float(west), float(south), float(east), float(north))))
    return found


def tile_transfer(
    quarter: Quarter,
    segments: Segments,
    places: Array,
    tile: Tile,
    settings: Settings,
    ground: Ground,
    *,
    done: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    wanted: NDArray[np.bool_] | None = None,
) -> Transfer:
    """The rows of a tile's receivers, from its window alone."""
    field = window_field(quarter, settings, ground, tile.window)
    heard = within(segments, *tile.window)
    asked = None if wanted is None else wanted[tile.receivers]
    return transfer_of(field, heard, places[tile.receivers], settings, done=done, cancelled=cancelled, wanted=asked)


def window_field(quarter: Quarter, settings: Settings, ground: Ground, window: Window | None) -> Field:
    """What sound meets within a window, or everywhere; obstacles at its border bring what stands beside them.

    A path round the sides of an obstacle goes as far as the obstacle does, so what it may cross there counts too.
    """
    if window is not None:
        window = around_obstacles(quarter, window)
    scene = scene_of(quarter, settings, ground, window)
    return field_of(
        scene,
        lateral=settings.lateral,
        reflection_reach_m=settings.reflection_reach_m,
        own_facade_m=BEHIND * settings.facade_distance_m if settings.own_facade == "left out" else 0.0,
    )


def by_tile(
    quarter: Quarter,
    segments: Segments,
    places: Array,
    settings: Settings,
    ground: Ground,
    *,
    done: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    wanted: NDArray[np.bool_] | None = None,
) -> Iterator[tuple[Tile, Transfer]]:
    """Tiles with their rows, one after the other; who keeps no rows needs the memory of one tile.

    ``wanted`` (receivers × columns): which entries are asked for; None for all.
    """
    for tile in tiles_of(places, settings):
        rows = tile_transfer(
            quarter, segments, places, tile, settings, ground, done=done, cancelled=cancelled, wanted=wanted
        )
        yield tile, rows


def whole_transfer(
    quarter: Quarter,
    segments: Segments,
    places: Array,
    settings: Settings,
    ground: Ground,
    *,
    done: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    wanted: NDArray[np.bool_] | None = None,
) -> Transfer:
    """The matrix of all receivers, in their order."""
    tiles = by_tile(quarter, segments, places, settings, ground, done=done, cancelled=cancelled, wanted=wanted)
    found = list(tiles)
    return in_order([tile.receivers for tile, _ in found], [rows for _, rows in found], segments.column_count)


def in_order(receivers: list[NDArray[np.int64]], parts: list[Transfer], column_count: int) -> Transfer:
    """Rows of tiles, each with the numbers of its receivers, as one matrix in the order of the numbers."""
    if not parts:
        return stacked([], column_count)
    return stacked(parts, column_count).rows(np.argsort(np.concatenate(receivers), kind="stable"))
