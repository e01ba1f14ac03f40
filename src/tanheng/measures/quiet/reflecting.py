"""Reflected paths of first order: 2.5.7 of the Directive, by image receivers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import hypot, nan

from shapely import Polygon

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.diffraction import ray_radius
from tanheng.measures.quiet.cutting import Site, receiver_corner, source_corner
from tanheng.measures.quiet.profile import Condition, CutPoint, Profile, unfold
from tanheng.measures.quiet.scene import Point3, Receiver, Source

# In front of a wall, not in it.
FRONT_M = 1e-6

Face = tuple[Point3, Point3, Array, bool]


def reflecting_faces(site: Site) -> Iterator[Face]:
    """Walls whose absorption is known: both ends with the altitude of the top, absorption, and whether only the outer
    side reflects; the outer side lies to the right of a face of a building."""
    for building in site.scene.buildings:
        if building.absorption is None:
            continue
        outline = list(Polygon(building.footprint).normalize().reverse().exterior.coords)
        if not Polygon(outline).exterior.is_ccw:
            outline.reverse()
        for (x0, y0), (x1, y1) in pairwise(outline):
            yield (x0, y0, building.roof_z), (x1, y1, building.roof_z), building.absorption, True
    for barrier, a, b in site.walls:
        if barrier.absorption is not None:
            yield a, b, barrier.absorption, False


def wall_reaches(profile: Profile, condition: Condition) -> bool:
    """Whether the ray of a reflected path meets its wall and does not pass over it; a bent ray may."""
    far = float(profile.x[-1])
    radius = ray_radius(profile.distance)
    for reflection in profile.reflections:
        share = reflection.distance / far
        z = profile.source_z + share * (profile.receiver_z - profile.source_z)
        if condition == "favourable":
            z += far**2 * share * (1.0 - share) / (2.0 * radius)
        if z > reflection.wall_top:
            return False
    return True


def reflected_profiles(site: Site, source: Source, receiver: Receiver, condition: Condition) -> list[Profile]:
    """One path for each wall in which the receiver sees the source mirrored, at a height that the wall reaches."""
    found = []
    for a, b, absorption, outer_only in reflecting_faces(site):
        cut = _meeting(source.at, receiver.at, a, b, absorption, outer_only)
        if cut is not None:
            cuts = site.cut_path([source_corner(source), cut, receiver_corner(receiver)])
            profile = unfold("reflection", cuts, source.ground_factor)
            if wall_reaches(profile, condition):
                found.append(profile)
    return found


def _meeting(
    source: Point3, receiver: Point3, a: Point3, b: Point3, absorption: Array, outer_only: bool
) -> CutPoint | None:
    length = hypot(b[0] - a[0], b[1] - a[1])
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length

    def place(point: Point3) -> tuple[float, float]:
        """Along the wall, and to its right."""
        dx, dy = point[0] - a[0], point[1] - a[1]
        return dx * ux + dy * uy, dx * uy - dy * ux

    source_along, source_off = place(source)
    receiver_along, receiver_off = place(receiver)
    if outer_only and source_off < FRONT_M:
        return None
    if min(abs(source_off), abs(receiver_off)) < FRONT_M or source_off * receiver_off < 0.0:
        return None
    share = source_off / (source_off + receiver_off)
    along = source_along + share * (receiver_along - source_along)
    if not 0.0 <= along <= length:
        return None
    z = source[2] + share * (receiver[2] - source[2])
    top = a[2] + along / length * (b[2] - a[2])
    return CutPoint("reflection", a[0] + along * ux, a[1] + along * uy, z, nan, nan, top, absorption)
