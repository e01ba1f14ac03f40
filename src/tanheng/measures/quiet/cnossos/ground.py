"""The ground's attenuation: 2.5.5 and 2.5.6 of the Directive, ``Aground``.

G is 0 for hard ground and 1 for soft; G_path is its mean along the path, G_path' the one corrected towards the source.
"""

from __future__ import annotations

import math

from tanheng.measures.quiet.compiled import compiled

# a0 and the turbulence term of the favourable heights, 2.5.6.
CURVATURE_PER_M = 2e-4
TURBULENCE = 6e-3
LN_10_20 = math.log(10.0) / 20.0


@compiled
def path_factor_near_source(g_path: float, g_source: float, zs: float, zr: float, dp: float) -> float:
    """G_path': near the source the ground under the source counts (equation 2.5.14)."""
    reach = 30.0 * (zs + zr)
    if dp > reach:
        return g_path
    return g_path * dp / reach + g_source * (1.0 - dp / reach) if reach > 0.0 else g_path


@compiled
def w_factor(frequency_hz: float, softness: float) -> float:
    """w of equation 2.5.17, 1/m; ``softness`` is G_w to the power of 1.3, the same in all bands."""
    power_15 = frequency_hz * math.sqrt(frequency_hz)
    squared = softness * softness
    return (
        0.0185
        * frequency_hz
        * power_15
        * squared
        / (power_15 * squared + 1.3e3 * math.sqrt(power_15) * softness + 1.16e6)
    )


@compiled
def cf_factor(dp: float, w: float) -> float:
    """C_f of equation 2.5.16, m."""
    wd = w * dp
    return dp * (1.0 + 3.0 * wd * math.exp(-math.sqrt(wd))) / (1.0 + wd)


@compiled
def _term(height: float, cf_k: float) -> float:
    return height * height - math.sqrt(2.0 * cf_k) * height + cf_k


@compiled
def ground_limits(
    zs: float, zr: float, dp: float, g_path: float, g_m: float, favourable: bool
) -> tuple[float, float, float, bool]:
    """What is the same in all bands of a stretch: the largest amplitude (the floor of Aground in dB), both heights
    over the plane as the condition bends them (2.5.18 to 2.5.20), and whether the largest amplitude holds everywhere.

    Hard ground (G_path 0) has the floor itself. Heights below the plane count as 0.
    """
    reach = 30.0 * (zs + zr)
    floor = -3.0 * (1.0 - g_m)
    if favourable and dp > reach:
        floor *= 1.0 + 2.0 * (1.0 - reach / dp)
    if g_path <= 0.0 and not favourable:
        floor = -3.0
    both = zs + zr
    most = math.exp(-floor * LN_10_20)
    if g_path <= 0.0 or dp <= 0.0 or (favourable and both <= 0.0):
        return most, zs, zr, True
    if not favourable:
        return most, zs, zr, False
    turbulent = TURBULENCE * dp / both
    zs_bent = zs + CURVATURE_PER_M * (zs / both) ** 2 * dp * dp / 2.0 + turbulent
    zr_bent = zr + CURVATURE_PER_M * (zr / both) ** 2 * dp * dp / 2.0 + turbulent
    return most, zs_bent, zr_bent, False


@compiled
def ground_amplitude(
    frequency_hz: float,
    limits: tuple[float, float, float, bool],
    dp: float,
    softness: float,
    sound_speed_m_s: float,
) -> float:
    """10 ^ (-Aground / 20) in one band: equations 2.5.15 (homogeneous) and 2.5.20 (favourable), not above the limit.

    G_w (as its ``softness``) and G_m are the means of table 2.5.b for this stretch and this condition.
    """
    most, zs, zr, everywhere = limits
    if everywhere:
        return most
    k = 2.0 * math.pi * frequency_hz / sound_speed_m_s
    cf_k = cf_factor(dp, w_factor(frequency_hz, softness)) / k
    return min(most, 2.0 * k / dp * math.sqrt(_term(zs, cf_k) * _term(zr, cf_k)))
