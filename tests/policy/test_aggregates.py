"""Totals along links: exact, strict where somebody owes, and honest about what they leave out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.policy.engine_city import (
    CITY,
    DELIVERY,
    DISTRICT,
    ON,
    PLANT,
    PLANT_YEAR,
    WORDS,
    Answers,
    Rows,
    a_rule,
    ask,
    cell,
    parameter,
    plants,
    rulebook,
    years,
)

from tanheng.policy import Entity, Rule, belongs_to, undetermined, when
from tanheng.policy.evaluation import Evaluation
from tanheng.problems import InputRejected
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Column, Table


def deliveries(*masses: float | None, plant: str = "P1", **columns: object) -> list[dict[str, object]]:
    """One delivery a day from the first of January 2020 on."""
    first = date(2020, 1, 1)
    return [
        {"plant_id": plant, "day": first + timedelta(days=number), "fuel": "coal", "mass_t": mass, **columns}
        for number, mass in enumerate(masses)
    ]


def over(aggregate: str, name: str = "mass_t", unit: str = "t", kind: Any = "number") -> Rule:
    """A rule of PLANT_YEAR with one aggregate of the deliveries."""

    def total(deliveries):
        return getattr(deliveries, aggregate)(*([name] if name else []))

    return a_rule(PLANT_YEAR, unit, kind)(total)


def of_deliveries(aggregate: str, *masses: float | None) -> tuple[Any, str | None]:
    """The aggregate of these masses, and why it is undetermined."""
    rule = over(aggregate)
    answers = ask({"plant_years": years(None), "deliveries": deliveries(*masses)}, [rule])
    return answers.value(rule, "P1", 2020), answers.cause(rule, "P1", 2020)


# -- strict and lenient ------------------------------------------------------------------------------


def test_a_sum_with_an_undetermined_part_is_undetermined() -> None:
    """A bill without the month that was not reported would be too low."""
    assert of_deliveries("sum", 1.0, None, 2.0) == (None, "deliveries.mass_t was not reported")
    assert of_deliveries("sum", 1.0, 2.0) == (3.0, None)


def test_a_known_sum_adds_what_is_known() -> None:
    assert of_deliveries("known_sum", 1.0, None, 2.0) == (3.0, None)


def test_a_known_sum_of_nothing_but_gaps_is_undetermined_and_not_zero() -> None:
    """A district where nobody reported has not emitted zero."""
    assert of_deliveries("known_sum", None, None) == (None, "deliveries.mass_t was not reported")


@pytest.mark.parametrize("aggregate", ["sum", "known_sum"])
def test_the_sum_of_no_part_is_zero(aggregate: str) -> None:
    assert of_deliveries(aggregate) == (0.0, None)


@pytest.mark.parametrize(("aggregate", "expected"), [("mean", 2.0), ("smallest", 1.0), ("largest", 3.0)])
def test_mean_and_extremes_want_all_parts_and_at_least_one(aggregate: str, expected: float) -> None:
    assert of_deliveries(aggregate, 1.0, 2.0, 3.0) == (expected, None)
    assert of_deliveries(aggregate, 1.0, None) == (None, "deliveries.mass_t was not reported")
    assert of_deliveries(aggregate) == (None, "there are no parts")


def test_counts_of_nothing_are_zero() -> None:
    count = over("count", "", "1", "integer")
    clean = over("count_if", "clean", "1", "integer")
    rows = {"plant_years": years(None)}
    assert ask(rows, [count]).column(count) == [0]
    assert ask(rows, [clean]).column(clean) == [0]


def test_count_if_leaves_undetermined_ones_out() -> None:
    clean = over("count_if", "clean", "1", "integer")
    rows: list[dict[str, object]] = [
        *deliveries(1.0, clean=True),
        *deliveries(1.0, plant="P2", clean=True),
        {"plant_id": "P1", "day": "2020-05-01", "fuel": "oil", "clean": False},
        {"plant_id": "P1", "day": "2020-05-02", "fuel": "oil", "clean": None},
    ]
    answers = ask({"plant_years": years(None), "deliveries": rows}, [clean])
    assert answers.column(clean) == [1]


def test_whole_numbers_add_up_as_whole_numbers() -> None:
    """Large counts lose nothing on the way through a fraction."""
    largest, total = over("largest", "trucks", "1", "integer"), over("sum", "trucks", "1")
    many = 2**53 - 1
    rows = [
        {"plant_id": "P1", "day": "2020-05-01", "fuel": "oil", "trucks": many},
        {"plant_id": "P1", "day": "2020-05-02", "fuel": "oil", "trucks": 1},
    ]
    assert ask({"plant_years": years(None), "deliveries": rows}, [largest]).column(largest) == [many]
    assert ask({"plant_years": years(None), "deliveries": rows}, [total]).column(total) == [2.0**53]


def test_each_parent_gets_its_own_parts() -> None:
    total = over("sum")
    rows: Rows = {
        "plant_years": [*years(None, None), *years(None, plant="P2")],
        "deliveries": [
            *deliveries(1.0, 2.0),
            *deliveries(4.0, plant="P2"),
            {"plant_id": "P1", "day": "2021-07-01", "fuel": "oil", "mass_t": 8.0},
            {"plant_id": "P9", "day": "2020-07-01", "fuel": "oil", "mass_t": 16.0},
        ],
    }
    assert ask(rows, [total]).column(total) == [3.0, 8.0, 4.0]


def test_several_aggregates_of_one_link_do_not_disturb_each_other() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def spread(deliveries):
        return deliveries.largest("mass_t") - deliveries.smallest("mass_t") + deliveries.sum("mass_t") * 0

    @a_rule(PLANT_YEAR)
    def per_truck(deliveries):
        return deliveries.sum("trucks") / deliveries.count()

    rows: Rows = {"plant_years": years(None), "deliveries": deliveries(1.0, 5.0, trucks=3)}
    answers = ask(rows, [spread, per_truck])
    assert (answers.column(spread), answers.column(per_truck)) == ([4.0], [3.0])


def test_parts_may_themselves_be_rules() -> None:
    @a_rule(DELIVERY, unit="GJ")
    def heat(mass_t, ncv, fuel):
        return mass_t * ncv[fuel]

    @a_rule(PLANT_YEAR, unit="GJ")
    def total_heat(deliveries):
        return deliveries.sum("heat")

    ncv = parameter("demo.ncv", cell(20.0, "coal"), unit="GJ/t", by=("fuel",))
    rows: Rows = {"plant_years": years(None), "deliveries": deliveries(1.0, 2.0)}
    assert ask(rows, [heat, total_heat], [ncv]).column(total_heat) == [60.0]


# -- exact sums --------------------------------------------------------------------------------------


def test_a_sum_is_exact_and_does_not_drift() -> None:
    """Ten times 0.1 is 1, so that a total equals the sum of what is printed above it."""
    assert of_deliveries("sum", *[0.1] * 10) == (1.0, None)
    assert of_deliveries("mean", *[0.1] * 10) == (0.1, None)


def test_a_part_too_large_to_be_added_exactly_stops_the_run() -> None:
    """Ten million million tonnes are a mistake of units; a wrapped total would be a quiet one."""
    with pytest.raises(InputRejected, match=r"plant_year: .* a part of 1e\+13 .* mistake of units"):
        of_deliveries("sum", 1e13)


# -- how many parts ----------------------------------------------------------------------------------

CITY_ROWS: Rows = {
    "cities": [{"city_id": "C1"}],
    "districts": [{"district_id": name, "city_id": "C1"} for name in ("D1", "D2", "D3", "D4")],
    "plants": [
        *plants("P1", capacity_t=1.0),
        *plants("P2"),
        *plants("P3", district_id="D2", capacity_t=4.0),
        *plants("P4", "P5", district_id="D3"),
    ],
}


def test_the_counts_of_a_total_add_up_over_two_levels() -> None:
    """The city's figure says how many plants stand behind it, not how many districts."""

    @a_rule(DISTRICT, unit="t")
    def capacity(plants):
        return plants.known_sum("capacity_t")

    @a_rule(CITY, unit="t")
    def city_capacity(districts):
        return districts.known_sum("capacity")

    answers = ask(CITY_ROWS, [capacity, city_capacity])
    assert answers.column(capacity) == [1.0, 4.0, None, 0.0]
    counts = [answers.parts(capacity, name) for name in ("D1", "D2", "D3", "D4")]
    assert counts == [(2, 1), (1, 0), (2, 2), (0, 0)]
    assert answers.value(city_capacity, "C1") == 5.0
    assert answers.parts(city_capacity, "C1") == (5, 3)


