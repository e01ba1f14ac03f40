"""What the walk leaves out when asked to, what it may stand on, and what changes nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import nan

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.lateral import CLEAR_M
from tanheng.measures.quiet.methods import METHODS
from tanheng.measures.quiet.scene import (
    Barrier,
    BreakLine,
    Building,
    GroundArea,
    Point2,
    Point3,
    Receiver,
    Scene,
    Source,
)
from tanheng.measures.quiet.walk.field import Field, cropped, field_of, surface_of
from tanheng.measures.quiet.walk.pairs import TOO_MUCH, add_transfer
from tanheng.measures.quiet.walk.scratch import BENDS_MOST, MET_MOST, OPEN_MOST, ORDER_MOST, scratch

WORK = scratch()
HALF_BACK = np.full(8, 0.5)
POWER = np.full(8, 90.0)


def transfer(scene: Scene, source: Point3, receiver: Point3, factor: float = 0.0, **asked: float) -> tuple[Array, int]:
    ratio = np.zeros(8)
    paths = add_transfer(field_of(scene, **asked), WORK, *source, factor, *receiver, ratio)  # type: ignore[arg-type]
    return ratio, paths


def alone(scene: Scene, source: Point3, receiver: Point3) -> Array:
    level = METHODS["cnossos"].level(Site(scene), Source("S", source, POWER, 0.0), Receiver("R", receiver))
    return np.asarray(np.power(10.0, (level - POWER) / 10.0))


def box(x: float, y: float, width: float, depth: float) -> tuple[Point2, ...]:
    return (x, y), (x + width, y), (x + width, y + depth), (x, y + depth)


def blocks(roof: float = 12.0, absorption: Array | None = None) -> tuple[Building, ...]:
    return tuple(
        Building(f"B{i}-{j}", box(60.0 * i, 45.0 * j, 25.0, 20.0), roof + 5.0 * ((i * 7 + j * 3) % 9), absorption)
        for i in range(5)
        for j in range(5)
    )


@pytest.mark.parametrize("cell_m", [3.0, 77.0, 1000.0])
def test_cells_change_nothing(cell_m: float) -> None:
    """The grid is there for speed; a wall found twice or not at all would show with another cell."""
    scene = Scene(
        buildings=blocks(absorption=HALF_BACK),
        ground_areas=tuple(GroundArea(f"G{i}", box(50.0 * i, 20.0, 33.0, 88.0), 0.2 * i) for i in range(5)),
        break_lines=tuple(
            BreakLine(f"P{i}", ((-90.0 + 110.0 * (i % 5), -90.0 + 105.0 * (i // 5), 0.3 * (i % 4)),)) for i in range(20)
        ),
    )
    for y in (-11.3, 31.7, 150.2):
        pair = (-20.0, y, 2.05), (330.0, 171.1 - y, 15.0)
        fine, paths = transfer(scene, *pair, reflection_reach_m=90.0)
        other, as_many = transfer(scene, *pair, reflection_reach_m=90.0, cell_m=cell_m)
        assert paths == as_many > 1
        assert other == pytest.approx(fine, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_wall_on_the_border_of_cells_is_met(seed: int) -> None:
    """The grid begins 1 m before the first wall, so some walls may lie on its lines; rounding must not lose them."""
    chance = np.random.default_rng(seed)
    walls = tuple(Barrier(f"W{x}", ((x, -50.0, 9.0), (x, 50.0, 9.0))) for x in np.arange(-160.0, 161.0, 20.0))
    first = Barrier("first", ((-179.0, -90.0, 9.0), (-179.0, -80.0, 9.0)))
    field = field_of(Scene(barriers=(*walls, first)), lateral=False)
    for y0, y1 in chance.uniform(-45.0, 45.0, (200, 2)):
        assert add_transfer(field, WORK, -300.0 / 1.1, y0, 1.0, 0.0, 317.3, y1, 1.0, np.zeros(8)) == 1
        # Foot, top and foot of each, and the ends.
        assert (WORK.line.z[: 3 * len(walls) + 2] == 9.0).sum() == len(walls)


def test_a_plant_stands_on_a_roof() -> None:
    """Where a path begins inside of a footprint the roof is its ground, and its edge hides the street."""
    scene = Scene(
        buildings=(Building("low", box(-20.0, -20.0, 40.0, 40.0), 12.0), Building("hut", box(5, -4, 4, 8), 15))
    )
    for receiver in ((60.0, 3.0, 1.5), (60.0, 3.0, 25.0), (-61.0, 7.0, 4.0)):
        ours, _ = transfer(scene, (1.0, 0.3, 12.6), receiver)
        assert ours == pytest.approx(alone(scene, (1.0, 0.3, 12.6), receiver), rel=1e-9)


def test_neighbours_with_a_common_wall_are_one_block() -> None:
    """Terraces and podiums: the walls in common are met at one place, also by reflected paths."""
    terrace = tuple(Building(f"T{i}", box(10.0 * i, 0.0, 10.0, 12.0), 10.0 + i, HALF_BACK) for i in range(4))
    podium = Building("podium", box(60.0, -30.0, 40.0, 80.0), 8.0, HALF_BACK)
    tower = Building("tower", box(70.0, -30.0, 12.0, 30.0), 50.0, HALF_BACK)
    scene = Scene(buildings=(*terrace, podium, tower))
    for pair in (((-15.0, 3.0, 0.5), (50.0, 9.0, 6.0)), ((-9.0, -7.0, 0.5), (48.0, -13.0, 30.0))):
        ours, _ = transfer(scene, *pair)
        assert ours == pytest.approx(alone(scene, *pair), rel=1e-9)


def test_its_own_façade_sends_nothing_to_a_receiver() -> None:
    """2.8 of the Directive: the level at a façade is that of the incident sound; other walls still reflect."""
    front = Building("front", box(0.0, 10.0, 30.0, 10.0), 20.0, np.zeros(8))
    across = Building("across", box(0.0, -30.0, 30.0, 10.0), 20.0, np.zeros(8))
    pair = (5.0, 0.0, 0.5), (17.0, 8.0, 4.0)
    _, both = transfer(Scene(buildings=(front, across)), *pair)
    without, fewer = transfer(Scene(buildings=(front, across)), *pair, own_facade_m=2.0)
    assert (both, fewer) == (3, 2)
    dark = replace(front, absorption=None)
    assert without == pytest.approx(transfer(Scene(buildings=(dark, across)), *pair)[0], rel=1e-12)


def test_faces_out_of_reach_are_left_out() -> None:
    """Reach is counted from the straight way to the place of reflection, so it is the same from either end."""
    walls = tuple(Barrier(f"W{y}", ((-200.0, y, 30.0), (200.0, y, 30.0)), HALF_BACK) for y in (-40.0, 10.0, 25.0))
    scene = Scene(barriers=walls[:2])
    pair = (-30.0, 0.0, 1.0), (30.0, 0.0, 1.0)
    assert [transfer(scene, *pair, reflection_reach_m=reach)[1] for reach in (9.9, 10.1, 39.9, 40.1)] == [1, 2, 2, 3]
    assert transfer(scene, *pair)[1] == 3


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4])
def test_between_two_walls_images_stand_in_rows(order: int) -> None:
    """A street canyon: two paths more with each order, whatever the order."""
    walls = tuple(Barrier(f"W{y}", ((-900.0, y, 90.0), (900.0, y, 90.0)), HALF_BACK) for y in (-10.0, 12.0))
    scene = Scene(barriers=walls, reflection_order=order)
    pair = (0.0, 1.0, 1.0), (50.0, 2.0, 1.5)
    ours, paths = transfer(scene, *pair)
    assert paths == 1 + 2 * order
    assert ours == pytest.approx(alone(scene, *pair), rel=1e-9)


heights = st.floats(0.5, 40.0)


# Between houses and in front of them, never in one or on its wall, where nobody may stand.
beside_houses = st.one_of(
    st.tuples(st.just(130.7), st.floats(110.5, 134.5)), st.tuples(st.just(101.3), st.floats(90.0, 140.0))
)


@cache
def among_blocks() -> Field:
    return field_of(Scene(buildings=blocks(absorption=HALF_BACK), reflection_order=1), reflection_reach_m=100.0)


# Sound that meets a wall right at its top; roofs in line with one end, with both ends and each other.
@example(-60.0, 4.5, (130.7, 129.0), 38.0, 0.0)
@example(-57.0, 13.0, (130.7, 121.0), 38.75, 0.0)
@example(-43.557272115022116, 17.0, (130.7, 124.0243276063307), 3.1262453719643424, 0.0)
@example(-47.0, 22.0, (130.7, 121.0), 22.0, 0.0)
@example(-49.0, 17.0, (130.7, 128.6008696861865), 17.0, 0.0)
@given(st.floats(-60.0, -30.0), heights, beside_houses, heights, st.sampled_from([0.0, 1.0]))
@settings(max_examples=40, deadline=None)
def test_source_and_receiver_may_change_places(
    ys: float, zs: float, receiver: Point2, zr: float, favourable: float
) -> None:
    """Over, round and by buildings: sound takes the same way back. On hard ground, where no end is special."""
    field = among_blocks()._replace(favourable_share=favourable)
    there, back = np.zeros(8), np.zeros(8)
    paths = add_transfer(field, WORK, -20.3, ys, zs, 0.0, *receiver, zr, there)
    assert paths == add_transfer(field, WORK, *receiver, zr, 0.0, -20.3, ys, zs, back) > 0
    assert back == pytest.approx(there, rel=1e-6)


@pytest.mark.parametrize("joint", [0.0, 1e-13, -1e-13])
def test_two_walls_in_a_row_reflect_once_at_their_joint(joint: float) -> None:
    """Half of the sound twice would be as loud as a mirror; a hair's breadth between the sums must not matter."""
    walls = tuple(Barrier(f"W{x}", ((x, 20.0, 30.0), (x + 40.0, 20.0, 30.0)), HALF_BACK) for x in (-40.0, 0.0))
    scene = Scene(barriers=walls)
    pair = (-30.0, 0.0, 1.0), (30.0 + joint, 0.0, 1.0)
    ours, paths = transfer(scene, *pair)
    assert paths == 2
    assert ours == pytest.approx(alone(scene, *pair), rel=1e-9)


