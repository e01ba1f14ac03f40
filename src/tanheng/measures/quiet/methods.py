"""Two methods behind one interface: the long-term level by band that a source makes at a receiver.

>>> sorted(METHODS)
['cnossos', 'hj24']
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from tanheng.measures.quiet.air import air_absorption_db_per_km
from tanheng.measures.quiet.bands import BAND_COUNT, Array, combined, energy_sum
from tanheng.measures.quiet.cnossos import propagation as cnossos
from tanheng.measures.quiet.cutting import Site
from tanheng.measures.quiet.hj24 import propagation as hj24
from tanheng.measures.quiet.lateral import lateral_profiles
from tanheng.measures.quiet.paths import direct_profile, find_paths
from tanheng.measures.quiet.profile import Condition
from tanheng.measures.quiet.road_pieces import road_sources
from tanheng.measures.quiet.scene import Receiver, Scene, Source
from tanheng.measures.quiet.scene_checks import check_scene
from tanheng.text import Text


class Method(Protocol):
    """A standard by which levels are predicted."""

    title: Text

    def level(self, site: Site, source: Source, receiver: Receiver) -> Array:
        """Unweighted level by band, dB, over all paths and conditions."""
        ...


class Cnossos:
    """Directive (EU) 2015/996 with the amendments of 2021: all paths, both conditions by their share of the time."""

    title = Text("CNOSSOS-EU", "欧盟CNOSSOS-EU方法")

    def level(self, site: Site, source: Source, receiver: Receiver) -> Array:
        """Unweighted level by band, dB, over all paths and conditions."""
        weather = site.scene.weather
        air = air_absorption_db_per_km(weather.temperature_c, weather.humidity_pct)

        def of(condition: Condition) -> Array:
            paths = find_paths(site, source, receiver, condition)
            return energy_sum([source.power_db - cnossos.attenuate(path, condition, air).total for path in paths])

        return combined(of("homogeneous"), of("favourable"), weather.favourable_share)


class Hj24:
    """HJ 2.4-2021 with GB/T 17247.2: the direct path over and round screens, downwind. No reflected paths."""

    title = Text("HJ 2.4-2021", "《环境影响评价技术导则 声环境》(HJ 2.4-2021)")

    def level(self, site: Site, source: Source, receiver: Receiver) -> Array:
        """Unweighted level by band, dB."""
        weather = site.scene.weather
        air = air_absorption_db_per_km(weather.temperature_c, weather.humidity_pct)
        laterals = lateral_profiles(site, source, receiver, "homogeneous")
        return source.power_db - hj24.attenuate(direct_profile(site, source, receiver), laterals, air).total


METHODS: Mapping[str, Method] = MappingProxyType({"cnossos": Cnossos(), "hj24": Hj24()})


def receiver_levels(scene: Scene, method: Method) -> dict[str, Array]:
    """Level by band at each receiver, dB, of all sources and roads together; minus infinity where nothing is heard.

    Raises ``InputRejected`` with every fault of the scene.
    """
    check_scene(scene)
    site = Site(scene)
    found = {}
    for receiver in scene.receivers:
        sources = [*scene.sources, *(piece for road in scene.roads for piece in road_sources(road, [receiver]))]
        levels = [np.full(BAND_COUNT, -np.inf), *(method.level(site, source, receiver) for source in sources)]
        found[receiver.id] = energy_sum(levels)
    return found
