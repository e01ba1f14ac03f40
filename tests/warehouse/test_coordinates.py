"""If one of these fails, a plant taken from a web map stands half a kilometre off, in the next district or the sea."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from tanheng.warehouse.coordinates import gcj02_from_wgs84, wgs84_from_gcj02

DATA = Path(__file__).parent / "data"


def outlines(name: str) -> dict[str, shapely.Geometry]:
    collection = json.loads((DATA / f"three_districts_{name}.geojson").read_text(encoding="utf-8"))
    return {f["properties"]["name"]: shape(f["geometry"]) for f in collection["features"]}


def overlap(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return float(one.intersection(other).area / one.union(other).area)


@pytest.mark.parametrize(
    ("district", "as_it_is", "converted"), [("Futian", 0.83, 0.998), ("Luohu", 0.80, 0.997), ("Guangming", 0.87, 0.997)]
)
def test_districts_published_in_gcj02_and_in_wgs84_agree_after_the_inverse_step(district, as_it_is, converted) -> None:
    """The boundaries were published in both systems; intersection over union as found when they were collected."""
    shifted, true = outlines("gcj02")[district], outlines("wgs84")[district]
    back = shapely.transform(shifted, lambda xy: np.column_stack(wgs84_from_gcj02(xy[:, 0], xy[:, 1])))
    assert overlap(shifted, true) == pytest.approx(as_it_is, abs=0.005)
    assert overlap(back, true) == pytest.approx(converted, abs=0.0006)


def test_a_position_that_other_programs_convert() -> None:
    """The example of the JavaScript package coordtransform (wandergis), in its readme: 116.404, 39.915."""
    lon, lat = gcj02_from_wgs84(np.array(116.404), np.array(39.915))
    assert (float(lon), float(lat)) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-12)


@given(st.floats(73, 135), st.floats(18, 53))
def test_the_inverse_undoes_the_shift(lon: float, lat: float) -> None:
    back = wgs84_from_gcj02(*gcj02_from_wgs84(np.array([lon]), np.array([lat])))
    assert np.abs(np.array(back).ravel() - (lon, lat)).max() < 1e-8  # a millimetre


@given(st.floats(-180, 180), st.floats(-90, 0.8))
def test_outside_china_nothing_is_shifted(lon: float, lat: float) -> None:
    there = gcj02_from_wgs84(np.array([lon]), np.array([lat]))
    assert np.array_equal(np.array(there).ravel(), (lon, lat))
