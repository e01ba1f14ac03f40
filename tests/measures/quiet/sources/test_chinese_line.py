"""The Chinese road formula as a line source: pieces on a matrix give what the formula gives."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tanheng.measures.quiet.bands import A_WEIGHTS_DB, Array
from tanheng.measures.quiet.hj24 import road
from tanheng.measures.quiet.hj24.line_power import line_and_sparse, small_medium_large, sparse_ratio

STORED = json.loads((Path(__file__).parents[1] / "china_prediction_values.json").read_text(encoding="utf-8"))


def heard_from_pieces(power: Array, distance: float, reach: float) -> float:
    """dB(A) of short pieces along a straight road, each by 20 lg d + 11, the road reaching so far to both sides."""
    piece = distance / 60.0
    along = np.linspace(-reach, reach, 2 * round(reach / piece) + 1)
    along, piece = (along[1:] + along[:-1]) / 2.0, along[1] - along[0]
    spread = np.sum(piece / (np.hypot(along, distance) ** 2 * 10.0**1.1))
    return float(10.0 * np.log10(np.power(10.0, (power + A_WEIGHTS_DB) / 10.0).sum() * spread))


def columns(flows: Mapping[Any, float], speeds: Mapping[Any, float], slope: float, cement: bool) -> tuple[Array, Array]:
    shape = (1, 1, 3)
    return line_and_sparse(
        np.array([flows[size] for size in road.VEHICLE_SIZES], dtype=float).reshape(shape),
        np.array([speeds[size] for size in road.VEHICLE_SIZES], dtype=float).reshape(shape),
        np.array([slope]),
        np.array([cement]),
    )


@pytest.mark.parametrize("worked", STORED["worked"]["road_leq"], ids=lambda worked: worked["id"])
@pytest.mark.parametrize(("slope", "cement", "reach"), [(0.0, False, 1e5), (0.04, True, 1e5), (0.0, False, 40.0)])
def test_pieces_add_up_to_the_formula(worked: dict[str, Any], slope: float, cement: bool, reach: float) -> None:
    """Worked values of HJ 2.4 on an endless road, and its own angle of view on a short one."""
    distance = float(worked["distance_m"])
    many, few = columns(worked["flows_veh_h"], worked["speeds_km_h"], slope, cement)
    if worked["flows_veh_h"]["small"] >= 300:
        assert np.isneginf(few).all()
        ours = heard_from_pieces(many[0, 0], distance, reach)
    else:
        assert np.isneginf(many).all()
        ours = heard_from_pieces(few[0, 0], distance, reach) + 10.0 * math.log10(float(sparse_ratio(distance)))
    flows = [road.Flow(size, worked["flows_veh_h"][size], worked["speeds_km_h"][size]) for size in road.VEHICLE_SIZES]
    view = 2.0 * math.atan(reach / distance)
    pavement: road.Pavement = "cement concrete" if cement else "asphalt"
    site = road.RoadSite(distance, slope=slope, pavement=pavement, view_rad=view)
    assert ours == pytest.approx(road.road_level(flows, site), abs=0.01)
    if not slope and reach > 1e3:
        assert ours == pytest.approx(worked["expected_total_dBA"], abs=0.01)


def test_an_hour_without_traffic_is_silent_in_both_columns() -> None:
    flows = dict.fromkeys(road.VEHICLE_SIZES, 0.0)
    many, few = columns(flows, flows, 0.0, False)
    assert np.isneginf(many).all()
    assert np.isneginf(few).all()


def test_five_classes_are_three() -> None:
    classes = np.array([[100.0, 20.0, 30.0, 4.0, 5.0]])
    assert small_medium_large(classes).tolist() == [[109.0, 20.0, 30.0]]
