"""Rules on a city: the same answers however they are asked for, in whatever order the rows come."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import pytest
from tests.policy.engine_city import (
    DELIVERY,
    DISTRICT,
    DISTRICT_ID,
    ON,
    PLANT,
    PLANT_YEAR,
    YEAR_BEFORE,
    Answers,
    Rows,
    a_rule,
    ask,
    cell,
    city_of,
    parameter,
    plants,
    rulebook,
    years,
)

from tanheng.policy import Rule, quantity, rank, share, when
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.frames import as_stored
from tanheng.policy.parameters import Status
from tanheng.policy.plan import Plan


@a_rule(DELIVERY, unit="GJ")
def heat(mass_t, ncv, fuel):
    return mass_t * ncv[fuel]


@a_rule(PLANT_YEAR, unit="GJ")
def total_heat(deliveries):
    return deliveries.sum("heat")


@a_rule(PLANT_YEAR, unit="GJ/t")
def intensity(total_heat, output_t):
    return total_heat / output_t


@a_rule(PLANT_YEAR)
def part(total_heat, district_id, year):
    return share(total_heat, within=(district_id, year))


@a_rule(PLANT_YEAR, kind="integer")
def place(intensity, year):
    return rank(intensity, within=(year,))


@a_rule(PLANT_YEAR, unit="GJ")
def growth(total_heat, last_year):
    return total_heat - last_year.total_heat


@a_rule(DISTRICT, unit="GJ")
def district_heat(plant_years):
    return plant_years.known_sum("total_heat")


@a_rule(PLANT_YEAR)
def part_of_district(total_heat, district):
    return total_heat / district.district_heat


@a_rule(DISTRICT, unit="GJ/t")
def mean_intensity(plant_years):
    return plant_years.mean("intensity")


RULES = (heat, total_heat, intensity, part, place, growth, district_heat, part_of_district, mean_intensity)
NCV = parameter(
    "demo.ncv",
    cell(20.908, "coal"),
    cell(42.652, "oil", status=Status.RECALLED),
    cell(43.1, "oil", start=date(2021, 1, 1)),
    cell(None, "peat"),
    unit="GJ/t",
    by=("fuel",),
)
FUELS = ("coal", "oil", "coal", "coal", "straw", "peat")


def rows_of_many(seed: int = 1) -> dict[str, list[dict[str, object]]]:
    """Forty plants over three years with masses that no binary fraction holds exactly, and a few gaps."""
    chance = random.Random(seed)
    names = [f"P{number:02}" for number in range(40)]
    deliveries: list[dict[str, object]] = []
    for n, name in enumerate(names):
        has_gaps = n > 30 and n % 5 != 0  # those of D0 report everything
        for number in range(chance.randrange(0, 30)):
            fuel = chance.choice(FUELS if has_gaps else ("coal", "oil"))
            mass = None if has_gaps and chance.random() < 0.1 else chance.uniform(0.001, 1e6)
            day = date(2020, 1, 1) + timedelta(days=37 * number)
            deliveries.append({"plant_id": name, "day": day, "fuel": fuel, "mass_t": mass})
    return {
        "districts": [{"district_id": f"D{n}", "city_id": "C1"} for n in range(4)],
        "plants": [row for n, name in enumerate(names) for row in plants(name, district_id=f"D{n % 5}")],
        # The plants of D3 stand still for a year, so that their intensity is undetermined.
        "plant_years": [row for n, name in enumerate(names) for row in years(1.1, n % 5 - 3.0, 3.3, plant=name)],
        "deliveries": deliveries,
    }


def all_results(evaluation: Evaluation) -> dict[str, list[dict[str, Any]]]:
    """Every rule of every entity with the text of its cause, by entity."""
    evaluation.compute({entity: [r.name for r in RULES if r.entity is entity] for entity in {r.entity for r in RULES}})
    found: dict[str, list[dict[str, Any]]] = {}
    for entity, frame in evaluation.results():
        rows = []
        for row in frame.collect("pyarrow").iter_rows(named=True):
            causes = {name: code for name, code in row.items() if name.endswith("__cause") and code is not None}
            rows.append({**row, **{name: evaluation.cause(code).text.en for name, code in causes.items()}})
        found[entity.name] = [{name: row[name] for name in sorted(row)} for row in rows]
    return {name: found[name] for name in sorted(found)}


def evaluated(rows: Rows, *, rules: Sequence[Rule] = RULES, threads: int | None = None) -> Evaluation:
    city = city_of(rows)
    if threads is not None:
        city.connection.execute(f"SET threads = {threads}")
    return Evaluation(city, rulebook(NCV), (DISTRICT_ID, YEAR_BEFORE, *rules), on=ON)


# -- the same whatever the order ---------------------------------------------------------------------


def test_neither_threads_nor_the_order_of_rows_change_a_result() -> None:
    """A total that differs in the last digit between two machines would make a run impossible to reproduce."""
    rows = rows_of_many()
    first = all_results(evaluated(rows, threads=1))
    assert sum(row["total_heat"] is None for row in first["plant_year"]) > 0
    assert sum(row["place"] is not None for row in first["plant_year"]) > 30
    assert {row["mean_intensity"] is None for row in first["district"]} == {True, False}
    chance = random.Random(7)
    shuffled = {name: chance.sample(table, len(table)) for name, table in rows.items()}
    assert all_results(evaluated(rows, threads=2)) == first
    assert all_results(evaluated(shuffled, threads=2)) == first
    assert all_results(evaluated({name: table[::-1] for name, table in rows.items()}, threads=1)) == first


def test_the_order_of_the_rules_does_not_change_a_result() -> None:
    rows = rows_of_many(2)
    assert all_results(evaluated(rows, rules=RULES[::-1])) == all_results(evaluated(rows))


def test_asking_bit_by_bit_gives_what_asking_at_once_gives() -> None:
    """A page that asks for one figure after another shows what the report shows."""
    rows = rows_of_many(3)
    at_once = all_results(evaluated(rows))
    chance = random.Random(5)
    for _ in range(3):
        evaluation = evaluated(rows)
        for rule in chance.sample(RULES, len(RULES)):
            evaluation.table(rule.entity, [rule.name]).collect()
        assert all_results(evaluation) == at_once


def test_of_several_causes_the_same_is_told_whatever_was_asked_first() -> None:
    """The report and the explanation of one figure must not name different gaps."""

    @a_rule(PLANT_YEAR, unit="kg")
    def waste(waste_kg):
        return waste_kg * 2

    @a_rule(PLANT_YEAR, unit="t")
    def sold(output_t):
        return output_t * 2

    @a_rule(PLANT_YEAR, unit="t")
    def gap(waste, sold, year):
        return when(year == 2020).then(sold).otherwise(waste.to("t"))

    @a_rule(PLANT, unit="t")
    def total(years):
        return years.sum("gap")

    rows = {"plants": plants("P1"), "plant_years": years(None, None)}
    causes = set()
    for first in ((waste, sold), (sold, waste)):
        for rules in ((waste, sold, gap, total), (total, gap, sold, waste)):
            evaluation = evaluated(rows, rules=rules)
            for rule in first:
                evaluation.table(PLANT_YEAR, [rule.name])
            causes.add(Answers(evaluation).cause(total, "P1"))
    assert causes == {"plant_years.output_t was not reported"}


def test_asking_for_a_few_rows_gives_what_asking_for_all_gives() -> None:
    rows = rows_of_many(4)
    everything = all_results(evaluated(rows))["plant_year"]
    evaluation = evaluated(rows)
    condition = (nw.col("plant_id") == "P33") & (nw.col("year") == 2020)
    names = ["growth", "part", "part_of_district"]
    found = list(evaluation.rows(PLANT_YEAR, names, condition).collect("pyarrow").iter_rows(named=True))
    expected = [row for row in everything if (row["plant_id"], row["year"]) == ("P33", 2020)]
    assert [[row[name] for name in names] for row in found] == [[row[name] for name in names] for row in expected]
    assert all_results(evaluation)["plant_year"] == everything


def test_two_evaluations_of_one_city_do_not_disturb_each_other() -> None:
    """A reform is compared with the rulebook in force on the same open city."""
    city = city_of(rows_of_many(5))
    rules = (DISTRICT_ID, YEAR_BEFORE, *RULES)
    dear = parameter("demo.ncv", cell(41.816, "coal"), unit="GJ/t", by=("fuel",))
    before = Evaluation(city, rulebook(NCV), rules, on=ON)
    after = Evaluation(city, rulebook(dear), rules, on=ON)
    first, _ = all_results(before), all_results(after)
    assert all_results(before) == first
    assert all_results(Evaluation(city, rulebook(NCV), rules, on=ON)) == first


def test_a_plan_can_be_made_once_and_used_often() -> None:
    plan = Plan((DISTRICT_ID, YEAR_BEFORE, *RULES), rulebook(NCV))
    rows = rows_of_many(6)
    evaluation = Evaluation(city_of(rows), rulebook(NCV), (), on=ON, plan=plan)
    assert all_results(evaluation) == all_results(evaluated(rows))


def test_results_that_a_run_stored_are_taken_up_and_not_made_again() -> None:
    """What a run has published stays as published, whatever happens to the tables beneath."""
    rows = rows_of_many(7)
    evaluation = evaluated(rows)
    expected = all_results(evaluation)
    kept = {entity: frame.collect("pyarrow").to_native() for entity, frame in evaluation.results()}
    emptied = {**rows, "deliveries": []}
    city = city_of(emptied)
    stored = {}
    for entity, table in kept.items():
        city.connection.register(f"stored_{entity.name}", table)
        stored[entity] = as_stored(nw.from_native(city.connection.table(f"stored_{entity.name}")), entity.key)
    again = Evaluation(city, rulebook(NCV), (DISTRICT_ID, YEAR_BEFORE, *RULES), on=ON, stored=stored)
    found = again.table(PLANT_YEAR, ["total_heat", "growth"]).sort("plant_id", "year").collect("pyarrow")
    assert [row["growth"] for row in found.iter_rows(named=True)] == [row["growth"] for row in expected["plant_year"]]


# -- what a table of results looks like --------------------------------------------------------------


def test_a_table_has_the_key_then_what_was_asked_for_with_its_companions() -> None:
    frame = evaluated(rows_of_many()).table(PLANT_YEAR, ["output_t", "total_heat", "place"])
    assert frame.collect_schema().names() == [
        "plant_id",
        "year",
        "output_t",
        "total_heat",
        "total_heat__cause",
        "total_heat__trust",
        "place",
        "place__cause",
        "place__trust",
    ]
    schema = frame.collect_schema()
    assert (schema["total_heat"], schema["place"]) == (nw.Float64(), nw.Int64())
    assert schema["total_heat__cause"] == nw.Int32()


def test_a_total_that_leaves_parts_out_has_their_counts_beside_it() -> None:
    frame = evaluated(rows_of_many()).table(DISTRICT, ["district_heat"])
    assert frame.collect_schema().names()[-2:] == ["district_heat__parts", "district_heat__undetermined"]


@pytest.mark.parametrize("name", ["intensty", "output"])
def test_an_unknown_name_is_told_with_what_comes_near(name: str) -> None:
    near = {"intensty": "intensity", "output": "output_t"}[name]
    with pytest.raises(KeyError, match=f"plant_year has no rule or column {name}; near it are .*{near}"):
        evaluated({}).table(PLANT_YEAR, [name])


def test_a_city_without_rows_has_results_without_rows() -> None:
    """A district that hands in an empty folder gets an empty report and not a crash."""
    assert all_results(evaluated({})) == {"delivery": [], "district": [], "plant_year": []}


def test_results_are_what_was_asked_for() -> None:
    """A run stores the answers, not the steps to them."""
    evaluation = evaluated(rows_of_many())
    evaluation.table(PLANT_YEAR, ["total_heat"])
    computed = {entity.name: frame.collect_schema().names() for entity, frame in evaluation.results()}
    assert list(computed) == ["plant_year"]
    rules = [name for name in computed["plant_year"] if "__" not in name]
    assert rules == ["plant_id", "year", "total_heat"]


# -- links -------------------------------------------------------------------------------------------


def test_a_row_can_look_at_its_own_year_before() -> None:
    """Change against the year before; the first year has none."""

    @a_rule(PLANT_YEAR)
    def change(output_t, last_year):
        return output_t / last_year.output_t - 1

    @a_rule(PLANT_YEAR)
    def change_of_change(change, last_year):
        return change - last_year.change

    rows = {"plant_years": [*years(2.0, 4.0, 12.0), *years(5.0, plant="P2")]}
    answers = ask(rows, [change, change_of_change])
    assert answers.column(change) == [None, 1.0, 2.0, None]
    assert answers.column(change_of_change) == [None, None, 1.0, None]
    assert answers.cause(change, "P2", 2020) == "plant_year has no last_year"
    assert answers.cause(change_of_change, "P1", 2020) == "plant_year has no last_year"


def test_one_row_may_look_up_several_parents_and_several_things_in_each() -> None:
    @a_rule(PLANT_YEAR, kind="text")
    def everything(plant, district, last_year, output_t):
        known = last_year.output_t.is_known() & (plant.capacity_t > output_t) & (district.land_km2 > 0)
        return when(known).then(plant.sector).otherwise(district.city_id)

    rows: Rows = {
        "districts": [{"district_id": "D1", "city_id": "C1", "land_km2": 1.0}],
        "plants": plants("P1", sector="26", capacity_t=5.0),
        "plant_years": years(1.0, 2.0, 9.0),
    }
    assert ask(rows, [everything]).column(everything) == ["C1", "26", "C1"]


def test_a_parent_gets_no_more_rows_from_its_children_and_a_child_keeps_its_one() -> None:
    """A join that multiplies rows would count a plant once for every delivery."""
    answers = Answers(evaluated(rows_of_many()))
    assert len(answers.rows(PLANT_YEAR, "total_heat", "growth", "part_of_district")) == 120
    assert len(answers.rows(DISTRICT, "district_heat", "mean_intensity")) == 4


# -- rounding and dates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(2.5, 0, 3.0), (-2.5, 0, -3.0), (0.125, 2, 0.13), (1234.5, -2, 1200.0), (1e12 + 0.5, 0, 1e12 + 1)],
)
def test_halves_are_rounded_away_from_zero(value: float, digits: int, expected: float) -> None:
    """As a clerk's calculator rounds sums of money; not to the even neighbour as Python does."""

    @a_rule(PLANT_YEAR, unit="t")
    def rounded(output_t):
        return output_t.round(digits)

    assert ask({"plant_years": years(value)}, [rounded]).column(rounded) == [expected]


