"""A variant against the base: equal to a run of its own, nothing where nothing changes, and never zero for unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.comparison.world import DEMO, LONG_AGO, ON, RULES, YEAR, book, cell, of, outcome, outcomes, town, with_cells
from tests.policy.engine_city import PLANT_YEAR, city_of

from tanheng.comparison.answer import assessment_of
from tanheng.comparison.comparing import Comparer
from tanheng.comparison.costs import cost_in_words, costs_of
from tanheng.comparison.differences import Difference
from tanheng.comparison.groups import by_group
from tanheng.comparison.headline import headline
from tanheng.comparison.results import chosen
from tanheng.comparison.sweep import Sweep
from tanheng.comparison.working import Outcome, compare_dates, sweep_steps
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.rulebook import Rulebook
from tanheng.problems import InputRejected
from tanheng.warehouse.city import City


def full(city: City, other: Rulebook, entity: Entity, name: str) -> list[tuple[Any, str | None, int]]:
    """Value, reason and trust of each row of the year in a run of the rulebook alone."""
    evaluation = Evaluation(city, other, RULES, on=ON)
    rows = evaluation.table(entity, [name]).sort(*entity.key).collect("pyarrow").iter_rows(named=True)
    found = []
    for row in rows:
        if row.get("year", YEAR) == YEAR:
            code = row.get(f"{name}__cause")
            said = None if code is None else evaluation.cause(code).text.en
            found.append((row[name], said, row[f"{name}__trust"]))
    return found


def told(difference: Difference) -> list[tuple[Any, str | None, int | None]]:
    causes = [None if cause is None else cause.en for cause in difference.after_cause]
    return list(zip(difference.after, causes, difference.after_trust, strict=True))


def test_a_rulebook_against_itself_changes_nothing() -> None:
    found = outcome(book(), book())
    assert found.compared.differences == () and found.compared.effects == () and found.explained == ()
    assert headline(found.compared)[0].en == "Nothing changes: the rulebooks say the same."
    assert assessment_of(found.compared).tables == ()


MAYBE = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0, 2.0, 10.0, 15.0, 40.0]))
BOOKS = st.builds(book, steel=MAYBE, paper=MAYBE, threshold=MAYBE, price=MAYBE)


@settings(max_examples=8)
@given(base=BOOKS, other=BOOKS)
def test_a_variant_is_what_a_run_of_it_is_and_its_parts_add_up(base: Rulebook, other: Rulebook) -> None:
    """Whatever is taken from the base must not be seen in the results: not in a value, a reason or a trust."""
    city = town()
    found = outcome(base, other, city=city)
    for each in found.compared.differences:
        result = each.result
        assert told(each) == full(city, other, result.entity, result.name), result.id
        before = [(value, cause and cause.en) for value, cause in zip(each.before, each.before_cause, strict=True)]
        assert before == [row[:2] for row in full(city, base, result.entity, result.name)], result.id
        _adds_up(each)
    for effects in found.compared.effects:
        parts = sum(round(each.part * 1e6) for each in effects.contributions)
        assert parts + round(effects.not_divided * 1e6) == round(effects.whole * 1e6), effects.result.id
    reached = {each.result.name for each in found.compared.differences}
    assert "twice_t" not in reached, "no parameter is behind it"


def _adds_up(difference: Difference) -> None:
    """After is before, and what changed, came and went; over the whole and over every group."""
    total = difference.totals()

    def amount(name: str) -> int:
        return round((getattr(total, name) or 0.0) * 1e6)

    after = amount("before") + amount("change") + amount("newly_determined") - amount("newly_undetermined")
    if difference.result.is_number:
        assert amount("after") == after + amount("appears") - amount("gone")
        assert amount("change") == amount("increase") + amount("decrease")
    assert sum(difference.counts.values()) == len(difference.keys)


def test_unknown_is_never_zero() -> None:
    """A price that is no longer published takes nobody's charge away: nobody knows it any more."""
    found = outcome(book(), book(price=None))
    charge = of(found, "charge_cny")
    assert [charge.effect(place) for place in range(7)] == [
        "unchanged",  # below the threshold: nothing is owed, whatever the price
        "newly_undetermined",
        "newly_undetermined",
        "undetermined",  # no sector, on either side
        "newly_undetermined",
        "unchanged",
        "undetermined",  # a delivery was not reported
    ]
    totals = charge.totals()
    assert totals.change == 0.0 and totals.newly_undetermined == 11.0 and totals.after == 0.0
    assert totals.undetermined_after == 5
    assert charge.after_cause[1].en == "demo.price is not published"
    (row,) = [row for row in assessment_of(found.compared).tables if row.id == "causes"]
    assert row.data["why"].to_pylist() == ["demo.price is not published"] * len(row.data)


