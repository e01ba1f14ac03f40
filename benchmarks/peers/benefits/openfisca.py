"""The same rules as variables of openfisca-core.

Its numbers are float32 unless told otherwise, which cannot hold a sum of salaries to the yuan: here they are
float64, so that results can be compared to the last digit.
Variables and the building of the simulation from tables follow its documentation: populations are declared from
arrays, persons are joined to households by identifier, inputs are set as whole arrays.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from openfisca_core.variables.config import VALUE_TYPES

VALUE_TYPES[float]["dtype"] = np.float64

Person = build_entity(key="person", plural="persons", label="person", is_person=True)
Household = build_entity(key="household", plural="households", label="household", roles=[{"key": "member"}])
YEAR = "2024"


class Occupation(Enum):
    office = "office"
    workshop = "workshop"
    field = "field"
    none = "none"


class Tenure(Enum):
    owner = "owner"
    tenant = "tenant"
    lodger = "lodger"


def _dated(**values: float) -> dict[str, Any]:
    """``_dated(d2015=1, d2023=2)``: values by the year from which they hold."""
    return {"values": {f"{date[1:]}-01-01": {"value": value} for date, value in values.items()}}


_BRACKETS = (
    (_dated(d2015=0), _dated(d2015=30)),
    (_dated(d2015=36000, d2024=40000), _dated(d2015=100)),
    (_dated(d2015=144000, d2024=150000), _dated(d2015=200)),
    (_dated(d2015=300000, d2024=320000), _dated(d2015=250)),
)
PARAMETERS: dict[str, Any] = {
    "income_tax_rate": _dated(d2015=150, d2023=140),
    "contribution": {"brackets": [{"threshold": start["values"], "rate": rate["values"]} for start, rate in _BRACKETS]},
    "retirement_age": {
        "office": _dated(d2015=60, d2024=62),
        "workshop": _dated(d2015=55, d2024=57),
        "field": _dated(d2015=55, d2024=56),
        "none": _dated(d2015=65),
    },
    "pension_rate": {
        "office": _dated(d2015=500),
        "workshop": _dated(d2015=550),
        "field": _dated(d2015=600),
        "none": _dated(d2015=200),
    },
    "age_of_majority": _dated(d2015=18),
    "basic_income": _dated(d2015=6000, d2022=7200),
    "basic_income_below": _dated(d2015=24000),
    "disability_supplement": _dated(d2015=4800),
    "housing_rate": {"owner": _dated(d2015=12), "tenant": _dated(d2015=8), "lodger": _dated(d2015=0)},
    "housing_least": {"owner": _dated(d2015=200), "tenant": _dated(d2015=100), "lodger": _dated(d2015=0)},
    "child_allowance": _dated(d2015=2400, d2024=3600),
    "child_allowance_below": _dated(d2015=180000),
    "poverty_line": _dated(d2015=12000),
}


def _variable(name: str, of: Any, kind: Any, formula: Any = None, **more: Any) -> type[Variable]:
    """A variable of a year, declared as openfisca wants it: a class that bears its name."""
    body = {"value_type": kind, "entity": of, "definition_period": DateUnit.YEAR, "label": name, **more}
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def age(person: Any, period: Any) -> Any:
    return period.start.year - (person("birth", period).astype("datetime64[Y]").astype(int) + 1970)


def is_child(person: Any, period: Any, parameters: Any) -> Any:
    return person("age", period) < parameters(period).age_of_majority


def income_tax(person: Any, period: Any, parameters: Any) -> Any:
    return np.floor(person("salary", period) * parameters(period).income_tax_rate / 1000)


def contribution(person: Any, period: Any, parameters: Any) -> Any:
    # Rounded thresholds: without that they are blurred by an epsilon, and floor() would show it.
    due = parameters(period).contribution.calc(person("salary", period), round_base_decimals=2)
    return np.floor(due / 1000)


def mean_salary(person: Any, period: Any) -> Any:
    years = (period, period.last_year, period.offset(-2))
    return np.floor((person("salary", years[0]) + person("salary", years[1]) + person("salary", years[2])) / 3)


def is_retired(person: Any, period: Any, parameters: Any) -> Any:
    return person("age", period) >= parameters(period).retirement_age[person("occupation", period)]


def pension(person: Any, period: Any, parameters: Any) -> Any:
    rate = parameters(period).pension_rate[person("occupation", period)]
    return np.where(person("is_retired", period), np.floor(person("mean_salary", period) * rate / 1000), 0)


def basic_income(person: Any, period: Any, parameters: Any) -> Any:
    below = person("salary", period) < parameters(period).basic_income_below
    return ~person("is_child", period) * below * parameters(period).basic_income


def disability_benefit(person: Any, period: Any, parameters: Any) -> Any:
    return person("disabled", period) * ~person("is_child", period) * parameters(period).disability_supplement


def taxes(person: Any, period: Any) -> Any:
    return person("income_tax", period) + person("contribution", period)


def benefits(person: Any, period: Any) -> Any:
    return person("pension", period) + person("basic_income", period) + person("disability_benefit", period)


def place_in_household(person: Any, period: Any) -> Any:
    """From 1. Equal salaries get places of their own here; see ``must_agree``."""
    return person.get_rank(person.household, -person("salary", period)) + 1


def members(household: Any, period: Any) -> Any:
    return household.nb_persons()


def children(household: Any, period: Any) -> Any:
    return household.sum(household.members("is_child", period))


def income(household: Any, period: Any) -> Any:
    return household.sum(household.members("salary", period)) + household.sum(household.members("pension", period))


def housing_tax(household: Any, period: Any, parameters: Any) -> Any:
    tenure = household("tenure", period)
    by_area = household("floor_area", period) * parameters(period).housing_rate[tenure]
    return np.maximum(by_area, parameters(period).housing_least[tenure])


def child_benefit(household: Any, period: Any, parameters: Any) -> Any:
    due = household("income", period) < parameters(period).child_allowance_below
    return due * household("children", period) * parameters(period).child_allowance


def all_taxes(household: Any, period: Any) -> Any:
    return household.sum(household.members("taxes", period)) + household("housing_tax", period)


def all_benefits(household: Any, period: Any) -> Any:
    return household.sum(household.members("benefits", period)) + household("child_benefit", period)


def disposable_income(household: Any, period: Any) -> Any:
    salaries = household.sum(household.members("salary", period))
    return salaries + household("all_benefits", period) - household("all_taxes", period)


def is_poor(household: Any, period: Any, parameters: Any) -> Any:
    return household("disposable_income", period) < household("members", period) * parameters(period).poverty_line


def poverty_supplement(person: Any, period: Any, parameters: Any) -> Any:
    poor = person.household("is_poor", period)
    return poor * person("is_child", period) * np.floor(parameters(period).basic_income / 2)


OF_PERSONS: dict[str, tuple[Any, Any]] = {
    "age": (int, age),
    "is_child": (bool, is_child),
    "income_tax": (float, income_tax),
    "contribution": (float, contribution),
    "mean_salary": (float, mean_salary),
    "is_retired": (bool, is_retired),
    "pension": (float, pension),
    "basic_income": (float, basic_income),
    "disability_benefit": (float, disability_benefit),
    "taxes": (float, taxes),
    "benefits": (float, benefits),
    "place_in_household": (int, place_in_household),
    "poverty_supplement": (float, poverty_supplement),
}
OF_HOUSEHOLDS: dict[str, tuple[Any, Any]] = {
    "members": (int, members),
    "children": (int, children),
    "income": (float, income),
    "housing_tax": (float, housing_tax),
    "child_benefit": (float, child_benefit),
    "all_taxes": (float, all_taxes),
    "all_benefits": (float, all_benefits),
    "disposable_income": (float, disposable_income),
    "is_poor": (bool, is_poor),
}


def system() -> TaxBenefitSystem:
    """The variables and parameters."""
    found = TaxBenefitSystem([Person, Household])
    found.add_variable(_variable("birth", Person, __import__("datetime").date))
    found.add_variable(_variable("occupation", Person, Enum, possible_values=Occupation, default_value=Occupation.none))
    found.add_variable(_variable("disabled", Person, bool))
    found.add_variable(_variable("salary", Person, float))
    found.add_variable(_variable("tenure", Household, Enum, possible_values=Tenure, default_value=Tenure.lodger))
    found.add_variable(_variable("floor_area", Household, float))
    for entity, variables in ((Person, OF_PERSONS), (Household, OF_HOUSEHOLDS)):
        for name, (kind, formula) in variables.items():
            found.add_variable(_variable(name, entity, kind, formula))
    found.parameters = ParameterNode("", data=PARAMETERS)
    return found


def build(rules: TaxBenefitSystem, persons: pa.Table, households: pa.Table) -> Simulation:
    """A simulation from tables."""
    builder = SimulationBuilder()
    builder.create_entities(rules)
    household_ids = households["household_id"].to_numpy()
    builder.declare_person_entity("person", persons["person_id"].to_numpy())
    group = builder.declare_entity("household", household_ids)
    builder.join_with_persons(group, persons["household_id"].to_numpy(), ["member"] * len(persons))
    simulation = builder.build(rules)
    simulation.set_input("birth", YEAR, persons["birth"].to_numpy())
    simulation.set_input("occupation", YEAR, np.asarray(persons["occupation"].to_numpy(), dtype=str))
    simulation.set_input("disabled", YEAR, persons["disabled"].to_numpy())
    simulation.set_input("salary", YEAR, persons["salary_cny"].to_numpy())
    simulation.set_input("salary", "2023", persons["salary_last_year_cny"].to_numpy())
    simulation.set_input("salary", "2022", persons["salary_year_before_cny"].to_numpy())
    simulation.set_input("tenure", YEAR, np.asarray(households["tenure"].to_numpy(), dtype=str))
    simulation.set_input("floor_area", YEAR, households["floor_area_m2"].to_numpy())
    return simulation


def calculate(simulation: Simulation) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every result as an array, of persons and of households."""
    return (
        {name: simulation.calculate(name, YEAR) for name in OF_PERSONS},
        {name: simulation.calculate(name, YEAR) for name in OF_HOUSEHOLDS},
    )


def read(folder: Path) -> tuple[pa.Table, pa.Table]:
    """The tables of persons and households."""
    return pq.read_table(folder / "tables" / "persons.parquet"), pq.read_table(folder / "tables" / "households.parquet")


def from_files_to_files(rules: TaxBenefitSystem, folder: Path, out: Path) -> None:
    """Read the tables, build, calculate, and write the results."""
    persons, households = read(folder)
    of_persons, of_households = calculate(build(rules, persons, households))
    out.mkdir()
    pq.write_table(pa.table({"person_id": persons["person_id"], **of_persons}), out / "person.parquet")
    pq.write_table(pa.table({"household_id": households["household_id"], **of_households}), out / "household.parquet")
