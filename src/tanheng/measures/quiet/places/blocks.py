"""What stands in one block of the made-up quarter: towers over podiums, an urban village, offices, a school, a park.

Every number here is made up, in the range of what stands in Shenzhen; none was surveyed. Lengths in metres.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array

HOME_STOREY_M, OFFICE_STOREY_M, PODIUM_STOREY_M, SCHOOL_STOREY_M = 3.0, 4.2, 5.0, 3.9
# Floors of towers: 18 to 180 m.
LEAST_FLOORS, MOST_FLOORS = 6, 60
# Share of a floor that is flats; size of a flat and who lives in it, in towers and in urban villages.
FLATS_SHARE = 0.8
TOWER_FLAT_M2, TOWER_FLAT_PERSONS = 88.0, 2.9
VILLAGE_FLAT_M2, VILLAGE_FLAT_PERSONS = 32.0, 1.7


class Frame(NamedTuple):
    """The ground of a block within its streets."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Drawn:
    """Buildings as upright rectangles: ``boxes`` (n x west, south, east, north), storeys and who lives there."""

    boxes: Array
    floors: NDArray[np.int64]
    storey_m: Array
    use: tuple[str, ...]
    persons: Array


def _drawn(boxes: Array, floors: NDArray[np.int64], storey_m: float, use: str, persons_per_m2: float = 0.0) -> Drawn:
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return Drawn(
        boxes,
        floors,
        np.full(len(boxes), storey_m),
        (use,) * len(boxes),
        np.round(area * floors * persons_per_m2),
    )


def together(*parts: Drawn) -> Drawn:
    """All buildings of several groups."""
    return Drawn(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.floors for part in parts]),
        np.concatenate([part.storey_m for part in parts]),
        tuple(use for part in parts for use in part.use),
        np.concatenate([part.persons for part in parts]),
    )


def _in_cells(chance: Generator, frame: Frame, pitch: tuple[float, float], least: Array, most: Array) -> Array:
    """One box in each cell of a grid over the frame: sizes between ``least`` and ``most``, placed by chance."""
    columns = max(1, int((frame.east - frame.west) // pitch[0]))
    rows = max(1, int((frame.north - frame.south) // pitch[1]))
    cell = np.array([(frame.east - frame.west) / columns, (frame.north - frame.south) / rows])
    corner = np.stack(np.meshgrid(np.arange(columns), np.arange(rows), indexing="ij"), axis=-1).reshape(-1, 2)
    size = chance.uniform(least, most, (len(corner), 2))
    free = np.maximum(cell - size, 0.0)
    low = np.array([frame.west, frame.south]) + corner * cell + free * chance.uniform(0.3, 0.7, (len(corner), 2))
    return np.column_stack([low, low + np.minimum(size, cell)])


def _tower_floors(chance: Generator, count: int, tallest: int = MOST_FLOORS) -> NDArray[np.int64]:
    """Mostly of one height in a block, as estates are built, some lower."""
    usual = chance.triangular(14.0, 30.0, tallest)
    return np.clip(np.round(usual * chance.uniform(0.6, 1.15, count)), LEAST_FLOORS, MOST_FLOORS).astype(np.int64)


def towers(chance: Generator, frame: Frame) -> Drawn:
    """An estate: a podium of shops along the south street with towers on it, free towers behind."""
    depth = 32.0
    split = frame.south + depth + 18.0
    podium = np.array([[frame.west, frame.south, frame.east, frame.south + depth]])
    shops = _drawn(podium, np.array([chance.integers(2, 5)]), PODIUM_STOREY_M, "shop")
    inner = Frame(frame.west + 6.0, frame.south + 4.0, frame.east - 6.0, frame.south + depth - 4.0)
    sizes = np.array([22.0, 18.0]), np.array([30.0, 22.0])
    on_top = _in_cells(chance, inner, (62.0, depth), *sizes)
    behind = _in_cells(chance, Frame(frame.west, split, frame.east, frame.north), (50.0, 46.0), *sizes)
    boxes = np.concatenate([on_top, behind])
    per_m2 = FLATS_SHARE * TOWER_FLAT_PERSONS / TOWER_FLAT_M2
    # Towers on a podium stand with their lowest floors within it; nobody lives there.
    homes = _drawn(boxes, _tower_floors(chance, len(boxes)), HOME_STOREY_M, "dwelling", per_m2)
    within = np.zeros(len(boxes))
    within[: len(on_top)] = np.ceil(shops.floors[0] * PODIUM_STOREY_M / HOME_STOREY_M)
    floors = np.maximum(homes.floors, within + LEAST_FLOORS).astype(np.int64)
    lived_in = (floors - within) * FLATS_SHARE * TOWER_FLAT_PERSONS / TOWER_FLAT_M2
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return together(shops, Drawn(boxes, floors, homes.storey_m, homes.use, np.round(area * lived_in)))


def village(chance: Generator, frame: Frame) -> Drawn:
    """An urban village: houses of five to eight storeys, a few metres apart."""
    boxes = _in_cells(chance, frame, (18.0, 17.0), np.array([12.0, 11.0]), np.array([15.5, 14.0]))
    floors = chance.integers(5, 9, len(boxes))
    per_m2 = FLATS_SHARE * VILLAGE_FLAT_PERSONS / VILLAGE_FLAT_M2
    return _drawn(boxes, floors, HOME_STOREY_M, "dwelling", per_m2)


def offices(chance: Generator, frame: Frame) -> Drawn:
    """Office towers of 12 to 40 storeys; nobody lives there."""
    boxes = _in_cells(chance, frame, (85.0, 85.0), np.array([38.0, 34.0]), np.array([52.0, 46.0]))
    return _drawn(boxes, chance.integers(12, 41, len(boxes)), OFFICE_STOREY_M, "office")


def school(chance: Generator, frame: Frame) -> Drawn:
    """Class rooms round a sports ground, and a block of flats for the staff."""
    width, height = frame.east - frame.west, frame.north - frame.south
    boxes = np.array(
        [
            [frame.west, frame.south, frame.west + 0.55 * width, frame.south + 16.0],
            [frame.west, frame.south + 40.0, frame.west + 0.55 * width, frame.south + 56.0],
            [frame.west, frame.south + 80.0, frame.west + 0.4 * width, frame.south + 100.0],
        ]
    )
    rooms = _drawn(boxes, chance.integers(4, 7, 3), SCHOOL_STOREY_M, "school")
    flats = np.array([[frame.east - 26.0, frame.north - 0.25 * height, frame.east - 2.0, frame.north]])
    per_m2 = FLATS_SHARE * TOWER_FLAT_PERSONS / TOWER_FLAT_M2
    return together(rooms, _drawn(flats, chance.integers(8, 15, 1), HOME_STOREY_M, "dwelling", per_m2))


def park(chance: Generator, frame: Frame) -> Drawn:
    """Green with a pavilion."""
    x, y = frame.west + 12.0, frame.south + 12.0
    box = np.array([[x, y, x + chance.uniform(14.0, 20.0), y + 10.0]])
    return _drawn(box, np.array([1]), PODIUM_STOREY_M, "other")


KINDS: Mapping[str, Callable[[Generator, Frame], Drawn]] = MappingProxyType(
    {"towers": towers, "village": village, "offices": offices, "school": school, "park": park}
)
"""How a block of each kind is drawn."""
