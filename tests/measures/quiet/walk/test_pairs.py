"""The walk gives what each path gives alone, by the formulas and by the search that published cases have tried."""

from __future__ import annotations

from dataclasses import replace
from math import cos, nan, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

from tanheng.measures.quiet.bands import Array, combined
from tanheng.measures.quiet.cases import Case, read_cases
from tanheng.measures.quiet.cutting import Site
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
    Weather,
)
from tanheng.measures.quiet.walk.field import field_of
from tanheng.measures.quiet.walk.pairs import TOO_MUCH, add_transfer
from tanheng.measures.quiet.walk.scratch import scratch

CASES = read_cases(Path(__file__).parents[1] / "cnossos_cases.json")
WORK = scratch()
SILENT = np.zeros(8)


def walked(scene: Scene, **asked: float) -> tuple[Array, int]:
    """Level at the first receiver from the first source, and the number of paths."""
    source, receiver = scene.sources[0], scene.receivers[0]
    ratio = np.zeros(8)
    factor = nan if source.ground_factor is None else source.ground_factor
    paths = add_transfer(field_of(scene, **asked), WORK, *source.at, factor, *receiver.at, ratio)  # type: ignore[arg-type]
    assert paths > 0, TOO_MUCH
    return source.power_db + 10.0 * np.log10(ratio), paths


def alone(scene: Scene) -> Array:
    return METHODS["cnossos"].level(Site(scene), scene.sources[0], scene.receivers[0])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_published_cases_come_out(case: Case) -> None:
    """All 19 from their scenes: the whole level is that of the paths one by one, the published one where there is one
    for all paths (within the case's tolerance), and for those of the direct path alone that."""
    ours, _ = walked(case.scene)
    assert ours == pytest.approx(alone(case.scene), abs=1e-6)
    published = {(one.path, one.condition, one.quantity): one for one in case.expected}
    direct = combined(
        published["direct", "homogeneous", "L"].values, published["direct", "favourable", "L"].values, 0.5
    )
    only_direct, paths = walked(replace(case.scene, reflection_order=0), lateral=False)
    assert paths == 1
    assert only_direct == pytest.approx(direct, abs=0.1)
    total = published.get(("all_paths", "combined_p50", "L_bands"))
    if total is not None:
        assert ours == pytest.approx(total.values, abs=max(0.1, total.tolerance))


def turned(x: float, y: float, width: float, depth: float, angle: float) -> tuple[Point2, ...]:
    corners = ((0.0, 0.0), (width, 0.0), (width, depth), (0.6 * width, 0.7 * depth), (0.0, depth))
    return tuple((x + a * cos(angle) - b * sin(angle), y + a * sin(angle) + b * cos(angle)) for a, b in corners)


def random_scene(seed: int, order: int, share: float, slopes: int) -> Scene:
    """Buildings that may overlap, walls, ground areas, a survey of heights, and a pair that stands outside of all.

    Drawn evenly, so that nothing lies on anything else: there the two searches may round to different sides.
    """
    chance = np.random.default_rng(seed)

    def places(count: int, low: float, high: float) -> list[Point3]:
        return [(x, y, z) for x, y, z in chance.uniform((-150.0, -150.0, low), (150.0, 150.0, high), (count, 3))]

    def some(most: int, low: float, high: float) -> list[tuple[tuple[Point2, ...], float]]:
        return [
            (turned(x, y, *chance.uniform(5.0, 60.0, 2), chance.uniform(0.0, 6.2)), z)
            for x, y, z in places(int(chance.integers(0, most + 1)), low, high)
        ]

    def absorption() -> Array | None:
        return chance.uniform(0.0, 0.9, 8) if chance.random() < 0.7 else None

    built = some(5, 4.0, 60.0)
    spots = [(-201.0, -203.0, 0.0), (207.0, -202.0, 0.0), (204.0, 201.0, 0.0), (-206.0, 208.0, 0.0)]
    survey = [*spots, *places(slopes, 0.0, 4.0)] if slopes else []
    free = (
        place
        for place in iter(lambda: places(1, 4.5, 9.0 if chance.random() < 0.5 else 70.0)[0], None)
        if not any(Polygon(outline).buffer(0.1).contains(Point(place[:2])) for outline, _ in built)
    )
    factor = chance.uniform() if chance.random() < 0.5 else None
    walls = [(a, b, absorption()) for a, b in zip(places(2, 4.0, 15.0), places(2, 4.0, 15.0), strict=True)]
    return Scene(
        (Source("S", next(free), np.full(8, 90.0), factor),),
        receivers=(Receiver("R", next(free)),),
        ground_areas=tuple(GroundArea(f"G{i}", *one) for i, one in enumerate(some(3, 0.0, 1.0))),
        buildings=tuple(Building(f"B{i}", *one, absorption()) for i, one in enumerate(built)),
        barriers=tuple(Barrier(f"W{i}", (a, b), given) for i, (a, b, given) in enumerate(walls)),
        break_lines=tuple(BreakLine(f"P{i}", (spot,)) for i, spot in enumerate(survey)),
        ground_factor=float(chance.random()),
        reflection_order=order,
        weather=Weather(favourable_share=share),
    )


scenes = st.builds(
    random_scene,
    st.integers(0, 2**32),
    st.integers(0, 2),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.integers(0, 6),
)


@given(scenes)
@settings(max_examples=120, deadline=None)
def test_a_pair_in_bulk_is_the_pair_alone(scene: Scene) -> None:
    """Two searches, one with shapely's trees and one with grids, and the same level in every band."""
    ours, _ = walked(scene)
    assert np.isfinite(ours).all()
    assert ours == pytest.approx(alone(scene), abs=1e-6)