HILLSIDE = Scene(
    buildings=blocks(absorption=HALF_BACK),
    barriers=(Barrier("W", ((-10.0, -5.0, 4.0), (-8.0, 160.0, 3.0)), HALF_BACK),),
    ground_areas=(GroundArea("G", box(30.0, -20.0, 80.0, 90.0), 0.9),),
    break_lines=tuple(
        BreakLine(f"P{i}", ((*place, 0.4 * (i % 3)),))
        for i, place in enumerate(np.random.default_rng(7).uniform(-400.0, 400.0, (12, 2)).tolist())
    ),
)
ACROSS = (((-20.3, 33.1, 2.0), (211.9, 40.2, 12.0)), ((-20.3, -21.7, 2.0), (211.9, 150.9, 41.0)))


@cache
def across(angle: float, dx: float, dy: float) -> list[tuple[Array, int]]:
    """What arrives on the hillside, turned and moved: a field for all."""

    def moved(x: float, y: float) -> Point2:
        return x * np.cos(angle) - y * np.sin(angle) + dx, x * np.sin(angle) + y * np.cos(angle) + dy

    there = Scene(
        buildings=tuple(replace(one, footprint=tuple(moved(*p) for p in one.footprint)) for one in HILLSIDE.buildings),
        barriers=tuple(replace(one, top=tuple((*moved(*p[:2]), p[2]) for p in one.top)) for one in HILLSIDE.barriers),
        ground_areas=tuple(
            replace(one, outline=tuple(moved(*p) for p in one.outline)) for one in HILLSIDE.ground_areas
        ),
        break_lines=tuple(
            replace(one, line=tuple((*moved(*p[:2]), p[2]) for p in one.line)) for one in HILLSIDE.break_lines
        ),
    )
    field = field_of(there, reflection_reach_m=80.0)
    found = []
    for (xs, ys, zs), (xr, yr, zr) in ACROSS:
        ratio = np.zeros(8)
        found.append((ratio, add_transfer(field, WORK, *moved(xs, ys), zs, nan, *moved(xr, yr), zr, ratio)))
    return found


