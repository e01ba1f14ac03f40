"""Published cases of propagation: a scene, its cut profiles, and the values that every quantity should have.

The form is that of ``tests/measures/quiet/cnossos_cases.json``: under ``cases``, each with ``scene``, ``profiles``,
``source_power_dB_per_octave_band`` and ``expected`` by path, condition and quantity. A value is a list over the eight
bands, null where none was published, with its own tolerance.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, BANDS_HZ, Array, combined, energy_sum
from tanheng.measures.quiet.cnossos.vertical_plane import TERMS
from tanheng.measures.quiet.profile import Condition, CutPoint, Kind, PathName, Profile, unfold
from tanheng.measures.quiet.scene import (
    Barrier,
    BreakLine,
    Building,
    GroundArea,
    Point2,
    Point3,
    Receiver,
    Scene,
    Source,
    Weather,
)
from tanheng.measures.quiet.scene_checks import scene_problems
from tanheng.problems import InputRejected, reject

CUT_KINDS: dict[str, Kind] = {
    "Source": "source",
    "Receiver": "receiver",
    "GroundEffect": "ground",
    "Topography": "ground",
    "VEdgeDiffraction": "vertical_edge",
    "Reflection": "reflection",
}
WALL_KINDS: dict[str, Kind] = {"BUILDING_ENTER": "enter", "BUILDING_EXIT": "exit", "THIN_WALL_ENTER_EXIT": "wall"}
# What may be expected of a path, and of all paths together.
OF_A_PATH = ("L", "LA", "L_weighted", "minus_A", "A_div", "A_atm", "A_reflection", "A_retro_diffraction")
QUANTITIES = frozenset((*OF_A_PATH, *TERMS))
SUMS = frozenset(("L_bands", "LA_bands", "L_dBA_sum_of_bands", "LA_dBA_sum_of_bands"))
COMBINED = frozenset(("L", "LA"))
# No place of a scene and no level is larger.
LARGEST = 1e9
# Published levels have two digits.
ROUNDING_DB = 0.03


@dataclass(frozen=True)
class Expectation:
    """``condition`` is homogeneous, favourable or combined_p50; ``path`` may be all_paths. ``values`` may hold nan."""

    path: str
    condition: str
    quantity: str
    values: Array
    tolerance: float


@dataclass(frozen=True)
class Case:
    """A published case. Profiles of lateral paths are there only for conditions in which the path exists."""

    id: str
    title: str
    scene: Scene
    profiles: dict[tuple[PathName, Condition], Profile]
    expected: tuple[Expectation, ...]
    cautions: tuple[str, ...] = ()


def read_cases(path: Path) -> list[Case]:
    """The cases of a file.

    Raises ``InputRejected`` where the file cannot be read (``noise.E020``) or not as one of this form (``noise.E021``),
    and with the faults of every scene (``check_scene``), each under the id of its case.
    """
    at = ""
    cases: list[Case] = []
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        conventions = stored["conventions"]
        if list(conventions.get("bands_hz", BANDS_HZ)) != list(BANDS_HZ):
            raise ValueError("the bands are not the octaves from 63 to 8000 Hz")
        weather = Weather(_number(conventions["temperature_c"]), _number(conventions["relative_humidity_pct"]))
        for place, case in enumerate(stored["cases"], start=1):
            at = f"case {place}: "
            at = f"case {case['id']}: "
            cases.append(_case(case, weather))
        at = ""
        if not cases:
            raise ValueError("it holds no case")
    except OSError as error:
        raise reject("noise.E020", path, f"cannot be read: {error.strerror}") from error
    except KeyError as error:
        raise reject("noise.E021", path, f"is no file of cases: {at}{error} is missing or unknown") from error
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise reject("noise.E021", path, f"is no file of cases: {at}{error}") from error
    problems = [problem for case in cases for problem in scene_problems(case.scene)]
    if problems:
        raise InputRejected(sorted(problems))
    return cases


def _number(value: Any) -> float:
    """A finite number of the size of a place or a level."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise ValueError(f"{json.dumps(value)} stands where a number is needed")
    return float(value)


def _numbers(values: Any, count: int) -> list[float]:
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"{json.dumps(values)} stands where {count} numbers are needed")
    return [_number(value) for value in values]


def _point(values: Any) -> Point3:
    x, y, z = _numbers(values, 3)
    return x, y, z


