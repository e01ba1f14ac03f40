"""What a report shows, gathered from a run folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from tanheng.measures.assessment import Assessment
from tanheng.runs.assessments import read_rows
from tanheng.runs.explanations import EXPLANATIONS, Tree, read_explanations
from tanheng.runs.manifest import Manifest
from tanheng.runs.snapshot import Snapshot
from tanheng.runs.store import Run

INTAKE = "tables/intake/questions.parquet"


@dataclass(frozen=True)
class Contents:
    """A run, as far as a report shows it. ``intake`` holds the doubtful values of the city's tables,
    ``geometries`` the city's GeoJSON files by name, ``explanations`` the trees that the page carries."""

    manifest: Manifest
    assessments: tuple[Assessment, ...]
    snapshot: Snapshot
    intake: pa.Table
    geometries: Mapping[str, Mapping[str, Any]]
    explanations: Mapping[str, Tree] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Run) -> Contents:
        """Of a run, or of a comparison: that has no doubtful values and keeps its explanations in its own way."""
        return cls(
            run.manifest,
            run.assessments,
            Snapshot.read(run.folder),
            read_rows(run.folder / INTAKE) if (run.folder / INTAKE).is_file() else pa.table({}),
            {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(geometry_folder(run.folder).glob("*"))},
            read_explanations(run.folder) if (run.folder / EXPLANATIONS).is_file() else {},
        )

    @cached_property
    def sheets(self) -> Mapping[tuple[str, str], str]:
        """The name of the Excel sheet of each table, by measure and table: the page points to them."""
        taken: set[str] = {"contents", "figures", "questions", "decisions", "intake", "sources", "history"}
        names = {}
        for assessment in self.assessments:
            for table in assessment.tables:
                names[(assessment.measure, table.id)] = _sheet_name(f"{assessment.measure} {table.id}", taken)
        return names


def geometry_folder(folder: Path) -> Path:
    return folder / "geometry"


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel allows: at most 31 characters, none of ``[]:*?/\\``, told apart without case."""
    clean = "".join("_" if sign in "[]:*?/\\'" else sign for sign in wanted)[:31].strip()
    name, number = clean, 2
    while name.lower() in taken:
        name = f"{clean[: 31 - len(str(number)) - 1]} {number}"
        number += 1
    taken.add(name.lower())
    return name
