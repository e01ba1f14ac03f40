"""The year's end of a place: what is metered and what is not must both be there, and be as unsure as they are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tanheng.measures.dual_control.forecast import MonthlySeries, NotYet
from tanheng.measures.dual_control.year_end import YearEnd, year_end
from tanheng.text import Text

MISSING = Text("the total is not known", "总量未知")


def panel(months: int = 60) -> MonthlySeries:
    at = np.arange(months)
    generator = np.random.default_rng(4)
    return MonthlySeries(date(2020, 1, 1), np.exp(8 + 0.003 * at + 0.01 * generator.standard_normal(months)))


def found(total: float, rest: list[float], months: int = 60, year: int = 2025) -> YearEnd:
    one = year_end(panel(months), year, total=total, rest=rest, missing=MISSING)
    assert isinstance(one, YearEnd), one
    return one


def test_the_metered_part_grows_as_its_panel_and_the_rest_as_it_did() -> None:
    rest = [100.0 * 1.02**i for i in range(5)]
    metered = float(panel().of_year(2024).sum())
    one = found(metered + rest[-1], rest)
    alone = found(metered, [])
    assert one.median == pytest.approx(alone.median + rest[-1] * 1.02, rel=2e-3)
    assert one.metered_share == pytest.approx(metered / (metered + rest[-1]))


def test_a_panel_that_is_half_of_the_metered_part_forecasts_the_whole_of_it() -> None:
    metered = float(panel().of_year(2024).sum())
    assert found(2 * metered, []).median == pytest.approx(2 * found(metered, []).median)


def test_a_rest_that_jumps_about_makes_the_end_less_sure() -> None:
    calm = found(5000.0, [1000.0, 1010.0, 1020.0, 1030.0, 1040.0]).interval(0.9)
    wild = found(5000.0, [1000.0, 1200.0, 900.0, 1150.0, 1040.0]).interval(0.9)
    assert wild[1] - wild[0] > 2 * (calm[1] - calm[0])


def test_an_unknown_total_gives_no_forecast_and_its_reason() -> None:
    one = year_end(panel(), 2025, total=None, rest=[], missing=MISSING)
    assert isinstance(one, NotYet) and one.because == MISSING


def test_a_year_before_that_is_not_whole_gives_no_forecast() -> None:
    one = year_end(panel(57), 2025, total=1.0, rest=[], missing=MISSING)
    assert isinstance(one, NotYet) and "2024" in one.because.en


def test_months_of_the_year_that_are_known_narrow_its_end() -> None:
    early = found(5000.0, [], months=48, year=2024).interval(0.9)
    late = found(5000.0, [], months=57, year=2024).interval(0.9)
    assert late[1] - late[0] < 0.5 * (early[1] - early[0])


def test_scaled_by_gdp_keeps_the_interval() -> None:
    one = found(5000.0, [1000.0, 1010.0, 1020.0])
    assert one.scaled(0.5).interval(0.9) == pytest.approx([0.5 * bound for bound in one.interval(0.9)])