def _case(stored: dict[str, Any], weather: Weather) -> Case:
    power = np.full(BAND_COUNT, _number(stored["source_power_dB_per_octave_band"]))
    profiles: dict[tuple[PathName, Condition], Profile] = {}
    for kept in stored["profiles"]:
        profile = unfold(kept["path"], [_cut(point) for point in kept["points"]])
        if profile.lateral:
            profiles[profile.name, "favourable" if kept["favourable_variant"] else "homogeneous"] = profile
        else:
            profiles[profile.name, "homogeneous"] = profiles[profile.name, "favourable"] = profile
    expected = _expectations(stored["expected"])
    cautions = [stored["caution"]] if "caution" in stored else []
    if _totals_lack_weighting(expected):
        expected = [
            replace(one, quantity="L" + one.quantity.removeprefix("LA")) if one.path == "all_paths" else one
            for one in expected
        ]
        cautions.append("the published sum of all paths is that of the published levels without A-weighting")
    return Case(
        id=stored["id"],
        title=stored["title"],
        scene=_scene(stored["id"], stored["scene"], power, weather),
        profiles=profiles,
        expected=tuple(expected),
        cautions=tuple(cautions),
    )


def _expectations(stored: dict[str, Any]) -> list[Expectation]:
    found = []
    for path, conditions in stored.items():
        for condition, quantities in conditions.items():
            for quantity, value in quantities.items():
                if quantity not in _known(path, condition):
                    raise ValueError(f"{path}, {condition}: nobody knows the quantity {quantity}")
                values, tolerance = (value["v"], value["tol"]) if isinstance(value, dict) else ([value], 0.0)
                if len(values) != (1 if quantity.endswith("_sum_of_bands") else BAND_COUNT):
                    raise ValueError(f"{path}, {condition}, {quantity}: {len(values)} values")
                numbers = np.array([np.nan if number is None else _number(number) for number in values])
                found.append(Expectation(path, condition, quantity, numbers, _number(tolerance)))
    return found


def _known(path: str, condition: str) -> frozenset[str]:
    if path == "all_paths":
        return SUMS
    return {"homogeneous": QUANTITIES, "favourable": QUANTITIES, "combined_p50": COMBINED}.get(condition, frozenset())


def _totals_lack_weighting(expected: Sequence[Expectation]) -> bool:
    """Whether a sum called LA is, by the file's own levels of the paths, one without weighting. Ours play no part."""
    total = [one for one in expected if (one.path, one.quantity) == ("all_paths", "LA_bands")]
    levels = {
        condition: [one.values for one in expected if (one.condition, one.quantity) == (condition, "L")]
        for condition in ("homogeneous", "favourable")
    }
    if not total or not all(levels.values()):
        return False
    sums = combined(energy_sum(levels["homogeneous"]), energy_sum(levels["favourable"]), 0.5)
    return bool(np.all(np.abs(sums - total[0].values) <= ROUNDING_DB))


def _cut(stored: dict[str, Any]) -> CutPoint:
    x, y, z = _point(stored["xyz"])
    ground_z, factor = _number(stored["z_ground"]), _number(stored["G_after"])
    kind = WALL_KINDS[stored["intersection"]] if stored["type"] == "Wall" else CUT_KINDS[stored["type"]]
    if kind != "reflection":
        return CutPoint(kind, x, y, z, ground_z, factor)
    (x0, y0, z0), (x1, y1, z1) = (_point(end) for end in stored["wall"])
    top = z0 + (z1 - z0) * hypot(x - x0, y - y0) / hypot(x1 - x0, y1 - y0)
    return CutPoint(kind, x, y, z, ground_z, factor, top, np.array(_numbers(stored["absorption"], BAND_COUNT)))


def _scene(name: str, stored: dict[str, Any], power: Array, weather: Weather) -> Scene:
    def absorption(wall: dict[str, Any]) -> Array | None:
        return np.array(_numbers(wall["absorption"], BAND_COUNT)) if "absorption" in wall else None

    def numbered(key: str) -> list[tuple[str, Any]]:
        return [(f"{key}-{number}", item) for number, item in enumerate(stored.get(key, []), start=1)]

    def corners(wall: dict[str, Any]) -> list[Point3]:
        return [_point(corner) for corner in wall["vertices"]]

    def outline(area: dict[str, Any]) -> tuple[Point2, ...]:
        return tuple((x, y) for x, y in (_numbers(corner, 2) for corner in area["polygon"]))

    factor = _number(stored["G_default_and_at_source"])
    lines = [(id, _numbers(line, 6)) for id, line in numbered("terrain_lines")]
    built = [(id, corners(wall), absorption(wall)) for id, wall in numbered("buildings")]
    return Scene(
        sources=(Source("source", _point(stored["source"]), power, factor),),
        receivers=(Receiver("receiver", _point(stored["receiver"])),),
        ground_areas=tuple(GroundArea(id, outline(area), _number(area["G"])) for id, area in numbered("ground_areas")),
        buildings=tuple(Building(id, tuple(at[:2] for at in wall), wall[0][2], own) for id, wall, own in built),
        barriers=tuple(Barrier(id, tuple(corners(wall)), absorption(wall)) for id, wall in numbered("walls")),
        break_lines=tuple(BreakLine(id, ((x0, y0, z0), (x1, y1, z1))) for id, (x0, y0, z0, x1, y1, z1) in lines),
        ground_factor=factor,
        weather=weather,
        name=name,
    )
