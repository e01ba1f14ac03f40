"""What a developer says of a project, checked before it becomes a record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from tanheng.credits.projects.models import Project
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem

MOST_NAMES = 500
MOST_YEARS = 60
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
MOST_GEOJSON = 100_000


@dataclass(frozen=True)
class Description:
    """A project as it is applied for. ``first`` and ``last`` are the first and last day of its crediting period."""

    name: str
    methodology: str
    version: str
    first: date
    last: date
    description: str = ""
    place_name: str = ""
    place: dict[str, Any] | None = None
    devices: tuple[str, ...] = ()
    beneficiary: str = ""
    elsewhere: tuple[str, ...] = ()
    estimated_t: int | None = None
    source: str = field(default="", kw_only=True)

    def put_into(self, project: Project) -> None:
        """Write it into the record, which is not saved.

        Raises
        ------
        InputRejected
            ``projects.E011`` with everything that does not fit.
        """
        if problems := list(self._faults()):
            raise InputRejected(problems)
        for name in ("name", "methodology", "version", "description", "place_name", "beneficiary", "source"):
            setattr(project, name, getattr(self, name).strip())
        project.crediting = DateRange(self.first, self.last + timedelta(days=1))
        project.place, project.estimated_t = self.place, self.estimated_t
        project.devices, project.elsewhere = _names(self.devices), _names(self.elsewhere)

    def _faults(self) -> Iterator[Problem]:
        if self.last < self.first:
            yield Problem("projects.E011", "project", column="last", message=_("is before the first day"))
        elif self.last.year - self.first.year > MOST_YEARS:
            said = _("is more than %d years after the first day") % MOST_YEARS
            yield Problem("projects.E011", "project", column="last", message=said)
        for column in ("devices", "elsewhere"):
            names = getattr(self, column)
            if len(names) > MOST_NAMES or any(len(each) > 100 for each in names):
                said = _("are more than %d, or one is longer than 100 characters") % MOST_NAMES
                yield Problem("projects.E011", "project", column=column, message=said)
        if self.place is not None and not _is_geometry(self.place):
            said = _("is no geometry of GeoJSON with longitude and latitude in degrees")
            yield Problem("projects.E011", "project", column="place", message=said)


def place_of(text: str) -> dict[str, Any] | None:
    """A geometry as people paste it: GeoJSON, or longitude and latitude of a point; None for nothing.

    Raises
    ------
    InputRejected
        ``projects.E011`` for what is neither.
    """
    text = text.strip()
    if not text:
        return None
    parts = text.replace(",", ",").split(",")
    if len(parts) == 2:
        try:
            return {"type": "Point", "coordinates": [float(parts[0]), float(parts[1])]}
        except ValueError:
            pass
    try:
        read = json.loads(text) if len(text) <= MOST_GEOJSON else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        message = _("is neither longitude and latitude nor GeoJSON")
        raise refused_value("projects.E011", "project", "place", None, message)
    return read


def _names(names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in names if each.strip()))


def _is_geometry(place: dict[str, Any]) -> bool:
    if place.get("type") not in GEOMETRIES or place.keys() != {"type", "coordinates"}:
        return False
    return bool(positions := list(_positions(place["coordinates"], 0))) and all(
        position is not None and -180 <= position[0] <= 180 and -90 <= position[1] <= 90 for position in positions
    )


def _positions(coordinates: Any, depth: int) -> Iterator[tuple[float, float] | None]:
    if not isinstance(coordinates, list) or not coordinates or depth > 4:
        yield None
    elif all(isinstance(each, int | float) and not isinstance(each, bool) for each in coordinates):
        yield (coordinates[0], coordinates[1]) if len(coordinates) in (2, 3) else None
    else:
        for each in coordinates:
            yield from _positions(each, depth + 1)
