"""What is wrong with features of a map, told with the feature's id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.places.features import WGS84
from tanheng.measures.quiet.scene_checks import LEAST_LENGTH_M
from tanheng.problems import Problem

AREAS, LINES, POINTS = "Polygon", "LineString", "Point"
KIND_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "buildings": (AREAS,),
        "roads": (LINES,),
        "railways": (LINES,),
        "plants": (POINTS,),
        "barriers": (LINES,),
        "ground": (AREAS,),
        "terrain": (LINES, POINTS),
        "areas": (AREAS,),
        "communities": (AREAS,),
        "monitors": (POINTS,),
    }
)
"""Kinds of geometry that a table takes, single or multi."""


def shape_problems(
    file: str, table: str, ids: Sequence[str], shapes: NDArray[np.object_], crs: str, target: str
) -> dict[int, Problem]:
    """The first fault of each feature by its row.

    ``crs`` is the system of the shapes, ``target`` that of the quarter, in whose area of use they must lie.

    Codes: no geometry (``E042``), another kind of geometry (``E043``), no length (``E044``), an outline that crosses
    itself (``E045``), outside of the frame (``E046``), an id that stands twice (``E047``).
    """
    found: dict[int, Problem] = {}

    def tell(row: int, code: str, message: str, expected: str = "", hint: str = "") -> None:
        said = f"{table} {ids[row]}: {message}"
        found.setdefault(row, Problem(f"noise.{code}", file, message=said, expected=expected, hint=hint))

    repeated = Counter(ids)
    for row, name in enumerate(ids):
        if repeated[name] > 1:
            tell(row, "E047", "its id stands more than once", hint="Give each feature an id of its own.")
    kinds = KIND_OF[table]
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for row in np.flatnonzero(empty).tolist():
        tell(row, "E042", "has no geometry")
    rows = np.flatnonzero(~empty).tolist()
    for row in rows:
        if shapes[row].geom_type.removeprefix("Multi") not in kinds:
            tell(row, "E043", f"is a {shapes[row].geom_type}", expected=" or ".join(kinds))
    sound = np.array([row for row in rows if row not in found], dtype=np.int64)
    outside, where = _outside(shapes[sound], crs, target)
    area = pyproj.CRS(target).area_of_use
    for far, place in zip(sound[outside].tolist(), where[outside], strict=True):
        hint = "Is it in another coordinate system than its layer says, or longitude and latitude the wrong way round?"
        frame = "" if area is None else f"within the area of {target}, {_told(*area.bounds)}"
        tell(far, "E046", f"lies outside of the frame, at {place[0]:.5g}, {place[1]:.5g}", frame, hint)
    if AREAS in kinds:
        for row in sound[~shapely.is_valid(shapes[sound])].tolist():
            reason = shapely.is_valid_reason(shapes[row])
            hint = "Draw the corners in order, once round."
            tell(row, "E045", f"its outline crosses itself or encloses nothing ({reason})", hint=hint)
    elif LINES in kinds and table != "terrain":
        short = shapely.length(to_system(shapes[sound], crs, target)) <= LEAST_LENGTH_M
        for row in sound[short].tolist():
            tell(row, "E044", "has no length", expected="two different points or more")
    return found


def _outside(shapes: NDArray[np.object_], crs: str, target: str) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which lie outside of the target's area of use, in part or whole, and a corner of each as it stands."""
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    corners = np.concatenate([bounds[:, :2], bounds[:, 2:]])
    lon, lat = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform(corners[:, 0], corners[:, 1])
    area = pyproj.CRS(target).area_of_use
    inside = np.isfinite(lon) & np.isfinite(lat)
    if area is not None:
        inside &= (lon >= area.west) & (lon <= area.east) & (lat >= area.south) & (lat <= area.north)
    low, high = inside.reshape(2, -1)
    return ~(low & high), bounds[:, :2]


def _told(west: float, south: float, east: float, north: float) -> str:
    return f"{west:g} to {east:g}° E and {south:g} to {north:g}° N"


def to_system(shapes: NDArray[np.object_], crs: str, target: str) -> NDArray[np.object_]:
    """Shapes of one system in another; z stays."""
    if not len(shapes):
        return shapes
    change = pyproj.Transformer.from_crs(crs, target, always_xy=True)
    if pyproj.CRS(crs) == pyproj.CRS(target):
        return shapes

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = change.transform(points[:, 0], points[:, 1])
        rest = points[:, 2:]
        return np.column_stack([x, y, rest])

    has_z = shapely.has_z(shapes)
    found = shapes.copy()
    if has_z.any():
        found[has_z] = shapely.transform(shapes[has_z], moved, include_z=True)
    found[~has_z] = shapely.transform(shapes[~has_z], moved)
    return found
