"""Terms that several rules use."""

from __future__ import annotations

from tanheng.policy import quantity, undetermined, when
from tanheng.policy.expressions import Expr, ParameterValue, Parent

# Methods of inventory.grid_factor with one factor for the whole country.
_NATIONAL = ("national_ets", "national_same_year", "national_residual_same_year")


def as_co2e(co2: Expr) -> Expr:
    """The GWP of CO2 is 1 by definition."""
    return co2 * quantity(1, "tCO2e/tCO2")


def of_every_month(total: Expr, in_full: Expr, unit: str) -> Expr:
    """A year's total is none when a month is missing."""
    missing = undetermined("electricity and heat of every month of the year", unit, zh="缺少部分月份的电力与热力数据")
    return when(in_full).then(total).otherwise(missing)


def if_reported(is_reported: Expr, total: Expr, unit: str) -> Expr:
    """A place's total is none where nobody reported: the sum over no parts would be zero."""
    return when(is_reported).then(total).otherwise(undetermined("any report for the year", unit, zh="当年没有任何填报"))


def grid_factor_of(method: Expr, where: Parent, grid_factor: ParameterValue) -> Expr:
    """The factor of a method in force, for the region that the method asks for.

    ``where`` is a link to something with ``province`` and ``grid_region``.
    """
    region = (
        when(method.is_in(*_NATIONAL))
        .then("CN")
        .when(method == "regional_same_year")
        .then(where.grid_region)
        .otherwise(where.province)
    )
    return grid_factor[method, region]
