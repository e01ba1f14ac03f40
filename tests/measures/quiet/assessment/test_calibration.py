"""Calibration: offsets that were put in come out, few monitors move little, and the error at others is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.quiet.assessment.studies import NIGHT, power, study, terms

from tanheng.measures.quiet.assessment.calibration import Measured, calibrate, calibrated
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.problems import InputRejected

TERMS = terms()
SURE = """
changes: shenzhen
title: {en: Monitors that are never wrong, zh: 无误差监测}
from: 2026-01-01
source: {document: A test of the calibration}
status: example
parameters:
  noise.calibration_error: 0.01
  noise.calibration_spread: 30
"""
EMISSION = {"main": power(80.0, 74.0), "side": power(72.0, 60.0), "fan": power(65.0)}
LOSSES = {
    "a": {"main": 10.0, "side": 20.0},
    "b": {"main": 25.0, "side": 8.0, "fan": 30.0},
    "c": {"main": 18.0, "side": 15.0},
    "d": {"main": 30.0, "side": 9.0, "fan": 12.0},
}


def found(
    true: dict[str, float], of: Terms = TERMS, monitors: str = "abcd", groups: Any = ("main", "side", None)
) -> Any:
    """Calibrated by what the monitors would have measured if the sources were off by ``true``."""
    made = study([{"id": name} for name in monitors], EMISSION, LOSSES)
    shift = np.array([true.get(each, 0.0) for each in EMISSION])
    truth = made.with_emission(made.emission + shift[:, None, None])
    night = tuple(NIGHT)
    measured = [Measured(name, level, night) for name, level in zip(monitors, truth.level("Ln").tolist(), strict=True)]
    return made, calibrate(made.transfer, made.emission, measured, groups, of)


def test_offsets_that_were_put_in_come_out() -> None:
    made, calibration = found({"main": 4.0, "side": -3.0}, terms(SURE))
    assert calibration.groups == ("main", "side")
    assert calibration.offsets == pytest.approx([4.0, -3.0], abs=0.01)
    assert calibration.after.rmse < 0.01 < 2.0 < calibration.before.rmse
    assert calibration.left_out.rmse < 0.05
    moved = calibrated(made, calibration, ("main", "side", None))
    assert moved.level("Ln") == pytest.approx(calibration.levels, abs=0.01)
    assert moved.notes[-1].en.startswith("calibrated by 4 monitors")
    # What nobody doubts is where it was.
    assert moved.emission[2] == pytest.approx(made.emission[2])


@settings(max_examples=25, deadline=None)
@given(st.floats(-15, 15), st.floats(-15, 15))
def test_a_calibration_never_fits_worse_than_none_and_stays_within_its_limits(main: float, side: float) -> None:
    _, calibration = found({"main": main, "side": side})
    cost = ((calibration.levels - calibration.fitted) ** 2).sum() / 4 + (calibration.offsets**2).sum() / 9
    assert cost <= ((calibration.levels - calibration.calculated) ** 2).sum() / 4 + 1e-9
    assert (np.abs(calibration.offsets) <= 10.0 + 1e-9).all()


def test_few_monitors_move_sources_little_and_say_how_unsure_they_are() -> None:
    _, one = found({"main": 6.0}, monitors="a")
    _, four = found({"main": 6.0})
    # One monitor with 2 dB of error against 3 dB of spread: 9 / (9 + 4) of the way, if all came from main.
    assert one.offsets[0] == pytest.approx(6.0 * 9 / 13, abs=0.15)
    assert one.offsets[0] < four.offsets[0] < 6.0
    assert four.deviations[0] < one.deviations[0] < 3.0
    # Nothing is left to predict the only monitor with.
    assert one.predicted == pytest.approx(one.calculated)
    assert not one.helps and four.helps


def test_a_group_that_no_monitor_hears_stays_where_it_was() -> None:
    _, calibration = found({"main": 6.0}, monitors="ac", groups=("main", "main", "plant"))
    assert calibration.heard.tolist() == [True, False]
    assert calibration.offsets[1] == 0.0
    assert calibration.deviations[1] == pytest.approx(3.0)


def test_sources_that_are_off_by_too_much_run_into_the_limit_and_it_is_told() -> None:
    _, calibration = found({"main": 30.0, "side": 30.0}, terms(SURE))
    assert calibration.offsets == pytest.approx([10.0, 10.0], abs=1e-3)
    assert calibration.at_limit.all()


def test_what_cannot_be_calibrated_with_is_told_at_once() -> None:
    made = study([{"id": name} for name in "xab"], EMISSION, LOSSES)
    measured = [Measured("x", 50.0, (1,)), Measured("a", float("nan"), (1,)), Measured("b", 50.0, (24,))]
    with pytest.raises(InputRejected) as refused:
        calibrate(made.transfer, made.emission, measured, ("main", "side", None), TERMS)
    assert [problem.code for problem in refused.value.problems].count("noise.E064") == 2
    assert "x, hears none of the sources" in str(refused.value)
    nothing = study([], EMISSION, {})
    with pytest.raises(InputRejected, match=r"noise\.E066"):
        calibrate(nothing.transfer, nothing.emission, [], ("main", "side", None), TERMS)
