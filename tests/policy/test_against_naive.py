"""The engine beside a naive evaluator, on random small cities with random rules.

Whoever changes a join, a cause or a shortcut of the engine finds out here whether a result changed with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy.engine_city import (
    CITY,
    DELIVERY,
    DISTRICT,
    DISTRICT_ID,
    PLANT,
    PLANT_YEAR,
    YEAR_BEFORE,
    a_rule,
    cell,
    city_of,
    parameter,
    rulebook,
)
from tests.policy.naive import Naive

from tanheng.policy import Entity, Rule, largest, quantity, rank, share, smallest, undetermined, when
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.expressions import (
    Binary,
    Call,
    Children,
    Convert,
    Expr,
    Name,
    Over,
    ParameterValue,
    Parent,
    as_expr,
)
from tanheng.policy.parameters import Cell, Parameter, Status
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import RuleKind
from tanheng.policy.wording import formula

ENTITIES = (CITY, DISTRICT, PLANT, PLANT_YEAR, DELIVERY)
TYPES: tuple[tuple[RuleKind, str], ...] = (
    ("number", "1"),
    ("number", "t"),
    ("integer", "1"),
    ("text", "1"),
    ("boolean", "1"),
)
Kind = tuple[RuleKind, str]
NUMBER, MASS, WHOLE, TEXT, TRUTH = TYPES

# -- random cities -----------------------------------------------------------------------------------

FUELS = ("coal", "oil", "peat")
SECTORS = ("26", "44")
# Quarters, so that sums and products are exact and no comparison hangs on the last binary digit.
QUARTERS = st.integers(-8, 24).map(lambda quarters: quarters / 4)
YEARS = range(2019, 2023)


def rarely_none(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Gaps in one of five places: enough to matter, few enough for totals to be determined now and then."""
    return st.integers(0, 4).flatmap(lambda chance: st.none() if chance == 0 else values)


AMOUNTS = rarely_none(QUARTERS)


