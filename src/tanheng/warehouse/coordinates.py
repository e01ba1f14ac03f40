"""GCJ-02, the shifted coordinates of Chinese web maps, and WGS-84.

GCJ-02 adds to a WGS-84 position an offset of some 300 to 700 m that varies smoothly with the place.
The offset was never published; this is the form in which it became known and in which the map services agree
to about a metre: sums of sines over the Krasovsky 1940 ellipsoid, inside China only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]

_SEMI_MAJOR_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
_ORIGIN_LON, _ORIGIN_LAT = 105.0, 35.0
_STEPS = 8  # each step of the inverse shrinks the error by a factor of more than 1,000


def gcj02_from_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift positions (degrees, any shape) as a Chinese web map would. Outside China they stay."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    east_m, north_m = _offset(lon - _ORIGIN_LON, lat - _ORIGIN_LAT)
    phi = np.radians(lat)
    curvature = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _SEMI_MAJOR_AXIS_M * (1 - _ECCENTRICITY_SQUARED) / curvature**1.5
    parallel_m = _SEMI_MAJOR_AXIS_M * np.cos(phi) / np.sqrt(curvature)
    inside = (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)
    shifted_lon = lon + np.where(inside, np.degrees(east_m / parallel_m), 0.0)
    shifted_lat = lat + np.where(inside, np.degrees(north_m / meridian_m), 0.0)
    return shifted_lon, shifted_lat


def wgs84_from_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Undo the shift by fixed-point iteration; the error is below a millimetre."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    found_lon, found_lat = lon, lat
    for _ in range(_STEPS):
        shifted_lon, shifted_lat = gcj02_from_wgs84(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - shifted_lon, found_lat + lat - shifted_lat
    return found_lon, found_lat


def _offset(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Metres to the east and to the north, from degrees east and north of 105° E, 35° N."""

    def waves(angle: Degrees, *terms: tuple[float, float]) -> Degrees:
        total = np.zeros_like(angle)
        for amplitude, frequency in terms:
            total += amplitude * np.sin(frequency * np.pi * angle)
        return total * 2 / 3

    root = np.sqrt(np.abs(x))
    ripple = waves(x, (20, 6), (20, 2))
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root + ripple
    east += waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root + ripple
    north += waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    return east, north
