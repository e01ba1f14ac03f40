"""Communities: who lives above the limit, who has a quiet side, and what the score card says or leaves open."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.measures.quiet.assessment.studies import power, rows, square, study, terms

from tanheng.measures.quiet.assessment.areas import classes_at
from tanheng.measures.quiet.assessment.communities import Observed, assess_communities, assess_quarter
from tanheng.measures.quiet.assessment.exposure import by_band
from tanheng.measures.quiet.assessment.monitoring import Attainment
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.study import Study
from tanheng.policy.parameters import Status
from tanheng.problems import InputRejected

TERMS = terms()
EXAMPLE = """
changes: shenzhen
title: {en: Weights for a test, zh: 测试权重}
from: 2026-01-01
source: {document: A test of the score card}
status: example
parameters:
  noise.score_weight:
    values:
      2026-01-01: {attained_day: 1, attained_night: 3, quiet_by_day: 0, quiet_by_night: 0, quiet_side: 0,
                   sleep_disturbed: 0, nights_attained: 0, complaints: 0}
  noise.score_best:
    values: {2026-01-01: {attained_day: 100, attained_night: 100}}
  noise.score_worst:
    values: {2026-01-01: {attained_day: 0, attained_night: 50}}
  noise.title_least_score: 40
"""


def quarter(**more: object) -> Quarter:
    """Two towers beside a road with a strip of class 4a, one community round both, and a third tower outside of it."""
    tables = {
        "buildings": rows(
            "buildings",
            {"id": "front", "geometry": square(0, 0, 20), "persons": 100.0},
            {"id": "back", "geometry": square(0, 60, 20), "persons": 300.0},
            {"id": "away", "geometry": square(500, 60, 20), "persons": 1000.0},
        ),
        "areas": rows(
            "areas",
            {"id": "block", "geometry": square(-100, -100, 400), "class": "2", "name": "block"},
            {"id": "strip", "geometry": square(-100, -150, 155), "class": "4a", "name": "strip"},
        ),
        "communities": rows("communities", {"id": "c1", "geometry": square(-50, -50, 200), "name": "Garden"}),
    }
    return Quarter("q", "EPSG:4547", tables)


def towers(day: float = 75.0, night: float = 68.0, *, back_persons: float | None = 300.0) -> Study:
    """Front: 70 and 63 dB(A) before, 55 behind by day; back: 62 dB(A), 55 at night; away: silence."""
    half = None if back_persons is None else back_persons
    receivers = [
        {"id": "front/0", "building": "front", "side": 0, "x": 10.0, "y": -1.0, "persons": 50.0},
        {"id": "front/1", "building": "front", "side": 1, "x": 10.0, "y": 21.0, "persons": 50.0},
        {"id": "back/0", "building": "back", "side": 0, "x": 10.0, "y": 59.0, "persons": half},
        {"id": "away/0", "building": "away", "side": 0, "x": 510.0, "y": 59.0, "persons": 1000.0},
    ]
    losses = {"front/0": {"road": 5.0}, "front/1": {"road": 20.0}, "back/0": {"road": 13.0}}
    return study(receivers, {"road": power(day, night)}, losses, quarter())


def test_figures_of_a_community_are_those_worked_out_by_hand() -> None:
    (found,) = assess_communities(towers(), TERMS)
    value = {name: figure.value for name, figure in found.figures.items()}
    assert value["persons"] == 400
    # By day: 70 meets 4a (70), 55 behind meets class 2 (60), 62 exceeds it.
    assert value["attained_day"] == pytest.approx(25.0)
    assert value["above_day"] == pytest.approx(300)
    # At night: 63 exceeds 4a (55), 48 meets class 2 (50), 55 exceeds it.
    assert value["attained_night"] == pytest.approx(12.5)
    # Below 55 by day is nobody (55 is not below), below 45 at night nobody.
    assert value["quiet_by_day"] == 0 and value["quiet_by_night"] == 0
    # Only the front tower has two sides, 15 dB apart.
    assert value["quiet_side"] == pytest.approx(25.0)
    assert value["mean_day"] == pytest.approx((70 + 55 + 62) / 3, abs=1e-4)
    assert "front/0" in found.figures["noisiest"].made_of[-1].en
    assert "front/1" in found.figures["quietest"].made_of[-1].en
    lden = [study_level for study_level in towers().level("Lden") if np.isfinite(study_level)]
    percents = [78.9270 - 3.1162 * level + 0.0342 * level**2 if level >= 55 else 0.0 for level in lden]
    expected = (50 * percents[0] + 50 * percents[1] + 300 * percents[2]) / 400
    assert value["annoyed"] == pytest.approx(expected)
    assert sum(band.persons for band in found.lden) == pytest.approx(400)
    assert not found.notes


def test_a_community_says_from_what_each_figure_came_and_what_is_not_in_it() -> None:
    (found,) = assess_communities(towers(back_persons=None), TERMS)
    assert found.figures["persons"].value == 100
    assert "1 buildings with an unknown number of residents" in found.notes[0].en
    attained = found.figures["attained_night"]
    assert any("noise.limit[4a, night] = 55 (GB 3096-2008" in text.en for text in attained.made_of)
    assert any("noise.limit[2, night] = 50" in text.en for text in attained.made_of)
    assert attained.trust is Status.REPORTED
    assert found.figures["quiet_side"].trust is Status.EXAMPLE
    assert found.figures["nights_attained"].value is None


def test_without_function_areas_nothing_is_said_about_limits() -> None:
    bare = Quarter("q", "EPSG:4547", {**quarter().tables, "areas": rows("areas")})
    base = towers()
    found = assess_quarter(study_with(base, bare), TERMS)
    assert found.figures["attained_day"].value is None
    assert found.figures["above_night"].value is None
    assert found.figures["persons"].value == 1400
    assert "4 façade receivers lie in no function area" in found.notes[0].en


def study_with(base: Study, other: Quarter) -> Study:
    from dataclasses import replace

    return replace(base, quarter=other)


def test_an_area_of_a_class_that_nobody_knows_is_told_with_its_id() -> None:
    wrong = quarter().with_tables(
        areas=rows("areas", {"id": "a7", "geometry": square(0, 0, 10), "class": "5", "name": "?"})
    )
    with pytest.raises(InputRejected, match=r"area a7.*one of 0, 1, 2, 3, 4a, 4b.*noise\.E060"):
        classes_at(wrong, np.zeros((1, 2)), TERMS)


def test_the_strip_beside_a_road_comes_first_and_then_the_stricter_area() -> None:
    areas = [
        {"id": "loose", "geometry": square(0, 0, 30), "class": "3", "name": ""},
        {"id": "strict", "geometry": square(0, 0, 20), "class": "1", "name": ""},
        {"id": "strip", "geometry": square(0, 0, 10), "class": "4a", "name": ""},
    ]
    places = np.array([[5.0, 5.0], [15.0, 15.0], [25.0, 25.0], [35.0, 35.0]])
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        here = Quarter("q", "EPSG:4547", {"areas": rows("areas", *(areas[each] for each in order))})
        assert classes_at(here, places, TERMS) == ("4a", "1", "3", None)


def test_no_published_weight_no_score_and_the_card_says_so() -> None:
    (found,) = assess_communities(towers(), TERMS)
    assert found.card.score is None and found.card.title is None
    missing = [text.en for text in found.card.missing]
    assert "noise.score_weight[attained_night] is not published" in missing
    assert len(missing) == 8


def test_a_city_sets_its_weights_and_has_a_score() -> None:
    (found,) = assess_communities(towers(), terms(EXAMPLE))
    # Day 25 of 100; night 12.5 % is below the worst, 50 %: (1 * 25 + 3 * 0) / 4.
    assert found.card.score == pytest.approx(6.25)
    assert found.card.title is False
    assert found.card.trust is Status.EXAMPLE
    (quieter,) = assess_communities(towers(75.0, 60.5), terms(EXAMPLE))
    # 55.5 exceeds 55 before; 47.5 meets 50 behind: 87.5 % of people, 75 of 100 points.
    assert quieter.card.score == pytest.approx((25 + 3 * 75) / 4)
    assert quieter.card.title is True


def test_a_weight_without_a_value_or_a_scale_leaves_the_score_open() -> None:
    with_nights = EXAMPLE.replace("nights_attained: 0", "nights_attained: 2")
    (found,) = assess_communities(towers(), terms(with_nights))
    assert found.card.score is None
    said = [text.en for text in found.card.missing]
    assert said == [
        "noise.score_best[nights_attained] is not published",
        "noise.score_worst[nights_attained] is not published",
        "Nights of monitors within the limit: no night of a monitor counts",
    ]
    (found,) = assess_communities(towers(), terms(with_nights), {"c1": Observed(nights=Attainment(20, 17))})
    assert found.figures["nights_attained"].value == pytest.approx(85.0)
    assert len(found.card.missing) == 2


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("complaints: 0}", "complaints: 0, birdsong: {value: 1, new: true}}", "E061"),
        ("attained_day: 1,", "attained_day: -1,", "E063"),
        ("attained_day: 100,", "attained_day: 0,", "E063"),
    ],
)
def test_a_card_that_cannot_be_meant_is_refused(was: str, becomes: str, code: str) -> None:
    with pytest.raises(InputRejected, match=f"noise.{code}"):
        assess_communities(towers(), terms(EXAMPLE.replace(was, becomes)))


def test_complaints_are_told_by_people_and_years() -> None:
    (found,) = assess_communities(towers(), TERMS, {"c1": Observed(complaints=6, years=1.5)})
    assert found.figures["complaints"].value == pytest.approx(10.0)


@given(st.lists(st.tuples(st.floats(0, 120), st.floats(0, 50)), max_size=30))
def test_nobody_is_lost_between_bands(people: list[tuple[float, float]]) -> None:
    levels, persons = (np.array([each[part] for each in people]) for part in (0, 1))
    bands = by_band(levels, persons)
    assert sum(band.persons for band in bands) == pytest.approx(persons.sum())
    for band in bands:
        low = -np.inf if band.low is None else band.low
        high = np.inf if band.high is None else band.high
        assert band.persons == pytest.approx(persons[(levels >= low) & (levels < high)].sum())
