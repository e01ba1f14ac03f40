"""LMDI: parts that do not add up would leave a change that nobody answers for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tanheng.measures.dual_control.lmdi import CARBON_FACTORS, carbon_decomposition, chain, decompose, log_mean

Floats = NDArray[np.float64]

# The example of the R package LMDIR (Heun, MIT), which its author checked in a spreadsheet (LMDI_testing.xlsx):
# three factors, two sub-categories, four years. Rows are factors here.
EXAMPLE = [
    np.array([[1, 4], [10, 5], [2, 3]]),
    np.array([[4, 5], [5, 6], [3, 4]]),
    np.array([[8, 5], [2, 7], [4, 5]]),
    np.array([[10, 6], [1, 8], [5, 6]]),
]
FACTORS = ("factor 1", "factor 2", "factor 3")
END = EXAMPLE[1]
ADDITIVE = [
    [69.79006598, -9.455125793, 39.66505981],
    [42.96021467, -34.31902656, 50.3588119],
    [54.01064234, -9.021284671, 54.01064234],
]
MULTIPLICATIVE = [
    [1.761117821, 0.926191306, 1.379410116],
    [1.229284572, 0.847970248, 1.273773912],
    [1.208140223, 0.968911503, 1.208140223],
]


def test_the_published_example_comes_out_for_every_year() -> None:
    for start, end, additive, multiplicative in zip(EXAMPLE, EXAMPLE[1:], ADDITIVE, MULTIPLICATIVE, strict=False):
        found = decompose(FACTORS, start, end)
        assert found.additive == pytest.approx(additive, abs=1e-7)
        assert found.multiplicative == pytest.approx(multiplicative, abs=1e-8)


def test_the_published_example_by_sub_category() -> None:
    found = decompose(FACTORS, EXAMPLE[0], EXAMPLE[1])
    expected = [[50.47438029, 19.31568569], [-25.23719014, 15.78206435], [14.76280986, 24.90224996]]
    assert found.by_part == pytest.approx(np.array(expected), abs=1e-7)


def test_years_chained_are_the_sum_and_the_product_of_the_published_years() -> None:
    whole = chain([decompose(FACTORS, a, b) for a, b in pairwise(EXAMPLE)])
    assert (whole.start, whole.end) == (80, 338)
    assert whole.additive == pytest.approx(np.sum(ADDITIVE, axis=0), abs=1e-6)
    assert whole.multiplicative == pytest.approx(np.prod(MULTIPLICATIVE, axis=0), abs=1e-7)


def test_two_industries_by_hand() -> None:
    # Energy 50 to 96: output 50 to 80, shares 0.2/0.8 to 0.5/0.5, intensities 3/0.5 to 2/0.4.
    # L(80, 30) = 50/ln(8/3) = 50.976545, L(16, 20) = -4/ln(0.8) = 17.925681.
    # activity (50.976545 + 17.925681) ln 1.6 = 32.384638
    start = np.array([[50, 50], [0.2, 0.8], [3, 0.5]])
    end = np.array([[80, 80], [0.5, 0.5], [2, 0.4]])
    found = decompose(("activity", "structure", "intensity"), start, end)
    assert found.additive == pytest.approx([32.384638, 38.284867, -24.669505], abs=1e-6)
    assert found.additive.sum() == pytest.approx(46)
    assert found.multiplicative.prod() == pytest.approx(96 / 50)


# Ang, Zhang and Choi, Energy 23 (1998) 489-495, table 2: what becomes of zeros.
@pytest.mark.parametrize(
    ("start", "end", "effects"),
    [
        ([[0], [10], [2]], [[4], [5], [3]], [60, 0, 0]),  # the factor was zero and appears: it made all of it
        ([[4], [5], [3]], [[5], [6], [0]], [0, 0, -60]),  # the factor vanishes: it took all of it
        ([[0], [5], [3]], [[0], [6], [2]], [0, 0, 0]),  # nothing before and after
        ([[0], [0], [3]], [[2], [3], [4]], [12, 12, 0]),  # two appear together: each made half
        ([[4], [5], [3]], [[4], [5], [3]], [0, 0, 0]),  # nothing changed
    ],
)
def test_zeros_take_the_analytic_limit(start: list[list[int]], end: list[list[int]], effects: list[int]) -> None:
    assert decompose(FACTORS, np.array(start), np.array(end)).additive == pytest.approx(effects)


@pytest.mark.parametrize("small", [1e-8, 1e-12, 1e-20])
def test_the_limit_is_where_small_numbers_go(small: float) -> None:
    """A small number in the place of the zero comes nearer the limit, the smaller it is."""
    exact = decompose(FACTORS, np.array([[0, 4], [10, 5], [2, 3]]), END).additive
    near = decompose(FACTORS, np.array([[small, 4], [10, 5], [2, 3]]), END).additive
    assert near == pytest.approx(exact, abs=60 * 3 / np.log(1 / small))


def test_what_is_unknown_or_negative_is_refused_and_not_counted_as_zero() -> None:
    with pytest.raises(ValueError, match="known and 0 or more"):
        decompose(("a", "b"), np.array([[np.nan], [1]]), np.ones((2, 1)))
    with pytest.raises(ValueError, match="known and 0 or more"):
        decompose(("a", "b"), np.array([[-1], [1]]), np.ones((2, 1)))


def test_steps_that_do_not_meet_are_refused() -> None:
    steps = [decompose(FACTORS, EXAMPLE[0], EXAMPLE[1]), decompose(FACTORS, EXAMPLE[2], EXAMPLE[3])]
    with pytest.raises(ValueError, match="begin where"):
        chain(steps)
    with pytest.raises(ValueError, match="nothing"):
        chain([])


numbers = st.floats(1e-3, 1e6)
maybe_zero = st.one_of(st.just(0.0), numbers)


@given(
    start=arrays(np.float64, (4, 5), elements=maybe_zero),
    end=arrays(np.float64, (4, 5), elements=maybe_zero),
)
def test_parts_add_up_to_the_change_whatever_the_numbers_zeros_included(start: Floats, end: Floats) -> None:
    found = decompose(("a", "b", "c", "d"), start, end)
    scale = max(abs(found.start), abs(found.end), 1e-300)
    assert abs(found.additive.sum() - found.change) <= 1e-12 * scale * 50
    assert found.by_part.sum(axis=1) == pytest.approx(found.additive, rel=1e-12, abs=1e-9 * scale)
    if found.start > 0 and found.end > 0:
        assert np.log(found.multiplicative).sum() == pytest.approx(np.log(found.end / found.start), abs=1e-8)


@given(
    start=arrays(np.float64, (3, 4), elements=numbers),
    middle=arrays(np.float64, (3, 4), elements=numbers),
    end=arrays(np.float64, (3, 4), elements=numbers),
)
def test_a_chain_adds_up_too(start: Floats, middle: Floats, end: Floats) -> None:
    names = ("a", "b", "c")
    whole = chain([decompose(names, start, middle), decompose(names, middle, end)])
    largest = max(whole.start, float(middle.prod(axis=0).sum()), whole.end)
    assert abs(whole.additive.sum() - whole.change) <= 1e-9 * largest
    assert whole.multiplicative.prod() == pytest.approx(whole.end / whole.start, rel=1e-8)


@given(arrays(np.float64, (3, 4), elements=numbers), arrays(np.float64, (3, 4), elements=numbers))
def test_going_back_undoes_going_there(start: Floats, end: Floats) -> None:
    there, back = decompose(("a", "b", "c"), start, end), decompose(("a", "b", "c"), end, start)
    assert there.additive == pytest.approx(-back.additive)


@given(st.floats(1e-6, 1e9), st.floats(1e-6, 1e9))
def test_the_logarithmic_mean_lies_between_its_numbers(a: float, b: float) -> None:
    mean = float(log_mean(a, b))
    assert min(a, b) * (1 - 1e-12) <= mean <= max(a, b) * (1 + 1e-12)
    assert float(log_mean(b, a)) == mean


def test_nearly_equal_numbers_do_not_lose_their_digits() -> None:
    assert float(log_mean(1.0, 1.0 + 1e-14)) == pytest.approx(1.0, rel=1e-13)


def test_carbon_of_sectors_splits_into_the_four_factors() -> None:
    """Everything the same but the carbon factor of one sector: only the carbon factor answers."""
    start = ([100, 300], [50, 60], [120, 90])
    end = ([100, 300], [50, 60], [100, 90])
    found = carbon_decomposition(start, end)
    assert found.factors == CARBON_FACTORS
    assert found.additive == pytest.approx([0, 0, 0, -20])


def test_growth_of_all_sectors_alike_is_activity_alone() -> None:
    found = carbon_decomposition(([100, 300], [50, 60], [120, 90]), ([110, 330], [55, 66], [132, 99]))
    assert found.additive == pytest.approx([21, 0, 0, 0])


def test_a_sector_that_first_uses_energy_counts_for_energy_intensity() -> None:
    found = carbon_decomposition(([100, 10], [50, 0], [120, 0]), ([100, 10], [50, 5], [120, 15]))
    assert found.additive == pytest.approx([0, 0, 15, 0])


def test_emissions_without_energy_cannot_be_decomposed_and_say_so() -> None:
    with pytest.raises(ValueError, match="no energy"):
        carbon_decomposition(([100], [0], [5]), ([100], [1], [5]))
