"""Levels as maps: what stands in the study stands in the file, at its place."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import rasterio
import shapely

from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.places.levels import bands_of_level, write_facades, write_geotiff
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.study import COLUMNS, GRID, LEVELS, RECEIVERS, Study
from tanheng.measures.quiet.transfer.levels import INDICATORS
from tanheng.measures.quiet.transfer.matrix import no_transfer
from tanheng.problems import InputRejected

WEST, SOUTH, CELL = 505_000.0, 2_495_000.0, 10.0


@pytest.fixture(scope="module")
def study() -> Study:
    """A plane of levels that falls by 0.1 dB a metre to the east; one cell is a building."""
    x, y = (grid.ravel() for grid in np.meshgrid(WEST + 5.0 + CELL * np.arange(40), SOUTH + 5.0 + CELL * np.arange(20)))
    kept = ~((x == WEST + 105.0) & (y == SOUTH + 55.0))
    x, y = x[kept], y[kept]
    level = 75.0 - 0.1 * (x - WEST)
    grid = {"x": x, "y": y, "z": np.full(len(x), 4.0), "cell_m": np.full(len(x), CELL)}
    receivers = {"id": ["a/0/1", "a/0/2"], "building": ["a", "a"], "side": [0, 0], "floor": [1, 2], "x": [WEST, WEST]}
    receivers |= {"y": [SOUTH, SOUTH], "z": [1.5, 4.5], "bearing_deg": [90.0, 90.0], "width_m": [5.0, 5.0]}
    levels = {"receiver": ["a/0/1", "a/0/2"], **{name: [61.5, None] for name in INDICATORS}}
    return Study(
        name="plane",
        settings=Settings(),
        quarter=make_quarter(1, 0.25, hill=False),
        receivers=pa.table({**receivers, "persons": [1.0, None]}, schema=RECEIVERS),
        columns=COLUMNS.empty_table(),
        emission=np.zeros((0, 24, 8)),
        transfer=no_transfer(2, 0),
        levels=pa.table(levels, schema=LEVELS),
        grid=pa.table({**grid, **dict.fromkeys(INDICATORS, level)}, schema=GRID),
        grid_transfer=None,
        notes=(),
        made_at="",
    )


def test_a_geotiff_has_each_level_at_its_place(study: Study, tmp_path: Path) -> None:
    write_geotiff(study, tmp_path / "levels.tif", ("Ld", "Ln"))
    with rasterio.open(tmp_path / "levels.tif") as read:
        assert (read.crs.to_epsg(), read.descriptions, read.nodata) == (4547, ("Ld", "Ln"), -9999.0)
        assert read.bounds == (WEST, SOUTH, WEST + 400.0, SOUTH + 200.0)
        places = [(WEST + 5.0, SOUTH + 5.0), (WEST + 395.0, SOUTH + 195.0), (WEST + 105.0, SOUTH + 55.0)]
        found = [float(value[0]) for value in read.sample(places, indexes=[1])]
    assert found == pytest.approx([74.5, 35.5, -9999.0], abs=1e-4)


def test_bands_lie_between_their_edges_and_leave_buildings_out(study: Study) -> None:
    areas, columns = bands_of_level(study, "Ld", edges=(40.0, 55.0, 70.0))
    assert columns["low"].to_pylist() == [None, 40.0, 55.0, 70.0]
    assert columns["high"].to_pylist() == [40.0, 55.0, 70.0, None]
    # The level is 70 dB 50 m from the west, 55 dB at 200 m, 40 dB at 350 m; fine cells are 2.5 m.
    for area, (west, east) in zip(areas, [(350.0, 400.0), (200.0, 350.0), (50.0, 200.0), (0.0, 50.0)], strict=True):
        bounds = shapely.bounds(area)
        assert (bounds[0] - WEST, bounds[2] - WEST) == pytest.approx((west, east), abs=2.5)
    assert shapely.area(areas).sum() == pytest.approx(400.0 * 200.0 - CELL**2)
    assert shapely.area(shapely.union_all(areas)) == pytest.approx(shapely.area(areas).sum())


def test_facades_go_out_with_their_levels(study: Study, tmp_path: Path) -> None:
    write_facades(study, tmp_path / "facades.geojson")
    first, second = json.loads((tmp_path / "facades.geojson").read_text())["features"]
    assert (first["properties"]["id"], first["properties"]["Ln"], second["properties"]["Ln"]) == ("a/0/1", 61.5, None)
    assert first["geometry"]["coordinates"] == pytest.approx([114.0486, 22.5526, 1.5], abs=1e-3)


def test_a_study_without_a_grid_has_no_raster(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="E051"):
        write_geotiff(replace(study, grid=None), tmp_path / "none.tif")
