"""The ground as a triangulated surface: break lines are edges of it, between them it is flat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points, polygonize

from tanheng.measures.quiet.scene import BreakLine, Point2, Point3

# Lines that enclose no face are cut this fine before the triangulation, so that its edges follow them.
PIECE_M = 2.0
TOUCH_M = 1e-6
NEAR_M = 1e-2
# Corners lie on this grid, so that an end drawn on another line is on it and no sliver remains between them.
GRID_DIGITS = 4
GRID_M = 10.0**-GRID_DIGITS
SLIVER_M2 = 1e-6


class Terrain:
    """Altitudes, and where a line in plan meets a change of slope. No break lines: level at 0, without triangles."""

    def __init__(self, lines: Sequence[BreakLine]) -> None:
        self.triangles = triangulate(lines)
        self._planes = [_plane(triangle) for triangle in self.triangles]
        self._tree = STRtree([Polygon([(x, y) for x, y, _ in triangle]) for triangle in self.triangles])

    def altitude(self, x: float, y: float) -> float:
        """Altitude, m; beyond the triangulated part that of its nearest point."""
        if not self.triangles:
            return 0.0
        place = Point(x, y)
        hits = self._tree.query(place, predicate="intersects")
        if len(hits):
            return max(_on(self._planes[hit], x, y) for hit in hits)
        nearest = int(self._tree.nearest(place))
        edge, _ = nearest_points(self._tree.geometries[nearest], place)
        return _on(self._planes[nearest], edge.x, edge.y)

    def crossings(self, start: Point2, end: Point2) -> list[float]:
        """Fractions of the way from start to end at which an edge of a triangle is met, ascending."""
        if not self.triangles:
            return []
        way = LineString([start, end])
        if way.length <= TOUCH_M:
            return []
        met = set()
        for hit in self._tree.query(way, predicate="intersects"):
            inside = way.intersection(self._tree.geometries[hit])
            for x, y in shapely.get_coordinates(inside):
                met.add(round(way.project(Point(x, y)) / way.length, 9))
        return sorted(fraction for fraction in met if 0.0 < fraction < 1.0)


def triangulate(lines: Sequence[BreakLine]) -> list[tuple[Point3, Point3, Point3]]:
    """The surface through the lines; empty where they span no area. Neighbours have their corners in common."""
    vertices = [point for line in lines for point in line.line]
    if len({(x, y) for x, y, _ in vertices}) < 3:
        return []
    strings = [LineString([(x, y) for x, y, _ in line.line]) for line in lines if len(line.line) > 1]
    hull = MultiPoint([(x, y) for x, y, _ in vertices]).convex_hull
    if hull.geom_type != "Polygon":
        return []
    noded = shapely.unary_union([*strings, hull.exterior], grid_size=GRID_M)
    faces = list(polygonize(noded))
    reached = shapely.unary_union([face.exterior for face in faces]).buffer(NEAR_M)
    loose = any(len(line.line) == 1 for line in lines) or noded.difference(reached).length > NEAR_M
    flat: Iterable[BaseGeometry]
    if loose:
        dense = shapely.get_coordinates(shapely.segmentize(noded, PIECE_M))
        points = np.concatenate([dense, np.array(vertices)[:, :2]])
        flat = shapely.delaunay_triangles(MultiPoint(points)).geoms
    else:
        flat = [part for face in faces for part in shapely.constrained_delaunay_triangles(face).geoms]
    known = _altitudes(lines, hull, flat)
    found = []
    for triangle in flat:
        if triangle.area <= SLIVER_M2:
            continue
        a, b, c = ((x, y, known[_key(x, y)]) for x, y in list(triangle.exterior.coords)[:3])
        found.append((a, b, c))
    return found


def _key(x: float, y: float) -> Point2:
    return round(x, GRID_DIGITS), round(y, GRID_DIGITS)


def _altitudes(lines: Sequence[BreakLine], hull: Polygon, triangles: Iterable[BaseGeometry]) -> dict[Point2, float]:
    """Altitude of each corner. Where lines cross at different altitudes the higher one stands."""
    known: dict[Point2, float] = {}
    for line in lines:
        for x, y, z in line.line:
            known[_key(x, y)] = max(z, known.get(_key(x, y), z))
    pieces = [(LineString([a[:2], b[:2]]), a, b) for line in lines for a, b in pairwise(line.line) if a[:2] != b[:2]]
    ring = [(x, y, known[_key(x, y)]) for x, y in hull.exterior.coords]
    pieces += [(LineString([a[:2], b[:2]]), a, b) for a, b in pairwise(ring)]
    tree = STRtree([piece for piece, _, _ in pieces])
    for triangle in triangles:
        for x, y in triangle.exterior.coords:
            if _key(x, y) in known:
                continue
            place = Point(x, y)
            on = []
            for hit in tree.query(place, predicate="dwithin", distance=2.0 * GRID_M):
                piece, a, b = pieces[hit]
                on.append(a[2] + (b[2] - a[2]) * piece.project(place) / piece.length)
            known[_key(x, y)] = max(on)
    return known


def _plane(triangle: tuple[Point3, Point3, Point3]) -> Point3:
    """(p, q, r) of z = p x + q y + r."""
    corners = np.array(triangle)
    p, q, r = np.linalg.solve(np.column_stack([corners[:, :2], np.ones(3)]), corners[:, 2])
    return float(p), float(q), float(r)


def _on(plane: Point3, x: float, y: float) -> float:
    return plane[0] * x + plane[1] * y + plane[2]