def test_nothing_determined_has_no_total() -> None:
    found = outcome(book(threshold=None), book(threshold=None, price=3.0))
    totals = of(found, "charge_cny").totals()
    assert (totals.before, totals.after, totals.change) == (None, None, None)


def test_who_gains_and_who_loses() -> None:
    """A higher threshold frees one plant from its charge, a lower factor of paper another; steel of D2 still pays."""
    found = outcome(book(), book(threshold=30.0, paper=0.25))
    charge = of(found, "charge_cny")
    assert charge.counts == {"gains": 2, "unchanged": 3, "undetermined": 2}
    assert of(found, "is_large").counts == {"gains": 2, "unchanged": 3, "undetermined": 2}
    assert of(found, "colour").counts == {"gains": 2, "unchanged": 3, "undetermined": 2}
    assert of(found, "emitted_kg").counts == {"gains": 2, "unchanged": 3, "undetermined": 2}
    districts = of(found, "charges_cny")
    assert districts.counts == {"lower": 1, "unchanged": 1}, "no measure says that a district's income is good or bad"


def test_groups_add_up_to_the_whole() -> None:
    found = outcome(book(), book(threshold=30.0, steel=4.0))
    charge = of(found, "charge_cny")
    for grouping in found.compared.groupings(charge):
        groups = by_group(charge, grouping)
        assert sum(group.rows for group in groups) == 7
        assert sum(group.totals.change or 0.0 for group in groups) == pytest.approx(charge.totals().change)
    by_sector = {
        group.id: group.rows
        for group in by_group(charge, next(each for each in found.compared.groupings(charge) if each.id == "sector"))
    }
    assert by_sector == {"paper": 2, "steel": 4, "": 1}


def test_what_each_parameter_contributes() -> None:
    """Price and threshold together: by hand, over both orders. Emitted 10, 20, 50, 40 and 4 kg are known."""
    base, other = book(threshold=15.0, price=0.1), book(threshold=30.0, price=0.2)
    effects = next(each for each in outcome(base, other).compared.effects if each.result.name == "charge_cny")
    # Before, 20 + 50 + 40 kg pay 0.1: 11. After, 50 + 40 kg pay 0.2: 18. The price alone gives 22, the threshold 9.
    by_name = {each.parameter: (each.part, each.alone) for each in effects.contributions}
    assert by_name["demo.price"] == pytest.approx(((11 + 9) / 2, 11))
    assert by_name["demo.threshold"] == pytest.approx(((-2 - 4) / 2, -2))
    assert effects.whole == pytest.approx(7) and effects.interaction == pytest.approx(-2)


def test_the_base_is_not_touched_by_its_variants() -> None:
    """Caches after a reform: a second variant must not see the first one's values, nor the base change."""
    base, dear, cheap = book(), book(price=9.0), book(price=0.01)
    alone = [told(of(outcome(base, each), "charge_cny")) for each in (dear, cheap)]
    both = outcomes(base, [dear, cheap, base])
    assert [told(of(each, "charge_cny")) for each in both[:2]] == alone
    assert [of(each, "charge_cny").before for each in both[:2]] == [of(both[0], "charge_cny").before] * 2
    assert both[2].compared.differences == ()


