"""Quiet communities: noise from the road to the façade, and what to do about it.

Serves the measures on quiet communities and environmental noise. An officer wants to know where it is too loud, for how
many people, and what would help within a budget; an engineer what a source does at a receiver, by which path and band.

    maps or a seed ──places──> Quarter ──receivers, field──> walk ──> transfers (receiver × column × band) ──┐
    counts, classes, powers ──sources──> Emission (column × hour × band) ─────────────────────────────────────┴──> Study
    Study + rulebook ──assessment──> limits, exposure, hot spots, plan, calibration; ──layers──> maps

A single path, which everything else is held against:

    scene (sources, receivers, ground areas, buildings, barriers, terrain) ──> checked, every fault at once
    source, receiver ──path search──> cut profiles: direct, lateral left and right, reflected
    profile ──method──> attenuation by band, homogeneous and favourable ──energy sum──> level at the receiver

- ``bands``      the eight octave bands, A-weighting, energy sums
- ``air``        absorption by the atmosphere (ISO 9613-1)
- ``scene``      what stands in a scene; ``scene_checks`` refuses what cannot be calculated
- ``terrain``    the ground as a triangulated surface
- ``profile``    a cut through the scene along a path: the polyline that the formulas want
- ``cutting``    from the scene to the profile; ``lateral`` and ``reflecting`` find the paths besides the direct one
- ``cnossos``    CNOSSOS-EU: emission of roads, and propagation in the vertical plane
- ``hj24``       the Chinese method of HJ 2.4-2021 and GB/T 17247.2
- ``methods``    the two behind one interface: ``METHODS["cnossos"]``, ``METHODS["hj24"]``
- ``walk``       the same paths as machine code over grids: a million pairs, without a list or a tree
- ``road_pieces`` a road as point sources, cut finer where a receiver is near
- ``quarter``, ``periods``, ``settings``  the tables of a part of a city, periods of the day, how it is worked out
- ``places``     quarters from maps and back to maps; made-up ones
- ``sources``    traffic, railways, plants as sound power by hour; ``kept_traffic`` the traffic of a study
- ``facades``, ``transfer``, ``tiles``, ``on_spark``  receivers, the sparse matrix, in parts that change no result
- ``calculation``, ``study``  from a quarter to its study, which is a folder
- ``assessment`` what a study says about people, limits, communities and measures
- ``layers``     a study as layers of a map
- ``cases``      published cases; ``check`` how far we are from them: ``python -m tanheng.measures.quiet.check FILE``

Lengths are metres, z is altitude and not height above ground, frequencies hertz, levels and attenuations decibels.
Formulas are compiled (``compiled``) and take arrays; what people hand in are the frozen classes of ``scene``.
"""

from tanheng.text import Text

TITLE = Text("quiet communities", "宁静小区")
