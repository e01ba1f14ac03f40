"""Worked values of the indicators, grades and responses, and what limits the standard sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.measures.quiet.assessment.studies import terms

from tanheng.measures.quiet.assessment.exposure import Outcome, percent_responding
from tanheng.measures.quiet.assessment.grades import area_mean, grade, road_mean
from tanheng.measures.quiet.assessment.indicators import energy_total, levels_of_day, statistical_levels

FACTS: dict[str, Any] = json.loads((Path(__file__).parent / "assessment_rules.json").read_text(encoding="utf-8"))
WORKED = FACTS["worked"]
TERMS = terms()


def test_a_day_of_hours_has_the_levels_that_were_worked_out_by_hand() -> None:
    found = levels_of_day(WORKED["hourly_dBA_from_hour_0"])
    for name in ("Ld", "Ln", "Ldn", "Lden"):
        assert found[name] == pytest.approx(WORKED[name], abs=6e-4), name
    with pytest.raises(ValueError, match="24 hours"):
        levels_of_day([60.0] * 23)


def test_levels_that_sound_together_add_their_energy() -> None:
    worked = WORKED["levels_energetic_sum"]
    assert energy_total(worked["levels"]) == pytest.approx(worked["expected"], abs=6e-4)


def test_roads_are_weighted_by_length_and_graded() -> None:
    worked = WORKED["road_mean"]
    levels, lengths = zip(*worked["sections"], strict=True)
    assert road_mean(levels, lengths) == pytest.approx(worked["expected"], abs=6e-3)
    assert grade(road_mean(levels, lengths), "road", "day", TERMS) == worked["grade_day"]
    with pytest.raises(ValueError, match="length"):
        road_mean([60.0], [0.0])


@pytest.mark.parametrize("of", ["area", "road"])
@pytest.mark.parametrize("period", ["day", "night"])
def test_grades_end_where_the_standard_says(of: Any, period: str) -> None:
    for number, upper in FACTS["grades_HJ_640_2012"][f"{of}_mean_{period}_dBA_upper"].items():
        if upper is None:
            assert grade(99.0, of, period, TERMS) == int(number)
        else:
            assert grade(upper, of, period, TERMS) == int(number)
            assert grade(upper + 0.01, of, period, TERMS) == int(number) + 1
    assert area_mean([50.0, 60.0]) == 55.0


@pytest.mark.parametrize(
    ("outcome", "worked"),
    [("annoyed", "highly_annoyed_road_percent"), ("sleep_disturbed", "highly_sleep_disturbed_road_percent")],
)
def test_people_respond_as_the_directive_has_it(outcome: Outcome, worked: str) -> None:
    lowest = {"annoyed": 55.0, "sleep_disturbed": 50.0}[outcome]
    for level, percent in WORKED[worked].items():
        found = percent_responding(np.array([float(level)]), outcome, "road", TERMS)[0]
        assert found == pytest.approx(percent if float(level) >= lowest else 0.0, abs=6e-4)
    assert percent_responding(np.array([-np.inf]), outcome, "road", TERMS)[0] == 0.0


def test_curves_of_the_directive_stand_in_the_rulebook() -> None:
    names = {"annoyed": "highly_annoyed_Lden", "sleep_disturbed": "highly_sleep_disturbed_Lnight"}
    for outcome, name in names.items():
        for noise, written in FACTS["response_EU_2020_367_percent_of_people"][name].items():
            signs = written.replace("- ", "-").replace("+ ", "").replace(" L^2", "").replace(" L", "").split()
            stands = [TERMS.value("noise.response", outcome, noise, term) for term in ("constant", "linear", "square")]
            assert stands == [float(number) for number in signs]


def test_limits_are_those_of_table_1() -> None:
    table = {"0": (50, 40), "1": (55, 45), "2": (60, 50), "3": (65, 55), "4a": (70, 55), "4b": (70, 60)}
    assert TERMS.classes == tuple(table)
    for name, limits in table.items():
        assert (TERMS.limit(name, "day").value, TERMS.limit(name, "night").value) == limits
    assert TERMS.night == (22, 23, 0, 1, 2, 3, 4, 5)
    assert len(TERMS.day) == 16


def test_a_tenth_of_the_time_is_above_l10() -> None:
    samples = np.arange(1.0, 1001.0)
    found = statistical_levels(samples)
    for name, share in (("L10", 0.1), ("L50", 0.5), ("L90", 0.9)):
        assert (samples > found[name]).mean() == pytest.approx(share, abs=1e-3)
    with pytest.raises(ValueError, match="samples"):
        statistical_levels([])
