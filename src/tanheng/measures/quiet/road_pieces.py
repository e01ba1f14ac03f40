"""A road as point sources: pieces short against the distance to the nearest receiver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, hypot, log10

from tanheng.measures.quiet.scene import Point3, Receiver, Road, Source

# With pieces of a third of their distance the midpoint's level is within 0.05 dB of that of the piece.
LENGTH_PER_DISTANCE = 1.0 / 3.0
LEAST_M = 0.5
LONGEST_M = 50.0


def road_sources(road: Road, receivers: Sequence[Receiver]) -> list[Source]:
    """Point sources in the middle of pieces, with the sound power of their length; ids count along the road."""
    pieces = [piece for a, b in pairwise(road.line) for piece in _cut(a, b, receivers)]
    found = []
    for number, (a, b) in enumerate(pieces, start=1):
        x, y, z = ((p + q) / 2.0 for p, q in zip(a, b, strict=True))
        power = road.power_db_per_m + 10.0 * log10(hypot(*(q - p for p, q in zip(a, b, strict=True))))
        found.append(Source(f"{road.id}/{number}", (x, y, z), power, road.ground_factor, road.crs))
    return found


def _cut(a: Point3, b: Point3, receivers: Sequence[Receiver]) -> Iterator[tuple[Point3, Point3]]:
    """Halves until short enough. Stretches longer than the longest piece are cut evenly first."""
    length = hypot(*(q - p for p, q in zip(a, b, strict=True)))
    if length <= 0.0:
        return
    count = ceil(length / LONGEST_M)
    if count > 1:
        marks = [_between(a, b, step / count) for step in range(count + 1)]
        for first, last in pairwise(marks):
            yield from _cut(first, last, receivers)
        return
    near = min((_distance(a, b, receiver.at) for receiver in receivers), default=LONGEST_M / LENGTH_PER_DISTANCE)
    if length <= max(LEAST_M, LENGTH_PER_DISTANCE * near):
        yield a, b
        return
    middle = _between(a, b, 0.5)
    yield from _cut(a, middle, receivers)
    yield from _cut(middle, b, receivers)


def _between(a: Point3, b: Point3, share: float) -> Point3:
    x, y, z = (p + share * (q - p) for p, q in zip(a, b, strict=True))
    return x, y, z


def _distance(a: Point3, b: Point3, place: Point3) -> float:
    """From a place to a straight piece, m."""
    along = [q - p for p, q in zip(a, b, strict=True)]
    to = [q - p for p, q in zip(a, place, strict=True)]
    share = sum(u * v for u, v in zip(along, to, strict=True)) / sum(u * u for u in along)
    share = min(1.0, max(0.0, share))
    return hypot(*(v - share * u for u, v in zip(along, to, strict=True)))
