"""What ground and edges of a vertical cut take from the sound: ``Aboundary`` in the eight bands, both conditions.

A profile is a polyline of ground, walls and roofs from the foot of the source (x = 0) to the foot of the receiver.
``terms`` receives the intermediate quantities as well, a row each, not-a-number where a path has no such term.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.diffraction import diffraction_ratio, path_difference, ray_length, ray_radius
from tanheng.measures.quiet.cnossos.ground import (
    cf_factor,
    ground_amplitude,
    ground_limits,
    path_factor_near_source,
    w_factor,
)
from tanheng.measures.quiet.cnossos.mean_plane import height_over, length_along, mean_plane, mirrored
from tanheng.measures.quiet.compiled import compiled, hypotenuse

# The Directive caps the diffraction over horizontal edges, not that of the image paths; 2.5.6.
DIFFRACTION_MOST_DB = 25.0
# Of the wavelength, by which an edge may lie below the ray and still diffract.
RAYLEIGH_WAVES = 20.0
DIFFRACTION_MOST = 10.0 ** (DIFFRACTION_MOST_DB / 10.0)
TERMS = (
    "A_boundary",
    "A_ground",
    "W",
    "Cf",
    "A_dif",
    "delta_dif_SR",
    "delta_dif_Simage_R",
    "delta_dif_SR_image",
    "A_ground_SO",
    "A_ground_OR",
    "delta_ground_SO",
    "delta_ground_OR",
)
TERM_COUNT = len(TERMS)


@compiled
def amplitude_before_edge(ground: float, diffraction: float, image_diffraction: float) -> float:
    """10 ^ (-Delta_ground / 20): the ground on one side of the edges, as far as its image is diffracted; equations
    2.5.30 and 2.5.31, with the ground's amplitude and the ratios of powers by which path and image are diffracted."""
    return 1.0 + (ground - 1.0) * math.sqrt(diffraction / image_diffraction)


@compiled
def mean_ground_factor(x: Array, g: Array, first: int, last: int) -> float:
    """G_path: the ground factor of a stretch, weighted by length in plan."""
    width = x[last] - x[first]
    if width <= 1e-9:
        return float(g[first])
    total = 0.0
    for i in range(first, last):
        total += g[i] * (x[i + 1] - x[i])
    return float(total / width)


@compiled
def hull_edges(x: Array, z: Array, count: int, zs: float, zr: float, radius: float, found: NDArray[np.int64]) -> int:
    """The edges that a rubber band from source to receiver rests on: their indices in ``found``, and how many.

    ``found`` has room for all points.

    For curved rays the band is laid over a profile lowered by the arc of a horizontal chord, x (d - x) / (2 radius).

    An edge in line with an end and the next edge carries nothing: of edges in line with the source the furthest
    counts, of those in line with the receiver the nearest to the source, so that both ways have the same edges.
    """
    far = x[count - 1]
    edges = 0
    at_x = 0.0
    at_z = zs
    position = -1
    while edges < found.shape[0]:
        steepest = (zr - at_z) / (far - at_x) if far > at_x else math.inf
        following = -1
        for i in range(position + 1, count):
            if x[i] <= at_x + 1e-9 or x[i] >= far - 1e-9:
                continue
            lowered = z[i]
            if radius > 0.0:
                lowered -= x[i] * (far - x[i]) / (2.0 * radius)
            slope = (lowered - at_z) / (x[i] - at_x)
            if slope > steepest + 1e-9:
                steepest = slope
                following = i
            elif position < 0 and following >= 0 and slope >= steepest - 1e-9:
                following = i
        if following < 0:
            return edges
        found[edges] = following
        edges += 1
        position = following
        at_x = x[following]
        at_z = z[following]
        if radius > 0.0:
            at_z -= at_x * (far - at_x) / (2.0 * radius)
    return edges


@compiled
def closest_edge(
    x: Array, z: Array, count: int, zs: float, zr: float, radius: float, edge_x: Array, edge_z: Array
) -> int:
    """Of the points below the ray, the one with the largest path difference; -1 where there is none.

    Of several on the ray itself the nearest to its middle counts, so that both ways have the same edge. It is left in
    ``edge_x[0]`` and ``edge_z[0]``.
    """
    far = x[count - 1]
    best = -1
    most = -math.inf
    for i in range(1, count - 1):
        if x[i] <= 1e-9 or x[i] >= far - 1e-9:
            continue
        edge_x[0] = x[i]
        edge_z[0] = z[i]
        difference, _ = path_difference(0.0, zs, far, zr, edge_x, edge_z, 1, radius)
        nearer = best >= 0 and abs(x[i] - 0.5 * far) < abs(x[best] - 0.5 * far) - 1e-9
        if difference > most + (-1e-9 if nearer else 1e-9):
            most = max(most, difference)
            best = i
    if best >= 0:
        edge_x[0] = x[best]
        edge_z[0] = z[best]
    return best


