"""Which facilities an organisation answers for, as a city's tables say, and what a run worked out for them.

An organisation stands in the column ``organisation_id`` of the table ``facilities``: by its unified social credit
code, or by the number under which the city keeps it. Nothing is kept but an index in memory, for as long as the files
are the same; figures are read from the run's own results.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from tanheng.measures.base_tables import DISTRICTS, FACILITIES
from tanheng.policy.parameters import Status
from tanheng.text import Text
from tanheng.warehouse.city import City
from tanheng.warehouse.manifest import FORMATS, MANIFEST_FILE, read_manifest

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Facility:
    """A row of the city's facilities."""

    id: str
    name: str
    organisation: str
    district: str
    sector: str
    made_up: bool


@dataclass(frozen=True)
class Worked:
    """A figure of a facility-year; ``value`` None is undetermined, and then ``why`` says what is missing."""

    rule: str
    value: float | None
    why: Text | None
    trust: str | None


def facilities_of(city: Path, organisations: Collection[str]) -> tuple[Facility, ...]:
    """The facilities for which any of these numbers answers, by identifier.

    Raises
    ------
    InputRejected
        When the folder is no city, or its facilities cannot be read.
    """
    known = _index(city, _stamp(city))
    return tuple(sorted((each for one in set(organisations) for each in known.get(one, ())), key=lambda each: each.id))


def organisation_of(city: Path, facility: str) -> str | None:
    """The number of the organisation that answers for a facility; None where the tables name none.

    Raises
    ------
    InputRejected
        As with ``facilities_of``.
    """
    known = _index(city, _stamp(city))
    found = (each.organisation for rows in known.values() for each in rows if each.id == facility)
    return next(found, None)


def figures_of(
    run: Path, facilities: Collection[str], rules: Sequence[str], *, year: int | None = None
) -> dict[tuple[str, int], list[Worked]]:
    """What a run worked out for facilities, by facility and year; years without a report are not among them.

    Parameters
    ----------
    run
        The folder of the run.
    rules
        Names of rules of a facility-year; one that the run does not have is left out.
    year
        Only this year; all that the run has if not given.
    """
    file = run / "results" / "facility_year.parquet"
    if not facilities or not file.is_file():
        return {}
    columns = pq.read_schema(file).names
    kept = [rule for rule in rules if rule in columns]
    beside = [name for rule in kept for name in (f"{rule}__cause", f"{rule}__trust") if name in columns]
    wanted = ", ".join(f'"{name}"' for name in ("facility_id", "year", *kept, *beside))
    marks = ", ".join("?" for _ in facilities)
    # A connection of its own: it reads one file and is gone, whoever else reads at the same time.
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {wanted} FROM read_parquet(?) WHERE facility_id IN ({marks}) AND year = coalesce(?, year) "
            "ORDER BY facility_id, year",
            [str(file), *facilities, year],
        )
        names = [column[0] for column in found.description or ()]
        values = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    causes = _causes(run) if any(row[rule] is None for row in values for rule in kept) else {}
    return {(row["facility_id"], row["year"]): [_worked(row, rule, causes) for rule in kept] for row in values}


def _worked(row: Mapping[str, Any], rule: str, causes: Mapping[str, Any]) -> Worked:
    value, trust, cause = row[rule], row.get(f"{rule}__trust"), row.get(f"{rule}__cause")
    why = None
    if value is None:
        said = causes.get(str(cause))
        why = Text(said["en"], said["zh"]) if said else Text("not reported", "未报告")
    return Worked(rule, None if value is None else float(value), why, None if trust is None else Status(trust).word)


def _causes(run: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((run / "results" / "causes.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=4)
def _index(city: Path, stamp: Stamp) -> Mapping[str, tuple[Facility, ...]]:
    found: dict[str, list[Facility]] = {}
    with City.open(city, [DISTRICTS, FACILITIES]) as opened:
        rows = opened.connection.execute(
            "SELECT facility_id, name, organisation_id, district_id, sector, origin = 'made_up' FROM facilities "
            "WHERE organisation_id IS NOT NULL"
        )
        for row in rows.fetchall():
            facility = Facility(*row)
            found.setdefault(facility.organisation, []).append(facility)
    return {organisation: tuple(rows) for organisation, rows in found.items()}


def _stamp(city: Path) -> Stamp:
    """By what one notices that the tables have changed."""
    files = [city / MANIFEST_FILE] + [
        city / layer.folder / f"{table.name}{ending}"
        for layer in read_manifest(city).layers
        for table in (DISTRICTS, FACILITIES)
        for ending in FORMATS
    ]
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.is_file())
