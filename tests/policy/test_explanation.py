"""Why a figure is what it is: the tree that an officer, a plant and a court can follow to the last cell and clause."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import narwhals as nw
import pytest
from tests.policy.engine_city import (
    DELIVERY,
    DISTRICT,
    DISTRICT_ID,
    ON,
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

from tanheng.policy import Entity, Rule, quantity, rank, when
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.explanation import (
    PARTS_SHOWN,
    Explanation,
    NothingToExplain,
    explain,
    explain_all,
    figure,
    read_subject,
)
from tanheng.policy.frames import as_stored
from tanheng.policy.parameters import Source, Status
from tanheng.text import Text


@a_rule(DELIVERY, unit="GJ", title=Text("heat", "热量"), cites="GB/T 2589")
def heat(mass_t, ncv, fuel):
    """Mass times net calorific value."""
    return mass_t * ncv[fuel]


@a_rule(PLANT_YEAR, unit="GJ", title=Text("heat of the year", "年热量"))
def total_heat(deliveries):
    return deliveries.sum("heat")


@a_rule(PLANT_YEAR, unit="GJ/t", title=Text("heat intensity", "热强度"))
def intensity(total_heat, output_t):
    return total_heat / output_t


@a_rule(PLANT_YEAR, kind="boolean", title=Text("above the limit", "超限"))
def is_above(intensity, limit, plant):
    return when(plant.sector == "26").then(intensity > limit).otherwise(False)


@a_rule(PLANT_YEAR, title=Text("growth", "增长"))
def growth(total_heat, last_year):
    return total_heat / last_year.total_heat


@a_rule(DISTRICT, unit="GJ", title=Text("heat of the district", "区热量"))
def district_heat(plant_years):
    return plant_years.known_sum("total_heat")


RULES = (heat, total_heat, intensity, is_above, growth, district_heat)
NOTICE = Source("Notice 33", clause="table 2", read="official", address="https://example.org/33")
NCV = parameter(
    "demo.ncv",
    cell(20.0, "coal"),
    cell(21.0, "coal", start=date(2021, 7, 1), status=Status.OFFICIAL, source=NOTICE),
    cell(None, "peat"),
    unit="GJ/t",
    by=("fuel",),
)
LIMIT = parameter("demo.limit", cell(9.0, status=Status.EXAMPLE), unit="GJ/t")


def load(year: int, day: int, mass: float | None, fuel: str = "coal", plant: str = "P1") -> dict[str, object]:
    return {"plant_id": plant, "day": date(year, 1, day), "fuel": fuel, "mass_t": mass}


ROWS: Rows = {
    "districts": [{"district_id": "D1", "city_id": "C1"}],
    "plants": [*plants("P1", sector="26", source="register 2024"), *plants("P2", sector="44")],
    "plant_years": [*years(4.0, 2.0, 0.0), *years(1.0, 1.0, plant="P2"), *years(1.0, plant="P9")],
    "deliveries": [
        load(2020, 1, 0.1),
        load(2020, 2, 0.2),
        load(2020, 3, 1.0),
        load(2021, 1, 5.0),
        load(2022, 1, None),
        load(2022, 2, 1.0),
        load(2020, 1, 1.0, "straw", "P2"),
        load(2021, 1, 1.0, "peat", "P2"),
    ],
}


def evaluated(rows: Rows = ROWS, *more: Rule) -> Evaluation:
    return Evaluation(city_of(rows), rulebook(NCV, LIMIT), (DISTRICT_ID, YEAR_BEFORE, *RULES, *more), on=ON)


def explained(name: str, *key: Any, entity: Entity = PLANT_YEAR) -> Explanation:
    return explain(evaluated(), entity, key, name)


def node(tree: Explanation, name: str) -> Explanation:
    """The first node of that name."""
    return next(found for _, found in tree.walk() if found.name == name)


# -- what the tree says ------------------------------------------------------------------------------


def test_the_tree_leads_from_the_figure_to_the_cells_and_clauses() -> None:
    assert explained("intensity", "P1", 2021).as_text().splitlines() == [
        "intensity (plant_year:P1,2021)  52.5 GJ/t  total_heat ÷ output_t",
        "   total_heat (plant_year:P1,2021)  105 GJ  sum of heat over deliveries",
        "      sum of heat over deliveries  105 GJ  1 part(s)",
        "         heat (delivery:P1,2021-01-01)  105 GJ  mass_t × demo.ncv[fuel]",
        "            mass_t  5 t  deliveries.mass_t",
        "            demo.ncv[coal]  21 GJ/t  Notice 33; table 2; in force from 2021-07-01; official",
        "            fuel  coal  deliveries.fuel",
        "   output_t  2 t  plant_years.output_t",
    ]


def test_every_value_of_the_tree_is_the_one_of_the_evaluation() -> None:
    """An explanation that computes for itself would sooner or later explain another figure than the one shown."""
    evaluation = evaluated()
    answers = Answers(evaluation)
    entities = {"plant_year": PLANT_YEAR, "delivery": DELIVERY, "district": DISTRICT}
    checked = 0
    for entity, key, name in [
        (PLANT_YEAR, ("P1", 2020), "is_above"),
        (PLANT_YEAR, ("P1", 2021), "growth"),
        (PLANT_YEAR, ("P1", 2022), "growth"),
        (PLANT_YEAR, ("P2", 2020), "intensity"),
        (DISTRICT, ("D1",), "district_heat"),
    ]:
        for _, found in explain(evaluation, entity, key, name).walk():
            owner = entities.get(found.subject.partition(":")[0])
            if owner is None or found.kind not in ("rule", "seen"):
                continue
            _, found_key = read_subject(evaluation, found.subject)
            row = answers.row(owner, found.name, *found_key)
            code = row.get(f"{found.name}__cause")
            assert found.value == row[found.name]
            assert found.cause == (None if code is None else evaluation.cause(code).text)
            assert found.trust == row[f"{found.name}__trust"]
            checked += 1
    assert checked > 20


def test_the_line_of_a_total_is_the_total() -> None:
    """0.1 + 0.2 + 1 parts of coal: the line above the parts must not end in ...0000004."""
    tree = explained("total_heat", "P1", 2020)
    assert tree.children[0].kind == "total"
    assert tree.children[0].value == tree.value == 26.0
    assert (tree.children[0].parts, tree.children[0].undetermined_parts) == (3, 0)


@pytest.mark.parametrize("aggregate", ["sum", "known_sum", "count", "count_if", "mean", "smallest", "largest"])
@pytest.mark.parametrize("masses", [[], [0.1, 0.2, 0.7], [0.1, None, 0.7], [None]])
def test_the_line_of_an_aggregate_is_what_the_engine_makes(aggregate: str, masses: list[float | None]) -> None:
    name = {"count": "", "count_if": "clean"}.get(aggregate, "mass_t")
    counts = name != "mass_t"

    def answer(deliveries):
        return getattr(deliveries, aggregate)(*([name] if name else []))

    made = a_rule(PLANT_YEAR, "1" if counts else "t", "integer" if counts else "number")(answer)
    loads = [{**load(2020, day, mass), "clean": mass == 0.1} for day, mass in enumerate(masses, start=1)]
    evaluation = ask({"plant_years": years(1.0), "deliveries": loads}, [made]).evaluation
    tree = explain(evaluation, PLANT_YEAR, ("P1", 2020), "answer")
    assert tree.children[0].kind == "total"
    assert tree.children[0].value == tree.value


def test_the_weightiest_parts_of_a_total_are_shown_and_the_undetermined_first() -> None:
    """Of three thousand plants an officer wants the gaps and the large ones."""

    @a_rule(PLANT_YEAR, unit="t")
    def mass(deliveries):
        return deliveries.known_sum("mass_t")

    loads = [load(2020, day, float(day)) for day in range(1, 21)] + [load(2020, 21, None)]
    evaluation = ask({"plant_years": years(1.0), "deliveries": loads}, [mass]).evaluation
    tree = explain(evaluation, PLANT_YEAR, ("P1", 2020), "mass")
    total = tree.children[0]
    assert [part.value for part in total.children] == [None, *(float(day) for day in range(20, 21 - PARTS_SHOWN, -1))]
    assert (total.parts, total.undetermined_parts) == (21, 1)
    assert "(1 of 21 parts undetermined)" in tree.remark()


def test_a_rule_says_its_words_its_source_and_its_trust() -> None:
    tree = explained("is_above", "P1", 2020)
    assert tree.trust is Status.EXAMPLE
    assert (node(tree, "heat").words, node(tree, "heat").cites) == ("Mass times net calorific value.", ("GB/T 2589",))
    limit = node(tree, "demo.limit")
    assert (limit.value, limit.unit, limit.trust, limit.source) == (9.0, "GJ/t", Status.EXAMPLE, LIMIT.cells[0].source)
    assert node(tree, "demo.ncv[coal]").since == date(2000, 1, 1)
    assert node(tree, "sector").source == Source("register 2024")


def test_a_figure_met_again_is_not_explained_again() -> None:
    @a_rule(PLANT_YEAR, unit="GJ")
    def twice(total_heat, intensity, output_t):
        return total_heat + intensity * output_t

    tree = explain(evaluated(ROWS, twice), PLANT_YEAR, ("P1", 2020), "twice")
    found = [line for line in tree.as_text().splitlines() if "total_heat (" in line]
    assert len(found) == 2
    assert found[1].endswith("(explained above)")


def test_the_depth_can_be_limited() -> None:
    tree = explain(evaluated(), PLANT_YEAR, ("P1", 2020), "is_above", depth=1)
    assert max(depth for depth, _ in tree.walk()) == 1


def test_windows_and_choices_show_what_they_look_at() -> None:
    @a_rule(PLANT_YEAR, kind="integer")
    def place(intensity, year):
        return rank(intensity, within=(year,))

    tree = explain(evaluated(ROWS, place), PLANT_YEAR, ("P1", 2020), "place")
    assert (tree.value, tree.formula.en) == (1, "rank of intensity within year")
    assert [child.name for child in tree.children] == ["intensity", "year"]


# -- what is undetermined ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key", "result", "leaf"),
    [
        ("total_heat", ("P1", 2022), "deliveries.mass_t was not reported", "mass_t"),
        ("total_heat", ("P2", 2020), "demo.ncv has no value for this category", "demo.ncv[straw]"),
        ("total_heat", ("P2", 2021), "demo.ncv[peat] is not published", "demo.ncv[peat]"),
    ],
)
def test_what_is_undetermined_says_why_down_to_the_cell(
    name: str, key: tuple[Any, ...], result: str, leaf: str
) -> None:
    tree = explained(name, *key)
    assert tree.value is None
    assert tree.result() == f"undetermined: {result}"
    assert node(tree, leaf).result() == f"undetermined: {result}"


def test_an_unset_parameter_is_named_with_its_categories() -> None:
    tree = explained("heat", "P2", date(2021, 1, 1), entity=DELIVERY)
    assert tree.result() == "undetermined: demo.ncv[peat] is not published"
    assert node(tree, "demo.ncv[peat]").result("zh") == "未确定: demo.ncv[peat] 尚未公布"


def test_a_parameter_whose_category_is_unknown_says_so() -> None:
    """Not that the rulebook lacks the category: the plant did not say which it is."""

    @a_rule(PLANT_YEAR)
    def factor(by_sector, plant):
        return by_sector[plant.sector]

    by_sector = parameter("demo.by_sector", cell(1.0, "26"), by=("sector",))
    evaluation = ask({"plants": plants("P1"), "plant_years": years(1.0)}, [factor], [by_sector]).evaluation
    tree = explain(evaluation, PLANT_YEAR, ("P1", 2020), "factor")
    assert tree.result() == "undetermined: plants.sector was not reported"
    assert node(tree, "demo.by_sector[None]").result() == "undetermined: its category is undetermined"


def test_a_held_value_names_the_question() -> None:
    """The plant can answer the question only when it is told which one."""

    @a_rule(PLANT_YEAR, unit="t")
    def doubled(output_t):
        return output_t * 2

    rows = {"plant_years": years(None, waste_kg=None)}
    evaluation = ask(city_of(rows, held={"plant_years": "true"}), [doubled]).evaluation
    tree = explain(evaluation, PLANT_YEAR, ("P1", 2020), "doubled")
    assert tree.result() == "undetermined: plant_years.output_t is held: a question about it is open"
    assert tree.children[0].result() == "undetermined: plant_years.output_t is held: a question about it is open (Q1)"
    waste = explain(evaluation, PLANT_YEAR, ("P1", 2020), "waste_kg")
    assert waste.result() == "undetermined: plant_years.waste_kg was not reported"


def test_a_parent_that_is_missing_is_told() -> None:
    tree = explained("is_above", "P9", 2020)
    missing = node(tree, "sector")
    assert missing.kind == "looked_up"
    assert "plant has no row with plant_id P9" in missing.result()


# -- parameters --------------------------------------------------------------------------------------


def test_the_value_shown_for_a_parameter_is_the_one_in_force_for_the_row() -> None:
    trees = [explained("heat", "P1", date(year, 1, 1), entity=DELIVERY) for year in (2020, 2021)]
    found = [node(tree, "demo.ncv[coal]") for tree in trees]
    assert [(one.value, one.trust) for one in found] == [(20.0, Status.REPORTED), (21.0, Status.OFFICIAL)]


@pytest.mark.parametrize(
    "expression",
    [
        lambda by_sector, plant: by_sector[plant.sector.or_else("44")],
        lambda by_sector, output_t: by_sector[when(output_t > quantity(1, "t")).then("44").otherwise("26")],
        lambda by_sector, deliveries: by_sector[when(deliveries.count() == 0).then("44").otherwise("26")],
    ],
)
def test_a_category_that_is_itself_a_formula_is_shown(expression: Callable[..., Any]) -> None:
    """The fuel "or else coal" must show which of the two it was."""
    expression.__name__ = "factor"
    factor = a_rule(PLANT_YEAR)(expression)
    by_sector = parameter("demo.by_sector", cell(1.0, "26"), cell(2.0, "44"), by=("sector",))
    evaluation = ask({"plants": plants("P1"), "plant_years": years(2.0)}, [factor], [by_sector]).evaluation
    tree = explain(evaluation, PLANT_YEAR, ("P1", 2020), "factor")
    assert tree.value == 2.0
    assert node(tree, "demo.by_sector[44]").value == 2.0


def test_a_category_from_another_parameter_is_shown() -> None:
    @a_rule(PLANT_YEAR)
    def factor(by_class, class_of, plant):
        return by_class[class_of[plant.sector], "new"]

    by_class = parameter("demo.by_class", cell(7.0, "A", "new"), by=("class", "age"))
    class_of = parameter("demo.class_of", cell("A", "26"), kind="text", by=("sector",))
    rows = {"plants": plants("P1", sector="26"), "plant_years": years(1.0)}
    evaluation = ask(rows, [factor], [by_class, class_of]).evaluation
    tree = explain(evaluation, PLANT_YEAR, ("P1", 2020), "factor")
    assert node(tree, "demo.by_class[A, new]").value == tree.value == 7.0
    assert node(tree, "demo.class_of[26]").value == "A"


# -- asking ------------------------------------------------------------------------------------------


def test_a_column_can_be_explained_too() -> None:
    tree = explained("output_t", "P1", 2020)
    assert (tree.kind, tree.value, tree.formula.en, tree.note) == ("column", 4.0, "plant_years.output_t", "real")


@pytest.mark.parametrize(
    ("entity", "key", "name", "said"),
    [
        (PLANT_YEAR, ("P1", 1999), "intensity", "plant_year has no row with plant_id P1, year 1999"),
        (PLANT_YEAR, ("P1", 2020), "intensty", "plant_year has no rule or column intensty; near it are intensity"),
    ],
)
def test_what_does_not_exist_cannot_be_explained(entity: Entity, key: tuple[Any, ...], name: str, said: str) -> None:
    with pytest.raises(NothingToExplain, match=said):
        explain(evaluated(), entity, key, name)


def test_a_subject_is_read_with_the_kinds_of_its_key() -> None:
    evaluation = evaluated()
    assert read_subject(evaluation, "plant_year:P1,2020") == (PLANT_YEAR, ("P1", 2020))
    assert read_subject(evaluation, "delivery:P1,2021-01-01") == (DELIVERY, ("P1", date(2021, 1, 1)))


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("plnt:P1", "there is no entity plnt; there are city, delivery, district, plant, plant_year"),
        ("plant_year:P1", "plant_year has the key plant_id,year: write plant_year:PLANT_ID,YEAR, not plant_year:P1"),
        ("plant_year", "plant_year has the key plant_id,year"),
        ("plant_year:P1,soon", "year of plant_year is a whole number, not 'soon'"),
        ("delivery:P1,2021-13-01", "day of delivery is a date such as 2024-12-31, not '2021-13-01'"),
    ],
)
def test_a_subject_that_cannot_be_read_says_how_to_write_it(subject: str, said: str) -> None:
    with pytest.raises(NothingToExplain, match=said):
        read_subject(evaluated(), subject)


def test_stored_results_are_explained_as_they_were_published() -> None:
    """After the tables have changed, a run of last year still explains itself."""
    evaluation = evaluated()
    evaluation.compute({PLANT_YEAR: ["intensity"], DELIVERY: ["heat"]})
    kept = {entity: frame.collect("pyarrow").to_native() for entity, frame in evaluation.results()}
    city = city_of(ROWS)
    stored = {}
    for entity, table in kept.items():
        city.connection.register(f"stored_{entity.name}", table)
        stored[entity] = as_stored(nw.from_native(city.connection.table(f"stored_{entity.name}")), entity.key)
    again = Evaluation(city, rulebook(NCV, LIMIT), (DISTRICT_ID, YEAR_BEFORE, *RULES), on=ON, stored=stored)
    for year in (2020, 2021, 2022):
        first = explain(evaluation, PLANT_YEAR, ("P1", year), "intensity")
        assert explain(again, PLANT_YEAR, ("P1", year), "intensity").as_text() == first.as_text()


# -- showing -----------------------------------------------------------------------------------------


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_is_whole_and_lets_no_text_become_markup() -> None:
    """A fuel named by somebody must not run a script in the browser of the bureau."""
    evil = "<script>alert(1)</script>&"
    rows = {**ROWS, "deliveries": [load(2020, 1, 1.0, evil)]}
    page = explain(evaluated(rows), PLANT_YEAR, ("P1", 2020), "intensity").as_html()
    parser = _Balanced()
    parser.feed(page)
    assert parser.open == []
    assert parser.seen == {"details", "summary", "div", "b", "code", "span", "small"}
    assert any(evil in text for text in parser.text)


def test_html_speaks_the_language_of_the_reader() -> None:
    tree = explained("intensity", "P1", 2021)
    assert "热强度" in tree.as_html("zh")
    assert "heat intensity" in tree.as_html("en")


def parameter_of(read: dict[str, Any]) -> dict[str, Any]:
    """The factor under the heat under the total under the intensity."""
    found: dict[str, Any] = read["because"][0]["because"][0]["because"][0]["because"][1]
    assert found["kind"] == "parameter"
    return found


def test_json_can_be_read_and_says_the_same() -> None:
    for key in (("P1", 2021), ("P1", 2022)):
        tree = explained("intensity", *key)
        read = json.loads(tree.as_json())
        assert (read["name"], read["value"], read["unit"]) == ("intensity", tree.value, "GJ/t")
        assert read.get("undetermined") == (None if tree.cause is None else {"en": tree.cause.en, "zh": tree.cause.zh})
    factor = parameter_of(json.loads(explained("intensity", "P1", 2021).as_json()))
    assert factor["since"] == "2021-07-01"
    assert factor["source"] == {
        "document": "Notice 33",
        "clause": "table 2",
        "read": "official",
        "address": "https://example.org/33",
    }


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "yes"),
        (False, "no"),
        (2024, "2024"),
        (20240, "20,240"),
        (1234567.8, "1,234,568"),
        (123456.78, "123,456.8"),
        (0.000123456789, "0.000123457"),
        (0.0, "0"),
        ("text", "text"),
        (date(2024, 5, 1), "2024-05-01"),
    ],
)
def test_figures_are_shown_for_reading(value: Any, shown: str) -> None:
    assert figure(value) == shown


# -- many at once ------------------------------------------------------------------------------------


def test_many_figures_are_explained_as_each_by_itself_and_with_hardly_more_queries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A report explains dozens of figures. Row by row that would take longer than working the city out."""
    asked: list[Entity] = []
    rows = Evaluation.rows

    def counted(self: Evaluation, entity: Entity, *rest: Any) -> Any:
        asked.append(entity)
        return rows(self, entity, *rest)

    monkeypatch.setattr(Evaluation, "rows", counted)
    figures: list[tuple[Entity, tuple[Any, ...], str]] = [
        (PLANT_YEAR, (plant, year), name)
        for plant, year in (("P1", 2020), ("P1", 2021), ("P1", 2022), ("P2", 2020), ("P2", 2021))
        for name in ("is_above", "growth", "intensity")
    ]
    figures.append((DISTRICT, ("D1",), "district_heat"))
    evaluation = evaluated()
    together = explain_all(evaluation, figures)
    queries = len(asked)
    each = [explain(evaluation, *figure) for figure in figures]
    assert together == each
    assert queries < len(asked) / 8


