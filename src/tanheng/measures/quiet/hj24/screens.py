"""What screens take: HJ 2.4-2021 annexes A.3 and B.2 (infinite line source), GB/T 17247.2 for finite ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tanheng.measures.quiet.bands import SOUND_SPEED_M_S

SINGLE_EDGE_MOST_DB = 20.0
DOUBLE_EDGE_MOST_DB = 25.0
# Close to t = 1 both branches go to this limit, and their quotients to 0 / 0.
LIMIT_AT_ONE_DB = 10.0 * math.log10(1.5 * math.pi)
NEAR_ONE = 1e-9


def infinite_screen(path_difference_m: float, frequency_hz: float, sound_speed_m_s: float = SOUND_SPEED_M_S) -> float:
    """Attenuation of a line source by a screen without ends, dB; t = 40 f delta / (3 c)."""
    t = 40.0 * frequency_hz * path_difference_m / (3.0 * sound_speed_m_s)
    if abs(t - 1.0) < NEAR_ONE:
        return LIMIT_AT_ONE_DB
    if t <= 1.0:
        root = math.sqrt(1.0 - t * t)
        return 10.0 * math.log10(3.0 * math.pi * root / (4.0 * math.atan(math.sqrt((1.0 - t) / (1.0 + t)))))
    root = math.sqrt(t * t - 1.0)
    return 10.0 * math.log10(3.0 * math.pi * root / (2.0 * math.log(t + root)))


def finite_screen(fresnel_numbers: Sequence[float]) -> float:
    """Attenuation of a point source by a screen with ends, dB: over the top and round the sides, up to three paths.

    A path's Fresnel number is 2 delta / wavelength. No path at all is no screen, 0 dB. The cap is the caller's.
    """
    passed = sum(1.0 / (3.0 + 20.0 * number) for number in fresnel_numbers)
    return -10.0 * math.log10(passed) if passed else 0.0
