"""What a page of a study is asked for: an indicator, another study to compare with, or a change of traffic.

Everything stands in the address, so that what somebody found can be passed on; nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
from django.http import QueryDict

from tanheng.communities.sight.legend import INDICATORS
from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.emission import surfaces
from tanheng.measures.quiet.kept_traffic import kept_traffic
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.of_quarter import emission_of
from tanheng.measures.quiet.sources.traffic import Traffic, with_change
from tanheng.measures.quiet.study import GRID, LEVELS, Study
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

FILE = "change"
FIELDS = ("speed", "flow", "ban", "surface", "roads")
ROADS_MOST = 2000


@dataclass(frozen=True)
class Asked:
    """A change of traffic. ``speed``: a limit, km/h; ``flow``: per cent of today's; no ``roads`` means all of them."""

    show: str = "Ld"
    speed: float | None = None
    flow: float | None = None
    ban: bool = False
    surface: str | None = None
    roads: tuple[str, ...] = ()
    against: str = ""

    @property
    def changes(self) -> bool:
        """Whether anything is to be another way than it is."""
        return self.ban or any(each is not None for each in (self.speed, self.flow, self.surface))

    @property
    def query(self) -> str:
        """As it stands in an address, without what was not asked."""
        told: list[tuple[str, str]] = [("show", self.show)]
        told += [("speed", f"{self.speed:g}")] if self.speed is not None else []
        told += [("flow", f"{self.flow:g}")] if self.flow is not None else []
        told += [("ban", "1")] if self.ban else []
        told += [("surface", self.surface)] if self.surface is not None else []
        told += [("roads", road) for road in self.roads] if self.changes else []
        told += [("against", self.against)] if self.against else []
        return urlencode(told)


def read(given: QueryDict) -> Asked:
    """What an address asks. ``InputRejected`` (``noise.E091``) with everything that cannot be meant."""
    faults: list[Problem] = []
    speed = _number(given, "speed", 5.0, 200.0, "5 to 200 km/h", faults)
    flow = _number(given, "flow", 0.0, 1000.0, "0 to 1000 per cent", faults)
    surface = given.get("surface", "").strip() or None
    if surface is not None and surface not in surfaces():
        faults.append(Problem("noise.E091", FILE, None, "surface", surface[:60], expected="one of the surfaces"))
    show = given.get("show", "Ld")
    if show not in INDICATORS:
        faults.append(Problem("noise.E091", FILE, None, "show", show[:60], expected=f"one of {', '.join(INDICATORS)}"))
    roads = tuple(dict.fromkeys(road for road in given.getlist("roads")[:ROADS_MOST] if road))
    if faults:
        raise InputRejected(faults)
    ban = given.get("ban", "") == "1"
    return Asked(show, speed, flow, ban, surface, roads, given.get("against", "").strip()[:64])


def changed(study: Study, folder: Path, asked: Asked) -> Study:
    """The study with the asked change, from its stored matrix. ``InputRejected`` (``noise.E092``) where the study came
    without its traffic, or for what the change names wrongly."""
    traffic = kept_traffic(folder)
    if traffic is None:
        raise InputRejected(
            [
                Problem(
                    "noise.E092",
                    FILE,
                    message="the study was kept without its traffic, so nothing can be worked out for another one",
                    hint="Calculate it again with its traffic",
                )
            ]
        )
    other = with_change(
        traffic,
        speed=asked.speed,
        trucks_banned_at_night=asked.ban,
        surface=asked.surface,
        flow=None if asked.flow is None else asked.flow / 100.0,
        roads=asked.roads or None,
    )
    return study.with_emission(powers_with(study, traffic, other), other.notes[len(traffic.notes) :])


def powers_with(study: Study, before: Traffic, after: Traffic) -> Array:
    """The study's powers by hour and band, each road louder or quieter by what the change does to its emission.

    A study may be calibrated; what was added to a road then stays on it.
    """
    roads = Quarter(study.quarter.name, study.crs, {"roads": study.quarter["roads"]})
    row_of = {name: row for row, name in enumerate(study.columns["id"].to_pylist())}
    was, now = (emission_of(roads, traffic, method=study.settings.method) for traffic in (before, after))
    power = study.emission.copy()
    known = [(number, row_of[name]) for number, name in enumerate(was.ids) if name in row_of]
    if was.ids != now.ids or not known:
        raise ValueError("the traffic of the study has none of its columns")
    numbers, rows = np.array(known, dtype=np.int64).T
    with np.errstate(invalid="ignore"):
        louder = now.power[numbers] - was.power[numbers]
    power[rows] += np.where(np.isneginf(now.power[numbers]), -np.inf, np.where(np.isnan(louder), 0.0, louder))
    return power


def aligned(study: Study, other: Study) -> Study:
    """The levels of another study at the receivers and cells of this one; null where it has none of that name."""
    rows = {name: row for row, name in enumerate(other.receivers["id"].to_pylist())}
    take = [rows.get(name) for name in study.receivers["id"].to_pylist()]
    levels = other.levels.take(pa.array(take, pa.int64())).set_column(0, "receiver", study.receivers["id"])
    grid = None
    if study.grid is not None and other.grid is not None:
        cells = {_cell(row): number for number, row in enumerate(other.grid.select(["x", "y"]).to_pylist())}
        places = study.grid.select(["x", "y", "z", "cell_m"])
        found = other.grid.take(pa.array([cells.get(_cell(row)) for row in places.to_pylist()], pa.int64()))
        columns = {name: places[name] if name in places.schema.names else found[name] for name in GRID.names}
        grid = pa.table(columns, schema=GRID)
    return replace(study, levels=levels.cast(LEVELS), grid=grid, name=other.name, notes=other.notes)


def _cell(row: Mapping[str, Any]) -> tuple[int, int]:
    return round(row["x"] * 10), round(row["y"] * 10)


def said_of(asked: Asked, names: Mapping[str, str]) -> Iterator[Text]:
    """The change in words. ``names`` are those of roads by their id."""
    if asked.speed is not None:
        yield Text(f"at most {asked.speed:g} km/h", f"限速 {asked.speed:g} km/h")
    if asked.flow is not None:
        yield Text(f"{asked.flow:g}% of the traffic", f"车流量为现状的 {asked.flow:g}%")
    if asked.ban:
        yield Text("no lorries from 22 to 6 h", "22时至6时货车禁行")
    if asked.surface is not None:
        yield Text(f"surface {asked.surface}", f"路面改为 {asked.surface}")
    if asked.roads:
        told = [names.get(road) or road for road in asked.roads[:5]]
        more = len(asked.roads) - len(told)
        yield Text(
            f"on {', '.join(told)}" + (f" and {more} more" if more else ""),
            f"道路：{'、'.join(told)}" + (f"等 {len(asked.roads)} 条" if more else ""),
        )
    else:
        yield Text("on all roads", "全部道路")


def _number(
    given: QueryDict, name: str, least: float, most: float, expected: str, faults: list[Problem]
) -> float | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        faults.append(Problem("noise.E091", FILE, None, name, text[:60], expected=expected))
        return None
    return value
