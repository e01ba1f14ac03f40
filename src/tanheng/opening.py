"""A city, or a run on one, opened for questions: its tables checked, its rules ready, its results at hand.

What works a city out, compares policies on it or explains a figure begins here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import narwhals as nw

from tanheng.measures import base_entities
from tanheng.measures.registry import ALL_RULES, ALL_TABLES
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.frames import Stored, as_stored
from tanheng.policy.rulebook import Rulebook, load_rulebook
from tanheng.problems import InputRejected, Problem, reject
from tanheng.runs.address import code_digest
from tanheng.runs.manifest import Manifest
from tanheng.runs.store import Run, origin_of
from tanheng.warehouse.city import City
from tanheng.warehouse.manifest import Manifest as CityManifest
from tanheng.warehouse.queries import room_told

RESULTS = "results"  # the folder of a run's results, a file for each of the entities that are
KEPT: tuple[Entity, ...] = (
    base_entities.FACILITY_YEAR,
    base_entities.DISTRICT_YEAR,
    base_entities.SECTOR_YEAR,
    base_entities.CITY_YEAR,
)


def open_city(folder: Path, rulebook: Rulebook, on: date) -> City:
    """The city with the tables of every measure, checked against the rulebook.

    Raises
    ------
    InputRejected
        With every fault of its tables.
    """
    return City.open(folder, ALL_TABLES, categories=rulebook.categories(), today=on)


def evaluation_of(city: City, rulebook: Rulebook, on: date, *, stored: Stored | None = None) -> Evaluation:
    """The rules of every measure on the city; nothing is computed yet but what is ``stored``.

    Who brings what a run stored asks for a few rows of it.
    """
    return Evaluation(city, rulebook, ALL_RULES, on=on, stored=stored, few=stored is not None)


def checked_date(about: CityManifest, year: int, on: date | None) -> date:
    """The date of the run, the last day of the year when none is given.

    Raises
    ------
    InputRejected
        When it is no year of the city, or the date lies before the year.
    """
    first, last = about.years
    if not first <= year <= last:
        expected = f"a year of the city: {first} to {last}" if first < last else f"{first}, the only year of the city"
        raise InputRejected([Problem("run.E001", "--year", value=str(year), expected=expected)])
    if on is None:
        return date(year, 12, 31)
    if on.year < year:
        raise InputRejected([Problem("run.E002", "--date", value=on.isoformat(), expected=f"{year}-01-01 or later")])
    return on


@contextmanager
def reopened(run: Run, city: Path | None = None) -> Iterator[Evaluation]:
    """The rules and results of a run on its city, to ask for more. ``city`` says where the folder is now.

    Raises
    ------
    InputRejected
        When the city cannot be found, it or the rulebook is no longer what the run was made from, or the results
        are not what the run wrote.
    """
    origin = origin_of(run)
    folder = city or (origin.city if origin else None)
    if folder is None:
        raise reject("run.E004", run.folder, "it is not known here where its city stands", hint="Say it with --city")
    used = run.manifest.rulebook
    rules = load_rulebook(origin.rulebook if origin else used.name, known_on=used.known_on)
    with room_told(folder), open_city(folder, rules, run.manifest.date) as opened:
        problems = list(_changes(run.manifest, opened, rules))
        problems += run.damages(RESULTS)
        if problems:
            raise InputRejected(problems)
        yield evaluation_of(opened, rules, run.manifest.date, stored=_stored_results(run, opened))


def _stored_results(run: Run, city: City) -> Stored:
    """What the run worked out already, so that a question about it computes only what it did not keep."""
    files = {entity: run.folder / RESULTS / f"{entity.name}.parquet" for entity in KEPT}
    return {
        entity: as_stored(nw.from_native(city.connection.read_parquet(str(file))), entity.key)
        for entity, file in files.items()
        if file.exists()
    }


def _changes(manifest: Manifest, city: City, rules: Rulebook) -> Iterator[Problem]:
    """What is no longer as it was when the run was made."""
    hint = "Run the city again"
    now = {file.path: file.sha256 for file in city.inputs}
    for file in manifest.inputs:
        if file.path not in now:
            yield Problem("run.E005", file.path, message="was an input of the run and is gone", hint=hint)
        elif now[file.path] != file.sha256:
            yield Problem("run.E005", file.path, message="has changed since the run", hint=hint)
    for path in sorted(now.keys() - {file.path for file in manifest.inputs}):
        yield Problem("run.E005", path, message="has come after the run", hint=hint)
    for name, was, is_now in (
        ("rulebook", manifest.rulebook.digest, rules.digest),
        ("program", manifest.code, code_digest()),
    ):
        if was != is_now:
            yield Problem("run.E005", f"the {name}", message="has changed since the run", hint=hint)
