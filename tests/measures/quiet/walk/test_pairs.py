"""The walk gives what each path gives alone, by the formulas and by the search that published cases have tried."""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, isfinite, nan, sin
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

from tanheng.measures.quiet.bands import Array, combined, energy_sum
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
from tanheng.measures.quiet.walk.scratch import OPEN_MOST, scratch

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


places = st.floats(-150.0, 150.0)
sizes = st.floats(5.0, 60.0)
angles = st.floats(0.0, 6.2)
outlines = st.builds(turned, places, places, sizes, sizes, angles)
absorptions = st.none() | st.floats(0.0, 0.9).map(lambda share: np.full(8, share))
buildings = st.tuples(outlines, st.floats(4.0, 60.0), absorptions)
barriers = st.tuples(places, places, st.floats(4.0, 15.0), places, places, st.floats(4.0, 15.0), absorptions)
areas = st.tuples(outlines, st.floats(0.0, 1.0))
spots = st.tuples(st.floats(-190.0, 190.0), st.floats(-190.0, 190.0), st.floats(0.0, 4.0))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Buildings that may overlap, walls, ground areas, a survey of heights, and a pair that stands outside of all."""
    built = draw(st.lists(buildings, max_size=4))
    walls = draw(st.lists(barriers, max_size=2))
    soft = draw(st.lists(areas, max_size=3))
    heights = draw(st.lists(spots, max_size=4))
    source = (draw(places), draw(places), draw(st.floats(4.05, 9.0)))
    receiver = (draw(places), draw(places), draw(st.floats(5.0, 60.0)))
    assume(hypot(source[0] - receiver[0], source[1] - receiver[1]) > 1.0)
    for outline, _, _ in built:
        assume(not any(Polygon(outline).buffer(0.1).contains(Point(place[:2])) for place in (source, receiver)))
    rim = ((-200.0, -200.0), (200.0, -200.0), (200.0, 200.0), (-200.0, 200.0))
    survey = [(x, y, 0.0) for x, y in rim] + heights if heights else []
    return Scene(
        (Source("S", source, np.full(8, 90.0), draw(st.none() | st.floats(0.0, 1.0))),),
        receivers=(Receiver("R", receiver),),
        ground_areas=tuple(GroundArea(f"G{i}", outline, factor) for i, (outline, factor) in enumerate(soft)),
        buildings=tuple(Building(f"B{i}", *one) for i, one in enumerate(built)),
        barriers=tuple(
            Barrier(f"W{i}", (one[:3], one[3:6]), one[6]) for i, one in enumerate(walls) if one[:2] != one[3:5]
        ),
        break_lines=tuple(BreakLine(f"P{i}", (spot,)) for i, spot in enumerate(survey)),
        ground_factor=draw(st.floats(0.0, 1.0)),
        reflection_order=draw(st.integers(0, 2)),
        weather=Weather(favourable_share=draw(st.sampled_from([0.0, 0.3, 1.0]))),
    )


@given(scenes())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_a_pair_in_bulk_is_the_pair_alone(scene: Scene) -> None:
    """Two searches, one with shapely's trees and one with grids, and the same level in every band."""
    ours, _ = walked(scene)
    assert np.isfinite(ours).all()
    assert ours == pytest.approx(alone(scene), abs=1e-6)
