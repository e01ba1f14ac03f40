"""Periods of the day. Traffic and sources are told by hour, so that any period is a mean over its hours.

China divides the day at 6 and 22 (GB 3096; a city may shift the hours, Noise Law Art. 88), the European Union into
day 7 to 19, evening 19 to 23 and night 23 to 7 (Directive 2002/49/EC, annex I).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HOURS = 24

PERIODS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "Ld": tuple(range(6, 22)),
        "Ln": (22, 23, 0, 1, 2, 3, 4, 5),
        "Lday": tuple(range(7, 19)),
        "Levening": (19, 20, 21, 22),
        "Lnight": (23, 0, 1, 2, 3, 4, 5, 6),
    }
)
"""Hours from which each indicator takes the energy mean, hour 0 the one after midnight."""
