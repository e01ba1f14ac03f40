"""What a run says of itself: what went in, what worked on it, what came out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tanheng.runs.plain import from_plain, to_plain
from tanheng.text import Text

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
