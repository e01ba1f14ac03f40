"""What is not known stays not known, and says why. A zero in its place would let somebody off or charge somebody."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policy.engine_city import (
    DELIVERY,
    PLANT,
    PLANT_YEAR,
    Rows,
    a_rule,
    ask,
    cell,
    city_of,
    one_value,
    parameter,
    plants,
    years,
)

from tanheng.policy import largest, quantity, smallest, undetermined, when

NOT_REPORTED = "plant_years.output_t was not reported"
TONNE = quantity(1, "t")


def test_an_empty_cell_is_unknown_and_never_zero() -> None:
    """A plant that does not report would otherwise count as one without emissions."""
    value = one_value(lambda output_t: output_t * 2, {}, unit="t")
    assert value == (None, NOT_REPORTED)


def test_an_empty_cell_with_a_default_has_the_default() -> None:
    """Where the schema says what empty means, it is no gap."""
    assert one_value(lambda extra_t: extra_t + TONNE, {}, unit="t") == (1.0, None)


def test_the_first_thing_missing_is_the_one_that_is_said() -> None:
    value = one_value(lambda waste_kg, output_t: waste_kg / output_t, {}, unit="kg/t")
    assert value == (None, "plant_years.waste_kg was not reported")


def test_a_result_that_can_always_be_had_has_no_column_of_causes() -> None:
    @a_rule(PLANT_YEAR, kind="integer")
    def next_year(year):
        return year + 1

    answers = ask({"plant_years": years(1.0)}, [next_year])
    assert answers.rows(PLANT_YEAR, "next_year") == [
        {"plant_id": "P1", "year": 2020, "next_year": 2021, "next_year__trust": 0}
    ]


# -- choices and truth values ------------------------------------------------------------------------


def test_an_undetermined_condition_makes_the_choice_undetermined() -> None:
    """Were it false, a plant without a report would fall under the threshold and go free."""
    value = one_value(
        lambda output_t: when(output_t > quantity(100, "t")).then("pays").otherwise("is free"), {}, kind="text"
    )
    assert value == (None, NOT_REPORTED)


def test_an_earlier_condition_that_holds_decides_before_one_that_is_undetermined() -> None:
    def grade(waste_kg, output_t):
        return when(waste_kg > 0).then("dirty").when(output_t > 0).then("busy").otherwise("idle")

    assert one_value(grade, {"waste_kg": 1.0}, kind="text") == ("dirty", None)
    assert one_value(grade, {"waste_kg": 0.0}, kind="text") == (None, NOT_REPORTED)
    assert one_value(grade, {"output_t": 1.0}, kind="text") == (None, "plant_years.waste_kg was not reported")


def test_a_branch_that_is_not_taken_may_be_undetermined() -> None:
    value = one_value(
        lambda waste_kg, output_t: when(waste_kg > 0).then(quantity(5, "t")).otherwise(output_t),
        {"waste_kg": 1.0},
        unit="t",
    )
    assert value == (5.0, None)


@pytest.mark.parametrize(
    ("waste", "output", "expected"),
    [
        (None, 1.0, (None, "plant_years.waste_kg was not reported")),
        (None, 0.0, (False, None)),
        (0.0, None, (False, None)),
        (1.0, None, (None, NOT_REPORTED)),
    ],
)
def test_and_is_known_as_soon_as_one_side_is_false(waste: Any, output: Any, expected: object) -> None:
    found = one_value(
        lambda waste_kg, output_t: (waste_kg > 0) & (output_t > 0),
        {"waste_kg": waste, "output_t": output},
        kind="boolean",
    )
    assert found == expected


@pytest.mark.parametrize(
    ("waste", "output", "expected"),
    [
        (None, 1.0, (True, None)),
        (1.0, None, (True, None)),
        (None, 0.0, (None, "plant_years.waste_kg was not reported")),
    ],
)
def test_or_is_known_as_soon_as_one_side_is_true(waste: Any, output: Any, expected: object) -> None:
    found = one_value(
        lambda waste_kg, output_t: (waste_kg > 0) | (output_t > 0),
        {"waste_kg": waste, "output_t": output},
        kind="boolean",
    )
    assert found == expected


def test_the_cause_of_a_truth_value_is_what_it_really_hangs_on() -> None:
    """Asking a plant for its output, which cannot change the answer, sends it away for nothing."""

    def answer(output_t, waste_kg, revenue_cny):
        return ((output_t > 0) & (waste_kg > 0)) | (revenue_cny > 0)

    value = one_value(answer, {"waste_kg": 0.0}, kind="boolean")
    assert value == (None, "plant_years.revenue_cny was not reported")


def test_a_comparison_with_something_unknown_is_unknown() -> None:
    assert one_value(lambda output_t: output_t != TONNE, {}, kind="boolean") == (None, NOT_REPORTED)
    assert one_value(lambda output_t: ~(output_t == TONNE), {}, kind="boolean") == (None, NOT_REPORTED)


def test_being_one_of_a_list_is_unknown_of_something_unknown() -> None:
    @a_rule(PLANT, kind="boolean")
    def heavy(sector):
        return sector.is_in("30", "31")

    rows = [*plants("P1", sector="31"), *plants("P2", sector="44"), *plants("P3")]
    answers = ask({"plants": rows}, [heavy])
    assert answers.column(heavy) == [True, False, None]
    assert answers.cause(heavy, "P3") == "plants.sector was not reported"


@pytest.mark.parametrize(
    ("kind", "known"), [("text", "x"), ("boolean", True), ("number", 1.5), ("integer", 7)], ids=str
)
def test_undetermined_fits_a_choice_of_every_kind(kind: Any, known: object) -> None:
    """A rule that decides yes or no must be able to say that nobody published how."""

    def answer(output_t):
        return when(output_t > 0).then(known).otherwise(undetermined("a rule for idle plants"))

    assert one_value(answer, {"output_t": 1.0}, kind=kind) == (known, None)
    assert one_value(answer, {"output_t": 0.0}, kind=kind) == (None, "a rule for idle plants")


def test_undetermined_fits_a_choice_of_dates() -> None:
    @a_rule(PLANT, kind="date")
    def since(opened, certified):
        return when(certified).then(opened).otherwise(undetermined("a certificate"))

    answers = ask({"plants": plants("P1", opened="2020-05-01", certified=False)}, [since])
    assert answers.cause(since, "P1") == "a certificate"


def test_undetermined_can_stand_as_a_truth_value_among_others() -> None:
    def answer(output_t):
        return when(output_t > 0).then(True).otherwise(undetermined("a rule")) & (output_t < quantity(5, "t"))

    assert one_value(answer, {"output_t": 1.0}, kind="boolean") == (True, None)
    assert one_value(answer, {"output_t": 0.0}, kind="boolean") == (None, "a rule")


def test_a_rule_may_be_undetermined_for_everybody() -> None:
    """The bureau has announced a rule and not said how; the page shows that instead of a guess."""
    assert one_value(lambda: undetermined("the formula"), {}, kind="text") == (None, "the formula")


# -- arithmetic --------------------------------------------------------------------------------------


def test_division_by_zero_is_undetermined_and_not_infinite() -> None:
    """An intensity of infinity would top every ranking."""
    value = one_value(lambda waste_kg, output_t: waste_kg / output_t, {"waste_kg": 1.0, "output_t": 0.0}, unit="kg/t")
    assert value == (None, "division by zero")


def test_division_by_a_zero_that_is_written_out_is_undetermined() -> None:
    assert one_value(lambda extra_t: extra_t / 0, {}, unit="t") == (None, "division by zero")


def test_division_of_whole_numbers_keeps_the_fraction() -> None:
    assert one_value(lambda staff: staff / 2, {"staff": 3}, unit="person") == (1.5, None)


def test_a_square_root_or_logarithm_without_answer_is_undetermined() -> None:
    row = {"output_t": -1.0}
    assert one_value(lambda output_t: (output_t / TONNE).sqrt(), row) == (None, "square root of a negative number")
    assert one_value(lambda output_t: (output_t / TONNE).log(), row) == (None, "logarithm of zero or less")
    assert one_value(lambda output_t: (output_t / TONNE).log(), {}) == (None, NOT_REPORTED)


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [(0.0, -1, None), (-2.0, 0.5, None), (-2.0, -1, -0.5), (-2.0, 2, 4.0), (4.0, 0.5, 2.0), (0.0, 2, 0.0)],
)
def test_a_power_without_answer_is_undetermined_and_not_infinite(base: float, exponent: float, expected: Any) -> None:
    """An infinity or a not-a-number passes for a value in every later comparison and sum."""
    value, cause = one_value(lambda output_t: (output_t / TONNE) ** exponent, {"output_t": base})
    assert value == expected
    assert cause == (None if expected is not None else "a power that has no value")


def test_the_exponent_may_vary_by_row() -> None:
    """Growth over a number of years: 1.02 to the power of years."""
    assert one_value(lambda staff: 2 ** (staff / quantity(1, "person")), {"staff": 3}) == (8.0, None)
    found = one_value(lambda extra_t, staff: (extra_t / TONNE) ** (staff / quantity(1, "person")), {"staff": -1})
    assert found == (None, "a power that has no value")


# -- falling back ------------------------------------------------------------------------------------


def test_or_else_takes_the_other_only_where_the_first_is_undetermined() -> None:
    assert one_value(lambda output_t: output_t.or_else(0), {"output_t": 3.0}, unit="t") == (3.0, None)
    assert one_value(lambda output_t: output_t.or_else(0), {}, unit="t") == (0.0, None)


def test_or_else_between_two_unknowns_says_the_last() -> None:
    value = one_value(lambda output_t, waste_kg: output_t.or_else(waste_kg.to("t")), {}, unit="t")
    assert value == (None, "plant_years.waste_kg was not reported")


def test_or_else_takes_over_where_a_division_has_no_answer() -> None:
    value = one_value(
        lambda waste_kg, output_t: (waste_kg / output_t).or_else(quantity(9, "kg/t")),
        {"waste_kg": 1.0, "output_t": 0.0},
        unit="kg/t",
    )
    assert value == (9.0, None)


def test_whether_a_thing_is_known_is_always_known() -> None:
    assert one_value(lambda output_t: output_t.is_known(), {}, kind="boolean") == (False, None)
    assert one_value(lambda output_t: output_t.is_known(), {"output_t": 0.0}, kind="boolean") == (True, None)


@pytest.mark.parametrize("choose", [smallest, largest])
def test_the_smallest_of_several_needs_all_of_them(choose: Any) -> None:
    """A cap taken over the known limits only would be too wide when the tightest is the missing one."""
    value = one_value(lambda output_t, waste_kg: choose(output_t, waste_kg.to("t")), {"waste_kg": 8.0}, unit="t")
    assert value == (None, NOT_REPORTED)
    both = {"waste_kg": 8000.0, "output_t": 2.0}
    expected = 2.0 if choose is smallest else 8.0
    assert one_value(lambda output_t, waste_kg: choose(output_t, waste_kg.to("t")), both, unit="t") == (expected, None)


# -- held values -------------------------------------------------------------------------------------


def test_a_held_value_says_that_a_question_is_open() -> None:
    """The plant did report; it must answer, not report again."""

    @a_rule(PLANT_YEAR, unit="t")
    def doubled(output_t):
        return output_t * 2

    city = city_of({"plant_years": years(None, None, 3.0)}, held={"plant_years": "year = 2020"})
    answers = ask(city, [doubled])
    assert answers.column(doubled) == [None, None, 6.0]
    assert answers.cause(doubled, "P1", 2020) == "plant_years.output_t is held: a question about it is open"
    assert answers.cause(doubled, "P1", 2021) == NOT_REPORTED


def test_a_column_that_no_trap_can_hold_was_simply_not_reported() -> None:
    """A question about the output does not excuse the waste that nobody filled in."""

    @a_rule(PLANT_YEAR, unit="kg")
    def doubled(waste_kg):
        return waste_kg * 2

    answers = ask(city_of({"plant_years": years(None)}, held={"plant_years": "year = 2020"}), [doubled])
    assert answers.cause(doubled, "P1", 2020) == "plant_years.waste_kg was not reported"


def test_a_rule_may_ask_whether_something_is_held() -> None:
    """A held value must not slide into the fallback that is meant for a missing one."""

    @a_rule(PLANT_YEAR, unit="t")
    def output(output_t, held):
        return (
            when(output_t.is_known())
            .then(output_t)
            .when(held.is_known())
            .then(undetermined("an answer to the question on this row"))
            .otherwise(quantity(1, "t"))
        )

    city = city_of({"plant_years": years(None, None, 3.0)}, held={"plant_years": "year = 2020"})
    answers = ask(city, [output])
    assert answers.column(output) == [None, 1.0, 3.0]
    assert answers.cause(output, "P1", 2020) == "an answer to the question on this row"


# -- parameters --------------------------------------------------------------------------------------


def test_an_unset_parameter_is_undetermined_and_named() -> None:
    """The page tells the bureau which figure it has to publish."""
    price = parameter("demo.price", cell(None), unit="CNY/t")
    found = one_value(lambda price, output_t: price * output_t, {"output_t": 1.0}, unit="CNY", parameters=[price])
    assert found == (None, "demo.price is not published")


def test_an_unset_category_and_a_category_that_is_not_there_say_so_differently() -> None:
    """The first waits for the bureau; the second is a new fuel, or a misspelt one."""

    @a_rule(DELIVERY, unit="GJ/t")
    def heat_value(ncv, fuel):
        return ncv[fuel]

    ncv = parameter("demo.ncv", cell(20.0, "coal"), cell(None, "peat"), unit="GJ/t", by=("fuel",))
    days = [("2020-01-01", "coal"), ("2020-01-02", "peat"), ("2020-01-03", "straw")]
    rows = [{"plant_id": "P1", "day": day, "fuel": fuel} for day, fuel in days]
    answers = ask({"deliveries": rows}, [heat_value], [ncv])
    causes = [row["heat_value__cause"] for row in answers.rows(DELIVERY, "heat_value")]
    said = [None if code is None else answers.evaluation.cause(code).text.en for code in causes]
    assert answers.column(heat_value) == [20.0, None, None]
    assert said == [None, "demo.ncv[peat] is not published", "demo.ncv has no value for this category"]
    assert [answers.evaluation.cause(code).who for code in causes if code is not None] == ["bureau", "bureau"]


def test_an_unknown_category_says_what_is_missing_and_not_that_the_parameter_is() -> None:
    @a_rule(PLANT)
    def factor(by_sector, sector):
        return by_sector[sector]

    answers = ask({"plants": plants("P1")}, [factor], [parameter("demo.by_sector", cell(1.0, "26"), by=("sector",))])
    assert answers.cause(factor, "P1") == "plants.sector was not reported"


# -- links -------------------------------------------------------------------------------------------


def test_what_is_looked_up_in_a_parent_that_is_not_there_is_undetermined() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def room(plant, output_t):
        return plant.capacity_t - output_t

    rows = {"plants": plants("P1", capacity_t=5.0), "plant_years": [*years(1.0), *years(1.0, plant="P2")]}
    answers = ask(rows, [room])
    assert answers.column(room) == [4.0, None]
    assert answers.cause(room, "P2", 2020) == "plant_year has no plant"


def test_what_is_looked_up_and_missing_there_keeps_its_own_cause() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def capacity(plant):
        return plant.capacity_t

    answers = ask({"plants": plants("P1"), "plant_years": years(1.0)}, [capacity])
    assert answers.cause(capacity, "P1", 2020) == "plants.capacity_t was not reported"


def test_the_cause_travels_through_rules_and_links() -> None:
    """Three rules up, the page still says which cell is empty."""

    @a_rule(PLANT_YEAR, unit="t")
    def total(deliveries):
        return deliveries.sum("mass_t")

    @a_rule(PLANT_YEAR, unit="t")
    def total_before(last_year):
        return last_year.total

    @a_rule(PLANT_YEAR, unit="t")
    def growth(total, total_before):
        return total - total_before

    rows: Rows = {
        "plant_years": years(1.0, 1.0),
        "deliveries": [{"plant_id": "P1", "day": "2020-03-01", "fuel": "coal"}],
    }
    answers = ask(rows, [total, total_before, growth])
    assert answers.cause(growth, "P1", 2021) == "deliveries.mass_t was not reported"
    assert answers.cause(growth, "P1", 2020) == "deliveries.mass_t was not reported"
    assert answers.cause(total_before, "P1", 2020) == "plant_year has no last_year"
