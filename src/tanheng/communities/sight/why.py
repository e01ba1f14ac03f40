"""Why it is as loud as it is before a façade: what each source brings there, from the stored matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.measures.quiet.bands import Array
from tanheng.measures.quiet.layers import SHOWN
from tanheng.measures.quiet.sources.emission import period_powers
from tanheng.measures.quiet.study import Study
from tanheng.measures.quiet.transfer.levels import combined_levels, contributions
from tanheng.text import Text

KINDS = {"road": Text("road", "道路"), "railway": Text("railway", "轨道"), "plant": Text("fixed source", "固定声源")}
COMPASS = (
    Text("north", "北"), Text("north-east", "东北"), Text("east", "东"), Text("south-east", "东南"),
    Text("south", "南"), Text("south-west", "西南"), Text("west", "西"), Text("north-west", "西北"),
)  # fmt: skip


@dataclass(frozen=True)
class Share:
    """What a source brings: its level alone by indicator, dB(A), None for silence; its part of the energy, 0 to 1."""

    name: str
    kind: Text
    feature: str
    status: str
    levels: dict[str, float | None]
    part: float


@dataclass(frozen=True)
class Reason:
    """A receiver, the levels there and the sources of them, the loudest first."""

    receiver: str
    building: str
    floor: int
    faces: Text
    height_m: float
    levels: dict[str, float | None]
    shares: tuple[Share, ...]


def reason(study: Study, receiver: int, indicator: str) -> Reason:
    """Of one receiver, counted from 0. Raises ``IndexError`` where there is none of that number."""
    if not 0 <= receiver < study.receivers.num_rows:
        raise IndexError(receiver)
    row = study.receivers.slice(receiver, 1).to_pylist()[0]
    powers = period_powers(study.emission)
    columns, _ = study.transfer.row(receiver)
    by_column = {name: _in_order(study, power, receiver) for name, power in powers.items()}
    alone = by_column | combined_levels(by_column)
    known = study.columns.take(columns.tolist()).to_pylist()
    # A road may have several columns; to a reader it is one.
    features = list(dict.fromkeys((each["kind"], each["feature"], each["status"]) for each in known))
    of = [features.index((each["kind"], each["feature"], each["status"])) for each in known]
    energies = {name: _summed(np.power(10.0, levels / 10.0), of, len(features)) for name, levels in alone.items()}
    whole = energies[indicator].sum()
    names = {
        (kind, each["id"]): each["name"]
        for kind, table in (("road", "roads"), ("railway", "railways"), ("plant", "plants"))
        for each in study.quarter[table].select(["id", "name"]).to_pylist()
    }
    shares = [
        Share(
            name=names.get((kind, feature)) or feature,
            kind=KINDS[kind],
            feature=feature,
            status=status,
            levels={name: _or_none(_db(energies[name][place])) for name in SHOWN},
            part=float(energies[indicator][place] / whole) if whole > 0 else 0.0,
        )
        for place, (kind, feature, status) in enumerate(features)
    ]
    return Reason(
        receiver=row["id"],
        building=row["building"] or "",
        floor=row["floor"] or 0,
        faces=COMPASS[round((row["bearing_deg"] or 0.0) / 45.0) % 8],
        height_m=row["z"],
        levels={name: _or_none(study.level(name)[receiver]) for name in SHOWN},
        shares=tuple(sorted((share for share in shares if share.part > 0), key=lambda share: -share.part)),
    )


def _in_order(study: Study, power: Array, receiver: int) -> Array:
    """Levels of the columns of a receiver's row, in the order of the row."""
    columns, levels = contributions(study.transfer, power, receiver)
    return np.asarray(levels[np.argsort(columns, kind="stable")])


def _summed(energies: Array, of: list[int], count: int) -> Array:
    sums = np.zeros(count)
    np.add.at(sums, of, energies)
    return sums


def _db(energy: float) -> float:
    return float(10.0 * np.log10(energy)) if energy > 0 else -np.inf


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
