"""Features of one layer of a file that GDAL reads, in their own coordinate system, columns by name.

OSM extracts keep most tags in one text column; here each tag is a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read

from tanheng.problems import reject

Window = tuple[float, float, float, float]
OSM_TAGS = "other_tags"
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
WGS84 = "OGC:CRS84"


@dataclass(frozen=True)
class Features:
    """``numbers`` are GDAL's feature ids; ``columns`` hold one value a feature, None where there is none."""

    file: str
    crs: str
    numbers: NDArray[np.int64]
    shapes: NDArray[np.object_]
    columns: Mapping[str, list[Any]]


def read_features(
    file: Path, layer: str | None = None, where: str | None = None, crop: Window | None = None
) -> Features:
    """All features of a layer (the only one, if not named) that ``where`` (SQL) holds for and that touch ``crop``.

    ``crop`` is west, south, east, north in degrees (WGS-84). Raises ``InputRejected``: a file, layer or condition that
    GDAL cannot read (``noise.E040``), a layer without a coordinate system (``noise.E041``).
    """
    if not file.exists():
        raise reject("noise.E040", file, "there is no such file")
    told = str(file) if layer is None else f"{file}:{layer}"
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(file)]
        if layer is None and len(layers) != 1:
            raise reject("noise.E040", file, f"has {len(layers)} layers: {', '.join(layers)}", hint="Name one of them.")
        crs = pyogrio.read_info(file, layer=layer)["crs"]
        if crs is None:
            raise reject(
                "noise.E041",
                told,
                "says no coordinate system",
                hint="A shapefile needs its .prj; without it nobody knows where it lies.",
            )
        bbox = None if crop is None else _window_in(crs, crop)
        meta, numbers, geometry, values = read(file, layer=layer, where=where, bbox=bbox, return_fids=True)
    except (DataSourceError, DataLayerError, ValueError) as fault:
        raise reject("noise.E040", told, f"cannot be read: {fault}") from fault
    columns = {str(name): _plain(column) for name, column in zip(meta["fields"], values, strict=True)}
    if OSM_TAGS in columns:
        columns |= _tags(columns.pop(OSM_TAGS))
    return Features(told, str(crs), np.asarray(numbers), _shapes(geometry), columns)


def layers_in(file: Path) -> set[str]:
    """The names of its layers. Raises ``InputRejected`` (``noise.E040``) for a file that is missing or no map."""
    if not file.exists():
        raise reject("noise.E040", file, "there is no such file")
    try:
        return {str(name) for name, _ in pyogrio.list_layers(file)}
    except DataSourceError as fault:
        raise reject("noise.E040", file, "is no map that can be read, or a damaged one") from fault


def _shapes(geometry: Any) -> NDArray[np.object_]:
    found = np.empty(len(geometry), dtype=object)
    found[:] = shapely.from_wkb(geometry)
    return found


def _window_in(crs: str, crop: Window) -> Window:
    west, south, east, north = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True).transform_bounds(*crop)
    return west, south, east, north


def _plain(column: NDArray[Any]) -> list[Any]:
    """Python values; not-a-number and an empty text are None."""
    return [None if value is None or value != value or value == "" else value for value in column.tolist()]


def _tags(packed: list[Any]) -> dict[str, list[Any]]:
    """``"key"=>"value"`` pairs as columns."""
    found: dict[str, list[Any]] = {}
    for row, text in enumerate(packed):
        for key, value in _TAG.findall(text or ""):
            column = found.setdefault(re.sub(r"\\(.)", r"\1", key), [None] * len(packed))
            column[row] = re.sub(r"\\(.)", r"\1", value)
    return found
