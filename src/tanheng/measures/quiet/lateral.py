"""Paths round the sides of obstacles: 2.5.6 of the Directive, diffraction on vertical edges.

Obstacles are those that the direct path meets and that rise above its ray; in favourable conditions the ray is an arc,
so low obstacles half-way no longer count. They are cut by the plane that holds the straight ray and lies level across
it; a band laid from source to receiver round what stands above the plane, on either side, is the path.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot, nan, sqrt

from shapely import LineString, MultiPoint, Polygon, get_coordinates
from shapely.geometry.base import BaseGeometry

from tanheng.measures.quiet.cnossos.diffraction import ray_radius
from tanheng.measures.quiet.cutting import Site, receiver_corner, source_corner
from tanheng.measures.quiet.profile import Condition, CutPoint, PathName, Profile, unfold
from tanheng.measures.quiet.reflecting import LEVEL_M
from tanheng.measures.quiet.scene import Point2, Point3, Receiver, Source

# The path keeps this clear of corners, so that it does not run inside of a wall.
CLEAR_M = 0.015
FAR_M = 1e5


@dataclass(frozen=True)
class _Ray:
    """The direct ray: altitude by the share of the way in plan."""

    start: Point3
    end: Point3
    radius: float

    @property
    def length(self) -> float:
        return hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    def share(self, x: float, y: float) -> float:
        """The foot of a place on the line in plan, as a share of the way."""
        along = (x - self.start[0]) * (self.end[0] - self.start[0]) + (y - self.start[1]) * (
            self.end[1] - self.start[1]
        )
        return along / self.length**2

    def line_z(self, share: float) -> float:
        return self.start[2] + share * (self.end[2] - self.start[2])

    def rise(self, share: float) -> float:
        """How far the arc lies above the line, m; nothing beyond its ends."""
        if self.radius <= 0.0 or not 0.0 <= share <= 1.0:
            return 0.0
        return self.length**2 * share * (1.0 - share) / (2.0 * self.radius)

    def left_of(self, x: float, y: float) -> bool:
        ax, ay = self.end[0] - self.start[0], self.end[1] - self.start[1]
        return ax * (y - self.start[1]) - ay * (x - self.start[0]) > 0.0

    def under(self, top: float) -> Polygon | None:
        """The part of the plan in which the straight ray is lower than ``top``, far to both sides; None for nowhere."""
        slope = self.end[2] - self.start[2]
        if not slope:
            return self._between(-FAR_M, FAR_M) if self.start[2] < top else None
        limit = (top - self.start[2]) / slope * self.length
        return self._between(-FAR_M, limit) if slope > 0.0 else self._between(limit, FAR_M)

    def _between(self, low: float, high: float) -> Polygon:
        ux, uy = (self.end[0] - self.start[0]) / self.length, (self.end[1] - self.start[1]) / self.length
        low, high = (max(-FAR_M, min(FAR_M, along)) for along in (low, high))
        corners = [(low, -FAR_M), (high, -FAR_M), (high, FAR_M), (low, FAR_M)]
        return Polygon([(self.start[0] + a * ux - b * uy, self.start[1] + a * uy + b * ux) for a, b in corners])


def lateral_profiles(site: Site, source: Source, receiver: Receiver, condition: Condition) -> list[Profile]:
    """The paths round the left and the right side, in this order; none where nothing rises above the ray."""
    reach = hypot(*(a - b for a, b in zip(source.at, receiver.at, strict=True)))
    ray = _Ray(source.at, receiver.at, ray_radius(reach) if condition == "favourable" else 0.0)
    if ray.length <= CLEAR_M:
        return []
    corners = _standing_corners(site, ray)
    if not corners:
        return []
    found = []
    sides: tuple[tuple[PathName, bool], ...] = (("left", True), ("right", False))
    for name, left in sides:
        side = [place for place in corners if ray.left_of(*place) == left]
        bends = _band(ray, side, left)
        if not bends:
            continue
        edges = [CutPoint("vertical_edge", x, y, ray.line_z(ray.share(x, y)), nan, nan) for x, y in bends]
        cuts = site.cut_path([source_corner(source), *edges, receiver_corner(receiver)])
        found.append(unfold(name, cuts, source.ground_factor))
    return found


def _standing_corners(site: Site, ray: _Ray) -> list[Point2]:
    """Corners, moved a little outwards, of what the direct path meets and what of it stands above the ray."""
    start, end = ray.start[:2], ray.end[:2]

    def hides(share: float, top: float) -> bool:
        return ray.line_z(share) + ray.rise(share) < top - LEVEL_M

    found: list[Point2] = []
    for building, stretches in site.buildings_on(start, end):
        # An arc is lowest at one of the ends of a stretch.
        if any(hides(share, building.roof_z) for stretch in stretches for share in stretch):
            outline = Polygon(building.footprint).buffer(CLEAR_M / sqrt(2.0), join_style="mitre")
            found += _within(outline, ray.under(building.roof_z))
    met = {id(barrier): barrier for barrier, share, top in site.walls_on(start, end) if hides(share, top)}
    for barrier in met.values():
        for (x0, y0, z0), (x1, y1, z1) in pairwise(barrier.top):
            if (x0, y0) == (x1, y1):
                continue
            out = CLEAR_M / hypot(x1 - x0, y1 - y0)
            dx, dy = out * (x1 - x0), out * (y1 - y0)
            found += _within(LineString([(x0 - dx, y0 - dy), (x1 + dx, y1 + dy)]), ray.under(max(z0, z1)))
    return found


def _within(obstacle: BaseGeometry, standing: Polygon | None) -> list[Point2]:
    if standing is None:
        return []
    return [(x, y) for x, y in get_coordinates(obstacle.intersection(standing))]


def _band(ray: _Ray, side: list[Point2], left: bool) -> list[Point2]:
    """The corners on which a band from source to receiver rests, in the order of the path."""
    if not side:
        return []
    hull = MultiPoint([ray.start[:2], ray.end[:2], *side]).convex_hull
    if hull.geom_type != "Polygon":
        return []
    ring = [(x, y) for x, y in get_coordinates(hull.exterior)][:-1]
    if not hull.exterior.is_ccw:
        ring.reverse()
    # Counter-clockwise from receiver to source runs along the left side of the ray.
    begin = _index(ring, ray.end[:2] if left else ray.start[:2])
    ring = ring[begin:] + ring[:begin]
    stop = _index(ring, ray.start[:2] if left else ray.end[:2])
    bends = ring[1:stop]
    return bends[::-1] if left else bends


def _index(ring: list[Point2], place: Point2) -> int:
    return min(range(len(ring)), key=lambda i: hypot(ring[i][0] - place[0], ring[i][1] - place[1]))
