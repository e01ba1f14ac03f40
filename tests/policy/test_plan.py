"""Every fault of every rule is told before a row is read, in words that its author can act on."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from tests.policy.engine_city import (
    CITIES,
    CITY,
    DELIVERY,
    DISTRICT,
    DISTRICT_ID,
    PLANT,
    PLANT_YEAR,
    PLANTS,
    YEAR_BEFORE,
    a_rule,
    ask,
    cell,
    parameter,
    plants,
    rulebook,
    years,
)

from tanheng.policy import Entity, Rule, belongs_to, quantity, rule, rules_of, when
from tanheng.policy.expressions import RuleError
from tanheng.policy.plan import Plan
from tanheng.problems import InputRejected
from tanheng.text import Text


def faults(rules: list[Rule], *parameters: Any) -> list[str]:
    """What the plan says, one line a problem."""
    with pytest.raises(InputRejected) as raised:
        Plan([DISTRICT_ID, YEAR_BEFORE, *rules], rulebook(*parameters))
    return [str(problem) for problem in raised.value.problems]


# -- what a name can stand for -----------------------------------------------------------------------


def test_a_name_is_a_column_a_rule_a_link_or_a_parameter() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def sold(output_t):
        return output_t

    @a_rule(PLANT_YEAR, unit="t")
    def stays(sold, plant, deliveries, allowed_loss):
        return plant.capacity_t + deliveries.sum("mass_t") - sold - allowed_loss

    rows = {
        "plants": plants("P1", capacity_t=10.0),
        "plant_years": years(4.0),
        "deliveries": [{"plant_id": "P1", "day": "2020-01-01", "fuel": "coal", "mass_t": 2.0}],
    }
    answers = ask(rows, [sold, stays], [parameter("demo.allowed_loss", cell(0.5), unit="t")])
    assert answers.value(stays, "P1", 2020) == 7.5


def test_a_parameter_is_looked_for_under_the_measure_of_the_rule() -> None:
    """Two measures may both have a threshold; neither takes the other's."""

    @a_rule(PLANT_YEAR, unit="t", measure="near_zero")
    def mine(threshold):
        return threshold

    @a_rule(PLANT_YEAR, unit="t", measure="near_zero", parameters={"threshold": "access.threshold"})
    def theirs(threshold):
        return threshold

    parameters = [
        parameter("near_zero.threshold", cell(1.0), unit="t"),
        parameter("access.threshold", cell(2.0), unit="t"),
    ]
    answers = ask({"plant_years": years(1.0)}, [mine, theirs], parameters)
    assert (answers.column(mine), answers.column(theirs)) == ([1.0], [2.0])


def test_rules_in_a_folder_belong_to_the_measure_and_not_to_the_folder() -> None:
    def threshold_of(threshold):
        return threshold

    threshold_of.__module__ = "tanheng.measures.inventory.rules.fuels"
    assert rule(PLANT, title=Text("t", "t"))(threshold_of).namespace == "inventory"


def test_a_rule_may_have_the_name_of_the_parameter_it_takes() -> None:
    @a_rule(PLANT_YEAR)
    def factor(factor):
        return factor * 2

    assert ask({"plant_years": years(1.0)}, [factor], [parameter("demo.factor", cell(3.0))]).column(factor) == [6.0]


def test_a_name_that_fits_two_things_is_refused() -> None:
    """Taking the column or the parameter by some silent order would be wrong half of the time."""

    @a_rule(PLANT)
    def doubled(sector):
        return sector

    said = faults([doubled], parameter("demo.sector", cell("26"), kind="text"))
    assert len(said) == 1
    assert "sector is a column and a parameter: say which with parameters={...} or columns=(...)" in said[0]


