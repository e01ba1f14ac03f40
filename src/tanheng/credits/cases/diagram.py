"""A workflow as a drawing, from the declarations that the steps themselves follow: a column of states and arrows.

Neighbouring states are joined by a straight arrow; what skips states goes round on the right, what goes back on the
left. Looks come from the page's style sheet, since no style may stand in a page.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    parts += [_box(place, said(model.STATES[state]), state == current, x) for place, state in enumerate(states)]
    name = escape(said(model.NAME))
    return mark_safe(
        f'<svg class="workflow" role="img" aria-label="{name}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg"><title>{name}</title>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _lanes(found: Sequence[Arrow]) -> dict[Arrow, int]:
    """Which lane each goes along: the short ones inside, and none over another of the same lane."""
    lanes: dict[Arrow, int] = {}
    for arrow in sorted(found, key=lambda each: (abs(each.span), each.source)):
        ends = sorted((arrow.source, arrow.target))
        taken = {
            lane
            for other, lane in lanes.items()
            if max(other.source, other.target) >= ends[0] and min(other.source, other.target) <= ends[1]
        }
        lanes[arrow] = next(lane for lane in range(len(lanes) + 1) if lane not in taken)
    return lanes


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
    start, end = _y(arrow.source) + HEIGHT // 2 + 7, _y(arrow.target) + HEIGHT // 2 - 7
    if arrow.span == 0:
        start, end = _y(arrow.source) + 8, _y(arrow.source) + HEIGHT - 8
    anchor = "start" if side > 0 else "end"
    # Beside the first half of the way; a lane further out is written a line lower, so that no two texts meet.
    level = (start + end) // 2 + (lane % 3 - 1) * 15
    return (
        f'<path class="way" d="M{x} {start} H{out} V{end} H{x + side * 2}" marker-end="url(#tip)"/>'
        f'<text class="step" x="{out + side * 5}" y="{level}" text-anchor="{anchor}">{escape(arrow.label)}</text>'
    )
