"""Complaints by residents and year: what is unknown gives no rate, and what cannot be is refused."""

from __future__ import annotations

import math

import pytest

from tanheng.measures.quiet.assessment.rates import complaint_rate


def test_by_1000_residents_and_year():
    # By hand: 6 complaints in a year and a half are 4 a year; of 2,000 residents that is 2 by 1,000.
    assert complaint_rate(6, 2000.0, 1.5) == pytest.approx(2.0)
    assert complaint_rate(0, 2000.0, 1.0) == 0.0


@pytest.mark.parametrize("persons", [0.0, -1.0, math.nan, math.inf])
def test_where_nobody_is_known_to_live_there_is_no_rate(persons: float):
    assert complaint_rate(3, persons, 1.0) is None


@pytest.mark.parametrize(("complaints", "years"), [(-1, 1.0), (1, 0.0), (1, -2.0), (1, math.nan), (1, math.inf)])
def test_what_cannot_be_counted_is_refused(complaints: int, years: float):
    with pytest.raises(ValueError, match="must be"):
        complaint_rate(complaints, 100.0, years)
