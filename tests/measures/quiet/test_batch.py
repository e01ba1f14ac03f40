"""Many pairs at once give what each pair gives alone."""

from __future__ import annotations

from dataclasses import replace
from math import cos, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import Array, combined, energy_sum
from tanheng.measures.quiet.batch import direct_levels
from tanheng.measures.quiet.cases import Case, read_cases
from tanheng.measures.quiet.cnossos.propagation import attenuate
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.paths import direct_profile
from tanheng.measures.quiet.scene import Barrier, BreakLine, Building, Point2, Receiver, Scene, Source
from tanheng.measures.quiet.wall_grid import index_walls, walls_met

CASES = read_cases(Path(__file__).parent / "cnossos_cases.json")
OF_ONE_GROUND = ("TC01", "TC02", "TC10", "TC14", "TC15", "TC25", "TC28")
AIR = air_absorption_db_per_km(10.0, 70.0)


def turned(x: float, y: float, width: float, depth: float, angle: float) -> tuple[Point2, ...]:
    corners = ((0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth))
    return tuple((x + a * cos(angle) - b * sin(angle), y + a * sin(angle) + b * cos(angle)) for a, b in corners)


places = st.floats(-300.0, 300.0)
buildings = st.builds(
    lambda x, y, w, d, angle, roof: (turned(x, y, w, d, angle), roof),
    places,
    places,
    st.floats(5.0, 60.0),
    st.floats(5.0, 60.0),
    st.floats(0.0, 6.2),
    st.floats(2.0, 60.0),
)
walls = st.tuples(places, places, st.floats(1.0, 12.0), places, places, st.floats(1.0, 12.0))


def one_by_one(scene: Scene) -> Array:
    site = Site(scene)
    rows = []
    for receiver in scene.receivers:
        levels = []
        for source in scene.sources:
            profile = direct_profile(site, source, receiver)
            homogeneous = source.power_db - attenuate(profile, "homogeneous", AIR).total
            favourable = source.power_db - attenuate(profile, "favourable", AIR).total
            levels.append(combined(homogeneous, favourable, 0.5))
        rows.append(energy_sum(levels))
    return np.array(rows)


@given(st.lists(buildings, max_size=8), st.lists(walls, max_size=3), st.floats(-400.0, -361.0), st.floats(361.0, 400.0))
@settings(max_examples=60, deadline=None)
def test_a_batch_is_its_pairs(
    standing: list[tuple[tuple[Point2, ...], float]],
    thin: list[tuple[float, float, float, float, float, float]],
    west: float,
    east: float,
) -> None:
    """Two ways from scene to profile, one with shapely and one with the grid, and the same levels.

    Sources and receivers stand outside of all buildings; buildings may overlap.
    """
    scene = Scene(
        tuple(Source(f"S{i}", (west, 37.0 * i - 61.3, 0.05), np.full(8, 90.0), 0.0) for i in range(3)),
        receivers=tuple(Receiver(f"R{i}", (east, 53.0 * i - 77.7, 1.5 + 14.0 * i)) for i in range(3)),
        buildings=tuple(Building(f"B{i}", outline, roof) for i, (outline, roof) in enumerate(standing)),
        barriers=tuple(Barrier(f"W{i}", (wall[:3], wall[3:])) for i, wall in enumerate(thin) if wall[:2] != wall[3:5]),
        ground_factor=0.4,
    )
    ours, pairs = direct_levels(scene, index_walls(scene.buildings, scene.barriers))
    assert pairs == 9
    assert ours == pytest.approx(one_by_one(scene), abs=1e-3)


@pytest.mark.parametrize("case", [case for case in CASES if case.id in OF_ONE_GROUND], ids=lambda case: case.id)
def test_published_cases_come_out_in_bulk(case: Case) -> None:
    """Those on level ground of one kind: their areas all have the factor of the rest."""
    assert {area.ground_factor for area in case.scene.ground_areas} <= {case.scene.ground_factor}
    scene = replace(case.scene, ground_areas=())
    ours, _ = direct_levels(scene, index_walls(scene.buildings, scene.barriers))
    published = {(one.path, one.condition, one.quantity): one.values for one in case.expected}
    level = combined(published["direct", "homogeneous", "L"], published["direct", "favourable", "L"], 0.5)
    assert ours[0] == pytest.approx(level, abs=0.1)


SQUARES = Scene(
    tuple(Source(f"S{i}", (-20.0, 31.0 * i, 0.05), np.full(8, 90.0), 0.0) for i in range(6)),
    receivers=tuple(Receiver(f"R{i}", (330.0, 17.0 * i, 3.0 + 9.0 * i)) for i in range(6)),
    buildings=tuple(
        Building(f"B{i}-{j}", turned(60.0 * i, 45.0 * j, 25.0, 20.0, 0.3), 12.0 + 5.0 * ((i * 7 + j * 3) % 9))
        for i in range(5)
        for j in range(5)
    ),
)


@pytest.mark.parametrize("cell_m", [3.0, 20.0, 77.0, 1000.0])
def test_cells_change_nothing(cell_m: float) -> None:
    """The grid is there for speed; a wall found twice or not at all would show with another cell."""
    fine, _ = direct_levels(SQUARES, index_walls(SQUARES.buildings, (), cell_m))
    assert fine == pytest.approx(one_by_one(SQUARES), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_a_wall_on_the_border_of_cells_is_met(seed: int) -> None:
    """The grid begins 1 m before the first wall, so some walls may lie on its lines; rounding must not lose them."""
    chance = np.random.default_rng(seed)
    walls = tuple(Barrier(f"W{x}", ((x, -50.0, 9.0), (x, 50.0, 9.0))) for x in np.arange(-160.0, 161.0, 20.0))
    first = Barrier("first", ((-179.0, -90.0, 9.0), (-179.0, -80.0, 9.0)))
    grid = index_walls((), (*walls, first))
    room = np.empty(99), np.empty(99), np.empty(99, dtype=np.int64)
    for y0, y1 in chance.uniform(-45.0, 45.0, (400, 2)):
        met = walls_met(
            -300.0 / 1.1,
            y0,
            317.3,
            y1,
            grid.walls,
            grid.starts,
            grid.items,
            grid.origin,
            grid.columns,
            grid.rows,
            20.0,
            *room,
        )
        assert met == len(walls)


def test_sources_out_of_reach_are_left_out() -> None:
    grid = index_walls(SQUARES.buildings, ())
    near, pairs = direct_levels(SQUARES, grid, reach_m=360.0)
    everything, all_pairs = direct_levels(SQUARES, grid)
    assert 0 < pairs < all_pairs == 36
    assert np.all(near <= everything)


def test_what_the_batch_does_not_know_is_refused() -> None:
    hill = replace(SQUARES, break_lines=(BreakLine("L", ((0.0, 0.0, 1.0), (1.0, 0.0, 1.0))),))
    with pytest.raises(ValueError, match="level ground"):
        direct_levels(hill, index_walls(hill.buildings, ()))


def test_a_scene_without_walls() -> None:
    empty = replace(SQUARES, buildings=())
    levels, _ = direct_levels(empty, index_walls((), ()))
    assert levels == pytest.approx(one_by_one(empty), abs=1e-6)
