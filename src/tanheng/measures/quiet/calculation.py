"""From a quarter and its emission to a study: receivers, the matrix, the levels.

>>> study = calculate(quarter, emission, Settings())                                           # doctest: +SKIP
>>> study.save(folder)                                                                         # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.enclosed import plants_in_the_open
from tanheng.measures.quiet.facades import Ground, facade_receivers, grid_receivers, level_ground
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.standing import break_lines, check_heights
from tanheng.measures.quiet.study import COLUMNS, GRID, RECEIVERS, Study, levels_table, told
from tanheng.measures.quiet.terrain import Terrain
from tanheng.measures.quiet.tiles import whole_transfer
from tanheng.measures.quiet.transfer.columns import TABLE_OF, segments_of
from tanheng.measures.quiet.transfer.levels import all_levels
from tanheng.measures.quiet.transfer.walking import Cancelled
from tanheng.text import Text

__all__ = ["Cancelled", "Settings", "Study", "calculate", "places_of", "terrain_of"]


def calculate(
    quarter: Quarter,
    emission: Emission,
    settings: Settings | None = None,
    *,
    name: str = "",
    made_at: str = "",
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Study:
    """Levels in front of every façade, and of a grid where the settings ask for one.

    ``progress`` hears the share that is done, 0 to 1. Raises ``Cancelled`` when ``cancelled`` says so, and
    ``InputRejected`` with every height that is missing (``noise.E027``), every plant inside of a building (``E059``) or
    every column without its feature (``E028``).
    """
    settings = settings or Settings()
    check_heights(quarter)
    plants_in_the_open(quarter)
    ground = terrain_of(quarter)
    segments = segments_of(quarter, emission.ids, emission.kinds, emission.features, settings, ground)
    receivers = facade_receivers(quarter, settings, ground)
    places = places_of(receivers)
    cells = grid_receivers(quarter, settings, ground)
    everything = max(1, len(places) + len(cells))
    worked_out = 0

    def done(more: int) -> None:
        nonlocal worked_out
        worked_out += more
        if progress is not None:
            progress(worked_out / everything)

    transfer = whole_transfer(quarter, segments, places, settings, ground, done=done, cancelled=cancelled)
    grid, grid_transfer = None, None
    if settings.grid_cell_m is not None:
        grid_transfer = whole_transfer(quarter, segments, cells, settings, ground, done=done, cancelled=cancelled)
        heard = told(all_levels(grid_transfer, emission.power))
        wide = np.full(len(cells), settings.grid_cell_m)
        grid = pa.table({"x": cells[:, 0], "y": cells[:, 1], "z": cells[:, 2], "cell_m": wide, **heard}, schema=GRID)
    columns = {"id": emission.ids, "kind": emission.kinds, "feature": emission.features, "status": emission.statuses}
    return Study(
        name=name or quarter.name,
        settings=settings,
        quarter=quarter,
        receivers=receivers,
        columns=pa.table({each: list(values) for each, values in columns.items()}, schema=COLUMNS),
        emission=np.asarray(emission.power, dtype=np.float64),
        transfer=transfer,
        levels=levels_table(receivers["id"], all_levels(transfer, emission.power)),
        grid=grid,
        grid_transfer=grid_transfer,
        notes=(*emission.notes, *_left_out(quarter, emission)),
        made_at=made_at,
    )


def terrain_of(quarter: Quarter) -> Ground:
    """Altitude of the ground by place; level at 0 without terrain."""
    lines = break_lines(quarter)
    return Terrain(lines).altitude if lines else level_ground


def places_of(receivers: pa.Table) -> Array:
    """x, y, z a row."""
    if receivers.schema.names != RECEIVERS.names:
        raise ValueError(f"receivers have the columns {receivers.schema.names}")
    return np.column_stack([receivers[axis].to_numpy() for axis in ("x", "y", "z")]).reshape(-1, 3)


def _left_out(quarter: Quarter, emission: Emission) -> list[Text]:
    """Features that sound nowhere in the study."""
    has = set(zip(emission.kinds, emission.features, strict=True))
    found = []
    words = {"road": ("roads", "条道路"), "railway": ("railways", "条轨道线"), "plant": ("plants", "个固定声源")}
    for kind, (en, zh) in words.items():
        silent = sum((kind, feature) not in has for feature in quarter[TABLE_OF[kind]]["id"].to_pylist())
        if silent:
            found.append(Text(f"{silent} {en} without an emission are left out", f"{silent}{zh}没有源强,未计入"))
    return found
