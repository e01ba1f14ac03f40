"""Which value of a parameter a row takes: the one in force for its year, never one of the future."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from tests.policy.engine_city import (
    DELIVERY,
    LONG_AGO,
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

from tanheng.policy import Entity, Rule
from tanheng.policy.entity_frame import State
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.parameter_columns import ParameterColumns
from tanheng.policy.parameter_tables import FEW, ParameterGroup
from tanheng.policy.parameters import Cell, Parameter, Status
from tanheng.text import Text
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Column, Table


def by_year(given: Parameter, *, on: date, first: int = 2019, count: int = 6) -> list[Any]:
    """What plant-years from ``first`` on take of a parameter, by way of a rule without and one with categories."""
    open_key = parameter(
        "demo.open",
        *(cell(one.value, "P1", start=one.start) for one in given.cells),
        valid_until=given.valid_until,
        by=("plant",),
    )

    @a_rule(PLANT_YEAR)
    def plain(rate):
        return rate

    @a_rule(PLANT_YEAR)
    def keyed(open, plant_id):
        return open[plant_id]

    @a_rule(PLANT_YEAR)
    def written(open):
        return open["P1"]

    rows = {"plant_years": years(*[1.0] * count, first=first)}
    answers = ask(rows, [plain, keyed, written], [given, open_key], on=on)
    found = answers.column(plain)
    assert answers.column(keyed) == found
    assert answers.column(written) == found
    return found


def rate(*cells: tuple[date, float | None], valid_until: date | None = None) -> Parameter:
    return parameter("demo.rate", *(cell(value, start=start) for start, value in cells), valid_until=valid_until)


def test_a_row_takes_the_value_in_force_on_the_last_day_of_its_year() -> None:
    """A factor published in May for the year holds for all of that year, and not for the year before."""
    given = rate((date(2015, 1, 1), 1.0), (date(2021, 5, 1), 2.0), (date(2022, 12, 31), 3.0), (date(2024, 1, 1), 4.0))
    assert by_year(given, on=date(2024, 12, 31)) == [1.0, 1.0, 2.0, 3.0, 3.0, 4.0]


def test_of_two_values_of_one_year_the_later_holds() -> None:
    given = rate((date(2015, 1, 1), 1.0), (date(2021, 1, 1), 2.0), (date(2021, 7, 1), 3.0))
    assert by_year(given, on=date(2024, 12, 31)) == [1.0, 1.0, 3.0, 3.0, 3.0, 3.0]


def test_a_value_that_comes_into_force_after_the_run_is_not_seen() -> None:
    """The run of last summer must give today what it gave last summer."""
    given = rate((date(2015, 1, 1), 1.0), (date(2021, 7, 1), 2.0), (date(2023, 1, 1), 3.0))
    assert by_year(given, on=date(2021, 6, 30)) == [1.0] * 6
    assert by_year(given, on=date(2021, 7, 1)) == [1.0, 1.0, 2.0, 2.0, 2.0, 2.0]


def test_before_the_first_value_there_is_none() -> None:
    """A levy of 2021 is not charged on 2020."""
    assert by_year(rate((date(2021, 1, 1), 1.0)), on=date(2024, 12, 31)) == [None, None, 1.0, 1.0, 1.0, 1.0]


def test_unset_from_a_date_on_ends_the_value_before() -> None:
    """A target that ran out is not carried on into the next plan period."""
    given = rate((date(2015, 1, 1), 1.0), (date(2022, 1, 1), None))
    assert by_year(given, on=date(2024, 12, 31)) == [1.0, 1.0, 1.0, None, None, None]


@pytest.mark.parametrize(
    ("ends", "on", "expected"),
    [
        (date(2021, 12, 31), date(2024, 12, 31), [1.0, 1.0, 1.0, None, None, None]),
        (date(2021, 12, 30), date(2024, 12, 31), [1.0, 1.0, None, None, None, None]),
        # On the date of the run it still holds, so it holds for every row that the run sees.
        (date(2021, 9, 30), date(2021, 6, 30), [1.0] * 6),
        (date(2021, 9, 30), date(2021, 9, 30), [1.0] * 6),
        (date(2021, 9, 30), date(2021, 10, 1), [1.0, 1.0, None, None, None, None]),
    ],
)
def test_a_parameter_ends_with_its_validity(ends: date, on: date, expected: list[float | None]) -> None:
    """A measure valid until 2027 grants nothing in 2028."""
    assert by_year(rate((date(2015, 1, 1), 1.0), valid_until=ends), on=on) == expected


def test_a_row_takes_what_the_parameter_itself_says_for_its_day() -> None:
    """The engine's tables and ``Parameter.at``, which the explanation asks, must be of one mind."""
    starts = [date(2018, 3, 1), date(2020, 12, 31), date(2021, 1, 1), date(2022, 6, 1), date(2023, 2, 28)]
    for ends in (None, date(2021, 12, 31), date(2022, 7, 1), date(2024, 3, 1)):
        given = rate(*((start, float(number)) for number, start in enumerate(starts)), valid_until=ends)
        for on in (date(2020, 12, 30), date(2022, 6, 30), date(2022, 7, 2), date(2024, 2, 1), date(2026, 1, 1)):
            cells = [given.at(min(on, date(year, 12, 31))) for year in range(2017, 2026)]
            expected = [None if one is None else one.value for one in cells]
            assert by_year(given, on=on, first=2017, count=9) == expected


