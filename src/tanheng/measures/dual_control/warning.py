"""Early warning in three colours, each with its reason.

The national plan asks for early warning and publishes no thresholds: those of the rulebook are examples. Progress is
judged from below (achieved over planned fall), use of a budget from above (forecast over budget).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tanheng.text import Text

Colour = Literal["green", "yellow", "red"]
_WORST_FIRST: tuple[Colour, ...] = ("red", "yellow", "green")
COLOUR_NAMES: dict[Colour, Text] = {
    "green": Text("green", "绿色"),
    "yellow": Text("yellow", "黄色"),
    "red": Text("red", "红色"),
}


@dataclass(frozen=True)
class EarlyWarning:
    """A colour with its reason. Without a colour, ``reason`` says what is missing."""

    colour: Colour | None
    reason: Text


def by_progress(about: Text, progress: float | None, green: float, yellow: float, missing: Text) -> EarlyWarning:
    """Colour by achieved over planned fall."""
    if progress is None:
        return EarlyWarning(None, Text(f"{about.en}: undetermined, {missing.en}", f"{about.zh}:未能确定,{missing.zh}"))
    colour: Colour = "green" if progress >= green else "yellow" if progress >= yellow else "red"
    least = green if colour == "green" else yellow
    side = Text("below", "低于") if colour == "red" else Text("at least", "不低于")
    return EarlyWarning(
        colour,
        Text(
            f"{about.en}: {progress:.0%} of the planned fall, {side.en} {least:.0%}",
            f"{about.zh}:完成计划降幅的{progress:.0%},{side.zh}{least:.0%}",
        ),
    )


def by_budget(about: Text, use: float | None, green: float, yellow: float, missing: Text) -> EarlyWarning:
    """Colour by forecast over budget."""
    if use is None:
        return EarlyWarning(None, Text(f"{about.en}: undetermined, {missing.en}", f"{about.zh}:未能确定,{missing.zh}"))
    colour: Colour = "green" if use <= green else "yellow" if use <= yellow else "red"
    most = green if colour == "green" else yellow
    side = Text("above", "高于") if colour == "red" else Text("at most", "不高于")
    return EarlyWarning(
        colour,
        Text(
            f"{about.en}: {use:.1%} of the budget, {side.en} {most:.0%}",
            f"{about.zh}:使用预算的{use:.1%},{side.zh}{most:.0%}",
        ),
    )


def together(warnings: Sequence[EarlyWarning]) -> EarlyWarning:
    """The worst colour there is, with every reason, what could not be judged included."""
    colours = {warning.colour for warning in warnings}
    worst = next((colour for colour in _WORST_FIRST if colour in colours), None)
    reasons = [warning.reason for warning in warnings]
    return EarlyWarning(
        worst, Text("; ".join(reason.en for reason in reasons), ";".join(reason.zh for reason in reasons))
    )
