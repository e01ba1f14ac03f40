"""Propagation against the cases of ISO/TR 17534-4, from the cut profile and from the scene."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import a_weighted_total, combined
from tanheng.measures.quiet.cases import Case, read_cases
from tanheng.measures.quiet.check import STARTS, Start, deviations, main
from tanheng.measures.quiet.cnossos.mean_plane import height_over, length_along, mean_plane
from tanheng.measures.quiet.cnossos.propagation import attenuate
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.paths import direct_profile

FILE = Path(__file__).parent / "cnossos_cases.json"
CASES = read_cases(FILE)
# Published profiles have two digits, and the file keeps its corners to a centimetre or two.
CUT_M = 0.05
STORED = {case["id"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]}


def test_no_case_was_left_out() -> None:
    """A reader that skips cases would make the tests below pass."""
    assert len(CASES) == 19
    assert sum(len(case.expected) for case in CASES) == 611


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_published_quantity_comes_out(case: Case, start: Start) -> None:
    """A wrong term may cancel in the level; the intermediate quantities show it."""
    assert [str(deviation) for deviation in deviations(case, start) if not deviation.ok] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_total_level_comes_out(case: Case) -> None:
    """LA of the direct path, which is what a map shows."""
    published = [one.values for one in case.expected if (one.path, one.quantity) == ("direct", "L")]
    if len(published) < 2:
        pytest.fail(f"{case.id} publishes no levels")
    air = air_absorption_db_per_km(10.0, 70.0)
    profile = direct_profile(Site(case.scene), case.scene.sources[0], case.scene.receivers[0])
    power = case.scene.sources[0].power_db
    homogeneous = power - attenuate(profile, "homogeneous", air).total
    favourable = power - attenuate(profile, "favourable", air).total
    ours = a_weighted_total(combined(homogeneous, favourable, 0.5))
    assert ours == pytest.approx(a_weighted_total(combined(published[0], published[1], 0.5)), abs=0.1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_direct_cut_is_the_published_one(case: Case) -> None:
    """Where the ground lies and what stands on it; a wrong cut may still give a level within tolerance."""
    parts = [part for part in STORED[case.id].get("ground_profile_dist_alt", []) if part["path"] == "direct"]
    for part in parts:
        if part["part"] != "SR":
            continue
        profile = direct_profile(Site(case.scene), case.scene.sources[0], case.scene.receivers[0])
        published = np.array(part["points"])
        for x, z in published:
            near = np.abs(profile.x - x) < CUT_M
            assert near.any(), f"no cut at {x} m"
            assert np.abs(profile.z[near] - z).min() < CUT_M, f"at {x} m: {profile.z[near]}, published {z}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_mean_planes_are_the_published_ones(case: Case) -> None:
    """Slope, heights and length of the plane under the whole path."""
    rows = [
        (row["path"], row["rows_a_b_zs_zr_dp_Gpath_Gpath_prime"][0])
        for row in STORED[case.id].get("mean_planes", [])
        if row["on"] == "source-receiver"
    ]
    for path, (slope, _, zs, zr, dp, _, _) in rows:
        if (case.id, path) in {("TC28", "left"), ("TC14", "left"), ("TC14", "right")}:
            continue  # The file itself calls them inconsistent.
        profile = case.profiles[path, "homogeneous"]
        ours, at_zero = mean_plane(profile.x, profile.z, 0, len(profile.x) - 1)
        far = float(profile.x[-1])
        found = (
            ours,
            height_over(0.0, profile.source_z, ours, at_zero),
            height_over(far, profile.receiver_z, ours, at_zero),
            length_along(0.0, profile.source_z, far, profile.receiver_z, ours),
        )
        assert found == pytest.approx((slope, zs, zr, dp), abs=CUT_M)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_path_differences_are_the_published_ones(case: Case) -> None:
    """Detour and span round vertical edges; over the top it is in the diffraction terms."""
    for scalar in STORED[case.id].get("scalars", []):
        if scalar["path"] == "direct":
            continue
        profile = case.profiles[scalar["path"], "homogeneous"]
        ours = {
            "path_difference_m": profile.length - profile.distance,
            "e_m": profile.edge_span,
            "source_receiver_distance_m": profile.distance,
        }[scalar["quantity"]]
        assert ours == pytest.approx(scalar["v"], abs=scalar["tol"])


def test_the_command_says_so_and_exits_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FILE)]) == 0
    said = capsys.readouterr().out
    assert "from the scene: 19 cases" in said
    assert "TC10: the published sum of all paths" in said


def test_the_command_finds_a_level_that_is_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else it would bless any file."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    stored["cases"] = [case for case in stored["cases"] if case["id"] == "TC08"]
    stored["cases"][0]["expected"]["direct"]["homogeneous"]["L"]["v"][3] += 0.3
    spoiled = tmp_path / "spoiled.json"
    spoiled.write_text(json.dumps(stored), encoding="utf-8")
    assert main([str(spoiled)]) == 1
    assert "above tolerance: TC08" in capsys.readouterr().out


def changed(tmp_path: Path, keys: tuple[str | int, ...], value: Any) -> Path:
    """A copy of the file with TC08 alone, and something else at a place of it; None leaves the place out."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    stored["cases"] = [case for case in stored["cases"] if case["id"] == "TC08"]
    inner = stored["cases"][0]
    for key in keys[:-1]:
        inner = inner[key]
    if value is None:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = value
    copy = tmp_path / "changed.json"
    copy.write_text(json.dumps(stored), encoding="utf-8")
    return copy


def test_the_command_finds_a_scene_that_is_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A receiver 5 m higher than in the publication: the profiles still agree, the scene does not."""
    x, y, z = CASES[[case.id for case in CASES].index("TC08")].scene.receivers[0].at
    assert main([str(changed(tmp_path, ("scene", "receiver"), [x, y, z + 5.0]))]) == 1
    profile, scene = capsys.readouterr().out.splitlines()[-2:]
    assert profile.endswith("above tolerance: none")
    assert scene.endswith("above tolerance: TC08")


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("scene", "receiver"), ["here", 0, 4], "case TC08"),
        (("scene", "receiver"), [1.0, 2.0], "3 numbers are needed"),
        (("scene", "source"), None, "'source' is missing or unknown"),
        (("scene", "terrain_lines"), [[0, 0, 1e308, 1, 1, 0]], "where a number is needed"),
        (("expected", "direct", "homogeneous", "L", "v"), [1.0, 2.0], "direct, homogeneous, L: 2 values"),
        (("expected", "direct", "homogeneous", "Loudness"), 3.0, "nobody knows the quantity Loudness"),
        (("expected", "direct"), [], "has no attribute 'items'"),
        (("scene", "walls", 0, "vertices"), [[1, 1, 3], [1, 1, 3]], "barrier walls-1: has no length"),
    ],
)
def test_the_command_refuses_a_case_that_cannot_be_read(
    keys: tuple[str | int, ...], value: Any, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(changed(tmp_path, keys, value))]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert "TC08" in told.err
    assert not told.out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "noise.E021"),
        ('{"cases": []}', "noise.E021"),
        ('{"conventions": {"temperature_c": 10, "relative_humidity_pct": 70}, "cases": []}', "noise.E021"),
        ("[1]", "noise.E021"),
        (None, "noise.E020"),
    ],
)
def test_the_command_refuses_what_is_no_file_of_cases(
    text: str | None, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert main([str(file)]) == 2
    assert code in capsys.readouterr().err
