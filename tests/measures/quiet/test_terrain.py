"""The ground: what was surveyed is on it, and between it is flat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.measures.quiet.scene import BreakLine
from tanheng.measures.quiet.terrain import Terrain

slopes = st.floats(-0.5, 0.5)
CORNERS = ((0.0, 0.0), (100.0, 3.0), (97.0, 80.0), (-4.0, 77.0))


@given(
    slopes, slopes, st.lists(st.tuples(st.floats(5.0, 90.0), st.floats(5.0, 70.0)), max_size=12), st.integers(0, 2**32)
)
@settings(max_examples=40, deadline=None)
def test_spot_heights_of_a_plane_give_the_plane(
    east: float, north: float, inner: list[tuple[float, float]], seed: int
) -> None:
    """A hillside of single points must be the hillside between them."""

    def z(x: float, y: float) -> float:
        return 3.0 + east * x + north * y

    spots = [BreakLine(f"P{i}", ((x, y, z(x, y)),)) for i, (x, y) in enumerate([*CORNERS, *inner])]
    ground = Terrain(spots)
    for x, y in np.random.default_rng(seed).uniform((10.0, 10.0), (90.0, 70.0), (10, 2)):
        assert ground.altitude(x, y) == pytest.approx(z(x, y), abs=1e-3)


def test_a_crest_inside_of_nothing_keeps_its_height() -> None:
    """A line that ends freely, as contours and crests do; no triangle may cut across it."""
    rim = BreakLine("rim", tuple((x, y, 0.0) for x, y in (*CORNERS, CORNERS[0])))
    ground = Terrain([rim, BreakLine("crest", ((20.0, 40.0, 6.0), (80.0, 40.0, 9.0)))])
    for x in np.linspace(20.0, 80.0, 13):
        assert ground.altitude(x, 40.0) == pytest.approx(6.0 + (x - 20.0) / 20.0, abs=1e-2)
    assert ground.altitude(50.0, 2.0) < 1.0


def test_beyond_the_survey_the_ground_goes_on_level() -> None:
    ground = Terrain([BreakLine("L", ((0.0, 0.0, 2.0), (10.0, 0.0, 2.0), (10.0, 10.0, 4.0), (0.0, 10.0, 4.0)))])
    assert ground.altitude(5.0, -500.0) == pytest.approx(2.0)
    assert ground.altitude(5.0, 500.0) == pytest.approx(4.0)


def test_slopes_change_where_lines_lie() -> None:
    rim = BreakLine("rim", ((0.0, 0.0, 0.0), (50.0, 0.0, 0.0), (50.0, 20.0, 5.0), (0.0, 20.0, 0.0), (0.0, 0.0, 0.0)))
    ground = Terrain([rim, BreakLine("foot", ((20.0, 0.0, 0.0), (20.0, 20.0, 0.0)))])
    assert 0.4 in [pytest.approx(share, abs=1e-6) for share in ground.crossings((0.0, 10.0), (50.0, 10.0))]


def test_no_survey_is_level_ground() -> None:
    assert Terrain([]).altitude(7.0, 7.0) == 0.0
    assert Terrain([]).crossings((0.0, 0.0), (9.0, 9.0)) == []
