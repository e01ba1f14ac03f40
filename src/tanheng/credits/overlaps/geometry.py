"""Places: GeoJSON in degrees (WGS 84), and what two of them have in common in square metres."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import cos, radians
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

M_PER_DEGREE = 111_320.0
VERTICES_MOST = 20_000
# Choices of the house (docs/decisions/0028-claims.md): neighbours whose lines were drawn twice are no overlap, and two
# who stand so close are looked at.
SHARE_LEAST = 0.01
NEAR_M = 25.0
KINDS = ("Point", "Polygon", "MultiPolygon")


class NoPlace(ValueError):
    """A geometry that cannot be used; the text says why."""


@dataclass(frozen=True)
class Common:
    """What two places have in common. ``share`` is of the smaller one; None where one of them is a point."""

    area_m2: float
    share: float | None
    distance_m: float

    @property
    def score(self) -> float:
        """How much of the smaller one lies in the other; a point that lies in it does wholly."""
        if self.share is not None:
            return min(self.share, 1.0)
        return 1.0 if self.distance_m == 0 else max(0.0, 1 - self.distance_m / NEAR_M)


def read(place: Mapping[str, Any]) -> BaseGeometry:
    """A point or an area of GeoJSON; of a Feature its geometry.

    Raises
    ------
    NoPlace
        When it is none, or not on the earth, or its lines cross.
    """
    inner = place.get("geometry") if place.get("type") == "Feature" else place
    if not isinstance(inner, Mapping) or inner.get("type") not in KINDS:
        raise NoPlace(f"must be a GeoJSON {', '.join(KINDS)}")
    try:
        found = shape(inner)
    except (ValueError, TypeError, KeyError, IndexError, shapely.errors.ShapelyError) as error:
        raise NoPlace(f"cannot be read as GeoJSON: {error}") from None
    if found.is_empty or shapely.get_num_coordinates(found) > VERTICES_MOST:
        raise NoPlace(f"must have from 1 to {VERTICES_MOST} vertices")
    west, south, east, north = found.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise NoPlace("must be in degrees, longitude first (WGS 84)")
    if not found.is_valid:
        raise NoPlace(f"is no area: {shapely.is_valid_reason(found)}")
    return shapely.force_2d(found)


def plain(found: BaseGeometry) -> dict[str, Any]:
    """As GeoJSON that can be kept, in steps of about a centimetre."""
    kept: dict[str, Any] = json.loads(json.dumps(mapping(shapely.set_precision(found, 1e-7))))
    return kept


def digest(place: Mapping[str, Any] | None) -> str:
    """What makes a place the same place; empty for none."""
    return sha256(json.dumps(place, sort_keys=True).encode()).hexdigest() if place else ""


def meeting(ours: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[tuple[int, Common]]:
    """Which of the others have more than a border in common with a place, or are nearer than ``NEAR_M`` as points."""
    if not others:
        return []
    mine = shape(ours)
    theirs = [shape(each) for each in others]
    tree = shapely.STRtree(theirs)
    reach = NEAR_M / M_PER_DEGREE / max(0.01, cos(radians(mine.centroid.y)))
    found = sorted(int(index) for index in tree.query(mine.buffer(reach)))
    told = [(index, common(mine, theirs[index])) for index in found]
    return [(index, each) for index, each in told if each is not None]


def common(first: BaseGeometry, second: BaseGeometry) -> Common | None:
    """What two places have in common; None for nothing worth telling."""
    latitude = (first.centroid.y + second.centroid.y) / 2
    ours, theirs = _in_metres(first, latitude), _in_metres(second, latitude)
    least = min(ours.area, theirs.area)
    if least > 0:
        area = ours.intersection(theirs).area
        share = area / least
        return Common(area, share, 0.0) if share >= SHARE_LEAST else None
    distance = ours.distance(theirs)
    return Common(0.0, None, distance) if distance <= NEAR_M else None


def _in_metres(found: BaseGeometry, latitude: float) -> BaseGeometry:
    """Flat around a latitude: right to a few parts in a thousand within a city."""
    factor = [M_PER_DEGREE * cos(radians(latitude)), M_PER_DEGREE]
    return shapely.transform(found, lambda xy: xy * factor)