def test_without_a_period_the_value_is_that_of_the_date_of_the_run() -> None:
    @a_rule(PLANT)
    def plain(rate):
        return rate

    @a_rule(PLANT)
    def keyed(by_sector, sector):
        return by_sector[sector]

    given = rate((date(2015, 1, 1), 1.0), (date(2021, 5, 1), 2.0), valid_until=date(2023, 12, 31))
    by_sector = parameter("demo.by_sector", cell(3.0, "26"), cell(4.0, "26", start=date(2021, 5, 1)), by=("sector",))
    rows = {"plants": plants("P1", sector="26")}
    found = []
    for on in (date(2021, 4, 30), date(2021, 5, 1), date(2024, 1, 1)):
        answers = ask(rows, [plain, keyed], [given, by_sector], on=on)
        found.append((answers.value(plain, "P1"), answers.value(keyed, "P1")))
    assert found == [(1.0, 3.0), (2.0, 4.0), (None, 4.0)]


def test_rows_of_a_day_take_the_value_of_their_year() -> None:
    @a_rule(DELIVERY)
    def taken(rate):
        return rate

    rows: Rows = {
        "deliveries": [{"plant_id": "P1", "day": f"{year}-02-03", "fuel": "coal"} for year in (2020, 2021, 2022)]
    }
    given = rate((LONG_AGO, 1.0), (date(2021, 5, 1), 2.0))
    assert ask(rows, [taken], [given]).column(taken) == [1.0, 2.0, 2.0]


# -- categories --------------------------------------------------------------------------------------

PRICE = parameter(
    "demo.price",
    cell(1.0, "coal", "A"),
    cell(2.0, "coal", "B"),
    cell(3.0, "oil", "A"),
    cell(None, "oil", "B"),
    cell(5.0, "coal", "A", start=date(2021, 1, 1)),
    by=("fuel", "zone"),
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (lambda price: price["coal", "A"], [1.0, 5.0]),
        (lambda price, plant: price["coal", plant.sector], [1.0, 5.0]),
        (lambda price, plant: price[plant.district_id, "A"], [1.0, 5.0]),
        (lambda price, plant: price[plant.district_id, plant.sector], [1.0, 5.0]),
        (lambda price, plant: price[plant.district_id, "A"] * 10 + price["coal", plant.sector], [11.0, 55.0]),
        (lambda price, plant: price["oil", plant.sector], [3.0, 3.0]),
        (lambda price, plant: price["oil", "B"].or_else(price["coal", "B"]), [2.0, 2.0]),
    ],
)
def test_categories_may_be_written_out_or_come_from_the_row(expression: Callable[..., Any], expected: object) -> None:
    expression.__name__ = "answer"
    answer = a_rule(PLANT_YEAR)(expression)
    rows: Rows = {"plants": plants("P1", district_id="coal", sector="A"), "plant_years": years(1.0, 1.0)}
    assert ask(rows, [answer], [PRICE]).column(answer) == expected


