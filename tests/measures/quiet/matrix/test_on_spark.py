"""The same matrix on a cluster."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.measures.quiet.matrix.made import QUARTER, SETTINGS, emission
from tests.policy.engines import small_session

from tanheng.measures.quiet.calculation import places_of
from tanheng.measures.quiet.facades import facade_receivers, level_ground
from tanheng.measures.quiet.tiles import tiles_of, whole_transfer
from tanheng.measures.quiet.transfer.columns import segments_of


def test_tiles_on_a_cluster_make_the_same_matrix() -> None:
    settings = replace(SETTINGS, tile_m=100.0)
    places = places_of(facade_receivers(QUARTER, settings))
    of = emission()
    assert len(tiles_of(places, settings)) > 3
    segments = segments_of(QUARTER, of.ids, of.kinds, of.features, settings, level_ground)
    here = whole_transfer(QUARTER, segments, places, settings, level_ground)
    with small_session() as session:
        from tanheng.measures.quiet.on_spark import transfer_on_spark

        there = transfer_on_spark(session, QUARTER, of, places, settings)
    assert np.array_equal(there.starts, here.starts) and np.array_equal(there.columns, here.columns)
    assert np.array_equal(there.ratios, here.ratios)
