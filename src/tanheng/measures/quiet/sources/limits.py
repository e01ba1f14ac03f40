"""What a source may send over its boundary: GB 12348 (industry), GB 22337 (social life), GB 12523 (construction)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tanheng.measures.quiet.sources.reads import BOUNDARY, CONSTRUCTION
from tanheng.policy.parameters import Cell
from tanheng.policy.rulebook import Rulebook

Period = Literal["day", "night"]
# Kinds of plants of a quarter, and the standard that holds for them.
STANDARD_OF = {"industry": "industry", "services": "social", "restaurant": "social"}


@dataclass(frozen=True)
class BoundaryCheck:
    """A level at the boundary of a source against its limit. ``excess_db`` is None where no limit is known."""

    level_db: float
    limit: Cell | None

    @property
    def excess_db(self) -> float | None:
        if self.limit is None or not isinstance(self.limit.value, int | float):
            return None
        return self.level_db - float(self.limit.value)


def boundary_limit(book: Rulebook, on: date, plant_kind: str, area_class: str, period: Period) -> Cell | None:
    """The limit in force, dB(A), with its source and status; None where the rulebook has none.

    ``area_class`` is that of GB 3096; 4a and 4b are class 4 of the emission standards. A construction site has the same
    limit everywhere. Raises ``ValueError`` for a kind that is no plant of a quarter.
    """
    if plant_kind == "construction":
        return book[CONSTRUCTION].at(on, period) if CONSTRUCTION in book else None
    if plant_kind not in STANDARD_OF:
        known = ", ".join((*STANDARD_OF, "construction"))
        raise ValueError(f"{plant_kind} is no kind of plant with a limit; there are: {known}")
    if BOUNDARY not in book:
        return None
    return book[BOUNDARY].at(on, STANDARD_OF[plant_kind], area_class.rstrip("ab"), period)


def check_boundary(
    book: Rulebook, on: date, plant_kind: str, area_class: str, period: Period, level_db: float
) -> BoundaryCheck:
    """A level of the source alone at its boundary, dB(A), against its limit."""
    return BoundaryCheck(level_db, boundary_limit(book, on, plant_kind, area_class, period))
