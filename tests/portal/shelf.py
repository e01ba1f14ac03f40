"""Runs of a made-up city on a shelf of the tests, with names in them that must never become markup."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.report.conftest import made_up_assessment, made_up_contents

from tanheng.report.contents import INTAKE, Contents, geometry_folder
from tanheng.runs.assessments import DEMONSTRATION_NOTICE, write_assessment, write_json, write_rows
from tanheng.runs.explanations import EXPLANATIONS

LATEST, EARLIER = "0123456789abcdef", "fedcba9876543210"
WHY = "city_year:d0,2024 total_tco2e"


def put_runs(folder: Path) -> Path:
    """Two years of one city."""
    contents = made_up_contents(made_up_assessment())
    _write(folder / LATEST, contents)
    earlier = replace(contents, manifest=replace(contents.manifest, address=EARLIER, year=2023))
    _write(folder / EARLIER, earlier)
    return folder


def _write(folder: Path, contents: Contents) -> None:
    folder.mkdir(parents=True)
    for assessment in contents.assessments:
        write_assessment(folder, assessment)
    contents.snapshot.write(folder)
    write_rows(folder / INTAKE, contents.intake)
    for name, geometry in contents.geometries.items():
        path = geometry_folder(folder) / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(geometry), "utf-8")
    write_json(folder / EXPLANATIONS, {"notice": DEMONSTRATION_NOTICE, "explanations": contents.explanations})
    contents.manifest.write(folder)
