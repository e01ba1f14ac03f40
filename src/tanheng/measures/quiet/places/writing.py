"""A quarter as map files: a GeoPackage in its own metres, or a folder of GeoJSON in WGS-84; and what was calculated.

Bands stand in eight columns, ``power_63`` to ``power_8000``. A GeoPackage comes back as the same quarter
(``read_back``); GeoJSON within a tenth of a millimetre.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.raw import write

from tanheng.measures.quiet.bands import BANDS_HZ
from tanheng.measures.quiet.places.faults import to_system
from tanheng.measures.quiet.places.features import WGS84, layers_in
from tanheng.measures.quiet.places.reading import Layer, Reading, read_quarter
from tanheng.measures.quiet.places.rows import shapes_of
from tanheng.measures.quiet.quarter import BANDS, TABLES, Quarter

# Degrees with nine digits are a tenth of a millimetre.
DIGITS = 9


def write_geopackage(quarter: Quarter, file: Path) -> None:
    """One layer for each table that has rows, in the quarter's system. A file that stands there is replaced."""
    file.unlink(missing_ok=True)
    for name in TABLES:
        table = quarter[name]
        if table.num_rows:
            fields = columns_of(table)
            write_layer(file, name, shapes_of(table), fields, quarter.crs, "GPKG", quarter.sources.get(name, ""))


def write_geojson(quarter: Quarter, folder: Path) -> list[Path]:
    """``<table>.geojson`` for each table that has rows, in WGS-84 (RFC 7946)."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in TABLES:
        table = quarter[name]
        if table.num_rows:
            file = folder / f"{name}.geojson"
            write_geojson_layer(file, shapes_of(table), columns_of(table), quarter.crs)
            written.append(file)
    return written


def write_geojson_layer(file: Path, shapes: NDArray[np.object_], columns: Mapping[str, pa.Array], crs: str) -> None:
    """Shapes in ``crs`` with their columns as GeoJSON in WGS-84."""
    write_layer(file, file.stem, to_system(shapes, crs, WGS84), columns, "EPSG:4326", "GeoJSON")


def write_layer(
    file: Path,
    layer: str,
    shapes: NDArray[np.object_],
    columns: Mapping[str, pa.Array],
    crs: str,
    driver: str,
    description: str = "",
) -> None:
    """A layer of a GeoPackage, or a file of GeoJSON. Nulls stay nulls."""
    arrays, masks = [], []
    for column in columns.values():
        values, mask = _plain(column)
        arrays.append(values)
        masks.append(mask)
    kinds = {shape.geom_type for shape in shapes}
    one_kind = next(iter(kinds)) if len(kinds) == 1 else "Unknown"
    if shapely.has_z(shapes).any() and one_kind != "Unknown":
        one_kind += " Z"
    options: dict[str, Any] = (
        {"layer_options": {"RFC7946": "YES", "COORDINATE_PRECISION": str(DIGITS)}}
        if driver == "GeoJSON"
        else {
            "layer": layer,
            "append": file.exists(),
            "layer_metadata": {"source": description} if description else None,
        }
    )
    write(
        file,
        shapely.to_wkb(shapes, output_dimension=3),
        arrays,
        list(columns),
        field_mask=masks,
        crs=crs,
        driver=driver,
        geometry_type=one_kind,
        **options,
    )


def columns_of(table: pa.Table) -> dict[str, pa.Array]:
    """All columns but the geometry; bands one column each."""
    found: dict[str, pa.Array] = {}
    for column in table.schema:
        if column.name == "geometry":
            continue
        values = table[column.name].combine_chunks()
        if column.type != BANDS:
            found[column.name] = values
        elif values.null_count < len(values):
            rows = values.to_pylist()
            for place, hz in enumerate(BANDS_HZ):
                of_band = [None if row is None else row[place] for row in rows]
                found[f"{column.name}_{hz:g}"] = pa.array(of_band, pa.float64())
    return found


def _plain(column: pa.Array) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    missing = np.array(column.is_null().to_numpy(zero_copy_only=False), dtype=bool)
    if pa.types.is_string(column.type):
        return np.array(column.to_pylist(), dtype=object), missing
    filled = column.fill_null(False) if pa.types.is_boolean(column.type) else column.fill_null(0)
    return np.asarray(filled.to_numpy(zero_copy_only=False)), missing


def read_back(file: Path, *, name: str, crs: str = "EPSG:4547") -> Reading:
    """A quarter from what was written: a GeoPackage or a folder of GeoJSON; raises as ``read_quarter`` does."""
    if file.is_dir():
        layers = [Layer(table, file / f"{table}.geojson") for table in TABLES if (file / f"{table}.geojson").exists()]
    else:
        there = layers_in(file)
        layers = [Layer(table, file, table, source=_source(file, table)) for table in TABLES if table in there]
    return read_quarter(layers, name=name, crs=crs)


def _source(file: Path, layer: str) -> str:
    return str((pyogrio.read_info(file, layer=layer)["layer_metadata"] or {}).get("source", ""))
