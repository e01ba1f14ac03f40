"""A small policy on the engine's small city: a charge on plants by sector, with a threshold, and its totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from tests.policy.engine_city import (
    DISTRICT,
    DISTRICT_ID,
    LONG_AGO,
    ON,
    PLANT_YEAR,
    YEAR_BEFORE,
    a_rule,
    cell,
    city_of,
    parameter,
    rulebook,
)

from tanheng.comparison.variants import Variant
from tanheng.comparison.working import Outcome, compare_variants
from tanheng.measures.assessment import Assessment
from tanheng.measures.key_results import KeyResult
from tanheng.measures.registry import Measure
from tanheng.policy import when
from tanheng.policy.parameters import Cell
from tanheng.policy.rulebook import Rulebook
from tanheng.text import Text
from tanheng.warehouse.city import City

YEAR = ON.year


@a_rule(PLANT_YEAR, kind="text")
def sector(plant):
    return plant.sector


@a_rule(PLANT_YEAR, "t")
def delivered_t(deliveries):
    return deliveries.sum("mass_t")


@a_rule(PLANT_YEAR, "kg")
def emitted_kg(output_t, delivered_t, sector, factor):
    """Output and what was delivered by the factor of the sector."""
    return (output_t + delivered_t) * factor[sector]


@a_rule(PLANT_YEAR, kind="boolean")
def is_large(emitted_kg, threshold):
    """More than the threshold."""
    return emitted_kg > threshold


@a_rule(PLANT_YEAR, "CNY")
def charge_cny(emitted_kg, is_large, price):
    """Large plants pay for what they emit."""
    return when(is_large).then(emitted_kg * price).otherwise(0)


@a_rule(PLANT_YEAR, kind="text")
def colour(emitted_kg, threshold):
    return when(emitted_kg > threshold).then("red").otherwise("green")


@a_rule(PLANT_YEAR, "t")
def twice_t(output_t):
    """Hangs on no parameter."""
    return output_t * 2


@a_rule(DISTRICT, "CNY")
def charges_cny(plant_years):
    """What the plants of the district pay, as far as it is determined."""
    return plant_years.known_sum("charge_cny")


RULES = (DISTRICT_ID, YEAR_BEFORE, sector, delivered_t, emitted_kg, is_large, charge_cny, colour, twice_t, charges_cny)
KEYS = (
    KeyResult(DISTRICT, "charges_cny"),
    KeyResult(PLANT_YEAR, "emitted_kg", "less"),
    KeyResult(PLANT_YEAR, "is_large", "less"),
    KeyResult(PLANT_YEAR, "charge_cny", "less"),
    KeyResult(PLANT_YEAR, "colour", best_first=("green", "red")),
    KeyResult(PLANT_YEAR, "twice_t"),
)


def _no_answer(*_: object) -> Assessment:
    raise AssertionError("a comparison asks rules, not models")


DEMO = Measure("demo", Text("demo", "示例"), (), RULES, _no_answer, key_results=KEYS)


def book(
    *,
    steel: float | None = 2.0,
    paper: float | None = 0.5,
    threshold: float | None = 15.0,
    price: float | None = 0.1,
    more: Sequence[Cell] = (),
) -> Rulebook:
    """``more`` are further cells of the price."""
    return rulebook(
        parameter("demo.factor", cell(steel, "steel"), cell(paper, "paper"), unit="kg/t", by=("sector",)),
        parameter("demo.threshold", cell(threshold), unit="kg"),
        parameter("demo.price", cell(price), *more, unit="CNY/kg"),
    )


def plants(*sectors: str | None, district: str = "D1") -> list[dict[str, object]]:
    return [
        {"plant_id": f"{district}{number}", "district_id": district, "sector": sector}
        for number, sector in enumerate(sectors)
    ]


def years(outputs: Mapping[str, float | None], year: int = YEAR) -> list[dict[str, object]]:
    return [{"plant_id": plant, "year": year, "output_t": output} for plant, output in outputs.items()]


def town() -> City:
    """Four plants of steel, two of paper, one whose sector nobody knows; one did not report all its deliveries."""
    return city_of(
        {
            "districts": [{"district_id": "D1", "city_id": "C"}, {"district_id": "D2", "city_id": "C"}],
            "plants": [*plants("steel", "steel", "paper", None), *plants("steel", "paper", "steel", district="D2")],
            "plant_years": [
                *years({"D10": 5, "D11": 10, "D12": 100, "D13": 50, "D20": 18, "D21": 8, "D22": 9}),
                *years({"D10": 4, "D12": 90}, YEAR - 1),
            ],
            "deliveries": [
                {"plant_id": "D20", "day": date(YEAR, 3, 1), "fuel": "oil", "mass_t": 2.0},
                {"plant_id": "D22", "day": date(YEAR, 3, 1), "fuel": "oil", "mass_t": 2.0},
                {"plant_id": "D22", "day": date(YEAR, 4, 1), "fuel": "oil", "mass_t": None},
            ],
        }
    )


def outcome(
    base: Rulebook, other: Rulebook, *asked: str, city: City | None = None, on: date = ON, year: int = YEAR
) -> Outcome:
    """One variant against the base."""
    return outcomes(base, [other], *asked, city=city, on=on, year=year)[0]


def outcomes(
    base: Rulebook, others: Iterable[Rulebook], *asked: str, city: City | None = None, on: date = ON, year: int = YEAR
) -> list[Outcome]:
    variants = [
        Variant(f"variant-{place}", Text(f"variant {place}", f"方案{place}"), other)
        for place, other in enumerate(others, start=1)
    ]
    found = compare_variants(city or town(), base, variants, on=on, year=year, asked=asked, measures=(DEMO,))
    return list(found)


def with_cells(base: Rulebook, name: str, *cells: Cell) -> Rulebook:
    """The rulebook with other cells of one parameter."""
    changed = replace(base[name], cells=tuple(sorted(cells, key=lambda given: (given.keys, given.start))))
    parameters = MappingProxyType({**base.parameters, name: changed})
    return replace(base, parameters=parameters, digest=f"{base.digest}+")


def of(found: Outcome, result: str) -> Any:
    """The difference of one result, by the name of its rule."""
    return next(each for each in found.compared.differences if each.result.name == result)


__all__ = ["LONG_AGO", "ON", "YEAR", "book", "cell", "of", "outcome", "outcomes", "town", "with_cells"]
