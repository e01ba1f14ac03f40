"""Units and kinds: tonnes are never added to kilograms, and a rule makes what it says it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from tests.policy.engine_city import DISTRICT_ID, PLANT_YEAR, YEAR_BEFORE, a_rule, one_value, parameter, rulebook
from tests.policy.engine_city import cell as a_cell

from tanheng.policy import largest, quantity, rank, share, undetermined, when
from tanheng.policy.plan import Plan
from tanheng.policy.rules import RuleKind
from tanheng.problems import InputRejected

PARAMETERS = (
    parameter("demo.name", a_cell("a"), kind="text"),
    parameter("demo.number_of", a_cell(1.0, "a"), by=("name",)),
    parameter("demo.since", a_cell(None), kind="date"),
)


def refused(expression: Callable[..., Any], unit: str = "1", kind: str = "number") -> str:
    """What the plan says against a rule of PLANT_YEAR."""
    expression.__name__ = "answer"
    answer = a_rule(PLANT_YEAR, unit, cast(RuleKind, kind))(expression)
    with pytest.raises(InputRejected) as raised:
        Plan([DISTRICT_ID, YEAR_BEFORE, answer], rulebook(*PARAMETERS))
    assert len(raised.value.problems) == 1
    return raised.value.problems[0].message


def accepted(expression: Callable[..., Any], unit: str = "1", kind: str = "number") -> bool:
    expression.__name__ = "answer"
    answer = a_rule(PLANT_YEAR, unit, cast(RuleKind, kind))(expression)
    return (PLANT_YEAR, "answer") in Plan([DISTRICT_ID, YEAR_BEFORE, answer], rulebook(*PARAMETERS))


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (lambda output_t, waste_kg: output_t + waste_kg, "t and kg are combined by +"),
        (lambda output_t, waste_kg: output_t - waste_kg, "t and kg are combined by -"),
        (lambda output_t, waste_kg: output_t > waste_kg, "t is compared with kg by >"),
        (lambda output_t, waste_kg: largest(output_t, waste_kg), "largest chooses between t and kg"),
        (lambda output_t, waste_kg: output_t.or_else(waste_kg), "or_else chooses between t and kg"),
        (
            lambda output_t, waste_kg: when(output_t > 0).then(output_t).otherwise(waste_kg),
            "a choice is between t and kg",
        ),
    ],
)
def test_tonnes_and_kilograms_are_not_mixed(expression: Callable[..., Any], said: str) -> None:
    """A factor of 1000 in an emission report is the commonest mistake there is."""
    assert refused(expression, "t") == f'{said}; write .to("kg") where that is meant'


def test_what_cannot_be_converted_gets_no_hint() -> None:
    assert refused(lambda output_t, revenue_cny: output_t + revenue_cny, "t") == "t and CNY are combined by +"


def test_what_a_rule_makes_must_be_what_it_declares() -> None:
    said = refused(lambda waste_kg: waste_kg, "t")
    assert said == 'the rule makes kg and declares t; write .to("t") where that is meant'
    assert refused(lambda waste_kg: waste_kg > 0) == "the rule makes a boolean and declares a plain number"
    assert (
        refused(lambda staff: staff * 0.5, "person", "integer")
        == "the rule makes person and declares person, a whole number"
    )


def test_conversion_is_exact_and_only_where_it_is_written() -> None:
    assert one_value(lambda waste_kg: waste_kg.to("t"), {"waste_kg": 1500.0}, unit="t") == (1.5, None)
    assert refused(lambda waste_kg: waste_kg.to("CNY"), "CNY") == "kg cannot be turned into CNY"


def test_products_and_quotients_make_their_unit() -> None:
    assert accepted(lambda waste_kg, output_t: waste_kg / output_t, "kg/t")
    assert accepted(lambda waste_kg, revenue_cny: waste_kg * revenue_cny, "CNY*kg")
    assert accepted(lambda output_t: output_t / output_t)
    assert accepted(lambda output_t: output_t**2, "t^2")
    assert accepted(lambda output_t: (output_t**2).sqrt(), "t")
    assert accepted(lambda output_t: -output_t.abs().round(2).floor().ceil(), "t")
    assert "kg/t" in refused(lambda waste_kg, output_t: waste_kg / output_t)


@pytest.mark.parametrize(
    "expression",
    [
        lambda output_t: output_t + 0,
        lambda output_t: 0 - output_t,
        lambda output_t: largest(output_t, 0),
        lambda output_t: when(output_t > 0).then(output_t).otherwise(0),
        lambda output_t: output_t.or_else(0),
        lambda: 0,
    ],
)
def test_the_plain_zero_fits_every_unit(expression: Callable[..., Any]) -> None:
    """Nothing is nothing in every unit; a threshold of 0 needs none."""
    assert accepted(expression, "t")


def test_another_plain_number_does_not_fit_a_unit() -> None:
    """A bare 3000 beside tonnes may have been meant as kilograms."""
    assert refused(lambda output_t: output_t > 3000, kind="boolean") == "t is compared with a plain number by >"
    assert accepted(lambda output_t: output_t > quantity(3000, "t"), kind="boolean")


def test_an_exponent_is_plain_and_for_a_unit_written_out() -> None:
    assert refused(lambda output_t, waste_kg: output_t**waste_kg, "t") == "an exponent is a plain number, not kg"
    assert "can only be raised to a whole number" in refused(lambda output_t, plant: output_t**0.5, "t")
    assert refused(lambda output_t: output_t.sqrt(), "t") == "there is no square root of t"
    assert refused(lambda output_t: output_t.exp()) == "exp wants a plain number, not t"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (lambda plant_id: plant_id + 1, "+ wants numbers, not a text"),
        (lambda plant_id: plant_id.round(), "round wants a number, not a text"),
        (lambda output_t: output_t & (output_t > 0), "& wants a truth value, not t"),
        (lambda output_t: ~output_t, "~ wants a truth value, not t"),
        (lambda output_t: when(output_t).then(1).otherwise(2), "when() wants a truth value, not t"),
        (lambda plant_id, year: plant_id == year, "a text is compared with a plain number by =="),
        (lambda plant_id: plant_id.is_in("a", 1), "is_in compares a text with a plain number"),
        (lambda year: year.month(), "month() wants a date, not a plain number"),
        (lambda plant_id: rank(plant_id), "rank wants a number, not a text"),
        (lambda plant_id: share(plant_id), "share wants a number, not a text"),
        (lambda deliveries: deliveries.sum("fuel"), "sum('fuel') wants a number, not a text"),
        (lambda deliveries: deliveries.count_if("mass_t"), "count_if('mass_t') wants a truth value, not t"),
        (lambda number_of, output_t: number_of[output_t], "a category of demo.number_of must be a text, not t"),
    ],
)
def test_kinds_are_not_mixed(expression: Callable[..., Any], said: str) -> None:
    assert refused(expression) == said


def test_a_rank_is_a_category_only_as_a_rule_of_its_own() -> None:
    """Places are found after the parameters are joined; the plan says so, instead of the database later."""
    said = refused(lambda number_of, output_t: number_of[rank(output_t)])
    assert said == "a category of demo.number_of cannot hold a rank or share: make that a rule of its own"


def test_aggregates_keep_the_unit_of_their_parts() -> None:
    for aggregate in ("sum", "known_sum", "mean", "smallest", "largest"):
        assert "the rule makes t and declares kg" in refused(_over(aggregate), "kg")
        assert accepted(_over(aggregate), "t")
    assert accepted(lambda deliveries: deliveries.count(), kind="integer")
    assert accepted(lambda deliveries: deliveries.count_if("clean"), kind="integer")


def _over(aggregate: str) -> Callable[..., Any]:
    return lambda deliveries: getattr(deliveries, aggregate)("mass_t")


def test_whole_numbers_pass_for_numbers_and_not_the_other_way() -> None:
    assert accepted(lambda staff: staff, "person")
    assert accepted(lambda staff: staff * 2, "person", "integer")
    assert "declares" in refused(lambda staff: staff / 2, "person", "integer")


def test_undetermined_fits_every_kind_and_unit() -> None:
    for unit, kind in (("t", "number"), ("1", "text"), ("1", "boolean"), ("1", "date"), ("person", "integer")):
        assert accepted(lambda: undetermined("the rule"), unit, kind)


def test_of_two_zeros_the_one_with_a_unit_counts() -> None:
    assert accepted(lambda output_t: largest(quantity(0, "t"), 0) / output_t)
    assert accepted(lambda output_t: largest(0, quantity(0, "t")) / output_t)
