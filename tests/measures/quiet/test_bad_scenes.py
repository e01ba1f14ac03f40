"""What cannot be calculated is refused, all of it at once and by the feature's id."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from tanheng.measures.quiet.methods import METHODS, receiver_levels
from tanheng.measures.quiet.scene import Barrier, BreakLine, Building, GroundArea, Receiver, Road, Scene, Source
from tanheng.problems import InputRejected

POWER = np.full(8, 90.0)
SQUARE = ((10.0, -5.0), (20.0, -5.0), (20.0, 5.0), (10.0, 5.0))
SOURCE = Source("S", (0.0, 0.0, 1.0), POWER)
RECEIVER = Receiver("R", (50.0, 0.0, 4.0))
FAULTY = {
    "noise.E001": (Scene((SOURCE, SOURCE)), "source S"),
    "noise.E002": (Scene(receivers=(Receiver("R9", (nan, 0.0, 4.0)),)), "receiver R9"),
    "noise.E003": (Scene(buildings=(Building("B7", SQUARE, nan),)), "building B7: its height is missing"),
    "noise.E004": (Scene(roads=(Road("N3", ((1.0, 1.0, 0.0), (1.0, 1.0, 0.0)), POWER),)), "road N3: has no length"),
    "noise.E005": (Scene(ground_areas=(GroundArea("G1", SQUARE[:2], 1.0),)), "ground area G1"),
    "noise.E006": (Scene(buildings=(Building("B8", (*SQUARE[:2], SQUARE[3], SQUARE[2]), 9.0),)), "building B8"),
    "noise.E007": (Scene(ground_areas=(GroundArea("G2", SQUARE, 1.5),)), "ground area G2"),
    "noise.E008": (Scene(buildings=(Building("B6", SQUARE, 9.0, np.full(8, 1.0)),)), "building B6"),
    "noise.E009": (
        Scene(
            (Source("S", SOURCE.at, POWER, crs="EPSG:4547"),),
            buildings=(Building("B5", SQUARE, 9.0, crs="EPSG:32650"),),
        ),
        "EPSG:32650: building B5; EPSG:4547: source S",
    ),
    "noise.E010": (Scene((Source("S4", (114.05, 22.54, 1.0), POWER, crs="EPSG:4490"),)), "source S4"),
    "noise.E011": (
        Scene(receivers=(RECEIVER, Receiver("R2", (51.0, 0.0, 4.0)), Receiver("R3", (506_000.0, 2_494_000.0, 4.0)))),
        "receiver R3",
    ),
    "noise.E012": (
        Scene((SOURCE,), receivers=(Receiver("R5", (15.0, 0.0, 4.0)),), buildings=(Building("B1", SQUARE, 9.0),)),
        "receiver R5: lies inside of building B1",
    ),
    "noise.E013": (
        Scene(
            roads=(Road("N4", ((0.0, 0.0, 0.05), (90.0, 0.0, 0.05)), POWER),),
            receivers=(Receiver("R6", (33.0, 0.0, 0.05)),),
        ),
        "receiver R6: lies on road N4",
    ),
    "noise.E014": (
        Scene(
            (SOURCE,),
            receivers=(Receiver("R8", (5.0, 5.0, 4.0)),),
            break_lines=(
                BreakLine(
                    "hill",
                    ((1.0, 1.0, 9.0), (20.0, 1.0, 9.0), (20.0, 20.0, 9.0), (1.0, 20.0, 9.0), (1.0, 1.0, 9.0)),
                ),
                BreakLine("foot", ((-1.0, -1.0, 0.0), (-1.0, 25.0, 0.0), (30.0, -1.0, 0.0))),
            ),
        ),
        "receiver R8: lies at 4 m, under the ground at 9.00 m",
    ),
}


def rejected(scene: Scene) -> InputRejected:
    with pytest.raises(InputRejected) as refused:
        receiver_levels(scene, METHODS["cnossos"])
    return refused.value


@pytest.mark.parametrize("code", FAULTY)
def test_each_fault_is_named_with_its_feature(code: str) -> None:
    scene, said = FAULTY[code]
    problems = rejected(scene).problems
    assert {problem.code for problem in problems} == {code}
    assert said in str(problems[0])


def test_all_faults_come_at_once() -> None:
    scene = Scene(
        (SOURCE,),
        roads=FAULTY["noise.E004"][0].roads,
        receivers=FAULTY["noise.E012"][0].receivers,
        buildings=(
            *FAULTY["noise.E003"][0].buildings,
            *FAULTY["noise.E006"][0].buildings,
            *FAULTY["noise.E012"][0].buildings,
        ),
    )
    codes = [problem.code for problem in rejected(scene).problems]
    assert codes == ["noise.E003", "noise.E004", "noise.E006", "noise.E012"]


def test_a_receiver_on_a_roof_is_not_inside() -> None:
    scene = Scene((SOURCE,), receivers=(Receiver("R", (15.0, 0.0, 11.0)),), buildings=(Building("B", SQUARE, 9.0),))
    assert np.isfinite(receiver_levels(scene, METHODS["cnossos"])["R"]).all()


def test_a_receiver_right_above_its_source_hears_it() -> None:
    """A flat over a shop: there is no way in plan, and still a distance."""
    scene = Scene((SOURCE,), receivers=(Receiver("R", (0.0, 0.0, 11.0)),))
    for method in METHODS.values():
        level = receiver_levels(scene, method)["R"]
        assert np.all(level < 90.0 - 20.0 - 11.0 + 6.1)
        assert np.all(level > 90.0 - 20.0 - 11.0 - 6.1)


def test_points_drawn_twice_do_no_harm() -> None:
    """Digitised lines hold such points; they have no length and so no direction."""
    twice = Barrier("W", ((30.0, -9.0, 5.0), (30.0, -9.0, 5.0), (30.0, 9.0, 5.0)), np.full(8, 0.2))
    once = Barrier("W", ((30.0, -9.0, 5.0), (30.0, 9.0, 5.0)), np.full(8, 0.2))
    closed = (*SQUARE[:1], *SQUARE, SQUARE[0])
    levels = [
        receiver_levels(
            Scene(
                (SOURCE,),
                receivers=(RECEIVER,),
                barriers=(wall,),
                buildings=(Building("B", outline, 6.0, POWER / 200),),
            ),
            METHODS["cnossos"],
        )["R"]
        for wall, outline in ((twice, closed), (once, SQUARE))
    ]
    assert levels[0] == pytest.approx(levels[1], abs=1e-9)


def test_a_barrier_without_a_height_is_named() -> None:
    scene = Scene((SOURCE,), barriers=(Barrier("W2", ((10.0, -5.0, nan), (10.0, 5.0, 3.0))),))
    assert "barrier W2: its height is missing" in str(rejected(scene))
