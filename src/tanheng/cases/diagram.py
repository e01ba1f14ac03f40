"""A workflow as a drawing, from the declarations that the steps themselves follow: a column of states and arrows.

Neighbouring states are joined by a straight arrow; what skips states goes round on the right, what goes back on the
left. Looks come from the page's style sheet, since no style may stand in a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tanheng.cases.models import Case
from tanheng.cases.steps import arrows
from tanheng.web.templatetags.page import said

HEIGHT, GAP, LANE, NARROWEST = 36, 42, 26, 120
TOP = 12
WIDE, NARROW = 12.5, 6.8  # how broad a Chinese character and a Latin letter are written


@dataclass(frozen=True)
class Way:
    """A way round the column: from one or several places to one, with the steps that go along it."""

    sources: tuple[int, ...]
    target: int
    label: str

    @property
    def top(self) -> int:
        """The highest place that it touches."""
        return min(*self.sources, self.target)

    @property
    def bottom(self) -> int:
        """The lowest one."""
        return max(*self.sources, self.target)


def diagram(model: type[Case], current: str | None = None) -> SafeString:
    """The workflow of a kind of case as SVG, in the language of the reader; ``current`` is the state to be marked."""
    states = list(model.STATES)
    joined: dict[tuple[int, int], list[str]] = {}
    for source, target, step in arrows(model):
        joined.setdefault((states.index(source), states.index(target)), []).append(said(step.title))
    straight = {ends: steps for ends, steps in joined.items() if ends[1] - ends[0] == 1}
    right = _lanes(_ways({ends: steps for ends, steps in joined.items() if ends[1] - ends[0] > 1}))
    left = _lanes(_ways({ends: steps for ends, steps in joined.items() if ends[1] <= ends[0]}))
    wide = max(NARROWEST, *(_breadth(said(words)) + 24 for words in model.STATES.values()))
    beside = max((_breadth(" / ".join(steps)) for steps in straight.values()), default=0) - wide // 2 + 10
    x = 8 + _room(left)
    width = x + wide + max(_room(right), beside) + 8
    height = TOP * 2 + len(states) * HEIGHT + (len(states) - 1) * GAP
    parts = [_straight(source, " / ".join(steps), x + wide // 2) for (source, _target), steps in straight.items()]
    parts += [*_round(right, x + wide, 1), *_round(left, x, -1)]
    parts += [_box(place, said(model.STATES[state]), state == current, x, wide) for place, state in enumerate(states)]
    name = escape(said(model.NAME))
    return mark_safe(
        f'<svg class="workflow" role="img" aria-label="{name}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg"><title>{name}</title>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _ways(found: Mapping[tuple[int, int], list[str]]) -> list[Way]:
    """What leads to one place by the same steps goes together."""
    sources: dict[tuple[int, str], list[int]] = {}
    for (source, target), steps in found.items():
        sources.setdefault((target, " / ".join(steps)), []).append(source)
    return [Way(tuple(sorted(places)), target, label) for (target, label), places in sources.items()]


def _lanes(ways: Sequence[Way]) -> dict[Way, int]:
    """Which lane each goes along: the short ones inside, and none over another of the same lane."""
    lanes: dict[Way, int] = {}
    for way in sorted(ways, key=lambda each: (each.bottom - each.top, each.top, each.label)):
        taken = {lane for other, lane in lanes.items() if other.bottom >= way.top and other.top <= way.bottom}
        lanes[way] = next(lane for lane in range(len(lanes) + 1) if lane not in taken)
    return lanes


def _breadth(label: str) -> int:
    """About how broad a label is written."""
    return int(sum(WIDE if ord(letter) > 0x2E80 else NARROW for letter in label)) + 1


def _room(lanes: Mapping[Way, int]) -> int:
    """What the ways on one side and their labels take."""
    return max((22 + LANE * lane + _breadth(way.label) for way, lane in lanes.items()), default=0)


def _y(place: int) -> int:
    return TOP + place * (HEIGHT + GAP)


def _box(place: int, label: str, current: bool, x: int, wide: int) -> str:
    mark = ' class="here"' if current else ""
    y = _y(place)
    return (
        f'<g{mark}><rect x="{x}" y="{y}" width="{wide}" height="{HEIGHT}" rx="6"/>'
        f'<text x="{x + wide // 2}" y="{y + HEIGHT // 2 + 5}" text-anchor="middle">{escape(label)}</text></g>'
    )


def _straight(source: int, label: str, middle: int) -> str:
    y = _y(source) + HEIGHT
    return (
        f'<path class="way" d="M{middle} {y} V{y + GAP - 2}" marker-end="url(#tip)"/>'
        f'<text class="step" x="{middle + 8}" y="{y + GAP // 2 + 4}">{escape(label)}</text>'
    )


def _round(lanes: Mapping[Way, int], x: int, side: int) -> Iterator[str]:
    anchor = "start" if side > 0 else "end"
    levels: set[int] = set()
    words = []  # over the lines, which are broken under them
    for way, lane in sorted(lanes.items(), key=lambda each: each[1]):
        out = x + side * (16 + LANE * lane)
        end = _y(way.target) + HEIGHT // 2 - 7
        starts = [_y(place) + (HEIGHT // 2 + 7 if place != way.target else HEIGHT - 6) for place in way.sources]
        for start in starts:
            yield f'<path class="way" d="M{x} {start} H{out} V{end} H{x + side * 2}" marker-end="url(#tip)"/>'
        # Beside the upper end of its lane, a line lower where another text stands there already.
        level = min(*starts, end) + 16
        while levels & set(range(level - 14, level + 15)):
            level += 15
        levels.add(level)
        text = f'<text class="step" x="{out + side * 5}" y="{level}" text-anchor="{anchor}">'
        words.append(f"{text}{escape(way.label)}</text>")
    yield from words
