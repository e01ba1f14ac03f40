"""What a run says of itself: what went in, what worked on it, what came out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tanheng import __version__
from tanheng.policy.review import stale_cells
from tanheng.policy.rulebook import Rulebook
from tanheng.runs.address import code_digest, libraries
from tanheng.runs.plain import from_plain, to_plain
from tanheng.runs.snapshot import Snapshot
from tanheng.text import Text
from tanheng.warehouse.city import City

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Input:
    """A file of the city folder; ``rows`` is None where it holds no table."""

    table: str | None
    path: str
    sha256: str
    rows: int | None


@dataclass(frozen=True)
class RulebookUsed:
    """``statuses`` counts the values in force by status, ``unset`` among them.

    ``known_on`` is the day by which a value had to be recorded to count; None: all that the rulebook has. ``stale`` are
    the parameters used whose examples should have been looked at again before the date of the run.
    """

    name: str
    title: Text
    digest: str
    statuses: Mapping[str, int]
    known_on: date | None = None
    stale: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """``files`` maps every other file of the run folder to its sha256.

    ``intake_questions`` counts the doubtful values of the city's tables that were held back.
    """

    address: str
    city_id: str
    city: Text
    year: int
    date: date
    demonstration: bool
    rulebook: RulebookUsed
    measures: Mapping[str, Text]
    inputs: tuple[Input, ...]
    intake_questions: int
    version: str
    code: str
    libraries: Mapping[str, str]
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        from tanheng.runs.assessments import write_json

        write_json(folder / MANIFEST, to_plain(self))

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        manifest = from_plain(cls, json.loads((folder / MANIFEST).read_text("utf-8")))
        assert isinstance(manifest, Manifest)
        return manifest

    def with_files(self, files: Mapping[str, str]) -> Manifest:
        return replace(self, files=dict(files))


def manifest_of(
    city: City,
    rules: Rulebook,
    snapshot: Snapshot,
    measures: Mapping[str, Text],
    *,
    year: int,
    on: date,
    address: str,
    demonstration: bool,
) -> Manifest:
    """What a run says of itself, but for its files. ``measures`` are the parts that answer, with their titles."""
    stale = tuple(used.name for used in snapshot.parameters if stale_cells(rules[used.name], on))
    return Manifest(
        address=address,
        city_id=city.manifest.city_id,
        city=city.manifest.name,
        year=year,
        date=on,
        demonstration=demonstration,
        rulebook=RulebookUsed(rules.name, rules.title, rules.digest, snapshot.statuses, rules.known_on, stale),
        measures=measures,
        inputs=tuple(
            Input(file.table, file.path, file.sha256, file.rows)
            for file in sorted(city.inputs, key=lambda file: file.path)
        ),
        intake_questions=len(city.questions),
        version=__version__,
        code=code_digest(),
        libraries=libraries(),
        files={},
    )