def test_a_written_category_is_not_mistaken_for_a_column_of_that_name() -> None:
    @a_rule(PLANT)
    def both(factor, sector):
        return factor["sector"] * 10 + factor[sector]

    factor = parameter("demo.factor", cell(1.0, "sector"), cell(2.0, "26"), by=("kind",))
    assert ask({"plants": plants("P1", sector="26")}, [both], [factor]).column(both) == [12.0]


def test_keys_that_spell_alike_are_different_keys() -> None:
    """``factor[plant.sector]`` and ``factor[plant_sector]`` stand in one rule and mean different rows."""

    @a_rule(PLANT_YEAR, kind="text")
    def plant_sector():
        return "44"

    @a_rule(PLANT_YEAR)
    def both(factor, plant, plant_sector):
        return factor[plant.sector] * 10 + factor[plant_sector]

    factor = parameter("demo.factor", cell(1.0, "26"), cell(2.0, "44"), by=("sector",))
    rows: Rows = {"plants": plants("P1", sector="26"), "plant_years": years(1.0)}
    assert ask(rows, [plant_sector, both], [factor]).column(both) == [12.0]


def test_a_category_may_come_from_another_parameter() -> None:
    """Which table of factors applies is itself published by sector."""

    @a_rule(PLANT)
    def heat_value(ncv, table_of, sector):
        return ncv[table_of[sector], "coal"]

    ncv = parameter("demo.ncv", cell(20.0, "national", "coal"), cell(21.0, "local", "coal"), by=("table", "fuel"))
    table_of = parameter("demo.table_of", cell("national", "26"), cell("local", "44"), kind="text", by=("sector",))
    rows = {"plants": [*plants("P1", sector="26"), *plants("P2", sector="44"), *plants("P3", sector="99")]}
    answers = ask(rows, [heat_value], [ncv, table_of])
    assert answers.column(heat_value) == [20.0, 21.0, None]
    assert answers.cause(heat_value, "P3") == "demo.table_of has no value for this category"


def test_a_category_may_be_a_whole_number() -> None:
    @a_rule(PLANT_YEAR)
    def class_factor(factor, staff):
        return factor[staff]

    factor = parameter("demo.factor", cell(1.0, "1"), cell(2.0, "2"), by=("class",))
    assert ask({"plant_years": years(1.0, staff=2)}, [class_factor], [factor]).column(class_factor) == [2.0]


@pytest.mark.parametrize(
    ("kind", "value"), [("text", "yes"), ("boolean", True), ("integer", 3), ("date", date(2024, 5, 1))]
)
def test_parameters_of_every_kind_with_and_without_categories(kind: Any, value: Any) -> None:
    @a_rule(PLANT_YEAR, kind=kind)
    def plain(one):
        return one

    @a_rule(PLANT_YEAR, kind=kind)
    def keyed(many, plant_id):
        return many[plant_id]

    one = parameter("demo.one", cell(None), cell(value, start=date(2021, 1, 1)), kind=kind)
    many = parameter("demo.many", cell(value, "P1"), kind=kind, by=("plant",))
    answers = ask({"plant_years": years(1.0, 1.0)}, [plain, keyed], [one, many])
    assert (answers.column(plain), answers.column(keyed)) == ([None, value], [value, value])


def _many_more(what: str) -> list[Cell]:
    """So many further categories that the parameter is joined, and not written out as a choice."""
    return [cell(0.0, f"{what}{n}") for n in range(FEW)]


