"""The path to a goal: yearly pace, planned fall, progress against time, allowed total.

A goal says that an intensity falls by the share ``fall`` over ``years`` years. The path between is
geometric, the same percentage each year, as the national method spreads a five-year goal:

    pace            = 1 - (1 - fall)^(1 / years)
    planned(t)      = 1 - (1 - pace)^t
    progress(t)     = achieved(t) / planned(t)
    allowed total   = E0 * (1 + growth)^years * (1 - fall)

Shares are fractions (0.145 for 14.5 %), positive for a fall.
"""

from __future__ import annotations

from dataclasses import dataclass


def yearly_pace(fall: float, years: int) -> float:
    """The yearly fall that compounds to ``fall`` over ``years`` years.

    Raises
    ------
    ValueError
        When ``years`` is not positive or ``fall`` is 1 or more.
    """
    if years < 1 or fall >= 1:
        raise ValueError(f"a fall of {fall} over {years} years has no yearly pace")
    pace: float = 1 - (1 - fall) ** (1 / years)
    return pace


@dataclass(frozen=True)
class Goal:
    """An intensity goal: ``fall`` from ``base_year`` to ``year``."""

    base_year: int
    year: int
    fall: float

    @property
    def years(self) -> int:
        return self.year - self.base_year

    @property
    def pace(self) -> float:
        return yearly_pace(self.fall, self.years)

    def planned_fall(self, year: int) -> float:
        """The fall since the base year that the path asks for in ``year``; beyond the goal the pace goes on."""
        return 1 - (1 - self.pace) ** (year - self.base_year)

    def planned(self, base_value: float, year: int) -> float:
        """The intensity that the path asks for in ``year``."""
        return base_value * (1 - self.planned_fall(year))

    def progress(self, achieved_fall: float, year: int) -> float | None:
        """Achieved over planned fall: 1 is on the path. None in the base year and for a goal of no fall."""
        planned = self.planned_fall(year)
        return achieved_fall / planned if planned else None


def allowed_total(base_total: float, growth: float, years: int, fall: float) -> float:
    """Emissions that growth of ``growth`` a year and the intensity goal leave room for after ``years`` years."""
    return base_total * (1 + growth) ** years * (1 - fall)