def test_a_rule_can_say_which_of_two_things_it_means() -> None:
    @a_rule(PLANT, kind="text", columns=("sector",))
    def column(sector):
        return sector

    @a_rule(PLANT, kind="text", parameters={"sector": "demo.sector"})
    def published(sector):
        return sector

    sector = parameter("demo.sector", cell("26"), kind="text")
    answers = ask({"plants": plants("P1", sector="44")}, [column, published], [sector])
    assert (answers.column(column), answers.column(published)) == (["44"], ["26"])


def test_an_unknown_name_is_told_with_what_comes_near() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def doubled(outputt):
        return outputt

    @a_rule(PLANT_YEAR)
    def scaled(ncvv):
        return ncvv

    said = faults([doubled, scaled], parameter("demo.ncv", cell(1.0)))
    assert "outputt is no column, rule or link of plant_year and no parameter of demo; near it are output_t" in said[0]
    assert "near it are ncv" in said[1]


def test_an_unknown_parameter_of_another_measure_is_told_with_what_comes_near() -> None:
    @a_rule(PLANT_YEAR, parameters={"gwp": "gwp.ar6"})
    def potential(gwp):
        return gwp

    said = faults([potential], parameter("gwp.ar5", cell(28.0)))
    assert "the rulebook has no parameter gwp.ar6; near it are gwp.ar5" in said[0]


def test_an_unknown_name_along_a_link_is_told_with_what_comes_near() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def above(plant):
        return plant.capacity

    @a_rule(PLANT_YEAR, unit="t")
    def below(deliveries):
        return deliveries.sum("mas_t")

    said = faults([above, below])
    assert "plant has no column or rule capacity. near it are capacity_t" in said[0]
    assert "delivery has no column or rule mas_t. near it are mass_t" in said[1]


def test_a_link_whose_column_is_a_missing_rule_is_told() -> None:
    """The link goes by a rule; without that rule it would lead nowhere."""

    @a_rule(PLANT_YEAR, kind="text")
    def city(district):
        return district.city_id

    with pytest.raises(InputRejected, match="plant_year has no column or rule district_id"):
        Plan([city], rulebook())


def test_the_rules_of_a_module_come_in_the_order_of_its_source() -> None:
    """What is no rule stays out, be it a helper function or an entity."""
    module = ModuleType("tanheng.measures.demo.rules")
    vars(module).update({"second": YEAR_BEFORE, "entity": PLANT, "first": DISTRICT_ID, "helper": print})
    assert rules_of(module) == (YEAR_BEFORE, DISTRICT_ID)


# -- order and circles -------------------------------------------------------------------------------


def test_the_order_of_writing_does_not_matter() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def third(second):
        return second * 2

    @a_rule(PLANT_YEAR, unit="t")
    def second(first):
        return first + quantity(1, "t")

    @a_rule(PLANT_YEAR, unit="t")
    def first(output_t):
        return output_t

    plan = Plan([third, first, second], rulebook())
    assert [planned.name for planned in plan.of(PLANT_YEAR)] == ["first", "second", "third"]
    assert plan.needs(PLANT_YEAR, "third") == ((PLANT_YEAR, "second"),)
    assert [name for _, name in plan.closure([(PLANT_YEAR, "second")])] == ["first", "second"]


def test_a_circle_is_told_with_the_way_it_goes() -> None:
    """Without the way its author would have to read every rule of the measure."""

    @a_rule(PLANT_YEAR)
    def one(three):
        return three

    @a_rule(PLANT_YEAR)
    def two(one):
        return one

    @a_rule(PLANT_YEAR)
    def three(two):
        return two

    said = faults([one, two, three])
    assert len(said) == 1
    assert "the rules go in a circle: plant_year.one -> plant_year.three -> plant_year.two -> plant_year.one" in said[0]


def test_a_circle_through_a_link_is_a_circle() -> None:
    @a_rule(PLANT, unit="t")
    def total(years):
        return years.sum("part_of_total")

    @a_rule(PLANT_YEAR, unit="t")
    def part_of_total(plant):
        return plant.total

    assert "plant.total -> plant_year.part_of_total -> plant.total" in faults([total, part_of_total])[0]


