"""The mean ground plane: the straight line z = a x + b that lies closest to a stretch of the profile (2.5.3, annex)."""

from __future__ import annotations

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled


@compiled
def mean_plane(x: Array, z: Array, first: int, last: int) -> tuple[float, float]:
    """Slope and altitude at x = 0 of the least-squares line through the polyline ``first..last``, both included.

    The integral of the squared vertical distance is least; a vertical face has no width and so no weight. A stretch
    without width has the plane z = z[first].
    """
    width = x[last] - x[first]
    if width <= 1e-9:
        return 0.0, z[first]
    middle = 0.5 * (x[first] + x[last])
    area = 0.0
    moment = 0.0
    for i in range(first, last):
        step = x[i + 1] - x[i]
        height = 0.5 * (z[i] + z[i + 1])
        area += height * step
        moment += step * (height * (0.5 * (x[i] + x[i + 1]) - middle) + (z[i + 1] - z[i]) * step / 12.0)
    slope = 12.0 * moment / width**3
    return slope, area / width - slope * middle


@compiled
def height_over(x: float, z: float, slope: float, at_zero: float) -> float:
    """Distance of a point from the plane at a right angle, m; negative below it."""
    return float((z - slope * x - at_zero) / (1.0 + slope * slope) ** 0.5)


@compiled
def mirrored(x: float, z: float, slope: float, at_zero: float) -> tuple[float, float]:
    """The point on the other side of the plane."""
    down = 2.0 * (z - slope * x - at_zero) / (1.0 + slope * slope)
    return x + slope * down, z - down


@compiled
def length_along(x0: float, z0: float, x1: float, z1: float, slope: float) -> float:
    """Distance of two points projected on the plane, m."""
    return float(abs(x1 - x0 + slope * (z1 - z0)) / (1.0 + slope * slope) ** 0.5)
