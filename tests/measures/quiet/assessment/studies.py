"""Studies whose levels are known beforehand: what a receiver hears of a column is set, nothing is walked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import shapely

from tanheng.measures.quiet.assessment.parameters import Terms
from tanheng.measures.quiet.bands import BAND_COUNT, Array
from tanheng.measures.quiet.periods import HOURS
from tanheng.measures.quiet.quarter import TABLES, Quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.study import COLUMNS, RECEIVERS, Study, levels_table
from tanheng.measures.quiet.transfer.levels import all_levels
from tanheng.measures.quiet.transfer.matrix import Transfer
from tanheng.policy.rulebook import load_rulebook, with_overlays

ONE_KHZ = 4  # where A-weighting adds nothing
NIGHT = (22, 23, 0, 1, 2, 3, 4, 5)
ON = date(2026, 7, 1)
_SHENZHEN = load_rulebook("shenzhen")


def terms(overlay: str | None = None) -> Terms:
    return Terms(with_overlays(_SHENZHEN, [("example.yaml", overlay)] if overlay else []), ON)


def rows(table: str, *given: Mapping[str, object]) -> pa.Table:
    schema = TABLES[table]
    return pa.table({name: [row.get(name) for row in given] for name in schema.names}, schema=schema)


def square(x: float, y: float, size: float) -> bytes:
    return bytes(shapely.to_wkb(shapely.box(x, y, x + size, y + size)))


def line(*places: tuple[float, float]) -> bytes:
    return bytes(shapely.to_wkb(shapely.LineString(places)))


def power(day_db: float, night_db: float | None = None) -> Array:
    """24 hours × 8 bands, all in 1 kHz."""
    found = np.full((HOURS, BAND_COUNT), -np.inf)
    found[:, ONE_KHZ] = day_db
    found[list(NIGHT), ONE_KHZ] = day_db if night_db is None else night_db
    return found


def study(
    receivers: Sequence[Mapping[str, object]],
    emission: Mapping[str, Array],
    losses: Mapping[str, Mapping[str, float]],
    quarter: Quarter | None = None,
    kinds: Mapping[str, str] | None = None,
    status: str = "counted",
) -> Study:
    """``losses``: receiver -> column -> dB lost on the way; a column that is not named is not heard."""
    ids = list(emission)
    blank = {"side": 0, "floor": 1, "x": 0.0, "y": 0.0, "z": 4.0, "bearing_deg": 0.0, "width_m": 5.0, "persons": None}
    table = pa.table(
        {name: [{**blank, **each}.get(name) for each in receivers] for name in RECEIVERS.names}, schema=RECEIVERS
    )
    starts, columns, ratios = [0], [], []
    for each in receivers:
        heard = losses.get(str(each["id"]), {})
        for column in sorted(heard, key=ids.index):
            columns.append(ids.index(column))
            ratios.append([10.0 ** (-heard[column] / 10.0)] * BAND_COUNT)
        starts.append(len(columns))
    transfer = Transfer(
        np.array(starts, dtype=np.int64),
        np.array(columns, dtype=np.int32),
        np.array(ratios, dtype=np.float32).reshape(-1, BAND_COUNT),
        len(ids),
    )
    powers = np.stack([emission[each] for each in ids])
    kind = [(kinds or {}).get(each, "road") for each in ids]
    return Study(
        name="tiny",
        settings=Settings(),
        quarter=quarter or Quarter("tiny", "EPSG:4547"),
        receivers=table,
        columns=pa.table({"id": ids, "kind": kind, "feature": ids, "status": [status] * len(ids)}, schema=COLUMNS),
        emission=powers,
        transfer=transfer,
        levels=levels_table(table["id"], all_levels(transfer, powers)),
    )