def test_a_rule_that_looks_at_itself_in_another_row_is_a_circle() -> None:
    """A chain over any number of years cannot be planned; it would have to be unrolled."""

    @a_rule(PLANT_YEAR, unit="t")
    def stock(last_year, output_t):
        return last_year.stock + output_t

    assert "plant_year.stock -> plant_year.stock" in faults([stock])[0]


def test_what_rests_on_a_faulty_rule_is_not_told_as_another_fault() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def wrong(nothing):
        return nothing

    @a_rule(PLANT_YEAR, unit="t")
    def right(wrong):
        return wrong * 2

    assert len(faults([right, wrong])) == 1


# -- all at once -------------------------------------------------------------------------------------


def test_all_faults_of_all_rules_are_told_at_once() -> None:
    """Nobody should have to start the run six times to hear of six faults."""

    @a_rule(PLANT_YEAR, unit="t")
    def unknown_name(outpt_t):
        return outpt_t

    @a_rule(PLANT_YEAR, unit="t")
    def wrong_unit(waste_kg):
        return waste_kg

    @a_rule(PLANT_YEAR, unit="t")
    def unknown_unit(waste_kg):
        return waste_kg.to("tonnes")

    @a_rule(PLANT_YEAR)
    def too_many_categories(factor, plant_id):
        return factor[plant_id, plant_id]

    @a_rule(PLANT_YEAR)
    def no_category(factor):
        return factor

    @a_rule(PLANT_YEAR, unit="t")
    def unfinished(output_t):
        return when(output_t > 0).then(output_t)

    rules = [unknown_name, wrong_unit, unknown_unit, too_many_categories, no_category, unfinished]
    said = faults(rules, parameter("demo.factor", cell(1.0, "a"), by=("sector",)))
    assert [rule.name for rule in rules if not any(f"column {rule.name}:" in line for line in said)] == []
    assert len(said) == len(rules)


def test_a_problem_names_the_file_the_line_and_the_rule() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def wrong(waste_kg):
        return waste_kg

    with pytest.raises(InputRejected) as raised:
        Plan([wrong], rulebook())
    problem = raised.value.problems[0]
    assert (problem.file, problem.column) == ("measures/demo/rules.py", "wrong")
    assert problem.line == wrong.function.__code__.co_firstlineno


def test_the_number_of_categories_must_be_right() -> None:
    @a_rule(PLANT_YEAR)
    def one_too_few(factor, plant_id):
        return factor[plant_id]

    said = faults([one_too_few], parameter("demo.factor", cell(1.0, "a", "b"), by=("sector", "fuel")))
    assert "demo.factor takes sector, fuel, not 1 value(s) in [ ]" in said[0]


def test_a_column_is_made_once() -> None:
    """Of two rules with one name the second would silently win."""

    def doubled(output_t):
        return output_t * 2

    again = a_rule(PLANT_YEAR, unit="t")(doubled)
    said = faults([a_rule(PLANT_YEAR, unit="t")(doubled), again])
    assert "plant_year.doubled is made by another rule too" in said[0]


def test_a_rule_cannot_replace_a_column() -> None:
    @a_rule(PLANT_YEAR, unit="t")
    def output_t(waste_kg):
        return waste_kg.to("t")

    assert "table plant_years has a column output_t already" in faults([output_t])[0]


# -- what cannot be written --------------------------------------------------------------------------


def test_if_and_or_not_are_refused_with_what_to_write_instead() -> None:
    """Python's ``if`` would be decided once, for the whole city."""

    @a_rule(PLANT_YEAR, unit="t")
    def branch(output_t):
        return output_t if output_t > 0 else 0

    assert "use when(...), &, |, ~" in faults([branch])[0]


def test_a_link_is_no_value() -> None:
    @a_rule(PLANT_YEAR)
    def whole_link(deliveries):
        return deliveries

    assert "name a column or rule of it" in faults([whole_link])[0]


