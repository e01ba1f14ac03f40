"""HJ 640: the mean level of an area or of the roads of a city, and its grade.

An area's mean is the arithmetic mean over its grid points, that of roads is weighted by the length of their sections.
Grade 1 is the best; a level at the upper end of a grade belongs to it, and grade 5 is what lies above all ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.bands import Array

Of = Literal["area", "road"]
_UPPER: dict[Of, str] = {"area": reads.GRADE_AREA, "road": reads.GRADE_ROAD}
WORST_GRADE = 5


def area_mean(levels_db: Sequence[float] | Array) -> float:
    """Arithmetic mean over grid points, dB(A). Raises ``ValueError`` without any."""
    levels = np.asarray(levels_db, dtype=np.float64)
    if levels.size == 0:
        raise ValueError("a mean needs at least one point")
    return float(levels.mean())


def road_mean(levels_db: Sequence[float] | Array, lengths: Sequence[float] | Array) -> float:
    """Mean of sections weighted by length, dB(A). Raises ``ValueError`` without any length."""
    weights = np.asarray(lengths, dtype=np.float64)
    if weights.size == 0 or not (weights > 0.0).all():
        raise ValueError("sections of roads have a length above zero")
    return float(np.average(np.asarray(levels_db, dtype=np.float64), weights=weights))


def grade(level_db: float, of: Of, period: str, terms: Terms) -> int | None:
    """1 (best) to 5 of a mean by ``day`` or ``night``; None where an end that decides is unset."""
    for number in range(1, WORST_GRADE):
        upper = terms.given(_UPPER[of], period, str(number)).value
        if upper is None:
            return None
        if level_db <= upper:
            return number
    return WORST_GRADE
