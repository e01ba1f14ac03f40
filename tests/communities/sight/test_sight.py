"""What a page says of a study is what the study holds; what it says of a change is what a calculation would say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from tests.communities.sight.kept_study import keep, powers, traffic, with_traffic
from tests.measures.quiet.small_study import NORTH, small_study

from tanheng.communities.sight.asking import Asked, aligned, changed, read, said_of
from tanheng.communities.sight.charts import exposure, exposure_after, residents_by_class
from tanheng.communities.sight.drawing import drawing
from tanheng.communities.sight.legend import DIFFERENCE, LEVELS, SCALES
from tanheng.communities.sight.shelf import Law, houses, judged, limit_of, pair_of
from tanheng.communities.sight.why import reason
from tanheng.measures.quiet.bands import energy_sum
from tanheng.measures.quiet.kept_traffic import FILE, kept_traffic
from tanheng.measures.quiet.layers import SHOWN
from tanheng.measures.quiet.sources.traffic import with_change
from tanheng.problems import InputRejected

LAW = Law("shenzhen", date(2026, 11, 1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("noise")
    return data / keep(data)


def test_a_change_of_traffic_is_what_a_calculation_with_that_traffic_says(folder: Path):
    asked = read(QueryDict("show=Ln&speed=40&ban=1&surface=NL01&roads=main"))
    got = pair_of(folder, asked).after
    other = with_change(traffic(), speed=40.0, trucks_banned_at_night=True, surface="NL01", roads=["main"])
    want = with_traffic().with_emission(powers(other).power)
    for name in SHOWN:
        assert got.level(name) == pytest.approx(want.level(name), abs=1e-9)
    assert got.grid is not None and got.grid.equals(want.grid)
    assert (got.level("Ln") < with_traffic().level("Ln") - 1).any()


def test_a_calibrated_road_stays_calibrated_and_half_the_traffic_is_three_decibels_less(folder: Path):
    study = with_traffic()
    louder = study.emission.copy()
    louder[0] += 2.5
    calibrated = study.with_emission(louder)
    half = changed(calibrated, folder, Asked(flow=50.0))
    plants = [row["kind"] == "plant" for row in study.columns.to_pylist()]
    assert half.emission[:2] == pytest.approx(louder[:2] - 10 * np.log10(2), abs=1e-9)
    assert (half.emission[plants] == louder[plants]).all(), "a fan is no traffic"
    none = changed(study, folder, Asked(flow=0.0))
    assert np.isneginf(none.emission[:2]).all()


def test_what_cannot_be_meant_is_told_all_at_once_and_a_study_without_traffic_says_so(folder: Path, tmp_path: Path):
    with pytest.raises(InputRejected) as rejected:
        read(QueryDict("show=Lx&speed=fast&flow=-1&surface=velvet"))
    assert [each.column for each in rejected.value.problems] == ["speed", "flow", "surface", "show"]
    with pytest.raises(InputRejected, match=r"E030.*|nowhere"):
        changed(with_traffic(), folder, Asked(speed=30.0, roads=("nowhere",)))
    with pytest.raises(InputRejected, match="without its traffic"):
        changed(with_traffic(), tmp_path, Asked(speed=30.0))
    (tmp_path / FILE).write_bytes(b"no traffic")
    with pytest.raises(InputRejected, match=r"noise\.E090"):
        kept_traffic(tmp_path)


@given(
    st.builds(
        Asked,
        st.sampled_from(["Ld", "Ln", "Lden"]),
        st.none() | st.integers(5, 200).map(float),
        st.none() | st.integers(0, 1000).map(float),
        st.booleans(),
        st.none() | st.just("NL02"),
    )
)
def test_an_address_says_what_was_asked(asked: Asked):
    assert read(QueryDict(asked.query)) == asked
    assert all(text.en and text.zh for text in said_of(asked, {}))


def test_sources_of_a_facade_add_up_to_its_level(folder: Path):
    study = with_traffic()
    for receiver in range(0, study.receivers.num_rows, 7):
        for show in ("Ln", "Lden"):
            told = reason(study, receiver, show)
            assert sum(share.part for share in told.shares) == pytest.approx(1.0)
            alone = [share.levels[show] for share in told.shares]
            assert None not in alone
            assert energy_sum([np.array(level) for level in alone]) == pytest.approx(told.levels[show], abs=0.01)
            assert alone == sorted(alone, reverse=True)  # type: ignore[type-var]
    south = next(
        row for row, each in enumerate(study.receivers.to_pylist()) if each["bearing_deg"] == pytest.approx(180)
    )
    assert reason(study, south, "Ln").shares[0].name == "Main Road" and reason(study, south, "Ln").faces.en == "south"
    assert "fan" not in [share.feature for share in reason(study, south, "Ln").shares], "it is off at night"


def test_buildings_are_told_with_their_loudest_facade_and_what_is_over_the_limit(folder: Path):
    pair = pair_of(folder, Asked(show="Ld"))
    rows = houses(pair, judged(folder, LAW))
    assert [row.loudest for row in rows] == sorted((row.loudest for row in rows), reverse=True) and len(rows) == 3
    level, limit = pair.own.level("Ld"), limit_of(judged(folder, LAW), "Ld")
    names = np.array(pair.own.receivers["building"].to_pylist())
    persons = pair.own.receivers["persons"].to_numpy(zero_copy_only=False)
    for row in rows:
        own = names == row.id
        assert row.loudest == level[own].max() == level[row.receiver] and row.quietest == level[own].min()
        assert row.over == pytest.approx((level - limit)[own].max())
    # The strip of class 4a lies along the main road, over the area of the homes (GB/T 15190).
    classes = judged(folder, LAW).limits.classes
    strip = [y <= NORTH + 30 for y in pair.own.receivers["y"].to_pylist()]
    assert [each == "4a" for each in classes] == strip and set(limit.tolist()) == {70.0, 55.0}
    tower = next(row for row in rows if row.id == "A")
    assert tower.persons == pytest.approx(200.0)
    assert tower.persons_over == pytest.approx(persons[(names == "A") & (level > limit)].sum())
    school = next(row for row in rows if row.id == "S")
    assert school.persons is None and school.persons_over is None, "nobody said how many are there"
    assert all(row.over is None for row in houses(replace(pair, asked=Asked("Lden")), judged(folder, LAW)))


def test_another_study_is_compared_by_names_of_receivers_and_not_by_their_order():
    study = with_traffic()
    order = np.random.default_rng(1).permutation(study.receivers.num_rows)[:-5]
    other = replace(
        study,
        receivers=study.receivers.take(order),
        levels=study.levels.take(order),
        transfer=study.transfer.rows(order),
    )
    found = aligned(study, other)
    known = np.zeros(study.receivers.num_rows, dtype=bool)
    known[order] = True
    assert (found.level("Ld")[known] == study.level("Ld")[known]).all() and np.isneginf(found.level("Ld")[~known]).all()
    assert found.grid is not None and found.grid.equals(study.grid)


def test_every_resident_is_in_one_bar(folder: Path):
    study = with_traffic()
    for name in SHOWN:
        assert sum(residents_by_class(study, name)) == pytest.approx(280.0)
    picture = exposure_after(study, changed(study, folder, Asked(flow=10.0)), "Ld")
    bars = picture.data["data"]
    for of in ("before", "after"):
        assert sum(bar["persons"] for bar in bars if bar["of_en"] == of) == pytest.approx(280.0, abs=1)
    quiet = {of: sum(bar["persons"] * bar["order"] for bar in bars if bar["of_en"] == of) for of in ("before", "after")}
    assert quiet["after"] < quiet["before"], "a tenth of the traffic"
    json.dumps([exposure(study).specs, exposure(study).data], allow_nan=False)


def test_the_drawing_has_each_building_in_the_colour_of_its_loudest_facade(folder: Path):
    pair = pair_of(folder, Asked(show="Ln"))
    root = ElementTree.fromstring(drawing(pair.own, "Ln", "Testquarter <at night>"))
    fills = {path[0].text: path.get("fill") for path in root.iter("{http://www.w3.org/2000/svg}path") if len(path)}
    for row in houses(pair, judged(folder, LAW)):
        assert fills[f"{row.id}: {row.loudest:.1f} dB(A)"] == LEVELS.colour_of(row.loudest)
    after = pair_of(folder, Asked(show="Ln", flow=50.0))
    text = drawing(after.after, "Ln", "change", after.before, DIFFERENCE)
    assert DIFFERENCE.colour_of(-3.01) in text and "A: -3.0 dB" in text


# Machado, Oliveira and Fernandes 2009, full severity: what readers who confuse colours see, of linear RGB.
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def _lab(colour: str, seen: object) -> np.ndarray:
    code = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.asarray(seen) @ np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    white = np.array([0.9505, 1.0, 1.089])
    x, y, z = (
        np.cbrt(each) if each > 0.008856 else 7.787 * each + 16 / 116 for each in to_xyz @ linear.clip(0, 1) / white
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("reader", SEEN_BY)
def test_no_two_classes_look_alike_to_any_reader(scale: str, reader: str):
    colours = [_lab(colour, SEEN_BY[reader]) for colour in SCALES[scale].colours]
    for place, one in enumerate(colours):
        for other in colours[:place]:
            # Twice the difference that is just seen side by side, and more.
            assert np.linalg.norm(one - other) > 6.5, (scale, reader, place)


def test_a_bound_belongs_to_the_class_above_it_and_silence_to_none():
    assert LEVELS.place_of(34.99) == 0 and LEVELS.place_of(35.0) == 1 and LEVELS.place_of(80.0) == 10
    assert LEVELS.colour_of(None) == LEVELS.colour_of(float("-inf")) not in LEVELS.colours
    assert DIFFERENCE.steps[0][0].en == "below −6" and small_study().name == "Testquarter"
