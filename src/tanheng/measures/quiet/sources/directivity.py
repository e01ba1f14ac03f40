"""How a plant radiates to its sides: level beyond even radiation by the angle to its main direction.

A pattern is a name or a list of angles in degrees with levels in dB, ``"0:3 90:-2 180:-10"``, straight between them.
Named ones have the sound power that is stated: over all directions the mean of their power ratio is 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tanheng.measures.quiet.bands import Array

# A hundredth stays in every direction, as in the Directive's own pattern, 2.3.15.
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Pattern:
    """Angles from 0 to 180 degrees, rising, and levels beyond even radiation, dB. One table for all bands."""

    angles_deg: tuple[float, ...]
    levels_db: tuple[float, ...]

    def at(self, angle_deg: Array | float) -> Array:
        """dB beyond even radiation; before the first angle and beyond the last the nearest level holds."""
        return np.asarray(np.interp(angle_deg, self.angles_deg, self.levels_db), dtype=np.float64)


def angle_between(faces_deg: float, bearing_deg: Array | float, elevation_deg: Array | float = 0.0) -> Array:
    """Degrees between a level main direction and one by bearing (clockwise from north) and elevation."""
    along = np.cos(np.radians(np.asarray(bearing_deg) - faces_deg)) * np.cos(np.radians(elevation_deg))
    return np.asarray(np.degrees(np.arccos(np.clip(along, -1.0, 1.0))), dtype=np.float64)


def _named(ratio: Callable[[float], float], mean: float) -> Pattern:
    """A pattern by a formula of the cosine, whose mean over all directions is ``mean``."""
    angles = tuple(float(angle) for angle in range(0, 181, 2))
    shares = [LEAST_SHARE + (1.0 - LEAST_SHARE) * ratio(math.cos(math.radians(angle))) / mean for angle in angles]
    return Pattern(angles, tuple(10.0 * math.log10(share) for share in shares))


NAMED: Mapping[str, Pattern] = {
    "even": Pattern((0.0, 180.0), (0.0, 0.0)),
    # A fan in an opening: pressure as (1 + cos) / 2.
    "cardioid": _named(lambda along: ((1.0 + along) / 2.0) ** 2, 1.0 / 3.0),
    # A plate that swings: pressure as cos.
    "dipole": _named(lambda along: along**2, 1.0 / 3.0),
}


def pattern_of(written: str | None) -> Pattern:
    """The pattern that a table names; None is even radiation. Raises ``ValueError`` with what is wrong."""
    if written is None or not written.strip():
        return NAMED["even"]
    if written.strip() in NAMED:
        return NAMED[written.strip()]
    try:
        pairs = [tuple(float(number) for number in part.split(":")) for part in written.replace(",", " ").split()]
        angles, levels = zip(*pairs, strict=True)
    except ValueError:
        raise ValueError(f"must be {', '.join(NAMED)}, or angles with levels such as 0:3 90:-2 180:-10") from None
    if not all(map(math.isfinite, (*angles, *levels))):
        raise ValueError("holds a number that is not finite")
    if any(after <= before for before, after in pairwise(angles)):
        raise ValueError("has angles that do not rise")
    if not 0.0 <= angles[0] <= angles[-1] <= 180.0:
        raise ValueError("has angles outside of 0 to 180 degrees")
    return Pattern(angles, levels)
