"""The same credits in SQL written by hand for this one methodology, and event by event in Python."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from tanheng.measures.credits.event_files import LARGEST_QUANTITY

_FACTORS = {"metro": 46.7, "electric_bus": 26.9}
TENTHS = {mode: round(factor * 10) for mode, factor in _FACTORS.items()}
MICRO = 1_000_000
_BEGINS = date(2022, 1, 1)


def in_sql(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A table ``by_hand`` of person, day, reduction_g: each event once, sums of whole millionths of a kilometre."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE by_hand AS
        WITH once AS (
            SELECT DISTINCT application, event_id, person, CAST("at" AS DATE) AS day, scene, mode, quantity, unit
            FROM read_parquet('{folder}/*.parquet')
        ), single AS (
            SELECT any_value(person) AS person, any_value(day) AS day, any_value(scene) AS scene,
                   any_value(mode) AS mode, any_value(quantity) AS quantity, any_value(unit) AS unit
            FROM once GROUP BY application, event_id HAVING count(*) = 1
        ), days AS (
            SELECT person, day,
                   sum(CAST(round(quantity * {MICRO}) AS BIGINT)) FILTER (mode = 'metro') AS metro,
                   sum(CAST(round(quantity * {MICRO}) AS BIGINT)) FILTER (mode = 'electric_bus') AS electric_bus
            FROM single
            WHERE scene = 'public_transport' AND unit = 'km' AND mode IN ('metro', 'electric_bus')
              AND quantity >= 0 AND day >= DATE '2022-01-01'
            GROUP BY person, day
        )
        SELECT person, day, CAST(floor(round(
            coalesce(metro, 0) / {MICRO} * 46.7::DOUBLE + coalesce(electric_bus, 0) / {MICRO} * 26.9::DOUBLE, 6
        )) AS BIGINT) AS reduction_g
        FROM days""")


def in_python(folder: Path) -> tuple[dict[tuple[str, Any], int], Counter[str]]:
    """Event by event, as a service that handles one event at a time would: in whole numbers throughout.

    The reductions of persons and days, and how many events were refused for which reason, copies among them.
    """
    seen: dict[tuple[str, str], tuple[Any, ...] | None] = {}
    copies: Counter[tuple[str, str]] = Counter()
    refused: Counter[str] = Counter()
    for path in sorted(folder.glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches():
            for event in batch.to_pylist():
                name = event["application"], event["event_id"]
                if not all(name):
                    refused["no_id"] += 1
                    continue
                said = tuple(event[part] for part in _SAID)
                if name in seen:
                    copies[name] += 1
                    seen[name] = said if seen[name] == said else None
                else:
                    seen[name] = said
    sums: dict[tuple[str, Any], int] = {}
    for name, known in seen.items():
        reason = "conflicting" if known is None else _reason(*known)
        if reason:
            refused[reason] += 1 + copies[name]
        else:
            assert known is not None
            person, at, _, mode, quantity, _ = known
            key = person, at.date()
            sums[key] = sums.get(key, 0) + round(quantity * MICRO) * TENTHS[mode]
            refused["copies"] += copies[name]
    return {key: total // (10 * MICRO) for key, total in sums.items()}, refused


_SAID = ("person", "at", "scene", "mode", "quantity", "unit")


def _reason(
    person: str | None, at: datetime | None, scene: str, mode: str, quantity: float | None, unit: str
) -> str | None:
    """Why an event does not count, in the order in which the engine asks."""
    if not person:
        return "no_person"
    if at is None:
        return "no_time"
    if quantity is None or not isfinite(quantity):
        return "no_quantity"
    if quantity < 0:
        return "negative"
    if scene != "public_transport":
        return "unknown_scene"
    if at.date() < _BEGINS:
        return "not_in_force"
    if mode not in TENTHS:
        return "unknown_mode"
    if unit != "km":
        return "wrong_unit"
    return "too_much" if quantity > LARGEST_QUANTITY else None