def test_fewer_parts_can_be_asked_for() -> None:
    (tree,) = explain_all(evaluated(), [(PLANT_YEAR, ("P1", 2020), "total_heat")], parts=1)
    assert isinstance(tree, Explanation)
    assert (len(tree.children[0].children), tree.children[0].parts) == (1, 3)


def test_what_was_explained_before_the_city_was_worked_out_is_explained_after_it_too() -> None:
    """A report explains its figures when the rules have run, and what they left behind must not mislead it."""

    @a_rule(PLANT_YEAR)
    def factor(by_sector, plant):
        return by_sector[plant.sector.or_else("44")]

    by_sector = parameter("demo.by_sector", cell(1.0, "26"), cell(2.0, "44"), by=("sector",))
    rows = {"plants": plants("P1"), "plant_years": years(2.0)}
    evaluation = Evaluation(city_of(rows), rulebook(by_sector), [factor], on=ON)
    before = explain(evaluation, PLANT_YEAR, ("P1", 2020), "factor")
    evaluation.compute({PLANT_YEAR: ["factor"]})
    assert explain(evaluation, PLANT_YEAR, ("P1", 2020), "factor") == before


def test_a_look_up_by_an_undetermined_key_shows_why_the_key_is_undetermined() -> None:
    """That "plant has no row with district None" sends the officer to the wrong table."""

    @a_rule(PLANT_YEAR, kind="text")
    def city_of_plant(district):
        return district.city_id

    evaluation = ask({"plant_years": years(1.0)}, [city_of_plant]).evaluation
    (district,) = explain(evaluation, PLANT_YEAR, ("P1", 2020), "city_of_plant").children
    assert (district.kind, district.value) == ("looked_up", None)
    assert district.result() == "undetermined: district_id, by which district is looked up, is undetermined"
    assert district.children[0].name == "district_id"
    assert "plant has no row with plant_id P1" in district.children[0].children[0].result()
    assert district.result("zh") == "未确定: 用于查找区的 district_id 未确定"
