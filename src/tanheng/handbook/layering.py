"""Places for the boxes of a graph in layers from left to right, with few crossings and short lines.

Each box stands one layer to the right of the last thing that it needs; what only feeds others stands just before the
first that takes it up. A line over several layers passes through empty places, which take part in the ordering; the
lines from one box share them and part late. Sweeps to and fro put each box near the middle of its neighbours. What
hangs together is laid out by itself and then packed in rows. Method: Sugiyama, Tagawa and Toda (1981).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

SWEEPS = 24
_PASSING_HEIGHT = 6.0


@dataclass(frozen=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """``places``: the left upper corner of each box; ``lines``: the points of each edge, from box to box."""

    places: Mapping[str, tuple[float, float]]
    lines: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    width: float
    height: float


def lay_out(
    sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], *, gap: float = 14, between: float = 56
) -> Layout:
    """Places for boxes of these sizes. ``edges`` run from what is needed to what needs it and may not go in a circle.

    Raises
    ------
    ValueError
        When the edges go in a circle.
    """
    parts = [
        _of_part({name: sizes[name] for name in names}, [edge for edge in edges if edge[0] in names], gap, between)
        for names in _connected(sizes, edges)
    ]
    return _packed(parts, 2 * gap, between)


def _connected(names: Iterable[str], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """What hangs together, the largest part first; names keep their order."""
    part = {name: [name] for name in names}
    for start, end in edges:
        if part[start] is not part[end]:
            part[start] += part[end]
            for name in part[end]:
                part[name] = part[start]
    order = {name: place for place, name in enumerate(part)}
    parts = {id(members): sorted(members, key=order.__getitem__) for members in part.values()}
    return sorted(parts.values(), key=lambda members: (-len(members), order[members[0]]))


def _packed(parts: Sequence[Layout], gap: float, between: float) -> Layout:
    """The parts below each other; small ones side by side, as far as the widest reaches."""
    places: dict[str, tuple[float, float]] = {}
    lines: dict[tuple[str, str], tuple[tuple[float, float], ...]] = {}
    widest = max((part.width for part in parts), default=0.0)
    left = top = height = 0.0
    for part in parts:
        if left and left + part.width > widest:
            left, top, height = 0.0, top + height + gap, 0.0
        places |= {name: (x + left, y + top) for name, (x, y) in part.places.items()}
        lines |= {edge: tuple((x + left, y + top) for x, y in points) for edge, points in part.lines.items()}
        left, height = left + part.width + between, max(height, part.height)
    return Layout(places, lines, widest, top + height)


def _of_part(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], gap: float, between: float) -> Layout:
    layer = _layers(sizes, edges)
    boxes = {name: (layer[name], size) for name, size in sizes.items()}
    paths: dict[tuple[str, str], list[str]] = {}
    for start, end in edges:
        passing = [f"{start}@{number}" for number in range(layer[start] + 1, layer[end])]
        boxes |= {name: (int(name.rsplit("@", 1)[1]), Size(0, _PASSING_HEIGHT)) for name in passing}
        paths[(start, end)] = [start, *passing, end]
    steps = list(dict.fromkeys(pair for path in paths.values() for pair in pairwise(path)))
    before, after = _neighbours(boxes, steps, reverse=True), _neighbours(boxes, steps, reverse=False)
    rows = _ordered(boxes, before, after)
    middle = _heights(rows, boxes, before, after, gap)
    return _placed(sizes, boxes, rows, middle, paths, between)


def _layers(names: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    needs: dict[str, list[str]] = {name: [] for name in names}
    for start, end in edges:
        needs[end].append(start)
    layer: dict[str, int] = {}
    waiting = list(names)
    while waiting:
        ready = [name for name in waiting if all(other in layer for other in needs[name])]
        if not ready:
            raise ValueError(f"the graph goes in a circle through {', '.join(sorted(waiting))}")
        for name in ready:
            layer[name] = max((layer[other] + 1 for other in needs[name]), default=0)
        waiting = [name for name in waiting if name not in layer]
    for name in sorted(names, key=lambda name: (-layer[name], name)):
        users = [layer[end] for start, end in edges if start == name]
        if users and not needs[name]:
            layer[name] = min(users) - 1
    return layer


def _neighbours(
    boxes: Mapping[str, tuple[int, Size]], steps: Sequence[tuple[str, str]], *, reverse: bool
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in boxes}
    for start, end in steps:
        found[end if reverse else start].append(start if reverse else end)
    return found


def _ordered(
    boxes: Mapping[str, tuple[int, Size]], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> list[list[str]]:
    """The boxes of each layer from top to bottom: of all sweeps the order with the fewest crossings."""
    rows: list[list[str]] = [[] for _ in range(1 + max((layer for layer, _ in boxes.values()), default=0))]
    for name, (layer, _) in boxes.items():
        rows[layer].append(name)
    best, least = [list(row) for row in rows], _crossings(rows, after)
    for sweep in range(SWEEPS):
        there, neighbours = (range(1, len(rows)), before) if sweep % 2 == 0 else (range(len(rows) - 2, -1, -1), after)
        for number in there:
            beside = rows[number - 1 if sweep % 2 == 0 else number + 1]
            position = {name: place for place, name in enumerate(beside)}
            own = {name: place for place, name in enumerate(rows[number])}

            def middle(name: str, position: dict[str, int] = position, own: dict[str, int] = own) -> tuple[float, int]:
                places = [position[other] for other in neighbours[name]]  # noqa: B023  called in this turn only
                return (fmean(places) if places else own[name], own[name])

            rows[number].sort(key=middle)
        crossings = _crossings(rows, after)
        if crossings < least:
            best, least = [list(row) for row in rows], crossings
    return best


def _crossings(rows: Sequence[Sequence[str]], after: Mapping[str, list[str]]) -> int:
    total = 0
    for row, following in pairwise(rows):
        position = {name: place for place, name in enumerate(following)}
        ends = [place for name in row for place in sorted(position[other] for other in after[name])]
        total += sum(later < earlier for number, earlier in enumerate(ends) for later in ends[number + 1 :])
    return total


def _heights(
    rows: Sequence[Sequence[str]],
    boxes: Mapping[str, tuple[int, Size]],
    before: Mapping[str, list[str]],
    after: Mapping[str, list[str]],
    gap: float,
) -> dict[str, float]:
    """The middle of each box, near those of its neighbours, never nearer to the next one than the gap."""
    middle: dict[str, float] = {}
    for row in rows:
        top = 0.0
        for name in row:
            height = boxes[name][1].height
            middle[name] = top + height / 2
            top += height + gap
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = []
            for name in row:
                beside = [*before[name], *after[name]]
                wanted.append(fmean(middle[other] for other in beside) if beside else middle[name])
            for name, place in zip(row, _spread(wanted, [boxes[name][1].height for name in row], gap), strict=True):
                middle[name] = place
    return middle


def _spread(wanted: Sequence[float], heights: Sequence[float], gap: float) -> list[float]:
    """Places near the wanted ones, in the same order and at a distance: blocks that touch are moved together."""
    blocks: list[tuple[list[int], float]] = []  # members and the middle of the first
    offset: list[float] = []
    for number, height in enumerate(heights):
        step = 0.0 if number == 0 else heights[number - 1] / 2 + gap + height / 2
        offset.append(step if number == 0 else offset[-1] + step)
    for number, place in enumerate(wanted):
        members, first = [number], place - offset[number]
        while blocks and blocks[-1][1] > first:
            earlier, _ = blocks.pop()
            members = earlier + members
            first = fmean(wanted[member] - offset[member] for member in members)
        blocks.append((members, first))
    return [first + offset[member] for members, first in blocks for member in members]


def _placed(
    sizes: Mapping[str, Size],
    boxes: Mapping[str, tuple[int, Size]],
    rows: Sequence[Sequence[str]],
    middle: Mapping[str, float],
    paths: Mapping[tuple[str, str], Sequence[str]],
    between: float,
) -> Layout:
    left: list[float] = []
    widest: list[float] = []
    for row in rows:
        left.append(left[-1] + widest[-1] + between if left else 0.0)
        widest.append(max((boxes[name][1].width for name in row), default=0.0))
    top = min((middle[name] - size.height / 2 for name, size in sizes.items()), default=0.0)
    bottom = max((middle[name] + size.height / 2 for name, size in sizes.items()), default=0.0)
    passing = [middle[name] for name in boxes if name not in sizes]
    top, bottom = min([top, *passing]), max([bottom, *passing])
    places = {name: (left[boxes[name][0]], middle[name] - size.height / 2 - top) for name, size in sizes.items()}
    lines: dict[tuple[str, str], tuple[tuple[float, float], ...]] = {}
    for (start, end), path in paths.items():
        points = [(places[start][0] + sizes[start].width, middle[start] - top)]
        for name in path[1:-1]:
            here = left[boxes[name][0]]
            points += [(here, middle[name] - top), (here + widest[boxes[name][0]], middle[name] - top)]
        lines[(start, end)] = (*points, (places[end][0], middle[end] - top))
    width = left[-1] + widest[-1] if left else 0.0
    return Layout(places, lines, width, bottom - top)
