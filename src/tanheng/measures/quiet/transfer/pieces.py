"""How a straight road is cut for a receiver: marks along its line, the further from the receiver the wider apart.

Marks are counted from the foot of the receiver on the line, at a sinh(k h): between two of them lies about h times the
distance to the receiver. They depend on the line and on the receiver and not on where a segment begins or ends, so that
a road drawn in two parts is cut at the same places as one, and once more.
"""

from __future__ import annotations

from math import acosh, asinh, floor, sinh

import numpy as np

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled, compiled_part

# Nearer than this to the line, marks lie as if the receiver were so far away.
NEAREST_M = 1.5


@compiled_part
def foot(ends: Array, length: float, xr: float, yr: float, zr: float) -> tuple[float, float]:
    """Where on the segment's line the receiver is nearest, m from its beginning, and how far away it is there, m."""
    ux = (ends[3] - ends[0]) / length
    uy = (ends[4] - ends[1]) / length
    uz = (ends[5] - ends[2]) / length
    dx = xr - ends[0]
    dy = yr - ends[1]
    dz = zr - ends[2]
    at = dx * ux + dy * uy + dz * uz
    aside = dx * dx + dy * dy + dz * dz - at * at
    return at, max(NEAREST_M, max(0.0, aside) ** 0.5)


@compiled_part
def bent_marks(aside: float, piece_share: float, longest_m: float) -> int:
    """So many marks lie ever wider apart; the others ``longest_m``."""
    wide = longest_m / (aside * piece_share)
    return floor(acosh(wide) / piece_share) if wide > 1.0 else 0


@compiled_part
def mark(number: int, aside: float, piece_share: float, longest_m: float, bent: int) -> float:
    """Where a mark lies, m from the foot."""
    far = abs(number)
    at = aside * sinh(min(far, bent) * piece_share) + max(0, far - bent) * longest_m
    return at if number >= 0 else -at


@compiled_part
def mark_before(at: float, aside: float, piece_share: float, longest_m: float, bent: int) -> int:
    """The number of the last mark at or before a place on the line, m from the foot."""
    last = aside * sinh(bent * piece_share)
    far = abs(at)
    steps = asinh(far / aside) / piece_share if far <= last else bent + (far - last) / longest_m
    number = floor(steps if at >= 0.0 else -steps)
    # Rounding may have taken it to the neighbour.
    while mark(number, aside, piece_share, longest_m, bent) > at:
        number -= 1
    while mark(number + 1, aside, piece_share, longest_m, bent) <= at:
        number += 1
    return number


@compiled
def pieces_of(ends: Array, xr: float, yr: float, zr: float, piece_share: float, longest_m: float) -> Array:
    """Where a segment (x0, y0, z0, x1, y1, z1) is cut for a receiver: m from its beginning, with both ends."""
    length = ((ends[3] - ends[0]) ** 2 + (ends[4] - ends[1]) ** 2 + (ends[5] - ends[2]) ** 2) ** 0.5
    at, aside = foot(ends, length, xr, yr, zr)
    bent = bent_marks(aside, piece_share, longest_m)
    first = mark_before(-at, aside, piece_share, longest_m, bent)
    last = mark_before(length - at, aside, piece_share, longest_m, bent)
    cuts = np.empty(last - first + 2)
    cuts[0] = 0.0
    for number in range(first + 1, last + 1):
        cuts[number - first] = at + mark(number, aside, piece_share, longest_m, bent)
    cuts[last - first + 1] = length
    return cuts
