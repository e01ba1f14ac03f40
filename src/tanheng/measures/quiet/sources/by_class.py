"""Traffic by road class where nobody counted: an assumption of the rulebook, which says so in every result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.road_tables import VEHICLE_CLASSES
from tanheng.measures.quiet.periods import HOURS
from tanheng.measures.quiet.sources.reads import HOUR_SHARE, PER_DAY, SHARE, SPEED
from tanheng.policy.parameters import Status
from tanheng.policy.rulebook import Rulebook

HEAVY = ("2", "3")
WHOLE_PCT = 100.0
ROUNDING_PCT = 0.5


@dataclass(frozen=True)
class ClassTraffic:
    """Mean hours by road class (OSM's highway), both directions: 24 hours x 5 classes, vehicles an hour; km/h.

    ``hour_shares``: 24 hours x 5 classes, each class adds up to 1; for counts of a part of the day too. ``status`` is
    the weakest of the values. ``lacking``: classes of which a value is unset, with the parameter.
    """

    flows: Mapping[str, Array]
    speeds: Mapping[str, float]
    hour_shares: Array | None
    status: Status
    lacking: Mapping[str, str] = field(default_factory=dict)


def class_traffic(book: Rulebook, on: date) -> ClassTraffic:
    """What the rulebook assumes on a day.

    Raises ``ValueError`` where shares of vehicles or of hours do not add up to 100 %: half a per cent is rounding.
    """
    statuses: list[Status] = []

    def of(name: str, *keys: str) -> float | None:
        cell = book[name].at(on, *keys) if name in book else None
        if cell is None or not isinstance(cell.value, int | float):
            return None
        statuses.append(cell.status)
        return float(cell.value)

    hours = _hours(of)
    flows: dict[str, Array] = {}
    speeds: dict[str, float] = {}
    lacking: dict[str, str] = {}
    classes = book[PER_DAY].categories["road_class"] if PER_DAY in book else frozenset()
    for road_class in sorted(classes):
        a_day, speed = of(PER_DAY, road_class), of(SPEED, road_class)
        shares = [of(SHARE, road_class, vehicle) for vehicle in VEHICLE_CLASSES]
        known = [share for share in shares if share is not None]
        if speed is not None:
            speeds[road_class] = speed
        for name, there in ((PER_DAY, a_day), (SHARE, len(known) == len(shares) or None), (HOUR_SHARE, hours)):
            if there is None:
                lacking.setdefault(road_class, name)
        if a_day is None or hours is None or len(known) < len(shares):
            continue
        _whole(f"{SHARE} of {road_class}", sum(known))
        flows[road_class] = a_day * hours * (np.array(known) / sum(known))
    return ClassTraffic(flows, speeds, hours, max(statuses, default=Status.EXAMPLE), lacking)


def _hours(of: Callable[..., float | None]) -> Array | None:
    """24 x 5; None where any hour is unset."""
    found = np.empty((HOURS, len(VEHICLE_CLASSES)))
    for place, vehicle in enumerate(VEHICLE_CLASSES):
        group = "heavy" if vehicle in HEAVY else "light"
        shares = [of(HOUR_SHARE, group, str(hour)) for hour in range(HOURS)]
        known = [share for share in shares if share is not None]
        if len(known) < HOURS:
            return None
        _whole(f"{HOUR_SHARE} of {group} vehicles", sum(known))
        found[:, place] = np.array(known) / sum(known)
    return found


def _whole(name: str, total: float) -> None:
    if abs(total - WHOLE_PCT) > ROUNDING_PCT:
        raise ValueError(f"{name} adds up to {total:g} %, must be 100 %")
