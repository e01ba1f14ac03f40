"""A dense high-rise quarter of Shenzhen's kind from a seed. No open footprints of Shenzhen were found.

Super-blocks of 250 m between main, secondary and branch roads, each an estate of towers over a podium, an urban
village, offices, a school or a park; an elevated road through the middle, a barrier along it, a hill in a park.
Everything in it is made up and says so (``Quarter.sources``): no house, person or sound power of it exists.

>>> make_quarter(7).sources["buildings"].startswith("made up")
True
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.places.blocks import KINDS, Drawn, Frame, together
from tanheng.measures.quiet.places.rows import table_of
from tanheng.measures.quiet.quarter import TABLES, Quarter

CRS = "EPSG:4547"
ORIGIN = (505_000.0, 2_495_000.0)
BLOCK_M = 250.0
# Two blocks by two.
LEAST_KM2 = 0.25
# What kinds of blocks there are, in the order in which they are dealt out: sixteen are one square kilometre.
DEALT = ("towers", "village", "school", "park", "offices", "towers", "towers", "towers")
# Lanes, speed in km/h, width between the buildings on either side, m.
ROADS: dict[str, tuple[int, float, float]] = {
    "trunk": (6, 80.0, 64.0),
    "primary": (6, 60.0, 56.0),
    "secondary": (4, 50.0, 40.0),
    "tertiary": (2, 40.0, 28.0),
    "residential": (2, 30.0, 16.0),
}
ELEVATED_M = 10.0
# The barrier stands on the ground, beside the road under the elevated one.
BARRIER_M, BARRIER_BESIDE_M = 4.0, 24.0
# Half-width of the strip of class 4a beside main roads: half of the carriageway and 35 m (GB/T 15190 beside class 2).
STRIP_M = 20.0 + 35.0
CLASS_OF = {"towers": "2", "village": "2", "offices": "2", "school": "1", "park": "1"}
MADE_UP = "made up from seed {seed}: nothing of it exists"


@dataclass(frozen=True)
class _Plan:
    """The grid of streets: ``lines[axis]`` are positions, ``classes[axis]`` the class of each; kinds of blocks."""

    seed: int
    lines: tuple[Array, Array]
    classes: tuple[tuple[str, ...], tuple[str, ...]]
    elevated: int
    kinds: NDArray[np.str_]

    def frame(self, column: int, row: int) -> Frame:
        """The ground of a block within its streets."""
        xs, ys = self.lines
        west, east = (0.5 * ROADS[self.classes[0][column + side]][2] for side in (0, 1))
        south, north = (0.5 * self._width(row + side) for side in (0, 1))
        return Frame(xs[column] + west, ys[row] + south, xs[column + 1] - east, ys[row + 1] - north)

    def _width(self, line: int) -> float:
        return ROADS["trunk" if line == self.elevated else self.classes[1][line]][2]


def make_quarter(seed: int, area_km2: float = 1.0, *, hill: bool = True) -> Quarter:
    """A quarter of about that area, km², in the metres of EPSG:4547; the same seed gives the same quarter.

    ``hill``: whether a hill rises in the first park; without it all ground is level at altitude 0. Raises ValueError
    for an area of less than a quarter of a square kilometre.
    """
    if not area_km2 >= LEAST_KM2:
        raise ValueError(f"an area of {area_km2} km² holds no quarter; at least {LEAST_KM2:g} km²")
    count = round(sqrt(area_km2) * 1000.0 / BLOCK_M)
    plan = _plan(seed, count)
    tables = {"buildings": _buildings(plan), "roads": _roads(plan), **_blocks_as_tables(plan)}
    tables |= {"barriers": _barriers(plan), "plants": _plants(plan), "monitors": _monitors(plan)}
    if hill:
        tables["terrain"] = _hill(plan)
    return Quarter(
        name=f"made-up quarter {seed}",
        crs=CRS,
        tables={name: tables[name] for name in TABLES if name in tables},
        sources={name: MADE_UP.format(seed=seed) for name in TABLES if name in tables},
    )


def _plan(seed: int, count: int) -> _Plan:
    chance = np.random.default_rng([seed, 0])
    middle = count // 2

    def of_line(number: int) -> str:
        return "primary" if number % 4 == 0 else "secondary" if number % 2 == 0 else "tertiary"

    def positions(origin: float) -> Array:
        moved = chance.uniform(-15.0, 15.0, count + 1)
        moved[[0, -1]] = 0.0
        found: Array = origin + BLOCK_M * np.arange(count + 1) + moved
        return found

    classes = tuple(of_line(number) for number in range(count + 1))
    dealt = [DEALT[number % len(DEALT)] for number in range(count * count)]
    kinds = np.array(dealt)[chance.permutation(count * count)].reshape(count, count)
    return _Plan(seed, (positions(ORIGIN[0]), positions(ORIGIN[1])), (classes, classes), middle, kinds)


def _each(plan: _Plan) -> list[tuple[int, int, str, Frame]]:
    columns, rows = plan.kinds.shape
    return [(i, j, str(plan.kinds[i, j]), plan.frame(i, j)) for i in range(columns) for j in range(rows)]


def _buildings(plan: _Plan) -> pa.Table:
    drawn: list[Drawn] = []
    ids: list[str] = []
    for column, row, kind, frame in _each(plan):
        block = KINDS[kind](np.random.default_rng([plan.seed, 1, column, row]), frame)
        drawn.append(block)
        ids += [f"{kind}-{column}-{row}-{number + 1}" for number in range(len(block.floors))]
    every = together(*drawn)
    return table_of(
        "buildings",
        shapely.box(*every.boxes.T),
        {
            "id": ids,
            "height_m": np.round(every.floors * every.storey_m, 1),
            "height_source": ["given"] * len(ids),
            "base_z": np.zeros(len(ids)),
            "floors": every.floors,
            "use": every.use,
            "persons": every.persons,
        },
    )


def _roads(plan: _Plan) -> pa.Table:
    xs, ys = plan.lines
    ids: list[str] = []
    ends: list[tuple[float, float, float, float]] = []
    names: list[str] = []
    classes: list[str] = []
    heights: list[float] = []

    def add(name: str, kind: str, street: str, ends_at: tuple[float, float, float, float], height: float = 0.0) -> None:
        ids.append(name)
        ends.append(ends_at)
        names.append(street)
        classes.append(kind)
        heights.append(height)

    for number, x in enumerate(xs):
        for part, (a, b) in enumerate(pairwise(ys)):
            add(f"ns-{number}-{part}", plan.classes[0][number], f"North-south street {number + 1}", (x, a, x, b))
    for number, y in enumerate(ys):
        for part, (a, b) in enumerate(pairwise(xs)):
            add(f"ew-{number}-{part}", plan.classes[1][number], f"East-west street {number + 1}", (a, y, b, y))
            if number == plan.elevated:
                add(f"elevated-{part}", "trunk", "Elevated road", (a, y, b, y), ELEVATED_M)
    for column, row, kind, frame in _each(plan):
        if kind == "towers":
            # The lane between podium and towers behind it.
            y = frame.south + 32.0 + 9.0
            ends_at = (float(xs[column]), y, float(xs[column + 1]), y)
            add(f"lane-{column}-{row}", "residential", f"Lane {column + 1}-{row + 1}", ends_at)
    places = np.array(ends).reshape(-1, 2, 2)
    return table_of(
        "roads",
        shapely.linestrings(places),
        {
            "id": ids,
            "name": names,
            "class": classes,
            "lanes": [ROADS[kind][0] for kind in classes],
            "speed_kmh": [ROADS[kind][1] for kind in classes],
            "one_way": [False] * len(ids),
            "gradient_pct": np.zeros(len(ids)),
            "height_m": heights,
            "tunnel": [False] * len(ids),
        },
    )


def _blocks_as_tables(plan: _Plan) -> dict[str, pa.Table]:
    blocks = _each(plan)
    frames = np.array([frame for _, _, _, frame in blocks])
    grounds = shapely.box(*frames.T)
    kinds = np.array([kind for _, _, kind, _ in blocks])
    names = [f"{kind}-{column}-{row}" for column, row, kind, _ in blocks]
    green = np.flatnonzero((kinds == "park") | (kinds == "school"))
    strips = _main_strips(plan)
    quiet = shapely.difference(grounds, strips)
    kept = ~shapely.is_empty(quiet)
    lived_in = np.flatnonzero((kinds == "towers") | (kinds == "village"))
    return {
        "ground": table_of(
            "ground",
            grounds[green],
            {
                "id": [names[at] for at in green],
                "ground_factor": np.where(kinds[green] == "park", 0.9, 0.5),
                "kind": kinds[green].tolist(),
            },
        ),
        "areas": table_of(
            "areas",
            [*quiet[kept], *shapely.get_parts(strips)],
            {
                "id": [f"area-{name}" for name, keep in zip(names, kept, strict=True) if keep]
                + [f"area-4a-{number + 1}" for number in range(shapely.get_num_geometries(strips))],
                "class": [CLASS_OF[kind] for kind in kinds[kept]] + ["4a"] * int(shapely.get_num_geometries(strips)),
                "name": [name for name, keep in zip(names, kept, strict=True) if keep]
                + ["beside main roads"] * int(shapely.get_num_geometries(strips)),
            },
        ),
        "communities": table_of(
            "communities",
            grounds[lived_in],
            {
                "id": [f"community-{names[at]}" for at in lived_in],
                "name": [f"Community {number + 1}" for number in range(len(lived_in))],
            },
        ),
    }


def _main_strips(plan: _Plan) -> shapely.Geometry:
    xs, ys = plan.lines
    strips = []
    for number, x in enumerate(xs):
        if plan.classes[0][number] in ("primary", "secondary"):
            strips.append(shapely.box(x - STRIP_M, ys[0], x + STRIP_M, ys[-1]))
    for number, y in enumerate(ys):
        if plan.classes[1][number] in ("primary", "secondary") or number == plan.elevated:
            strips.append(shapely.box(xs[0], y - STRIP_M, xs[-1], y + STRIP_M))
    return shapely.union_all(strips)


def _barriers(plan: _Plan) -> pa.Table:
    xs, ys = plan.lines
    y = float(ys[plan.elevated]) + BARRIER_BESIDE_M
    line = shapely.LineString([(xs[0] + 20.0, y), (xs[1] - 20.0, y)])
    return table_of("barriers", [line], {"id": ["barrier-1"], "height_m": [BARRIER_M]})


def _plants(plan: _Plan) -> pa.Table:
    """A cooling tower on each office block's edge, a kitchen's fan in each village, one construction site."""
    rows: list[tuple[str, str, float, float, float, float, float, list[float]]] = []
    for column, row, kind, frame in _each(plan):
        if kind == "offices":
            power = [88.0, 87.0, 86.0, 83.0, 80.0, 76.0, 70.0, 63.0]
            rows.append((f"cooling-{column}-{row}", "services", frame.west - 4.0, frame.north, 4.0, 7.0, 22.0, power))
        if kind == "village":
            power = [78.0, 79.0, 78.0, 76.0, 73.0, 69.0, 63.0, 56.0]
            at = (frame.east + 3.0, frame.south)
            rows.append((f"kitchen-{column}-{row}", "restaurant", *at, 5.0, 10.0, 23.0, power))
    column, row, _, frame = next(block for block in _each(plan) if block[2] == "park")
    power = [104.0, 105.0, 103.0, 102.0, 101.0, 98.0, 92.0, 85.0]
    rows.append((f"site-{column}-{row}", "construction", frame.east - 30.0, frame.south + 30.0, 1.5, 7.0, 22.0, power))
    return table_of(
        "plants",
        [shapely.Point(row[2], row[3]) for row in rows],
        {
            "id": [row[0] for row in rows],
            "name": [f"Made-up {row[1]} {number + 1}" for number, row in enumerate(rows)],
            "kind": [row[1] for row in rows],
            "height_m": [row[4] for row in rows],
            "from_hour": [row[5] for row in rows],
            "to_hour": [row[6] for row in rows],
            "power": [row[7] for row in rows],
        },
    )


def _monitors(plan: _Plan) -> pa.Table:
    """One at the street of every second block, 4 m over its corner, where no building stands."""
    blocks = _each(plan)[::2]
    return table_of(
        "monitors",
        [shapely.Point(frame.west - 3.0, frame.south - 3.0) for _, _, _, frame in blocks],
        {
            "id": [f"monitor-{column}-{row}" for column, row, _, _ in blocks],
            "name": [f"Monitor {number + 1}" for number in range(len(blocks))],
            "height_m": [4.0] * len(blocks),
        },
    )


def _hill(plan: _Plan) -> pa.Table:
    """Contours of a hill 30 m high in the first park, clear of its pavilion and the construction site."""
    _, _, _, frame = next(block for block in _each(plan) if block[2] == "park")
    x, y = 0.5 * (frame.west + frame.east), 0.5 * (frame.south + frame.north) + 15.0
    across = min(frame.east - frame.west, frame.north - frame.south) / 2.0 - 20.0
    bearings = np.linspace(0.0, 2.0 * np.pi, 13)
    contours = []
    for z, share in ((0.0, 1.0), (10.0, 0.75), (20.0, 0.5), (30.0, 0.2)):
        ring = across * share
        contours.append(
            shapely.LineString(
                np.column_stack([x + ring * np.cos(bearings), y + ring * np.sin(bearings), np.full(13, z)])
            )
        )
    return table_of("terrain", contours, {"id": [f"contour-{number * 10}" for number in range(4)]})