@compiled
def boundary_attenuation(
    x: Array,
    z: Array,
    g: Array,
    count: int,
    zs: float,
    zr: float,
    g_source: float,
    favourable: bool,
    over_edges: bool,
    frequencies_hz: Array,
    sound_speed_m_s: float,
    in_full: bool,
    found: NDArray[np.int64],
    edge_x: Array,
    edge_z: Array,
    ratios: Array,
    terms: Array,
) -> int:
    """Fills ``ratios`` (10 ^ (-Aboundary / 10) by band) for one condition; returns the number of edges that stand above
    the ray, whose indices are then in ``found``.

    ``x``, ``z``: the polyline, m; ``g[i]``: ground factor from point i to the next; ``zs``, ``zr``: altitudes of source
    and receiver; ``over_edges`` false leaves ground only, as lateral paths want it; ``in_full`` fills ``terms``
    (TERM_COUNT by bands, dB) as well, with the ground of the whole path where a band diffracts too.
    ``found``, ``edge_x`` and ``edge_z`` are room for as many values as there are points, so that nothing is allocated.
    """
    bands = frequencies_hz.shape[0]
    if in_full:
        terms[:, :] = math.nan
    far = x[count - 1]
    last = count - 1
    radius = ray_radius(hypotenuse(far, zr - zs)) if favourable else 0.0
    edges = hull_edges(x, z, count, zs, zr, radius, found) if over_edges else 0
    above = edges
    if edges > 0:
        for i in range(edges):
            edge_x[i] = x[found[i]]
            edge_z[i] = z[found[i]]
        first_edge = found[0]
        last_edge = found[edges - 1]
    else:
        first_edge = closest_edge(x, z, count, zs, zr, radius, edge_x, edge_z) if over_edges else -1
        last_edge = first_edge
        if first_edge >= 0:
            edges = 1

    difference = -math.inf
    between = 0.0
    image_s_difference = 0.0
    image_s_between = 0.0
    image_r_difference = 0.0
    image_r_between = 0.0
    images_difference = 0.0
    hs_so = 0.0
    ho_so = 0.0
    dp_so = 0.0
    g_so = 0.0
    g_so_near = 0.0
    ho_or = 0.0
    hr_or = 0.0
    dp_or = 0.0
    g_or = 0.0
    soft_so = 0.0
    soft_or = 0.0
    source_below = False
    receiver_below = False
    if edges > 0:
        difference, between = path_difference(0.0, zs, far, zr, edge_x, edge_z, edges, radius)
        # Rayleigh's criterion fails in every band where it fails at the longest wave.
        if above == 0 and difference <= -sound_speed_m_s / frequencies_hz[0] / RAYLEIGH_WAVES:
            edges = 0
    if edges > 0:
        slope_so, zero_so = mean_plane(x, z, 0, first_edge)
        slope_or, zero_or = mean_plane(x, z, last_edge, last)
        xo = edge_x[0]
        zo = edge_z[0]
        signed = height_over(0.0, zs, slope_so, zero_so)
        source_below = signed < 0.0
        hs_so = max(0.0, signed)
        ho_so = max(0.0, height_over(xo, zo, slope_so, zero_so))
        dp_so = length_along(0.0, zs, xo, zo, slope_so)
        g_so = mean_ground_factor(x, g, 0, first_edge)
        g_so_near = path_factor_near_source(g_so, g_source, hs_so, ho_so, dp_so)
        soft_so = (g_so if favourable else g_so_near) ** 1.3
        xs_image, zs_image = mirrored(0.0, zs, slope_so, zero_so)
        image_s_difference, image_s_between = path_difference(
            xs_image, zs_image, far, zr, edge_x, edge_z, edges, radius
        )
        xo = edge_x[edges - 1]
        zo = edge_z[edges - 1]
        signed = height_over(far, zr, slope_or, zero_or)
        receiver_below = signed < 0.0
        hr_or = max(0.0, signed)
        ho_or = max(0.0, height_over(xo, zo, slope_or, zero_or))
        dp_or = length_along(xo, zo, far, zr, slope_or)
        g_or = mean_ground_factor(x, g, last_edge, last)
        soft_or = g_or**1.3
        xr_image, zr_image = mirrored(far, zr, slope_or, zero_or)
        image_r_difference, image_r_between = path_difference(
            0.0, zs, xr_image, zr_image, edge_x, edge_z, edges, radius
        )
        if above == 0:
            images_difference, _ = path_difference(xs_image, zs_image, xr_image, zr_image, edge_x, edge_z, 1, radius)

    limits_so = ground_limits(hs_so, ho_so, dp_so, g_so, g_so_near, favourable)
    limits_or = ground_limits(ho_or, hr_or, dp_or, g_or, g_or, favourable)

    # The whole path, for bands in which no edge counts.
    dp = 0.0
    soft = 0.0
    limits = limits_so
    if above == 0 or in_full:
        slope, at_zero = mean_plane(x, z, 0, last)
        hs = max(0.0, height_over(0.0, zs, slope, at_zero))
        hr = max(0.0, height_over(far, zr, slope, at_zero))
        dp = length_along(0.0, zs, far, zr, slope)
        g_path = mean_ground_factor(x, g, 0, last)
        g_near = path_factor_near_source(g_path, g_source, hs, hr, dp)
        soft = (g_path if favourable else g_near) ** 1.3
        limits = ground_limits(hs, hr, dp, g_path, g_near, favourable)

    for band in range(bands):
        frequency = frequencies_hz[band]
        wavelength = sound_speed_m_s / frequency
        diffracts = above > 0
        if edges > 0 and above == 0:
            # Rayleigh's criterion, as amended in 2021.
            diffracts = difference > -wavelength / RAYLEIGH_WAVES and difference > wavelength / 4.0 - images_difference
        if in_full or not diffracts:
            whole = ground_amplitude(frequency, limits, dp, soft, sound_speed_m_s)
            ratios[band] = whole * whole
            if in_full:
                w = w_factor(frequency, soft)
                terms[0, band] = -20.0 * math.log10(whole)
                terms[1, band] = terms[0, band]
                terms[2, band] = w
                terms[3, band] = cf_factor(dp, w)
        if not diffracts:
            continue
        dif = diffraction_ratio(difference, between, wavelength)
        dif_s = diffraction_ratio(image_s_difference, image_s_between, wavelength)
        dif_r = diffraction_ratio(image_r_difference, image_r_between, wavelength)
        before = ground_amplitude(frequency, limits_so, dp_so, soft_so, sound_speed_m_s)
        behind = ground_amplitude(frequency, limits_or, dp_or, soft_or, sound_speed_m_s)
        # An end below its mean plane has no image: the ground's term stands as it is.
        at_source = before if source_below else amplitude_before_edge(before, dif, dif_s)
        at_receiver = behind if receiver_below else amplitude_before_edge(behind, dif, dif_r)
        ratios[band] = (at_source * at_receiver) ** 2 / min(DIFFRACTION_MOST, dif)
        if in_full:
            terms[0, band] = -10.0 * math.log10(ratios[band])
            terms[4, band] = terms[0, band]
            terms[5, band] = 10.0 * math.log10(dif)
            terms[6, band] = 10.0 * math.log10(dif_s)
            terms[7, band] = 10.0 * math.log10(dif_r)
            terms[8, band] = -20.0 * math.log10(before)
            terms[9, band] = -20.0 * math.log10(behind)
            terms[10, band] = -20.0 * math.log10(at_source)
            terms[11, band] = -20.0 * math.log10(at_receiver)
    return above


@compiled
def retro_path_difference(
    edge_x: Array,
    edge_z: Array,
    edges: int,
    far: float,
    zs: float,
    zr: float,
    favourable: bool,
    wall_x: float,
    wall_top: float,
) -> float:
    """Minus the detour over the top of a reflecting wall, m, where the ray meets the wall below its top (2.5.7).

    The ray is the one over the edges that ``boundary_attenuation`` found above it; those next to the wall to the left
    and to the right are its ends.
    """
    radius = ray_radius(hypotenuse(far, zr - zs)) if favourable else 0.0
    x0 = 0.0
    z0 = zs
    x1 = far
    z1 = zr
    for i in range(edges):
        if edge_x[i] <= wall_x:
            x0 = edge_x[i]
            z0 = edge_z[i]
        elif x1 == far:
            x1 = edge_x[i]
            z1 = edge_z[i]
    return ray_length(x0, z0, x1, z1, radius) - (
        ray_length(x0, z0, wall_x, wall_top, radius) + ray_length(wall_x, wall_top, x1, z1, radius)
    )
