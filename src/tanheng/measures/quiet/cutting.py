"""From the scene to the cut points of a path: what stands along a line in plan, in order.

``Site`` indexes a scene once; trees answer which features a line meets, so the cost of a path does not grow with the
scene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot, nan

import shapely
from shapely import LineString, Point, Polygon, STRtree

from tanheng.measures.quiet.profile import CutPoint, Kind
from tanheng.measures.quiet.scene import Barrier, Building, Point2, Point3, Receiver, Scene, Source
from tanheng.measures.quiet.terrain import Terrain

# Shorter stretches inside of a building are touches.
TOUCH_M = 1e-6
# Cuts closer together than this share of a leg are one place.
SAME_PLACE = 1e-9


class Site:
    """A scene, indexed. ``walls`` are the straight pieces of barriers with their barrier."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.terrain = Terrain(scene.break_lines)
        self.footprints = [Polygon(building.footprint) for building in scene.buildings]
        self.walls: list[tuple[Barrier, Point3, Point3]] = [
            (barrier, a, b) for barrier in scene.barriers for a, b in pairwise(barrier.top) if a[:2] != b[:2]
        ]
        self._areas = [Polygon(area.outline) for area in scene.ground_areas]
        self._building_tree = STRtree(self.footprints)
        self._wall_tree = STRtree([LineString([a[:2], b[:2]]) for _, a, b in self.walls])
        self._area_tree = STRtree(self._areas)

    def ground_factor(self, x: float, y: float) -> float:
        """G of the ground at a place."""
        hits = self._area_tree.query(Point(x, y), predicate="intersects")
        return self.scene.ground_areas[min(hits)].ground_factor if len(hits) else self.scene.ground_factor

    def buildings_on(self, start: Point2, end: Point2) -> list[tuple[Building, list[tuple[float, float]]]]:
        """Buildings that a line goes through, each with the stretches inside as fractions of the way."""
        way = LineString([start, end])
        found = []
        for hit in sorted(self._building_tree.query(way, predicate="intersects")):
            inside = []
            for part in shapely.get_parts(way.intersection(self.footprints[hit])):
                if part.geom_type == "LineString" and part.length > TOUCH_M:
                    ends = [way.project(Point(part.coords[i])) / way.length for i in (0, -1)]
                    inside.append((min(ends), max(ends)))
            if inside:
                found.append((self.scene.buildings[hit], sorted(inside)))
        return found

    def walls_on(self, start: Point2, end: Point2) -> list[tuple[Barrier, float, float]]:
        """Barriers that a line crosses: fraction of the way, altitude of the top there."""
        way = LineString([start, end])
        found = []
        for hit in sorted(self._wall_tree.query(way, predicate="intersects")):
            barrier, a, b = self.walls[hit]
            met = way.intersection(self._wall_tree.geometries[hit])
            for x, y in shapely.get_coordinates(met):
                share = hypot(x - a[0], y - a[1]) / hypot(b[0] - a[0], b[1] - a[1])
                found.append((barrier, way.project(Point(x, y)) / way.length, a[2] + share * (b[2] - a[2])))
        return found

    def cut_path(self, corners: Sequence[CutPoint]) -> list[CutPoint]:
        """All cut points of a path from its corners, source to receiver, with the ground under each."""
        found: list[CutPoint] = []
        for corner, following in pairwise(corners):
            found += self._cut_leg(corner, following)
        found.append(self._grounded(corners[-1], self.ground_factor(corners[-1].x, corners[-1].y)))
        return found

    def _grounded(self, cut: CutPoint, factor: float) -> CutPoint:
        return replace(cut, ground_z=self.terrain.altitude(cut.x, cut.y), ground_factor=factor)

    def _cut_leg(self, corner: CutPoint, following: CutPoint) -> list[CutPoint]:
        """The corner and what comes before the next one."""
        start, end = (corner.x, corner.y), (following.x, following.y)
        way = LineString([start, end])
        if way.length <= TOUCH_M:
            return [self._grounded(corner, self.ground_factor(*start))]
        # Fraction of the way, rank where several fall on one place, kind, altitude of a top.
        events: list[tuple[float, int, Kind, float]] = []
        for hit in self._area_tree.query(way, predicate="intersects"):
            for x, y in shapely.get_coordinates(way.intersection(self._areas[hit].exterior)):
                events.append((way.project(Point(x, y)) / way.length, 1, "ground", nan))
        events += [(fraction, 1, "ground", nan) for fraction in self.terrain.crossings(start, end)]
        for building, stretches in self.buildings_on(start, end):
            for first, last in stretches:
                events += [(first, 3, "enter", building.roof_z), (last, 2, "exit", building.roof_z)]
        # A path is reflected by its wall; it does not pass over it.
        mirrors = [share for share, end_cut in ((0.0, corner), (1.0, following)) if end_cut.kind == "reflection"]
        events += [
            (fraction, 1, "wall", top)
            for _, fraction, top in self.walls_on(start, end)
            if all(abs(fraction - mirror) * way.length > TOUCH_M for mirror in mirrors)
        ]
        events.sort(key=lambda event: event[:2])

        def at(fraction: float) -> Point2:
            return start[0] + fraction * (end[0] - start[0]), start[1] + fraction * (end[1] - start[1])

        places = [0.0, *(event[0] for event in events), 1.0]
        after: list[float] = [0.0] * len(places)
        for i in range(len(places) - 2, -1, -1):
            same = places[i + 1] - places[i] <= SAME_PLACE
            after[i] = after[i + 1] if same else self.ground_factor(*at(0.5 * (places[i] + places[i + 1])))
        cuts = [self._grounded(corner, after[0])]
        for (fraction, _, kind, top), factor in zip(events, after[1:-1], strict=True):
            x, y = at(fraction)
            ground = self.terrain.altitude(x, y)
            cuts.append(CutPoint(kind, x, y, ground if kind == "ground" else top, ground, factor))
        return cuts


def source_corner(source: Source) -> CutPoint:
    """The source as the first corner of a path; its ground is filled in by ``Site.cut_path``."""
    return CutPoint("source", *source.at, nan, nan)


def receiver_corner(receiver: Receiver) -> CutPoint:
    """The receiver as the last corner of a path."""
    return CutPoint("receiver", *receiver.at, nan, nan)
