"""From layers of map files to a quarter in one metric coordinate system.

Each layer says of which table it is and which of its columns is which; layers may stand in different coordinate
systems, each says its own. Every fault of every layer is told at once with the feature's id. What the maps do not say
stays null, unless the caller states an assumption; then each assumed value is marked and counted in the notes.

Maps of China in GCJ-02 or BD-09 say that they are WGS-84 and lie several hundred metres off; nothing in the file shows
it, so such maps must be set right before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import BANDS_HZ
from tanheng.measures.quiet.places.assumptions import Assumptions, assume
from tanheng.measures.quiet.places.faults import shape_problems, to_system
from tanheng.measures.quiet.places.features import Features, Window, read_features
from tanheng.measures.quiet.places.rows import table_of
from tanheng.measures.quiet.places.values import CONVERTERS, bands_of, number, text_of, whole, yes_no
from tanheng.measures.quiet.quarter import BANDS, COUNT, NUMBER, TABLES, YES_NO, Quarter
from tanheng.problems import InputRejected, Problem, reject
from tanheng.text import Text

Faults = Literal["refuse", "leave out"]
# Where a terrain's altitude stands if its geometry has no z.
ALTITUDE = "z"
Prepare = Callable[[Features, Assumptions], tuple[Features, tuple[Text, ...]]]


@dataclass(frozen=True)
class Layer:
    """A layer of a file for one table. ``columns``: column of the table by its name in the file, where they differ.

    Columns named there must be in the file, unless ``optional``, as in maps that hold no key that no feature has.
    ``where`` is a condition in SQL on the layer; ``constants`` are values that hold for all of its features. ``prefix``
    stands before each id. ``source`` says from where it comes, with its licence. ``prepare`` makes columns of ours of
    several of the file, before they are read, and notes what it assumed or left out.
    """

    table: str
    file: Path
    layer: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None
    prefix: str = ""
    constants: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False
    source: str = ""
    prepare: Prepare | None = None


@dataclass(frozen=True)
class Reading:
    """``problems``: what was left out or read as null, where the caller asked for that; ``notes`` are for people."""

    quarter: Quarter
    problems: tuple[Problem, ...]
    notes: tuple[Text, ...]


def read_quarter(
    layers: Sequence[Layer],
    *,
    name: str,
    crs: str = "EPSG:4547",
    crop: Window | None = None,
    assumptions: Assumptions | None = None,
    faults: Faults = "refuse",
) -> Reading:
    """The quarter of these layers in ``crs``, a system in metres; of ``crop`` (degrees) only, if given.

    Raises ``InputRejected`` with every fault: those of ``read_features`` and ``shape_problems``, a system that is not
    in metres (``noise.E048``), a column that the layer has not (``E049``), a value that cannot be read (``E050``). With
    ``faults="leave out"`` features with a fault in their shape are left out, values that cannot be read are null, and
    each of these faults is told in ``Reading.problems``.
    """
    _check_system(crs)
    problems: list[Problem] = []
    kept: dict[str, list[pa.Table]] = {}
    sources: dict[str, list[str]] = {}
    stopped: list[Problem] = []
    dropped: dict[str, int] = {}
    said_by_layers: list[Text] = []
    assumptions = assumptions or Assumptions()
    for layer in layers:
        try:
            features = read_features(layer.file, layer.layer, layer.where, crop)
            if layer.prepare is not None:
                features, notes = layer.prepare(features, assumptions)
                said_by_layers += notes
            table, dropped_rows = _one(layer, features, crs, problems)
        except InputRejected as fault:
            stopped += fault.problems
            continue
        kept.setdefault(layer.table, []).append(table)
        dropped[layer.table] = dropped.get(layer.table, 0) + dropped_rows
        if layer.source:
            sources.setdefault(layer.table, []).append(layer.source)
    if stopped or (problems and faults == "refuse"):
        raise InputRejected(sorted([*stopped, *problems]))
    tables = {table: pa.concat_tables(parts).combine_chunks() for table, parts in kept.items()}
    told = {table: "; ".join(dict.fromkeys(said)) for table, said in sources.items()}
    quarter, notes = assume(Quarter(name, crs, tables, told), assumptions)
    notes = (*said_by_layers, *notes)
    left_out = sum(dropped.values())
    if problems:
        said = Text(
            f"{len(problems)} faults of the maps: {left_out} features left out, other values null",
            f"地图数据有{len(problems)}处错误：{left_out}个要素未计入，其余数值置空",
        )
        notes = (said, *notes)
    return Reading(quarter, tuple(sorted(problems)), notes)


def _check_system(crs: str) -> None:
    try:
        system = pyproj.CRS(crs)
    except pyproj.exceptions.CRSError as fault:
        raise reject("noise.E048", "quarter", f"{crs} is no coordinate system: {fault}") from fault
    if not system.is_projected or any(axis.unit_name != "metre" for axis in system.axis_info):
        raise reject(
            "noise.E048", "quarter", f"{crs} is not in metres", hint="Shenzhen: EPSG:4547; Switzerland: EPSG:2056."
        )


def _one(layer: Layer, features: Features, crs: str, problems: list[Problem]) -> tuple[pa.Table, int]:
    ids = _ids(layer, features)
    values, faults = _values(layer, features, ids)
    problems += faults
    shapes = _raised(layer, features, ids, problems)
    bad = shape_problems(features.file, layer.table, ids, shapes, features.crs, crs)
    problems += bad.values()
    sound = np.array([row for row in range(len(ids)) if row not in bad], dtype=np.int64)
    moved = to_system(shapes[sound], features.crs, crs)
    if layer.table != "terrain":
        moved = shapely.force_2d(moved)
    columns: dict[str, list[Any]] = {column: [of[row] for row in sound] for column, of in values.items()}
    columns |= {column: [value] * len(sound) for column, value in layer.constants.items()}
    return table_of(layer.table, moved, {**columns, "id": [ids[row] for row in sound]}), len(bad)


def _ids(layer: Layer, features: Features) -> list[str]:
    """The column of the id, or the number that GDAL gives the feature."""
    given = features.columns.get(layer.columns.get("id", "id"))
    numbers = features.numbers.tolist()
    if given is None:
        return [f"{layer.prefix}{each}" for each in numbers]
    return [
        f"{layer.prefix}{number_ if value is None else text_of(value)}"
        for value, number_ in zip(given, numbers, strict=True)
    ]


def _values(layer: Layer, features: Features, ids: Sequence[str]) -> tuple[dict[str, list[Any]], list[Problem]]:
    schema = TABLES[layer.table]
    absent = [] if layer.optional else sorted(set(layer.columns.values()) - set(features.columns))
    unknown = sorted(set(layer.columns) - set(schema.names) - {ALTITUDE})
    if absent or unknown:
        has = ", ".join(sorted(features.columns))
        raise InputRejected(
            [
                *(
                    Problem("noise.E049", features.file, None, one, None, "is not there", hint=f"There are: {has}")
                    for one in absent
                ),
                *(
                    Problem("noise.E049", features.file, None, one, None, f"is no column of {layer.table}")
                    for one in unknown
                ),
            ]
        )
    found: dict[str, list[Any]] = {}
    faults: list[Problem] = []
    for column in schema:
        if column.name in ("id", "geometry"):
            continue
        given = _given(column, layer, features)
        if given is None:
            continue
        convert = CONVERTERS.get((layer.table, column.name)) or _by_type(column.type)
        read: list[Any] = []
        for row, value in enumerate(given):
            try:
                read.append(None if value is None else convert(value))
            except (ValueError, TypeError):
                read.append(None)
                said = f"{layer.table} {ids[row]}: cannot be read"
                named = layer.columns.get(column.name, column.name)
                faults.append(Problem("noise.E050", features.file, None, named, str(value), said))
        found[column.name] = read
    return found, faults


def _given(column: pa.Field, layer: Layer, features: Features) -> list[Any] | None:
    """Values as the file has them; bands stand in eight columns, ``power_63`` to ``power_8000``."""
    if column.type == BANDS:
        parts = [features.columns.get(f"{column.name}_{hz:g}") for hz in BANDS_HZ]
        whole_parts = [part for part in parts if part is not None]
        if len(whole_parts) < len(parts):
            return None
        rows = zip(*whole_parts, strict=True)
        return [None if all(one is None for one in row) else list(row) for row in rows]
    return features.columns.get(layer.columns.get(column.name, column.name))


def _by_type(kind: pa.DataType) -> Callable[[Any], Any]:
    return {NUMBER: number, COUNT: whole, YES_NO: yes_no, BANDS: bands_of}.get(kind, text_of)


def _raised(layer: Layer, features: Features, ids: Sequence[str], problems: list[Problem]) -> NDArray[np.object_]:
    """Shapes; those of a terrain with the altitude of its column, where they have no z of their own."""
    shapes = features.shapes
    if layer.table != "terrain":
        return shapes
    found = shapes.copy()
    altitudes = features.columns.get(layer.columns.get(ALTITUDE, ALTITUDE), [None] * len(shapes))
    for row, (shape, altitude) in enumerate(zip(shapes, altitudes, strict=True)):
        if shape is None or shapely.has_z(shape):
            continue
        try:
            found[row] = shapely.force_3d(shape, number(altitude))
        except (ValueError, TypeError):
            found[row] = None
            said = f"terrain {ids[row]}: has no altitude"
            hint = f"Give its points a z, or name the column of the altitude as {ALTITUDE}."
            problems.append(Problem("noise.E050", features.file, None, None, None, said, hint=hint))
    return found
