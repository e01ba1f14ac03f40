"""How far the method is from published cases: ``python -m tanheng.measures.quiet.check FILE.json``.

Each case is worked out twice: from the cut profiles of the file, which tries the formulas alone, and from its scene,
which tries the search of paths as well. A line for each quantity of each path gives the deviation of every band. Exit
code 0 when all stay within tolerance, 1 when one does not, 2 when the file cannot be read.

A quantity that a band does not have, such as a diffraction term of a band that does not diffract, counts as 0.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import A_WEIGHTS_DB, Array, combined, energy_sum
from tanheng.measures.quiet.cases import Case, Expectation, read_cases
from tanheng.measures.quiet.cnossos.propagation import Attenuation, attenuate
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.paths import find_paths
from tanheng.measures.quiet.profile import Condition, PathName, Profile
from tanheng.measures.quiet.reflecting import wall_reaches
from tanheng.problems import InputRejected

Start = Literal["profile", "scene"]
Paths = dict[tuple[PathName, Condition], list[Profile]]
STARTS: tuple[Start, ...] = ("profile", "scene")
CONDITIONS: tuple[Condition, ...] = ("homogeneous", "favourable")
LEAST_TOLERANCE_DB = 0.1
SILENCE_DB = -1000.0
HALF_DB = 10.0 * float(np.log10(0.5))


@dataclass(frozen=True)
class Deviation:
    """Ours minus published, by band; nan where nothing was published. All nan and ``missing``: no such path found."""

    case: str
    start: Start
    expected: Expectation
    by_band: Array
    missing: bool = False

    @property
    def tolerance(self) -> float:
        """The case's own where it is larger than 0.1 dB."""
        return max(LEAST_TOLERANCE_DB, self.expected.tolerance)

    @property
    def largest(self) -> float:
        """Of all bands, in size."""
        return float(np.nanmax(np.abs(self.by_band))) if np.isfinite(self.by_band).any() else 0.0

    @property
    def ok(self) -> bool:
        """Rounding of published values to two digits is no deviation."""
        return not self.missing and self.largest <= self.tolerance + 1e-9

    def __str__(self) -> str:
        said = f"{self.case} {self.start:<7} {self.expected.path:<10} {self.expected.condition:<12} "
        said += f"{self.expected.quantity:<22}"
        if self.missing:
            return said + " no such path"
        bands = " ".join("     -" if np.isnan(value) else f"{value:6.2f}" for value in self.by_band)
        return said + f" {bands}  {'' if self.ok else f'above {self.tolerance:g}'}".rstrip()


def deviations(case: Case, start: Start) -> Iterator[Deviation]:
    """Those of every expected quantity of a case. Where a scene gives several reflected paths, the nearest counts."""
    air = air_absorption_db_per_km(case.scene.weather.temperature_c, case.scene.weather.humidity_pct)
    power = case.scene.sources[0].power_db
    paths = _from_profiles(case) if start == "profile" else _from_scene(case)
    worked = {key: [attenuate(profile, key[1], air) for profile in found] for key, found in paths.items()}
    for expected in case.expected:
        ours: list[Array]
        if expected.path == "all_paths":
            ours = [_all_paths(expected.quantity, power, worked)]
        elif expected.condition == "combined_p50":
            ours = [_combined(expected.quantity, power, *pair) for pair in _pairs(expected.path, worked)]
        else:
            ours = [_quantity(expected.quantity, power, one) for one in _of(expected, worked)]
        if not ours:
            yield Deviation(case.id, start, expected, np.full_like(expected.values, np.nan), missing=True)
            continue
        tried = [Deviation(case.id, start, expected, one - expected.values) for one in ours]
        yield min(tried, key=lambda deviation: deviation.largest)


def _from_profiles(case: Case) -> Paths:
    return {key: [profile] for key, profile in case.profiles.items() if wall_reaches(profile, key[1])}


def _from_scene(case: Case) -> Paths:
    site = Site(case.scene)
    found: Paths = {}
    for condition in CONDITIONS:
        for profile in find_paths(site, case.scene.sources[0], case.scene.receivers[0], condition):
            found.setdefault((profile.name, condition), []).append(profile)
    return found


def _of(expected: Expectation, worked: dict[tuple[PathName, Condition], list[Attenuation]]) -> list[Attenuation]:
    return [
        one
        for (name, condition), attenuations in worked.items()
        for one in attenuations
        if (name, condition) == (expected.path, expected.condition)
    ]


def _pairs(
    path: str, worked: dict[tuple[PathName, Condition], list[Attenuation]]
) -> list[tuple[Attenuation, Attenuation]]:
    homogeneous, favourable = (
        [one for key, found in worked.items() if key == (path, condition) for one in found] for condition in CONDITIONS
    )
    return list(zip(homogeneous, favourable, strict=False))


def _quantity(quantity: str, power: Array, worked: Attenuation) -> Array:
    level = power - worked.total
    if quantity in ("A_dif", "delta_dif_SR") and worked.lateral.any():
        return worked.lateral
    found = {
        "L": level,
        "LA": level + A_WEIGHTS_DB + HALF_DB,
        "L_weighted": level + HALF_DB,
        "minus_A": -worked.total,
        "A_div": worked.divergence,
        "A_atm": worked.air,
        "A_reflection": -worked.reflection,
        "A_retro_diffraction": worked.retro_diffraction,
    }
    return found[quantity] if quantity in found else np.nan_to_num(worked.terms[quantity])


def _combined(quantity: str, power: Array, homogeneous: Attenuation, favourable: Attenuation) -> Array:
    level = combined(power - homogeneous.total, power - favourable.total, 0.5)
    return level + A_WEIGHTS_DB if quantity == "LA" else level


def _all_paths(quantity: str, power: Array, worked: dict[tuple[PathName, Condition], list[Attenuation]]) -> Array:
    by_condition = {condition: [np.full_like(power, SILENCE_DB)] for condition in CONDITIONS}
    for (_, condition), attenuations in worked.items():
        by_condition[condition] += [power - one.total for one in attenuations]
    homogeneous, favourable = (energy_sum(by_condition[condition]) for condition in CONDITIONS)
    level = combined(homogeneous, favourable, 0.5)
    if quantity.startswith("LA"):
        level = level + A_WEIGHTS_DB
    return energy_sum(level[:, np.newaxis]) if quantity.endswith("_sum_of_bands") else level


def main(arguments: Sequence[str]) -> int:
    """Prints every deviation and a summary; the exit code."""
    if len(arguments) != 1:
        print("usage: python -m tanheng.measures.quiet.check FILE.json", file=sys.stderr)
        return 2
    try:
        cases = read_cases(Path(arguments[0]))
    except InputRejected as rejected:
        print(rejected, file=sys.stderr)
        return 2
    found = [deviation for case in cases for start in STARTS for deviation in deviations(case, start)]
    for deviation in found:
        print(deviation)
    for case in cases:
        for caution in case.cautions:
            print(f"{case.id}: {caution}")
    for start in STARTS:
        of_start = [deviation for deviation in found if deviation.start == start]
        levels = [deviation for deviation in of_start if deviation.expected.quantity.startswith(("L", "minus"))]
        above = sorted({deviation.case for deviation in of_start if not deviation.ok})
        print(
            f"from the {start}: {len(cases)} cases, {len(of_start)} quantities, largest deviation of a level "
            f"{max((deviation.largest for deviation in levels), default=0.0):.2f} dB; "
            f"above tolerance: {', '.join(above) or 'none'}"
        )
    return 0 if all(deviation.ok for deviation in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
