"""From the tables of a quarter to columns of sound power."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.measures.quiet.sources.made import quarter, road

from tanheng.measures.quiet.bands import BAND_COUNT
from tanheng.measures.quiet.hj24.line_power import FEW
from tanheng.measures.quiet.periods import HOURS, PERIODS
from tanheng.measures.quiet.sources.by_class import ClassTraffic, class_traffic
from tanheng.measures.quiet.sources.counts import read_conditions, read_counts
from tanheng.measures.quiet.sources.directivity import NAMED, angle_between, pattern_of
from tanheng.measures.quiet.sources.emission import a_weighted
from tanheng.measures.quiet.sources.limits import boundary_limit, check_boundary
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.of_roads import traffic_of
from tanheng.measures.quiet.sources.stated import hour_shares, with_night_ban
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected

ON = date(2026, 11, 1)
EVEN = [80.0] * BAND_COUNT


@pytest.fixture(scope="module")
def assumed() -> ClassTraffic:
    return class_traffic(load_rulebook("china"), ON)


def file(folder: Path, text: str, name: str = "noise_counts.csv") -> Path:
    place = folder / name
    place.write_text(text, encoding="utf-8")
    return place


def plant(name: str, **columns: Any) -> dict[str, Any]:
    return {"id": name, "kind": "industry", "height_m": 2.0, "power": EVEN, **columns}


def test_what_was_counted_is_told_from_what_was_assumed(tmp_path: Path, assumed: ClassTraffic) -> None:
    """An assumption that passes for a count is the lie that a noise map can tell."""
    place = quarter(
        roads=[
            road("counted", speed_kmh=40.0),
            road("assumed"),
            road("half", one_way=True),
            road("path", **{"class": "footway"}),
            road("under", tunnel=True),
        ]
    )
    counts = read_counts(
        file(
            tmp_path, "road_id,from_hour,to_hour,flow_1,flow_3,speed_3\ncounted,6,22,1000,50,35\ncounted,22,6,100,20,\n"
        )
    )
    traffic = traffic_of(place, counts=counts, by_class=assumed)
    assert dict(zip(traffic.roads, traffic.statuses, strict=True)) == {
        "counted": "counted",
        "assumed": "example",
        "half": "example",
    }
    assert traffic.flows[0, [6, 21, 22, 5], 0].tolist() == [1000, 1000, 100, 100]
    assert traffic.speeds[0, [6, 22], 2].tolist() == [35.0, 40.0], "the map's limit where no speed was counted"
    assert traffic.flows[1].sum() == pytest.approx(40_000.0)
    assert traffic.flows[2] == pytest.approx(traffic.flows[1] / 2.0)
    assert (traffic.speeds[1] == 50.0).all()
    emission = emission_of(place, traffic)
    assert emission.ids == ("road/counted", "road/assumed", "road/half")
    assert {part.feature: part.why.en for part in emission.left_out} == {
        "path": "not counted, and no traffic is assumed for class footway",
        "under": "in a tunnel, whose portals are not modelled",
    }
    assert emission.trust == "example"
    assert any("traffic of 2 of 3 roads is assumed" in note.en for note in emission.notes)
    only = emission_of(place, traffic_of(place, counts=counts))
    assert only.trust == "counted"
    assert {part.feature for part in only.left_out} == {"assumed", "half", "path", "under"}


def test_a_value_that_is_unset_leaves_the_road_out(tmp_path: Path) -> None:
    """Unset is not zero: a silent motorway would be the quietest place of the city."""
    overlay = file(
        tmp_path,
        "title: {en: test, zh: 测试}\nchanges: china\nfrom: 2026-01-01\nparameters:\n"
        "  noise.traffic_per_day:\n    values: {2026-01-01: {primary: unset}}\nsource: tanheng\nstatus: example\n",
        "overlay.yaml",
    )
    book = load_rulebook("china", [overlay])
    place = quarter(roads=[road("a"), road("b", **{"class": "secondary"})])
    traffic = traffic_of(place, by_class=class_traffic(book, ON))
    assert traffic.roads == ("b",)
    assert traffic.left_out[0].why.en == "not counted, and noise.traffic_per_day is unset for its class"


def test_hours_that_nobody_counted_follow_the_profile(tmp_path: Path, assumed: ClassTraffic) -> None:
    place = quarter(roads=[road("r", speed_kmh=50.0)])
    counts = read_counts(file(tmp_path, "road_id,from_hour,to_hour,flow_1,flow_2\nr,8,9,680,40\n"))
    with pytest.raises(InputRejected, match=r"counts of a part of the day.*noise\.E037"):
        traffic_of(place, counts=counts)
    traffic = traffic_of(place, counts=counts, by_class=assumed)
    assert traffic.statuses == ("example",)
    assert traffic.flows[0, 8, :2].tolist() == [680.0, 40.0]
    # 6.8 % of light vehicles and 4.0 % of heavy ones drive from 8 to 9, 0.5 and 2.4 % from 3 to 4.
    assert traffic.flows[0, 3, :2] == pytest.approx([680.0 * 0.5 / 6.8, 40.0 * 2.4 / 4.0])


def test_faults_of_counts_are_told_with_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(InputRejected) as caught:
        read_counts(
            file(
                tmp_path,
                "road_id,from_hour,to_hour,flow_1,speed_1\na,0,24,x,50\n,0,24,10,50\nb,25,24,10,50\nc,0,24,-1,500\n",
            )
        )
    assert {(problem.line, problem.column) for problem in caught.value.problems} == {
        (2, "flow_1"),
        (3, "road_id"),
        (4, "from_hour"),
        (5, "flow_1"),
        (5, "speed_1"),
    }
    twice = "road_id,from_hour,to_hour,flow_1\na,6,22,10\na,21,6,10\nb,5,5,10\n"
    with pytest.raises(InputRejected) as caught:
        read_counts(file(tmp_path, twice))
    assert [(problem.code, problem.line, problem.column) for problem in caught.value.problems] == [
        ("noise.E036", 3, "from_hour"),
        ("noise.E036", 4, "to_hour"),
    ]
    with pytest.raises(InputRejected, match="COBBLES"):
        read_conditions(file(tmp_path, "road_id,surface\na,COBBLES\n", "noise_roads.csv"))


def test_counts_that_do_not_fit_the_map_are_refused_all_at_once(tmp_path: Path) -> None:
    counts = read_counts(file(tmp_path, "road_id,from_hour,to_hour,flow_1\nelsewhere,0,24,10\nr,0,24,10\n"))
    place = quarter(roads=[road("r"), road("s")])
    with pytest.raises(InputRejected) as caught:
        traffic_of(place, counts=counts)
    assert [problem.code for problem in caught.value.problems] == ["noise.E030", "noise.E038"]


def test_conditions_of_a_road_reach_its_emission(tmp_path: Path, assumed: ClassTraffic) -> None:
    place = quarter(roads=[road("plain"), road("told", gradient_pct=2.0)])
    conditions = read_conditions(
        file(tmp_path, "road_id,surface,gradient_pct,junction_distance_m\ntold,NL14,6,10\n", "noise_roads.csv")
    )
    traffic = traffic_of(place, conditions=conditions, by_class=assumed, temperature_c=23.0)
    assert traffic.surfaces == (None, "NL14")
    assert traffic.slope_pct.tolist() == [0.0, 6.0]
    assert traffic.temperature_c.tolist() == [23.0, 23.0]
    assert np.isnan(traffic.junction_distance_m[0])
    power = emission_of(place, traffic).power
    assert not np.allclose(power[0], power[1])
    with pytest.raises(InputRejected, match=r"road r has a surface.*noise\.E032"):
        traffic_of(quarter(roads=[road("r", surface="gravel")]), by_class=assumed)


def test_the_chinese_method_has_two_columns_a_road_and_each_hour_in_one(assumed: ClassTraffic) -> None:
    place = quarter(roads=[road("r", **{"class": "tertiary"})])
    emission = emission_of(place, traffic_of(place, by_class=assumed), method="hj24")
    assert emission.ids == ("road/r", f"road/r{FEW}")
    assert emission.features == ("r", "r")
    heard = np.isfinite(a_weighted(emission.power))
    assert (heard[0] != heard[1]).all()
    assert heard[0, 8], "516 light vehicles from 8 to 9"
    assert heard[1, 3], "38 from 3 to 4"


def test_railways_sound_in_their_periods_and_plants_in_their_hours() -> None:
    place = quarter(
        railways=[
            {"id": "metro", "power_day": [70.0] * 8, "power_evening": [68.0] * 8, "power_night": [60.0] * 8},
            {"id": "freight", "power_day": [70.0] * 8},
        ],
        plants=[
            plant("fan"),
            plant("site", kind="construction", from_hour=21.5, to_hour=2.0),
            plant("new", power=None),
        ],
    )
    emission = emission_of(place, traffic_of(place))
    assert emission.ids == ("railway/metro", "plant/fan", "plant/site")
    assert set(emission.statuses) == {"given"}
    metro, fan, site = emission.power[:, :, 0]
    assert [metro[hour] for hour in (7, 18, 19, 22, 23, 6)] == [70.0, 70.0, 68.0, 68.0, 60.0, 60.0]
    assert (fan == 80.0).all()
    assert site[21] == pytest.approx(80.0 - 10.0 * math.log10(2.0)), "half of the hour"
    assert site[[22, 23, 0, 1]].tolist() == [80.0] * 4
    assert np.isneginf(site[2:21]).all()
    assert {part.feature: part.why.en for part in emission.left_out} == {
        "freight": "no sound power stated for evening, night",
        "new": "no sound power stated",
    }
    assert any("Art. 43" in note.en and "site" in note.en for note in emission.notes)
    banned = with_night_ban(emission, place)
    assert np.isneginf(banned.power[2, list(PERIODS["Ln"])]).all()
    assert banned.power[2, 21, 0] == site[21]
    assert np.array_equal(banned.power[:2], emission.power[:2])
    assert np.array_equal(with_night_ban(emission, place, ["site"]).power, emission.power)


def test_faults_of_stated_sources_come_at_once() -> None:
    place = quarter(
        railways=[{"id": "r", "power_day": [500.0] * 8, "power_evening": EVEN, "power_night": EVEN}],
        plants=[
            plant("a", from_hour=5.0, to_hour=5.0),
            plant("b", directivity="0:3 90", faces_deg=10.0),
            plant("c", directivity="dipole"),
            plant("d", from_hour=5.0),
        ],
    )
    with pytest.raises(InputRejected) as caught:
        emission_of(place, traffic_of(place))
    told = [(problem.code, problem.column, problem.message.split()[0].rstrip(":")) for problem in caught.value.problems]
    assert told == [
        ("noise.E035", "directivity", "b"),
        ("noise.E035", "faces_deg", "c"),
        ("noise.E034", "from_hour", "a"),
        ("noise.E034", "from_hour", "d"),
        ("noise.E033", "power_day", "r"),
    ]


@pytest.mark.parametrize(("first", "last"), [(0.0, 24.0), (8.25, 17.5), (22.0, 6.0), (23.5, 0.5)])
def test_shares_of_hours_add_up_to_the_time(first: float, last: float) -> None:
    shares = hour_shares(first, last)
    assert shares.sum() == pytest.approx((last - first) % HOURS or HOURS)
    assert ((shares >= 0.0) & (shares <= 1.0)).all()


@pytest.mark.parametrize("name", NAMED)
def test_a_pattern_keeps_the_stated_power(name: str) -> None:
    """Or a fan that is turned away would have more or less sound power than its data sheet says."""
    angles = np.radians(np.linspace(0.0, 180.0, 20_001))
    ratio = np.power(10.0, pattern_of(name).at(np.degrees(angles)) / 10.0)
    assert np.trapezoid(ratio * np.sin(angles) / 2.0, angles) == pytest.approx(1.0, abs=0.01)


def test_patterns_and_angles() -> None:
    assert pattern_of("0:3 90:-2 180:-10").at(np.array([0.0, 45.0, 180.0])) == pytest.approx([3.0, 0.5, -10.0])
    assert pattern_of(None).at(77.0) == 0.0
    assert pattern_of("cardioid").at(0.0) == pytest.approx(10.0 * math.log10(0.01 + 0.99 * 3.0))
    assert angle_between(350.0, 10.0) == pytest.approx(20.0)
    assert angle_between(90.0, 90.0, 60.0) == pytest.approx(60.0)
    assert angle_between(90.0, 270.0) == pytest.approx(180.0)
    for wrong in ("sideways", "0:3 0:2", "0:3 200:1", "0:nan"):
        with pytest.raises(ValueError):
            pattern_of(wrong)


def test_limits_of_sources_are_those_of_their_standards() -> None:
    """A restaurant below a flat has another limit than a building site beside it, and the night a lower one."""
    book = load_rulebook("china")
    assert check_boundary(book, ON, "restaurant", "2", "night", 53.0).excess_db == pytest.approx(3.0)
    assert check_boundary(book, ON, "industry", "4a", "day", 68.0).excess_db == pytest.approx(-2.0)
    site = check_boundary(book, ON, "construction", "1", "night", 60.0)
    assert site.excess_db == pytest.approx(5.0)
    assert site.limit is not None
    assert site.limit.status.word == "recalled"
    assert check_boundary(book, date(2000, 1, 1), "construction", "1", "day", 99.0).excess_db is None
    with pytest.raises(ValueError, match="kindergarten"):
        boundary_limit(book, ON, "kindergarten", "1", "day")


def test_by_the_chinese_method_a_plant_on_the_ground_has_half_of_the_space() -> None:
    place = quarter(plants=[plant("fan")])
    free, half = (emission_of(place, traffic_of(place), method=method).power for method in ("cnossos", "hj24"))
    assert half == pytest.approx(free + 3.0)


def test_a_matrix_without_a_column_of_the_emission_is_refused() -> None:
    place = quarter(plants=[plant("fan"), plant("pump")])
    emission = emission_of(place, traffic_of(place))
    turned = emission.power_for(["plant/pump", "plant/gone", "plant/fan"])
    assert np.isneginf(turned[1]).all()
    assert np.array_equal(turned[[2, 0]], emission.power)
    with pytest.raises(ValueError, match="plant/pump"):
        emission.power_for(["plant/fan"])
