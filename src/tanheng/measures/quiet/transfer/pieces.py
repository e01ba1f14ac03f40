"""How a straight segment is cut for a receiver: into even stretches, and these halved until short against the distance.

The same pieces as ``road_pieces`` for a single receiver, found from the beginning on, without a stack.
"""

from __future__ import annotations

from math import sqrt

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.road_pieces import LEAST_M

# Rounding of shares at the end of a stretch.
END = 1e-12


@compiled
def nearest_place(ends: Array, xr: float, yr: float, zr: float) -> tuple[float, float]:
    """How far the receiver lies from the segment's line, m, and at which share of the segment, which may lie beyond."""
    dx = ends[3] - ends[0]
    dy = ends[4] - ends[1]
    dz = ends[5] - ends[2]
    to_x = xr - ends[0]
    to_y = yr - ends[1]
    to_z = zr - ends[2]
    squared = dx * dx + dy * dy + dz * dz
    nearest = (to_x * dx + to_y * dy + to_z * dz) / squared
    aside = to_x * to_x + to_y * to_y + to_z * to_z - nearest * nearest * squared
    return sqrt(max(0.0, aside)), nearest


@compiled
def piece_at(
    at: float, begin: float, stop: float, nearest: float, aside: float, length: float, piece_share: float
) -> float:
    """Size of the piece that begins at ``at``, as a share of the segment: the largest that is short enough.

    A piece is a half of a half … of the stretch from ``begin`` to ``stop``, no longer than ``piece_share`` of its
    distance to the receiver, except that below 0.5 m nothing is halved.
    """
    size = stop - begin
    # Halves begin only where their own size divides the way.
    while True:
        steps = (at - begin) / size
        aligned = abs(steps - round(steps)) < 1e-6
        if aligned:
            off = max(0.0, max(at - nearest, nearest - at - size)) * length
            if size * length <= max(LEAST_M, piece_share * sqrt(aside * aside + off * off)):
                return size
        size *= 0.5
