"""What the colours and sizes of a map mean: one description, by which the pictures of reports and the site's map go.

Areas whose values are numbers fall into classes of about as many areas each; a few colours are read back from a
legend, a hundred shades are not. Values that are words, such as warning colours, have a colour each. Points whose
values are numbers have one colour and an area that grows with the value.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tanheng.measures.assessment import MapLayer
from tanheng.report.figures import scale_of
from tanheng.report.look import NO_VALUE, PALETTE, STATES
from tanheng.text import Language, Text

Value = float | str | None
CLASSES_MOST = 5
# Light to dark, of one hue: told apart on paper and by colour-blind readers.
RAMP = ("#d5e9e6", "#a3cfcb", "#66aeae", "#2f8590", "#0f5366")
POINT = PALETTE[4]
AREAS_PX = (6.0, 700.0)  # of the point of nought and of the largest, in square pixels
UNDETERMINED = Text("undetermined", "未能确定")
# Words that may stand in place of numbers, in the order of the legend.
_WORDS: dict[str, tuple[Text, str]] = {
    "good": (Text("on track", "正常"), STATES["good"]),
    "watch": (Text("watch", "关注"), "#d99a2b"),
    "bad": (Text("behind", "预警"), STATES["bad"]),
    "green": (Text("green", "绿色"), STATES["good"]),
    "yellow": (Text("yellow", "黄色"), "#d99a2b"),
    "red": (Text("red", "红色"), STATES["bad"]),
    "undetermined": (UNDETERMINED, "#b9c2c9"),
}


@dataclass(frozen=True)
class Step:
    """An entry of the legend: a colour or the size of a circle, and what it stands for."""

    said: Text
    colour: str
    area_px: float | None = None
    word: str | None = None

    @property
    def radius(self) -> float:
        """Of the circle, px."""
        return radius_of(self.area_px or 0.0)


@dataclass(frozen=True)
class Legend:
    """``breaks`` are the lower bounds of all classes but the first, in the unit of the layer; ``largest`` the largest
    value there is, without its sign."""

    kind: Literal["words", "classes", "sizes"]
    unit: str
    steps: tuple[Step, ...]
    breaks: tuple[float, ...] = ()
    largest: float = 0.0

    def place_of(self, value: Value) -> int | None:
        """Which step a value belongs to; None where it is undetermined and the legend has no step for that."""
        if self.kind == "words":
            word = str(value or "undetermined")
            return next(place for place, step in enumerate(self.steps) if step.word == word)
        if not isinstance(value, int | float):
            return None
        return bisect_right(self.breaks, value) if self.kind == "classes" else 0

    def colour_of(self, value: Value) -> str:
        """The colour of a value."""
        place = self.place_of(value)
        return NO_VALUE if place is None else self.steps[place].colour

    def scale(self, language: Language) -> tuple[float, str, int]:
        """By what a value is multiplied, the unit that it then has, and the digits after its point."""
        found = scale_of(self.unit, self.largest, language)
        return found.factor, found.unit, 0 if self.largest * found.factor >= 100 else 2


def legend_of(layer: MapLayer, values: Sequence[Value]) -> Legend:
    """The legend of a layer with these values."""
    if any(isinstance(value, str) for value in values):
        return Legend("words", layer.unit, _words(values))
    known = sorted(float(value) for value in values if isinstance(value, int | float))
    largest = max((abs(value) for value in known), default=0.0)
    if layer.kind == "points":
        return Legend("sizes", layer.unit, _sizes(layer.unit, largest), largest=largest)
    breaks = _breaks(known)
    # With fewer classes the lightest and the darkest still stay.
    last = len(RAMP) - 1
    ramp = (
        [RAMP[round(place * last / max(len(breaks), 1))] for place in range(len(breaks) + 1)] if breaks else RAMP[2:3]
    )
    return Legend("classes", layer.unit, _classes(layer.unit, largest, known, breaks, ramp), tuple(breaks), largest)


def radius_of(area_px: float) -> float:
    """Of a circle, px."""
    return round(math.sqrt(area_px / math.pi), 2)


def _words(values: Sequence[Value]) -> tuple[Step, ...]:
    found = {str(value or "undetermined") for value in values}
    order = [word for word in _WORDS if word in found] + sorted(found - _WORDS.keys())
    return tuple(
        Step(
            _WORDS[word][0] if word in _WORDS else Text(word, word),
            _WORDS[word][1] if word in _WORDS else PALETTE[place % len(PALETTE)],
            word=word,
        )
        for place, word in enumerate(order)
    )


def _breaks(known: Sequence[float]) -> list[float]:
    """Bounds between classes of about as many values each, of two digits, so that one can say them."""
    classes = min(CLASSES_MOST, len(set(known)))
    found: list[float] = []
    for place in range(1, classes):
        bound = _two_digits(known[place * len(known) // classes])
        if known[0] < bound <= known[-1] and (not found or bound > found[-1]):
            found.append(bound)
    return found


def _two_digits(value: float) -> float:
    return float(f"{value:.1e}")


def _classes(
    unit: str, largest: float, known: Sequence[float], breaks: Sequence[float], ramp: Sequence[str]
) -> tuple[Step, ...]:
    if not known:
        return (Step(UNDETERMINED, NO_VALUE),)
    bounds = [None, *breaks, None]
    steps = []
    for place, colour in enumerate(ramp):
        said = Text(*(_between(bounds[place], bounds[place + 1], unit, largest, tongue) for tongue in ("en", "zh")))
        steps.append(Step(said, colour))
    return tuple(steps)


def _between(low: float | None, high: float | None, unit: str, largest: float, language: Language) -> str:
    scale = scale_of(unit, largest, language)

    def written(value: float) -> str:
        return f"{value * scale.factor:,.10g}".replace("-", "−")

    if low is None and high is None:
        return scale.unit or Text("all", "全部").in_language(language)
    if low is None:
        assert high is not None
        said = {"en": f"below {written(high)}", "zh": f"{written(high)} 以下"}
    elif high is None:
        said = {"en": f"{written(low)} or more", "zh": f"{written(low)} 及以上"}
    else:
        said = dict.fromkeys(("en", "zh"), f"{written(low)} – {written(high)}")
    return said[language]


def _sizes(unit: str, largest: float) -> tuple[Step, ...]:
    if not largest:
        return (Step(Text("0", "0"), POINT, AREAS_PX[0]),)
    top = _two_digits(largest)
    steps = []
    for share in (0.01, 0.1, 1.0):
        said = []
        for tongue in ("en", "zh"):
            scale = scale_of(unit, largest, tongue)
            said.append(f"{top * share * scale.factor:,.6g}")
        steps.append(Step(Text(*said), POINT, AREAS_PX[0] + (AREAS_PX[1] - AREAS_PX[0]) * top * share / largest))
    return tuple(steps)
