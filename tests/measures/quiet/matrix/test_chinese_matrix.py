"""The Chinese method through the same matrix: its own single-path way, and its own road formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapely import LineString, Point
from tests.measures.quiet.matrix.made import QUARTER, SETTINGS, table

from tanheng.measures.quiet.bands import A_WEIGHTS_DB
from tanheng.measures.quiet.calculation import calculate
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.facades import level_ground
from tanheng.measures.quiet.hj24.line_power import FEW, line_and_sparse
from tanheng.measures.quiet.hj24.road import Flow, RoadSite, VehicleSize, road_level
from tanheng.measures.quiet.methods import METHODS
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.scene import Receiver, Source
from tanheng.measures.quiet.sources.directivity import angle_between, pattern_of
from tanheng.measures.quiet.sources.emission import Emission
from tanheng.measures.quiet.standing import break_lines, scene_of
from tanheng.measures.quiet.terrain import Terrain
from tanheng.measures.quiet.tiles import window_field
from tanheng.measures.quiet.transfer.columns import segments_of
from tanheng.measures.quiet.transfer.levels import levels_of
from tanheng.measures.quiet.transfer.walking import transfer_of

CHINESE = replace(SETTINGS, method="hj24", reach_m=5_000.0)


def test_points_are_the_one_by_one_way() -> None:
    """Over and round the towers, over a slope: attenuation in every band."""
    lines = [LineString([(-200, y, 0), (60, y, 2), (250, y, 9)]) for y in (-200, 300)]
    chance = np.random.default_rng(5)
    plants = [Point(x, y) for x, y in ((-40, 30), (100, 90), (150, 20), (30, -30))]
    quarter = QUARTER.with_tables(
        terrain=table("terrain", lines), plants=table("plants", plants, height_m=[1.0, 20.0, 3.0, 8.0])
    )
    ground = Terrain(break_lines(quarter)).altitude
    names = [f"p{i}" for i in range(4)]
    segments = segments_of(quarter, names, ["plant"] * 4, names, CHINESE, ground)
    places = np.array([(x, y, 12.0 + z) for x, y, z in chance.uniform((-60, -40, 0), (180, 40, 40), (40, 3))])
    site = Site(scene_of(quarter, CHINESE, ground))
    outside = [p for p in places if not any(f.contains(Point(p[:2])) for f in site.footprints)][:12]
    transfer = transfer_of(window_field(quarter, CHINESE, ground, None), segments, np.array(outside), CHINESE)
    screened = 0
    for receiver, place in enumerate(outside):
        columns, ratios = transfer.row(receiver)
        for column, ratio in zip(columns, ratios, strict=True):
            source = Source("S", tuple(segments.ends[column, :3]), np.zeros(8))
            expected = METHODS["hj24"].level(site, source, Receiver("R", tuple(place)))
            assert 10.0 * np.log10(ratio) == pytest.approx(expected, abs=1e-4)
            screened += bool(expected[0] - expected[5] > 5.0)
    assert screened > 3


@pytest.mark.parametrize("flow", [1200.0, 120.0])
@pytest.mark.parametrize("distance", [15.0, 60.0])
def test_a_road_has_the_level_of_the_annex(flow: float, distance: float) -> None:
    """Annex B.2 with 10 lg and with 15 lg of the distance and the angle of view."""
    road = table("roads", [LineString([(-1.5 * distance, 0), (1.5 * distance, 0)])])
    quarter = Quarter("road", "EPSG:4547", {"roads": road})
    settings = replace(CHINESE, reach_m=9_000.0, road_source_m=0.0, temperature_c=20.0)
    segments = segments_of(quarter, ["r", f"r{FEW}"], ["road"] * 2, ["r0"] * 2, settings, level_ground)
    # High enough that the ground takes nothing; air takes up to 0.3 dB on such ways.
    height = 0.8 * distance
    transfer = transfer_of(
        window_field(quarter, settings, level_ground, None),
        segments,
        np.array([(0.0, (distance**2 - height**2) ** 0.5, height)]),
        replace(settings, piece_share=0.05),
    )
    sizes: tuple[VehicleSize, ...] = ("small", "medium", "large")
    flows, speeds = np.array([[[flow, flow / 8.0, flow / 10.0]]]), np.array([[[60.0, 50.0, 50.0]]])
    powers = np.stack([each[0, 0] for each in line_and_sparse(flows, speeds, np.zeros(1), np.zeros(1, dtype=bool))])
    level = levels_of(transfer, {"hour": powers})["hour"][0]
    driving = [Flow(size, n, v) for size, n, v in zip(sizes, flows[0, 0], speeds[0, 0], strict=True)]
    expected = road_level(driving, RoadSite(distance, view_rad=2.0 * np.arctan(1.5)))
    assert level == pytest.approx(expected, abs=0.3)
    assert level <= expected + 0.02


def test_a_study_by_the_chinese_method() -> None:
    power = np.full((3, 24, 8), -np.inf)
    power[0, 6:22], power[1, :6], power[1, 22:], power[2] = 85.0, 80.0, 80.0, 70.0
    emission = Emission(
        ("road/r0", f"road/r0{FEW}", "plant/p0"),
        ("road", "road", "plant"),
        ("r0", "r0", "p0"),
        ("counted", "counted", "given"),
        power,
    )
    study = calculate(QUARTER, emission, replace(CHINESE, reach_m=200.0))
    few, ratios = study.transfer.row(0)
    assert few.tolist()[:2] == [0, 1] and (ratios[1] < ratios[0]).all()
    assert np.isfinite(study.level("Ln")).all() and (study.level("Ld") > study.level("Ln")).all()


def test_a_plant_radiates_to_its_sides_as_its_pattern_says() -> None:
    quarter = Quarter(
        "fan",
        "EPSG:4547",
        {"plants": table("plants", [Point(0, 0)], height_m=[10.0], faces_deg=[90.0], directivity=["cardioid"])},
    )
    even = quarter.with_tables(plants=table("plants", [Point(0, 0)], height_m=[10.0]))
    places = np.array([(50.0, 0.0, 10.0), (0.0, 50.0, 10.0), (-50.0, 0.0, 10.0), (30.0, 30.0, 40.0)])
    levels = []
    for of in (quarter, even):
        segments = segments_of(of, ["p0"], ["plant"], ["p0"], CHINESE, level_ground)
        transfer = transfer_of(window_field(of, CHINESE, level_ground, None), segments, places, CHINESE)
        levels.append(levels_of(transfer, {"all": 80.0 - A_WEIGHTS_DB[None]})["all"])
    elevation = np.degrees(np.arctan2(30.0, np.hypot(30.0, 30.0)))
    angles = angle_between(90.0, np.array([90.0, 0.0, 270.0, 45.0]), np.array([0.0, 0.0, 0.0, elevation]))
    assert levels[0] - levels[1] == pytest.approx(pattern_of("cardioid").at(angles), abs=0.01)
