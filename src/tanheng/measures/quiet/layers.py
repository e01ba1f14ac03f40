"""A study as layers of a map: where everything stands in WGS-84, and the levels as columns beside it.

A quarter has tens of thousands of façade strips, so a layer is columns and not features: coordinates are whole
numbers of ``STEP_DEG`` from a common origin (about a centimetre), each corner told from the one before it; levels are
whole tenths of a decibel, null where nothing is heard. Whoever draws puts the features together again.

    study ──layers_of──> buildings, strips, roads, barriers, grid, areas, communities, monitors, places of plants
    study ──levels_in──> the levels alone, in the same order: another traffic in the same places
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import A_WEIGHTS_DB, Array
from tanheng.measures.quiet.calculation import terrain_of
from tanheng.measures.quiet.facades import bases_of
from tanheng.measures.quiet.map_steps import STEP_DEG, Plan
from tanheng.measures.quiet.sources.emission import period_powers
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.levels import combined_levels

SHOWN = ("Ld", "Ln", "Lden")
"""Indicators that maps show: day and night of GB 3096, and the European day-evening-night level."""

# A strip stands out from its wall by so much, and leaves a seam to the next one, so that it can be seen.
FROM_M, TO_M, SEAM = 0.1, 0.9, 0.97
Column = dict[str, Any]
Source = tuple[tuple[str, str], str]
Limits = Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class Strips:
    """Façade parts of one floor each, in the order of the receivers.

    ``outlines``: façade parts × 4 corners × x, y in metres; ``of``: which part each receiver stands before;
    ``bases``, ``tops``: metres above the foot of the building; ``buildings``: row of each receiver's building.
    """

    outlines: Array
    of: NDArray[np.int64]
    bases: Array
    tops: Array
    buildings: NDArray[np.int64]


def layers_of(
    study: Study,
    classes: Sequence[str | None] | None = None,
    limits: Limits | None = None,
    spots: Sequence[bytes] = (),
) -> dict[str, Any]:
    """Everything a map of the study needs, as plain values for JSON.

    ``classes`` are those of the function areas in which the receivers stand, ``limits`` those of a class by day and by
    night, dB(A); ``spots`` are outlines of hot spots, the heaviest first; all as the assessment and its rulebook have
    them.
    """
    quarter = study.quarter
    plan = Plan(study.crs, _middle(study))
    shapes = _shapes(quarter["buildings"])
    return {
        "origin": plan.origin,
        "step": STEP_DEG,
        "indicators": list(SHOWN),
        "buildings": _buildings(study, plan, shapes),
        "strips": {**_strips(study, plan, shapes), "class": list(classes or [None] * study.receivers.num_rows)},
        "lines": _lines(study, plan),
        "plants": _plants(study, plan),
        "barriers": _drawn(plan, quarter["barriers"], {"height": _tenths(_numbers(quarter["barriers"]["height_m"]))}),
        "grid": _grid(study, plan),
        "areas": _areas(plan, quarter["areas"]),
        "limits": {name: list(each) for name, each in (limits or {}).items()},
        "communities": _drawn(plan, quarter["communities"], {"name": quarter["communities"]["name"].to_pylist()}),
        "hotspots": _spots(plan, spots),
        "monitors": _points(plan, quarter["monitors"], ("id", "name")),
        "levels": levels_in(study),
    }


def levels_in(study: Study) -> dict[str, Any]:
    """The levels of a study by layer and indicator, in tenths of a decibel: ``strips`` in the order of the receivers,
    ``grid`` in that of the cells, ``lines`` and ``plants`` their own A-weighted sound power (dB re 1 pW/m, 1 pW)."""
    lines, _ = _sources(study)
    powers = _powers_a(study)
    found = {
        "strips": {name: _tenths(study.level(name)) for name in SHOWN},
        "lines": {name: _tenths(values[: len(lines)]) for name, values in powers.items()},
        "plants": {name: _tenths(values[len(lines) :]) for name, values in powers.items()},
    }
    if study.grid is not None:
        found["grid"] = {name: _tenths(_numbers(study.grid[name])) for name in SHOWN}
    return found


def spots_in(study: Study, spots: Sequence[bytes]) -> Column:
    """Outlines of hot spots (WKB in the study's metres) on the study's map, as in ``layers_of``."""
    return _spots(Plan(study.crs, _middle(study)), spots)


def line_powers(study: Study, indicator: str) -> dict[tuple[str, str], float]:
    """A-weighted sound power of each road and railway that sounds, by kind and id, dB re 1 pW/m."""
    lines, _ = _sources(study)
    values = _powers_a(study)[indicator][: len(lines)].tolist()
    return {key: value for (key, _), value in zip(lines, values, strict=True)}


def strips_of(study: Study, shapes: NDArray[np.object_] | None = None) -> Strips:
    """Where each receiver's strip of façade is: before its part of the wall, one floor high."""
    table, settings = study.receivers, study.settings
    buildings = study.quarter["buildings"]
    if shapes is None:
        shapes = _shapes(buildings)
    heights, floors = _numbers(buildings["height_m"]), _numbers(buildings["floors"])
    counts = np.where(floors >= 1, floors, np.maximum(1, np.floor(heights / settings.storey_m)))
    storeys = heights / counts
    feet = bases_of(shapes, _numbers(buildings["base_z"]), terrain_of(study.quarter))
    row_of = {name: row for row, name in enumerate(buildings["id"].to_pylist())}
    of_building = np.array([row_of[name] for name in table["building"].to_pylist()], dtype=np.int64)
    side = table["side"].to_numpy()
    keys, first, of = np.unique(np.column_stack([of_building, side]), axis=0, return_index=True, return_inverse=True)
    bearing = np.radians(_numbers(table["bearing_deg"])[first])
    outward = np.column_stack([np.sin(bearing), np.cos(bearing)])
    along = np.column_stack([outward[:, 1], -outward[:, 0]])
    before = np.column_stack([_numbers(table["x"]), _numbers(table["y"])])[first]
    on_wall = before - settings.facade_distance_m * outward
    half = (0.5 * SEAM * _numbers(table["width_m"])[first])[:, None] * along
    near, far = on_wall + FROM_M * outward, on_wall + TO_M * outward
    outlines = (
        np.stack([near - half, near + half, far + half, far - half], axis=1) if len(keys) else np.zeros((0, 4, 2))
    )
    storey = storeys[of_building]
    bases = _numbers(table["z"]) - np.minimum(settings.above_floor_m, 0.5 * storey) - feet[of_building]
    tops = np.minimum(bases + storey * settings.every_floor, heights[of_building])
    return Strips(outlines, of.ravel().astype(np.int64), np.maximum(bases, 0.0), tops, of_building)


def _buildings(study: Study, plan: Plan, shapes: NDArray[np.object_]) -> Column:
    table = study.quarter["buildings"]
    rings, rows = _rings(shapes)
    return {
        "id": table["id"].to_pylist(),
        "use": table["use"].to_pylist(),
        "height": _tenths(_numbers(table["height_m"])),
        "assumed": [source == "assumed" for source in table["height_source"].to_pylist()],
        "outline": plan.paths(rings),
        "of": rows,
    }


def _strips(study: Study, plan: Plan, shapes: NDArray[np.object_]) -> Column:
    strips = strips_of(study, shapes)
    part_building = np.zeros(len(strips.outlines), dtype=np.int64)
    part_building[strips.of] = strips.buildings
    return {
        "outline": plan.paths(list(strips.outlines)),
        "building": part_building.tolist(),
        "of": strips.of.tolist(),
        "floor": study.receivers["floor"].to_pylist(),
        "base": _tenths(strips.bases),
        "top": _tenths(strips.tops),
        "persons": _tenths(_numbers(study.receivers["persons"])),
    }


def _lines(study: Study, plan: Plan) -> Column:
    """Roads and railways that sound, in the order of the columns."""
    by_kind = {kind: study.quarter[name] for kind, name in (("road", "roads"), ("railway", "railways"))}
    known = {(kind, row["id"]): row for kind, table in by_kind.items() for row in table.drop(["geometry"]).to_pylist()}
    geometries = {
        (kind, id): shape
        for kind, table in by_kind.items()
        for id, shape in zip(table["id"].to_pylist(), _shapes(table), strict=True)
    }
    paths: list[Array] = []
    of: list[int] = []
    found, _ = _sources(study)
    rows = [key for key, _ in found]
    for number, key in enumerate(rows):
        for part in shapely.get_parts(geometries[key]):
            paths.append(shapely.get_coordinates(part))
            of.append(number)
    return {
        "id": [key[1] for key in rows],
        "kind": [key[0] for key in rows],
        "name": [known[key].get("name") for key in rows],
        "class": [known[key].get("class") or known[key].get("kind") for key in rows],
        "raised": [bool((known[key].get("height_m") or 0.0) > 1.0) for key in rows],
        "status": [status for _, status in found],
        "path": plan.paths(paths),
        "of": of,
    }


def _plants(study: Study, plan: Plan) -> Column:
    table = study.quarter["plants"]
    places = dict(zip(table["id"].to_pylist(), _shapes(table), strict=True))
    names = dict(zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True))
    _, rows = _sources(study)
    corners = np.array([[places[name].x, places[name].y] for (_, name), _ in rows]).reshape(-1, 2)
    return {
        "id": [name for (_, name), _ in rows],
        "name": [names[name] for (_, name), _ in rows],
        "status": [status for _, status in rows],
        "at": plan.steps(corners).ravel().tolist(),
    }


