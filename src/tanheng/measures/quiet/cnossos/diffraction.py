"""Diffraction: lengths of straight and curved rays, path differences, pure diffraction (2.5.6, ``Adif``)."""

from __future__ import annotations

import math

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled

# Below this distance of the outer edges a screen acts as a single edge; equation 2.5.22.
SINGLE_EDGE_M = 0.3
RADIUS_LEAST_M = 1000.0
RADIUS_PER_M = 8.0
# Half a chord over the radius; a path's own chord is a sixteenth at most.
SERIES_UP_TO = 0.07


@compiled
def ray_radius(distance_m: float) -> float:
    """Radius of curvature of rays in favourable conditions, m; equation 2.5.24."""
    return max(RADIUS_LEAST_M, RADIUS_PER_M * distance_m)


@compiled
def ray_length(x0: float, z0: float, x1: float, z1: float, radius: float) -> float:
    """Length from point to point, m: along the arc of this radius, straight where the radius is 0."""
    chord = math.sqrt((x1 - x0) * (x1 - x0) + (z1 - z0) * (z1 - z0))
    if radius <= 0.0:
        return chord
    half = chord / (2.0 * radius)
    if half > SERIES_UP_TO:
        return 2.0 * radius * math.asin(min(1.0, half))
    # The arc sine by its series, exact to the last digit here and ten times as fast.
    t = half * half
    return chord * (
        1.0 + t * (1.0 / 6.0 + t * (3.0 / 40.0 + t * (5.0 / 112.0 + t * (35.0 / 1152.0 + t * 63.0 / 2816.0))))
    )


@compiled
def path_difference(
    xs: float,
    zs: float,
    xr: float,
    zr: float,
    edge_x: Array,
    edge_z: Array,
    edges: int,
    radius: float,
) -> tuple[float, float]:
    """How much longer the way over the edges is than the direct ray, and the way between the outer edges, m.

    One edge below the straight line gives a negative difference; in favourable conditions by the point A of the line
    above the edge, equation 2.5.26. Several edges are those of the convex hull and so on or above the ray.
    """
    between = 0.0
    for i in range(edges - 1):
        between += ray_length(edge_x[i], edge_z[i], edge_x[i + 1], edge_z[i + 1], radius)
    last = edges - 1
    over = (
        ray_length(xs, zs, edge_x[0], edge_z[0], radius)
        + between
        + ray_length(edge_x[last], edge_z[last], xr, zr, radius)
    )
    direct = ray_length(xs, zs, xr, zr, radius)
    difference = over - direct
    if edges == 1 and xr > xs:
        line_z = zs + (zr - zs) * (edge_x[0] - xs) / (xr - xs)
        if edge_z[0] < line_z:
            if radius <= 0.0:
                return -difference, between
            by_line = ray_length(xs, zs, edge_x[0], line_z, radius) + ray_length(edge_x[0], line_z, xr, zr, radius)
            return 2.0 * by_line - over - direct, between
    return difference, between


@compiled
def diffraction_ratio(difference_m: float, between_m: float, wavelength_m: float) -> float:
    """How many times less power arrives for the edges, at least 1: 10 ^ (Delta_dif / 10) with equation 2.5.21, C_h = 1.

    1 where the ray passes clear of the edge.
    """
    several = 1.0
    if between_m > SINGLE_EDGE_M:
        ratio = (5.0 * wavelength_m / between_m) ** 2
        several = (1.0 + ratio) / (1.0 / 3.0 + ratio)
    return max(1.0, 3.0 + 40.0 / wavelength_m * several * difference_m)


@compiled
def pure_diffraction(difference_m: float, between_m: float, wavelength_m: float) -> float:
    """Delta_dif, dB."""
    return 10.0 * math.log10(diffraction_ratio(difference_m, between_m, wavelength_m))
