"""A small made quarter: six towers, a barrier, a courtyard block, a hill's ground area, three roads and a plant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from shapely import LineString, Point, Polygon, box

from tanheng.measures.quiet.quarter import TABLES, Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.sources.emission import Emission


def table(name: str, shapes: list[shapely.Geometry], **columns: list[Any]) -> pa.Table:
    """Rows of a table of ``quarter.TABLES``; what is not given is null."""
    given = {"geometry": [shapely.to_wkb(shape, include_srid=False) for shape in shapes], **columns}
    given.setdefault("id", [f"{name[0]}{number}" for number in range(len(shapes))])
    rows = {field.name: pa.array(given.get(field.name, [None] * len(shapes)), field.type) for field in TABLES[name]}
    return pa.table(rows, schema=TABLES[name])


TOWERS = [box(60.0 * i, 50.0 * j, 60.0 * i + 24.0, 50.0 * j + 18.0) for i in range(3) for j in range(2)]
COURT = Polygon(
    [(190, 0), (240, 0), (240, 40), (190, 40)],
    [[(205, 12), (225, 12), (225, 28), (205, 28)]],
)
QUARTER = Quarter(
    "made",
    "EPSG:4547",
    {
        "buildings": table(
            "buildings",
            [*TOWERS, COURT],
            height_m=[30.0, 45.0, 18.0, 60.0, 24.0, 36.0, 15.0],
            floors=[10, 15, 6, 20, 8, 12, 5],
            persons=[300.0, 450.0, 180.0, None, 240.0, 360.0, 90.0],
        ),
        "roads": table(
            "roads",
            [
                LineString([(-80, -12), (120, -14), (320, -12)]),
                LineString([(170, -12), (172, 130)]),
                LineString([(-60, 120), (300, 122)]),
            ],
            height_m=[None, None, 6.0],
        ),
        "plants": table("plants", [Point(150, 60)], height_m=[12.0]),
        "barriers": table("barriers", [LineString([(-20, -6), (110, -6)])], height_m=[4.0]),
        "ground": table("ground", [box(90, 75, 160, 115)], ground_factor=[1.0]),
    },
    {"roads": "made up"},
)
FEATURES = [("road", "r0"), ("road", "r1"), ("road", "r2"), ("plant", "p0")]
# As few receivers as show every kind of place; a short reach, so that tiles do not see everything.
SETTINGS = Settings(facade_part_m=30.0, every_floor=5, reach_m=150.0, reflection_reach_m=30.0)


def emission(seed: int = 1) -> Emission:
    chance = np.random.default_rng(seed)
    power = chance.uniform(60.0, 90.0, (len(FEATURES), 24, 8))
    power[2, :6] = -np.inf  # nobody drives there before six
    kinds, features = zip(*FEATURES, strict=True)
    ids = tuple(f"{kind}/{feature}" for kind, feature in FEATURES)
    return Emission(ids, kinds, features, ("counted", "example", "example", "given"), power)
