"""What the colours of a noise map mean: levels in classes of 5 dB from 35 to 80 dB(A), differences, excess over limits.

The colours of levels are those of Weninger, "A color scheme for the presentation of sound immission in maps"
(Euronoise 2015, www.coloringnoise.com), made for noise maps and for readers who confuse colours: cold and light below
60 dB(A), warm and dark above. Differences go from blue (quieter) over white to brown (louder).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.text import Text

NOTHING = "#e7ebee"
INDICATORS = {
    "Ld": Text("day, 6 to 22 h (Ld)", "昼间 6时至22时 (Ld)"),
    "Ln": Text("night, 22 to 6 h (Ln)", "夜间 22时至6时 (Ln)"),
    "Lden": Text("day, evening and night, European (Lden)", "昼晚夜等效声级,欧盟 (Lden)"),
}
SILENT = Text("nothing heard", "无声级")


@dataclass(frozen=True)
class Scale:
    """Classes with a colour each. ``bounds`` are the lower ends of all classes but the first, dB."""

    id: str
    title: Text
    unit: str
    bounds: tuple[float, ...]
    colours: tuple[str, ...]
    signed: bool = False

    def __post_init__(self) -> None:
        if len(self.colours) != len(self.bounds) + 1:
            raise ValueError(f"{self.id}: {len(self.bounds)} bounds need {len(self.bounds) + 1} colours")

    def place_of(self, value: float) -> int:
        """The class of a value; a bound belongs to the class above it."""
        return bisect_right(self.bounds, value)

    def colour_of(self, value: float | None) -> str:
        """Its colour; that of silence for None and what is not finite."""
        return NOTHING if value is None or not math.isfinite(value) else self.colours[self.place_of(value)]

    @property
    def steps(self) -> list[tuple[Text, str]]:
        """What stands in the legend, the highest last."""
        said = [self._said(low, high) for low, high in zip((None, *self.bounds), (*self.bounds, None), strict=True)]
        return list(zip(said, self.colours, strict=True))

    def _said(self, low: float | None, high: float | None) -> Text:
        lower, upper = (None if each is None else self.written(each) for each in (low, high))
        if low is None:
            return Text(f"below {upper}", f"{upper} 以下")
        if high is None:
            return Text(f"{lower} or more", f"{lower} 及以上")
        return Text(f"{lower} to {upper}", f"{lower} 至 {upper}")

    def written(self, value: float) -> str:
        """A bound as people write it."""
        sign = "+" if self.signed and value > 0 else ""
        return f"{sign}{value:g}".replace("-", "−")


LEVELS = Scale(
    "levels",
    Text("Level", "声级"),
    "dB(A)",
    tuple(float(bound) for bound in range(35, 85, 5)),
    ("#FFFFFF", "#82A6AD", "#A0BABF", "#B8D6D1", "#CEE4CC", "#E2F2BF", "#F3C683", "#E87E4D", "#CD463E", "#A11A4D",
     "#75085C"),
)  # fmt: skip
DIFFERENCE = Scale(
    "difference",
    Text("Change", "变化"),
    "dB",
    (-6.0, -3.0, -1.0, -0.1, 0.1, 1.0, 3.0, 6.0),
    ("#08306b", "#2f79b5", "#7fb6d9", "#c6dcec", "#ffffff", "#f6dcb8", "#e5a560", "#b8651b", "#6b3205"),
    signed=True,
)
EXCESS = Scale(
    "excess",
    Text("Over the limit of the function area", "超出声环境功能区限值"),
    "dB",
    (0.0, 3.0, 6.0, 10.0),
    ("#cfe3ea", "#f3c683", "#e87e4d", "#b3263f", "#5b0a52"),
)
POWER = Scale(
    "power",
    Text("Sound power of roads, a metre", "道路单位长度声功率级"),
    "dB(A)/m",
    (65.0, 70.0, 75.0, 80.0, 85.0),
    ("#b9c2c9", "#97a3ad", "#77858f", "#586772", "#3b4954", "#1f2b35"),
)
SCALES = {scale.id: scale for scale in (LEVELS, DIFFERENCE, EXCESS, POWER)}


def shares(values: Sequence[float | None], weights: Sequence[float], scale: Scale) -> list[float]:
    """Sums of the weights by class; what has no value is in none."""
    found = [0.0] * len(scale.colours)
    for value, weight in zip(values, weights, strict=True):
        if value is not None and math.isfinite(value):
            found[scale.place_of(value)] += weight
    return found
