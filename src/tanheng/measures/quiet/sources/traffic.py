"""Traffic of many roads by hour and vehicle class, with what else their emission depends on, and changes to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.road_tables import CLASS_COUNT, VEHICLE_CLASSES, VehicleClass, surfaces
from tanheng.measures.quiet.periods import HOURS, PERIODS
from tanheng.measures.quiet.sources.emission import LeftOut, Status
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

TRUCKS: tuple[VehicleClass, ...] = ("2", "3")
NIGHT = PERIODS["Ln"]


@dataclass(frozen=True)
class Traffic:
    """One row for each road.

    ``flows``: roads x 24 hours x 5 classes (1, 2, 3, 4a, 4b), vehicles an hour of both directions together;
    ``speeds``: the same shape, km/h. ``surfaces`` are names of the law's table or None for the reference surface;
    ``slope_pct`` along the line, uphill positive; ``two_way`` roads are gone up by half of the vehicles and down by the
    other half; ``junction_distance_m`` is not a number without a junction near; ``roundabout`` says its kind.
    ``studded_share`` of light vehicles in ``studded_months``; none in China. ``left_out``: roads without traffic.
    """

    roads: tuple[str, ...]
    flows: Array
    speeds: Array
    statuses: tuple[Status, ...]
    surfaces: tuple[str | None, ...]
    slope_pct: Array
    two_way: NDArray[np.bool_]
    temperature_c: Array
    junction_distance_m: Array
    roundabout: NDArray[np.bool_]
    studded_share: Array
    studded_months: Array
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Text, ...] = field(default=())

    def __post_init__(self) -> None:
        count = len(self.roads)
        for name in ("flows", "speeds"):
            shape = getattr(self, name).shape
            if shape != (count, HOURS, CLASS_COUNT):
                raise ValueError(f"{name} has the shape {shape}, must be {(count, HOURS, CLASS_COUNT)}")
        for name in ROAD_COLUMNS:
            if len(getattr(self, name)) != count:
                raise ValueError(f"{name} has {len(getattr(self, name))} rows, the roads are {count}")


ROAD_COLUMNS = (
    "statuses",
    "surfaces",
    "slope_pct",
    "two_way",
    "temperature_c",
    "junction_distance_m",
    "roundabout",
    "studded_share",
    "studded_months",
)


def with_change(
    traffic: Traffic,
    *,
    speed: float | None = None,
    trucks_banned_at_night: bool = False,
    surface: str | None = None,
    flow: float | None = None,
    roads: Collection[str] | None = None,
    trucks: Sequence[VehicleClass] = TRUCKS,
    night: Sequence[int] = NIGHT,
) -> Traffic:
    """The same traffic with something changed on ``roads`` (all by default).

    - ``speed``: a limit, km/h: who drove faster drives so, who drove slower stays.
    - ``trucks_banned_at_night``: no vehicle of the classes ``trucks`` in the hours ``night``. They are gone, not on
      other roads; class 2 has buses in it.
    - ``surface``: a name of the law's table (``cnossos.emission.surfaces``).
    - ``flow``: a factor on all flows.

    Raises ``InputRejected`` with every fault: an unknown road (``noise.E030``), a value out of range (``noise.E031``),
    an unknown surface (``noise.E032``).
    """
    chosen = range(len(traffic.roads)) if roads is None else _rows(traffic, roads)
    problems = [] if roads is None else _unknown(traffic, roads)
    problems += _out_of_range(speed, surface, flow)
    if problems:
        raise InputRejected(problems)
    rows = np.fromiter(chosen, dtype=np.int64)
    flows, speeds, covers = traffic.flows.copy(), traffic.speeds.copy(), list(traffic.surfaces)
    told: list[Text] = []
    which_en, which_zh = ("all roads", "全部道路") if roads is None else (f"{len(rows)} roads", f"{len(rows)}条道路")
    if speed is not None:
        speeds[rows] = np.minimum(speeds[rows], speed)
        told.append(Text(f"{which_en}: at most {speed:g} km/h", f"{which_zh}：限速{speed:g}公里/小时"))
    if flow is not None:
        flows[rows] *= flow
        told.append(Text(f"{which_en}: {flow:g} times the traffic", f"{which_zh}：车流量乘以{flow:g}"))
    if trucks_banned_at_night:
        classes = np.array([VEHICLE_CLASSES.index(vehicle) for vehicle in trucks], dtype=np.int64)
        flows[np.ix_(rows, np.array(night, dtype=np.int64), classes)] = 0.0
        told.append(
            Text(
                f"{which_en}: no vehicles of classes {', '.join(trucks)} at night; they are gone, not on other roads",
                f"{which_zh}：夜间禁行{'、'.join(trucks)}类车；视为不再行驶，而非改走其他道路",
            )
        )
    if surface is not None:
        for row in rows:
            covers[row] = surface
        told.append(Text(f"{which_en}: surface {surface}", f"{which_zh}：路面改为{surface}"))
    return replace(traffic, flows=flows, speeds=speeds, surfaces=tuple(covers), notes=(*traffic.notes, *told))


def _rows(traffic: Traffic, roads: Collection[str]) -> list[int]:
    wanted = set(roads)
    return [row for row, road in enumerate(traffic.roads) if road in wanted]


def _unknown(traffic: Traffic, roads: Collection[str]) -> list[Problem]:
    known = set(traffic.roads)
    return [
        Problem("noise.E030", "change", None, "roads", road, "has no traffic here", hint="Roads are named by their id")
        for road in sorted(set(roads) - known)
    ]


def _out_of_range(speed: float | None, surface: str | None, flow: float | None) -> list[Problem]:
    problems = []
    if speed is not None and not 5.0 <= speed <= 200.0:
        problems.append(Problem("noise.E031", "change", None, "speed", f"{speed}", expected="5 to 200 km/h"))
    if flow is not None and not 0.0 <= flow <= 100.0:
        problems.append(Problem("noise.E031", "change", None, "flow", f"{flow}", expected="a factor of 0 to 100"))
    if surface is not None and surface not in surfaces():
        known = ", ".join(surfaces())
        problems.append(Problem("noise.E032", "change", None, "surface", surface, expected=f"one of {known}"))
    return problems
