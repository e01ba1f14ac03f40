"""The Chinese method: HJ 2.4-2021, annexes A and B, and GB/T 17247.2 (ISO 9613-2).

- ``road``         A-weighted level of a road by vehicle class and distance, with slope, surface and built-up sides
- ``ground``       attenuation by porous ground
- ``screens``      infinite line and finite screens
- ``surroundings`` rows of houses and foliage
- ``propagation``  a point source by band: divergence, air, ground, screens

The formulas were written down from knowledge of the standards and not read again; compare before a regulatory use.
"""
