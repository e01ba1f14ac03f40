"""Stand-in for the walk with its signatures: direct paths over level ground of one kind, no reflections."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import BAND_COUNT, BANDS_HZ, SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.batch import LN_10_10, OPEN_MOST, WALLS_MOST, _cut
from tanheng.measures.quiet.cnossos.vertical_plane import TERM_COUNT, boundary_attenuation
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.scene import Scene
from tanheng.measures.quiet.wall_grid import index_walls, walls_met


class Field(NamedTuple):
    walls: Array
    owner: NDArray[np.int64]
    starts: NDArray[np.int64]
    items: NDArray[np.int64]
    origin: Array
    columns: int
    rows: int
    cell_m: float
    ground_factor: float
    favourable_share: float
    air_db_per_m: Array
    frequencies_hz: Array


class Work(NamedTuple):
    shares: Array
    tops: Array
    met: NDArray[np.int64]
    opened: NDArray[np.int64]
    roofs: Array
    x: Array
    z: Array
    g: Array
    terms: Array


def scratch() -> Work:
    return Work(
        np.empty(WALLS_MOST),
        np.empty(WALLS_MOST),
        np.empty(WALLS_MOST, dtype=np.int64),
        np.empty(OPEN_MOST, dtype=np.int64),
        np.empty(OPEN_MOST),
        np.empty(3 * WALLS_MOST + 2),
        np.empty(3 * WALLS_MOST + 2),
        np.empty(3 * WALLS_MOST + 2),
        np.empty((TERM_COUNT, BAND_COUNT)),
    )


def field_of(scene: Scene) -> Field:
    grid = index_walls(scene.buildings, scene.barriers)
    weather = scene.weather
    return Field(
        grid.walls,
        grid.owner,
        grid.starts,
        grid.items,
        grid.origin,
        grid.columns,
        grid.rows,
        grid.cell_m,
        scene.ground_factor,
        weather.favourable_share,
        air_absorption_db_per_km(weather.temperature_c, weather.humidity_pct) / 1000.0,
        BANDS_HZ,
    )


@compiled
def add_transfer(
    field: Field,
    work: Work,
    xs: float,
    ys: float,
    zs: float,
    g_source: float,
    xr: float,
    yr: float,
    zr: float,
    out: Array,
) -> int:
    far = math.hypot(xr - xs, yr - ys)
    count = walls_met(
        xs,
        ys,
        xr,
        yr,
        field.walls,
        field.starts,
        field.items,
        field.origin,
        field.columns,
        field.rows,
        field.cell_m,
        work.shares,
        work.tops,
        work.met,
    )
    if count < 0:
        return -1
    points = _cut(
        far,
        count,
        field.ground_factor,
        work.shares,
        work.tops,
        work.met,
        field.owner,
        work.opened,
        work.roofs,
        work.x,
        work.z,
        work.g,
    )
    if points < 0:
        return -1
    distance = math.hypot(far, zr - zs)
    divergence = 20.0 * math.log10(distance) + 11.0
    for favourable in (False, True):
        share = field.favourable_share if favourable else 1.0 - field.favourable_share
        if share <= 0.0:
            continue
        boundary_attenuation(
            work.x,
            work.z,
            work.g,
            points,
            zs,
            zr,
            g_source,
            favourable,
            True,
            field.frequencies_hz,
            SOUND_SPEED_M_S,
            False,
            work.terms,
        )
        for band in range(BAND_COUNT):
            level = -divergence - field.air_db_per_m[band] * distance - work.terms[0, band]
            out[band] += share * math.exp(level * LN_10_10)
    return 1
