"""Error propagation beside a published national table, hand calculation and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.measures.inventory.uncertainty import ErrorSource, combined, half_width, trend

# New Zealand's inventory report 1990-2002 (2004), annex 7: the IPCC tier 1 table, some of its rows.
# Category; emissions of 1990 and 2002, Gg CO2e; uncertainty of activity and factor, %; as printed: combined, %;
# share of the total, %; type A; type B; trend by factor; trend by activity; trend.
NEW_ZEALAND = [
    ("energy CO2", 22850.60, 30815.77, 5, 0, 5, 2.06, 0.0489, 0.5003, 0.0000, 3.5374, 3.54),
    ("industry CO2", 2403.65, 2954.03, 5, 0, 5, 0.20, 0.0005, 0.0480, 0.0000, 0.3391, 0.34),
    ("energy CH4", 749.78, 987.54, 5, 50, 50, 0.66, 0.0012, 0.0160, 0.0613, 0.1134, 0.13),
    ("chemicals CH4", 2.52, 97.09, 45, 120, 128, 0.17, 0.0015, 0.0016, 0.1832, 0.1003, 0.21),
    ("enteric fermentation CH4", 21371.91, 23584.68, 1, 46, 46, 14.48, -0.0390, 0.3829, -1.7950, 0.5415, 1.87),
    ("manure CH4", 573.09, 548.00, 1, 90, 90, 0.66, -0.0024, 0.0089, -0.2178, 0.0126, 0.22),
    ("burning of residues CH4", 18.77, 22.49, 50, 40, 64, 0.02, 0.0000, 0.0004, -0.0002, 0.0258, 0.03),
    ("forest conversion CH4", 88.89, 86.14, 100, 100, 141, 0.16, -0.0004, 0.0014, -0.0357, 0.1978, 0.20),
    ("waste water CH4", 156.66, 169.68, 60, 10, 60, 0.14, -0.0003, 0.0028, -0.0034, 0.2337, 0.23),
]
# The totals are not in the rows seen; both follow from a printed share: 30815.77 / 0.5003, and
# 23584.68 x 46.01 % / 14.48 %.
TOTAL_1990, TOTAL_2002 = 30815.77 / 0.5003, 23584.68 * 46.01 / 14.48


def _with_the_rest() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The rows, and one more for everything else, so that the totals are right."""
    base = [row[1] for row in NEW_ZEALAND]
    year = [row[2] for row in NEW_ZEALAND]
    base.append(TOTAL_1990 - sum(base))
    year.append(TOTAL_2002 - sum(year))
    activity = [row[3] / 100 for row in NEW_ZEALAND] + [0.0]
    factor = [row[4] / 100 for row in NEW_ZEALAND] + [0.0]
    return np.array(base), np.array(year), np.array(activity), np.array(factor)


@pytest.mark.parametrize("row", NEW_ZEALAND, ids=lambda row: row[0])
def test_combined_uncertainty_and_its_share_of_the_total(
    row: tuple[str, float, float, float, float, float, float],
) -> None:
    width = float(combined(row[3], row[4]))
    assert width == pytest.approx(row[5], abs=0.9)  # printed without decimals, cut more often than rounded
    assert row[2] * width / TOTAL_2002 == pytest.approx(row[6], abs=0.011)


def test_sensitivities_and_trend() -> None:
    """Columns I to M of the table, to the digits printed; 0.0003 more where the totals reach in."""
    found = trend(*_with_the_rest())
    for place, row in enumerate(NEW_ZEALAND):
        assert found.type_a[place] == pytest.approx(row[7], abs=0.0003), row[0]
        assert found.type_b[place] == pytest.approx(row[8], abs=0.00006), row[0]
        assert found.introduced[place] == pytest.approx(row[11], abs=0.011), row[0]
    assert found.half_width == pytest.approx(np.sqrt(np.sum(found.introduced**2)))


def test_product_of_the_guidelines_worked_numbers() -> None:
    """Equation 3.1 by hand: 3 % and 4 % make 5 %."""
    assert float(combined(0.03, 0.04)) == pytest.approx(0.05)


def test_sum_by_hand() -> None:
    """Equation 3.2: 110 +- 4 % and 50 +- 20 % independently: sqrt(4.4^2 + 10^2) = 10.925."""
    assert half_width([110, 50], [ErrorSource(np.array([0.04, 0.2]))]) == pytest.approx(10.925, abs=0.001)


def test_a_shared_factor_does_not_cancel() -> None:
    """A thousand facilities with one factor are as uncertain as the factor; with factors of their own they are not."""
    values = np.full(1000, 10.0)
    shared = ErrorSource(np.full(1000, 0.07), np.zeros(1000, dtype=np.int64))
    own = ErrorSource(np.full(1000, 0.07))
    assert half_width(values, [shared]) / values.sum() == pytest.approx(0.07)
    assert half_width(values, [own]) / values.sum() == pytest.approx(0.07 / np.sqrt(1000))


parts = st.lists(
    st.tuples(st.floats(0.1, 1e3), st.floats(0, 0.2), st.floats(0, 0.2), st.integers(0, 2)), min_size=1, max_size=8
)


@given(parts)
def test_between_the_bounds_of_none_and_all_shared(rows: list[tuple[float, float, float, int]]) -> None:
    """Sharing can only widen the interval of a sum of emissions, and never beyond everything erring together."""
    values = np.array([row[0] for row in rows])
    activity, factor = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    groups = np.array([row[3] for row in rows])
    width = half_width(values, [ErrorSource(activity), ErrorSource(factor, groups)])
    least = half_width(values, [ErrorSource(activity), ErrorSource(factor)])
    most = np.hypot(np.sum(values * activity), np.sum(values * factor))
    assert least * (1 - 1e-12) <= width <= most * (1 + 1e-12)


@given(parts, st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: list[tuple[float, float, float, int]], chance: object) -> None:
    shuffled = sorted(rows)
    assert _width(rows) == pytest.approx(_width(shuffled))


def _width(rows: list[tuple[float, float, float, int]]) -> float:
    values, activity, factor = (np.array([row[place] for row in rows]) for place in range(3))
    groups = np.array([row[3] for row in rows])
    return half_width(values, [ErrorSource(activity), ErrorSource(factor, groups)])


def test_simulation_agrees() -> None:
    """Two million draws of a small inventory with shared factors: 95 % lie within the half width, to a hundredth."""
    rng = np.random.default_rng(440300)
    values = np.array([120.0, 80.0, 40.0, 300.0])
    activity, factor = np.array([0.03, 0.03, 0.05, 0.02]), np.array([0.07, 0.07, 0.05, 0.05])
    groups = np.array([0, 0, 1, 2])
    width = half_width(values, [ErrorSource(activity), ErrorSource(factor, groups)])
    draws = 500_000
    shaken = 1 + activity / 1.96 * rng.standard_normal((draws, 4))
    common = rng.standard_normal((draws, 3))[:, groups]
    totals = (values * shaken * (1 + factor / 1.96 * common)).sum(axis=1)
    assert float(np.mean(np.abs(totals - values.sum()) <= width)) == pytest.approx(0.95, abs=0.003)
    assert 1.96 * totals.std() == pytest.approx(width, rel=0.01)


@pytest.mark.parametrize("relative", [[-0.1], [np.nan]])
def test_refuses_what_is_no_uncertainty(relative: list[float]) -> None:
    with pytest.raises(ValueError, match="relative uncertainty"):
        ErrorSource(np.array(relative))


def test_no_trend_against_nothing() -> None:
    with pytest.raises(ValueError, match="base year"):
        trend([0.0], [1.0], [0.1], [0.1])
