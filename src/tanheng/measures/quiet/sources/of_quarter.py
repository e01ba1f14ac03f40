"""The emission of a quarter: its traffic, railways and plants as the columns of a matrix."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT
from tanheng.measures.quiet.cnossos.road_tables import VEHICLE_CLASSES, CoefficientSet, surface_table
from tanheng.measures.quiet.hj24.line_power import FEW, line_and_sparse, small_medium_large
from tanheng.measures.quiet.periods import HOURS
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.emission import Emission, LeftOut
from tanheng.measures.quiet.sources.road import road_power
from tanheng.measures.quiet.sources.stated import Columns, add_plants, add_railways
from tanheng.measures.quiet.sources.traffic import Traffic
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

MethodName = Literal["cnossos", "hj24"]
HALF_SPACE_DB = 11.0 - 8.0
# Why: docs/measures/quiet.md.
NOT_COUNTED = Text(
    "HJ 2.4: reflections between façades on both sides of a road (up to 3.2 dB) and foliage are not counted; houses "
    "are counted one by one as screens",
    "HJ 2.4：未计入道路两侧建筑物的反射声修正（最大3.2 dB）和绿化林带衰减；建筑物逐栋按屏障计算",
)
# Surfaces of the law's table that are cement concrete.
CEMENT = frozenset({"NL06", "NL07", "NL08"})


def emission_of(
    quarter: Quarter,
    traffic: Traffic,
    *,
    method: MethodName = "cnossos",
    coefficients: CoefficientSet = "set_2020",
) -> Emission:
    """Every road with traffic, every railway and plant with a stated power, by hour and band.

    By ``hj24`` a road has two columns, ``road/ID`` and ``road/ID/few``: see ``hj24.line_power``. Railways and plants
    stand on the ground there and radiate into half of the space, 3 dB more. What has no emission is left out and told.

    Raises ``InputRejected`` with every fault: traffic on a road that the quarter has not (``noise.E030``), a sound
    power (``noise.E033``), hours (``noise.E034``) or a directivity (``noise.E035``) that cannot be.
    """
    found = Columns.none()
    _add_roads(found, quarter, traffic, method, coefficients)
    add_railways(found, quarter)
    add_plants(found, quarter)
    if found.problems:
        raise InputRejected(sorted(found.problems))
    if method == "hj24":
        _into_half_space(found)
        found.notes.append(NOT_COUNTED)
    power = np.stack(found.powers) if found.powers else np.zeros((0, HOURS, BAND_COUNT))
    return Emission(
        tuple(found.ids),
        tuple(found.kinds),
        tuple(found.features),
        tuple(found.statuses),
        power,
        tuple(found.left_out),
        tuple(found.notes),
    )


def _add_roads(
    found: Columns, quarter: Quarter, traffic: Traffic, method: MethodName, coefficients: CoefficientSet
) -> None:
    known = set(quarter["roads"]["id"].to_pylist())
    for road in traffic.roads:
        if road not in known:
            said = "has traffic and is no road of the quarter"
            found.problems.append(Problem("noise.E030", "traffic", None, "road", road, said))
    if method == "cnossos":
        for place, power in enumerate(road_power(traffic, coefficients)):
            road = traffic.roads[place]
            found.add(f"road/{road}", "road", road, traffic.statuses[place], power)
        found.notes.extend(_out_of_range(traffic, coefficients))
    else:
        _add_chinese(found, traffic)
    left_out = {part.feature for part in traffic.left_out}
    why = Text("nobody counted its traffic and nothing was assumed", "车流量既未观测也未假定")
    silent = sorted(known - set(traffic.roads) - left_out)
    found.left_out.extend((*traffic.left_out, *(LeftOut("road", road, why) for road in silent)))
    found.notes.extend(traffic.notes)


def _into_half_space(found: Columns) -> None:
    """Lw - 20 lg r - 8 instead of 11, HJ 2.4-2021 annex B; roads have it in their vehicle levels."""
    stated = [place for place, kind in enumerate(found.kinds) if kind != "road"]
    for place in stated:
        found.powers[place] = found.powers[place] + HALF_SPACE_DB
    if stated:
        said = Text(
            "HJ 2.4: railways and plants radiate into half of the space above the ground, 3 dB more",
            "HJ 2.4：轨道线和固定声源按半自由声场计，增加3 dB",
        )
        found.notes.append(said)


def _add_chinese(found: Columns, traffic: Traffic) -> None:
    flows = small_medium_large(traffic.flows)
    # The slowest of the small vehicles would be mopeds; the light ones stand for the class.
    speeds = traffic.speeds[..., [VEHICLE_CLASSES.index(vehicle) for vehicle in ("1", "2", "3")]]
    cement = np.array([surface in CEMENT for surface in traffic.surfaces], dtype=np.bool_)
    many, few = line_and_sparse(flows, speeds, traffic.slope_pct / 100.0, cement)
    for place, road in enumerate(traffic.roads):
        found.add(f"road/{road}", "road", road, traffic.statuses[place], many[place])
        found.add(f"road/{road}{FEW}", "road", road, traffic.statuses[place], few[place])
    if any(surface is not None and surface not in CEMENT for surface in traffic.surfaces):
        found.notes.append(
            Text(
                "HJ 2.4 knows asphalt and cement concrete alone: quiet surfaces count as asphalt",
                "HJ 2.4仅区分沥青与水泥混凝土路面：低噪声路面按沥青计",
            )
        )
    if traffic.flows[..., 3:].any():
        found.notes.append(
            Text("mopeds and motorcycles count as small vehicles in HJ 2.4", "HJ 2.4中轻便摩托车和摩托车按小型车计")
        )


def _out_of_range(traffic: Traffic, coefficients: CoefficientSet) -> list[Text]:
    """Surfaces on which somebody drives slower or faster than the law's coefficients hold for."""
    table = surface_table(coefficients)
    place = {name: row for row, name in enumerate(table.names)}
    told = []
    for surface in sorted({name for name in traffic.surfaces if name is not None}):
        rows = [row for row, name in enumerate(traffic.surfaces) if name == surface]
        least, most = table.least_speed[place[surface]], table.most_speed[place[surface]]
        driven = traffic.speeds[rows, :, 0][traffic.flows[rows, :, 0] > 0.0]
        if driven.size and (driven.min() < least or driven.max() > most):
            said = f"{least:g} to {most:g} km/h"
            told.append(
                Text(
                    f"the table of surface {surface} holds for {said}; light vehicles drive {driven.min():g} to "
                    f"{driven.max():g} km/h",
                    f"路面{surface}的系数适用于{least:g}至{most:g}公里/小时；小型车实际车速{driven.min():g}至{driven.max():g}公里/小时",
                )
            )
    return told