def test_parameters_with_equal_categories_are_joined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight factors by fuel are one look-up of the fuel; a join each would read the deliveries eight times."""
    factors = [parameter(f"demo.f{n}", cell(float(n), "coal"), *_many_more("fuel"), by=("fuel",)) for n in range(8)]
    other = parameter("demo.other", cell(100.0, "P1"), *_many_more("plant"), by=("plant",))

    @a_rule(DELIVERY)
    def total(f0, f1, f2, f3, f4, f5, f6, f7, other, fuel, plant_id):
        return f0[fuel] + f1[fuel] + f2[fuel] + f3[fuel] + f4[fuel] + f5[fuel] + f6[fuel] + f7[fuel] + other[plant_id]

    rows: Rows = {"deliveries": [{"plant_id": "P1", "day": "2020-02-03", "fuel": "coal"}]}
    joined: list[ParameterGroup] = []
    join = ParameterColumns._join_group

    def counted(
        columns: ParameterColumns, entity: Entity, state: State, group: ParameterGroup, names: Mapping[str, str]
    ) -> None:
        joined.append(group)
        join(columns, entity, state, group, names)

    monkeypatch.setattr(ParameterColumns, "_join_group", counted)
    assert ask(rows, [total], [*factors, other]).column(total) == [128.0]
    assert sorted(len(group.members) for group in joined) == [1, 8]


# -- rows without a year -----------------------------------------------------------------------------


def project_answers(rules: Callable[[Entity], list[Rule]], *parameters: Parameter) -> Answers:
    """Projects that start in 2020, in 2022 and at a time that nobody gave."""
    table = Table(
        "projects",
        WORDS,
        WORDS,
        (
            Column("project_id", "text", WORDS),
            Column("starts", "integer", WORDS, required=False),
        ),
        ("project_id",),
    )
    project = Entity("project", table, Text("project", "项目"), period="starts")
    rows = [{"project_id": name, "starts": start} for name, start in (("a", 2020), ("b", 2022), ("c", None))]
    city = City.from_rows([table], {"projects": rows})
    return Answers(Evaluation(city, rulebook(*parameters), rules(project), on=date(2024, 12, 31)))


def test_a_row_of_unknown_year_takes_no_value_that_changed_over_the_years() -> None:
    """Taking the oldest value would grant a project of unknown date what no longer exists."""

    def rules(project: Entity) -> list[Rule]:
        @a_rule(project)
        def plain(rate):
            return rate

        @a_rule(project)
        def keyed(by_project, project_id):
            return by_project[project_id]

        return [plain, keyed]

    values = ((LONG_AGO, 1.0), (date(2021, 1, 1), 2.0))
    cells = [cell(value, key, start=start) for key in "abc" for start, value in values]
    answers = project_answers(rules, rate(*values), parameter("demo.by_project", *cells, by=("project",)))
    for planned in answers.evaluation.plan:
        assert answers.column(planned.rule) == [1.0, 2.0, None]
        assert answers.cause(planned.rule, "c") == "projects.starts was not reported"


def test_a_row_of_unknown_year_takes_a_value_that_never_changed() -> None:
    def rules(project: Entity) -> list[Rule]:
        @a_rule(project)
        def plain(rate):
            return rate

        return [plain]

    answers = project_answers(rules, rate((date(1980, 1, 1), 1.0)))
    assert [answers.column(planned.rule) for planned in answers.evaluation.plan] == [[1.0, 1.0, 1.0]]


def test_links_by_a_period_rule_are_allowed() -> None:
    """A period may be a rule: the year in which a delivery counts."""
    columns = (Column("load_id", "text", WORDS), Column("sent", "date", WORDS))
    table = Table("loads", WORDS, WORDS, columns, ("load_id",))
    load = Entity("load", table, Text("load", "货物"), period="counts_in")

    @a_rule(load, kind="integer")
    def counts_in(sent):
        return sent.year() + 1

    @a_rule(load)
    def taken(rate):
        return rate

    city = City.from_rows([table], {"loads": [{"load_id": "a", "sent": "2020-06-01"}]})
    given = rate((LONG_AGO, 1.0), (date(2021, 3, 1), 2.0))
    answers = Answers(Evaluation(city, rulebook(given), [taken, counts_in], on=date(2024, 12, 31)))
    assert answers.column(taken) == [2.0]
    assert answers.trust(taken, "a") == Status.REPORTED
