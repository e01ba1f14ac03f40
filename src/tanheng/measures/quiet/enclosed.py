"""What stands inside of a building: a point of a quarter below the roof over it."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from tanheng.measures.quiet.places.rows import shapes_of
from tanheng.measures.quiet.quarter import Quarter
from tanheng.problems import InputRejected, Problem


def inside_of_buildings(quarter: Quarter, table: str) -> Iterator[tuple[str, str]]:
    """The id of each point of the table that lies in a footprint and lower than its roof, and that of the building.

    Heights, m, of both are over the ground; where one is not known nothing is said.
    """
    points, buildings = quarter[table], quarter["buildings"]
    hits, within = shapely.STRtree(shapes_of(buildings)).query(shapes_of(points), predicate="within")
    heights, roofs = points["height_m"].to_pylist(), buildings["height_m"].to_pylist()
    for point, building in zip(hits.tolist(), within.tolist(), strict=True):
        height, roof = heights[point], roofs[building]
        if height is not None and roof is not None and height < roof:
            yield points["id"][point].as_py(), buildings["id"][building].as_py()


def plants_in_the_open(quarter: Quarter) -> None:
    """Raises ``InputRejected`` (``noise.E059``) with every plant that stands inside of a building: what it radiates
    would pass through the walls."""
    hint = "Set it in front of the wall or on the roof, with the power that leaves there."
    problems = [
        Problem("noise.E059", quarter.name, message=f"plant {plant}: stands inside of building {building}", hint=hint)
        for plant, building in inside_of_buildings(quarter, "plants")
    ]
    if problems:
        raise InputRejected(sorted(problems))
