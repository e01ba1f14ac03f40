"""Conservative rounding, and the few definitions that the rules of all methodologies share."""

from __future__ import annotations

from tanheng.policy import largest, quantity
from tanheng.policy.expressions import Expr

_EXACT_DIGITS = 6


def floored(value: Expr) -> Expr:
    """The whole units that were reached: what is begun does not count.

    The millionth is rounded first. 46.7 g over 10 km are 467 g, and must not become 466 because a computer
    writes the product as 466.99999999999994.
    """
    return value.round(_EXACT_DIGITS).floor()


def not_negative(value: Expr) -> Expr:
    """Zero where the project emitted more than its baseline: what is owed then is not a reduction."""
    return largest(0, value)


def as_co2e_t(co2_t: Expr) -> Expr:
    """The GWP of CO2 is 1 by definition."""
    return co2_t * quantity(1, "tCO2e/tCO2")


def as_co2e_g(co2_g: Expr) -> Expr:
    """The GWP of CO2 is 1 by definition."""
    return co2_g * quantity(1, "gCO2e/gCO2")
