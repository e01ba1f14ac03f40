"""Hot spots: where people times decibels above the limit pile up, and which sources they come from."""

from __future__ import annotations

import pytest
from tests.measures.quiet.assessment.studies import power, rows, square, study, terms

from tanheng.measures.quiet.assessment.burden import burden_of, weights_of
from tanheng.measures.quiet.assessment.hot_spots import hot_spots, sources_of
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.study import Study

TERMS = terms()


def street() -> Study:
    """a and b stand close, c apart and louder with few people, d hears nothing, e has an unknown number of people."""
    places = {"a": (0.0, 100.0), "b": (40.0, 50.0), "c": (500.0, 10.0), "d": (1000.0, 1000.0), "e": (20.0, None)}
    quarter = Quarter(
        "street",
        "EPSG:4547",
        {
            "buildings": rows(
                "buildings", *({"id": name, "geometry": square(x, 0, 10)} for name, (x, _) in places.items())
            ),
            "areas": rows("areas", {"id": "z", "geometry": square(-100, -100, 2000), "class": "2", "name": "z"}),
        },
    )
    receivers = [
        {"id": f"{name}/0", "building": name, "x": x, "y": -1.0, "persons": people}
        for name, (x, people) in places.items()
    ]
    losses = {
        "a/0": {"road": 5.0, "fan": 8.0},
        "b/0": {"road": 10.0},
        "c/0": {"fan": 0.0},
        "e/0": {"road": 0.0},
    }
    emission = {"road": power(70.0, 50.0), "fan": power(73.0, 60.0)}
    return study(receivers, emission, losses, quarter, kinds={"fan": "plant"})


def test_the_heaviest_cluster_comes_first_with_its_people_and_sources() -> None:
    found = street()
    spots = hot_spots(found, weights_of(found, TERMS))
    # a: day 68.01 over 60, night 53.19 over 50 (road 45, fan 52); b: day 60 meets 60; c: day 73, night 60.
    assert [spot.buildings for spot in spots] == [("a",), ("c",)]
    a, c = spots
    assert a.burden == pytest.approx(100 * (8.0103 + 2.7901), abs=0.1)
    assert c.burden == pytest.approx(10 * (13 + 10), abs=1e-3)
    assert (a.persons_day, a.persons_night, c.persons_day) == (100, 100, 10)
    assert c.worst_db == pytest.approx(13, abs=1e-4)
    # By day road and fan bring the same at a; at night the fan brings five times as much.
    fan, road = a.sources
    assert (fan.feature, road.feature) == ("fan", "road")
    assert fan.burden + road.burden == pytest.approx(a.burden)
    assert road.burden == pytest.approx(100 * (8.0103 / 2 + 2.7901 / (1 + 10**0.7)), abs=0.1)
    assert [share.feature for share in c.sources] == ["fan"]


def test_neighbours_are_one_hot_spot_and_nothing_is_counted_twice() -> None:
    found = street().with_emission(street().emission + 6.0)
    weights = weights_of(found, TERMS)
    near, apart = hot_spots(found, weights), hot_spots(found, weights, together_m=1.0)
    assert near[0].buildings == ("a", "b")
    assert {spot.buildings for spot in apart} == {("a",), ("b",), ("c",)}
    burden = burden_of(found, weights)
    total = sum(each.sum() for each in burden.values())
    for spots in (near, apart):
        assert sum(spot.burden for spot in spots) == pytest.approx(total)
    assert sum(share.burden for share in sources_of(found, burden)) == pytest.approx(total)
    assert [spot.rank for spot in apart] == [1, 2, 3]


def test_where_every_limit_is_met_there_is_no_hot_spot() -> None:
    found = street().with_emission(street().emission - 40.0)
    assert hot_spots(found, weights_of(found, TERMS)) == ()