def _weighted(factor: Any) -> tuple[Answers, Rule]:
    @a_rule(DISTRICT, unit="t")
    def capacity(plants, factor_of, district_id):
        return plants.known_sum("capacity_t") * factor_of[district_id]

    @a_rule(CITY, unit="t")
    def city_capacity(districts):
        return districts.known_sum("capacity")

    cells = [cell(factor, "D1"), cell(2.0, "D2"), cell(2.0, "D3"), cell(2.0, "D4")]
    factor_of = parameter("demo.factor_of", *cells, by=("district",))
    return ask(CITY_ROWS, [capacity, city_capacity], [factor_of]), city_capacity


def test_parts_behind_an_undetermined_total_are_counted_as_left_out() -> None:
    """A district whose factor is unpublished is left out with all its plants; the count must say so."""
    answers, total = _weighted(2.0)
    assert (answers.value(total, "C1"), answers.parts(total, "C1")) == (10.0, (5, 3))
    answers, total = _weighted(None)
    assert (answers.value(total, "C1"), answers.parts(total, "C1")) == (8.0, (5, 4))


def test_an_undetermined_total_without_parts_counts_as_one_part_left_out() -> None:
    @a_rule(DISTRICT, unit="t")
    def capacity(plants, land_km2):
        return when(land_km2 > 0).then(plants.known_sum("capacity_t")).otherwise(undetermined("its land"))

    @a_rule(CITY, unit="t")
    def city_capacity(districts):
        return districts.known_sum("capacity")

    rows: Rows = {"cities": [{"city_id": "C1"}], "districts": [{"district_id": "D1", "city_id": "C1", "land_km2": 0.0}]}
    answers = ask(rows, [capacity, city_capacity])
    assert answers.value(city_capacity, "C1") is None
    assert answers.parts(city_capacity, "C1") == (1, 1)


