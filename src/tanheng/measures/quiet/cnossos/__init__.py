"""CNOSSOS-EU: Directive (EU) 2015/996, annex II, as amended by Delegated Directive (EU) 2021/1226.

- ``emission``       sound power of a road by vehicle class, speed, surface, slope, temperature, junctions
- ``mean_plane``     the straight line that stands for the ground under a stretch of a profile
- ``ground``         the ground's attenuation, homogeneous and favourable
- ``diffraction``    path differences along straight and curved rays, and pure diffraction
- ``vertical_plane`` which edges diffract, image terms, and the attenuation of a whole profile

Coefficients lie in ``road_emission.json`` with their source.
"""
