"""The forecast: an interval that holds less often than it says would make the bureau feel safe when it is not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from tanheng.measures.dual_control.forecast import (
    LEAST_MONTHS,
    Forecast,
    MonthlySeries,
    NotYet,
    back_test,
    forecast_year,
)

Floats = NDArray[np.float64]
SEASON = 0.1 * np.sin(2 * np.pi * np.arange(12) / 12) + 0.03 * np.cos(2 * np.pi * 3 * np.arange(12) / 12)


def simulated(months: int, generator: np.random.Generator, *, walk: float, noise: float) -> MonthlySeries:
    """A level that wanders with drift, a season, and noise, in logarithms: what cities' months look like."""
    level = 10 + np.cumsum(0.003 + walk * generator.standard_normal(months))
    return MonthlySeries(
        date(2020, 1, 1), np.exp(level + SEASON[np.arange(months) % 12] + noise * generator.standard_normal(months))
    )


def forecast(series: MonthlySeries, year: int) -> Forecast:
    found = forecast_year(series, year)
    assert isinstance(found, Forecast), found
    return found


@pytest.mark.parametrize(
    ("known", "walk", "noise"),
    [(36, 0.015, 0.02), (57, 0.006, 0.03), (57, 0.015, 0.02), (57, 0.03, 0.01), (48, 0.015, 0.02)],
    ids=["three years, next year", "calm", "middling", "wandering", "four years, next year"],
)
def test_ninety_percent_intervals_hold_about_ninety_times_in_a_hundred(known: int, walk: float, noise: float) -> None:
    """150 simulated cities each. 90 % of 150 is 135 with a standard deviation of 3.7: 0.83 to 0.97 is within three."""
    generator = np.random.default_rng(7)
    year = 2020 + known // 12
    held = 0
    for _ in range(150):
        whole = simulated((known // 12 + 1) * 12, generator, walk=walk, noise=noise)
        low, high = forecast(whole.until(known), year).total(0.9)
        held += low <= float(whole.of_year(year).sum()) <= high
    assert 0.83 <= held / 150 <= 0.97


def test_the_back_test_counts_what_held_and_finds_no_large_bias() -> None:
    series = simulated(60, np.random.default_rng(1), walk=0.01, noise=0.02)
    found = back_test(series, 3)
    assert not isinstance(found, NotYet)
    assert found.trials == 60 - 3 - LEAST_MONTHS + 1
    assert found.held / found.trials > 0.75
    assert abs(found.mean_error) < 0.05


def test_the_same_months_give_the_same_forecast_to_the_last_digit() -> None:
    series = simulated(57, np.random.default_rng(2), walk=0.01, noise=0.02)
    first, second = forecast(series, 2024), forecast(series, 2024)
    assert np.array_equal(first.draws, second.draws)


def test_what_is_known_is_not_forecast() -> None:
    series = simulated(57, np.random.default_rng(3), walk=0.01, noise=0.02)
    found = forecast(series, 2024)
    assert found.known == pytest.approx(series.values[48:].sum())
    assert found.months == (date(2024, 10, 1), date(2024, 11, 1), date(2024, 12, 1))
    low, high = found.total(0.9)
    assert found.known < low < found.median < high


def test_a_calm_series_goes_on_as_it_did() -> None:
    """Growth of 0.3 % a month and a fixed season: the next year is known almost exactly."""
    months = np.arange(60)
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=float)
    daily = np.exp(10 + 0.003 * months + SEASON[months % 12])
    leap = np.where((months == 1) | (months == 49), 29.0, days[months % 12])
    found = forecast(MonthlySeries(date(2020, 1, 1), daily * leap), 2025)
    ahead = np.arange(60, 72)
    expected = (np.exp(10 + 0.003 * ahead + SEASON[ahead % 12]) * days).sum()
    assert found.median == pytest.approx(expected, rel=1e-3)


def test_further_ahead_is_less_sure() -> None:
    series = simulated(60, np.random.default_rng(5), walk=0.02, noise=0.01)
    found = forecast(series, 2025)
    widths = [np.log(high / low) for low, high in (found.month(i, 0.9) for i in range(12))]
    assert widths[-1] > 1.5 * widths[0]


def test_units_do_not_matter() -> None:
    series = simulated(57, np.random.default_rng(6), walk=0.01, noise=0.02)
    in_kg = MonthlySeries(series.first, series.values * 1000)
    assert forecast(in_kg, 2024).total(0.9) == pytest.approx([1000 * x for x in forecast(series, 2024).total(0.9)])


@pytest.mark.parametrize("months", [0, 1, LEAST_MONTHS - 1])
def test_less_than_two_years_give_no_forecast_and_say_how_many_are_known(months: int) -> None:
    series = simulated(36, np.random.default_rng(8), walk=0.01, noise=0.02).until(months)
    found = forecast_year(series, 2021)
    assert isinstance(found, NotYet)
    assert f"{months} are known" in found.because.en and str(months) in found.because.zh
    assert isinstance(back_test(series, 3), NotYet)


@pytest.mark.parametrize("bad", [np.nan, 0.0, -1.0, np.inf])
def test_a_month_that_is_unknown_or_impossible_gives_no_forecast(bad: float) -> None:
    series = simulated(48, np.random.default_rng(9), walk=0.01, noise=0.02)
    series.values[30] = bad
    found = forecast_year(series, 2024)
    assert isinstance(found, NotYet) and "unknown or zero" in found.because.en


def test_a_year_that_is_over_or_far_away_is_not_forecast() -> None:
    series = simulated(60, np.random.default_rng(10), walk=0.01, noise=0.02)
    assert isinstance(forecast_year(series, 2024), NotYet)
    assert isinstance(forecast_year(series, 2023), NotYet)
    assert isinstance(forecast_year(series, 2030), NotYet)


def test_a_series_that_begins_within_a_year_finds_its_months() -> None:
    whole = simulated(40, np.random.default_rng(11), walk=0.01, noise=0.02)
    series = MonthlySeries(date(2020, 7, 1), whole.values)  # July 2020 to October 2023
    assert series.month(39) == date(2023, 10, 1)
    assert series.of_year(2020).size == 6
    found = forecast(series, 2023)
    assert found.known == pytest.approx(series.values[30:].sum())
    assert found.months == (date(2023, 11, 1), date(2023, 12, 1))


def test_months_that_are_all_alike_do_not_break_it() -> None:
    found = forecast(MonthlySeries(date(2020, 1, 1), np.full(36, 100.0)), 2023)
    assert found.median == pytest.approx(1200, rel=0.1)