def test_counts_travel_through_arithmetic() -> None:
    @a_rule(DISTRICT, unit="t")
    def capacity(plants):
        return plants.known_sum("capacity_t")

    @a_rule(DISTRICT, unit="t/km2")
    def density(capacity, land_km2):
        return capacity / land_km2

    rows = {**CITY_ROWS, "districts": [{"district_id": "D1", "city_id": "C1", "land_km2": 2.0}]}
    answers = ask(rows, [capacity, density])
    assert (answers.value(density, "D1"), answers.parts(density, "D1")) == (0.5, (2, 1))


def test_a_strict_sum_has_no_counts() -> None:
    """There is nothing to count: it is whole or undetermined."""

    @a_rule(DISTRICT, unit="t")
    def capacity(plants):
        return plants.sum("capacity_t")

    assert set(ask(CITY_ROWS, [capacity]).row(DISTRICT, "capacity", "D2")) == {
        "district_id",
        "capacity",
        "capacity__cause",
        "capacity__trust",
    }


def test_the_parts_of_a_total_can_be_linked_by_a_rule() -> None:
    """A plant-year does not say its district; the plant does."""

    @a_rule(DISTRICT, unit="t")
    def output(plant_years):
        return plant_years.known_sum("output_t")

    rows = {**CITY_ROWS, "plant_years": [*years(1.0, None), *years(4.0, plant="P3"), *years(8.0, plant="P9")]}
    answers = ask(rows, [output])
    assert answers.column(output) == [1.0, 4.0, 0.0, 0.0]
    # The year of P9, a plant that nobody knows, may belong to any district: each says that it leaves one more out.
    assert [answers.parts(output, district) for district in ("D1", "D2", "D3", "D4")] == [
        (3, 2),
        (2, 1),
        (1, 1),
        (1, 1),
    ]


