"""Scenarios: what a person of the policy side writes is either checked to the last entry or refused with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from tests.policy.engine_city import (
    DELIVERY,
    DISTRICT_ID,
    PLANT_YEAR,
    TABLES,
    YEAR_BEFORE,
    a_rule,
    cell,
    parameter,
    rulebook,
)

from tanheng.policy import Rule, quantity, rank, share, when
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.scenarios import Scenario, outcomes_and_ways, read_scenarios, rules_without_scenario, run_scenarios
from tanheng.problems import InputRejected


@a_rule(DELIVERY, unit="GJ")
def heat(mass_t, ncv, fuel):
    return mass_t * ncv[fuel]


@a_rule(PLANT_YEAR, unit="GJ")
def total_heat(deliveries):
    return deliveries.sum("heat")


@a_rule(PLANT_YEAR, kind="integer")
def loads(deliveries):
    return deliveries.count()


@a_rule(PLANT_YEAR, kind="boolean")
def is_large(total_heat, limit):
    return total_heat >= limit


@a_rule(PLANT_YEAR, kind="text")
def sector(plant):
    return plant.sector


RULES: tuple[Rule, ...] = (DISTRICT_ID, YEAR_BEFORE, heat, total_heat, loads, is_large, sector)


def book() -> Rulebook:
    ncv = parameter("demo.ncv", cell(20.0, "coal"), cell(None, "peat"), unit="GJ/t", by=("fuel",))
    return rulebook(ncv, parameter("demo.limit", cell(50.0), unit="GJ"))


GOOD = """\
    # A notice of the author.
    - name: two loads of coal
      source: worked out by hand
      date: 2022-12-31
      tables:
        plants: [{plant_id: P1, district_id: D1, sector: "26"}]
        plant_years: [{plant_id: P1, year: 2022}]
        deliveries:
          - {plant_id: P1, day: 2022-03-01, fuel: coal, mass_t: 1}
          - {plant_id: P1, day: 2022-03-02, fuel: coal, mass_t: 2}
      expect:
        plant_year:
          - plant_id: P1
            year: 2022
            total_heat: 60
            loads: 2
            is_large: true
            sector: "26"
        delivery: [{plant_id: P1, day: 2022-03-02, heat: {value: 40.4, within: 0.5}}]
    - name: a load of peat
      date: 2022-12-31
      tables:
        plant_years: [{plant_id: P1, year: 2022}]
        deliveries: [{plant_id: P1, day: 2022-03-01, fuel: peat, mass_t: 1}]
      expect:
        plant_year: [{plant_id: P1, year: 2022, total_heat: undetermined, is_large: undetermined}]
    """


def read(folder: Path, text: str) -> tuple[Scenario, ...]:
    file = folder / "heat.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return read_scenarios([file])


def differences(folder: Path, text: str) -> list[str]:
    outcomes = run_scenarios(read(folder, text), book(), Plan(RULES, book()), TABLES)
    return [str(difference) for outcome in outcomes for difference in outcome.differences]


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputRejected) as raised:
        differences(folder, text)
    return [str(problem) for problem in raised.value.problems]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_scenarios_that_hold_have_no_differences(tmp_path: Path) -> None:
    first, second = read(tmp_path, GOOD)
    assert (first.name, first.source, first.file, first.line) == (
        "two loads of coal",
        "worked out by hand",
        "heat.yaml",
        2,
    )
    assert (second.source, second.line) == ("", 20)
    assert differences(tmp_path, GOOD) == []


PLANT_2022 = "plant_year plant_id P1, year 2022"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("total_heat: 60", "total_heat: 61", f"line 15: {PLANT_2022}: total_heat is 60.0, expected 61"),
        ("loads: 2", "loads: 3", f"line 16: {PLANT_2022}: loads is 2, expected 3"),
        ("is_large: true", "is_large: false", f"line 17: {PLANT_2022}: is_large is True, expected False"),
        ('sector: "26"\n        d', 'sector: "27"\n        d', f"line 18: {PLANT_2022}: sector is 26, expected 27"),
        (
            "within: 0.5",
            "within: 0.1",
            "line 19: delivery plant_id P1, day 2022-03-02: heat is 40.0, expected 40.4 within 0.1",
        ),
        ("total_heat: 60", "total_heat: undetermined", "total_heat is 60.0, expected undetermined"),
        (
            "total_heat: undetermined",
            "total_heat: 0",
            "total_heat is undetermined (demo.ncv[peat] is not published), expected 0",
        ),
        ("year: 2022\n            t", "year: 2021\n            t", "year 2021: total_heat is not there: no such row"),
    ],
)
def test_a_difference_says_row_rule_result_and_expectation(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The line alone must be enough to see what went wrong, without running anything."""
    found = differences(tmp_path, changed(old, new))
    assert said in found[0]