def test_a_bare_date_holds_from_then_on() -> None:
    """A reform of 2022 is in force in 2024, and one of 2025 is not yet."""
    early = book(more=[cell(5.0, start=date(2022, 1, 1))])
    late = book(more=[cell(5.0, start=date(2025, 1, 1))])
    assert of(outcome(book(), early), "charge_cny").counts == {"loses": 3, "unchanged": 2, "undetermined": 2}
    found = outcome(book(), late)
    assert found.compared.differences == ()
    assert headline(found.compared)[0].en.startswith("Nothing changes: no rule takes up what is changed")


def test_a_repeal_is_a_change() -> None:
    """From the day on there is no price any more, and not the one before; it is not the same as one left unset."""
    repeal = replace(cell(None, start=date(2023, 1, 1)), said="repealed")
    base = book(more=[cell(None, start=date(2023, 1, 1))])
    charge = of(outcome(book(), book(more=[repeal])), "charge_cny")
    assert charge.counts == {"newly_undetermined": 3, "unchanged": 2, "undetermined": 2}
    assert list(outcome(base, book(more=[repeal])).compared.changes) == ["demo.price"]


def test_a_correction_of_the_past_that_no_row_sees_reaches_nothing() -> None:
    base = book(more=[cell(0.1, start=date(2010, 1, 1))])
    price = base["demo.price"].cells
    old = with_cells(base, "demo.price", cell(7.0, start=LONG_AGO), *[each for each in price if each.start != LONG_AGO])
    found = outcome(base, old)
    assert list(found.compared.changes) == ["demo.price"] and found.compared.differences == ()


def test_a_change_of_another_category_reaches_only_rules_that_see_it() -> None:
    found = outcome(book(), with_cells(book(), "demo.threshold", cell(2.0)))
    assert found.compared.reach.parameters == ("demo.threshold",)
    assert "emitted_kg" not in {each.result.name for each in found.compared.differences}


def test_results_that_somebody_asks_for() -> None:
    found = outcome(book(), book(price=1.0), "plant_year.charge_cny", "plant_year.twice_t")
    assert [each.result.name for each in found.compared.differences] == ["charge_cny"]
    assert [each.name for each in found.compared.not_reached] == ["twice_t"]
    with pytest.raises(InputRejected) as rejected:
        outcome(book(), book(price=1.0), "plant_year.charge", "charge_cny", "plant_year.sector")
    assert [problem.value for problem in rejected.value.problems] == ["plant_year.charge", "charge_cny"]
    assert "plant_year.charge_cny" in str(rejected.value)


def test_two_explanations_side_by_side() -> None:
    """What differs stands out; what the change cannot reach is told and not opened."""
    found = outcome(book(), book(threshold=30.0), "plant_year.charge_cny")
    freed = next(each for each in found.explained if each.subject == f"plant_year:D11,{YEAR}")
    nodes = {node.one.name: node for _, node in freed.reason.walk()}
    assert (nodes["charge_cny"].before.value, nodes["charge_cny"].after.value) == (2.0, 0.0)  # type: ignore[union-attr]
    assert nodes["is_large"].differs and nodes["demo.threshold"].differs
    assert not nodes["emitted_kg"].differs and nodes["emitted_kg"].children == ()
    assert nodes["demo.threshold"].before.value == 15.0  # type: ignore[union-attr]


def test_a_sweep_is_each_of_its_values_by_itself() -> None:
    base, city = book(), town()
    sweep = Sweep("demo.threshold", (), (5.0, 15.0, 30.0, 60.0), 15.0)
    steps = list(sweep_steps(city, base, sweep, on=ON, year=YEAR, measures=(DEMO,)))
    for step in steps:
        charge = next(each for each in step.differences if each.result.name == "charge_cny")
        assert list(charge.after) == [
            row[0] for row in full(city, book(threshold=step.value), PLANT_YEAR, "charge_cny")
        ]
    counts = [next(e for e in step.differences if e.result.name == "is_large").counts for step in steps]
    assert counts[1] == {"unchanged": 5, "undetermined": 2}, "the value in force changes nothing"
    assert [count.get("gains", 0) for count in counts] == [0, 0, 1, 3] and counts[0]["loses"] == 1