def _grid(study: Study, plan: Plan) -> Column | None:
    """Cells by column and row from a south-western corner; ``right`` and ``up`` are one cell's steps."""
    if study.grid is None or not study.grid.num_rows:
        return None
    x, y, cell = (_numbers(study.grid[name]) for name in ("x", "y", "cell_m"))
    size = float(cell[0])
    west, south = x.min() - 0.5 * size, y.min() - 0.5 * size
    columns = np.rint((x - west) / size - 0.5).astype(np.int64)
    rows = np.rint((y - south) / size - 0.5).astype(np.int64)
    wide, high = int(columns.max()) + 1, int(rows.max()) + 1
    corners = np.array([(west, south), (west + wide * size, south), (west, south + high * size)])
    at, right, up = plan.steps(corners)
    return {
        "cell": size,
        "at": at.tolist(),
        "right": ((right - at) / wide).tolist(),
        "up": ((up - at) / high).tolist(),
        "column": columns.tolist(),
        "row": rows.tolist(),
    }


def _areas(plan: Plan, table: pa.Table) -> Column:
    return _drawn(plan, table, {"class": table["class"].to_pylist(), "name": table["name"].to_pylist()})


def _spots(plan: Plan, spots: Sequence[bytes]) -> Column:
    rings, rows = _rings(np.asarray(shapely.from_wkb(list(spots)), dtype=object))
    return {"path": plan.paths(rings), "of": rows}


