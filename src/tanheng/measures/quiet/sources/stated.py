"""Sources with a stated sound power: railways by period, plants and construction sites by hours of the day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tanheng.measures.quiet.bands import BAND_COUNT, Array
from tanheng.measures.quiet.periods import HOURS, PERIODS
from tanheng.measures.quiet.quarter import Quarter
from tanheng.measures.quiet.sources.directivity import pattern_of
from tanheng.measures.quiet.sources.emission import Emission, Kind, LeftOut, Status
from tanheng.problems import Problem
from tanheng.text import Text

RAIL_PERIODS = {"day": "Lday", "evening": "Levening", "night": "Lnight"}
LOUDEST_DB = 200.0


@dataclass
class Columns:
    """Columns of an emission while they are found, with faults."""

    ids: list[str]
    kinds: list[Kind]
    features: list[str]
    statuses: list[Status]
    powers: list[Array]
    left_out: list[LeftOut]
    notes: list[Text]
    problems: list[Problem]

    @classmethod
    def none(cls) -> Columns:
        return cls([], [], [], [], [], [], [], [])

    def add(self, name: str, kind: Kind, feature: str, status: Status, power: Array) -> None:
        """One more column; ``power``: 24 hours x 8 bands, dB."""
        self.ids.append(name)
        self.kinds.append(kind)
        self.features.append(feature)
        self.statuses.append(status)
        self.powers.append(power)


def hour_shares(from_hour: float, to_hour: float) -> Array:
    """Share of each hour of the day that lies between two times, over midnight if the second is the earlier one."""
    starts = np.arange(HOURS, dtype=np.float64)

    def between(first: float, last: float) -> Array:
        inside = np.minimum(starts + 1.0, last) - np.maximum(starts, first)
        return np.asarray(np.clip(inside, 0.0, 1.0), dtype=np.float64)

    if from_hour < to_hour:
        return between(from_hour, to_hour)
    return between(from_hour, float(HOURS)) + between(0.0, to_hour)


def add_railways(found: Columns, quarter: Quarter) -> None:
    """Railways, metro and tram lines by their stated power a metre; one that lacks a period is left out."""
    for row in quarter["railways"].to_pylist():
        said = [_bands(found, "railways", row, f"power_{period}") for period in RAIL_PERIODS]
        lacking = [period for period in RAIL_PERIODS if row[f"power_{period}"] is None]
        if lacking:
            why = Text(f"no sound power stated for {', '.join(lacking)}", f"缺少声功率：{'、'.join(lacking)}")
            found.left_out.append(LeftOut("railway", row["id"], why))
            continue
        power = np.full((HOURS, BAND_COUNT), -np.inf)
        for period, levels in zip(RAIL_PERIODS.values(), said, strict=True):
            if levels is not None:
                power[list(PERIODS[period])] = levels
        found.add(f"railway/{row['id']}", "railway", row["id"], "given", power)


def add_plants(found: Columns, quarter: Quarter) -> None:
    """Plants by their stated power in their hours, all day where none are told."""
    at_night = []
    for row in quarter["plants"].to_pylist():
        levels = _bands(found, "plants", row, "power")
        found.problems.extend(_plant_faults(row))
        if row["power"] is None:
            why = Text("no sound power stated", "未给出声功率")
            found.left_out.append(LeftOut("plant", row["id"], why))
            continue
        if levels is None or any(_plant_faults(row)):
            continue
        shares = np.ones(HOURS)
        if row["from_hour"] is not None:
            shares = hour_shares(row["from_hour"], row["to_hour"])
        with np.errstate(divide="ignore"):
            power = levels + 10.0 * np.log10(shares)[:, None]
        found.add(f"plant/{row['id']}", "plant", row["id"], "given", power)
        if row["kind"] == "construction" and shares[list(PERIODS["Ln"])].any():
            at_night.append(row["id"])
    if at_night:
        named = ", ".join(at_night[:5]) + (", ..." if len(at_night) > 5 else "")
        found.notes.append(
            Text(
                f"{len(at_night)} construction sites work at night ({named}); the Noise Law allows that only for "
                "repairs, emergencies and certified continuous work (Art. 43)",
                f"{len(at_night)}个工地夜间施工（{named}）；按《噪声污染防治法》第四十三条，仅限抢修、抢险及经证明须连续作业的施工",
            )
        )


def with_night_ban(
    emission: Emission, quarter: Quarter, permitted: Collection[str] = (), night: Sequence[int] = PERIODS["Ln"]
) -> Emission:
    """Construction sites silent at night, save those with a permit (Noise Law, Art. 43)."""
    sites = {row["id"] for row in quarter["plants"].select(["id", "kind"]).to_pylist() if row["kind"] == "construction"}
    silent = [
        place
        for place, (kind, feature) in enumerate(zip(emission.kinds, emission.features, strict=True))
        if kind == "plant" and feature in sites and feature not in permitted
    ]
    power = emission.power.copy()
    power[np.ix_(np.array(silent, dtype=np.int64), np.array(night, dtype=np.int64))] = -np.inf
    told = Text(f"{len(silent)} construction sites silent at night", f"{len(silent)}个工地夜间停止施工")
    return replace(emission, power=power, notes=(*emission.notes, told))


def _bands(found: Columns, table: str, row: dict[str, Any], column: str) -> Array | None:
    """Eight levels, or a fault; nothing if none are told."""
    levels = row[column]
    if levels is None:
        return None
    if any(level is None or not np.isfinite(level) or abs(level) > LOUDEST_DB for level in levels):
        said = f"{row['id']} has a sound power {levels}"
        expected = f"8 levels of {-LOUDEST_DB:g} to {LOUDEST_DB:g} dB"
        found.problems.append(Problem("noise.E033", table, None, column, message=said, expected=expected))
        return None
    return np.array(levels, dtype=np.float64)


def _plant_faults(row: dict[str, Any]) -> Iterator[Problem]:
    hours = (row["from_hour"], row["to_hour"])
    if hours != (None, None):
        sound = None not in hours and all(0.0 <= hour <= HOURS for hour in hours) and hours[0] != hours[1]
        if not sound:
            said = f"{row['id']} sounds from {hours[0]} to {hours[1]}"
            hint = "0 to 24 is the whole day; leave both empty for that too"
            expected = "two different hours of 0 to 24"
            yield Problem("noise.E034", "plants", None, "from_hour", message=said, expected=expected, hint=hint)
    try:
        pattern_of(row["directivity"])
    except ValueError as error:
        said = f"{row['id']}: {error}"
        yield Problem("noise.E035", "plants", None, "directivity", row["directivity"], message=said)
    if row["directivity"] not in (None, "", "even") and row["faces_deg"] is None:
        said = f"{row['id']} has a pattern and no main direction"
        yield Problem("noise.E035", "plants", None, "faces_deg", message=said, expected="a bearing in degrees")
