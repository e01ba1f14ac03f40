"""Tables and links of the persons and households."""

from __future__ import annotations

from tanheng.policy import Entity, belongs_to
from tanheng.text import Text
from tanheng.warehouse.schema import Column, Kind, Table

OCCUPATIONS = ("office", "workshop", "field", "none")
TENURES = ("owner", "tenant", "lodger")


def _column(name: str, kind: Kind = "number", unit: str = "1", of: tuple[str, str] | None = None) -> Column:
    return Column(name, kind, Text(name, name), unit, of_parameter=of)


def _table(name: str, key: str, *columns: Column) -> Table:
    return Table(name, Text(name, name), Text(name, name), columns, (key,), optional=False)


HOUSEHOLDS = _table(
    "households",
    "household_id",
    _column("household_id", "text"),
    _column("year", "integer"),
    _column("tenure", "text", of=("benefits.housing_rate", "tenure")),
    _column("floor_area_m2", unit="m2"),
)
PERSONS = _table(
    "persons",
    "person_id",
    _column("person_id", "text"),
    _column("year", "integer"),
    Column("household_id", "text", Text("household", "家庭"), refers_to="households"),
    _column("birth", "date"),
    _column("occupation", "text", of=("benefits.pension_rate", "occupation")),
    _column("disabled", "boolean"),
    _column("salary_cny", unit="CNY"),
    _column("salary_last_year_cny", unit="CNY"),
    _column("salary_year_before_cny", unit="CNY"),
)
TABLES = (HOUSEHOLDS, PERSONS)

HOUSEHOLD = Entity("household", HOUSEHOLDS, Text("household", "家庭"), period="year")
PERSON = Entity("person", PERSONS, Text("person", "个人"), period="year")
belongs_to(
    PERSON, HOUSEHOLD, by={"household_id": "household_id"}, parent_name="household", children_name="persons"
)
