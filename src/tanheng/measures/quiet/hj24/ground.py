"""Attenuation by porous ground, A-weighted: GB/T 17247.2 (ISO 9613-2) clause 7.3.2, HJ 2.4-2021 annex A."""

from __future__ import annotations

from tanheng.measures.quiet.compiled import compiled

# The formula is for porous ground and for mixed ground of which most is porous; hard ground takes nothing.
MOSTLY_POROUS = 0.5


@compiled
def ground_attenuation(mean_height_m: float, distance_m: float) -> float:
    """dB, not below 0; ``mean_height_m`` is the mean height of the ray over the ground, ``distance_m`` its length."""
    return max(0.0, 4.8 - 2.0 * mean_height_m / distance_m * (17.0 + 300.0 / distance_m))
