"""Direct paths of many source-receiver pairs by CNOSSOS-EU, compiled: level ground at altitude 0, one ground factor.

For each pair the walls on the way come from the grid, the vertical cut is put together, and both conditions are worked
out with the same formulas as for a single path. Lateral and reflected paths, slopes and ground areas are not here;
``methods`` has them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import BAND_COUNT, BANDS_HZ, SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.cnossos.vertical_plane import TERM_COUNT, boundary_attenuation
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.profile import ROOF_GROUND_FACTOR
from tanheng.measures.quiet.scene import Scene
from tanheng.measures.quiet.wall_grid import WallGrid, walls_met

WALLS_MOST = 1024
OPEN_MOST = 64
# Shorter stretches inside of a building are touches, as in ``cutting``.
TOUCH_M = 1e-6
LN_10_10 = math.log(10.0) / 10.0


def direct_levels(scene: Scene, grid: WallGrid, reach_m: float = math.inf) -> tuple[Array, int]:
    """Long-term levels at the receivers by band, dB (receivers by bands), and how many pairs were worked out.

    Sources further than ``reach_m`` in plan are left out. ``grid`` is ``index_walls`` of the scene's walls. Raises
    ``ValueError`` where the scene has what this way does not know, or a ray meets more than 1,024 walls.
    """
    if scene.break_lines or scene.ground_areas or scene.roads:
        raise ValueError("direct levels in bulk are for point sources on level ground of one kind")
    weather = scene.weather
    places = np.array([receiver.at for receiver in scene.receivers], dtype=np.float64).reshape(-1, 3)
    powers = np.zeros((len(places), BAND_COUNT))
    pairs = _add_pairs(
        np.array([source.at for source in scene.sources], dtype=np.float64).reshape(-1, 3),
        np.array([source.power_db for source in scene.sources], dtype=np.float64).reshape(-1, BAND_COUNT),
        _source_factors(scene),
        places,
        scene.ground_factor,
        weather.favourable_share,
        air_absorption_db_per_km(weather.temperature_c, weather.humidity_pct) / 1000.0,
        reach_m,
        grid.walls,
        grid.owner,
        grid.starts,
        grid.items,
        grid.origin,
        grid.columns,
        grid.rows,
        grid.cell_m,
        BANDS_HZ,
        powers,
    )
    if pairs < 0:
        raise ValueError(f"a ray meets more than {WALLS_MOST} walls or {OPEN_MOST} buildings one in another")
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(powers), int(pairs)


def _source_factors(scene: Scene) -> Array:
    factors: Sequence[float] = [
        scene.ground_factor if source.ground_factor is None else source.ground_factor for source in scene.sources
    ]
    return np.array(factors, dtype=np.float64)


@compiled
def _cut(
    far: float,
    count: int,
    ground_factor: float,
    shares: Array,
    tops: Array,
    met: NDArray[np.int64],
    owner: NDArray[np.int64],
    opened: NDArray[np.int64],
    roofs: Array,
    x: Array,
    z: Array,
    g: Array,
) -> int:
    """The polyline of ``profile.unfold`` over level ground; its number of points, -1 where too much is nested."""
    x[0] = 0.0
    z[0] = 0.0
    g[0] = ground_factor
    points = 1
    inside = 0
    level = 0.0
    i = -1
    while i + 1 < count:
        i += 1
        at = shares[i] * far
        building = owner[met[i]]
        if (
            building >= 0
            and i + 1 < count
            and owner[met[i + 1]] == building
            and (shares[i + 1] - shares[i]) * far <= TOUCH_M
        ):
            i += 1
            continue
        before = level
        if building < 0:
            x[points] = at
            z[points] = before
            x[points + 1] = at
            z[points + 1] = max(before, tops[i])
            g[points] = 0.0
            g[points + 1] = 0.0
            points += 2
        else:
            known = -1
            for j in range(inside):
                if opened[j] == building:
                    known = j
            if known >= 0:
                inside -= 1
                opened[known] = opened[inside]
                roofs[known] = roofs[inside]
            else:
                if inside == opened.shape[0]:
                    return -1
                opened[inside] = building
                roofs[inside] = tops[i]
                inside += 1
            level = 0.0
            for j in range(inside):
                level = max(level, roofs[j])
            x[points] = at
            z[points] = before
            g[points] = 0.0
            points += 1
        x[points] = at
        z[points] = level
        g[points] = ROOF_GROUND_FACTOR if inside else ground_factor
        points += 1
    x[points] = far
    z[points] = level
    g[points] = ground_factor
    return points + 1


@compiled
def _add_pairs(
    sources: Array,
    powers_db: Array,
    source_factors: Array,
    receivers: Array,
    ground_factor: float,
    favourable_share: float,
    air_db_per_m: Array,
    reach_m: float,
    walls: Array,
    owner: NDArray[np.int64],
    starts: NDArray[np.int64],
    items: NDArray[np.int64],
    origin: Array,
    columns: int,
    rows: int,
    cell_m: float,
    frequencies_hz: Array,
    powers: Array,
) -> int:
    """Adds to ``powers`` (receivers by bands) what each source brings; how many pairs, or -1."""
    bands = frequencies_hz.shape[0]
    shares = np.empty(WALLS_MOST)
    tops = np.empty(WALLS_MOST)
    met = np.empty(WALLS_MOST, dtype=np.int64)
    opened = np.empty(OPEN_MOST, dtype=np.int64)
    roofs = np.empty(OPEN_MOST)
    x = np.empty(3 * WALLS_MOST + 2)
    z = np.empty(3 * WALLS_MOST + 2)
    g = np.empty(3 * WALLS_MOST + 2)
    found = np.empty(3 * WALLS_MOST + 2, dtype=np.int64)
    edge_x = np.empty(3 * WALLS_MOST + 2)
    edge_z = np.empty(3 * WALLS_MOST + 2)
    ratios = np.empty(bands)
    terms = np.empty((TERM_COUNT, bands))
    pairs = 0
    for receiver in range(receivers.shape[0]):
        xr = receivers[receiver, 0]
        yr = receivers[receiver, 1]
        zr = receivers[receiver, 2]
        for source in range(sources.shape[0]):
            xs = sources[source, 0]
            ys = sources[source, 1]
            zs = sources[source, 2]
            far = math.hypot(xr - xs, yr - ys)
            if far > reach_m:
                continue
            count = walls_met(xs, ys, xr, yr, walls, starts, items, origin, columns, rows, cell_m, shares, tops, met)
            if count < 0:
                return -1
            points = _cut(far, count, ground_factor, shares, tops, met, owner, opened, roofs, x, z, g)
            if points < 0:
                return -1
            pairs += 1
            distance = math.hypot(far, zr - zs)
            divergence = 20.0 * math.log10(distance) + 11.0
            for favourable in (False, True):
                share = favourable_share if favourable else 1.0 - favourable_share
                if share <= 0.0:
                    continue
                boundary_attenuation(
                    x,
                    z,
                    g,
                    points,
                    zs,
                    zr,
                    source_factors[source],
                    favourable,
                    True,
                    frequencies_hz,
                    SOUND_SPEED_M_S,
                    False,
                    found,
                    edge_x,
                    edge_z,
                    ratios,
                    terms,
                )
                for band in range(bands):
                    level = powers_db[source, band] - divergence - air_db_per_m[band] * distance
                    powers[receiver, band] += share * math.exp(level * LN_10_10) * ratios[band]
    return pairs