def test_a_difference_shows_what_went_into_the_result(tmp_path: Path) -> None:
    """Whoever reads it must see which input was off, not only that the end is."""
    wrong = changed("total_heat: 60", "total_heat: 61").replace("is_large: true", "is_large: false")
    (first, _) = run_scenarios(read(tmp_path, wrong), book(), Plan(RULES, book()), TABLES)
    heat, large = first.differences
    assert (heat.wanted, heat.result(), heat.off_by) == ("61 GJ", "60 GJ", "−1 GJ (−1.64 %)")
    assert (large.wanted, large.result(), large.off_by) == ("no", "yes", "")
    assert heat.explanation is not None and large.explanation is not None
    (total,) = heat.explanation.children
    assert (heat.explanation.formula.en, total.parts, [part.value for part in total.children]) == (
        "sum of heat over deliveries",
        2,
        [40.0, 20.0],
    )
    assert {part.name: part.value for part in large.explanation.children} == {"total_heat": 60.0, "demo.limit": 50.0}


def test_a_difference_tells_nothing_of_how_scenarios_are_worked_out(tmp_path: Path) -> None:
    text = """\
        - name: a plant without its year before
          date: 2022-12-31
          tables: {plant_years: [{plant_id: P1, year: 2022}]}
          expect: {plant_year: [{plant_id: P1, year: 2022, rise: 0, share_of_heat: 0.5, total_heat: 1}]}
        """
    (outcome,) = run_scenarios(read(tmp_path, text), book(), Plan(TOGETHER, book()), TABLES)
    explanations = [difference.explanation for difference in outcome.differences]
    said = "".join(each.as_text() + each.as_text("zh") for each in explanations if each is not None)
    assert len(explanations) == 3 and "plant_year has no row with plant_id P1, year 2021" in said
    assert "scenario_number" not in said and "plant_year:P1,2022" in said


def test_a_number_may_differ_by_one_part_in_a_million_and_not_by_more(tmp_path: Path) -> None:
    assert differences(tmp_path, changed("total_heat: 60", "total_heat: 60.00005")) == []
    assert len(differences(tmp_path, changed("total_heat: 60", "total_heat: 60.0001"))) == 1


def test_a_number_of_category_needs_no_quotes_where_it_is_expected(tmp_path: Path) -> None:
    """``sector: 26`` must not be told to be 26 and not 26."""
    assert differences(tmp_path, changed('sector: "26"\n        d', "sector: 26\n        d")) == []


