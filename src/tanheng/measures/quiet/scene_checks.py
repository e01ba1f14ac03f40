"""What a scene must be before anything is calculated; every fault is told at once, with the feature's id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot, isfinite
from typing import Protocol

import numpy as np
from shapely import LineString, Point, Polygon, STRtree
from shapely.validation import explain_validity

from tanheng.measures.quiet.scene import Barrier, BreakLine, Building, GroundArea, Point3, Receiver, Road, Scene, Source
from tanheng.measures.quiet.terrain import Terrain
from tanheng.problems import InputRejected, Problem

Feature = Source | Road | Receiver | GroundArea | Building | Barrier | BreakLine
KINDS: dict[type, str] = {
    Source: "source",
    Road: "road",
    Receiver: "receiver",
    GroundArea: "ground area",
    Building: "building",
    Barrier: "barrier",
    BreakLine: "break line",
}

LEAST_LENGTH_M = 1e-3
# Nearer to a source the level of a point source means nothing.
CLOSEST_M = 0.1
# A scene is a city at most; features further apart were taken from two coordinate systems.
WIDEST_M = 200_000.0
# Systems in degrees; distances in them mean nothing.
IN_DEGREES = ("EPSG:4326", "EPSG:4490", "EPSG:4258", "OGC:CRS84")


class Told(Protocol):
    """Makes a problem of a fault of a feature."""

    def __call__(self, code: str, feature: Feature, message: str, expected: str = "", hint: str = "") -> Problem: ...


def check_scene(scene: Scene) -> None:
    """Raises ``InputRejected`` with every fault."""
    problems = sorted(scene_problems(scene)) or sorted(_buried_problems(scene))
    if problems:
        raise InputRejected(problems)


def scene_problems(scene: Scene) -> Iterator[Problem]:
    """All faults of features and between them, in the order of the features."""
    features: list[Feature] = [
        *scene.sources,
        *scene.roads,
        *scene.receivers,
        *scene.ground_areas,
        *scene.buildings,
        *scene.barriers,
        *scene.break_lines,
    ]

    def problem(code: str, feature: Feature, message: str, expected: str = "", hint: str = "") -> Problem:
        named = f"{KINDS[type(feature)]} {feature.id}: {message}"
        return Problem(f"noise.{code}", scene.name, message=named, expected=expected, hint=hint)

    repeated = Counter((type(feature), feature.id) for feature in features)
    for feature in features:
        if repeated[type(feature), feature.id] > 1:
            yield problem("E001", feature, "its id stands more than once", hint="Give each feature an id of its own.")
        if not all(isfinite(value) for point in _places(feature) for value in point):
            yield problem("E002", feature, "a coordinate in plan is missing or no number")
        elif isinstance(feature, GroundArea | Building):
            yield from _outline_problems(feature, problem)
        if not all(isfinite(z) for z in _altitudes(feature)):
            yield problem("E003", feature, "its height is missing", hint="Heights are altitudes in metres.")
        if isinstance(feature, Road | Barrier) and not _drawn_length(feature) > LEAST_LENGTH_M:
            yield problem("E004", feature, "has no length", expected="two different points or more")
        yield from _share_problems(feature, problem)
    if not 0.0 <= scene.ground_factor <= 1.0:
        said = f"the ground factor outside of all areas is {scene.ground_factor}"
        yield Problem("noise.E007", scene.name, message=said, expected="0 (hard) to 1 (soft)")
    yield from _system_problems(scene.name, features)
    yield from _touching_problems(scene, problem)
    yield from _inside_problems(scene, problem)


def _places(feature: Feature) -> Sequence[tuple[float, ...]]:
    if isinstance(feature, Source | Receiver):
        return [feature.at[:2]]
    if isinstance(feature, Road | BreakLine):
        return [point[:2] for point in feature.line]
    if isinstance(feature, Barrier):
        return [point[:2] for point in feature.top]
    return feature.outline if isinstance(feature, GroundArea) else feature.footprint


def _altitudes(feature: Feature) -> list[float]:
    if isinstance(feature, Source | Receiver):
        return [feature.at[2]]
    if isinstance(feature, Road | BreakLine):
        return [point[2] for point in feature.line]
    if isinstance(feature, Barrier):
        return [point[2] for point in feature.top]
    return [feature.roof_z] if isinstance(feature, Building) else []


def _drawn_length(feature: Road | Barrier) -> float:
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(_places(feature)))


def _outline_problems(feature: GroundArea | Building, problem: Told) -> Iterator[Problem]:
    corners = set(_places(feature))
    if len(corners) < 3:
        yield problem("E005", feature, f"its outline has {len(corners)} different corners", expected="three or more")
        return
    outline = Polygon(_places(feature))
    if not outline.is_valid or outline.area <= 0.0:
        reason = explain_validity(outline)
        yield problem(
            "E006",
            feature,
            f"its outline crosses itself or encloses nothing ({reason})",
            hint="Draw the corners in order, once round.",
        )


def _share_problems(feature: Feature, problem: Told) -> Iterator[Problem]:
    if isinstance(feature, Source | Road | GroundArea):
        factor = feature.ground_factor
        if factor is not None and not 0.0 <= factor <= 1.0:
            yield problem("E007", feature, f"its ground factor is {factor}", expected="0 (hard) to 1 (soft)")
    absorption = feature.absorption if isinstance(feature, Building | Barrier) else None
    if absorption is not None and not np.all((absorption >= 0.0) & (absorption < 1.0)):
        yield problem("E008", feature, "a share of absorption is out of range", expected="0 to less than 1")


def _system_problems(name: str, features: Sequence[Feature]) -> Iterator[Problem]:
    by_system: dict[str, list[Feature]] = {}
    for feature in features:
        if feature.crs is not None:
            by_system.setdefault(feature.crs, []).append(feature)

    def shown(of: Sequence[Feature]) -> str:
        return ", ".join(f"{KINDS[type(feature)]} {feature.id}" for feature in of)

    if len(by_system) > 1:
        said = "; ".join(f"{system}: {shown(of)}" for system, of in sorted(by_system.items()))
        yield Problem("noise.E009", name, message=f"features stand in {len(by_system)} coordinate systems: {said}")
    for system in IN_DEGREES:
        if system in by_system:
            said = f"{shown(by_system[system])}: coordinates are degrees ({system})"
            yield Problem("noise.E010", name, message=said, expected="metres", hint="Project them first.")
    placed = [(feature, point) for feature in features for point in _places(feature) if all(map(isfinite, point))]
    if not placed:
        return
    centre = np.median(np.array([point for _, point in placed]), axis=0)
    far = [feature for feature, point in placed if hypot(*(np.array(point) - centre)) > WIDEST_M]
    if far:
        # In order, each once; features of one kind may have equal values, ids they do not share.
        apart = list({(type(feature), feature.id): feature for feature in far}.values())
        yield Problem(
            "noise.E011",
            name,
            message=f"{shown(apart)}: more than {WIDEST_M / 1000:g} km from the rest",
            hint="Are there two coordinate systems?",
        )


def _inside_problems(scene: Scene, problem: Told) -> Iterator[Problem]:
    sound = [building for building in scene.buildings if _usable(building)]
    footprints = [Polygon(building.footprint) for building in sound]
    tree = STRtree(footprints)
    points: list[Source | Receiver] = [*scene.sources, *scene.receivers]
    for feature in points:
        if not all(map(isfinite, feature.at)):
            continue
        place = Point(feature.at[:2])
        for hit in tree.query(place, predicate="within"):
            if feature.at[2] < sound[hit].roof_z:
                yield problem(
                    "E012",
                    feature,
                    f"lies inside of building {sound[hit].id}",
                    hint="Receivers of a façade stand in front of it.",
                )


def _touching_problems(scene: Scene, problem: Told) -> Iterator[Problem]:
    lines = [(source, [source.at]) for source in scene.sources] + [(road, list(road.line)) for road in scene.roads]
    drawn = [(feature, LineString(line * 2) if len(line) == 1 else LineString(line)) for feature, line in lines if line]
    for receiver in scene.receivers:
        if not all(map(isfinite, receiver.at)):
            continue
        for feature, line in drawn:
            near = line.interpolate(line.project(Point(receiver.at[:2])))
            if not all(map(isfinite, near.coords[0])):
                continue
            if hypot(*(p - q for p, q in zip(receiver.at, near.coords[0], strict=True))) < CLOSEST_M:
                yield problem(
                    "E013",
                    receiver,
                    f"lies on {KINDS[type(feature)]} {feature.id}",
                    expected=f"at least {CLOSEST_M:g} m away",
                )


def _buried_problems(scene: Scene) -> Iterator[Problem]:
    """What lies under the ground; asked last, because the ground must be sound for it."""
    terrain = Terrain(scene.break_lines)
    points: list[tuple[Source | Road | Receiver, Point3]] = [
        *((source, source.at) for source in scene.sources),
        *((receiver, receiver.at) for receiver in scene.receivers),
        *((road, point) for road in scene.roads for point in road.line),
    ]
    for feature, (x, y, z) in points:
        ground = terrain.altitude(x, y)
        if z < ground - LEAST_LENGTH_M:
            yield Problem(
                "noise.E014",
                scene.name,
                message=f"{KINDS[type(feature)]} {feature.id}: lies at {z:g} m, under the ground at {ground:.2f} m",
                hint="z is altitude and not height above ground.",
            )


def _usable(building: Building) -> bool:
    flat = [value for point in building.footprint for value in point]
    return (
        len(set(building.footprint)) > 2
        and all(map(isfinite, [*flat, building.roof_z]))
        and Polygon(building.footprint).is_valid
    )
