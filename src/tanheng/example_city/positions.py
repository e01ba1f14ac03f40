"""Points in districts: near real charging stations, inside the district's polygon."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tanheng.example_city.inputs import Bools, Floats, Inputs
from tanheng.warehouse.coordinates import gcj02_from_wgs84

_SCATTER_M = 450.0
_M_PER_DEGREE = 111_320.0


def inside(points: Floats, polygons: list[list[Floats]]) -> Bools:
    """Which points (n x 2, lon and lat) lie in the polygons: crossings of a ray to the east, odd is inside."""
    x, y = points[:, 0], points[:, 1]
    odd = np.zeros(len(points), dtype=np.bool_)
    for polygon in polygons:
        for ring in polygon:
            for (x1, y1), (x2, y2) in pairwise(ring.tolist()):
                if y1 == y2:
                    continue
                spans = (y1 > y) != (y2 > y)
                odd[spans] ^= x[spans] < (x2 - x1) * (y[spans] - y1) / (y2 - y1) + x1
    return odd


def draw(rng: np.random.Generator, inputs: Inputs, district: str, count: int) -> Floats:
    """``count`` points inside the district, to 1e-6 degree: a station by its piles, then a step of some 450 m."""
    stations = inputs.stations[district]
    polygons = inputs.polygons[district]
    weights = stations[:, 2] / stations[:, 2].sum()
    found: list[Floats] = []
    have = 0
    while have < count:
        wanted = (count - have) * 2 + 16
        start = stations[rng.choice(len(stations), size=wanted, p=weights), :2]
        step = rng.normal(0.0, _SCATTER_M / _M_PER_DEGREE, size=(wanted, 2))
        step[:, 0] /= np.cos(np.radians(start[:, 1]))
        points = np.round(start + step, 6)
        points = points[inside(points, polygons)]
        found.append(points)
        have += len(points)
    return np.concatenate(found)[:count] if found else np.zeros((0, 2))


def to_gcj02(points: Floats) -> Floats:
    """Positions as a Chinese web map shows them, some 600 m off in Shenzhen."""
    lon, lat = gcj02_from_wgs84(points[:, 0], points[:, 1])
    return np.asarray(np.round(np.stack([lon, lat], axis=1), 6))