def test_what_is_no_value_cannot_stand_in_a_rule() -> None:
    @a_rule(PLANT_YEAR)
    def listed():
        return [1, 2]

    assert "[1, 2] cannot stand in a rule" in faults([listed])[0]


def test_an_argument_with_a_default_is_refused() -> None:
    """A default would be a policy figure hidden in code."""
    with pytest.raises(RuleError, match="argument factor must be a plain name"):

        @a_rule(PLANT_YEAR)
        def scaled(factor=2):
            return factor


def test_a_parameter_takes_its_categories_once() -> None:
    @a_rule(PLANT_YEAR)
    def twice(factor, plant_id):
        return factor[plant_id][plant_id]

    said = faults([twice], parameter("demo.factor", cell(1.0, "a"), by=("sector",)))
    assert "demo.factor has its categories already" in said[0]


# -- entities and links ------------------------------------------------------------------------------


def test_a_plan_knows_every_entity_that_its_links_reach() -> None:
    plan = Plan([DISTRICT_ID, YEAR_BEFORE], rulebook())
    assert set(plan.entities) == {CITY, DISTRICT, PLANT, PLANT_YEAR, DELIVERY}
    assert plan.entity("district") is DISTRICT
    with pytest.raises(KeyError, match="there is no entity distrct; there are city, delivery, district, plant"):
        plan.entity("distrct")


def test_a_link_names_the_whole_key_of_its_parent() -> None:
    """Half a key would join a row to several parents and count it as often."""
    child, parent = Entity("child", PLANTS, Text("c", "c")), Entity("parent", CITIES, Text("p", "p"))
    with pytest.raises(ValueError, match="by must name city_id, not sector"):
        belongs_to(child, parent, by={"sector": "sector"}, parent_name="city", children_name="plants")


def test_a_link_cannot_take_the_name_of_a_column() -> None:
    child, parent = Entity("child", PLANTS, Text("c", "c")), Entity("parent", CITIES, Text("p", "p"))
    with pytest.raises(ValueError, match="child has something called sector already"):
        belongs_to(child, parent, by={"city_id": "district_id"}, parent_name="sector", children_name="plants")
    belongs_to(child, parent, by={"city_id": "district_id"}, parent_name="city", children_name="plants")
    with pytest.raises(ValueError, match="parent has something called plants already"):
        belongs_to(child, parent, by={"city_id": "district_id"}, parent_name="town", children_name="plants")


def test_a_category_written_out_must_be_one_that_the_parameter_has() -> None:
    """A misspelt category would be undetermined for everybody, for ever, and look like a missing document."""

    @a_rule(PLANT_YEAR)
    def green(level):
        return level["gren"]

    @a_rule(PLANT_YEAR)
    def mixed(share, plant_id):
        return share["operating", plant_id] + share["build", plant_id]

    @a_rule(PLANT_YEAR)
    def unset(level):
        return level["yellow"]

    levels = parameter("demo.level", cell(1.0, "green"), cell(None, "yellow"), by=("colour",))
    shares = parameter("demo.share", cell(0.5, "operating", "P1"), cell(0.5, "OM", "P1"), by=("margin", "plant"))
    said = faults([green, mixed, unset], levels, shares)
    assert len(said) == 2, "an unset value is there, and its rule stands"
    assert 'demo.level has no colour "gren"; near it are green' in said[0]
    assert 'demo.share has no margin "build"; near it are OM, operating' in said[1]


def test_categories_written_out_must_go_together() -> None:
    @a_rule(PLANT_YEAR)
    def crossed(share):
        return share["build", "P1"]

    shares = parameter("demo.share", cell(0.5, "operating", "P1"), cell(0.5, "build", "P2"), by=("margin", "plant"))
    assert "demo.share has no value for margin build, plant P1 together" in faults([crossed], shares)[0]
