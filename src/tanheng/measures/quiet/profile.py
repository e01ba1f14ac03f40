"""A cut through the scene along a path from source to receiver, as the polyline that the formulas want.

Cut points come in order along the path: where it meets walls, enters and leaves buildings, where ground factor or slope
changes, where a lateral path bends round a vertical edge or a reflected one meets its wall.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Literal

import numpy as np

from tanheng.measures.quiet.bands import Array

Kind = Literal["source", "ground", "wall", "enter", "exit", "vertical_edge", "reflection", "receiver"]
Condition = Literal["homogeneous", "favourable"]
PathName = Literal["direct", "left", "right", "reflection"]
# Roofs count as hard ground; 2.5.5, table 2.5.a class H.
ROOF_GROUND_FACTOR = 0.0


@dataclass(frozen=True)
class CutPoint:
    """``z``: altitude of source, receiver, wall top or roof, m; ``ground_z``: altitude of the terrain there.

    ``ground_factor``: G from here to the next point. ``wall_top`` and ``absorption`` (a share by band) at reflections.
    """

    kind: Kind
    x: float
    y: float
    z: float
    ground_z: float
    ground_factor: float
    wall_top: float | None = None
    absorption: Array | None = None


@dataclass(frozen=True)
class Reflection:
    """Where along the path, m in plan; altitude of the wall's top; absorbed share by band."""

    distance: float
    wall_top: float
    absorption: Array


@dataclass(frozen=True)
class Profile:
    """A path's vertical cut, unfolded. ``x``, ``z``, ``g`` as ``cnossos.vertical_plane`` takes them; ``terrain_x``,
    ``terrain_z`` the ground without what stands on it."""

    name: PathName
    x: Array
    z: Array
    g: Array
    terrain_x: Array
    terrain_z: Array
    source_z: float
    receiver_z: float
    source_ground_factor: float
    length: float
    distance: float
    edge_span: float
    reflections: tuple[Reflection, ...]

    @property
    def lateral(self) -> bool:
        """Whether the path goes round vertical edges."""
        return self.name in ("left", "right")


def unfold(name: PathName, cuts: Sequence[CutPoint], source_ground_factor: float | None = None) -> Profile:
    """The profile of cut points from source to receiver.

    ``length`` is that of the path over its vertical edges, in space; ``distance`` that of the straight line, which for
    reflected paths is the line to the image; ``edge_span`` the way from the first vertical edge to the last. All m.
    """
    if cuts[0].kind != "source" or cuts[-1].kind != "receiver":
        raise ValueError("a profile goes from a source to a receiver")
    x, z, g = (np.array(values) for values in zip(*_polyline(cuts), strict=True))
    along = _distances(cuts)
    corners = [cut for cut in cuts if cut.kind in ("source", "vertical_edge", "receiver")]
    legs = [hypot(b.x - a.x, b.y - a.y, b.z - a.z) for a, b in pairwise(corners)]
    rise = cuts[-1].z - cuts[0].z
    straight = along[-1] if name in ("direct", "reflection") else hypot(cuts[-1].x - cuts[0].x, cuts[-1].y - cuts[0].y)
    distance = hypot(straight, rise)
    return Profile(
        name=name,
        x=x,
        z=z,
        g=g,
        terrain_x=np.array(along),
        terrain_z=np.array([cut.ground_z for cut in cuts]),
        source_z=cuts[0].z,
        receiver_z=cuts[-1].z,
        source_ground_factor=cuts[0].ground_factor if source_ground_factor is None else source_ground_factor,
        length=sum(legs) if name in ("left", "right") else distance,
        distance=distance,
        edge_span=sum(legs[1:-1]),
        reflections=tuple(
            Reflection(at, cut.wall_top, cut.absorption)
            for at, cut in zip(along, cuts, strict=True)
            if cut.kind == "reflection" and cut.wall_top is not None and cut.absorption is not None
        ),
    )


def _distances(cuts: Sequence[CutPoint]) -> list[float]:
    along = [0.0]
    for a, b in pairwise(cuts):
        along.append(along[-1] + hypot(b.x - a.x, b.y - a.y))
    return along


def _polyline(cuts: Sequence[CutPoint]) -> Iterator[tuple[float, float, float]]:
    """(distance, altitude, ground factor after): terrain outside of buildings, the highest roof inside."""
    roofs: list[float] = []
    for at, cut in zip(_distances(cuts), cuts, strict=True):
        if cut.kind == "enter":
            yield at, max(roofs, default=cut.ground_z), ROOF_GROUND_FACTOR
            roofs.append(cut.z)
            yield at, max(roofs), ROOF_GROUND_FACTOR
        elif cut.kind == "exit":
            yield at, max(roofs, default=cut.z), ROOF_GROUND_FACTOR
            if cut.z in roofs:
                roofs.remove(cut.z)
            yield at, max(roofs, default=cut.ground_z), ROOF_GROUND_FACTOR if roofs else cut.ground_factor
        elif cut.kind == "wall":
            level = max(roofs, default=cut.ground_z)
            factor = ROOF_GROUND_FACTOR if roofs else cut.ground_factor
            yield at, level, factor
            yield at, max(level, cut.z), factor
            yield at, level, factor
        elif not roofs:
            yield at, cut.ground_z, cut.ground_factor
        elif cut.kind == "receiver":
            yield at, max(roofs), ROOF_GROUND_FACTOR
