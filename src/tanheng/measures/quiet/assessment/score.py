"""The score card of a quiet community: each indicator by its weight and its scale, both from the rulebook.

score = sum of weight x points / sum of weights; points run from 0 at the worst to 100 at the best value, straight in
between. An indicator of weight 0 counts in nothing. As long as a weight is unset, or the scale or the value of an
indicator with a weight, there is no score, and the card says what is missing: no weight was published, so none is made
up. A city sets its own in its rulebook or in an overlay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.figures import Figure
from tanheng.measures.quiet.assessment.parameters import Given, Terms, weakest
from tanheng.policy.parameters import Status
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

FULL = 100.0


@dataclass(frozen=True)
class Line:
    """An indicator on the card. ``points`` 0 to 100; None is undetermined or, with weight 0, not asked for."""

    figure: Figure
    weight: Given
    best: Given
    worst: Given
    points: float | None


@dataclass(frozen=True)
class Card:
    """``score`` of 100, None where it is undetermined; ``missing`` then says by what. ``title``: whether it suffices
    for the title; None where that is undetermined."""

    lines: tuple[Line, ...]
    score: float | None
    missing: tuple[Text, ...]
    least_for_title: Given
    trust: Status | None

    @property
    def title(self) -> bool | None:
        least = self.least_for_title.value
        return None if self.score is None or least is None else self.score >= least

    def as_json(self) -> dict[str, Any]:
        """Plain values, for records and pages."""
        return {
            "score": self.score,
            "title": self.title,
            "least_for_title": self.least_for_title.value,
            "trust": None if self.trust is None else self.trust.word,
            "missing": [{"en": text.en, "zh": text.zh} for text in self.missing],
            "lines": [
                {
                    **line.figure.as_json(),
                    "weight": line.weight.value,
                    "best": line.best.value,
                    "worst": line.worst.value,
                    "points": line.points,
                }
                for line in self.lines
            ],
        }


def score_card(figures: Sequence[Figure], terms: Terms) -> Card:
    """The card of a community from its figures.

    Raises
    ------
    InputRejected
        ``noise.E061`` a weight of the rulebook for an indicator that is not among the figures, ``noise.E063`` a weight
        below 0, or a scale whose best value is its worst.
    """
    by_id = {figure.id: figure for figure in figures}
    asked = sorted(cell.keys[0] for cell in terms.book[reads.WEIGHT].in_force(terms.on))
    lines, missing, problems = [], [], []
    for name in asked:
        weight, best, worst = (terms.given(each, name) for each in (reads.WEIGHT, reads.BEST, reads.WORST))
        file = terms.book[reads.WEIGHT].file
        if name not in by_id:
            hint = f"There are: {', '.join(sorted(by_id))}"
            message = "is an indicator that nobody works out"
            problems.append(Problem("noise.E061", file, None, reads.WEIGHT, name, message, hint=hint))
            continue
        if weight.value is not None and weight.value < 0.0:
            said = f"{weight.value:g} for {name}"
            problems.append(Problem("noise.E063", file, None, reads.WEIGHT, said, expected="0 or more"))
            continue
        if best.value is not None and best.value == worst.value:
            said = f"{best.value:g} for {name}"
            problems.append(
                Problem("noise.E063", file, None, reads.BEST, said, expected="another value than the worst")
            )
            continue
        figure = by_id[name]
        lines.append(Line(figure, weight, best, worst, _points(figure, best, worst)))
        missing += _missing(lines[-1])
    if problems:
        raise InputRejected(sorted(problems))
    total = sum(line.weight.value or 0.0 for line in lines)
    if not missing and total <= 0.0:
        missing.append(Text("No indicator has a weight", "没有任何指标设定权重"))
    least = terms.given(reads.TITLE_SCORE)
    if missing:
        return Card(tuple(lines), None, tuple(missing), least, None)
    counting = [line for line in lines if line.weight.value]
    score = sum((line.weight.value or 0.0) * (line.points or 0.0) for line in counting) / total
    parts = (part for line in counting for part in (line.figure.trust, line.weight, line.best, line.worst))
    return Card(tuple(lines), score, (), least, weakest(parts))


def _points(figure: Figure, best: Given, worst: Given) -> float | None:
    if figure.value is None or best.value is None or worst.value is None:
        return None
    share = (figure.value - worst.value) / (best.value - worst.value)
    return FULL * min(1.0, max(0.0, share))


def _missing(line: Line) -> list[Text]:
    """Why a line keeps the card from a score."""
    if line.weight.value is None:
        return [line.weight.why] if line.weight.why else []
    if line.weight.value == 0.0:
        return []
    title = line.figure.title
    found = [given.why for given in (line.best, line.worst) if given.value is None and given.why]
    if line.figure.why is not None:
        found.append(Text(f"{title.en}: {line.figure.why.en}", f"{title.zh}：{line.figure.why.zh}"))
    return found
