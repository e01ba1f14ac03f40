"""A small world to try the engine on: plants in districts of cities, their years, and what was delivered to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tanheng.policy import Entity, Rule, belongs_to, rule
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.parameters import Cell, CellValue, Parameter, ParameterKind, Source, Status
from tanheng.policy.rulebook import Rulebook
from tanheng.policy.rules import RuleKind
from tanheng.text import Text
from tanheng.units import Unit
from tanheng.warehouse.city import City
from tanheng.warehouse.schema import Column, Table, Trap

Rows = Mapping[str, Sequence[Mapping[str, object]]]
ON = date(2024, 12, 31)
LONG_AGO = date(2000, 1, 1)
WORDS = Text("words", "文字")


def _table(name: str, key: tuple[str, ...], *columns: Column, traps: tuple[Trap, ...] = ()) -> Table:
    return Table(name, Text(name, name), WORDS, columns, key, traps=traps)


def _text(name: str, *, required: bool = True) -> Column:
    return Column(name, "text", Text(name, name), required=required)


def _maybe(name: str, kind: RuleKind = "number", unit: str = "1") -> Column:
    return Column(name, kind, Text(name, name), unit, required=False)


CITIES = _table("cities", ("city_id",), _text("city_id"))
DISTRICTS = _table(
    "districts", ("district_id",), _text("district_id"), _text("city_id"), _maybe("land_km2", unit="km2")
)
PLANTS = _table(
    "plants",
    ("plant_id",),
    _text("plant_id"),
    _text("district_id"),
    _text("sector", required=False),
    _maybe("capacity_t", unit="t"),
    _maybe("certified", "boolean"),
    _maybe("opened", "date"),
)
PLANT_YEARS = _table(
    "plant_years",
    ("plant_id", "year"),
    _text("plant_id"),
    Column("year", "integer", Text("year", "年份")),
    _maybe("output_t", unit="t"),
    _maybe("waste_kg", unit="kg"),
    _maybe("revenue_cny", unit="CNY"),
    _maybe("staff", "integer", "person"),
    Column("extra_t", "number", Text("extra", "额外"), "t", required=False, default=0.0),
    traps=(Trap("factor_of_history", ("output_t",)),),
)
DELIVERIES = _table(
    "deliveries",
    ("plant_id", "day"),
    _text("plant_id"),
    Column("day", "date", Text("day", "日期")),
    _text("fuel"),
    _maybe("mass_t", unit="t"),
    _maybe("clean", "boolean"),
    _maybe("trucks", "integer"),
)
TABLES = (CITIES, DISTRICTS, PLANTS, PLANT_YEARS, DELIVERIES)

CITY = Entity("city", CITIES, Text("city", "城市"))
DISTRICT = Entity("district", DISTRICTS, Text("district", "区"))
PLANT = Entity("plant", PLANTS, Text("plant", "工厂"))
PLANT_YEAR = Entity("plant_year", PLANT_YEARS, Text("plant in a year", "工厂年度"), period="year")
DELIVERY = Entity("delivery", DELIVERIES, Text("delivery", "进货"), period="year", year_of="day")

belongs_to(DISTRICT, CITY, by={"city_id": "city_id"}, parent_name="city", children_name="districts")
belongs_to(PLANT, DISTRICT, by={"district_id": "district_id"}, parent_name="district", children_name="plants")
belongs_to(PLANT_YEAR, PLANT, by={"plant_id": "plant_id"}, parent_name="plant", children_name="years")
# district_id and year_before of a plant-year are rules: DISTRICT_ID and YEAR_BEFORE below.
belongs_to(PLANT_YEAR, DISTRICT, by={"district_id": "district_id"}, parent_name="district", children_name="plant_years")
belongs_to(
    PLANT_YEAR,
    PLANT_YEAR,
    by={"plant_id": "plant_id", "year": "year_before"},
    parent_name="last_year",
    children_name="next_years",
)
belongs_to(
    DELIVERY,
    PLANT_YEAR,
    by={"plant_id": "plant_id", "year": "year"},
    parent_name="plant_year",
    children_name="deliveries",
)


def a_rule(
    entity: Entity,
    unit: str = "1",
    kind: RuleKind = "number",
    *,
    measure: str = "demo",
    title: Text = WORDS,
    cites: str = "",
    parameters: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Rule]:
    """``@rule`` as if the function stood in ``tanheng/measures/demo/rules.py``."""

    def make(function: Callable[..., Any]) -> Rule:
        function.__module__ = f"tanheng.measures.{measure}.rules"
        made = rule(
            entity, title=title, unit=unit, kind=kind, cites=cites or (), parameters=parameters, columns=columns
        )
        return made(function)

    return make


@a_rule(PLANT_YEAR, kind="text")
def district_id(plant):
    return plant.district_id


@a_rule(PLANT_YEAR, kind="integer")
def year_before(year):
    return year - 1


DISTRICT_ID, YEAR_BEFORE = district_id, year_before

SOURCE = Source("Decree 1", clause="art. 2", address="https://example.org/decree")


def cell(
    value: CellValue, *keys: str, start: date = LONG_AGO, status: Status = Status.REPORTED, source: Source = SOURCE
) -> Cell:
    return Cell(keys, start, value, status, source, None, None, None, "demo.yaml", 1)


def parameter(
    name: str,
    *cells: Cell,
    unit: str = "1",
    kind: ParameterKind = "number",
    by: tuple[str, ...] = (),
    valid_until: date | None = None,
) -> Parameter:
    return Parameter(
        name,
        Text(name, name),
        kind,
        Unit.parse(unit),
        by,
        tuple(sorted(cells, key=lambda given: (given.keys, given.start))),
        SOURCE,
        Status.REPORTED,
        None,
        "demo.yaml",
        1,
        valid_until,
    )


def rulebook(*parameters: Parameter) -> Rulebook:
    named = MappingProxyType({parameter.name: parameter for parameter in parameters})
    return Rulebook("demo", WORDS, None, Path(), named, (), MappingProxyType({}), "")


def city_of(rows: Rows, *, held: Mapping[str, str] | None = None) -> City:
    """A city in memory. ``held`` gives for a table the SQL condition of the rows that question Q1 holds."""
    city = City.from_rows(TABLES, rows)
    for table, condition in (held or {}).items():
        columns = ", ".join(f'"{column.name}"' for column in city.tables[table])
        city.connection.execute(f'CREATE TABLE "{table}#held" AS SELECT * FROM "{table}"')
        city.connection.execute(
            f'CREATE OR REPLACE VIEW "{table}" AS SELECT {columns}, '
            f"CASE WHEN {condition} THEN 'Q1' END AS held FROM \"{table}#held\""
        )
    return city


@dataclass(frozen=True)
class Answers:
    """What the engine says, row by row."""

    evaluation: Evaluation

    def rows(self, entity: Entity, *names: str) -> list[dict[str, Any]]:
        """Sorted by key."""
        frame = self.evaluation.table(entity, names).sort(*entity.key).collect("pyarrow")
        return list(frame.iter_rows(named=True))

    def row(self, entity: Entity, name: str, *key: object) -> dict[str, Any]:
        found = [row for row in self.rows(entity, name) if tuple(row[part] for part in entity.key) == key]
        assert len(found) == 1, f"{len(found)} rows of {entity.name} with key {key}"
        return found[0]

    def value(self, rule: Rule, *key: object) -> Any:
        return self.row(rule.entity, rule.name, *key)[rule.name]

    def cause(self, rule: Rule, *key: object) -> str | None:
        """Why the value is undetermined, in English; None where it is there."""
        code = self.row(rule.entity, rule.name, *key).get(f"{rule.name}__cause")
        return None if code is None else self.evaluation.cause(code).text.en

    def trust(self, rule: Rule, *key: object) -> Status:
        return Status(self.row(rule.entity, rule.name, *key)[f"{rule.name}__trust"])

    def parts(self, rule: Rule, *key: object) -> tuple[int, int]:
        """How many parts the total has, and how many of them are undetermined."""
        row = self.row(rule.entity, rule.name, *key)
        return row[f"{rule.name}__parts"], row[f"{rule.name}__undetermined"]

    def column(self, rule: Rule) -> list[Any]:
        """The values of all rows, by key."""
        return [row[rule.name] for row in self.rows(rule.entity, rule.name)]


def ask(rows: Rows | City, rules: Iterable[Rule], parameters: Iterable[Parameter] = (), *, on: date = ON) -> Answers:
    """The rules on the rows at a date, computed together as in a run; the rules that links go by are among them."""
    city = rows if isinstance(rows, City) else city_of(rows)
    everything = (DISTRICT_ID, YEAR_BEFORE, *rules)
    evaluation = Evaluation(city, rulebook(*parameters), everything, on=on)
    wanted: dict[Entity, list[str]] = {}
    for asked in everything[2:]:
        wanted.setdefault(asked.entity, []).append(asked.name)
    evaluation.compute(wanted)
    return Answers(evaluation)


def years(*outputs: float | None, plant: str = "P1", first: int = 2020, **columns: object) -> list[dict[str, object]]:
    """Years of one plant with these outputs, one after another."""
    return [
        {"plant_id": plant, "year": first + number, "output_t": output, **columns}
        for number, output in enumerate(outputs)
    ]


def plants(*names: str, **columns: object) -> list[dict[str, object]]:
    return [{"plant_id": name, "district_id": "D1", **columns} for name in names]


def one_value(
    expression: Callable[..., Any],
    row: Mapping[str, object],
    *,
    unit: str = "1",
    kind: RuleKind = "number",
    parameters: Iterable[Parameter] = (),
) -> tuple[Any, str | None]:
    """Value and cause of one rule of PLANT_YEAR on a single row."""
    expression.__name__ = "answer"
    answer = a_rule(PLANT_YEAR, unit, kind)(expression)
    given = {"plant_id": "P1", "year": 2024, **row}
    found = ask({"plants": plants("P1"), "plant_years": [given]}, [answer], parameters)
    return found.value(answer, "P1", 2024), found.cause(answer, "P1", 2024)
