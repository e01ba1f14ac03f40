"""A budget whose parts do not add up would promise tonnes that are not there, or lose some that are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tanheng.measures.dual_control.budget import (
    BLENDED,
    PRINCIPLES,
    Places,
    Principle,
    in_whole_tonnes,
    rounded_to_sum,
    split,
)

THREE = Places(
    ("a", "b", "c"), np.array([50.0, 30.0, 20.0]), np.array([400.0, 400.0, 200.0]), np.array([10.0, 20.0, 20.0])
)
EQUAL: dict[Principle, float | None] = dict.fromkeys(BLENDED, 0.25)


def shares(name: str, ratio: float = 0.9) -> NDArray[np.float64]:
    found = {one.principle: one for one in split(THREE, ratio=ratio, convergence=0.5, weights=EQUAL)}
    one = next(one for principle, one in found.items() if principle == name)
    assert one.shares is not None, one.missing
    return one.shares


def test_each_principle_by_hand() -> None:
    assert shares("history") == pytest.approx([0.5, 0.3, 0.2])
    assert shares("gdp") == pytest.approx([0.4, 0.4, 0.2])
    assert shares("population") == pytest.approx([0.2, 0.4, 0.4])
    assert shares("convergence") == pytest.approx([0.45, 0.35, 0.2])
    # Wealth over the mean of 20: 40, 20, 10; cube roots 1.259921, 1, 0.793701.
    # Cut 10 = c * (62.99605 + 30 + 15.87401), c = 0.0918537: 50 - 5.786419, 30 - 2.755611, 20 - 1.458087, over 90.
    assert shares("ability") == pytest.approx([0.4912620, 0.3027154, 0.2060213], abs=2e-5)


def test_the_blend_is_the_mean_of_the_four_with_equal_weights() -> None:
    mean = np.mean([shares(name) for name in BLENDED], axis=0)
    assert shares("blend") == pytest.approx(mean)


def test_unpublished_weights_leave_the_blend_undetermined_and_say_so() -> None:
    found = {one.principle: one for one in split(THREE, ratio=0.9, weights={**EQUAL, "gdp": None})}
    assert found["blend"].shares is None and found["blend"].missing is not None
    assert "weights" in found["blend"].missing.en and found["blend"].missing.zh
    assert found["convergence"].shares is None
    assert found["history"].shares is not None


def test_a_place_without_population_leaves_ability_and_blend_undetermined() -> None:
    empty = Places(("a", "b"), np.array([1.0, 1.0]), np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    found = {one.principle: one for one in split(empty, ratio=0.9, weights=EQUAL)}
    assert found["ability"].shares is None and found["blend"].shares is None


def test_the_rich_cut_more_than_the_poor_and_get_less_of_the_growth() -> None:
    for ratio in (0.8, 0.95, 1.05, 1.3):
        relative = shares("ability", ratio=ratio) / shares("history")
        assert relative[0] < relative[1] < relative[2]


def test_ability_passes_smoothly_from_cut_to_growth() -> None:
    assert shares("ability", ratio=1 - 1e-9) == pytest.approx(shares("ability", ratio=1 + 1e-9), abs=1e-6)


def test_a_very_deep_cut_takes_all_from_the_richest_and_never_more_than_all() -> None:
    found = shares("ability", ratio=0.02)
    assert (found >= 0).all() and found.sum() == pytest.approx(1)


amounts = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=15)


@given(data=st.data(), count=st.integers(2, 12), ratio=st.floats(0.01, 3))
def test_shares_of_every_principle_are_none_negative_and_add_up(data: st.DataObject, count: int, ratio: float) -> None:
    rows = [np.array(data.draw(st.lists(st.floats(0.01, 1e6), min_size=count, max_size=count))) for _ in range(3)]
    places = Places(tuple(str(i) for i in range(count)), *rows)
    found = split(places, ratio=ratio, convergence=0.3, weights=EQUAL)
    assert [one.principle for one in found] == list(PRINCIPLES)
    for one in found:
        assert one.shares is not None
        assert (one.shares >= 0).all()
        assert one.shares.sum() == pytest.approx(1, abs=1e-9)


@given(total=st.integers(0, 10**9), parts=amounts)
def test_whole_tonnes_add_up_exactly_and_none_is_off_by_a_tonne(total: int, parts: list[float]) -> None:
    tonnes = in_whole_tonnes(total, parts)
    assert sum(tonnes) == total
    assert min(tonnes) >= 0
    quotas = np.array(parts) / np.sum(parts) * total
    assert np.abs(np.array(tonnes) - quotas).max() <= 1 + 1e-6 * total / 1e6


def test_largest_remainders_get_the_last_tonnes_and_ties_go_in_order() -> None:
    assert in_whole_tonnes(10, [1, 1, 1]) == (4, 3, 3)
    assert in_whole_tonnes(100, [0.5, 0.304, 0.196]) == (50, 30, 20)
    assert in_whole_tonnes(0, [1, 2]) == (0, 0)


@pytest.mark.parametrize(("total", "parts"), [(-1, [1.0]), (5, [-1.0, 2.0]), (5, [0.0, 0.0]), (5, [])])
def test_what_cannot_be_divided_is_refused(total: int, parts: list[float]) -> None:
    with pytest.raises(ValueError, match="budget"):
        in_whole_tonnes(total, parts)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_rounded_parts_add_up_to_the_rounded_total(parts: list[float]) -> None:
    total = float(np.sum(parts))
    whole = rounded_to_sum(parts, total)
    assert sum(whole) == round(total)
    assert all(abs(a - b) <= 1 for a, b in zip(whole, parts, strict=True))


def test_places_without_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="gdp"):
        Places(("a",), np.array([1.0]), np.array([np.nan]), np.array([1.0]))
    with pytest.raises(ValueError, match="everywhere"):
        Places(("a",), np.array([0.0]), np.array([1.0]), np.array([1.0]))
