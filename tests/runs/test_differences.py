"""Why two runs differ: told from what the runs themselves keep, without the city or the rulebook beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.runs.assessments import write_rows
from tanheng.runs.differences import Different, ResultDifferent, differences
from tanheng.runs.manifest import Input, Manifest, RulebookUsed
from tanheng.runs.snapshot import CellUsed, ParameterUsed, Snapshot, SourceUsed
from tanheng.runs.store import Run, digests, open_run
from tanheng.text import Text

CITY = Text("Testville", "测试市")
ON = date(2024, 12, 31)


def cell(value: float | None, year: int = 2021, recorded: date | None = None, note: str | None = None) -> CellUsed:
    source = SourceUsed("Announcement", None, None, None, None)
    return CellUsed(("south",), date(year, 1, 1), value, "reported", source, None, note, recorded)


def factor(*cells: CellUsed) -> Snapshot:
    return Snapshot(
        (ParameterUsed("a.factor", CITY, "number", "t", ("region",), None, ("a",), cells[-1:], cells[:-1]),), ()
    )


def write_run(
    folder: Path,
    address: str,
    *,
    snapshot: Snapshot,
    emissions: list[float | None],
    known_on: date | None = None,
    digest: str = "d1",
    inputs: tuple[Input, ...] = (Input("facilities", "real/facilities.csv", "00", 3),),
    **more: Any,
) -> Run:
    place = folder / address
    place.mkdir(parents=True)
    snapshot.write(place)
    rows = {"facility_id": ["F1", "F2"], "year": [2024, 2024], "emissions_tco2e": emissions, "emissions_tco2e__trust": [0, 0]}
    write_rows(place / "results" / "facility_year.parquet", pa.table({**rows, **more}))
    used = RulebookUsed("test", CITY, digest, {}, known_on)
    manifest = Manifest(address, "1", CITY, 2024, ON, False, used, {}, inputs, 0, "0.1", "c0de", {"duckdb": "1"}, {})
    manifest.with_files(digests(place)).write(place)
    return open_run(place)


@pytest.fixture
def now(tmp_path: Path) -> Run:
    """With a correction of 2023 of the factor of 2021, and a late one of 2022."""
    snapshot = factor(cell(2.0, 2021, date(2023, 5, 1)), cell(3.0, 2022, date(2024, 8, 1)))
    return write_run(tmp_path, "aaaa000000000001", snapshot=snapshot, emissions=[10.0, 30.5])


@pytest.fixture
def then(tmp_path: Path) -> Run:
    snapshot = factor(cell(1.5, 2021, note="as first printed"))
    return write_run(tmp_path, "aaaa000000000002", snapshot=snapshot, emissions=[9.0, None], known_on=date(2022, 6, 30), digest="d2")


def test_a_correction_and_a_late_document_are_named_with_their_days(then: Run, now: Run) -> None:
    """Who is asked why last year's figure changed must be able to say: because of that document, recorded that day."""
    found = differences(then, now)
    assert found.asked == (Different("known on", "2022-06-30", "all records"),)
    assert [(v.parameter, v.keys, v.start.year, v.first and v.first.value) for v in found.values] == [
        ("a.factor", ("south",), 2021, 1.5),
        ("a.factor", ("south",), 2022, None),
    ]
    seconds = [value.second for value in found.values]
    assert [(c.value, c.recorded) for c in seconds if c] == [(2.0, date(2023, 5, 1)), (3.0, date(2024, 8, 1))]
    assert not found.inputs and not found.code


def test_the_results_say_how_many_rows_and_which_most(then: Run, now: Run) -> None:
    assert differences(then, now).results == (
        ResultDifferent("facility_year", "emissions_tco2e", 2, 2, 1, ("F1", 2024), 9.0, 10.0),
    )


def test_inputs_and_code_are_held_against_each_other(now: Run, tmp_path: Path) -> None:
    files = (Input("facilities", "real/facilities.csv", "11", 3), Input("fuel", "real/fuel.csv", "22", 1))
    snapshot = factor(cell(2.0, 2021, date(2023, 5, 1)), cell(3.0, 2022, note="another note"))
    other = write_run(tmp_path, "bbbb", snapshot=snapshot, emissions=[10.0, 30.5], inputs=files, energy_tce=[1.0, 2.0])
    found = differences(now, replace(other, manifest=replace(other.manifest, code="c1de")))
    assert found.inputs == (
        Different("real/facilities.csv", "00", "11"),
        Different("real/fuel.csv", None, "22"),
    )
    assert found.code == (Different("code", "c0de", "c1de"), Different("rule facility_year.energy_tce", None, "there"))
    assert not found.values and not found.results, "another note is no other value"


def test_the_same_run_differs_in_nothing(now: Run) -> None:
    assert differences(now, now).nothing


def test_the_command_tells_it_in_words(then: Run, now: Run) -> None:
    runs = str(now.folder.parent)
    said = CliRunner().invoke(app, ["diff", then.manifest.address, now.manifest.address, "--out", runs]).stdout
    assert "known on: 2022-06-30 -> all records" in said
    assert "a.factor[south] from 2022-01-01: not there -> 3.0 t (reported, recorded 2024-08-01; Announcement)" in said
    assert "2 of 2 rows differ, 1 of them determined in one run only; F1,2024: 9 -> 10" in said
    same = CliRunner().invoke(app, ["diff", now.manifest.address, now.manifest.address, "--out", runs])
    assert same.exit_code == 0 and "They are the same" in same.stdout
    missing = CliRunner().invoke(app, ["diff", "ffff", now.manifest.address, "--out", runs])
    assert missing.exit_code == 2 and "no run in" in missing.stderr
