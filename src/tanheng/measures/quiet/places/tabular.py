"""Monitors of a quarter from a CSV with degrees."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from tanheng.measures.quiet.places.faults import shape_problems, to_system
from tanheng.measures.quiet.places.features import WGS84
from tanheng.measures.quiet.places.rows import table_of
from tanheng.problems import InputRejected, Problem


def read_monitors(file: Path, *, crs: str, name: str = "sensor") -> pa.Table:
    """The monitors of a file with the columns ``name``, ``lat``, ``lon`` (degrees) and ``height_m``; rows repeat.

    Raises ``InputRejected`` with every fault: a value that is no number or a monitor that stands in two places
    (``noise.E058``), one outside of the frame (``noise.E046``).
    """
    problems: list[Problem] = []
    found: dict[str, tuple[float, float, float]] = {}
    with open(file, encoding="utf-8-sig", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            values = []
            for column in ("lon", "lat", "height_m"):
                try:
                    values.append(float(row[column]))
                except (KeyError, TypeError, ValueError):
                    problems.append(
                        Problem("noise.E058", str(file), line, column, row.get(column), expected="a number")
                    )
            if len(values) == 3:
                place = (values[0], values[1], values[2])
                if found.setdefault(row[name], place) != place:
                    said = f"monitor {row[name]} stands somewhere else in a line before"
                    problems.append(Problem("noise.E058", str(file), line, message=said))
    ids = list(found)
    points = np.array([shapely.Point(x, y) for x, y, _ in found.values()], dtype=object)
    problems += shape_problems(str(file), "monitors", ids, points, WGS84, crs).values()
    if problems:
        raise InputRejected(sorted(problems))
    heights = [height for _, _, height in found.values()]
    return table_of("monitors", to_system(points, WGS84, crs), {"id": ids, "name": ids, "height_m": heights})
