"""Points in districts: near real charging stations, inside the district's polygon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tanheng.example_city.inputs import Floats, Inputs

_SCATTER_M = 450.0
_M_PER_DEGREE = 111_320.0


def inside(points: Floats, polygons: list[list[Floats]]) -> NDArray[np.bool_]:
    """Which points (n x 2, lon and lat) lie in the polygons: crossings of a ray to the east, odd is inside."""
    x, y = points[:, 0], points[:, 1]
    odd = np.zeros(len(points), dtype=np.bool_)
    for polygon in polygons:
        for ring in polygon:
            for (x1, y1), (x2, y2) in zip(ring[:-1], ring[1:], strict=True):
                if y1 == y2:
                    continue
                spans = (y1 > y) != (y2 > y)
                odd[spans] ^= x[spans] < (x2 - x1) * (y[spans] - y1) / (y2 - y1) + x1
    return odd


def draw(rng: np.random.Generator, inputs: Inputs, district: str, count: int) -> Floats:
    """``count`` points, rounded to 1e-6 degree: a station by its piles, then a step of some 450 m, inside the district."""
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
    """WGS-84 as GCJ-02 shows it: the shift of Chinese web maps, some 600 m in Shenzhen (public approximation)."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    pi = np.pi
    wave = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + wave
    d_lat += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    d_lat += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + wave
    d_lon += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    d_lon += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    a, ee = 6_378_245.0, 0.00669342162296594323
    latitude = np.radians(points[:, 1])
    magic = 1.0 - ee * np.sin(latitude) ** 2
    d_lat = d_lat * 180.0 / (a * (1 - ee) / (magic * np.sqrt(magic)) * pi)
    d_lon = d_lon * 180.0 / (a / np.sqrt(magic) * np.cos(latitude) * pi)
    return np.asarray(np.round(points + np.stack([d_lon, d_lat], axis=1), 6))
