"""The path to a goal: a wrong pace would call a city late that is on time, or on time that is late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.measures.dual_control.path import Goal, allowed_total, yearly_pace

SHENZHEN = Goal(2020, 2025, 0.145)


def test_shenzhens_pace_is_the_3_08_percent_of_the_policy_facts() -> None:
    assert SHENZHEN.pace == pytest.approx(0.0308, abs=5e-5)


def test_the_path_begins_at_nothing_and_ends_at_the_goal() -> None:
    assert SHENZHEN.planned_fall(2020) == 0
    assert SHENZHEN.planned_fall(2025) == pytest.approx(0.145)
    assert SHENZHEN.planned(0.2, 2025) == pytest.approx(0.171)


def test_in_the_base_year_there_is_no_progress_yet() -> None:
    assert SHENZHEN.progress(0.0, 2020) is None


def test_half_the_planned_fall_is_half_the_progress() -> None:
    assert SHENZHEN.progress(SHENZHEN.planned_fall(2023) / 2, 2023) == pytest.approx(0.5)


def test_a_rise_is_progress_below_zero_and_not_hidden() -> None:
    progress = SHENZHEN.progress(-0.02, 2022)
    assert progress is not None and progress < 0


def test_allowed_total_by_hand() -> None:
    # 100 Mt, 5 % growth for five years, 18 % off the intensity: 100 * 1.2762815625 * 0.82
    assert allowed_total(100.0, 0.05, 5, 0.18) == pytest.approx(104.655088125)


@pytest.mark.parametrize(("fall", "years"), [(1.0, 5), (1.2, 5), (0.1, 0)])
def test_a_goal_that_cannot_be_is_refused(fall: float, years: int) -> None:
    with pytest.raises(ValueError, match="no yearly pace"):
        yearly_pace(fall, years)


@given(fall=st.floats(0.001, 0.9), years=st.integers(1, 20), base=st.floats(0.01, 100))
def test_whoever_falls_at_the_pace_each_year_is_exactly_on_the_path(fall: float, years: int, base: float) -> None:
    goal = Goal(2020, 2020 + years, fall)
    value = base
    for year in range(2021, 2021 + years):
        value *= 1 - goal.pace
        assert goal.progress(1 - value / base, year) == pytest.approx(1)
        assert goal.planned(base, year) == pytest.approx(value)
    assert value == pytest.approx(base * (1 - fall))


@given(fall=st.floats(0.01, 0.5), ahead=st.floats(0.001, 0.2))
def test_more_fall_is_more_progress(fall: float, ahead: float) -> None:
    goal = Goal(2020, 2025, fall)
    less, more = goal.progress(fall, 2023), goal.progress(fall + ahead, 2023)
    assert less is not None and more is not None and less < more
