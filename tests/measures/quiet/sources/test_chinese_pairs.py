"""The Chinese method in bulk gives what it gives for one path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.quiet.walk.test_pairs import random_scene

from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.methods import METHODS
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.transfer.columns import ColumnTerms, indexed
from tanheng.measures.quiet.transfer.walking import transfer_of
from tanheng.measures.quiet.walk.field import field_of

CHINESE = replace(Settings(), method="hj24", reach_m=5_000.0)
NONE = np.full(1, -1, dtype=np.int64)
EVEN = ColumnTerms(NONE, NONE, np.zeros(0), np.zeros((0, 181)))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 6]))
def test_random_scenes(seed: int, slopes: int) -> None:
    """Buildings, walls, ground areas hard and porous, slopes: a matrix by HJ 2.4 would be off where this is."""
    scene = random_scene(seed, 0, 0.5, slopes)
    source, receiver = scene.sources[0], scene.receivers[0]
    segments = indexed(np.array([[*source.at, *source.at]]), np.zeros(1, dtype=np.int64), np.full(1, np.nan), EVEN)
    _, ratios = transfer_of(field_of(scene), segments, np.array([receiver.at]), CHINESE).row(0)
    alone = METHODS["hj24"].level(Site(scene), source, receiver)
    assert source.power_db + 10.0 * np.log10(ratios[0].astype(np.float64)) == pytest.approx(alone, abs=1e-5)