@given(st.floats(0.0, 6.28), st.sampled_from([0.0, 500_000.0]), st.sampled_from([0.0, 2_500_000.0]))
@settings(max_examples=10, deadline=None)
def test_where_north_is_changes_nothing(angle: float, dx: float, dy: float) -> None:
    """Nor how large the coordinates of the country's system are."""
    for (ours, paths), (here, as_many) in zip(across(angle, dx, dy), across(0.0, 0.0, 0.0), strict=True):
        assert paths == as_many > 2
        assert 10.0 * np.log10(ours) == pytest.approx(10.0 * np.log10(here), abs=0.01)


@given(st.floats(0.5, 30.0), st.floats(0.1, 20.0), st.floats(0.1, 0.9), heights)
@settings(max_examples=60, deadline=None)
def test_a_higher_barrier_is_never_louder(top: float, more: float, where: float, zr: float) -> None:
    """Over hard ground, at 500 Hz within half a decibel, where the ground on either side of a wall begins to count
    apart. Losses near the cap of 25 dB are left out: there the total is the cap and the ground, which comes closer."""

    def level(height: float) -> float:
        wall = Barrier("W", ((100.0 * where, -2000.0, height), (100.0 * where, 2000.0, height)))
        ratio, _ = transfer(Scene(barriers=(wall,)), (0.0, 0.0, 0.5), (100.0, 0.0, zr), lateral=False)
        return float(10.0 * np.log10(ratio[3]))

    below_cap = level(top) > level(0.0) - 22.0
    if below_cap and level(top + more) > level(0.0) - 22.0:
        assert level(top + more) <= level(top) + 0.5


