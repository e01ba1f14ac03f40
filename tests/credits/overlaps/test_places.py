"""The same hectare: areas that lie over each other, points in them, and neighbours who only share a border."""

from __future__ import annotations

from datetime import date
from math import cos, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.credits.overlaps import geometry
from tanheng.credits.overlaps.claims import ClaimIn, Holder, do_claim, find_overlaps
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
# Of a degree of latitude, and of longitude in Shenzhen (WGS 84, to within 0.6 %).
NORTH_M = 111_320.0
EAST_M = NORTH_M * cos(radians(22.5))


def square(east_m: float, north_m: float, side_m: float) -> dict[str, Any]:
    """A square whose lower left corner lies so far from 114 E 22.5 N."""
    west, south = 114 + east_m / EAST_M, 22.5 + north_m / NORTH_M
    east, north = west + side_m / EAST_M, south + side_m / NORTH_M
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def place(name: str, where: dict[str, Any], activity: str = "gd_forest") -> ClaimIn:
    return ClaimIn("place", name, *YEAR, activity=activity, place=where)


def test_a_quarter_of_a_forest_is_not_credited_again(buses: Holder, other: Holder) -> None:
    do_claim(buses, [place("梧桐山 A", square(0, 0, 200))], acting_user=HOUSE)
    (found,) = find_overlaps(other, [place("Wutong B", square(100, 100, 200))])
    # 100 m by 100 m of 200 m by 200 m, by hand.
    told = found.evidence["place"]
    assert told["area_m2"] == pytest.approx(10_000, rel=0.01)
    assert told["share_of_smaller"] == pytest.approx(0.25, abs=0.003)
    assert not found.certain and float(found.score) == pytest.approx(0.25, abs=0.003)
    with pytest.raises(InputRejected, match="25% of the smaller one"):
        do_claim(other, [place("Wutong B", square(100, 100, 200))], acting_user=HOUSE)


def test_neighbours_may_share_a_border(buses: Holder, other: Holder) -> None:
    do_claim(buses, [place("A", square(0, 0, 200))], acting_user=HOUSE)
    # The line between them was measured twice, half a metre apart: a quarter of a percent.
    do_claim(other, [place("B", square(199.5, 0, 200))], acting_user=HOUSE)


def test_the_same_name_far_apart_is_another_place(buses: Holder, other: Holder) -> None:
    do_claim(buses, [place("Block 3", square(0, 0, 200))], acting_user=HOUSE)
    assert find_overlaps(other, [place("Block 3", square(5000, 0, 200))]) == []
    (row,) = do_claim(other, [place("Block 3", square(5000, 0, 200))], acting_user=HOUSE)
    assert row.place is not None


def test_the_same_name_without_a_map_is_looked_at(buses: Holder, other: Holder) -> None:
    do_claim(buses, [ClaimIn("place", "深圳市南山区科技园 1 号", *YEAR)], acting_user=HOUSE)
    (found,) = find_overlaps(other, [ClaimIn("place", "深圳市南山区科技园1号", *YEAR)])
    assert not found.certain


def test_a_roof_inside_a_park_is_found(buses: Holder, other: Holder) -> None:
    do_claim(buses, [place("park", square(0, 0, 500), "")], acting_user=HOUSE)
    roof = {"type": "Point", "coordinates": [114 + 250 / EAST_M, 22.5 + 250 / NORTH_M]}
    (found,) = find_overlaps(other, [place("roof", roof, "sz_distributed_pv")])
    assert found.score == 1
    assert find_overlaps(other, [place("roof", {**roof, "coordinates": [114.1, 22.6]}, "sz_distributed_pv")]) == []


def test_a_path_through_the_forest_is_another_activity(buses: Holder, other: Holder) -> None:
    do_claim(buses, [place("forest", square(0, 0, 500), "gd_forest")], acting_user=HOUSE)
    assert find_overlaps(other, [place("path", square(0, 0, 500), "sz_shared_bicycle")]) == []


@pytest.mark.parametrize(
    ("why", "where"),
    [
        ("lines that cross", {"type": "Polygon", "coordinates": [[[9, 2], [8, 3], [8, 2], [9, 3], [9, 2]]]}),
        ("latitude first", {"type": "Point", "coordinates": [22.5, 114.0]}),
        ("metres", {"type": "Point", "coordinates": [506000.0, 2490000.0]}),
        ("nothing", {"type": "Polygon", "coordinates": []}),
        ("no numbers", {"type": "Point", "coordinates": ["a", "b"]}),
        ("no geometry", {"type": "Feature", "geometry": None}),
        ("no closed ring", {"type": "Polygon", "coordinates": [[[114, 22], [115, 23]]]}),
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused(why: str, where: dict[str, Any], buses: Holder) -> None:
    with pytest.raises(InputRejected):
        do_claim(buses, [place("A", where)], acting_user=HOUSE)


METRES = st.integers(-400, 400)


@given(METRES, METRES, st.integers(50, 300), METRES, METRES, st.integers(50, 300))
def test_the_tree_finds_what_arithmetic_finds(x: int, y: int, a: int, u: int, v: int, b: int) -> None:
    """Two squares, their common area worked out by hand."""
    wide = max(0, min(x + a, u + b) - max(x, u))
    high = max(0, min(y + a, v + b) - max(y, v))
    share = wide * high / min(a, b) ** 2
    found = geometry.meeting(
        geometry.plain(geometry.read(square(x, y, a))), [geometry.plain(geometry.read(square(u, v, b)))]
    )
    if abs(share - geometry.SHARE_LEAST) > 0.002:
        assert bool(found) == (share > geometry.SHARE_LEAST)
    for _index, common in found:
        assert common.share == pytest.approx(share, abs=0.002)
