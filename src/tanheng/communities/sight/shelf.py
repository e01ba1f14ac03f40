"""Studies as pages read them: opened once a process, and what is asked of them again and again kept for a while."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tanheng.communities.sight.asking import Asked, aligned, changed
from tanheng.measures.quiet.assessment.areas import Limits, limits_at
from tanheng.measures.quiet.assessment.burden import Weights
from tanheng.measures.quiet.assessment.exposure import persons_of
from tanheng.measures.quiet.assessment.hot_spots import HotSpot, hot_spots
from tanheng.measures.quiet.assessment.parameters import DAY, NIGHT, Terms
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.kept_traffic import kept_traffic
from tanheng.measures.quiet.layers import layers_of, levels_in, spots_in
from tanheng.measures.quiet.study import Study
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.problems import InputRejected, Problem

SPOTS_MOST = 20
KEPT = 2  # a study of a square kilometre has some tens of megabytes


@dataclass(frozen=True)
class Pair:
    """What is shown: a study, and what it is compared with. ``asked`` says whether that is before or after it.

    ``other`` has its levels at the places of ``own``; ``compared`` is another study as it stands in its folder.
    """

    folder: Path
    own: Study
    other: Study | None = None
    asked: Asked = field(default_factory=Asked)
    compared: Study | None = None
    compared_folder: Path | None = None

    @property
    def before(self) -> Study:
        """The earlier of the two, or the only one."""
        return self.other if self.other is not None and not self.asked.changes else self.own

    @property
    def after(self) -> Study:
        """The later of the two, or the only one."""
        return self.other if self.other is not None and self.asked.changes else self.own


class Law(NamedTuple):
    """By which rulebook a study is judged, and on which day."""

    rulebook: str
    on: date

    def terms(self) -> Terms:
        """As the assessment asks it."""
        return Terms(_book(self.rulebook), self.on)


@lru_cache(maxsize=2)
def _book(name: str) -> Rulebook:
    return load_rulebook(name)


@dataclass(frozen=True)
class Judged:
    """Limits at the receivers of a study and by class (day, night, dB(A)); ``faults`` say why there are none."""

    limits: Limits
    by_class: Mapping[str, tuple[float | None, float | None]]
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class House:
    """A building with its loudest and its quietest façade, and what a change does to the loudest. ``receiver`` counts
    from 0; ``over`` is by how much the loudest lies over the limit of its function area, dB; ``persons`` live there,
    ``persons_over`` of them behind a façade over the limit."""

    id: str
    use: str
    height_m: float
    loudest: float
    floor: int
    receiver: int
    quietest: float
    before: float | None
    over: float | None
    persons: float | None
    persons_over: float | None


@lru_cache(maxsize=KEPT)
def opened(folder: Path) -> Study:
    """The study of a folder, which is named after its content and never changes."""
    return Study.load(folder)


@lru_cache(maxsize=KEPT)
def made_ready(folder: Path) -> None:
    """Have whatever a change of traffic needs in memory, so that the first answer comes as quickly as all others."""
    study = opened(folder)
    if kept_traffic(folder) is not None:
        changed(study, folder, Asked(flow=100.0))


def pair_of(folder: Path, asked: Asked, other: Path | None = None) -> Pair:
    """The study with what it is compared with: its own change of traffic, or another study."""
    study = opened(folder)
    if asked.changes:
        return Pair(folder, study, changed(study, folder, asked), asked)
    if other is not None:
        compared = opened(other)
        return Pair(folder, study, aligned(study, compared), asked, compared, other)
    return Pair(folder, study, None, asked)


@lru_cache(maxsize=8)
def judged(folder: Path, law: Law) -> Judged:
    """Classes and limits at the receivers of a study, by the rulebook on a day."""
    study, terms = opened(folder), law.terms()
    places = np.column_stack([study.receivers[axis].to_numpy() for axis in ("x", "y")])
    try:
        return Judged(limits_at(study.quarter, places, terms), _by_class(terms))
    except InputRejected as rejected:
        # A map with an unknown class can be looked at; nothing is said of limits, and why not.
        unknown = np.full(len(places), np.nan)
        return Judged(Limits((None,) * len(places), unknown, unknown), {}, rejected.problems)


def _by_class(terms: Terms) -> dict[str, tuple[float | None, float | None]]:
    return {each: (terms.limit(each, DAY).value, terms.limit(each, NIGHT).value) for each in terms.classes}


@lru_cache(maxsize=8)
def packed_layers(folder: Path, law: Law) -> bytes:
    """The layers of the map, written and compressed once."""
    found = judged(folder, law)
    outlines = [spot.outline for spot in spots(folder, law)]
    return packed(layers_of(opened(folder), found.limits.classes, found.by_class, outlines))


@lru_cache(maxsize=8)
def spots(folder: Path, law: Law) -> tuple[HotSpot, ...]:
    """The hot spots of a study, the heaviest first: clusters of buildings by people times decibels over the limit."""
    study = opened(folder)
    return hot_spots(study, Weights(np.nan_to_num(persons_of(study)), judged(folder, law).limits))[:SPOTS_MOST]


def packed_levels(study: Study, drawn_on: Study, spots: Sequence[HotSpot]) -> bytes:
    """The levels alone, and hot spots that came of them, on the map of ``drawn_on``."""
    return packed({**levels_in(study), "hotspots": spots_in(drawn_on, [spot.outline for spot in spots[:SPOTS_MOST]])})


def packed(found: Mapping[str, Any]) -> bytes:
    """As compressed JSON."""
    return gzip.compress(
        json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), 6, mtime=0
    )


def limit_of(found: Judged, indicator: str) -> Array:
    """The limit at each receiver, dB(A). It is for day or for night, so for another indicator there is none."""
    none = np.full(len(found.limits.classes), np.nan)
    return {"Ld": found.limits.day, "Ln": found.limits.night}.get(indicator, none)


def houses(pair: Pair, found: Judged) -> list[House]:
    """All buildings that have a level, the loudest first."""
    indicator, study = pair.asked.show, pair.after
    level = study.level(indicator)
    before = pair.before.level(indicator) if pair.other is not None else None
    over = level - limit_of(found, indicator)
    names = study.receivers["building"].to_numpy(zero_copy_only=False)
    floors = study.receivers["floor"].to_numpy()
    persons = study.receivers["persons"].to_numpy(zero_copy_only=False).astype(float)
    known = {row["id"]: row for row in study.quarter["buildings"].drop(["geometry"]).to_pylist()}
    order = np.lexsort((-level, names))
    edges = np.flatnonzero(names[order][1:] != names[order][:-1]) + 1
    told_of = []
    for rows in np.split(order, edges) if len(order) else []:
        first, heard = int(rows[0]), rows[np.isfinite(level[rows])]
        if not len(heard):
            continue
        row = known[names[first]]
        told = over[rows][np.isfinite(over[rows])]
        lived = np.isfinite(persons[rows]).all()
        told_of.append(
            House(
                id=str(names[first]),
                use=row["use"] or "",
                height_m=float(row["height_m"]),
                loudest=float(level[first]),
                floor=int(floors[first]),
                receiver=first,
                quietest=float(level[heard[-1]]),
                before=None if before is None or not np.isfinite(before[rows]).any() else float(before[rows].max()),
                over=float(told.max()) if len(told) else None,
                persons=float(persons[rows].sum()) if lived else None,
                persons_over=float(persons[rows][over[rows] > 0].sum()) if lived and len(told) else None,
            )
        )
    return sorted(told_of, key=lambda house: (-house.loudest, house.id))
