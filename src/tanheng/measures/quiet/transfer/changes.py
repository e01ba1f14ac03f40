"""Another barrier, building or ground area: only what it touches is calculated again.

A path between a piece of road and a receiver lies near the straight line between them: a reflected one within the reach
of reflection, one round the sides of an obstacle within the width of the widest obstacle. What changed further away from
the line than that cannot matter. A column of which one piece is touched is walked anew for that receiver, whole.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.compiled import compiled
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.transfer.columns import Segments
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.measures.quiet.transfer.pieces import END, nearest_place, piece_at

STANDING = ("buildings", "barriers", "ground")