def test_many_paths_add_to_what_is_there() -> None:
    field = field_of(Scene(buildings=blocks()))
    out = np.full(8, 7.0)
    once = np.zeros(8)
    for ratio in (out, once):
        assert add_transfer(field, WORK, -20.0, 3.0, 1.0, 0.0, 200.0, 70.0, 9.0, ratio) == 3
    assert out == pytest.approx(7.0 + once, rel=1e-12)


def test_more_than_there_is_room_for_is_told() -> None:
    """A result that leaves walls out would be too loud; the caller gets a reason."""
    fence = tuple(Barrier(f"W{i}", ((0.01 * i, -1.0, 2.0), (0.01 * i, 1.0, 2.0))) for i in range(MET_MOST + 1))
    _, full = transfer(Scene(barriers=fence), (-5.0, 0.1, 1.0), (50.0, 0.2, 1.0))
    nested = tuple(Building(f"B{i}", box(i * 0.1, -i, 30.0, 2.0 * i + 1.0), 5.0) for i in range(1, OPEN_MOST + 3))
    _, too_deep = transfer(Scene(buildings=nested), (-5.0, 0.13, 1.0), (90.0, 0.17, 1.0))
    angles = np.linspace(0.0, 2.0 * np.pi, 12 * BENDS_MOST, endpoint=False)
    round_tower = Building("round", tuple((50.0 + 30.0 * np.cos(a), 30.0 * np.sin(a)) for a in angles), 60.0)
    _, too_round = transfer(Scene(buildings=(round_tower,)), (-5.0, 0.1, 1.0), (120.0, 0.2, 1.0))
    for failed in (full, too_deep, too_round):
        assert failed in TOO_MUCH
    assert too_deep != full
    with pytest.raises(ValueError, match="4 times at most"):
        field_of(Scene(reflection_order=ORDER_MOST + 1))


def test_a_tile_keeps_its_part_of_the_terrain() -> None:
    """Triangles are those of the whole survey, so a path within the tile has the same ground; near the end of the
    survey all of it stays, since the nearest place of its rim counts there."""
    whole = surface_of(HILLSIDE.break_lines)
    part = cropped(whole, -40.0, -40.0, 60.0, 60.0)
    assert 0 < len(part.triangles) < len(whole.triangles)
    assert cropped(whole, -40.0, -40.0, 6000.0, 60.0) is whole
    level = replace(HILLSIDE, break_lines=())
    out, tile = np.zeros(8), np.zeros(8)
    for ratio, surface in ((out, whole), (tile, part)):
        field = field_of(level, surface=surface, reflection_reach_m=5.0)
        assert add_transfer(field, WORK, -20.3, 33.1, 3.0, nan, 44.0, 21.0, 9.0, ratio) > 0
    assert tile == pytest.approx(out, rel=1e-12)
    assert out != pytest.approx(transfer(level, (-20.3, 33.1, 3.0), (44.0, 21.0, 9.0), nan)[0], rel=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_a_terrace_in_line_with_the_receiver_is_passed_once(seed: int) -> None:
    """Corners in a row with the end of the path: the band goes straight on to the end and does not turn back.

    Right in line with the corners as they are widened the two ways may take another bend (docs/validation.md); there
    the walk must come to its end.
    """
    chance = np.random.default_rng(seed)
    angle, beside = chance.uniform(0.0, 6.28), (0.0, CLEAR_M / 2.0**0.5)[seed % 2]

    def turned(x: float, y: float) -> Point2:
        return x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)

    terrace = tuple(
        Building(f"T{i}", tuple(turned(*corner) for corner in box(10.0 * i, 0.0, 8.0, 6.0)), 20.0) for i in range(4)
    )
    pair = (
        (*turned(-5.0, chance.uniform(-3.0, 5.0)), 0.5),
        (*turned(40.0 + chance.uniform(1.0, 5.0), 6.0 + beside), 4.0),
    )
    ours, paths = transfer(Scene(buildings=terrace), *pair)
    assert paths == 3
    if not beside:
        assert ours == pytest.approx(alone(Scene(buildings=terrace), *pair), rel=1e-6)
