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

from tanheng.measures.quiet.bands import BAND_COUNT, Array, combined, energy_sum
from tanheng.measures.quiet.profile import Condition, CutPoint, Kind, PathName, Profile, unfold
from tanheng.measures.quiet.scene import Barrier, BreakLine, Building, GroundArea, Receiver, Scene, Source, Weather
from tanheng.problems import reject

CUT_KINDS: dict[str, Kind] = {
    "Source": "source",
    "Receiver": "receiver",
    "GroundEffect": "ground",
    "Topography": "ground",
    "VEdgeDiffraction": "vertical_edge",
    "Reflection": "reflection",
}
WALL_KINDS: dict[str, Kind] = {"BUILDING_ENTER": "enter", "BUILDING_EXIT": "exit", "THIN_WALL_ENTER_EXIT": "wall"}
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
    """The cases of a file. Raises ``InputRejected`` where the file cannot be read as one of this form."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        conventions = stored["conventions"]
        weather = Weather(conventions["temperature_c"], conventions["relative_humidity_pct"])
        return [_case(case, weather) for case in stored["cases"]]
    except OSError as error:
        raise reject("noise.E020", path, f"cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise reject("noise.E021", path, f"is no file of cases: {type(error).__name__} {error}") from error


def _case(stored: dict[str, Any], weather: Weather) -> Case:
    power = np.full(BAND_COUNT, float(stored["source_power_dB_per_octave_band"]))
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
                values, tolerance = (value["v"], value["tol"]) if isinstance(value, dict) else ([value], 0.0)
                numbers = np.array([np.nan if number is None else number for number in values], dtype=np.float64)
                found.append(Expectation(path, condition, quantity, numbers, tolerance))
    return found


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
    x, y, z = stored["xyz"]
    kind = WALL_KINDS[stored["intersection"]] if stored["type"] == "Wall" else CUT_KINDS[stored["type"]]
    if kind != "reflection":
        return CutPoint(kind, x, y, z, stored["z_ground"], stored["G_after"])
    (x0, y0, z0), (x1, y1, z1) = stored["wall"]
    top = z0 + (z1 - z0) * hypot(x - x0, y - y0) / hypot(x1 - x0, y1 - y0)
    return CutPoint(kind, x, y, z, stored["z_ground"], stored["G_after"], top, np.array(stored["absorption"], float))


def _scene(name: str, stored: dict[str, Any], power: Array, weather: Weather) -> Scene:
    def absorption(wall: dict[str, Any]) -> Array | None:
        return np.array(wall["absorption"], float) if "absorption" in wall else None

    def numbered(key: str) -> list[tuple[str, Any]]:
        return [(f"{key}-{number}", item) for number, item in enumerate(stored.get(key, []), start=1)]

    return Scene(
        sources=(Source("source", tuple(stored["source"]), power, stored["G_default_and_at_source"]),),
        receivers=(Receiver("receiver", tuple(stored["receiver"])),),
        ground_areas=tuple(
            GroundArea(id, tuple((x, y) for x, y in area["polygon"]), area["G"])
            for id, area in numbered("ground_areas")
        ),
        buildings=tuple(
            Building(id, tuple((x, y) for x, y, _ in wall["vertices"]), wall["vertices"][0][2], absorption(wall))
            for id, wall in numbered("buildings")
        ),
        barriers=tuple(
            Barrier(id, tuple((x, y, z) for x, y, z in wall["vertices"]), absorption(wall))
            for id, wall in numbered("walls")
        ),
        break_lines=tuple(
            BreakLine(id, ((x0, y0, z0), (x1, y1, z1))) for id, (x0, y0, z0, x1, y1, z1) in numbered("terrain_lines")
        ),
        ground_factor=stored["G_default_and_at_source"],
        weather=weather,
        name=name,
    )
