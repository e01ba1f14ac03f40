"""A point source by band: HJ 2.4-2021 annex A, GB/T 17247.2: divergence, air, ground, screens.

Ground is the A-weighted alternative (clause 7.3.2) in every band where most of it is porous; hard ground takes nothing.
Over a screen it is part of the screen's term, so that screen and ground together take what the screen alone would
(clause 7.4), up to its cap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, BANDS_HZ, SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.cnossos.diffraction import path_difference
from tanheng.measures.quiet.cnossos.vertical_plane import hull_edges
from tanheng.measures.quiet.hj24.ground import MOSTLY_POROUS, ground_attenuation
from tanheng.measures.quiet.hj24.screens import DOUBLE_EDGE_MOST_DB, SINGLE_EDGE_MOST_DB, finite_screen
from tanheng.measures.quiet.profile import Profile


@dataclass(frozen=True)
class Attenuation:
    """dB by band. ``screen`` is what a screen takes beyond the ground."""

    divergence: Array
    air: Array
    ground: Array
    screen: Array

    @property
    def total(self) -> Array:
        """A level at the receiver is the sound power minus this."""
        return self.divergence + self.air + self.ground + self.screen


def attenuate(direct: Profile, laterals: list[Profile], air_db_per_km: Array) -> Attenuation:
    """The direct path's attenuation; ``laterals`` go round the ends of what stands in its way."""
    ground = 0.0
    if porous_share(direct) > MOSTLY_POROUS:
        ground = ground_attenuation(mean_ray_height(direct), direct.distance)
    found = np.empty(len(direct.x), dtype=np.int64)
    edges = hull_edges(direct.x, direct.z, len(direct.x), direct.source_z, direct.receiver_z, 0.0, found)
    screen = np.zeros(BAND_COUNT)
    if edges:
        on = found[:edges]
        over, _ = path_difference(
            0.0,
            direct.source_z,
            float(direct.x[-1]),
            direct.receiver_z,
            direct.x[on],
            direct.z[on],
            edges,
            0.0,
        )
        detours = [over, *(lateral.length - lateral.distance for lateral in laterals)]
        most = SINGLE_EDGE_MOST_DB if edges == 1 else DOUBLE_EDGE_MOST_DB
        taken = [finite_screen([2.0 * detour * hz / SOUND_SPEED_M_S for detour in detours]) for hz in BANDS_HZ]
        screen = np.maximum(0.0, np.minimum(most, np.array(taken)) - ground)
    return Attenuation(
        divergence=np.full(BAND_COUNT, 20.0 * np.log10(direct.distance) + 11.0),
        air=air_db_per_km * direct.distance / 1000.0,
        ground=np.full(BAND_COUNT, ground),
        screen=screen,
    )


def porous_share(profile: Profile) -> float:
    """Mean ground factor along the path; roofs are hard."""
    far = float(profile.x[-1])
    if far <= 0.0:
        return float(profile.g[0])
    return float(np.sum(profile.g[:-1] * np.diff(profile.x)) / far)


def mean_ray_height(profile: Profile) -> float:
    """Area between the straight ray and the terrain over the distance in plan, m: h_m = F / r."""
    far = float(profile.x[-1])
    if far <= 0.0:
        return 0.5 * (profile.source_z + profile.receiver_z) - float(profile.terrain_z[0])
    terrain = float(np.trapezoid(profile.terrain_z, profile.terrain_x))
    return 0.5 * (profile.source_z + profile.receiver_z) - terrain / far
