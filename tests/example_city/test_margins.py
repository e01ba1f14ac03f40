"""A district with the wrong number of factories, and every figure of that district is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tanheng.example_city.margins import proportional_fit, whole, whole_table

_POSITIVE = st.floats(0.2, 5)  # far apart, the fit takes thousands of rounds
_TABLES = hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 8)), elements=_POSITIVE)


@given(_TABLES, _TABLES)
def test_the_fit_meets_both_margins(seed: np.ndarray, other: np.ndarray) -> None:
    rows = np.resize(other, seed.shape[0])
    columns = np.resize(other.T, seed.shape[1])
    columns = columns / columns.sum() * rows.sum()
    fitted = proportional_fit(seed, rows, columns)
    np.testing.assert_allclose(fitted.sum(axis=1), rows, rtol=1e-9)
    np.testing.assert_allclose(fitted.sum(axis=0), columns, atol=1e-6 * rows.sum())


def test_the_fit_keeps_the_odds_of_the_seed() -> None:
    """What the margins do not say comes from the seed: cross ratios stay as they were."""
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    fitted = proportional_fit(seed, np.array([30.0, 70.0]), np.array([40.0, 60.0]))
    ratio = fitted[0, 0] * fitted[1, 1] / (fitted[0, 1] * fitted[1, 0])
    assert ratio == pytest.approx(1 * 4 / (2 * 3))


def test_a_zero_of_the_seed_stays_zero() -> None:
    """No mine may appear in a district that has none."""
    seed = np.array([[0.0, 1.0], [1.0, 1.0]])
    fitted = proportional_fit(seed, np.array([10.0, 30.0]), np.array([20.0, 20.0]))
    assert fitted[0, 0] == 0
    np.testing.assert_allclose(fitted, [[0, 10], [20, 10]], atol=1e-6)


def test_margins_of_different_sums_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to 3"):
        proportional_fit(np.ones((1, 2)), np.array([3.0]), np.array([1.0, 1.0]))


@given(hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 100)), st.integers(0, 5000), st.integers(0, 3))
def test_whole_numbers_keep_the_sum_and_stay_near(shares: np.ndarray, total: int, least: int) -> None:
    total = max(total, least * len(shares))
    parts = whole(shares, total, least=least)
    assert parts.sum() == total
    assert parts.min() >= least
    if shares.sum() > 0:
        exact = shares / shares.sum() * (total - least * len(shares)) + least
        assert np.abs(parts - exact).max() < 1 + 1e-6


@pytest.mark.parametrize(("shares", "total", "least"), [([1.0, 1.0], 3, 2), ([], 1, 0)])
def test_what_cannot_be_split_is_refused(shares: list[float], total: int, least: int) -> None:
    with pytest.raises(ValueError, match="cannot be split"):
        whole(np.array(shares), total, least=least)


@given(_TABLES, st.integers(0, 10_000))
def test_a_whole_table_keeps_its_rows_exactly_and_its_columns_nearly(table: np.ndarray, units: int) -> None:
    rows = whole(table.sum(axis=1), units)
    fitted = table / table.sum(axis=1, keepdims=True) * rows[:, None]
    result = whole_table(fitted, rows)
    np.testing.assert_array_equal(result.sum(axis=1), rows)
    assert np.abs(result.sum(axis=0) - fitted.sum(axis=0)).max() <= table.shape[1]
