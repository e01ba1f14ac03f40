"""Places and shares among all rows: who is tenth, and what part of the whole somebody is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.policy.engine_city import PLANT, PLANT_YEAR, a_rule, ask, cell, parameter, plants, years

from tanheng.policy import Rule, quantity, rank, share
from tanheng.policy.parameters import Status


def of_plants(
    expression: Callable[..., Any], *capacities: float | None, sectors: str = "", kind: Any = "integer"
) -> list[tuple[Any, str | None]]:
    """Value and cause for plants with these capacities; ``sectors`` has a letter for each, blank for none."""
    expression.__name__ = "answer"
    answer = a_rule(PLANT, kind=kind)(expression)
    letters = sectors.ljust(len(capacities))
    rows = [
        row
        for number, (capacity, letter) in enumerate(zip(capacities, letters, strict=True))
        for row in plants(f"P{number}", capacity_t=capacity, sector=letter.strip() or None)
    ]
    answers = ask({"plants": rows}, [answer])
    return [(answers.value(answer, row["plant_id"]), answers.cause(answer, row["plant_id"])) for row in rows]


def values(found: list[tuple[Any, str | None]]) -> list[Any]:
    return [value for value, _ in found]


NOT_REPORTED = "plants.capacity_t was not reported"


def test_the_largest_is_first_and_equals_share_a_place() -> None:
    """Two plants with equal output have equal claim to the tenth grant."""
    assert values(of_plants(lambda capacity_t: rank(capacity_t), 5.0, 9.0, 5.0, 1.0)) == [2, 1, 2, 4]


def test_a_rank_is_among_rows_of_the_same_group() -> None:
    found = of_plants(lambda capacity_t, sector: rank(capacity_t, within=(sector,)), 5.0, 9.0, 7.0, 1.0, sectors="aabb")
    assert values(found) == [2, 1, 1, 2]


def test_an_undetermined_value_has_no_place_and_takes_none() -> None:
    """Otherwise a plant that did not report would push another off the list, or onto it."""
    found = of_plants(lambda capacity_t: rank(capacity_t), 5.0, None, 9.0)
    assert found == [(2, None), (None, NOT_REPORTED), (1, None)]


@pytest.mark.parametrize(("function", "kind"), [(rank, "integer"), (share, "number")])
def test_a_row_of_unknown_group_has_no_place_and_no_share(function: Any, kind: Any) -> None:
    """Rows without a sector are not a sector of their own."""
    found = of_plants(
        lambda capacity_t, sector: function(capacity_t, within=(sector,)), 1.0, 1.0, 1.0, sectors="a", kind=kind
    )
    assert found == [(1, None), (None, "plants.sector was not reported"), (None, "plants.sector was not reported")]


def test_a_share_is_the_part_of_the_groups_sum() -> None:
    found = of_plants(
        lambda capacity_t, sector: share(capacity_t, within=(sector,)), 1.0, 3.0, 5.0, sectors="aab", kind="number"
    )
    assert values(found) == [0.25, 0.75, 1.0]


def test_a_share_of_a_group_with_a_gap_is_undetermined() -> None:
    """The others' shares would be too large by what is missing."""
    found = of_plants(lambda capacity_t: share(capacity_t), 1.0, None, kind="number")
    assert found == [(None, "another row of the group is undetermined"), (None, NOT_REPORTED)]


def test_a_share_of_nothing_is_a_division_by_zero() -> None:
    found = of_plants(lambda capacity_t: share(capacity_t), 0.0, 0.0, kind="number")
    assert found == [(None, "division by zero")] * 2


def test_the_cause_in_a_larger_formula_is_the_one_that_matters() -> None:
    """The share is there; it is the other side of the sum that is missing."""

    @a_rule(PLANT_YEAR)
    def sum_of_both(output_t, waste_kg):
        return share(output_t) + waste_kg / quantity(1, "kg")

    answers = ask({"plant_years": years(1.0)}, [sum_of_both])
    assert answers.cause(sum_of_both, "P1", 2020) == "plant_years.waste_kg was not reported"


def test_windows_stand_in_formulas_and_over_formulas() -> None:
    found = of_plants(lambda capacity_t: share(capacity_t * 2 + quantity(2, "t")) * 100, 0.0, 2.0, kind="number")
    assert values(found) == [25.0, 75.0]


def test_a_window_over_a_window() -> None:
    """The place by share within the sector."""
    found = of_plants(
        lambda capacity_t, sector: rank(share(capacity_t, within=(sector,))), 1.0, 3.0, 2.0, 2.0, sectors="aabb"
    )
    assert values(found) == [4, 1, 2, 2]


def test_two_windows_of_one_rule_are_two() -> None:
    def answer(capacity_t, sector):
        return rank(capacity_t) * 10 + rank(capacity_t, within=(sector,))

    assert values(of_plants(answer, 1.0, 2.0, 3.0, sectors="aab")) == [32, 21, 11]


def test_windows_whose_formulas_read_alike_are_two() -> None:
    """``a.or_else(b) * 2`` and ``a.or_else(b * 2)`` are different figures."""

    @a_rule(PLANT_YEAR, kind="integer")
    def one(output_t, extra_t):
        return rank(output_t.or_else(extra_t) * 2 + extra_t)

    @a_rule(PLANT_YEAR, kind="integer")
    def other(output_t, extra_t):
        return rank(output_t.or_else(extra_t * 2) + extra_t)

    rows = [*years(5.0, extra_t=0.0), *years(None, extra_t=2.0, plant="P2")]
    answers = ask({"plant_years": rows}, [one, other])
    assert (answers.column(one), answers.column(other)) == ([1, 2], [2, 1])


def weakest_of_window(expression: Callable[..., Any], kind: Any) -> list[Status]:
    expression.__name__ = "answer"
    answer: Rule = a_rule(PLANT, kind=kind)(expression)
    factor = parameter("demo.factor", cell(1.0, "a"), cell(2.0, "b", status=Status.EXAMPLE), by=("sector",))
    rows = [*plants("P1", sector="a", capacity_t=1.0), *plants("P2", sector="b", capacity_t=1.0)]
    answers = ask({"plants": rows}, [answer], [factor])
    return [answers.trust(answer, row["plant_id"]) for row in rows]


@pytest.mark.parametrize(("function", "kind"), [(rank, "integer"), (share, "number")])
def test_a_place_is_trusted_as_far_as_the_weakest_row_it_was_compared_with(function: Any, kind: Any) -> None:
    """One plant's assumed factor decides whether another comes first."""
    statuses = weakest_of_window(lambda capacity_t, sector, factor: function(capacity_t * factor[sector]), kind)
    assert statuses == [Status.EXAMPLE, Status.EXAMPLE]


def test_the_status_of_one_group_does_not_reach_another() -> None:
    statuses = weakest_of_window(
        lambda capacity_t, sector, factor: rank(capacity_t * factor[sector], within=(sector,)), "integer"
    )
    assert statuses == [Status.REPORTED, Status.EXAMPLE]
