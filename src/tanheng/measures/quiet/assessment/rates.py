"""Rates of a community: the one place where counts become a number that is compared between communities."""

from __future__ import annotations

import math

RESIDENTS = 1000.0


def complaint_rate(complaints: int, persons: float, years: float) -> float | None:
    """Complaints by 1,000 residents and year; None where nobody is known to live there.

    Parameters
    ----------
    complaints
        How many came in the time.
    persons
        Residents, as the study has them; NaN for unknown.
    years
        How long they were counted.

    Raises
    ------
    ValueError
        For a count below 0, or a time that is not positive: such a rate would praise or blame for nothing.
    """
    if complaints < 0:
        raise ValueError(f"complaints: {complaints}, must be 0 or more")
    if not (math.isfinite(years) and years > 0.0):
        raise ValueError(f"years: {years}, must be more than 0")
    if not (math.isfinite(persons) and persons > 0.0):
        return None
    return RESIDENTS * complaints / persons / years