def test_a_strict_total_waits_for_parts_that_may_belong_to_it() -> None:
    """Nobody can say what a district's plants put out while one plant-year has no district."""

    @a_rule(DISTRICT, unit="t")
    def output(plant_years):
        return plant_years.sum("output_t")

    @a_rule(DISTRICT, kind="integer")
    def reports(plant_years):
        return plant_years.count()

    rows = {**CITY_ROWS, "plant_years": [*years(4.0, plant="P3"), *years(8.0, plant="P9")]}
    answers = ask(rows, [output, reports])
    for rule in (output, reports):
        assert answers.column(rule) == [None] * 4
        assert answers.cause(rule, "D2") == "plant_year has no plant"


def test_what_is_known_of_a_link_keeps_a_part_out_of_other_totals() -> None:
    """A report of 2021 from nobody knows where may belong to any district, but not to 2020."""

    def column(name: str, kind: Any, *, required: bool = True) -> Column:
        return Column(name, kind, WORDS, required=required)

    key = (column("district", "text"), column("year", "integer"))
    areas = Table("areas", WORDS, WORDS, key, ("district", "year"))
    maybe = (column("found_in", "text", required=False), column("value", "number", required=False))
    sheets = Table("sheets", WORDS, WORDS, (column("sheet", "text"), column("year", "integer"), *maybe), ("sheet",))
    area, sheet = Entity("area", areas, WORDS, period="year"), Entity("sheet", sheets, WORDS, period="year")
    belongs_to(sheet, area, by={"district": "found_in", "year": "year"}, parent_name="area", children_name="sheets")

    @a_rule(area)
    def whole(sheets):
        return sheets.sum("value")

    @a_rule(area)
    def known(sheets):
        return sheets.known_sum("value")

    rows: Rows = {
        "areas": [{"district": district, "year": year} for district in "AB" for year in (2020, 2021)],
        "sheets": [
            {"sheet": "1", "year": 2020, "found_in": "A", "value": 1.0},
            {"sheet": "2", "year": 2021, "found_in": "A", "value": 2.0},
            {"sheet": "3", "year": 2021, "found_in": None, "value": 4.0},
        ],
    }
    evaluation = Evaluation(City.from_rows((areas, sheets), rows), rulebook(), [whole, known], on=ON)
    found = evaluation.table(area, ["whole", "known"]).sort("district", "year").collect("pyarrow")
    assert found["whole"].to_list() == [1.0, None, 0.0, None]
    assert found["known"].to_list() == [1.0, 2.0, 0.0, 0.0]
    assert found["known__undetermined"].to_list() == [0, 1, 0, 1]
    why = {code for code in found["whole__cause"].to_list() if code is not None}
    assert [evaluation.cause(code).text.en for code in why] == ["sheets.found_in was not reported"]


def test_a_total_over_rows_of_the_same_entity() -> None:
    """What follows a year: the years whose year before it is."""

    @a_rule(PLANT_YEAR, kind="integer")
    def followers(next_years):
        return next_years.count()

    assert ask({"plant_years": years(1.0, 1.0, 1.0)}, [followers]).column(followers) == [1, 1, 0]


def test_the_years_of_a_plant_are_its_children() -> None:
    @a_rule(PLANT, unit="t")
    def best(years):
        return years.largest("output_t")

    answers = ask({"plants": plants("P1", "P2"), "plant_years": years(1.0, 3.0, 2.0)}, [best])
    assert answers.column(best) == [3.0, None]
    assert answers.cause(best, "P2") == "there are no parts"
