"""The same rules give the same results on DuckDB, Polars and Spark: a city that grows can move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.measures.inventory.worlds import ALL_TABLES, plan, shenzhen
from tests.policy.engine_city import DISTRICT_ID, PLANT_YEAR, YEAR_BEFORE, a_rule, city_of, rulebook
from tests.policy.engines import Placed, small_session
from tests.policy.test_against_naive import DATES_OF_RUN, Drawn, Results, cities, engine_results, rulebooks, rules, same

import tanheng.measures.inventory
from tanheng.policy import Rule
from tanheng.policy.backend import Tables
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.scenarios import Scenario, read_scenarios, run_scenarios
from tanheng.warehouse.city import City

ToEngine = Callable[[City], Tables]
SCENARIOS = read_scenarios(sorted((Path(str(tanheng.measures.inventory.__file__)).parent / "scenarios").glob("*.yaml")))


def to_polars(city: City) -> Tables:
    return Placed(city, "polars")


@pytest.fixture(scope="module")
def to_spark() -> Iterator[ToEngine]:
    with small_session() as session:
        yield lambda city: Placed(city, "spark", session)


@pytest.fixture(params=["duckdb", "polars", "spark"])
def to_engine(request: pytest.FixtureRequest) -> ToEngine:
    if request.param == "duckdb":
        return lambda city: city
    return to_polars if request.param == "polars" else request.getfixturevalue("to_spark")


# -- random rules on random cities -------------------------------------------------------------------


def must_agree(rows: Mapping[str, Any], book: Rulebook, drawn: Drawn, on: date, to_engine: ToEngine) -> None:
    checked = Plan((DISTRICT_ID, YEAR_BEFORE, *drawn), book)
    given_rows = {
        table: [{name: value for name, value in row.items() if name != "held"} for row in of_table]
        for table, of_table in rows.items()
    }
    with city_of(given_rows, held={"plant_years": "year = 2020"}) as city:
        here = engine_results(Evaluation(city, book, (), on=on, plan=checked), drawn)
        there = engine_results(Evaluation(to_engine(city), book, (), on=on, plan=checked), drawn)
    differences = found_apart(here, there)
    assert not differences, "\n".join(differences[:10])


def found_apart(here: Results, there: Results) -> list[str]:
    assert here.keys() == there.keys()
    return [
        f"{key}: {here[key]} on DuckDB, {there[key]} there"
        for key in here
        if here[key][1:] != there[key][1:] or not same(here[key][0], there[key][0])
    ]


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(rows=cities(), book=rulebooks(), drawn=rules(), on=DATES_OF_RUN)
def test_random_rules_on_polars(rows: Mapping[str, Any], book: Rulebook, drawn: Drawn, on: date) -> None:
    must_agree(rows, book, drawn, on, to_polars)


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(rows=cities(), book=rulebooks(), drawn=rules(), on=DATES_OF_RUN)
def test_random_rules_on_spark(
    to_spark: ToEngine, rows: Mapping[str, Any], book: Rulebook, drawn: Drawn, on: date
) -> None:
    must_agree(rows, book, drawn, on, to_spark)


# -- the inventory -----------------------------------------------------------------------------------


def scenarios_hold(scenarios: Sequence[Scenario], to_engine: ToEngine) -> None:
    outcomes = run_scenarios(scenarios, shenzhen(), plan(), ALL_TABLES, on_engine=to_engine)
    differences = [f"{each.scenario.name}: {found}" for each in outcomes for found in each.differences]
    assert not differences, "\n".join(differences)


def test_the_scenarios_of_the_inventory_hold_on_polars() -> None:
    scenarios_hold(SCENARIOS, to_polars)


@pytest.mark.city
def test_scenarios_of_the_inventory_hold_on_spark(to_spark: ToEngine) -> None:
    """The first of each file: what one costs on Spark is planning, which grows with the rules and not the rows."""
    scenarios_hold(list({scenario.file: scenario for scenario in reversed(SCENARIOS)}.values()), to_spark)


# -- where engines differ by themselves --------------------------------------------------------------


def outcomes(to_engine: ToEngine, rule: Rule, column: str, values: Sequence[object]) -> list[Any]:
    rows = [{"plant_id": "P1", "year": 2000 + n, column: value} for n, value in enumerate(values)]
    with city_of({"plant_years": rows}) as city:
        evaluation = Evaluation(to_engine(city), rulebook(), (DISTRICT_ID, YEAR_BEFORE, rule), on=date(2024, 12, 31))
        found = evaluation.table(PLANT_YEAR, [rule.name]).sort("year").collect("pyarrow")
        return [row[rule.name] for row in found.iter_rows(named=True)]


def test_halves_are_rounded_away_from_zero(to_engine: ToEngine) -> None:
    """A bank's rounding on one engine and a merchant's on the other make two laws of one."""

    @a_rule(PLANT_YEAR, "t")
    def rounded(output_t):
        return output_t.round()

    given_t = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 4503599627370497.5, None]
    expected = [1.0, 2.0, 3.0, -1.0, -2.0, 0.0, 4503599627370498.0, None]
    assert outcomes(to_engine, rounded, "output_t", given_t) == expected


def test_digits_behind_the_point_are_those_of_the_number_and_not_of_its_print(to_engine: ToEngine) -> None:
    """1.005 is a little less than it looks; Spark alone would round what it prints."""

    @a_rule(PLANT_YEAR, "t")
    def rounded(output_t):
        return output_t.round(2)

    assert outcomes(to_engine, rounded, "output_t", [2.675, -2.675, 1.005, 0.125]) == [2.68, -2.68, 1.0, 0.13]


def test_division_by_a_constant_is_no_product_with_its_reciprocal(to_engine: ToEngine) -> None:
    @a_rule(PLANT_YEAR, "t")
    def millionth(output_t):
        return output_t / 1_000_000

    assert outcomes(to_engine, millionth, "output_t", [52783000.0, 6103.0, 49.0]) == [52.783, 0.006103, 0.000049]


def total_of(to_engine: ToEngine, *outputs: float) -> Any:
    from tests.policy.engine_city import PLANT

    @a_rule(PLANT, "t")
    def total(years):
        return years.sum("output_t")

    years = [{"plant_id": "P1", "year": 2000 + n, "output_t": output} for n, output in enumerate(outputs)]
    with city_of({"plants": [{"plant_id": "P1", "district_id": "D1"}], "plant_years": years}) as city:
        evaluation = Evaluation(to_engine(city), rulebook(), (DISTRICT_ID, YEAR_BEFORE, total), on=date(2024, 12, 31))
        (row,) = evaluation.table(PLANT, ["total"]).collect("pyarrow").iter_rows(named=True)
        return row["total"]


def test_totals_do_not_depend_on_the_order_of_their_parts(to_engine: ToEngine) -> None:
    assert total_of(to_engine, *[0.1] * 10) == 1.0
    assert total_of(to_engine, 1e9, 0.1, -1e9) == 0.1


def test_a_total_beyond_64_bits_is_right_or_an_error(to_engine: ToEngine, request: pytest.FixtureRequest) -> None:
    """Nine trillion tonnes are nobody's. A wrong number of them would still be worse than none."""
    if "spark" in request.node.name:
        with pytest.raises(Exception, match="ARITHMETIC_OVERFLOW"):
            total_of(to_engine, 9e12, 9e12)
    else:
        assert total_of(to_engine, 9e12, 9e12) == 1.8e13
