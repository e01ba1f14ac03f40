"""Who is large decides who is in the market: the tail must be that of real registries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.example_city import sizes
from tanheng.example_city.inputs import read_inputs

from .conftest import CITY


def test_the_hill_estimate_finds_the_index_of_a_pareto_tail() -> None:
    """Quantiles of P(X > x) = (x / 2000)^-0.7, no chance in it."""
    upper = (np.arange(50_000) + 0.5) / 50_000
    index, count = sizes.hill_index(2000 * upper ** (-1 / 0.7), 2000)
    assert count == 50_000
    assert index == pytest.approx(0.7, rel=1e-3)


def test_two_registries_agree_on_the_tail() -> None:
    """UK 2022 above 20,000 t and California 2022 above 25,000 t, calculated beside: n / sum(log(x / least))."""
    real = read_inputs(CITY).registry_sizes_t
    uk, uk_count = sizes.hill_index(real["uk"], 20_000)
    california, california_count = sizes.hill_index(real["california"], 25_000)
    assert (uk_count, california_count) == (328, 219)
    assert uk == pytest.approx(0.6157, abs=1e-4)
    assert california == pytest.approx(0.5863, abs=1e-4)


@given(st.floats(0.4, 1.6), st.integers(20, 2000), st.floats(1.5, 8.0))
def test_a_tail_has_the_total_it_was_asked_for(index: float, count: int, times: float) -> None:
    low, total = 3000.0, 3000.0 * count * times
    try:
        tail = sizes.tail_with_total(index, low, count, total)
    except ValueError:
        # Only where even a tail without an upper end has too little.
        upper = (np.arange(count) + 0.5) / count
        assert (low * upper ** (-1 / index)).sum() < total * 1.01
        return
    drawn = tail.quantile((np.arange(count) + 0.5) / count)
    assert drawn.sum() == pytest.approx(total, rel=1e-6)
    assert low <= drawn.min() and drawn.max() <= tail.high
    assert (np.diff(drawn) <= 0).all()


@given(st.integers(100, 3000), st.floats(0.5, 2.0), st.floats(0.01, 0.4))
def test_the_body_lies_below_the_threshold_and_has_its_total(count: int, sigma: float, part: float) -> None:
    total = count * 3000.0 * part
    body = sizes.body(count, total, sigma, 3000.0)
    assert body.sum() == pytest.approx(total, rel=1e-6)
    assert body.min() > 0 and body.max() <= 3000.0


def test_a_body_cannot_have_more_than_its_threshold_allows() -> None:
    with pytest.raises(ValueError, match="cannot have"):
        sizes.body(10, 40_000.0, 1.0, 3000.0)


def test_rank_and_size_of_a_pure_tail_lie_on_a_line_of_its_index() -> None:
    upper = (np.arange(20_000) + 0.5) / 20_000
    assert sizes.rank_size_slope(3000 * upper ** (-1 / 0.62), 3000, 100_000) == pytest.approx(-0.62, abs=0.005)
