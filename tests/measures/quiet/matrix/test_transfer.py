"""The matrix is what the one-by-one way gives, however it is cut into tiles, and a product of it is a calculation."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box
from tests.measures.quiet.matrix.made import FEATURES, QUARTER, SETTINGS, emission, table

from tanheng.measures.quiet.bands import A_WEIGHTS_DB, energy_sum
from tanheng.measures.quiet.calculation import Cancelled, Settings, Study, calculate, places_of
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.facades import level_ground
from tanheng.measures.quiet.methods import METHODS
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.scene import Receiver, Source
from tanheng.measures.quiet.standing import scene_of
from tanheng.measures.quiet.tiles import by_tile, in_order, tiles_of, whole_transfer, window_field
from tanheng.measures.quiet.transfer.columns import segments_of
from tanheng.measures.quiet.transfer.levels import band_levels_of, contributions, levels_of
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.measures.quiet.transfer.pieces import pieces_of
from tanheng.measures.quiet.transfer.walking import transfer_of
from tanheng.problems import InputRejected

KINDS, NAMES = zip(*FEATURES, strict=True)


@pytest.fixture(scope="module")
def study() -> Study:
    return calculate(QUARTER, emission(), SETTINGS)


def test_the_matrix_is_the_one_by_one_way() -> None:
    """Roads cut for each receiver, plants, barriers, ground: the same levels as one path after the other."""
    settings = replace(SETTINGS, reach_m=5_000.0, reflection_order=0)
    places = [(-10.0, 40.0, 4.0), (100.0, 30.0, 25.0)]
    segments = segments_of(QUARTER, KINDS, NAMES, settings, level_ground)
    transfer = transfer_of(window_field(QUARTER, settings, level_ground, None), segments, np.array(places), settings)
    power = emission().power[:, 12]
    scene = scene_of(QUARTER, settings, level_ground)
    site, cnossos = Site(scene), METHODS["cnossos"]
    for place, found in zip(places, band_levels_of(transfer, power), strict=True):
        levels = []
        for ends, column, factor in zip(segments.ends, segments.column, segments.ground_factor, strict=True):
            cuts = pieces_of(ends, *place, settings.piece_share, settings.longest_piece_m) if column < 3 else [0.0, 1.0]
            way = np.linalg.norm(ends[3:] - ends[:3]) or 1.0
            for begin, end in pairwise(cuts):
                x, y, z = ends[:3] + (begin + end) / 2.0 / way * (ends[3:] - ends[:3])
                own = None if np.isnan(factor) else float(factor)
                source = Source("piece", (x, y, z), power[column] + 10.0 * np.log10(end - begin), own)
                levels.append(cnossos.level(site, source, Receiver("R", place)))
        assert found == pytest.approx(energy_sum(levels), abs=1e-5)


@given(*(st.floats(-300.0, 300.0) for _ in range(4)), st.floats(0.1, 1.0), st.floats(5.0, 80.0), st.floats(0.5, 60.0))
def test_pieces_are_short_against_their_distance(
    x0: float, y0: float, x1: float, y1: float, share: float, longest: float, z: float
) -> None:
    ends = np.array([x0, y0, 0.05, x1, y1, 0.05])
    length = float(np.hypot(x1 - x0, y1 - y0))
    if length < 0.01:
        return
    cuts = pieces_of(ends, 0.0, 0.0, z, share, longest)
    assert cuts[0] == 0.0 and cuts[-1] == pytest.approx(length) and (np.diff(cuts) >= 0.0).all()
    middles = (ends[:3] + (0.5 * (cuts[1:] + cuts[:-1]) / length)[:, None] * (ends[3:] - ends[:3])) - (0.0, 0.0, z)
    distances = np.linalg.norm(middles, axis=1)
    allowed = np.hypot(1.5, distances) * np.exp(share / 2.0)  # where only the near end of a stretch is left
    assert (np.diff(cuts) <= 2.0 * np.sinh(share / 2.0) * allowed * 1.0001).all()
    assert (np.diff(cuts) <= 1.6 * longest).all()


def test_tiles_change_nothing(study: Study) -> None:
    """Windows of 40 m hold a part of the quarter each, and every row is that of the whole."""
    places = places_of(study.receivers)
    segments = segments_of(QUARTER, KINDS, NAMES, SETTINGS, level_ground)
    whole = transfer_of(window_field(QUARTER, SETTINGS, level_ground, None), segments, places, SETTINGS)
    for settings in (replace(SETTINGS, tile_m=40.0), replace(SETTINGS, tile_m=97.0, workers=2)):
        tiles = tiles_of(places, settings)
        assert len(tiles) > 6
        tiled = whole_transfer(QUARTER, segments, places, settings, level_ground)
        assert np.array_equal(tiled.starts, whole.starts) and np.array_equal(tiled.columns, whole.columns)
        np.testing.assert_allclose(tiled.ratios, whole.ratios, rtol=1e-6)
    # Some tile has less to see than the quarter, otherwise this shows nothing.
    assert min(
        rows.starts[-1] / rows.receiver_count
        for _, rows in by_tile(QUARTER, segments, places, replace(SETTINGS, tile_m=40.0), level_ground)
    ) < len(FEATURES)


def test_rows_go_back_to_their_receivers() -> None:
    chance = np.random.default_rng(3)
    parts, numbers = [], [np.array([4, 1]), np.array([0, 3, 2])]
    for receivers in numbers:
        ratios = np.repeat(receivers, 2)[:, None] * np.ones((1, 8)) + 1.0
        columns = np.tile(np.array([0, 2], dtype=np.int32), len(receivers))
        parts.append(Transfer(np.arange(0, 2 * len(receivers) + 1, 2), columns, ratios.astype(np.float32), 3))
    whole = in_order(numbers, parts, 3)
    for receiver in chance.permutation(5):
        heard, values = whole.row(int(receiver))
        assert heard.tolist() == [0, 2] and set(values.ravel().tolist()) == {receiver + 1.0}


def test_splitting_a_road_changes_little() -> None:
    """A road drawn in one line or in nine: less than 0.1 dB where it is seen, and 0.5 deep behind two towers, where a
    few pieces bring everything."""
    line = LineString([(-400.0, 0.0), (400.0, 0.0)])
    cuts = [-400.0, -333.0, -120.0, -50.0, -7.0, 1.0, 31.0, 32.0, 200.0, 400.0]
    parts = [LineString([(a, 0.0), (b, 0.0)]) for a, b in pairwise(cuts)]
    buildings = QUARTER["buildings"].slice(0, 2)
    settings = replace(SETTINGS, reach_m=1_000.0, reflection_order=0)
    levels = []
    places = np.array([(5.0, -8.0, 1.5), (60.0, 25.0, 4.0), (-90.0, 50.0, 20.0), (30.0, 130.0, 15.0)])
    for roads in ([line], parts):
        quarter = Quarter("q", "EPSG:4547", {"roads": table("roads", roads), "buildings": buildings})
        names = quarter["roads"]["id"].to_pylist()
        segments = segments_of(quarter, ["road"] * len(names), names, settings, level_ground)
        transfer = transfer_of(window_field(quarter, settings, level_ground, None), segments, places, settings)
        levels.append(levels_of(transfer, {"all": np.full((len(names), 8), 80.0)})["all"])
    assert levels[1][:3] == pytest.approx(levels[0][:3], abs=0.1)
    assert levels[1][3] == pytest.approx(levels[0][3], abs=0.5)


def test_levels_are_sums_of_powers_times_ratios(study: Study) -> None:
    """The compiled product against plain sums; periods are energy means over their hours."""
    linear = np.power(10.0, (study.emission + A_WEIGHTS_DB) / 10.0)
    hours = {"Ld": range(6, 22), "Ln": [22, 23, 0, 1, 2, 3, 4, 5], "Lday": range(7, 19), "Levening": range(19, 23)}
    for receiver in range(0, study.receivers.num_rows, 7):
        columns, ratios = study.transfer.row(receiver)
        by_hour = np.einsum("chb,cb->h", linear[columns], ratios.astype(np.float64))
        for name, of in hours.items():
            expected = 10.0 * np.log10(np.mean(by_hour[list(of)]))
            assert study.level(name)[receiver] == pytest.approx(expected, abs=1e-4)
        # 16 hours of day, 8 of night with 10 dB more.
        day, night = (10.0 ** (study.level(name)[receiver] / 10.0) for name in ("Ld", "Ln"))
        assert study.level("Ldn")[receiver] == pytest.approx(10.0 * np.log10((16.0 * day + 80.0 * night) / 24.0))
    columns, levels = contributions(study.transfer, study.emission[:, 12], 0)
    total = levels_of(study.transfer, {"noon": study.emission[:, 12]})["noon"][0]
    assert 10.0 * np.log10(np.sum(10.0 ** (levels / 10.0))) == pytest.approx(total, abs=1e-4)
    assert list(levels) == sorted(levels, reverse=True)


def test_a_what_if_is_a_calculation_with_that_traffic(study: Study) -> None:
    changed = emission(2)
    assert study.with_emission(changed.power).levels.equals(calculate(QUARTER, changed, SETTINGS).levels)
    louder = study.with_emission(study.emission + 3.0)
    assert louder.level("Lden") == pytest.approx(study.level("Lden") + 3.0, abs=1e-4)
    silent = study.with_emission(np.full_like(study.emission, -np.inf))
    assert silent.levels["Ld"].null_count == study.receivers.num_rows


def test_threads_add_up_the_same(study: Study) -> None:
    many = study.transfer.rows(np.arange(3000) % study.transfer.receiver_count)
    powers = {"day": study.emission[:, 12], "night": study.emission[:, 2]}
    one, two = (levels_of(many, powers, threads) for threads in (1, 2))
    assert all(np.array_equal(one[name], two[name]) for name in powers)
    assert np.array_equal(band_levels_of(many, powers["day"], 1), band_levels_of(many, powers["day"], 2))


def test_a_study_is_read_as_it_was_written(tmp_path: Path) -> None:
    settings = replace(SETTINGS, grid_cell_m=60.0)
    heard: list[float] = []
    study = calculate(QUARTER, emission(), settings, name="try", made_at="2026-11-23", progress=heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0
    study.save(tmp_path)
    again = Study.load(tmp_path)
    assert again.digest() == study.digest() and again.settings == settings and again.name == "try"
    assert again.levels.equals(study.levels) and again.grid is not None and again.grid.equals(study.grid)
    renewed = again.with_emission(again.emission).grid
    assert renewed is not None and renewed.equals(study.grid)
    assert again.quarter["roads"].equals(QUARTER["roads"]) and again.notes == study.notes
    # Another matrix under the same study is not taken for it.
    broken = replace(study.transfer, ratios=study.transfer.ratios * np.float32(2.0))
    broken.save(tmp_path / "transfer.npz")
    with pytest.raises(InputRejected, match="not the matrix that the study was made with"):
        Study.load(tmp_path)
    (tmp_path / "levels.parquet").unlink()
    with pytest.raises(InputRejected, match=r"noise\.E026"):
        Study.load(tmp_path)


def test_what_cannot_be_calculated_is_told() -> None:
    shapes = [box(0, 0, 9, 9), box(20, 0, 29, 9)]
    quarter = Quarter("q", "EPSG:4547", {"buildings": table("buildings", shapes, height_m=[None, 0.0])})
    with pytest.raises(InputRejected) as caught:
        calculate(quarter, emission(), Settings())
    assert [problem.code for problem in caught.value.problems] == ["noise.E027"] * 2
    with pytest.raises(InputRejected) as caught:
        calculate(QUARTER.with_tables(roads=QUARTER["roads"].slice(0, 1)), emission(), SETTINGS)
    assert {problem.message.split(":")[0] for problem in caught.value.problems} == {"road r1", "road r2"}
    with pytest.raises(Cancelled):
        calculate(QUARTER, emission(), SETTINGS, cancelled=lambda: True)


def test_what_is_left_out_is_said() -> None:
    less = emission()
    less = replace(
        less,
        ids=less.ids[:2],
        kinds=less.kinds[:2],
        features=less.features[:2],
        statuses=less.statuses[:2],
        power=less.power[:2],
    )
    notes = [note.en for note in calculate(QUARTER, less, replace(SETTINGS, reach_m=30.0)).notes]
    assert notes == ["1 roads without an emission are left out", "1 plants without an emission are left out"]
