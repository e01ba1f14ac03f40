"""Studies as pages read them: opened once a process, and what is asked of them again and again kept for a while."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.communities.sight.asking import Asked, aligned, changed
from tanheng.measures.quiet.layers import Limits, area_of_receivers, layers_of, levels_in
from tanheng.measures.quiet.study import Study

KEPT = 2  # a study of a square kilometre has some tens of megabytes


@dataclass(frozen=True)
class Pair:
    """What is shown: a study, and what it is compared with. ``asked`` says whether that is before or after it."""

    own: Study
    other: Study | None = None
    asked: Asked = field(default_factory=Asked)

    @property
    def before(self) -> Study:
        """The earlier of the two, or the only one."""
        return self.other if self.other is not None and not self.asked.changes else self.own

    @property
    def after(self) -> Study:
        """The later of the two, or the only one."""
        return self.other if self.other is not None and self.asked.changes else self.own


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


def pair_of(folder: Path, asked: Asked, other: Path | None = None) -> Pair:
    """The study with what it is compared with: its own change of traffic, or another study."""
    study = opened(folder)
    if asked.changes:
        return Pair(study, changed(study, folder, asked), asked)
    if other is not None:
        return Pair(study, aligned(study, opened(other)), asked)
    return Pair(study, None, asked)


@lru_cache(maxsize=8)
def _packed_layers(folder: Path, limits: tuple[tuple[str, tuple[float | None, float | None]], ...]) -> bytes:
    return packed(layers_of(opened(folder), dict(limits)))


def packed_layers(folder: Path, limits: Limits) -> bytes:
    """The layers of the map, written and compressed once."""
    return _packed_layers(folder, tuple(sorted(limits.items())))


def packed_levels(study: Study) -> bytes:
    """The levels alone."""
    return packed(levels_in(study))


def packed(found: Mapping[str, Any]) -> bytes:
    """As compressed JSON."""
    return gzip.compress(
        json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), 6, mtime=0
    )


@lru_cache(maxsize=8)
def _classes(folder: Path) -> tuple[str | None, ...]:
    return tuple(area_of_receivers(opened(folder)))


def limits_at(folder: Path, indicator: str, limits: Limits) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The limit at each receiver, dB(A), by the class of its area; not a number where there is none.

    Limits are for day and for night (GB 3096), so for another indicator there is none.
    """
    place = {"Ld": 0, "Ln": 1}.get(indicator)
    found = [
        None if place is None or each is None else limits.get(each, (None, None))[place] for each in _classes(folder)
    ]
    return np.array(found, dtype=np.float64)


def houses(pair: Pair, folder: Path, limits: Limits) -> list[House]:
    """All buildings that have a level, the loudest first."""
    indicator, study = pair.asked.show, pair.after
    level = study.level(indicator)
    before = pair.before.level(indicator) if pair.other is not None else None
    over = level - limits_at(folder, indicator, limits)
    names = study.receivers["building"].to_numpy(zero_copy_only=False)
    floors = study.receivers["floor"].to_numpy()
    persons = study.receivers["persons"].to_numpy(zero_copy_only=False).astype(float)
    known = {row["id"]: row for row in study.quarter["buildings"].drop(["geometry"]).to_pylist()}
    order = np.lexsort((-level, names))
    edges = np.flatnonzero(names[order][1:] != names[order][:-1]) + 1
    found = []
    for rows in np.split(order, edges) if len(order) else []:
        first, heard = int(rows[0]), rows[np.isfinite(level[rows])]
        if not len(heard):
            continue
        row = known[names[first]]
        told = over[rows][np.isfinite(over[rows])]
        lived = np.isfinite(persons[rows]).all()
        found.append(
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
    return sorted(found, key=lambda house: (-house.loudest, house.id))
