"""Function areas of GB 3096: which class, and so which limits, hold at a place.

Strips of class 4a and 4b lie along roads and railways over the areas that these cross (GB/T 15190), so they count
first. Where other areas overlap, the stricter one counts. A place in none has no class, and nothing is said about its
limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from tanheng.measures.quiet.assessment.parameters import DAY, NIGHT, Terms
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.quarter import Quarter
from tanheng.problems import InputRejected, Problem

STRIPS = ("4a", "4b")


@dataclass(frozen=True)
class Limits:
    """By place: the class (None where no area holds), its limits by day and night, dB(A); not a number without one."""

    classes: tuple[str | None, ...]
    day: Array
    night: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where both limits hold."""
        return ~(np.isnan(self.day) | np.isnan(self.night))


def classes_at(quarter: Quarter, places: Array, terms: Terms) -> tuple[str | None, ...]:
    """The class at each place (x, y a row). ``InputRejected`` with every area of an unknown class (``noise.E060``)."""
    areas = quarter["areas"]
    classes = areas["class"].to_pylist()
    known = terms.classes
    problems = [
        Problem("noise.E060", "areas", None, "class", str(found), f"of the area {name}", f"one of {', '.join(known)}")
        for name, found in zip(areas["id"].to_pylist(), classes, strict=True)
        if found not in known
    ]
    if problems:
        raise InputRejected(sorted(problems))
    best: list[int | None] = [None] * len(places)
    if len(places) and classes:
        # Strips first, then the stricter class: its name is the smaller one.
        rank = sorted(range(len(classes)), key=lambda each: (classes[each] not in STRIPS, classes[each], each))
        order = {area: number for number, area in enumerate(rank)}
        shapes = shapely.from_wkb(areas["geometry"].to_numpy(zero_copy_only=False))
        found, within = STRtree(shapes).query(shapely.points(places[:, :2]), predicate="intersects")
        for place, area in zip(found.tolist(), within.tolist(), strict=True):
            before = best[place]
            if before is None or order[area] < order[before]:
                best[place] = area
    return tuple(None if area is None else classes[area] for area in best)


def limits_of(classes: tuple[str | None, ...], terms: Terms) -> Limits:
    """The limits of classes. What the rulebook leaves unset is not a number."""

    def of(period: str) -> Array:
        by_class = {each: terms.limit(each, period).value for each in set(classes) if each is not None}
        values = [None if each is None else by_class[each] for each in classes]
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    return Limits(classes, of(DAY), of(NIGHT))


def limits_at(quarter: Quarter, places: Array, terms: Terms) -> Limits:
    """Classes and limits at places (x, y a row)."""
    return limits_of(classes_at(quarter, places, terms), terms)
