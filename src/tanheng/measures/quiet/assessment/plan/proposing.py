"""Candidates from where noise weighs most: for its main roads, in front of hot spots, and at their windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from tanheng.measures.quiet.assessment import reads
from tanheng.measures.quiet.assessment.burden import Weights, burden_of
from tanheng.measures.quiet.assessment.hot_spots import HotSpot, hot_spots, sources_of
from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.assessment.plan.candidates import COST_OF, Candidate, Kind
from tanheng.measures.quiet.cnossos.road_tables import VEHICLE_CLASSES
from tanheng.measures.quiet.sources.traffic import TRUCKS, Traffic
from tanheng.measures.quiet.study import Study
from tanheng.text import Text


@dataclass(frozen=True)
class Options:
    """What is proposed. ``roads`` and ``spots``: for how many of the heaviest. ``slower_kmh``: by how much a limit may
    lie below the mean speed now; not below ``least_kmh``. ``surface``: a name of the law's table, e.g. NL13, thin layer
    A. Barriers: heights, m, at most ``beside_m`` beyond the hot spot along the road and ``away_m`` from its middle.
    """

    roads: int = 8
    spots: int = 4
    slower_kmh: tuple[float, ...] = (10.0, 20.0)
    least_kmh: float = 30.0
    surface: str = "NL13"
    barrier_heights: tuple[float, ...] = (3.0, 5.0)
    beside_m: float = 30.0
    away_m: float = 10.0
    shortest_barrier_m: float = 20.0


def propose(
    study: Study, weights: Weights, terms: Terms, traffic: Traffic, options: Options | None = None
) -> tuple[Candidate, ...]:
    """Candidates for the roads and hot spots with the largest burden, in a fixed order."""
    options = options or Options()
    heaviest = [each for each in sources_of(study, burden_of(study, weights)) if each.kind == "road"]
    rows = {row["id"]: row for row in study.quarter["roads"].to_pylist()}
    with_traffic = {road: number for number, road in enumerate(traffic.roads)}
    found: list[Candidate] = []
    for each in [share.feature for share in heaviest if share.feature in with_traffic][: options.roads]:
        found += _of_road(rows[each], traffic, with_traffic[each], terms, options)
    for spot in hot_spots(study, weights)[: options.spots]:
        roads = [share.feature for share in spot.sources if share.kind == "road" and share.feature in rows]
        if roads:
            found += _barriers(spot, rows[roads[0]], study, terms, options)
        windows = _windows(spot, study, weights, terms)
        if windows is not None:
            found.append(windows)
    return tuple(found)


def _of_road(
    row: Mapping[str, Any], traffic: Traffic, number: int, terms: Terms, options: Options
) -> Iterator[Candidate]:
    road, name = row["id"], row["name"] or row["id"]
    length_km = shapely.from_wkb(row["geometry"]).length / 1000.0
    flows, speeds = traffic.flows[number], traffic.speeds[number]
    driven = flows > 0.0
    mean = float(np.average(speeds[driven], weights=flows[driven])) if driven.any() else 0.0
    for slower in options.slower_kmh:
        limit = 5.0 * round((mean - slower) / 5.0)
        if limit >= options.least_kmh:
            title = Text(f"{name}: at most {limit:g} km/h", f"{name}：限速{limit:g}公里/小时")
            yield Candidate(
                **_costed("speed_limit", f"speed/{road}/{limit:g}", title, length_km, "km", terms),
                roads=(road,),
                change={"speed": limit},
                alternatives=(f"speed of {road}",),
            )
    trucks = [VEHICLE_CLASSES.index(vehicle) for vehicle in TRUCKS]
    if flows[list(terms.night)][:, trucks].sum() > 0.0:
        title = Text(f"{name}: no trucks at night", f"{name}：夜间禁止货车通行")
        yield Candidate(
            **_costed("truck_ban", f"trucks/{road}", title, length_km, "km", terms),
            roads=(road,),
            change={"trucks_banned_at_night": True, "night": terms.night},
        )
    if traffic.surfaces[number] != options.surface and row["lanes"]:
        title = Text(f"{name}: surface {options.surface}", f"{name}：铺设{options.surface}路面")
        area = 1000.0 * length_km * row["lanes"] * terms.value(reads.LANE_WIDTH)
        yield Candidate(
            **_costed("quiet_surface", f"surface/{road}", title, area, "m2", terms),
            roads=(road,),
            change={"surface": options.surface},
        )


def _barriers(
    spot: HotSpot, row: Mapping[str, Any], study: Study, terms: Terms, options: Options
) -> Iterator[Candidate]:
    """Along the road that weighs most at a hot spot, between the two, where no building is in the way."""
    name = row["name"] or row["id"]
    road, outline = shapely.from_wkb(row["geometry"]), shapely.from_wkb(spot.outline)
    lanes = row["lanes"] or 1
    away = min(options.away_m, 0.5 * lanes * terms.value(reads.LANE_WIDTH) + 2.0)
    sides = [road.offset_curve(away), road.offset_curve(-away)]
    side = min(sides, key=lambda line: (line.distance(outline), line.wkb))
    near = side.intersection(outline.buffer(options.beside_m + side.distance(outline)))
    buildings = study.quarter["buildings"]["geometry"].to_numpy(zero_copy_only=False)
    standing = shapely.union_all(shapely.from_wkb(buildings)).buffer(1.0)
    free = [part for part in shapely.get_parts(near.difference(standing)) if part.geom_type == "LineString"]
    long = max(free, key=lambda line: (line.length, line.wkb), default=None)
    if long is None or long.length < options.shortest_barrier_m:
        return
    # Its foot is on the ground, whatever the road's own altitude.
    line = bytes(shapely.to_wkb(shapely.force_2d(long)))
    base = row["height_m"] or 0.0
    for height in options.barrier_heights:
        place = f"hot spot {spot.rank}"
        title = Text(
            f"barrier of {height:g} m along {name} before {place}", f"{name}沿线{height:g}米声屏障（热点{spot.rank}）"
        )
        yield Candidate(
            **_costed("barrier", f"barrier/{spot.rank}/{height:g}", title, long.length * height, "m2", terms),
            outline=line,
            height_m=base + height,
            alternatives=(f"barrier before {place}",),
        )


def _windows(spot: HotSpot, study: Study, weights: Weights, terms: Terms) -> Candidate | None:
    """Better windows at all façade points of a hot spot above the limit; none while their gain is unset."""
    if terms.given(reads.WINDOW_GAIN).value is None:
        return None
    burden = sum(burden_of(study, weights).values(), start=np.zeros(study.receivers.num_rows))
    own = np.isin(study.receivers["building"].to_numpy(zero_copy_only=False), spot.buildings) & (burden > 0.0)
    width = np.asarray(study.receivers["width_m"].to_numpy(zero_copy_only=False), dtype=np.float64)
    area = float(width[own].sum()) * study.settings.storey_m * study.settings.every_floor
    title = Text(f"windows at hot spot {spot.rank}", f"热点{spot.rank}隔声窗")
    return Candidate(**_costed("windows", f"windows/{spot.rank}", title, area, "m2", terms), buildings=spot.buildings)


def _costed(kind: Kind, name: str, title: Text, amount: float, unit: str, terms: Terms) -> dict[str, Any]:
    unit_cost = terms.given(COST_OF[kind])
    return {"id": name, "kind": kind, "title": title, "amount": amount, "unit": unit, "unit_cost": unit_cost}
