"""Receivers stand where the standards put them, and where people can hear something."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box
from tests.measures.quiet.matrix.made import COURT, QUARTER, SETTINGS, TOWERS, table

from tanheng.measures.quiet.calculation import places_of, terrain_of
from tanheng.measures.quiet.facades import facade_parts, facade_receivers, grid_receivers
from tanheng.measures.quiet.quarter import Quarter
from tanheng.problems import InputRejected

SHAPES = [*TOWERS, COURT]


def of_one(shape: shapely.Geometry, height: float, **columns: object) -> Quarter:
    given = {name: [value] for name, value in columns.items()}
    return Quarter("one", "EPSG:4547", {"buildings": table("buildings", [shape], height_m=[height], **given)})


@pytest.mark.parametrize(
    ("wall_m", "points"),
    # 2.8 of the Directive: equal parts of at most 5 m; from 2.5 to 5 m one.
    [(5.0, 1), (5.2, 2), (14.9, 3), (15.0, 3), (15.1, 4), (2.6, 1), (4.9, 1)],
)
def test_walls_are_cut_into_equal_parts_of_five_metres_at_most(wall_m: float, points: int) -> None:
    parts = facade_parts(box(0.0, 0.0, wall_m, 100.0), 5.0)
    south = [part for part in parts if part[3] == pytest.approx(-1.0)]
    assert len(south) == points
    assert {round(part[4], 9) for part in south} == {round(wall_m / points, 9)}
    assert sorted(part[0] for part in south) == pytest.approx([wall_m * (i + 0.5) / points for i in range(points)])


def test_short_walls_are_taken_together_and_a_hut_is_not_forgotten() -> None:
    """A round tower of 2 m walls has a receiver about every 5 m; a kiosk of 2 m walls has one at least."""
    round_tower = Point(0, 0).buffer(10.0, quad_segs=8)
    parts = facade_parts(round_tower, 5.0)
    assert sum(part[4] for part in parts) == pytest.approx(round_tower.exterior.length)
    assert max(part[4] for part in parts) <= 5.0
    assert all(part[0] * part[2] + part[1] * part[3] > 9.0 for part in parts)  # they look outwards
    assert facade_parts(box(0, 0, 0.6, 0.6), 5.0)


@given(st.floats(3.0, 80.0), st.floats(3.0, 80.0), st.floats(0.0, 6.3), st.floats(2.0, 40.0))
def test_parts_make_up_the_whole_outline(width: float, depth: float, turn: float, part_m: float) -> None:
    outline = shapely.affinity.rotate(box(0, 0, width, depth), turn, use_radians=True)
    parts = facade_parts(outline, part_m)
    assert sum(part[4] for part in parts) == pytest.approx(2.0 * (width + depth))
    for x, y, nx, ny, length in parts:
        assert length <= part_m + 1e-6 and np.hypot(nx, ny) == pytest.approx(1.0)
        assert not outline.buffer(-1e-6).contains(Point(x + 0.1 * nx, y + 0.1 * ny))


def test_receivers_stand_a_metre_before_the_wall_and_above_each_chosen_floor() -> None:
    receivers = facade_receivers(QUARTER, SETTINGS)
    heights = QUARTER["buildings"]["height_m"].to_pylist()
    floors = QUARTER["buildings"]["floors"].to_pylist()
    assert len(set(receivers["id"].to_pylist())) == receivers.num_rows
    for row in receivers.to_pylist():
        number = int(row["building"][1:])
        place = Point(row["x"], row["y"])
        assert SHAPES[number].distance(place) == pytest.approx(1.0)
        assert row["z"] == pytest.approx((row["floor"] - 1) * heights[number] / floors[number] + 1.5)
        assert row["floor"] % 5 == 1
        # Back against the bearing lies the wall.
        turn = np.radians(row["bearing_deg"])
        assert SHAPES[number].distance(Point(place.x - np.sin(turn), place.y - np.cos(turn))) < 1e-6
    tall = receivers.filter(pc.equal(receivers["building"], "b3"))
    assert set(tall["floor"].to_pylist()) == {1, 6, 11, 16}
    in_court = [row for row in receivers.to_pylist() if Polygon(COURT.interiors[0]).contains(Point(row["x"], row["y"]))]
    assert {row["building"] for row in in_court} == {"b6"} and len({row["side"] for row in in_court}) == 4


def test_persons_of_a_building_are_those_of_its_receivers() -> None:
    receivers = facade_receivers(QUARTER, SETTINGS)
    for name, persons in zip(*(QUARTER["buildings"][each].to_pylist() for each in ("id", "persons")), strict=True):
        spread = [row["persons"] for row in receivers.to_pylist() if row["building"] == name]
        if persons is None:
            assert set(spread) == {None}
        else:
            assert sum(spread) == pytest.approx(persons)


def test_nobody_listens_inside_of_a_building_or_under_the_ground() -> None:
    """A tower out of a podium has no receivers below the podium's roof; a house in a slope none under the slope."""
    shapes = [box(0, 0, 60, 60), box(20, 20, 40, 40)]
    podium = Quarter(
        "podium",
        "EPSG:4547",
        {"buildings": table("buildings", shapes, height_m=[12.0, 60.0], floors=[4, 20], persons=[0.0, 400.0])},
    )
    receivers = facade_receivers(podium, replace(SETTINGS, every_floor=1))
    tower = [row for row in receivers.to_pylist() if row["building"] == "b1"]
    assert min(row["z"] for row in tower) > 12.0
    assert sum(row["persons"] for row in tower) == pytest.approx(400.0)

    corners = [(-50, -50, 0.0), (50, -50, 40.0), (50, 50, 40.0), (-50, 50, 0.0), (-50, -50, 0.0)]
    hill = of_one(box(-10, -10, 10, 10), 12.0, floors=4).with_tables(terrain=table("terrain", [LineString(corners)]))
    ground = terrain_of(hill)
    assert ground(0.0, 0.0) == pytest.approx(20.0)
    places = places_of(facade_receivers(hill, replace(SETTINGS, every_floor=1), ground))
    assert len(places)
    assert min(z - ground(x, y) for x, y, z in places) >= 0.5
    # On the side of the valley every floor is there, uphill only the upper ones.
    assert (places[:, 0] < -10.0).sum() > (places[:, 0] > 10.0).sum() > 0


def test_a_grid_leaves_buildings_out() -> None:
    cells = grid_receivers(QUARTER, replace(SETTINGS, grid_cell_m=5.0))
    inside = shapely.union_all(SHAPES)
    assert not shapely.contains_xy(inside, cells[:, 0], cells[:, 1]).any()
    assert set(cells[:, 2]) == {4.0}
    # Every cell whose centre lies outside of all buildings is there.
    area = 400.0 * 140.0
    assert len(cells) * 25.0 == pytest.approx(area - inside.area, rel=0.05)
    assert len(grid_receivers(QUARTER, SETTINGS)) == 0


def test_settings_that_make_no_sense_are_told_all_at_once() -> None:
    with pytest.raises(InputRejected) as caught:
        replace(SETTINGS, reach_m=-1.0, facade_part_m=float("nan"), absorption=(0.2,) * 7)
    assert {problem.column for problem in caught.value.problems} == {"reach_m", "facade_part_m", "absorption"}
    assert {problem.code for problem in caught.value.problems} == {"noise.E025"}
    assert type(SETTINGS).from_json(SETTINGS.as_json()) == SETTINGS
    with pytest.raises(InputRejected, match="is no setting"):
        type(SETTINGS).from_json({"reech_m": 3})
