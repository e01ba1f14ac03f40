"""Taxes and benefits, as the engine reads them."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.benefits.tables import HOUSEHOLD, PERSON
from tanheng.policy import Entity, Rule, largest, quantity, rank, rule, smallest, when
from tanheng.policy.rules import RuleKind
from tanheng.text import Text


def _rule(entity: Entity, unit: str = "1", kind: RuleKind = "number") -> Any:
    return rule(entity, unit=unit, kind=kind, title=Text("", ""))


# -- persons ---------------------------------------------------------------------------------------


@_rule(PERSON, kind="integer")
def age(year, birth):
    """Years of age that are reached in the year."""
    return year - birth.year()


@_rule(PERSON, kind="boolean")
def is_child(age, age_of_majority):
    return age < age_of_majority


@_rule(PERSON, "CNY")
def income_tax(salary_cny, income_tax_rate):
    return (salary_cny * income_tax_rate / 1000).floor()


@_rule(PERSON, "CNY")
def contribution(salary_cny, bracket_from, bracket_rate):
    """Each part of the salary at the rate of its bracket."""
    starts = [bracket_from[name] for name in ("first", "second", "third", "fourth")]
    rates = [bracket_rate[name] for name in ("first", "second", "third", "fourth")]
    due = largest(salary_cny - starts[3], 0) * rates[3]
    for start, end, rate in zip(starts, starts[1:], rates, strict=False):
        due = due + largest(smallest(salary_cny, end) - start, 0) * rate
    return (due / 1000).floor()


@_rule(PERSON, "CNY")
def mean_salary(salary_cny, salary_last_year_cny, salary_year_before_cny):
    """Of three years."""
    return ((salary_cny + salary_last_year_cny + salary_year_before_cny) / 3).floor()


@_rule(PERSON, kind="boolean")
def is_retired(age, occupation, retirement_age):
    return age >= retirement_age[occupation]


@_rule(PERSON, "CNY")
def pension(is_retired, mean_salary, occupation, pension_rate):
    return when(is_retired).then((mean_salary * pension_rate[occupation] / 1000).floor()).otherwise(0)


@_rule(PERSON, "CNY")
def basic_income(is_child, salary_cny, basic_income_below, basic_income_amount):
    return when(~is_child & (salary_cny < basic_income_below)).then(basic_income_amount).otherwise(0)


@_rule(PERSON, "CNY")
def disability_benefit(disabled, is_child, disability_supplement):
    return when(disabled & ~is_child).then(disability_supplement).otherwise(0)


@_rule(PERSON, "CNY")
def taxes(income_tax, contribution):
    return income_tax + contribution


@_rule(PERSON, "CNY")
def benefits(pension, basic_income, disability_benefit):
    return pension + basic_income + disability_benefit


@_rule(PERSON, kind="integer")
def place_in_household(salary_cny, household_id):
    """1 for the largest salary of the household."""
    return rank(salary_cny, within=(household_id,))


# -- households ------------------------------------------------------------------------------------


@_rule(HOUSEHOLD, "person", kind="integer")
def members(persons):
    return persons.count() * quantity(1, "person")


@_rule(HOUSEHOLD, "person", kind="integer")
def children(persons):
    return persons.count_if("is_child") * quantity(1, "person")


@_rule(HOUSEHOLD, "CNY")
def income(persons):
    return persons.sum("salary_cny") + persons.sum("pension")


@_rule(HOUSEHOLD, "CNY")
def housing_tax(floor_area_m2, tenure, housing_rate, housing_least):
    return largest(floor_area_m2 * housing_rate[tenure], housing_least[tenure])


@_rule(HOUSEHOLD, "CNY")
def child_benefit(income, children, child_allowance, child_allowance_below):
    return when(income < child_allowance_below).then(children * child_allowance).otherwise(0)


@_rule(HOUSEHOLD, "CNY")
def all_taxes(persons, housing_tax):
    return persons.sum("taxes") + housing_tax


@_rule(HOUSEHOLD, "CNY")
def all_benefits(persons, child_benefit):
    return persons.sum("benefits") + child_benefit


@_rule(HOUSEHOLD, "CNY")
def disposable_income(persons, all_taxes, all_benefits):
    return persons.sum("salary_cny") + all_benefits - all_taxes


@_rule(HOUSEHOLD, kind="boolean")
def is_poor(disposable_income, members, poverty_line):
    return disposable_income < members * poverty_line


# -- back to persons -------------------------------------------------------------------------------


@_rule(PERSON, "CNY")
def poverty_supplement(household, is_child, basic_income_amount):
    """Half a basic income for each child of a poor household."""
    return when(household.is_poor & is_child).then((basic_income_amount / 2).floor()).otherwise(0)


RULES = tuple(value for value in globals().values() if isinstance(value, Rule))
