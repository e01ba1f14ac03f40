"""What sources do at the monitors of a quarter, for calibration."""

from __future__ import annotations

import numpy as np
import shapely

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.calculation import terrain_of
from tanheng.measures.quiet.enclosed import inside_of_buildings
from tanheng.measures.quiet.facades import Ground
from tanheng.measures.quiet.places.rows import shapes_of
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.tiles import whole_transfer
from tanheng.measures.quiet.transfer.columns import segments_of
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.problems import InputRejected, Problem


def monitor_places(quarter: Quarter, ground: Ground) -> Array:
    """x, y, z of each monitor. Raises ``InputRejected`` with every one without a height (``noise.E052``) and every one
    that stands inside of a building (``noise.E053``)."""
    table = quarter["monitors"]
    points, heights = shapes_of(table), table["height_m"].to_pylist()
    ids = table["id"].to_pylist()
    problems = [
        Problem("noise.E052", quarter.name, column="height_m", message=f"monitor {name}: its height is missing")
        for name, height in zip(ids, heights, strict=True)
        if height is None
    ]
    for monitor, building in inside_of_buildings(quarter, "monitors"):
        said = f"monitor {monitor}: stands inside of building {building}"
        problems.append(Problem("noise.E053", quarter.name, message=said, hint="Set it in front of the façade."))
    if problems:
        raise InputRejected(sorted(problems))
    x, y = shapely.get_x(points), shapely.get_y(points)
    z = [ground(east, north) + height for east, north, height in zip(x, y, heights, strict=True)]
    return np.column_stack([x, y, z])


def transfer_to_monitors(quarter: Quarter, emission: Emission, settings: Settings) -> Transfer:
    """A matrix with a row for each monitor, in their order. Raises as ``monitor_places`` and ``segments_of``."""
    ground = terrain_of(quarter)
    places = monitor_places(quarter, ground)
    segments = segments_of(quarter, emission.ids, emission.kinds, emission.features, settings, ground)
    return whole_transfer(quarter, segments, places, settings, ground)