@st.composite
def cities(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows with links that lead nowhere, nulls, and rows held by a question."""
    districts = [f"D{n}" for n in range(draw(st.integers(1, 3)))]
    plants = [f"P{n}" for n in range(draw(st.integers(2, 5)))]
    some_plant = st.sampled_from([*plants, *plants, "P9"])
    plant_years = draw(st.lists(st.tuples(some_plant, st.sampled_from(YEARS)), min_size=3, max_size=9, unique=True))
    days = st.builds(date, st.sampled_from(YEARS), st.sampled_from((1, 12)), st.integers(1, 31))
    deliveries = draw(st.lists(st.tuples(some_plant, days), min_size=2, max_size=9, unique=True))
    truth = rarely_none(st.booleans())
    return {
        "cities": [{"city_id": "C0"}, {"city_id": "C1"}],
        "districts": [
            {"district_id": name, "city_id": draw(st.sampled_from(["C0", "C0", "C9"])), "land_km2": draw(AMOUNTS)}
            for name in districts
        ],
        "plants": [
            {
                "plant_id": name,
                "district_id": draw(st.sampled_from([*districts, *districts, "D9"])),
                "sector": draw(rarely_none(st.sampled_from(SECTORS))),
                "capacity_t": draw(AMOUNTS),
                "certified": draw(truth),
                "opened": draw(rarely_none(days)),
            }
            for name in plants
        ],
        "plant_years": [
            {
                "plant_id": plant,
                "year": year,
                "output_t": draw(AMOUNTS),
                "waste_kg": draw(AMOUNTS),
                "revenue_cny": draw(AMOUNTS),
                "extra_t": draw(AMOUNTS),
                "held": "Q1" if year == 2020 else None,
            }
            for plant, year in plant_years
        ],
        "deliveries": [
            {
                "plant_id": plant,
                "day": day,
                "fuel": draw(st.sampled_from(FUELS)),
                "mass_t": draw(AMOUNTS),
                "clean": draw(truth),
                "trucks": draw(rarely_none(st.integers(0, 5))),
            }
            for plant, day in deliveries
        ],
    }


@st.composite
def cells_of(draw: st.DrawFn, values: st.SearchStrategy[Any], *keys: str) -> list[Cell]:
    """The values of one category over time, some of them unset, each as sure as chance has it."""
    first = st.sampled_from((date(2000, 1, 1), date(2018, 12, 31), date(2020, 7, 1)))
    later = st.lists(st.dates(date(2020, 7, 2), date(2023, 6, 1)), max_size=2, unique=True)
    return [
        cell(draw(rarely_none(values)), *keys, start=start, status=draw(st.sampled_from(Status)))
        for start in [draw(first), *draw(later)]
    ]


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    ends = st.sampled_from((None, None, None, date(2020, 12, 31), date(2021, 6, 1), date(2022, 3, 1)))

    def one(name: str, values: st.SearchStrategy[Any], unit: str = "1", kind: Any = "number") -> Parameter:
        return parameter(name, *draw(cells_of(values)), unit=unit, kind=kind, valid_until=draw(ends))

    def by(name: str, categories: Sequence[tuple[str, ...]], axes: tuple[str, ...], unit: str) -> Parameter:
        there = [keys for keys in categories if draw(st.integers(0, 5)) > 0]
        cells = [given for keys in there for given in draw(cells_of(QUARTERS, *keys))]
        # A rule may write out a category only if the parameter has it at some time: the others come long after.
        never = [keys for keys in (*categories, ("none", "26")[: len(axes)]) if keys not in there]
        cells += [cell(None, *keys, start=date(2099, 1, 1)) for keys in never]
        return parameter(name, *cells, unit=unit, by=axes, valid_until=draw(ends))

    return rulebook(
        one("demo.number", QUARTERS),
        one("demo.mass", QUARTERS, "t"),
        one("demo.label", st.sampled_from((*SECTORS, *FUELS)), kind="text"),
        one("demo.flag", st.booleans(), kind="boolean"),
        one("demo.whole", st.integers(-2, 5), kind="integer"),
        by("demo.by_word", [(word,) for word in (*FUELS, *SECTORS)], ("word",), "1"),
        by("demo.by_two", [(word, sector) for word in FUELS for sector in SECTORS], ("word", "sector"), "t"),
    )


# -- random rules ------------------------------------------------------------------------------------


@dataclass
class Maker:
    """Draws expressions of a wanted type from what an entity can see."""

    draw: st.DrawFn
    made: dict[Entity, dict[Kind, list[str]]] = field(default_factory=dict)

    def names(self, entity: Entity, kind: Kind) -> list[str]:
        """Columns and the rules drawn before, so that rules never go in a circle."""
        columns = [
            column.name
            for column in entity.table.columns
            if (column.kind, column.unit) == kind and column.name not in ("origin", "source")
        ]
        linking = {DISTRICT_ID.name: TEXT, YEAR_BEFORE.name: WHOLE} if entity is PLANT_YEAR else {}
        own = [name for name, found in linking.items() if found == kind]
        year = ["year"] if kind == WHOLE and entity is DELIVERY else []
        return columns + own + year + self.made.get(entity, {}).get(kind, [])

    def expr(self, entity: Entity, kind: Kind, depth: int) -> Expr:
        if depth == 0 or self.draw(st.integers(0, 3)) == 0:
            return self.leaf(entity, kind)

        def part(wanted: Kind = kind) -> Expr:
            return self.expr(entity, wanted, depth - 1)

        ways: list[Callable[[], Expr]] = [
            lambda: when(part(TRUTH)).then(part()).otherwise(part()),
            lambda: when(part(TRUTH)).then(part()).when(part(TRUTH)).then(part()).otherwise(part()),
            lambda: part().or_else(part()),
            *self.ways(entity, kind, part),
        ]
        return self.draw(st.sampled_from(ways))()

    def ways(self, entity: Entity, kind: Kind, part: Callable[..., Expr]) -> list[Callable[[], Expr]]:
        sums: list[Callable[[], Expr]] = [
            lambda: part() + part(),
            lambda: part() - part(),
            lambda: part() * part(WHOLE),
            lambda: -part(),
            lambda: part().abs(),
            lambda: smallest(part(), part()),
            lambda: largest(part(), part(), 0),
        ]
        if kind == TRUTH:
            compared = self.draw(st.sampled_from(TYPES[:4]))
            return [
                lambda: part() & part(),
                lambda: part() | part(),
                lambda: ~part(),
                lambda: part(compared).is_known(),
                lambda: part(compared) == part(compared),
                lambda: part(compared) != part(compared),
                lambda: part(MASS) > part(MASS),
                lambda: part(NUMBER) <= part(NUMBER),
                lambda: part(WHOLE) < part(WHOLE),
                lambda: part(TEXT).is_in(*FUELS[:2], SECTORS[0]),
                lambda: part(WHOLE).is_in(0, 1, 2020),
            ]
        if kind == WHOLE:
            words = st.lists(st.sampled_from(self.names(entity, TEXT)[::-1]), min_size=1, max_size=2)
            within = tuple(Name(name) for name in self.draw(words))
            value = self.draw(st.sampled_from((NUMBER, MASS)))
            return [*sums, *[lambda: rank(self.leaf(entity, value), within=within)] * 2]
        if kind == NUMBER:
            within = tuple(Name(name) for name in self.names(entity, TEXT)[-1:])
            return [
                *sums,
                lambda: part(MASS) / part(MASS),
                lambda: part() / part(WHOLE),
                lambda: part() / self.draw(st.sampled_from((0, 2, 4.0))),
                lambda: part() ** self.draw(st.sampled_from((2, -1, 0.5))),
                lambda: (part() * 0.5).round(self.draw(st.integers(0, 2))),
                lambda: part().floor() + part().ceil(),
                lambda: part().sqrt(),
                lambda: part().log(),
                lambda: smallest(part(), 3).exp(),
                lambda: share(self.leaf(entity, MASS), within=within),
            ]
        if kind == MASS:
            return [
                *sums,
                lambda: part() * part(NUMBER),
                lambda: part() / part(NUMBER),
                lambda: (part() * 1000).to("kg").to("t"),
            ]
        return []

    def leaf(self, entity: Entity, kind: Kind) -> Expr:
        """A name, a look-up, an aggregate, a parameter or a constant, each as likely as the others."""
        names: Sequence[Expr] = [Name(name) for name in self.names(entity, kind)]
        looked_up: Sequence[Expr] = [
            getattr(Parent(link.parent_name), name)
            for link in entity.parents.values()
            for name in self.names(link.parent, kind)
        ]
        aggregates = [
            found
            for link in entity.children.values()
            for found in self.aggregates(Children(link.children_name), link.child, kind)
        ]
        sources = (names, looked_up, aggregates, self.parameters(entity, kind), [as_expr(self.constant(kind))])
        source: Sequence[Expr] = self.draw(st.sampled_from([source for source in sources if source]))
        return self.draw(st.sampled_from(source))

    def aggregates(self, children: Children, child: Entity, kind: Kind) -> list[Expr]:
        names = self.names(child, kind)
        if kind in (NUMBER, MASS):
            # The known sums twice, for their counts.
            ways = ("sum", "known_sum", "known_sum", "mean", "smallest", "largest")
            return [getattr(children, way)(name) for name in names for way in ways]
        if kind == WHOLE:
            counts = [children.count_if(name) for name in self.names(child, TRUTH)]
            return [children.count(), *counts, *(children.smallest(name) for name in names)]
        return []

    def parameters(self, entity: Entity, kind: Kind) -> list[Expr]:
        plain = {NUMBER: "number", MASS: "mass", TEXT: "label", TRUTH: "flag", WHOLE: "whole"}[kind]
        words = [Name(name) for name in self.names(entity, TEXT)]
        word = self.draw(st.sampled_from([*words, ParameterValue("demo.label"), as_expr("coal"), as_expr("peat")]))
        sector = self.draw(st.sampled_from([*words, ParameterValue("demo.label"), as_expr("26")]))
        keyed: Mapping[Kind, list[Expr]] = {
            NUMBER: [ParameterValue("demo.by_word")[word]],
            MASS: [ParameterValue("demo.by_two")[word, sector]],
        }
        return [ParameterValue(f"demo.{plain}"), *keyed.get(kind, []) * 2]

    def constant(self, kind: Kind) -> Any:
        # Arithmetic on something undetermined makes a number, which is no whole number.
        if kind != WHOLE and self.draw(st.integers(0, 9)) == 0:
            return undetermined("something that nobody has said", kind[1])
        if kind == MASS:
            return quantity(self.draw(st.sampled_from((0, 1.5))), "t")
        values = {NUMBER: (0, 0.5, 2.0), WHOLE: (0, 1, 2020), TEXT: ("26", "coal", "sector"), TRUTH: (True, False)}
        return self.draw(st.sampled_from(values[kind]))


GROWING = ("*", "/", "**")


def bounded(expr: Expr, kind: Kind) -> Expr:
    """Products and totals kept small, so that rules on rules stay within what is added exactly."""
    grows = any(
        isinstance(node, Convert | Over)
        or (isinstance(node, Binary) and node.operator in GROWING)
        or (isinstance(node, Call) and node.function in ("exp", "log"))
        for node in expr.walk()
    )
    if not grows or kind not in (NUMBER, MASS, WHOLE):
        return expr
    limit = 1000 if kind == WHOLE else quantity(1000.0, kind[1])
    return smallest(largest(expr, -limit if kind == WHOLE else quantity(-1000.0, kind[1])), limit)


def a_drawn_rule(entity: Entity, kind: Kind, name: str, expr: Expr) -> Rule:
    def made() -> Expr:
        return expr

    made.__name__ = name
    return a_rule(entity, kind[1], kind[0])(made)


class Drawn(list[Rule]):
    """Rules that show their formulas when a test fails."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        for drawn in self:
            made = f"{drawn.entity.name}.{drawn.name} [{drawn.kind} {drawn.unit}]"
            printer.text(f"\n    {made} = {formula(drawn.function())}")


@st.composite
def rules(draw: st.DrawFn) -> Drawn:
    maker = Maker(draw)
    found = Drawn()
    for number in range(draw(st.integers(8, 16))):
        entity, kind = draw(st.sampled_from(ENTITIES)), draw(st.sampled_from(TYPES))
        expr = maker.expr(entity, kind, draw(st.integers(1, 3)))
        # A total is left as it is now and then, so that its counts can be compared.
        expr = expr if isinstance(expr, Over) else bounded(expr, kind)
        found.append(a_drawn_rule(entity, kind, f"r{number}", expr))
        maker.made.setdefault(entity, {}).setdefault(kind, []).append(f"r{number}")
    return found


# -- side by side ------------------------------------------------------------------------------------

Results = dict[tuple[str, tuple[Any, ...], str], tuple[Any, str | None, int, Any, Any]]


def together(wanted: Iterable[Rule]) -> dict[Entity, list[str]]:
    found: dict[Entity, list[str]] = {}
    for asked in wanted:
        found.setdefault(asked.entity, []).append(asked.name)
    return found


def engine_results(evaluation: Evaluation, wanted: Iterable[Rule]) -> Results:
    """Value, cause in words, trust and counts of every rule of every row."""
    evaluation.compute(together(wanted))
    found: Results = {}
    for entity, names in together(wanted).items():
        for row in evaluation.table(entity, names).collect("pyarrow").iter_rows(named=True):
            key = tuple(row[part] for part in entity.key)
            for name in names:
                assert (entity.name, key, name) not in found, "a row came twice"
                code = row.get(f"{name}__cause")
                cause = None if code is None else evaluation.cause(code).text.en
                counts = row.get(f"{name}__parts"), row.get(f"{name}__undetermined")
                found[(entity.name, key, name)] = (row[name], cause, row[f"{name}__trust"], *counts)
    return found


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return type(one) is type(other) and bool(one == other)


def weakest_possible(plan: Plan, entity: Entity, name: str) -> int:
    nodes = [node for item in plan.closure([(entity, name)]) for node in plan[item].nodes(ParameterValue)]
    return max((int(given.status) for node in nodes for given in plan.rulebook[node.name].cells), default=0)


DATES_OF_RUN = st.dates(date(2019, 6, 1), date(2024, 6, 1))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows=cities(), book=rulebooks(), drawn=rules(), on=DATES_OF_RUN, random=st.randoms())
def test_the_engine_agrees_with_the_naive_evaluator(
    rows: dict[str, list[dict[str, Any]]], book: Rulebook, drawn: Drawn, on: date, random: Random
) -> None:
    everything = (DISTRICT_ID, YEAR_BEFORE, *drawn)
    plan = Plan(everything, book)
    given_rows: Mapping[str, list[dict[str, Any]]] = {
        table: [{name: value for name, value in row.items() if name != "held"} for row in of_table]
        for table, of_table in rows.items()
    }
    with city_of(given_rows, held={"plant_years": "year = 2020"}) as city:
        engine = engine_results(Evaluation(city, book, (), on=on, plan=plan), drawn)
        again = Evaluation(city, book, random.sample(everything, len(everything)), on=on)
        again.compute(together(random.sample(drawn, 2)))
        bit_by_bit = engine_results(again, drawn)
    naive = Naive(plan, rows, on)
    expected_keys = set()
    for planned in drawn:
        entity, name = planned.entity, planned.name
        for row in naive.rows(entity):
            key = (entity.name, tuple(row[part] for part in entity.key), name)
            expected_keys.add(key)
            expected = naive.of(entity, row, name)
            value, cause, trust, parts, left_out = engine[key]
            assert same(value, expected.value), (key, value, expected)
            assert (cause is None) == (value is not None), (key, value, cause)
            assert cause is None or cause in expected.causes, (key, cause, expected.causes)
            assert expected.trust <= trust <= weakest_possible(plan, entity, name), (key, trust, expected)
            counts = naive.counts(entity, row, name)
            found = None if counts is None else (counts.parts, counts.undetermined)
            assert (None if parts is None else (parts, left_out)) == found, key
    assert engine.keys() == expected_keys
    assert bit_by_bit == engine, "the order of rules or of asking changed a result"
