"""Another barrier, building or ground area: the same matrix as from the beginning, of which most is taken over."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box
from tests.measures.quiet.matrix.made import QUARTER, SETTINGS, emission, table

from tanheng.measures.quiet.calculation import Study, calculate, places_of
from tanheng.measures.quiet.facades import level_ground
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.transfer.changes import _boxes_of_changes, box_distance, changed_by, touched_columns
from tanheng.measures.quiet.transfer.columns import segments_of

BUILDINGS, BARRIERS = QUARTER["buildings"], QUARTER["barriers"]
NEW_WALL = table("barriers", [LineString([(120, 50), (150, 52)])], id=["n"], height_m=[6.0])
NEW_HOUSE = table("buildings", [box(150, 70, 165, 85)], id=["n"], height_m=[21.0], floors=[7], persons=[70.0])
CHANGES = {
    "a new barrier": QUARTER.with_tables(barriers=pa.concat_tables([BARRIERS, NEW_WALL])),
    "a barrier less": QUARTER.with_tables(barriers=BARRIERS.slice(0, 0)),
    "a new building": QUARTER.with_tables(buildings=pa.concat_tables([BUILDINGS, NEW_HOUSE])),
    "a building less": QUARTER.with_tables(buildings=pa.concat_tables([BUILDINGS.slice(0, 1), BUILDINGS.slice(2)])),
    "soft ground": QUARTER.with_tables(ground=table("ground", [box(60, 85, 100, 118)], ground_factor=[0.9])),
}


@pytest.fixture(scope="module")
def study() -> Study:
    return calculate(QUARTER, emission(), SETTINGS)


@pytest.mark.parametrize("after", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_a_calculation_from_the_beginning(study: Study, after: Quarter) -> None:
    changed, anew = changed_by(study, after), calculate(after, emission(), SETTINGS)
    assert changed.receivers.equals(anew.receivers)
    assert np.array_equal(changed.transfer.starts, anew.transfer.starts)
    assert np.array_equal(changed.transfer.columns, anew.transfer.columns)
    np.testing.assert_allclose(changed.transfer.ratios, anew.transfer.ratios, rtol=1e-6)
    assert changed.level("Ld") == pytest.approx(anew.level("Ld"), abs=1e-5)
    # The change changed something, and not everything was walked again.
    if changed.receivers.num_rows == study.receivers.num_rows:
        assert not np.allclose(changed.transfer.ratios, study.transfer.ratios, rtol=1e-3)
    kinds, features = (study.columns[name].to_pylist() for name in ("kind", "feature"))
    segments = segments_of(QUARTER, kinds, features, SETTINGS, level_ground)
    boxes = _boxes_of_changes(QUARTER, after)
    touched = touched_columns(QUARTER, after, segments, places_of(study.receivers), boxes, study)
    assert 0.0 < touched.mean() < 0.95


def test_other_roads_are_no_change_of_what_stands(study: Study) -> None:
    with pytest.raises(ValueError, match="roads differ too"):
        changed_by(study, QUARTER.with_tables(roads=QUARTER["roads"].slice(0, 2)))


@given(*(st.floats(-50.0, 50.0) for _ in range(4)))
def test_distance_of_a_line_from_a_box(xs: float, ys: float, xr: float, yr: float) -> None:
    found = box_distance(xs, ys, xr, yr, np.array([-10.0, -5.0, 10.0, 20.0]))
    assert found == pytest.approx(LineString([(xs, ys), (xr, yr)]).distance(box(-10.0, -5.0, 10.0, 20.0)), abs=1e-9)
