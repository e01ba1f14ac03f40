"""The trap for positions: outside the district that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from tanheng.warehouse.cells import quote, text
from tanheng.warehouse.coordinates import wgs84_from_gcj02
from tanheng.warehouse.queries import keep
from tanheng.warehouse.schema import Trap
from tanheng.warehouse.traps.hunt import Hunt

Shapes = Sequence[Any]
Degrees = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

GEOMETRY = "districts"
# Boundaries are simplified to about 10 m, and a position is good to about 20 m.
MARGIN_M = 30.0
METRES_A_DEGREE = 111_195.0


def catch_outside(hunt: Hunt, trap: Trap, index: int) -> None:
    """Positions outside their district, with the place where they are and whether GCJ-02 explains it.

    Without the city's geometry ``districts`` nothing is caught. A district without an outline there is
    one of which nothing can be said, unless the position lies in another one.
    """
    if GEOMETRY not in hunt.areas:
        return
    outlines = _outlines(hunt.areas[GEOMETRY], hunt.id_properties[GEOMETRY])
    lon_name, lat_name, district_name = (quote(name) for name in trap.columns)
    known = ", ".join(text(name) for name in outlines)
    rows = hunt.rows(*trap.columns[:2])
    found = hunt.connection.execute(
        f"SELECT _file, _row, {lon_name} AS lon, {lat_name} AS lat, "
        f"coalesce(list_position([{known}], {district_name}), 0) - 1 AS stated "
        f"FROM {rows} WHERE {lon_name} IS NOT NULL AND {lat_name} IS NOT NULL AND {district_name} IS NOT NULL"
    ).fetchnumpy()
    shapes = list(outlines.values())
    lon, lat, stated = (np.asarray(found[name]) for name in ("lon", "lat", "stated"))
    outside = np.flatnonzero(~_within(shapes, stated, lon, lat))
    lon, lat, stated = lon[outside], lat[outside], stated[outside]
    elsewhere = _outline_at(shapes, lon, lat)
    # Of a district without an outline, only a place in another district says that something is wrong.
    told = (stated >= 0) | (elsewhere >= 0)
    if not told.any():
        return
    true_lon, true_lat = wgs84_from_gcj02(lon, lat)
    names = np.array([*outlines, None], dtype=np.object_)  # -1 is none
    caught = {
        "_file": ("INTEGER", np.asarray(found["_file"])[outside]),
        "_row": ("BIGINT", np.asarray(found["_row"])[outside]),
        "elsewhere": ("VARCHAR", names[elsewhere]),
        "is_shifted": ("BOOLEAN", _within(shapes, stated, true_lon, true_lat, margin_m=0.0)),
        "away_km": ("DOUBLE", _distance_m(shapes, stated, lon, lat) / 1000),
        "true_lon": ("DOUBLE", true_lon),
        "true_lat": ("DOUBLE", true_lat),
    }
    kept = f"files.{quote(f'{hunt.table.name}#outside')}"
    keep(hunt.connection, kept, {name: (kind, values[told].tolist()) for name, (kind, values) in caught.items()})
    hunt.catch(
        trap,
        index,
        f"SELECT row_number() OVER (ORDER BY _file, _row) AS part, _file, _row, {hunt.key()} AS key, "
        f"{text(', '.join(trap.columns[:2]))} AS doubted, {lon_name} || ', ' || {lat_name} AS value, "
        "CASE WHEN is_shifted THEN format('{:.6f}, {:.6f}', true_lon, true_lat) END AS expected, "
        f"concat_ws('|', {district_name}, coalesce(elsewhere, ''), "
        "CASE WHEN isnan(away_km) THEN '' WHEN away_km < 1 THEN format('{:.0f} m', away_km * 1000) "
        "ELSE format('{:.1f} km', away_km) END) AS detail, NULL AS moment "
        f"FROM {rows} JOIN {kept} USING (_file, _row)",
        holds=hunt.table.held_by(trap),
    )
    hunt.connection.execute(f"DROP TABLE {kept}")


def _outlines(collection: Mapping[str, Any], id_property: str) -> dict[str, Any]:
    """District -> its outline. Several features of one district, such as an enclave, are put together."""
    parts: dict[str, list[Any]] = {}
    for feature in collection["features"]:
        outline = shapely.make_valid(shape(feature["geometry"]))
        parts.setdefault(str(feature["properties"][id_property]), []).append(outline)
    return {name: shapely.union_all(found) for name, found in sorted(parts.items())}


def _within(shapes: Shapes, stated: Numbers, lon: Degrees, lat: Degrees, *, margin_m: float = MARGIN_M) -> Flags:
    """Whether each position lies in the outline of its district, or no further from it than the margin."""
    inside = np.zeros(len(lon), dtype=bool)
    for number, outline in enumerate(shapes):
        own = np.flatnonzero(stated == number)
        shapely.prepare(outline)
        inside[own] = shapely.contains_xy(outline, lon[own], lat[own])
    near = np.flatnonzero(~inside) if margin_m else np.empty(0, dtype=np.int64)
    inside[near] = _distance_m(shapes, stated[near], lon[near], lat[near]) <= margin_m
    return inside


def _outline_at(shapes: Shapes, lon: Degrees, lat: Degrees) -> Numbers:
    """The number of the outline in which each position lies; -1 for none."""
    found = np.full(len(lon), -1)
    for number, outline in reversed(list(enumerate(shapes))):
        found[shapely.contains_xy(outline, lon, lat)] = number
    return found


def _distance_m(shapes: Shapes, stated: Numbers, lon: Degrees, lat: Degrees) -> Degrees:
    """Metres from each position to the outline of its district, on a plane that fits the city; NaN without outline."""
    distance = np.full(len(lon), np.nan)
    points = shapely.points(lon, lat)
    for number, outline in enumerate(shapes):
        own = np.flatnonzero(stated == number)
        ends = shapely.get_coordinates(shapely.shortest_line(points[own], outline)).reshape(-1, 2, 2)
        step = (ends[:, 1] - ends[:, 0]) * METRES_A_DEGREE
        distance[own] = np.hypot(step[:, 0] * np.cos(np.radians(lat[own])), step[:, 1])
    return distance
