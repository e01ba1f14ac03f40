"""How far a result can be trusted: as far as the weakest value that went into it, and no less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.policy.engine_city import (
    CITY,
    DELIVERY,
    DISTRICT,
    PLANT,
    PLANT_YEAR,
    Rows,
    a_rule,
    ask,
    cell,
    parameter,
    plants,
    years,
)

from tanheng.policy import Rule, smallest, when
from tanheng.policy.parameters import Status

SURE = parameter("demo.sure", cell(1.0, status=Status.OFFICIAL))
SEEN = parameter("demo.seen", cell(2.0, status=Status.REPORTED))
OURS = parameter("demo.ours", cell(3.0, status=Status.EXAMPLE))
BY_SECTOR = parameter(
    "demo.by_sector",
    cell(1.0, "26", status=Status.REPORTED),
    cell(2.0, "44", status=Status.EXAMPLE),
    cell(None, "50", status=Status.EXAMPLE),
    by=("sector",),
)
OVER_TIME = parameter("demo.over_time", cell(1.0, status=Status.EXAMPLE), cell(2.0, start=date(2021, 1, 1)))
PARAMETERS = (SURE, SEEN, OURS, BY_SECTOR, OVER_TIME)


def trusts(expression: Callable[..., Any]) -> list[Status]:
    """The trust of a rule of PLANT_YEAR for the years 2020 and 2021."""
    expression.__name__ = "answer"
    answer = a_rule(PLANT_YEAR)(expression)
    rows: Rows = {"plants": plants("P1", sector="26"), "plant_years": years(2.0, None)}
    answers = ask(rows, [answer], PARAMETERS)
    return [answers.trust(answer, "P1", year) for year in (2020, 2021)]


OFFICIAL, REPORTED, RECALLED, EXAMPLE = Status


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (lambda extra_t: extra_t / extra_t, OFFICIAL),
        (lambda sure: sure, OFFICIAL),
        (lambda sure, seen: sure + seen, REPORTED),
        (lambda seen, ours: smallest(seen, ours), EXAMPLE),
        (lambda sure, ours: when(ours > 1).then(sure).otherwise(sure), EXAMPLE),
        (lambda by_sector, plant: by_sector[plant.sector], REPORTED),
        (lambda by_sector, plant, ours: by_sector[plant.sector] * ours, EXAMPLE),
        (lambda by_sector: by_sector["44"], EXAMPLE),
    ],
)
def test_the_weakest_value_that_went_in_decides(expression: Callable[..., Any], expected: Status) -> None:
    """A figure that rests on an assumption of ours must not pass for an official one."""
    assert trusts(expression) == [expected, expected]


def test_only_the_branch_taken_counts() -> None:
    """A plant on the published way is not marked for the assumption that others rest on."""
    found = trusts(lambda year, seen, ours: when(year == 2020).then(seen).otherwise(ours))
    assert found == [REPORTED, EXAMPLE]


def test_the_conditions_on_the_way_count() -> None:
    def answer(year, sure, seen, ours):
        return when(year < seen).then(sure).when(year < ours * 1000).then(sure).otherwise(sure)

    assert trusts(answer) == [EXAMPLE, EXAMPLE]


def test_a_fallback_that_was_not_needed_does_not_count() -> None:
    """A measured value is not an example because there is a default for those who did not measure."""
    found = trusts(lambda output_t, ours: (output_t / output_t).or_else(ours))
    assert found == [OFFICIAL, EXAMPLE]


def test_the_value_in_force_for_the_year_of_the_row_counts() -> None:
    assert trusts(lambda over_time: over_time) == [EXAMPLE, REPORTED]


def test_trust_travels_through_rules_links_and_totals() -> None:
    @a_rule(PLANT)
    def factor(by_sector, sector):
        return by_sector[sector]

    @a_rule(PLANT_YEAR)
    def factor_above(plant):
        return plant.factor

    @a_rule(DISTRICT)
    def total(plants):
        return plants.sum("factor")

    @a_rule(DISTRICT, kind="boolean")
    def high(total):
        return total > 1

    @a_rule(CITY, kind="integer")
    def high_districts(districts):
        return districts.count_if("high")

    rows: Rows = {
        "cities": [{"city_id": "C1"}, {"city_id": "C2"}],
        "districts": [
            {"district_id": "D1", "city_id": "C1"},
            {"district_id": "D2", "city_id": "C1"},
            {"district_id": "D3", "city_id": "C2"},
        ],
        "plants": [
            *plants("P1", sector="26"),
            *plants("P2", sector="44"),
            *plants("P3", sector="26", district_id="D2"),
        ],
        "plant_years": [*years(1.0), *years(1.0, plant="P2"), *years(1.0, plant="P9")],
    }
    answers = ask(rows, [factor, factor_above, total, high, high_districts], PARAMETERS)
    assert [answers.trust(factor, name) for name in ("P1", "P2", "P3")] == [REPORTED, EXAMPLE, REPORTED]
    assert [answers.trust(factor_above, name, 2020) for name in ("P1", "P2", "P9")] == [REPORTED, EXAMPLE, OFFICIAL]
    assert [answers.trust(total, name) for name in ("D1", "D2", "D3")] == [EXAMPLE, REPORTED, OFFICIAL]
    assert [answers.trust(high_districts, name) for name in ("C1", "C2")] == [EXAMPLE, OFFICIAL]


def test_the_weakest_status_of_all_rows_is_known_without_a_row() -> None:
    @a_rule(DELIVERY, unit="t")
    def scaled(mass_t, by_sector, fuel):
        return mass_t * by_sector[fuel]

    @a_rule(PLANT_YEAR, unit="t")
    def total(deliveries, seen):
        return deliveries.sum("scaled") * seen

    @a_rule(PLANT_YEAR)
    def plain(sure):
        return sure

    answers = ask({}, [scaled, total, plain], PARAMETERS)
    assert answers.evaluation.weakest(PLANT_YEAR, "total") == EXAMPLE
    assert answers.evaluation.weakest(PLANT_YEAR, "plain") == OFFICIAL
    assert answers.evaluation.parameters_behind({PLANT_YEAR: ["total"]}) == ("demo.by_sector", "demo.seen")


# -- made-up data ------------------------------------------------------------------------------------


def made_up(rules: list[Rule], table: str) -> list[bool]:
    """For each rule whether it rests on made-up data, when that table holds some."""
    rows: dict[str, list[dict[str, object]]] = {
        "plants": plants("P1"),
        "plant_years": years(1.0),
        "deliveries": [{"plant_id": "P1", "day": "2020-01-01", "fuel": "coal"}],
    }
    rows[table] = [{**row, "origin": "made_up"} for row in rows[table]]
    evaluation = ask(rows, rules).evaluation
    return [evaluation.rests_on_made_up(rule.entity, rule.name) for rule in rules]


def test_a_result_that_rests_on_made_up_rows_is_marked() -> None:
    """Demonstration data must never pass for the city's own, whichever way they came in."""

    @a_rule(PLANT_YEAR, unit="t")
    def own(output_t):
        return output_t

    @a_rule(PLANT_YEAR, unit="t")
    def looked_up(plant):
        return plant.capacity_t

    @a_rule(PLANT_YEAR, unit="t")
    def summed(deliveries):
        return deliveries.sum("mass_t")

    @a_rule(PLANT_YEAR, kind="integer")
    def counted(deliveries):
        return deliveries.count()

    @a_rule(PLANT, unit="t")
    def over_the_years(years):
        return years.sum("summed")

    rules = [own, looked_up, summed, counted, over_the_years]
    assert made_up(rules, "plant_years") == [True] * 5
    assert made_up(rules, "plants") == [False, True, False, False, True]
    assert made_up(rules, "deliveries") == [False, False, True, True, True]


def test_a_column_rests_on_its_own_table() -> None:
    rows: Rows = {"plant_years": [{**row, "origin": "made_up"} for row in years(1.0)], "plants": plants("P1")}
    evaluation = ask(rows, []).evaluation
    assert evaluation.rests_on_made_up(PLANT_YEAR, "output_t")
    assert not evaluation.rests_on_made_up(PLANT, "capacity_t")
