"""Which traffic each road of a quarter has: counted, else assumed by its class, else none, and then it is told."""

from __future__ import annotations

from typing import Any

import numpy as np

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.cnossos.road_power import REFERENCE_TEMPERATURE_C
from tanheng.measures.quiet.cnossos.road_tables import CLASS_COUNT, surfaces
from tanheng.measures.quiet.periods import HOURS
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.by_class import ClassTraffic
from tanheng.measures.quiet.sources.counts import Conditions, Counts
from tanheng.measures.quiet.sources.emission import LeftOut, Status
from tanheng.measures.quiet.sources.traffic import Traffic
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

ONE_WAY_SHARE = 0.5


def traffic_of(
    quarter: Quarter,
    *,
    counts: Counts | None = None,
    conditions: Conditions | None = None,
    by_class: ClassTraffic | None = None,
    temperature_c: float = REFERENCE_TEMPERATURE_C,
) -> Traffic:
    """Traffic of the roads of a quarter.

    A counted road has the flows that were counted; hours that nobody counted follow the profile of ``by_class``, and
    then the road is an example. A road without counts has the flows of its class, half of them on a one-way line.
    Speed: what was counted, else the map's, else that of the class. ``temperature_c``: yearly mean of the air, where
    ``conditions`` say none. Roads in a tunnel, and those of which nothing is known, are left out and told.

    Raises ``InputRejected`` with every fault: counts of roads that the quarter has not (``noise.E030``), surfaces that
    the law's table has not (``noise.E032``), counts of a part of the day with no profile (``noise.E037``), flows
    without any speed (``noise.E038``).
    """
    said = {road: place for place, road in enumerate(counts.roads)} if counts else {}
    given = conditions.by_road if conditions else {}
    rows = {row["id"]: row for row in quarter["roads"].drop_columns(["geometry"]).to_pylist()}
    problems = [
        Problem("noise.E030", file, None, "road_id", road, "is no road of the quarter")
        for file, roads in (("noise_counts", said), ("noise_roads", given))
        for road in roads
        if road not in rows
    ]
    kept: list[dict[str, Any]] = []
    flows: list[Array] = []
    speeds: list[Array] = []
    statuses: list[Status] = []
    left_out: list[LeftOut] = []
    extended = 0
    for road, row in rows.items():
        if row["tunnel"]:
            why = Text("in a tunnel, whose portals are not modelled", "位于隧道内，未模拟洞口")
            left_out.append(LeftOut("road", road, why))
            continue
        row |= {name: value for name, value in given.get(road, {}).items() if value is not None}
        found = _counted(counts, said[road], by_class) if counts and road in said else None
        if found is not None and np.isnan(found).any():
            message = "has counts of a part of the day, and no profile of the others is known"
            problems.append(Problem("noise.E037", "noise_counts", None, "from_hour", road, message))
            continue
        status: Status = "counted"
        if found is None:
            status = "example"
            found = by_class.flows.get(row["class"]) if by_class else None
            if found is None:
                left_out.append(LeftOut("road", road, _why_not(row["class"], by_class)))
                continue
            found = found * (ONE_WAY_SHARE if row["one_way"] else 1.0)
        elif counts is not None and np.isnan(counts.flows[said[road]]).any():
            status, extended = "example", extended + 1
        driven = _speeds(counts, said.get(road), row, by_class)
        if np.isnan(driven[found > 0.0]).any():
            problems.append(Problem("noise.E038", "roads", None, "speed_kmh", None, f"{road} has traffic and no speed"))
            continue
        if row["surface"] is not None and row["surface"] not in surfaces():
            known = ", ".join(surfaces())
            message = f"road {road} has a surface that is not in the law's table"
            problems.append(
                Problem("noise.E032", "roads", None, "surface", row["surface"], message, expected=f"one of {known}")
            )
        kept.append(row)
        flows.append(found)
        speeds.append(np.where(np.isnan(driven), 0.0, driven))
        statuses.append(status)
    if problems:
        raise InputRejected(sorted(problems))

    def of(name: str, default: float) -> Array:
        values = [default if row.get(name) is None else row[name] for row in kept]
        return np.array(values, dtype=np.float64)

    shape = (len(kept), HOURS, CLASS_COUNT)
    return Traffic(
        roads=tuple(row["id"] for row in kept),
        flows=np.array(flows).reshape(shape),
        speeds=np.array(speeds).reshape(shape),
        statuses=tuple(statuses),
        surfaces=tuple(row["surface"] for row in kept),
        slope_pct=of("gradient_pct", 0.0),
        two_way=np.array([not row["one_way"] for row in kept], dtype=np.bool_),
        temperature_c=of("temperature_c", temperature_c),
        junction_distance_m=of("junction_distance_m", np.nan),
        roundabout=np.array([bool(row.get("roundabout")) for row in kept], dtype=np.bool_),
        studded_share=of("studded_pct", 0.0) / 100.0,
        studded_months=of("studded_months", 0.0),
        left_out=tuple(left_out),
        notes=tuple(_notes(statuses, extended, len(left_out), kept)),
    )


def _counted(counts: Counts, place: int, by_class: ClassTraffic | None) -> Array:
    """Flows of a counted road; hours that nobody counted by the profile of the day, not-a-number without one."""
    flows: Array = counts.flows[place]
    open_hours = np.isnan(flows)
    if by_class is None or by_class.hour_shares is None or not open_hours.any():
        return flows
    shares = np.where(open_hours, 0.0, by_class.hour_shares).sum(axis=0)
    a_day = np.where(open_hours, 0.0, flows).sum(axis=0) / np.where(shares > 0.0, shares, np.nan)
    return np.asarray(np.where(open_hours, a_day * by_class.hour_shares, flows), dtype=np.float64)


def _speeds(counts: Counts | None, place: int | None, row: dict[str, Any], by_class: ClassTraffic | None) -> Array:
    """24 hours x 5 classes, km/h; not-a-number where nothing is known."""
    of_class = by_class.speeds.get(row["class"]) if by_class else None
    usual = row["speed_kmh"] or of_class
    speeds = np.full((HOURS, CLASS_COUNT), np.nan if usual is None else float(usual))
    if counts is not None and place is not None:
        told = counts.speeds[place]
        speeds = np.where(np.isnan(told), speeds, told)
    return speeds


def _why_not(road_class: str | None, by_class: ClassTraffic | None) -> Text:
    if by_class is None:
        return Text("nobody counted its traffic and nothing was assumed", "车流量既未观测也未假定")
    lacking = by_class.lacking.get(road_class or "")
    if lacking is not None:
        return Text(f"not counted, and {lacking} is unset for its class", f"未观测，且规则库未给出{lacking}")
    return Text(
        f"not counted, and no traffic is assumed for class {road_class}", f"未观测，且未假定{road_class}类道路的车流量"
    )


def _notes(statuses: list[Status], extended: int, left_out: int, rows: list[dict[str, Any]]) -> list[Text]:
    notes = []
    assumed = statuses.count("example") - extended
    if assumed:
        notes.append(
            Text(
                f"traffic of {assumed} of {len(rows)} roads is assumed by road class: nobody counted it; a one-way "
                "line carries half",
                f"{len(rows)}条道路中有{assumed}条的车流量按道路等级假定，并非观测值；单向线路取一半",
            )
        )
    if extended:
        notes.append(
            Text(
                f"{extended} roads were counted for a part of the day; the other hours follow an assumed profile",
                f"{extended}条道路仅有部分时段观测，其余时段按假定的日变化推算",
            )
        )
    if left_out:
        notes.append(Text(f"{left_out} roads are left out", f"{left_out}条道路未计入"))
    return notes