def dates(rows: Iterable[dict[str, object]], rules: Rulebook, *asked: str) -> Outcome:
    """The end of 2023 and of 2024."""
    city = city_of(
        {
            "districts": [{"district_id": "D1", "city_id": "C"}],
            "plants": [{"plant_id": f"P{n}", "district_id": "D1", "sector": "steel"} for n in range(4)],
            "plant_years": list(rows),
        }
    )
    then = date(2023, 12, 31), date(2024, 12, 31)
    return compare_dates(city, city, rules, then, asked=asked, measures=(DEMO,))


def test_two_dates_tell_the_rules_from_the_city() -> None:
    """A plant of one year only is neither a gain nor a loss; the price of 2024 and the output each do their part."""
    rules = book(threshold=0.0, more=[cell(0.3, start=date(2024, 1, 1))])
    rows = [
        {"plant_id": "P0", "year": 2023, "output_t": 10.0},
        {"plant_id": "P0", "year": 2024, "output_t": 20.0},
        {"plant_id": "P1", "year": 2023, "output_t": 10.0},  # closed
        {"plant_id": "P2", "year": 2024, "output_t": 10.0},  # opened
        {"plant_id": "P3", "year": 2023, "output_t": 10.0},
        {"plant_id": "P3", "year": 2024, "output_t": None},
    ]
    found = dates(rows, rules, "plant_year.charge_cny")
    (charge,) = found.compared.differences
    assert [charge.effect(place) for place in range(4)] == ["loses", "gone", "appears", "newly_undetermined"]
    assert charge.keys == [("P0",), ("P1",), ("P2",), ("P3",)]
    totals = charge.totals()
    assert (totals.change, totals.gone, totals.appears, totals.newly_undetermined) == (10.0, 2.0, 6.0, 2.0)
    (effects,) = found.compared.effects
    parts = {each.parameter: each.part for each in effects.contributions}
    assert parts == {"city": 2.0, "demo.price": 8.0}  # 20 kg more at 0.1, then 40 kg at 0.2 more
    explained = {each.subject: each.reason for each in found.explained}
    assert explained["plant_year:P0,2024"].before.value == 2.0  # type: ignore[union-attr]
    assert explained["plant_year:P0,2024"].after.value == 12.0  # type: ignore[union-attr]


def test_what_the_change_cannot_reach_is_taken_from_the_base() -> None:
    """Not read again: where the base says something else than its rows, so does the variant."""
    city = town()
    comparer = Comparer(city, book(), RULES, on=ON, year=YEAR)
    held = comparer.hold(book(price=2.0))
    results = chosen(comparer.plan, (DEMO,), ["plant_year.charge_cny"])
    comparer.prepare(results, [(held, results)])
    city.connection.execute("CREATE TABLE none_at_all AS SELECT * FROM deliveries WHERE false")
    city.connection.execute("CREATE OR REPLACE VIEW deliveries AS SELECT * FROM none_at_all")
    (charge,) = comparer.variant(held).differences
    assert charge.after[4] == 80.0, "with the two tonnes that were delivered when the base was worked out"


def test_what_it_costs_is_told_once_with_what_became_known_and_unknown() -> None:
    """The districts add up the plants' charges: one amount, told of the plants."""
    found = outcome(book(), book(price=0.2))
    (cost,) = costs_of(found.compared)
    assert cost.result.name == "charge_cny"
    assert cost_in_words(cost).en.endswith(
        "(plant in a year): 11.00 CNY before, 22.00 CNY after, 11.00 CNY more (+100.00%); 2 undetermined left out."
    )
    assert cost_in_words(cost) in headline(found.compared), "no single row is the city's, so the headline says it"
    (section,) = [each for each in assessment_of(found.compared).sections if each.title.en == "What it costs"]
    assert section.text[0] == cost_in_words(cost)


def test_a_cost_that_nobody_knows_any_more_is_no_saving() -> None:
    (cost,) = costs_of(outcome(book(), book(price=None)).compared)
    said = cost_in_words(cost).en
    assert "11.00 CNY no longer determined" in said and "less" not in said and said.endswith("5 undetermined left out.")
