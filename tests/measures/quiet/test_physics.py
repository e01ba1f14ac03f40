"""Properties that hold for every scene, whatever its numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import Array, a_weighted_total, combined, energy_sum
from tanheng.measures.quiet.cnossos.propagation import attenuate
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.methods import METHODS, Method, receiver_levels
from tanheng.measures.quiet.paths import direct_profile, find_paths
from tanheng.measures.quiet.profile import Condition
from tanheng.measures.quiet.road_pieces import road_sources
from tanheng.measures.quiet.scene import (
    Barrier,
    BreakLine,
    Building,
    GroundArea,
    Point2,
    Point3,
    Receiver,
    Road,
    Scene,
    Source,
)

POWER = np.full(8, 90.0)
AIR = air_absorption_db_per_km(10.0, 70.0)
CONDITIONS: tuple[Condition, ...] = ("homogeneous", "favourable")
heights = st.floats(0.5, 40.0)
distances = st.floats(10.0, 800.0)
factors = st.floats(0.0, 1.0)
methods = st.sampled_from([METHODS["cnossos"], METHODS["hj24"]])


def level(scene: Scene, method: Method = METHODS["cnossos"]) -> Array:
    return receiver_levels(scene, method)["R"]


def direct(scene: Scene, condition: Condition) -> Array:
    site = Site(scene)
    return attenuate(direct_profile(site, scene.sources[0], scene.receivers[0]), condition, AIR).total


def pair(distance: float, source_z: float, receiver_z: float, ground: float = 0.0) -> Scene:
    return Scene(
        (Source("S", (0.0, 0.0, source_z), POWER),),
        receivers=(Receiver("R", (distance, 0.0, receiver_z)),),
        ground_factor=ground,
    )


def exchanged(scene: Scene) -> Scene:
    source, receiver = scene.sources[0], scene.receivers[0]
    return replace(scene, sources=(replace(source, at=receiver.at),), receivers=(replace(receiver, at=source.at),))


@given(distances, heights, heights, factors, st.floats(0.2, 0.8), st.floats(0.0, 25.0))
@settings(max_examples=60, deadline=None)
def test_source_and_receiver_may_change_places(
    distance: float, zs: float, zr: float, ground: float, where: float, top: float
) -> None:
    """Sound takes the same way back, also over a wall and a slab; ground is even, so no end is special.

    Only the ground of one kind: next to the source the method weighs its ground differently by design (G'_path).
    """
    wall = Barrier("W", ((where * distance, -1000.0, top), (where * distance, 1000.0, top)))
    for scene in (pair(distance, zs, zr, ground), replace(pair(distance, zs, zr, ground), barriers=(wall,))):
        for condition in CONDITIONS:
            if condition == "favourable" and ground > 0.0:
                continue  # Table 2.5.b takes other factors on the source's side.
            assert direct(scene, condition) == pytest.approx(direct(exchanged(scene), condition), abs=1e-6)


@given(st.floats(20.0, 400.0), st.floats(1.01, 2.0), heights, heights)
@settings(max_examples=60, deadline=None)
def test_further_away_is_never_louder_over_hard_ground(distance: float, times: float, zs: float, zr: float) -> None:
    near, far = (direct(pair(reach, zs, zr), "homogeneous") for reach in (distance, distance * times))
    assert np.all(far >= near - 1e-9)


@given(st.floats(20.0, 400.0), st.floats(1.01, 2.0), heights, heights)
@settings(max_examples=40, deadline=None)
def test_further_away_is_never_louder_by_the_chinese_method(
    distance: float, times: float, zs: float, zr: float
) -> None:
    near, far = (level(pair(reach, zs, zr), METHODS["hj24"]) for reach in (distance, distance * times))
    assert a_weighted_total(far) <= a_weighted_total(near) + 1e-9


@given(
    st.floats(20.0, 400.0),
    st.floats(0.5, 5.0),
    st.floats(1.5, 30.0),
    st.floats(0.1, 0.9),
    st.floats(0.5, 30.0),
    st.floats(0.1, 20.0),
)
@settings(max_examples=80, deadline=None)
def test_a_higher_barrier_is_never_louder(
    distance: float, zs: float, zr: float, where: float, top: float, more: float
) -> None:
    """Over hard ground. Pure diffraction never falls; the total by no more than half a decibel, where the ground on
    either side of a wall begins to count apart. Bands at the cap of 25 dB are left out: there the total is the cap and
    the ground, which comes closer as a wall grows."""

    def with_wall(height: float) -> tuple[Array, Array]:
        wall = Barrier("W", ((where * distance, -2000.0, height), (where * distance, 2000.0, height)))
        scene = replace(pair(distance, zs, zr), barriers=(wall,))
        found = attenuate(direct_profile(Site(scene), scene.sources[0], scene.receivers[0]), "homogeneous", AIR)
        return found.total, np.nan_to_num(found.terms["delta_dif_SR"])

    lower, lower_dif = with_wall(top)
    higher, higher_dif = with_wall(top + more)
    below_cap = higher_dif < 25.0
    assert np.all(higher[below_cap] >= lower[below_cap] - 0.5)
    if top > zs + where * (zr - zs):
        assert np.all(higher_dif >= lower_dif - 1e-9)


QUARTER = Scene(
    (Source("S", (10.0, 10.0, 1.0), POWER),),
    receivers=(Receiver("R", (150.0, 50.0, 12.0)),),
    ground_areas=(GroundArea("G", ((0.0, -50.0), (60.0, -50.0), (60.0, 90.0), (0.0, 90.0)), 0.8),),
    buildings=(
        Building("B1", ((50.0, 10.0), (62.0, 12.0), (60.0, 30.0), (48.0, 28.0)), 14.0, np.full(8, 0.2)),
        Building("B2", ((60.0, 70.0), (130.0, 74.0), (128.0, 90.0), (58.0, 86.0)), 30.0, np.full(8, 0.1)),
    ),
    barriers=(Barrier("W", ((100.0, 25.0, 9.0), (104.0, 50.0, 8.0)), np.full(8, 0.3)),),
    break_lines=(
        # A slope that rises to the east from its foot at x = 80: two faces, both even.
        BreakLine("rim", ((-20.0, -60.0, 0.0), (80.0, -60.0, 0.0), (180.0, -70.0, 4.0), (180.0, 130.0, 4.0))),
        BreakLine("rim2", ((180.0, 130.0, 4.0), (80.0, 120.0, 0.0), (-20.0, 125.0, 0.0), (-20.0, -60.0, 0.0))),
        BreakLine("foot", ((80.0, -60.0, 0.0), (80.0, 120.0, 0.0))),
    ),
    ground_factor=0.3,
)


def moved(scene: Scene, angle: float, dx: float, dy: float) -> Scene:
    def place(x: float, y: float) -> Point2:
        return x * math.cos(angle) - y * math.sin(angle) + dx, x * math.sin(angle) + y * math.cos(angle) + dy

    def place3(point: Point3) -> Point3:
        return (*place(*point[:2]), point[2])

    return replace(
        scene,
        sources=tuple(replace(one, at=place3(one.at)) for one in scene.sources),
        receivers=tuple(replace(one, at=place3(one.at)) for one in scene.receivers),
        ground_areas=tuple(replace(one, outline=tuple(place(*p) for p in one.outline)) for one in scene.ground_areas),
        buildings=tuple(replace(one, footprint=tuple(place(*p) for p in one.footprint)) for one in scene.buildings),
        barriers=tuple(replace(one, top=tuple(place3(p) for p in one.top)) for one in scene.barriers),
        break_lines=tuple(replace(one, line=tuple(place3(p) for p in one.line)) for one in scene.break_lines),
    )


@given(methods, st.floats(0.0, 6.28), st.floats(-20_000.0, 20_000.0), st.floats(-20_000.0, 20_000.0))
@settings(max_examples=25, deadline=None)
def test_where_north_is_changes_nothing(method: Method, angle: float, dx: float, dy: float) -> None:
    """Paths round corners, reflections and slopes must not depend on how the scene lies in its coordinates."""
    assert level(moved(QUARTER, angle, dx, dy), method) == pytest.approx(level(QUARTER, method), abs=0.01)


def test_the_quarter_has_every_kind_of_path() -> None:
    """Else the property above would say nothing about them."""
    site = Site(QUARTER)
    found = find_paths(site, QUARTER.sources[0], QUARTER.receivers[0], "homogeneous")
    assert {path.name for path in found} == {"direct", "left", "right", "reflection"}


@given(st.floats(5.0, 30.0), st.floats(0.1, 0.9), st.floats(10.0, 200.0), st.floats(0.0, 0.9))
@settings(max_examples=30, deadline=None)
def test_between_two_walls_images_stand_in_rows(width: float, where: float, apart: float, absorbed: float) -> None:
    """A street canyon in closed form: the images of a source between parallel walls, and what each wall swallows."""
    walls = tuple(
        Barrier(name, ((-900.0, y, 90.0), (900.0, y, 90.0)), np.full(8, absorbed))
        for name, y in (("south", 0.0), ("north", width))
    )
    y = where * width
    scene = Scene(
        (Source("S", (0.0, y, 2.0), POWER),),
        receivers=(Receiver("R", (apart, y, 2.0)),),
        barriers=walls,
        reflection_order=2,
    )
    site = Site(scene)
    found = find_paths(site, scene.sources[0], scene.receivers[0], "homogeneous")
    lengths = sorted(path.distance for path in found)
    images = [y, -y, 2.0 * width - y, y - 2.0 * width, y + 2.0 * width]
    assert lengths == pytest.approx(sorted(math.hypot(apart, image - y) for image in images), abs=1e-6)
    for path in found:
        taken = attenuate(path, "homogeneous", AIR).reflection
        assert taken == pytest.approx(np.full(8, -10.0 * len(path.reflections) * math.log10(1.0 - absorbed)), abs=1e-6)


@given(methods, st.lists(st.floats(40.0, 110.0), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_sources_add_up_by_energy(method: Method, powers: list[float]) -> None:
    sources = tuple(Source(f"S{i}", (10.0 * i, 5.0, 1.0), np.full(8, power)) for i, power in enumerate(powers))
    scene = replace(QUARTER, sources=sources)
    apart = [level(replace(scene, sources=(source,)), method) for source in sources]
    assert level(scene, method) == pytest.approx(energy_sum(apart), abs=1e-9)


@given(st.floats(0.05, 0.95), st.floats(-40.0, 140.0), st.floats(3.0, 60.0), st.floats(1.5, 30.0))
@settings(max_examples=40, deadline=None)
def test_splitting_a_road_changes_less_than_a_tenth(share: float, x: float, y: float, z: float) -> None:
    """A map must not change because a road was digitised in two parts."""
    start, end = (0.0, 0.0, 0.05), (100.0, 0.0, 0.05)
    middle = (100.0 * share, 0.0, 0.05)
    whole = (Road("N", (start, end), POWER),)
    halves = (Road("N1", (start, middle), POWER), Road("N2", (middle, end), POWER))
    base = Scene(receivers=(Receiver("R", (x, y, z)),))
    one, two = (a_weighted_total(level(replace(base, roads=roads))) for roads in (whole, halves))
    assert two == pytest.approx(one, abs=0.1)


@given(st.floats(5.0, 100.0))
@settings(max_examples=10, deadline=None)
def test_a_road_is_the_integral_of_its_points(offset: float) -> None:
    """Over hard ground without air a line is known in closed form: angle over distance."""
    scene = Scene(
        roads=(Road("N", ((-200.0, 0.0, 1.0), (200.0, 0.0, 1.0)), POWER),),
        receivers=(Receiver("R", (0.0, offset, 1.0)),),
    )
    pieces = [
        attenuate(direct_profile(Site(scene), source, scene.receivers[0]), "homogeneous", np.zeros(8)).total
        for source in _pieces(scene)
    ]
    powers = [source.power_db for source in _pieces(scene)]
    ours = energy_sum([power - loss for power, loss in zip(powers, pieces, strict=True)])[0]
    angle = 2.0 * math.atan(200.0 / offset)
    exact = 90.0 + 10.0 * math.log10(angle / offset) - 11.0 + 3.0
    assert ours == pytest.approx(exact, abs=0.06)


def _pieces(scene: Scene) -> list[Source]:
    return road_sources(scene.roads[0], scene.receivers)


@given(st.floats(0.0, 1.0), st.floats(-50.0, 100.0), st.floats(-50.0, 100.0))
def test_the_long_term_level_lies_between_the_conditions(share: float, first: float, second: float) -> None:
    both = combined(np.full(8, first), np.full(8, second), share)
    assert np.all(both <= max(first, second) + 1e-9)
    assert np.all(both >= min(first, second) - 1e-9)
