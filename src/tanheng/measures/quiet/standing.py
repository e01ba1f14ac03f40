"""From the tables of a quarter to the scene that sound goes through: buildings, barriers, ground, terrain."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np
import pyarrow as pa
import shapely
from shapely import LineString, Polygon

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.facades import Ground, bases_of
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.scene import Barrier, BreakLine, Building, GroundArea, Point2, Scene, Weather
from tanheng.measures.quiet.settings import Settings
from tanheng.problems import InputRejected, Problem

Window = tuple[float, float, float, float]
# A path keeps clear of an obstacle's corners by less than this.
BESIDE_M = 1.0


def break_lines(quarter: Quarter) -> tuple[BreakLine, ...]:
    """The terrain's lines."""
    found = []
    for name, shape in _rows(quarter["terrain"]):
        for number, part in enumerate(shapely.get_parts(shape)):
            found.append(
                BreakLine(
                    _numbered(name, number),
                    tuple((x, y, z) for x, y, z in shapely.get_coordinates(part, include_z=True)),
                )
            )
    return tuple(found)


def check_heights(quarter: Quarter) -> None:
    """Raises ``InputRejected`` (``noise.E027``) with every building and barrier whose height nobody said."""
    faults = [
        Problem(
            "noise.E027",
            quarter.name,
            column="height_m",
            value=None if height is None else f"{height:g}",
            message=f"{table[:-1]} {name}: its height is missing or not above 0",
            expected="metres above the ground",
            hint="The import can assume floors × storey height, and says so.",
        )
        for table in ("buildings", "barriers")
        for name, height in zip(quarter[table]["id"].to_pylist(), quarter[table]["height_m"].to_pylist(), strict=True)
        if height is None or not isfinite(height) or height <= 0.0
    ]
    if faults:
        raise InputRejected(sorted(faults))


def scene_of(quarter: Quarter, settings: Settings, ground: Ground, window: Window | None = None) -> Scene:
    """What stands in the quarter, or in a window of it (west, south, east, north), without sources and receivers.

    ``ground`` gives the altitude of the terrain. A building of several parts or with courtyards becomes several.
    """
    return Scene(
        ground_areas=tuple(_ground_areas(quarter, window)),
        buildings=tuple(_buildings(quarter, settings, ground, window)),
        barriers=tuple(_barriers(quarter, settings, ground, window)),
        break_lines=break_lines(quarter),
        ground_factor=settings.ground_factor,
        reflection_order=settings.reflection_order,
        weather=Weather(settings.temperature_c, settings.humidity_pct, settings.favourable_share),
        name=quarter.name,
    )


def around_obstacles(quarter: Quarter, window: Window) -> Window:
    """The window, as wide as the buildings and barriers that it touches."""
    bounds = [np.array([window])]
    for name in ("buildings", "barriers"):
        touching = _within(quarter[name], window)
        bounds.append(shapely.bounds(shapely.from_wkb(touching["geometry"].to_numpy(zero_copy_only=False))))
    every = np.concatenate([each.reshape(-1, 4) for each in bounds])
    west, south = every[:, :2].min(axis=0) - BESIDE_M
    east, north = every[:, 2:].max(axis=0) + BESIDE_M
    return float(west), float(south), float(east), float(north)


def simple_parts(shape: Polygon) -> Iterator[Polygon]:
    """The polygon as ones without holes: cut through the middle of each hole."""
    if not shape.interiors:
        yield shape
        return
    west, south, east, north = shape.bounds
    across = 0.5 * (shape.interiors[0].bounds[0] + shape.interiors[0].bounds[2])
    for half in (
        shapely.box(west - 1.0, south - 1.0, across, north + 1.0),
        shapely.box(across, south - 1.0, east + 1.0, north + 1.0),
    ):
        for part in shapely.get_parts(shape.intersection(half)):
            if isinstance(part, Polygon) and part.area > 0.0:
                yield from simple_parts(part)


def _buildings(quarter: Quarter, settings: Settings, ground: Ground, window: Window | None) -> Iterator[Building]:
    table = _within(quarter["buildings"], window)
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    given = np.asarray(table["base_z"].to_numpy(zero_copy_only=False), dtype=np.float64)
    roofs = bases_of(shapes, given, ground) + table["height_m"].to_numpy(zero_copy_only=False)
    rows = zip(table["id"].to_pylist(), shapes, roofs, table["absorption"].to_pylist(), strict=True)
    for name, shape, roof, absorption in rows:
        outlines = [
            part for whole in shapely.get_parts(shape) if isinstance(whole, Polygon) for part in simple_parts(whole)
        ]
        for number, outline in enumerate(outlines):
            yield Building(_numbered(name, number), _ring(outline), float(roof), _absorption(absorption, settings))


def _barriers(quarter: Quarter, settings: Settings, ground: Ground, window: Window | None) -> Iterator[Barrier]:
    table = _within(quarter["barriers"], window)
    heights, absorptions = table["height_m"].to_pylist(), table["absorption"].to_pylist()
    for (name, shape), height, absorption in zip(_rows(table), heights, absorptions, strict=True):
        for number, part in enumerate(shapely.get_parts(shape)):
            if isinstance(part, LineString):
                top = tuple((x, y, ground(x, y) + height) for x, y in shapely.get_coordinates(part))
                yield Barrier(_numbered(name, number), top, _absorption(absorption, settings))


def _ground_areas(quarter: Quarter, window: Window | None) -> Iterator[GroundArea]:
    table = _within(quarter["ground"], window)
    for (name, shape), factor in zip(_rows(table), table["ground_factor"].to_pylist(), strict=True):
        if factor is None:
            continue
        outlines = [
            part for whole in shapely.get_parts(shape) if isinstance(whole, Polygon) for part in simple_parts(whole)
        ]
        for number, outline in enumerate(outlines):
            yield GroundArea(_numbered(name, number), _ring(outline), factor)


def _absorption(given: list[float] | None, settings: Settings) -> Array | None:
    if given is None or any(share is None for share in given):
        return None if settings.absorption is None else np.array(settings.absorption)
    return np.array(given, dtype=np.float64)


def _rows(table: pa.Table) -> Iterator[tuple[str, shapely.Geometry]]:
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    return zip(table["id"].to_pylist(), shapes, strict=True)


def _within(table: pa.Table, window: Window | None) -> pa.Table:
    """Rows whose bounds touch the window."""
    if window is None or not table.num_rows:
        return table
    bounds = shapely.bounds(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)))
    west, south, east, north = window
    touching = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return table.filter(pa.array(touching))


def _ring(outline: Polygon) -> tuple[Point2, ...]:
    return tuple((x, y) for x, y in shapely.get_coordinates(outline.exterior))


def _numbered(name: str, number: int) -> str:
    return name if number == 0 else f"{name}~{number + 1}"
