"""Every path of one pair as machine code: what maps of a city ask a million times.

    scene ──field_of──> Field (grids of arrays) ──add_transfer(source, receiver)──> power ratio by band, all paths

- ``grids``    segments, boxes and polygons in uniform grids
- ``field``    a scene as arrays; ``scratch`` the room in which a pair is worked out
- ``ground``   altitude of the terrain and ground factor at a place
- ``cuts``     what stands along a leg of a path, as the polyline that the formulas want
- ``laterals`` the band round the sides of obstacles; ``mirrors`` image receivers of reflecting faces
- ``pairs``    ``add_transfer``: direct, lateral and reflected paths of a pair, both conditions

The formulas are those of ``cnossos``, the paths those of ``paths``; a hypothesis test holds the two ways together.
"""
