"""The Chinese method in bulk gives what it gives for one path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.quiet.walk.test_pairs import random_scene

from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.hj24.pairs import add_chinese_transfer
from tanheng.measures.quiet.methods import METHODS
from tanheng.measures.quiet.scene import Scene
from tanheng.measures.quiet.walk.field import field_of
from tanheng.measures.quiet.walk.pairs import TOO_MUCH
from tanheng.measures.quiet.walk.scratch import scratch

WORK = scratch()


def in_bulk(scene: Scene) -> np.ndarray:
    source, receiver = scene.sources[0], scene.receivers[0]
    ratio = np.zeros(8)
    paths = add_chinese_transfer(field_of(scene), WORK, *source.at, *receiver.at, ratio)
    assert paths > 0, TOO_MUCH
    return np.asarray(source.power_db + 10.0 * np.log10(ratio))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 6]))
def test_random_scenes(seed: int, slopes: int) -> None:
    """Buildings, walls, ground areas, slopes: a matrix by HJ 2.4 would be off where this is."""
    scene = random_scene(seed, 0, 0.5, slopes)
    alone = METHODS["hj24"].level(Site(scene), scene.sources[0], scene.receivers[0])
    assert in_bulk(scene) == pytest.approx(alone, abs=1e-6)
