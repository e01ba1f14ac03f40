"""Where noise weighs most: clusters of buildings and their sources, by people times decibels above the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import STRtree

from tanheng.measures.quiet.assessment.burden import LEVEL, Weights, blame, burden_of
from tanheng.measures.quiet.assessment.exposure import above, buildings_of
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.study import Study

# Buildings no further from each other than this belong to one hot spot.
TOGETHER_M = 50.0
MAIN_SOURCES = 5


@dataclass(frozen=True)
class Share:
    """What a source (a feature of the quarter) has in a burden: person-decibels, and the share of it."""

    kind: str
    feature: str
    burden: float
    share: float


@dataclass(frozen=True)
class HotSpot:
    """A cluster of buildings. ``burden``: person-decibels above the limit, day and night together.

    ``persons_day`` and ``persons_night`` are above the limit; ``worst_db`` is the largest excess of any façade point.
    ``outline`` is WKB in the metres of the quarter.
    """

    rank: int
    buildings: tuple[str, ...]
    burden: float
    persons_day: float
    persons_night: float
    worst_db: float
    sources: tuple[Share, ...]
    outline: bytes

    def as_json(self) -> dict[str, Any]:
        """Plain values without the outline, for records and pages."""
        return {
            "rank": self.rank,
            "buildings": list(self.buildings),
            "burden": self.burden,
            "persons_day": self.persons_day,
            "persons_night": self.persons_night,
            "worst_db": self.worst_db,
            "sources": [vars(share) for share in self.sources],
        }


def hot_spots(study: Study, weights: Weights, together_m: float = TOGETHER_M) -> tuple[HotSpot, ...]:
    """All clusters of buildings with a burden, the heaviest first.

    Two buildings belong together where their footprints are no further apart than ``together_m``.
    """
    burden = burden_of(study, weights)
    both = sum(burden.values(), start=np.zeros(study.receivers.num_rows))
    owners = buildings_of(study)
    names = study.quarter["buildings"]["id"].to_pylist()
    row_of = {name: row for row, name in enumerate(names)}
    of = np.array([row_of.get(owner, -1) for owner in owners], dtype=np.int64)
    heavy = np.unique(of[(both > 0.0) & (of >= 0)])
    if not len(heavy):
        return ()
    geometry = study.quarter["buildings"]["geometry"].to_numpy(zero_copy_only=False)
    shapes = shapely.from_wkb(geometry[heavy])
    left, right = STRtree(shapes).query(shapes, predicate="dwithin", distance=together_m)
    joined = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(heavy), len(heavy)))
    count, cluster_of = connected_components(joined, directed=False)
    by_building = np.full(len(names) + 1, -1, dtype=np.int64)
    by_building[heavy] = cluster_of
    cluster = by_building[of]
    totals = np.bincount(cluster[cluster >= 0], both[cluster >= 0], count)
    levels = {period: study.level(name) for period, name in LEVEL.items()}
    loud = {period: above(levels[period], weights.limit(period)) for period in LEVEL}
    found = []
    order = sorted(range(count), key=lambda each: (-totals[each], names[heavy[cluster_of == each][0]]))
    for rank, each in enumerate(order, start=1):
        own = cluster == each
        persons = {period: float(weights.persons[own & loud[period]].sum()) for period in LEVEL}
        over = [levels[period][own & loud[period]] - weights.limit(period)[own & loud[period]] for period in LEVEL]
        own_burden = {period: np.where(own, burden[period], 0.0) for period in LEVEL}
        found.append(
            HotSpot(
                rank=rank,
                buildings=tuple(sorted(names[row] for row in heavy[cluster_of == each])),
                burden=float(totals[each]),
                persons_day=persons["day"],
                persons_night=persons["night"],
                worst_db=float(np.concatenate(over).max()),
                sources=sources_of(study, own_burden)[:MAIN_SOURCES],
                outline=bytes(shapely.to_wkb(shapely.union_all(shapes[cluster_of == each]).convex_hull)),
            )
        )
    return tuple(found)


def sources_of(study: Study, burden: Mapping[str, Array]) -> tuple[Share, ...]:
    """Sources by their share of a burden (by receiver and period), the heaviest first; those without any are absent."""
    shared = blame(study, burden)
    total = float(sum(each.sum() for each in burden.values()))
    by_column = sum(shared.values(), start=np.zeros(study.columns.num_rows))
    by_feature: dict[tuple[str, str], float] = {}
    columns = zip(study.columns["kind"].to_pylist(), study.columns["feature"].to_pylist(), by_column, strict=True)
    for kind, feature, weight in columns:
        by_feature[kind, feature] = by_feature.get((kind, feature), 0.0) + float(weight)
    order = sorted(by_feature.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Share(*source, weight, weight / total) for source, weight in order if weight > 0.0)
