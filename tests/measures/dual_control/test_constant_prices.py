"""Constant-price GDP: what a wrong chain would do is turn inflation into growth, and an intensity into a fall."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.measures.dual_control.constant_prices import constant_price_gdp, implicit_deflator, volume_index

YEARS = [2020, 2021, 2022, 2023, 2024]
GDP = [27670.24, 30664.85, 32387.68, 34606.40, 36801.87]
GROWTH = [np.nan, 6.7, 3.3, 6.0, 5.8]


def test_shenzhens_growth_chains_to_the_product_of_its_published_figures() -> None:
    index = volume_index(YEARS, GROWTH, 2020)
    assert index == pytest.approx([1, 1.067, 1.067 * 1.033, 1.067 * 1.033 * 1.06, 1.067 * 1.033 * 1.06 * 1.058])


def test_gdp_of_the_base_year_is_the_same_at_current_and_constant_prices() -> None:
    for base in YEARS:
        at = YEARS.index(base)
        assert constant_price_gdp(YEARS, GDP, GROWTH, base)[at] == GDP[at]
        assert implicit_deflator(YEARS, GDP, GROWTH, base)[at] == 1


def test_any_base_year_tells_the_same_growth() -> None:
    """Changing the price base must not change how fast the city grew."""
    by_2020 = constant_price_gdp(YEARS, GDP, GROWTH, 2020)
    by_2023 = constant_price_gdp(YEARS, GDP, GROWTH, 2023)
    assert by_2020[1:] / by_2020[:-1] == pytest.approx(by_2023[1:] / by_2023[:-1])


def test_a_year_without_growth_breaks_the_chain_and_is_not_taken_for_no_growth() -> None:
    index = volume_index(YEARS, [np.nan, 6.7, np.nan, 6.0, 5.8], 2020)
    assert np.isnan(index[2:]).all()
    assert index[1] == 1.067


def test_a_missing_year_breaks_the_chain() -> None:
    assert np.isnan(volume_index([2017, 2020], [np.nan, 5.0], 2017)[1])


def test_a_base_year_that_is_not_there_leaves_everything_unknown() -> None:
    assert np.isnan(constant_price_gdp(YEARS, GDP, GROWTH, 2015)).all()
    assert np.isnan(implicit_deflator(YEARS, GDP, GROWTH, 2015)).all()


def test_years_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        volume_index([2021, 2020], [1.0, 1.0], 2020)


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=12))
def test_deflator_times_volume_is_the_nominal_growth(growth: list[float]) -> None:
    years = list(range(2000, 2000 + len(growth)))
    gdp = [100.0 * (1 + i) for i in range(len(growth))]
    volume = volume_index(years, growth, 2000)
    assert volume * implicit_deflator(years, gdp, growth, 2000) * gdp[0] == pytest.approx(gdp)
