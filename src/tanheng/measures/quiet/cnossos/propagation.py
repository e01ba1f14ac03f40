"""Attenuation of one path, by term and band: 2.5.3 to 2.5.7 of the Directive put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, BANDS_HZ, SOUND_SPEED_M_S, Array
from tanheng.measures.quiet.cnossos.diffraction import pure_diffraction
from tanheng.measures.quiet.cnossos.vertical_plane import (
    TERM_COUNT,
    TERMS,
    boundary_attenuation,
    retro_path_difference,
)
from tanheng.measures.quiet.profile import Condition, Profile

NO_LOSS = np.zeros(BAND_COUNT)


@dataclass(frozen=True)
class Attenuation:
    """What a path takes in one condition, dB by band. ``terms`` holds the intermediate quantities by their names.

    ``reflection`` and ``retro_diffraction`` are losses, positive; ``lateral`` is the pure diffraction round vertical
    edges.
    """

    divergence: Array
    air: Array
    boundary: Array
    lateral: Array
    reflection: Array
    retro_diffraction: Array
    terms: dict[str, Array]

    @property
    def total(self) -> Array:
        """Everything together, dB: a level at the receiver is the sound power minus this."""
        return self.divergence + self.air + self.boundary + self.lateral + self.reflection + self.retro_diffraction


def attenuate(profile: Profile, condition: Condition, air_db_per_km: Array) -> Attenuation:
    """The path's attenuation; ``air_db_per_km`` from ``air.air_absorption_db_per_km``."""
    favourable = condition == "favourable"
    terms = np.empty((TERM_COUNT, BAND_COUNT))
    points = len(profile.x)
    edge_x, edge_z = np.empty(points), np.empty(points)
    edges = boundary_attenuation(
        profile.x,
        profile.z,
        profile.g,
        points,
        profile.source_z,
        profile.receiver_z,
        profile.source_ground_factor,
        favourable,
        not profile.lateral,
        BANDS_HZ,
        SOUND_SPEED_M_S,
        True,
        np.empty(points, dtype=np.int64),
        edge_x,
        edge_z,
        np.empty(BAND_COUNT),
        terms,
    )
    wavelengths = SOUND_SPEED_M_S / BANDS_HZ
    lateral = NO_LOSS
    if profile.lateral:
        # Round vertical edges rays are not bent: the difference is the same in both conditions (2.5.6, lateral).
        detour = profile.length - profile.distance
        lateral = np.array([pure_diffraction(detour, profile.edge_span, wavelength) for wavelength in wavelengths])
    absorbed = NO_LOSS
    retro = NO_LOSS
    for reflection in profile.reflections:
        with np.errstate(divide="ignore"):
            absorbed = absorbed - 10.0 * np.log10(1.0 - reflection.absorption)
        difference = retro_path_difference(
            edge_x,
            edge_z,
            edges,
            float(profile.x[-1]),
            profile.source_z,
            profile.receiver_z,
            favourable,
            reflection.distance,
            reflection.wall_top,
        )
        retro = retro + np.array([pure_diffraction(difference, 0.0, wavelength) for wavelength in wavelengths])
    return Attenuation(
        divergence=np.full(BAND_COUNT, 20.0 * np.log10(profile.distance) + 11.0),
        air=air_db_per_km * profile.length / 1000.0,
        boundary=terms[0],
        lateral=lateral,
        reflection=absorbed,
        retro_diffraction=retro,
        terms=dict(zip(TERMS, terms, strict=True)),
    )
