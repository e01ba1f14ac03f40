"""A workflow as a drawing, from the declarations that the steps themselves follow: a column of states and arrows.

Neighbouring states are joined by a straight arrow; what skips states goes round on the right, what goes back on the
left. Arrows that say the same and lead to the same state share a lane, and say it once. Looks come from the page's
style sheet, since no style may stand in a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tanheng.credits.cases.models import Case
from tanheng.credits.cases.steps import Step, arrows
from tanheng.web.templatetags.page import said

WIDTH, HEIGHT, GAP, LANE, TEXT = 190, 38, 46, 30, 190
TOP = 12


@dataclass(frozen=True)
class Arrow:
    """An arrow between two places of the column, with everything that goes along it."""

    source: int
    target: int
    label: str

    @property
    def span(self) -> int:
        """Over how many places it goes; negative: back."""
        return self.target - self.source


def diagram(model: type[Case], current: str | None = None) -> SafeString:
    """The workflow of a kind of case as SVG, in the language of the reader; ``current`` is the state to be marked."""
    states = list(model.STATES)
    joined: dict[tuple[int, int], list[Step]] = {}
    for source, target, step in arrows(model):
        joined.setdefault((states.index(source), states.index(target)), []).append(step)
    all_arrows = [Arrow(s, t, " / ".join(said(step.title) for step in steps)) for (s, t), steps in joined.items()]
    straight = [each for each in all_arrows if each.span == 1]
    right = _lanes([each for each in all_arrows if each.span > 1])
    left = _lanes([each for each in all_arrows if each.span < 1])
    x = 16 + (TEXT + LANE * (1 + max(left.values(), default=0)) if left else 0)
    width = x + WIDTH + (TEXT + LANE * (1 + max(right.values(), default=0)) if right else TEXT // 2) + 16
    height = TOP * 2 + len(states) * HEIGHT + (len(states) - 1) * GAP
    parts = [_straight(each, x) for each in straight]
    parts += [_round(each, x + WIDTH, lane, 1) for each, lane in right.items()]
    parts += [_round(each, x, lane, -1) for each, lane in left.items()]
    parts += [_said_once(each, x + WIDTH, right[each], 1) for each in _longest(right)]
    parts += [_said_once(each, x, left[each], -1) for each in _longest(left)]
    parts += [_box(place, said(model.STATES[state]), state == current, x) for place, state in enumerate(states)]
    name = escape(said(model.NAME))
    return mark_safe(
        f'<svg class="workflow" role="img" aria-label="{name}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg"><title>{name}</title>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _lanes(found: Sequence[Arrow]) -> dict[Arrow, int]:
    """Which lane each goes along: the short ones inside, and none over another that says something else."""
    groups: dict[tuple[int, str], list[Arrow]] = {}
    for arrow in found:
        groups.setdefault((arrow.target, arrow.label), []).append(arrow)
    taken: list[tuple[int, int, int]] = []
    lanes: dict[Arrow, int] = {}
    for group in sorted(groups.values(), key=lambda each: max(abs(arrow.span) for arrow in each)):
        places = [place for arrow in group for place in (arrow.source, arrow.target)]
        first, last = min(places), max(places)
        full = {lane for lane, begin, end in taken if end >= first and begin <= last}
        lane = next(lane for lane in range(len(groups) + 1) if lane not in full)
        taken.append((lane, first, last))
        lanes.update(dict.fromkeys(group, lane))
    return lanes


def _longest(lanes: Mapping[Arrow, int]) -> list[Arrow]:
    """Of the arrows that say the same and lead to the same state, the one that comes from furthest away."""
    longest: dict[tuple[int, str], Arrow] = {}
    for arrow in sorted(lanes, key=lambda each: abs(each.span)):
        longest[arrow.target, arrow.label] = arrow
    return list(longest.values())


def _y(place: int) -> int:
    return TOP + place * (HEIGHT + GAP)


def _box(place: int, label: str, current: bool, x: int) -> str:
    mark = ' class="here"' if current else ""
    y = _y(place)
    return (
        f'<g{mark}><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<text x="{x + WIDTH // 2}" y="{y + HEIGHT // 2 + 5}" text-anchor="middle">{escape(label)}</text></g>'
    )


def _straight(arrow: Arrow, x: int) -> str:
    middle, y = x + WIDTH // 2, _y(arrow.source) + HEIGHT
    return (
        f'<path class="way" d="M{middle} {y} V{y + GAP - 2}" marker-end="url(#tip)"/>'
        f'<text class="step" x="{middle + 8}" y="{y + GAP // 2 + 4}">{escape(arrow.label)}</text>'
    )


def _round(arrow: Arrow, x: int, lane: int, side: int) -> str:
    out = x + side * (16 + LANE * lane)
    start, end = _ends(arrow)
    return f'<path class="way" d="M{x} {start} H{out} V{end} H{x + side * 2}" marker-end="url(#tip)"/>'


def _said_once(arrow: Arrow, x: int, lane: int, side: int) -> str:
    out = x + side * (16 + LANE * lane)
    anchor = "start" if side > 0 else "end"
    # Beside the first half of the way; a lane further out is written a line lower, so that no two texts meet.
    level = sum(_ends(arrow)) // 2 + (lane % 3 - 1) * 15
    return f'<text class="step" x="{out + side * 5}" y="{level}" text-anchor="{anchor}">{escape(arrow.label)}</text>'


def _ends(arrow: Arrow) -> tuple[int, int]:
    """At which heights it leaves and arrives."""
    if arrow.span == 0:
        return _y(arrow.source) + 8, _y(arrow.source) + HEIGHT - 8
    return _y(arrow.source) + HEIGHT // 2 + 7, _y(arrow.target) + HEIGHT // 2 - 7