def _points(plan: Plan, table: pa.Table, columns: Sequence[str]) -> Column:
    corners = shapely.get_coordinates(_shapes(table)) if table.num_rows else np.zeros((0, 2))
    return {**{name: table[name].to_pylist() for name in columns}, "at": plan.steps(corners).ravel().tolist()}


def _drawn(plan: Plan, table: pa.Table, columns: Mapping[str, Any]) -> Column:
    """Lines or outlines of a table; ``of`` says to which row each belongs."""
    rings, rows = _rings(_shapes(table))
    return {"id": table["id"].to_pylist(), **columns, "path": plan.paths(rings), "of": rows}


def _rings(shapes: NDArray[np.object_]) -> tuple[list[Array], list[int]]:
    """Outer rings of polygons, and lines, each with the row that it belongs to."""
    found, rows = [], []
    for row, shape in enumerate(shapes):
        for part in shapely.get_parts(shape):
            edge = shapely.get_exterior_ring(part) or part
            found.append(shapely.get_coordinates(edge))
            rows.append(row)
    return found, rows


def _sources(study: Study) -> tuple[list[Source], list[Source]]:
    """Lines and points that sound, each with its status, once even where it has several columns."""
    known = {(row["kind"], row["feature"]): row["status"] for row in study.columns.to_pylist()}
    lines = [each for each in known.items() if each[0][0] != "plant"]
    return lines, [each for each in known.items() if each[0][0] == "plant"]


def _powers_a(study: Study) -> dict[str, Array]:
    """A-weighted sound power of each of ``_sources``, lines first, dB."""
    lines, plants = _sources(study)
    place = {key: number for number, (key, _) in enumerate([*lines, *plants])}
    of = [place[row["kind"], row["feature"]] for row in study.columns.to_pylist()]
    powers = {}
    for name, values in period_powers(study.emission).items():
        sums = np.zeros(len(place))
        np.add.at(sums, of, np.power(10.0, (values + A_WEIGHTS_DB) / 10.0).sum(axis=1))
        with np.errstate(divide="ignore"):
            powers[name] = np.asarray(10.0 * np.log10(sums))
    powers |= combined_levels(powers)
    return {name: powers[name] for name in SHOWN}


def _middle(study: Study) -> tuple[float, float]:
    west, south, east, north = extent_of(study)
    return 0.5 * (west + east), 0.5 * (south + north)


def extent_of(study: Study) -> tuple[float, float, float, float]:
    """West, south, east, north of all that stands in the quarter, m."""
    shapes = [_shapes(study.quarter[name]) for name in ("buildings", "roads", "railways", "plants", "areas")]
    bounds = shapely.total_bounds(np.concatenate(shapes))
    if np.isnan(bounds).any():
        raise ValueError(f"nothing stands in the quarter {study.quarter.name}")
    west, south, east, north = bounds.tolist()
    return west, south, east, north


def _shapes(table: pa.Table) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)), dtype=object)


def _numbers(column: pa.ChunkedArray) -> Array:
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _tenths(values: Array) -> list[int | None]:
    """Whole tenths; None for what is not finite."""
    whole: list[int | None] = np.rint(np.where(np.isfinite(values), values, 0.0) * 10.0).astype(np.int64).tolist()
    if np.isfinite(values).all():
        return whole
    return [value if known else None for value, known in zip(whole, np.isfinite(values).tolist(), strict=True)]
