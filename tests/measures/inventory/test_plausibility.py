"""Odd values stand out, whatever else is in the group; ordinary ones do not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanheng.measures.inventory.plausibility import FEWEST_PEERS, THRESHOLD, robust_z


def test_one_absurd_value_cannot_hide_itself() -> None:
    """With mean and standard deviation a value a thousand times too large widens the spread it is measured by."""
    values = [*np.linspace(0.9, 1.1, 20), 1000.0]
    z, _ = robust_z(values, ["39"] * 21)
    usual = (values[-1] - np.mean(values)) / np.std(values)
    assert z[-1] > 1000 > 5 > usual
    assert np.all(np.abs(z[:-1]) < THRESHOLD)


def test_equals_the_usual_z_for_normal_values() -> None:
    values = np.random.default_rng(1).standard_normal(200_000)
    z, middle = robust_z(values, np.zeros(200_000))
    assert abs(float(np.std(z)) - 1) < 0.01
    assert abs(float(middle[0])) < 0.01


def test_few_peers_and_no_spread_judge_nobody() -> None:
    few, _ = robust_z([1.0] * (FEWEST_PEERS - 1), ["a"] * (FEWEST_PEERS - 1))
    flat, _ = robust_z([1.0] * 50 + [9.0], ["a"] * 51)
    assert np.all(np.isnan(few))
    assert np.all(np.isnan(flat))


@given(st.lists(st.floats(-1e6, 1e6), min_size=FEWEST_PEERS, max_size=40), st.floats(0.1, 100), st.floats(-100, 100))
def test_unit_and_origin_do_not_matter(values: list[float], factor: float, shift: float) -> None:
    """Reported in kilograms or tonnes, a facility is as odd as it is."""
    labels = ["x"] * len(values)
    z, _ = robust_z(values, labels)
    moved, _ = robust_z(np.array(values) * factor + shift, labels)
    spread = np.median(np.abs(np.array(values) - np.median(values)))
    if spread > 1e-3:
        np.testing.assert_allclose(moved, z, rtol=1e-4, atol=1e-4)


def test_groups_do_not_see_each_other_and_unknown_has_no_z() -> None:
    low, high = list(np.linspace(1, 2, 12)), list(np.linspace(1001, 1002, 12))
    z, _ = robust_z([*low, *high, np.nan], ["a"] * 12 + ["b"] * 12 + ["a"])
    np.testing.assert_allclose(z[:12], z[12:24])
    assert np.isnan(z[-1])
