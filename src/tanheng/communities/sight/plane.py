"""From metres to a drawing: north is up, one length a metre everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

INK = "#1d2b36"
LENGTHS_M = (10, 20, 50, 100, 200, 500, 1000, 2000)


class Plane:
    """A window (west, south, east, north, m) on a drawing ``width`` wide."""

    def __init__(self, window: tuple[float, float, float, float], width: float) -> None:
        west, south, east, north = window
        self.window, self.width = window, width
        self.scale = width / (east - west)
        self.height = round((north - south) * self.scale)

    def at(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places on the drawing, of x, y a row."""
        west, _south, _east, north = self.window
        return np.column_stack([(corners[:, 0] - west) * self.scale, (north - corners[:, 1]) * self.scale])

    def path(self, shape: Any) -> str:
        """Lines, or outlines with their courtyards, as data of a path."""
        found = []
        for part in shapely.get_parts(shape):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            for ring in rings:
                drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in self.at(shapely.get_coordinates(ring)))
                found.append(f"M{drawn}{'Z' if ring is not part else ''}")
        return "".join(found)

    def ruler(self) -> str:
        """How long 100 m are, or a round length that fits."""
        metres = next((each for each in LENGTHS_M if each * self.scale >= 60), 5000)
        wide, y = metres * self.scale, self.height - 14
        x = self.width - wide - 16
        return (
            f'<path d="M{x:.1f},{y - 5}V{y}H{x + wide:.1f}V{y - 5}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
            f'<text x="{x + wide / 2:.1f}" y="{y - 5}" text-anchor="middle" font-size="13" font-family="sans-serif" '
            f'fill="{INK}">{metres} m</text>'
        )
