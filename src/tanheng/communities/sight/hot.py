"""Hot spots of what a page shows: as the study is, and worked out anew from the levels of what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from tanheng.communities.sight.shelf import Judged, Law, Pair, judged, opened
from tanheng.measures.quiet.assessment.burden import Weights, burden_of
from tanheng.measures.quiet.assessment.exposure import buildings_of, persons_of
from tanheng.measures.quiet.assessment.hot_spots import HotSpot, hot_spots
from tanheng.measures.quiet.study import Study


@dataclass(frozen=True)
class Weighed:
    """A study's hot spots, the heaviest first; ``burden``: person-decibels over the limit, day and night together, of
    the whole study; ``by_building``: of each building that has any."""

    spots: tuple[HotSpot, ...]
    burden: float
    by_building: dict[str, float]

    def of(self, buildings: Sequence[str]) -> float:
        """What some buildings have together."""
        return sum(self.by_building.get(name, 0.0) for name in buildings)


def weighed(study: Study, found: Judged) -> Weighed:
    """Clusters of buildings by people times decibels over the limit."""
    weights = Weights(np.nan_to_num(persons_of(study)), found.limits)
    both = sum(burden_of(study, weights).values(), start=np.zeros(study.receivers.num_rows))
    names, of = np.unique(buildings_of(study).astype(str), return_inverse=True)
    sums = np.bincount(of.ravel(), both, len(names))
    by_building = {str(name): float(each) for name, each in zip(names, sums, strict=True) if each > 0.0}
    return Weighed(hot_spots(study, weights), float(both.sum()), by_building)


def weighed_pair(pair: Pair, law: Law) -> tuple[Weighed | None, Weighed]:
    """Before, where there is a before, and after. Another study has its own levels, sources and limits; a change of
    traffic has the limits of the study that it changes."""
    own = _as_it_is(pair.folder, law)
    if pair.other is None:
        return None, own
    if pair.compared is not None and pair.compared_folder is not None:
        return _as_it_is(pair.compared_folder, law), own
    return own, weighed(pair.other, judged(pair.folder, law))


@lru_cache(maxsize=8)
def _as_it_is(folder: Path, law: Law) -> Weighed:
    """Of a study as it stands in its folder: every page of it asks for the same."""
    return weighed(opened(folder), judged(folder, law))