# -- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: worked", "sources: worked", "line 3, column sources: is unknown, must be one of date, expect, name"),
        ("name: a load of peat", "nam: a load of peat", "line 20: has no name or no date"),
        ("      date: 2022-12-31\n      tables:\n        plant_years", "      tables:\n        plant_years",
         "line 20: has no name or no date"),
        ("plants: [{", "plant: [{", "column plant: is no table"),
        ("mass_t: 2}", "mass: 2}", "column deliveries.mass: is no column"),
        ("coal, mass_t: 2}", "coal, mass_t: heavy}", "deliveries row 2, mass_t: is 'heavy', must be a number"),
        ("        plant_year:\n          - plant", "        plantyear:\n          - plant",
         "line 13, column plantyear: is no entity"),
        ("loads: 2", "load: 2", "line 16, column load: is no rule of plant_year"),
        ("            year: 2022\n", "", "column plant_year: the row is not named, must be with plant_id, year"),
        ("within: 0.5", "withn: 0.5", "line 19, column withn: is unknown, must be one of value, within"),
        ("within: 0.5", "within: about", "line 19, column heat.within: must be a number of 0 or more"),
        ("within: 0.5", "within: -1", "line 19, column heat.within: must be a number of 0 or more"),
        ("value: 40.4, within", "within", "column heat: has no value"),
        ("loads: 2", "loads:", "line 16, column loads: has no value. Write undetermined where that is meant"),
        (", heat: {value: 40.4, within: 0.5}", "", "line 19, column delivery: the row expects nothing"),
        ("delivery: [{plant_id", "delivery: {plant_id", "line 19: is not YAML"),
        ("plants: [{plant_id: P1, district_id: D1, sector: \"26\"}]", "plants: [P1]",
         "line 6, column plants: is no list of rows"),
        ("plants: [{plant_id: P1, district_id: D1, sector: \"26\"}]", "plants: {plant_id: P1}",
         "line 6, column plants: is no list of rows"),
        ("plant_year: [{plant_id: P1, year: 2022, total_heat: undetermined, is_large: undetermined}]",
         "plant_year: [P1]", "line 26, column plant_year: is no list of rows"),
        ("total_heat: 60", "total_heat: much", "column total_heat: is much, must be a number, or undetermined"),
        ("is_large: true", "is_large: 1", "line 17, column is_large: is 1, must be true or false, or undetermined"),
        ("is_large: true", "is_large: undetermind", "is undetermind, must be true or false, or undetermined"),
        ("loads: 2", "load: 2", "is no rule of plant_year. Did you mean loads?"),
        ("{plant_id: P1, day: 2022-03-02, fuel: coal", "{plant_id: P1, day: 2022-03-01, fuel: coal",
         "line 10, column deliveries: the row stands twice; first on line 9"),
        ("plants: [{plant_id: P1, d", "plants: [{d", "line 6, column plants: a row without plant_id, must be with"),
        ("loads: 2", "loads: 2\n            loads: 3", "line 17, column loads: stands twice; first on line 16"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A misspelt word that is silently passed over is a scenario that checks nothing."""
    assert any(said in line for line in faults(tmp_path, changed(old, new)))


def test_a_scenario_that_expects_nothing_is_refused(tmp_path: Path) -> None:
    text = "- {name: empty, date: 2022-12-31, tables: {plants: []}, expect: {}}"
    assert "column empty: has no tables or expects nothing" in faults(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: not a list", "is no list"),
        ("- just text", "line 1: is no scenario, must be a map with name, date, tables, expect"),
        ("# nothing\n", "is empty"),
    ],
)
def test_a_file_without_scenarios_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(tmp_path, text)[0]


def test_a_file_that_cannot_be_read_is_told_with_all_other_faults(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("- name: Köln".encode("latin-1"))
    (tmp_path / "other.yaml").write_text("name: not a list", encoding="utf-8")
    with pytest.raises(InputRejected) as raised:
        read_scenarios([tmp_path / "latin.yaml", tmp_path / "missing.yaml", tmp_path / "other.yaml"])
    assert [problem.file for problem in raised.value.problems] == ["latin.yaml", "missing.yaml", "other.yaml"]


def test_all_faults_of_all_scenarios_are_told_at_once(tmp_path: Path) -> None:
    text = changed("loads: 2", "load: 2").replace("is_large: undetermined", "is_larg: undetermined")
    assert len(faults(tmp_path, text)) == 2


# -- coverage ----------------------------------------------------------------------------------------


def test_rules_that_no_scenario_speaks_of_are_listed(tmp_path: Path) -> None:
    """A rule that nobody worked out by hand once is a rule that nobody has checked."""
    plan = Plan(RULES, book())
    assert rules_without_scenario(read(tmp_path, GOOD), plan) == ("plant_year.district_id", "plant_year.year_before")
    few = rules_without_scenario(read(tmp_path, changed("            loads: 2\n", "")), plan)
    assert "plant_year.loads" in few


# -- side by side ------------------------------------------------------------------------------------


@a_rule(PLANT_YEAR)
def share_of_heat(total_heat, year):
    return share(total_heat, within=(year,))


@a_rule(PLANT_YEAR, kind="integer")
def place_by_heat(total_heat):
    return rank(total_heat)


@a_rule(PLANT_YEAR, unit="GJ")
def rise(total_heat, last_year):
    return total_heat - last_year.total_heat


TOGETHER: tuple[Rule, ...] = (*RULES, share_of_heat, place_by_heat, rise)
TWO_WORLDS = """\
    - name: one plant alone
      date: 2022-12-31
      tables:
        plants: [{plant_id: P1, district_id: D1, sector: "26"}]
        plant_years: [{plant_id: P1, year: 2021}, {plant_id: P1, year: 2022}]
        deliveries:
          - {plant_id: P1, day: 2021-03-01, fuel: coal, mass_t: 1}
          - {plant_id: P1, day: 2022-03-01, fuel: coal, mass_t: 3}
      expect:
        plant_year:
          - {plant_id: P1, year: 2022, total_heat: 60, share_of_heat: 1, place_by_heat: 1, rise: 40, sector: "26"}
    - name: the same plant under the same names in a larger world
      date: 2022-12-31
      tables:
        plants: [{plant_id: P1, district_id: D1, sector: "10"}, {plant_id: P2, district_id: D1}]
        plant_years: [{plant_id: P1, year: 2022}, {plant_id: P2, year: 2022}]
        deliveries:
          - {plant_id: P1, day: 2022-03-01, fuel: coal, mass_t: 1}
          - {plant_id: P2, day: 2022-03-01, fuel: coal, mass_t: 4}
      expect:
        plant_year:
          - {plant_id: P1, year: 2022, total_heat: 20, share_of_heat: 0.2, place_by_heat: 2, rise: undetermined}
    - name: a year earlier the limit was another
      date: 2021-12-31
      tables:
        plant_years: [{plant_id: P1, year: 2021}]
        deliveries: [{plant_id: P1, day: 2021-03-01, fuel: coal, mass_t: 2}]
      expect:
        plant_year: [{plant_id: P1, year: 2021, total_heat: 40, share_of_heat: 1, place_by_heat: 1, is_large: true}]
    """


def test_a_scenario_sees_no_row_of_another(tmp_path: Path) -> None:
    """Scenarios are worked out together and use the same names: one that leaks into another proves nothing."""
    limit = parameter("demo.limit", cell(30.0, start=date(2021, 1, 1)), cell(50.0, start=date(2022, 1, 1)), unit="GJ")
    ncv = parameter("demo.ncv", cell(20.0, "coal"), unit="GJ/t", by=("fuel",))
    law = rulebook(ncv, limit)
    scenarios = read(tmp_path, TWO_WORLDS)
    outcomes = run_scenarios(scenarios, law, Plan(TOGETHER, law), TABLES)
    assert [outcome.scenario for outcome in outcomes] == list(scenarios)
    assert [str(difference) for outcome in outcomes for difference in outcome.differences] == []


# -- branches ----------------------------------------------------------------------------------------


@a_rule(DELIVERY, unit="t")
def counted_t(mass_t, clean, fuel):
    return when(clean).then(0.0).when(fuel == "peat").then(mass_t * 2).otherwise(mass_t.or_else(quantity(1, "t")))


def test_ways_that_no_expected_row_takes_are_told(tmp_path: Path) -> None:
    """A way through a rule that no scenario takes has been checked by nobody, whatever the number of scenarios."""
    text = """\
        - name: two loads
          date: 2022-12-31
          tables:
            plant_years: [{plant_id: P1, year: 2022}]
            deliveries:
              - {plant_id: P1, day: 2022-03-01, fuel: coal, mass_t: 1, clean: false}
              - {plant_id: P1, day: 2022-03-02, fuel: peat, mass_t: 1, clean: false}  # not expected: does not count
              - {plant_id: P1, day: 2022-03-03, fuel: coal, mass_t: 1}  # which way is not known
          expect:
            delivery:
              - {plant_id: P1, day: 2022-03-01, counted_t: 1}
              - {plant_id: P1, day: 2022-03-03, counted_t: undetermined}
        """
    law = book()
    _, found = outcomes_and_ways(read(tmp_path, text), law, Plan((*RULES, counted_t), law), TABLES)
    (outer, inner) = [(choice.ways, taken) for choice, taken in found if choice.planned.name == "counted_t"]
    assert outer[0] == ("0.0 if clean", 'mass_t × 2 if fuel = "peat"', "otherwise mass_t, or else 1 t")
    assert outer[1] == {2}
    assert inner == (("mass_t", "or else 1 t"), frozenset({0}))


def test_a_choice_within_a_way_not_taken_counts_as_not_taken(tmp_path: Path) -> None:
    text = """\
        - name: a clean load
          date: 2022-12-31
          tables:
            plant_years: [{plant_id: P1, year: 2022}]
            deliveries: [{plant_id: P1, day: 2022-03-01, fuel: coal, mass_t: 1, clean: true}]
          expect:
            delivery: [{plant_id: P1, day: 2022-03-01, counted_t: 0}]
        """
    law = book()
    _, found = outcomes_and_ways(read(tmp_path, text), law, Plan((*RULES, counted_t), law), TABLES)
    assert [taken for choice, taken in found if choice.planned.name == "counted_t"] == [{0}, frozenset()]
