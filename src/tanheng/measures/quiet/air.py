"""Absorption of sound by the atmosphere after ISO 9613-1:1993 (GB/T 17247.1), for pure tones."""

from __future__ import annotations

import numpy as np

from tanheng.measures.quiet.bands import Array

REFERENCE_PRESSURE_KPA = 101.325
REFERENCE_TEMPERATURE_K = 293.15
TRIPLE_POINT_K = 273.16
# ISO 9613-1, clause 6.4: exact midband frequencies of octaves are powers of ten, 10 ** (3 k / 10).
EXACT_MIDBANDS_HZ: Array = np.power(10.0, 0.3 * np.arange(6, 14))


def air_absorption_db_per_km(
    temperature_c: float, humidity_pct: float, pressure_kpa: float = REFERENCE_PRESSURE_KPA
) -> Array:
    """Attenuation coefficient at the eight octave bands, dB/km; equations (3) to (5) and annex B.

    Clause 7 states the accuracy as 10 % for -20 to 50 degrees C and pressures below 200 kPa.
    """
    kelvin = temperature_c + 273.15
    warmth = kelvin / REFERENCE_TEMPERATURE_K
    pressure = pressure_kpa / REFERENCE_PRESSURE_KPA
    saturation = np.power(10.0, -6.8346 * (TRIPLE_POINT_K / kelvin) ** 1.261 + 4.6151)
    vapour_pct = humidity_pct * saturation / pressure
    oxygen_hz = pressure * (24.0 + 4.04e4 * vapour_pct * (0.02 + vapour_pct) / (0.391 + vapour_pct))
    nitrogen_hz = pressure * warmth**-0.5 * (9.0 + 280.0 * vapour_pct * np.exp(-4.170 * (warmth ** (-1.0 / 3.0) - 1.0)))
    squared = EXACT_MIDBANDS_HZ**2
    oxygen = 0.01275 * np.exp(-2239.1 / kelvin) / (oxygen_hz + squared / oxygen_hz)
    nitrogen = 0.1068 * np.exp(-3352.0 / kelvin) / (nitrogen_hz + squared / nitrogen_hz)
    classical = 1.84e-11 / pressure * warmth**0.5
    return np.asarray(8686.0 * squared * (classical + warmth**-2.5 * (oxygen + nitrogen)), dtype=np.float64)
