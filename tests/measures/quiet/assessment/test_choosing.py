"""The chosen set of measures against every set there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.measures.quiet.assessment.plan.choosing import Problem, choose, frontier

NUMBER = st.floats(0, 1000).map(lambda x: round(x, 3))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    count = draw(st.integers(0, 7))
    relief = draw(st.lists(st.floats(-50, 5000).map(lambda x: round(x, 3)), min_size=count, max_size=count))
    cost = draw(st.lists(NUMBER, min_size=count, max_size=count))
    together = {
        (j, k): round(draw(st.floats(-1.2, 0.5)) * min(abs(relief[j]), abs(relief[k])), 3)
        for j, k in combinations(range(count), 2)
        if draw(st.booleans())
    }
    groups = [draw(st.sets(st.integers(0, count - 1), min_size=2, max_size=3))] if count >= 3 else []
    return Problem(np.array(relief), np.array(cost), together, [sorted(group) for group in groups])


def best_by_trying(problem: Problem, budget: float) -> float:
    everything = range(len(problem.relief))
    sets = (each for size in range(len(problem.relief) + 1) for each in combinations(everything, size))
    return max(problem.relief_of(each) for each in sets if problem.allows(each, budget))


@settings(max_examples=120, deadline=None)
@given(problems(), st.floats(0, 3000).map(lambda x: round(x, 2)))
def test_no_set_of_measures_brings_more_than_the_chosen_one(problem: Problem, budget: float) -> None:
    found = choose(problem, budget)
    assert problem.allows(found.chosen, budget + 1e-6)
    best = best_by_trying(problem, budget)
    assert found.relief == pytest.approx(best, rel=1e-6, abs=1e-3)
    assert found.bound == pytest.approx(found.relief, rel=1e-5, abs=1e-2)


def test_more_money_buys_no_less_and_its_price_is_told() -> None:
    problem = Problem(np.array([100.0, 60.0, 30.0]), np.array([10.0, 10.0, 10.0]), {(0, 1): -55.0})
    steps = frontier(problem, [30, 0, 10, 20])
    assert [step.chosen for step in steps] == [(), (0,), (0, 2), (0, 1, 2)]
    assert [step.relief for step in steps] == [0.0, 100.0, 130.0, 135.0]
    assert steps[0].shadow_price == pytest.approx(10.0)
    assert choose(problem, 1000).shadow_price == 0.0


def test_alternatives_exclude_each_other_and_harm_is_never_chosen() -> None:
    problem = Problem(np.array([50.0, 80.0, -1.0]), np.array([1.0, 2.0, 0.0]), {}, [[0, 1]])
    assert choose(problem, 100).chosen == (1,)
    assert choose(problem, 1).chosen == (0,)
    with pytest.raises(ValueError, match="budget"):
        choose(problem, -1)
    with pytest.raises(ValueError, match="costs"):
        Problem(np.array([1.0]), np.array([-1.0]), {})
