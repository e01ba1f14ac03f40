"""Places of a map as whole numbers: steps of ``STEP_DEG`` in WGS-84 from an origin, a centimetre and finer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from tanheng.measures.quiet.bands import Array

STEP_DEG = 1e-7


class Plan:
    """Metres of a coordinate system as whole steps in WGS-84 from an origin."""

    def __init__(self, crs: str, origin_m: tuple[float, float]) -> None:
        self._to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        lon, lat = self._to_degrees.transform(*origin_m)
        self.origin = (round(lon, 7), round(lat, 7))

    def degrees(self, places: Array) -> Array:
        """Longitude and latitude of x, y a row."""
        lon, lat = self._to_degrees.transform(places[:, 0], places[:, 1])
        return np.column_stack([lon, lat])

    def steps(self, places: Array) -> NDArray[np.int64]:
        """Whole steps from the origin, of x, y a row."""
        return np.asarray(np.rint((self.degrees(places) - self.origin) / STEP_DEG), dtype=np.int64)

    def paths(self, shapes: Sequence[Array]) -> list[list[int]]:
        """Of lines or rings: the first corner, then of each corner how far it is from the one before it."""
        if not shapes:
            return []
        steps = self.steps(np.concatenate(shapes))
        ends = np.cumsum([0, *(len(shape) for shape in shapes)])
        found = []
        for first, last in pairwise(ends):
            corners = steps[first:last]
            found.append(np.diff(corners, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist())
        return found
