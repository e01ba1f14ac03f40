"""The room in which one pair is worked out, so that nothing is allocated in the loop. One for each thread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, Array
from tanheng.measures.quiet.cnossos.vertical_plane import TERM_COUNT
from tanheng.measures.quiet.walk.grids import Numbers

# On one leg of a path.
MET_MOST = 1024
# Buildings one in another.
OPEN_MOST = 64
POINTS_MOST = 8192
OBSTACLES_MOST = 512
CORNERS_MOST = 8192
BENDS_MOST = 256
FACES_MOST = 16384
ORDER_MOST = 4


class Scratch(NamedTuple):
    """``shares``, ``tops``, ``met``: what a leg meets. ``opened``, ``roofs``: the buildings that the path is in.

    ``x``, ``z``, ``g``: the polyline. ``found``, ``edge_x``, ``edge_z``, ``terms``: the formulas' own.
    ``obstacles``, ``hides``: what the direct path has in its way, and in which conditions (1 homogeneous, 2 favourable).
    ``u``, ``v``: corners along and beside the ray; ``bends``: the corners of a path in plan with their altitude.
    ``near``: reflecting faces within reach; ``chain``, ``tried``, ``image``, ``mirror``,
    ``at_wall``: a reflected path, counted from the receiver.
    """

    shares: Array
    tops: Array
    met: Numbers
    opened: Numbers
    roofs: Array
    x: Array
    z: Array
    g: Array
    found: Numbers
    edge_x: Array
    edge_z: Array
    terms: Array
    obstacles: Numbers
    hides: Numbers
    u: Array
    v: Array
    bends: Array
    near: Numbers
    chain: Numbers
    tried: Numbers
    image: Array
    mirror: Array
    at_wall: Array


def scratch() -> Scratch:
    """Room for one thread; the limits are those of this module."""
    return Scratch(
        shares=np.zeros(MET_MOST),
        tops=np.zeros(MET_MOST),
        met=np.zeros(MET_MOST, dtype=np.int64),
        opened=np.zeros(OPEN_MOST, dtype=np.int64),
        roofs=np.zeros(OPEN_MOST),
        x=np.zeros(POINTS_MOST),
        z=np.zeros(POINTS_MOST),
        g=np.zeros(POINTS_MOST),
        found=np.zeros(POINTS_MOST, dtype=np.int64),
        edge_x=np.zeros(POINTS_MOST),
        edge_z=np.zeros(POINTS_MOST),
        terms=np.zeros((TERM_COUNT, BAND_COUNT)),
        obstacles=np.zeros(OBSTACLES_MOST, dtype=np.int64),
        hides=np.zeros(OBSTACLES_MOST, dtype=np.int64),
        u=np.zeros(CORNERS_MOST),
        v=np.zeros(CORNERS_MOST),
        bends=np.zeros((BENDS_MOST, 3)),
        near=np.zeros(FACES_MOST, dtype=np.int64),
        chain=np.zeros(ORDER_MOST + 1, dtype=np.int64),
        tried=np.zeros(ORDER_MOST + 1, dtype=np.int64),
        image=np.zeros((ORDER_MOST + 1, 2)),
        mirror=np.zeros((ORDER_MOST + 1, 2)),
        at_wall=np.zeros((ORDER_MOST + 1, 2)),
    )
