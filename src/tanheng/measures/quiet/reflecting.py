"""Reflected paths, by image receivers: 2.5.7 of the Directive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot, nan

from shapely import Polygon

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.diffraction import ray_radius
from tanheng.measures.quiet.cutting import Site, receiver_corner, source_corner
from tanheng.measures.quiet.profile import Condition, CutPoint, Profile, unfold
from tanheng.measures.quiet.scene import Point3, Receiver, Scene, Source

# In front of a wall, not in it.
FRONT_M = 1e-6
# What rounding may add to a length along a wall, and to the altitude of a ray: whether a ray meets a wall right at its
# end, or right at its top, must not depend on the side from which one counts.
END_M = 1e-6
LEVEL_M = 1e-9

Face = tuple[Point3, Point3, Array, bool]


def reflecting_faces(scene: Scene) -> Iterator[Face]:
    """Walls whose absorption is known: both ends with the altitude of the top, absorption, and whether only the outer
    side reflects; the outer side lies to the right of a face of a building."""
    for building in scene.buildings:
        if building.absorption is None:
            continue
        outline = list(Polygon(building.footprint).normalize().reverse().exterior.coords)
        if not Polygon(outline).exterior.is_ccw:
            outline.reverse()
        for (x0, y0), (x1, y1) in pairwise(outline):
            if (x0, y0) == (x1, y1):
                continue
            yield (x0, y0, building.roof_z), (x1, y1, building.roof_z), building.absorption, True
    for barrier in scene.barriers:
        if barrier.absorption is None:
            continue
        for a, b in pairwise(barrier.top):
            if a[:2] != b[:2]:
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
        if z > reflection.wall_top + LEVEL_M:
            return False
    return True


def reflected_profiles(site: Site, source: Source, receiver: Receiver, condition: Condition) -> list[Profile]:
    """Paths by one wall or several, up to the scene's order, for which each wall reaches as high as the ray."""
    faces = list(reflecting_faces(site.scene))
    found = []
    for order in range(1, site.scene.reflection_order + 1):
        for chain in _chains(faces, order):
            mirrors = _mirrors(source.at, receiver.at, chain)
            if mirrors is None:
                continue
            cuts = site.cut_path([source_corner(source), *mirrors, receiver_corner(receiver)])
            profile = unfold("reflection", cuts, source.ground_factor)
            if wall_reaches(profile, condition):
                found.append(profile)
    return found


def _chains(faces: Sequence[Face], order: int) -> Iterator[tuple[Face, ...]]:
    """Faces in the order of the path; no face twice in a row."""
    if order == 0:
        yield ()
        return
    for chain in _chains(faces, order - 1):
        for face in faces:
            if not chain or chain[-1] is not face:
                yield (*chain, face)


def _mirrors(source: Point3, receiver: Point3, chain: Sequence[Face]) -> list[CutPoint] | None:
    """The reflection points, from images of the receiver mirrored from the last wall to the first; None for no path."""
    images = [receiver]
    for face in reversed(chain):
        images.insert(0, _image(images[0], face))
    at = source
    cuts = []
    for face, image in zip(chain, images, strict=False):
        # The image that is seen through this wall; its own mirror picture is the next one.
        cut = _meeting(at, _image(image, face), face)
        if cut is None:
            return None
        cuts.append(cut)
        at = (cut.x, cut.y, cut.z)
    return cuts


def _image(point: Point3, face: Face) -> Point3:
    (x0, y0, _), (x1, y1, _) = face[:2]
    length = hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    off = (point[0] - x0) * uy - (point[1] - y0) * ux
    return point[0] - 2.0 * off * uy, point[1] + 2.0 * off * ux, point[2]


def _meeting(at: Point3, towards: Point3, face: Face) -> CutPoint | None:
    """Where a ray is reflected by a face, both its ends being in front of it; None where it misses the face."""
    a, b, absorption, outer_only = face
    length = hypot(b[0] - a[0], b[1] - a[1])
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length

    def place(point: Point3) -> tuple[float, float]:
        """Along the wall, and to its right."""
        dx, dy = point[0] - a[0], point[1] - a[1]
        return dx * ux + dy * uy, dx * uy - dy * ux

    from_along, from_off = place(at)
    to_along, to_off = place(towards)
    if outer_only and from_off < FRONT_M:
        return None
    if min(abs(from_off), abs(to_off)) < FRONT_M or from_off * to_off < 0.0:
        return None
    share = from_off / (from_off + to_off)
    along = from_along + share * (to_along - from_along)
    # Where walls stand in a row, one of them has their common end.
    if not -END_M <= along < length - END_M:
        return None
    z = at[2] + share * (towards[2] - at[2])
    top = a[2] + along / length * (b[2] - a[2])
    return CutPoint("reflection", a[0] + along * ux, a[1] + along * uy, z, nan, nan, top, absorption)
