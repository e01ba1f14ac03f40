"""Small cities to try the inventory on, and rulebooks with a value changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from tanheng.measures.base_tables import BASE_TABLES
from tanheng.measures.inventory.rules import RULES
from tanheng.measures.inventory.tables import TABLES
from tanheng.policy import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.parameters import Cell, CellValue
from tanheng.policy.plan import Plan
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.warehouse.city import City

ALL_TABLES = (*BASE_TABLES, *TABLES)
CITY = "440300"
DISTRICT = "440311"
Rows = Mapping[str, Sequence[Mapping[str, object]]]
Row = dict[str, Any]


@cache
def shenzhen() -> Rulebook:
    return load_rulebook("shenzhen")


@cache
def plan() -> Plan:
    return Plan(RULES, shenzhen())


def changed(rulebook: Rulebook, values: Mapping[str, Mapping[tuple[str, ...], CellValue]]) -> Rulebook:
    """The rulebook with other values for some categories, from long ago on; categories may be new."""
    parameters = dict(rulebook.parameters)
    for name, given in values.items():
        parameter = parameters[name]
        model = parameter.cells[0]
        cells: list[Cell] = [cell for cell in parameter.cells if cell.keys not in given]
        cells += [replace(model, keys=keys, start=date(1990, 1, 1), value=value) for keys, value in given.items()]
        parameters[name] = replace(parameter, cells=tuple(cells))
    return replace(rulebook, parameters=parameters)


def base_rows(province: str = "Guangdong") -> dict[str, list[Row]]:
    return {
        "cities": [
            {"city_id": CITY, "name": "Shenzhen", "name_zh": "深圳", "province": province, "grid_region": "South"}
        ],
        "districts": [
            {"district_id": DISTRICT, "city_id": CITY, "name": "Guangming", "name_zh": "光明", "land_km2": 155}
        ],
    }


def a_facility(facility: str = "F1", sector: str = "14", **more: object) -> Row:
    return {"facility_id": facility, "name": f"Demo {facility}", "district_id": DISTRICT, "sector": sector, **more}


def a_year_of_power(facility: str, year: int, mwh: float | None, months: int = 12) -> list[Row]:
    return [
        {"facility_id": facility, "month": f"{year}-{month:02d}-01", "electricity_bought_mwh": mwh}
        for month in range(1, months + 1)
    ]


def evaluated(rows: Rows, rulebook: Rulebook | None = None, on: date = date(2024, 12, 31)) -> Evaluation:
    """The rules on a city of these rows beside ``base_rows``."""
    city = City.from_rows(ALL_TABLES, {**base_rows(), **rows})
    if rulebook is None:
        return Evaluation(city, shenzhen(), (), on=on, plan=plan())
    return Evaluation(city, rulebook, RULES, on=on)


def results(evaluation: Evaluation, entity: Entity, *names: str) -> list[Row]:
    rows: list[Row] = evaluation.table(entity, names).sort(*entity.key).collect("pyarrow").to_arrow().to_pylist()
    return rows


def one(evaluation: Evaluation, entity: Entity, name: str) -> Any:
    """The result of the only row."""
    (row,) = results(evaluation, entity, name)
    return row[name]
