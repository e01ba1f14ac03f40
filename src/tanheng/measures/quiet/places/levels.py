"""What was calculated as maps: façade points with their levels, a grid as GeoTIFF, bands of level as areas."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes as areas_of_cells
from rasterio.transform import Affine, from_origin

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.places.writing import write_geojson_layer, write_layer
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.levels import INDICATORS
from tanheng.problems import reject

# Lower edges of bands, dB(A): 5 dB wide as in the END's maps, from what is still heard in a city at night.
EDGES = tuple(float(edge) for edge in range(35, 85, 5))
OUTSIDE = -9999.0


def facade_columns(study: Study) -> tuple[NDArray[np.object_], dict[str, pa.Array]]:
    """Points of the façade receivers with z, and their columns with the level of each indicator, dB(A)."""
    receivers, levels = study.receivers, study.levels
    if receivers["id"].to_pylist() != levels["receiver"].to_pylist():
        raise ValueError("levels and receivers of the study stand in different orders")
    x, y, z = (receivers[axis].to_numpy() for axis in ("x", "y", "z"))
    told = ("id", "building", "side", "floor", "bearing_deg", "width_m", "persons")
    columns = {name: receivers[name].combine_chunks() for name in told}
    columns |= {name: levels[name].combine_chunks() for name in INDICATORS}
    return np.asarray(shapely.points(x, y, z), dtype=object), columns


def write_facades(study: Study, file: Path) -> None:
    """Façade points with levels: a ``.gpkg`` in the study's metres, or a ``.geojson`` in WGS-84."""
    points, columns = facade_columns(study)
    if file.suffix == ".gpkg":
        file.unlink(missing_ok=True)
        write_layer(file, "facades", points, columns, study.crs, "GPKG")
    else:
        write_geojson_layer(file, points, columns, study.crs)


def raster_of(study: Study, indicator: str) -> tuple[Array, Affine]:
    """Rows from north to south, dB(A), not a number where there is no cell or nothing is heard; and where it lies.

    Raises ``InputRejected`` (``noise.E051``) for a study without a grid.
    """
    grid = study.grid
    if grid is None or not grid.num_rows:
        raise reject("noise.E051", study.name, "has no grid of levels", hint="Calculate it with a width of cells.")
    x, y, cells = (grid[name].to_numpy() for name in ("x", "y", "cell_m"))
    cell = float(cells[0])
    west, north = float(x.min()) - 0.5 * cell, float(y.max()) + 0.5 * cell
    columns = np.round((x - west) / cell - 0.5).astype(np.int64)
    rows = np.round((north - y) / cell - 0.5).astype(np.int64)
    found = np.full((int(rows.max()) + 1, int(columns.max()) + 1), np.nan)
    found[rows, columns] = grid[indicator].to_numpy(zero_copy_only=False)
    return found, from_origin(west, north, cell, cell)


def write_geotiff(study: Study, file: Path, indicators: Sequence[str] = INDICATORS) -> None:
    """The grid, a named band for each indicator; float32, dB(A), -9999 where there is none. Raises as ``raster_of``."""
    rasters = [raster_of(study, indicator) for indicator in indicators]
    (rows, columns), where = rasters[0][0].shape, rasters[0][1]
    with rasterio.open(
        file,
        "w",
        driver="GTiff",
        width=columns,
        height=rows,
        count=len(rasters),
        dtype="float32",
        crs=study.crs,
        transform=where,
        nodata=OUTSIDE,
        compress="deflate",
        predictor=3,
    ) as target:
        for band, (indicator, (values, _)) in enumerate(zip(indicators, rasters, strict=True), start=1):
            target.write(np.where(np.isnan(values), OUTSIDE, values).astype(np.float32), band)
            target.set_band_description(band, indicator)
            target.set_band_unit(band, "dB(A)")
        target.update_tags(study=study.name, method=study.settings.method)


def bands_of_level(
    study: Study, indicator: str, edges: Sequence[float] = EDGES, finer: int = 4
) -> tuple[NDArray[np.object_], dict[str, pa.Array]]:
    """Areas in which a level lies between two edges: ``low`` (None below the first) and ``high`` (None above the last).

    Between centres of cells the level is linear, on cells ``finer`` times as fine; a cell without a level stays without
    an area. Raises as ``raster_of``.
    """
    values, where = raster_of(study, indicator)
    fine = _finer(values, finer)
    number = np.digitize(np.nan_to_num(fine), edges).astype(np.int16)
    scaled = Affine(where.a / finer, 0.0, where.c, 0.0, where.e / finer, where.f)
    by_band: dict[int, list[shapely.Geometry]] = {}
    for shape, band in areas_of_cells(number, mask=~np.isnan(fine), transform=scaled):
        by_band.setdefault(int(band), []).append(shapely.geometry.shape(shape))
    order = sorted(by_band)
    areas = np.array([shapely.union_all(by_band[band]) for band in order], dtype=object)
    low = [None if band == 0 else edges[band - 1] for band in order]
    high = [None if band == len(edges) else edges[band] for band in order]
    columns = {"low": pa.array(low, pa.float64()), "high": pa.array(high, pa.float64())}
    return areas, {**columns, "indicator": pa.array([indicator] * len(order))}


def _finer(values: Array, times: int) -> Array:
    """Bilinear between the centres of cells; beside a cell without a value, that of the own cell."""
    rows, columns = values.shape
    y = (np.arange(rows * times) + 0.5) / times - 0.5
    x = (np.arange(columns * times) + 0.5) / times - 0.5
    low_y = np.clip(np.floor(y).astype(np.int64), 0, max(rows - 2, 0))
    low_x = np.clip(np.floor(x).astype(np.int64), 0, max(columns - 2, 0))
    high_y, high_x = np.minimum(low_y + 1, rows - 1), np.minimum(low_x + 1, columns - 1)
    share_y = np.clip(y - low_y, 0.0, 1.0)[:, None]
    share_x = np.clip(x - low_x, 0.0, 1.0)[None, :]
    north = values[np.ix_(low_y, low_x)] * (1.0 - share_x) + values[np.ix_(low_y, high_x)] * share_x
    south = values[np.ix_(high_y, low_x)] * (1.0 - share_x) + values[np.ix_(high_y, high_x)] * share_x
    smooth: Array = north * (1.0 - share_y) + south * share_y
    own = np.repeat(np.repeat(values, times, axis=0), times, axis=1)
    return np.where(np.isnan(own) | np.isnan(smooth), own, smooth)
