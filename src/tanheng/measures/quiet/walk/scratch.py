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


class Met(NamedTuple):
    """What a leg meets in the order of the way, and the buildings that the path is in."""

    shares: Array
    tops: Array
    segments: Numbers
    opened: Numbers
    roofs: Array


class Line(NamedTuple):
    """The polyline of a path: distance, altitude, ground factor to the next point. ``corners`` of the path in plan."""

    x: Array
    z: Array
    g: Array
    corners: Array


class Room(NamedTuple):
    """What ``boundary_attenuation`` works in; by band what divergence, air and a way round corners leave of a path's
    power, and the power itself."""

    found: Numbers
    edge_x: Array
    edge_z: Array
    ratios: Array
    terms: Array
    on_way: Array
    power: Array


class Around(NamedTuple):
    """``obstacles`` of the direct path, and in which conditions each ``hides``; their corners along (``u``) and beside
    (``v``) the ray, and those on which a band rests."""

    obstacles: Numbers
    hides: Numbers
    u: Array
    v: Array
    bends: Array


class Chain(NamedTuple):
    """Faces ``near`` the way, and a reflected path counted from the receiver: its ``faces``, which of the near ones
    were ``tried``, images, places of reflection, and at each the way from the source and the top of the wall."""

    near: Numbers
    faces: Numbers
    tried: Numbers
    images: Array
    places: Array
    at_wall: Array


class Scratch(NamedTuple):
    """Room for one pair after another; not to be shared between threads."""

    met: Met
    line: Line
    room: Room
    around: Around
    chain: Chain


def scratch() -> Scratch:
    """Room for one thread; the limits are those of this module."""

    def numbers(count: int) -> Numbers:
        return np.zeros(count, dtype=np.int64)

    return Scratch(
        met=Met(np.zeros(MET_MOST), np.zeros(MET_MOST), numbers(MET_MOST), numbers(OPEN_MOST), np.zeros(OPEN_MOST)),
        line=Line(np.zeros(POINTS_MOST), np.zeros(POINTS_MOST), np.zeros(POINTS_MOST), np.zeros((BENDS_MOST + 2, 2))),
        room=Room(
            numbers(POINTS_MOST),
            np.zeros(POINTS_MOST),
            np.zeros(POINTS_MOST),
            np.zeros(BAND_COUNT),
            np.zeros((TERM_COUNT, BAND_COUNT)),
            np.zeros(BAND_COUNT),
            np.zeros(BAND_COUNT),
        ),
        around=Around(
            numbers(OBSTACLES_MOST),
            numbers(OBSTACLES_MOST),
            np.zeros(CORNERS_MOST),
            np.zeros(CORNERS_MOST),
            np.zeros((BENDS_MOST, 2)),
        ),
        chain=Chain(
            numbers(FACES_MOST),
            numbers(ORDER_MOST + 1),
            numbers(ORDER_MOST + 1),
            np.zeros((ORDER_MOST + 1, 2)),
            np.zeros((ORDER_MOST + 1, 2)),
            np.zeros((ORDER_MOST + 1, 2)),
        ),
    )
