"""Colours: a wrong one sends inspectors to the wrong district, or none to the right one."""

from __future__ import annotations

import pytest

from tanheng.measures.dual_control.warning import EarlyWarning, by_budget, by_progress, together
from tanheng.text import Text

ABOUT, MISSING = Text("energy per GDP", "单位GDP能耗"), Text("no goal is published", "目标未公布")


@pytest.mark.parametrize(
    ("progress", "colour"),
    [(1.3, "green"), (1.0, "green"), (0.99, "yellow"), (0.8, "yellow"), (0.79, "red"), (-2.0, "red"), (None, None)],
)
def test_progress_on_either_side_of_each_threshold(progress: float | None, colour: str | None) -> None:
    found = by_progress(ABOUT, progress, 1.0, 0.8, MISSING)
    assert found.colour == colour
    assert found.reason.en and found.reason.zh


@pytest.mark.parametrize(
    ("use", "colour"),
    [(0.5, "green"), (0.95, "green"), (0.96, "yellow"), (1.0, "yellow"), (1.001, "red"), (None, None)],
)
def test_budget_on_either_side_of_each_threshold(use: float | None, colour: str | None) -> None:
    assert by_budget(ABOUT, use, 0.95, 1.0, MISSING).colour == colour


def test_without_a_goal_there_is_no_colour_and_the_reason_says_what_is_missing() -> None:
    found = by_progress(ABOUT, None, 1.0, 0.8, MISSING)
    assert found.colour is None
    assert "no goal is published" in found.reason.en and "目标未公布" in found.reason.zh


def test_the_worst_colour_wins_and_no_reason_is_lost() -> None:
    reasons = [Text(word, word) for word in ("a", "b", "c")]
    found = together(
        [EarlyWarning("green", reasons[0]), EarlyWarning("red", reasons[1]), EarlyWarning(None, reasons[2])]
    )
    assert found.colour == "red"
    assert found.reason.en == "a; b; c"


def test_what_cannot_be_judged_is_not_green() -> None:
    assert together([EarlyWarning(None, MISSING)]).colour is None