def test_floor_and_ceiling_go_down_and_up() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def down(output_t):
        return output_t.floor()

    @a_rule(PLANT_YEAR, unit="t")
    def up(output_t):
        return output_t.ceil()

    answers = ask({"plant_years": years(1.2, -1.2, 3.0)}, [down, up])
    assert (answers.column(down), answers.column(up)) == ([1.0, -2.0, 3.0], [2.0, -1.0, 3.0])


def test_year_and_month_of_a_date() -> None:
    @a_rule(PLANT, kind="integer")
    def months(opened):
        return opened.year() * 12 + opened.month()

    answers = ask({"plants": [*plants("P1", opened="2024-02-29"), *plants("P2")]}, [months])
    assert answers.column(months) == [2024 * 12 + 2, None]
    assert answers.cause(months, "P2") == "plants.opened was not reported"


def test_dates_are_compared_with_published_dates() -> None:
    @a_rule(PLANT, kind="boolean")
    def is_new(opened, cut_off):
        return opened >= cut_off

    cut_off = parameter("demo.cut_off", cell(date(2021, 6, 1)), kind="date")
    rows = {"plants": [*plants("P1", opened="2021-06-01"), *plants("P2", opened="2021-05-31"), *plants("P3")]}
    assert ask(rows, [is_new], [cut_off]).column(is_new) == [True, False, None]


def test_a_rule_may_be_a_constant() -> None:
    """A definition, such as the base year of a plan."""

    @a_rule(PLANT_YEAR, kind="integer")
    def base_year():
        return 2020

    @a_rule(PLANT_YEAR, unit="t")
    def one_tonne():
        return quantity(1, "t")

    answers = ask({"plant_years": years(1.0)}, [base_year, one_tonne])
    assert (answers.column(base_year), answers.column(one_tonne)) == ([2020], [1.0])
