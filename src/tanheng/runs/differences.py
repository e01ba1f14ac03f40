"""Why two runs differ: what went in, and what came of it.

    inputs      files that are in one run only, or whose bytes differ
    asked       year, date, the day up to which records count
    rulebook    values of the parameters that the runs used, with the day on which each was recorded
    code        the program and its libraries
    results     for each rule or column how many rows differ, and the largest difference
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from tanheng.measures import base_entities
from tanheng.runs.manifest import Manifest
from tanheng.runs.snapshot import CellUsed, ParameterUsed, Snapshot
from tanheng.runs.store import Run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEYS = {
    entity.name: entity.key
    for entity in (
        base_entities.CITY_YEAR,
        base_entities.DISTRICT_YEAR,
        base_entities.SECTOR_YEAR,
        base_entities.FACILITY_YEAR,
    )
}


@dataclass(frozen=True)
class Different:
    """Something that is not the same in both runs; None where a run does not have it."""

    what: str
    first: str | None
    second: str | None


@dataclass(frozen=True)
class ValueDifferent:
    """A value of a parameter for some categories and from a day on; None where a run does not have it."""

    parameter: str
    unit: str
    keys: tuple[str, ...]
    start: date
    first: CellUsed | None
    second: CellUsed | None


@dataclass(frozen=True)
class ResultDifferent:
    """A column of the results. ``rows`` differ of ``of``; the largest difference is that of ``key``.

    ``undetermined`` counts the rows that have a value in one run only. For texts ``first`` and ``second`` are of any row.
    """

    entity: str
    column: str
    rows: int
    of: int
    undetermined: int
    key: tuple[Any, ...]
    first: Any
    second: Any


@dataclass(frozen=True)
class Differences:
    """What differs between two runs; all empty where they are the same run."""

    inputs: tuple[Different, ...]
    asked: tuple[Different, ...]
    rulebook: tuple[Different, ...]
    values: tuple[ValueDifferent, ...]
    code: tuple[Different, ...]
    results: tuple[ResultDifferent, ...]

    @property
    def nothing(self) -> bool:
        return not any((self.inputs, self.asked, self.rulebook, self.values, self.code, self.results))


def differences(first: Run, second: Run) -> Differences:
    """What the manifests, the parameters and the results of two runs say differently, each sorted."""
    one, other = first.manifest, second.manifest
    return Differences(
        inputs=_mapped({file.path: file.sha256 for file in one.inputs}, {file.path: file.sha256 for file in other.inputs}),
        asked=_mapped(_asked(one), _asked(other)),
        rulebook=_mapped(_rulebook(one), _rulebook(other)),
        values=tuple(_values(Snapshot.read(first.folder), Snapshot.read(second.folder))),
        code=(*_mapped(_code(one), _code(other)), *_only_one(first.folder, second.folder)),
        results=tuple(_results(first.folder, second.folder)),
    )


def _mapped(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[Different, ...]:
    names = sorted(one.keys() | other.keys())
    return tuple(
        Different(name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)
    )


def _asked(manifest: Manifest) -> dict[str, str]:
    known_on = manifest.rulebook.known_on
    return {
        "city": f"{manifest.city_id} {manifest.city.en}",
        "year": str(manifest.year),
        "date": manifest.date.isoformat(),
        "known on": "all records" if known_on is None else known_on.isoformat(),
    }


def _rulebook(manifest: Manifest) -> dict[str, str]:
    return {"rulebook": manifest.rulebook.name, "digest": manifest.rulebook.digest[:12]}


def _code(manifest: Manifest) -> dict[str, str]:
    libraries = {f"library {name}": version for name, version in manifest.libraries.items()}
    return {"version": manifest.version, "code": manifest.code[:12], **libraries}


def _values(one: Snapshot, other: Snapshot) -> Iterator[ValueDifferent]:
    """Every value that rows of either run can take and that the other has not, or has with another figure."""
    first = {parameter.name: parameter for parameter in one.parameters}
    second = {parameter.name: parameter for parameter in other.parameters}
    for name in sorted(first.keys() | second.keys()):
        before, after = _cells(first.get(name)), _cells(second.get(name))
        unit = next(parameter.unit for parameter in (second.get(name), first.get(name)) if parameter is not None)
        for keys, start in sorted(before.keys() | after.keys()):
            was, is_now = before.get((keys, start)), after.get((keys, start))
            if was is None or is_now is None or _counts(was) != _counts(is_now):
                yield ValueDifferent(name, unit, keys, start, was, is_now)


def _cells(parameter: ParameterUsed | None) -> dict[tuple[tuple[str, ...], date], CellUsed]:
    if parameter is None:
        return {}
    return {(cell.keys, cell.start): cell for cell in (*parameter.earlier, *parameter.cells)}


def _counts(cell: CellUsed) -> tuple[Any, ...]:
    """What of a value goes into a result: the value and how sure it is; a better note is no difference."""
    return cell.value, cell.status


def _results(one: Path, other: Path) -> Iterator[ResultDifferent]:
    """Rows are held against each other by key; one that only one run has differs in every column."""
    import duckdb

    with duckdb.connect() as connection:
        for entity, columns in _columns(one, other).items():
            first, second = (folder / "results" / f"{entity}.parquet" for folder in (one, other))
            key = KEYS[entity]
            for name, path in (("one", first), ("two", second)):
                connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM read_parquet({_text(path)})")
            for column in columns:
                found = _of_column(connection, entity, column, key)
                if found is not None:
                    yield found


def _of_column(connection: DuckDBPyConnection, entity: str, column: str, key: Sequence[str]) -> ResultDifferent | None:
    names = ", ".join(f'"{name}"' for name in key)
    pairs = f'SELECT {names}, one."{column}" AS a, two."{column}" AS b FROM one FULL JOIN two USING ({names})'
    counted = connection.execute(
        "SELECT count(*) FILTER (a IS DISTINCT FROM b), count(*), count(*) FILTER ((a IS NULL) <> (b IS NULL)) "
        f"FROM ({pairs})"
    ).fetchone()
    assert counted is not None
    rows, of, undetermined = counted
    if not rows:
        return None
    distance = "abs(try_cast(a AS DOUBLE) - try_cast(b AS DOUBLE))"
    largest = connection.execute(
        f"SELECT {names}, a, b FROM ({pairs}) WHERE a IS DISTINCT FROM b "
        f"ORDER BY {distance} DESC NULLS LAST, {names} LIMIT 1"
    ).fetchone()
    assert largest is not None
    return ResultDifferent(entity, column, rows, of, undetermined, largest[:-2], *largest[-2:])


def _columns(one: Path, other: Path) -> dict[str, list[str]]:
    """The rules that both runs have results of, by entity, without what stands beside them (causes, statuses)."""
    found = {}
    for entity in KEYS:
        first, second = (_names(folder / "results" / f"{entity}.parquet") for folder in (one, other))
        found[entity] = [name for name in first if name in second and name not in KEYS[entity] and "__" not in name]
    return {entity: columns for entity, columns in found.items() if columns}


def _names(path: Path) -> list[str]:
    return list(pq.read_schema(path).names) if path.is_file() else []


def _only_one(one: Path, other: Path) -> Iterator[Different]:
    """Rules that one of the runs has no results of: another program worked it out."""
    for entity in KEYS:
        first, second = (set(_names(folder / "results" / f"{entity}.parquet")) for folder in (one, other))
        for name in sorted(first ^ second):
            if "__" not in name:
                yield Different(f"rule {entity}.{name}", *("there" if name in names else None for names in (first, second)))


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
