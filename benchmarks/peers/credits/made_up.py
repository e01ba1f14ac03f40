"""Synthetic trips as Parquet: a fortieth part of them sent twice, a few of them faulty."""

from __future__ import annotations

from pathlib import Path

import duckdb

SEED = 440300
DAYS = 90
FIRST = "2025-01-01"
TRIPS_OF_A_PERSON = 180
FILES = 16


def write(folder: Path, events: int) -> None:
    """So many events in ``FILES`` files, the same ones each time.

    Copies go into another file than what they are copies of. Distances are whole metres.
    """
    folder.mkdir(parents=True)
    persons = max(1, events // TRIPS_OF_A_PERSON)
    distinct = events * 40 // 41
    with duckdb.connect() as connection:
        for number in range(FILES):
            own, of_other = _range(distinct, number), _range(distinct, (number - 1) % FILES)
            numbers = f"SELECT i FROM range({own[0]}, {own[1]}) AS t(i) UNION ALL "
            numbers += f"SELECT i * 40 FROM range({of_other[0]} // 40, {of_other[1]} // 40) AS t(i)"
            place = folder / f"part-{number:02}.parquet"
            connection.execute(f"COPY ({_events(numbers, persons)}) TO '{place}' (FORMAT parquet)")


def _range(distinct: int, number: int) -> tuple[int, int]:
    return distinct * number // FILES, distinct * (number + 1) // FILES


def _events(numbers: str, persons: int) -> str:
    """Everything of an event follows from its number."""
    draw = f"hash(i * {SEED + 1})"
    return f"""
        SELECT printf('%016x', hash(i % {persons})) AS person,
               CASE WHEN i % 3 = 0 THEN 'metro-app' ELSE 'bus-app' END AS application,
               printf('E%010d', i) AS event_id,
               TIMESTAMP '{FIRST} 05:30:00' + to_seconds(CAST(({draw} % ({DAYS} * 86400)) AS INTEGER)) AS "at",
               'public_transport' AS scene,
               CASE WHEN {draw} % 1000 = 7 THEN 'tram' WHEN i % 3 = 0 THEN 'metro' ELSE 'electric_bus' END AS mode,
               CASE WHEN {draw} % 1000 = 8 THEN -1.0
                    ELSE CAST(300 + ({draw} >> 20) % 20000 AS DOUBLE) / 1000 END AS quantity,
               'km' AS unit
        FROM ({numbers})"""
