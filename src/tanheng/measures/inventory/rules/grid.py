"""Which grid factor a method asks for."""

from __future__ import annotations

from tanheng.policy import when
from tanheng.policy.expressions import Expr, ParameterValue, Parent

# Methods of inventory.grid_factor with one factor for the whole country.
_NATIONAL = ("national_ets", "national_same_year", "national_residual_same_year")


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
