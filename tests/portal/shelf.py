"""Runs of a made-up city on a shelf of the tests, with names in them that must never become markup."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from tests.report.conftest import made_up_assessment, made_up_contents

from tanheng.comparison.kept_reasons import REASONS, KeptReason, Line
from tanheng.measures.assessment import Assessment, Decision
from tanheng.report.contents import INTAKE, Contents, geometry_folder
from tanheng.runs.assessments import DEMONSTRATION_NOTICE, write_assessment, write_json, write_rows
from tanheng.runs.explanations import EXPLANATIONS
from tanheng.runs.plain import to_plain
from tanheng.runs.store import Origin, digests, remember_origin
from tanheng.text import Text

LATEST, EARLIER, COMPARED = "0123456789abcdef", "fedcba9876543210", "00c0ffee00c0ffee"
WHY = "city_year:d0,2024 total_tco2e"


# By what the city's tables name the emitter of the demonstration, and which facilities are its own there.
EMITTER, FACILITIES = "DEMO-006884-ORG", ("F00001", "F00002")

CITY_YAML = """name: {en: Testville, zh: 试验市}
city_id: "d0"
rulebook: shenzhen
years: [2023, 2024]
layers:
  - folder: own
"""


def put_city(folder: Path) -> Path:
    """A city whose facilities belong to organisations of the demonstration."""
    (folder / "own").mkdir(parents=True)
    (folder / "city.yaml").write_text(CITY_YAML, "utf-8")
    (folder / "own" / "districts.csv").write_text(
        "district_id,city_id,name,name_zh,land_km2,origin,source\n440305,d0,North,北区,1,made_up,test\n", "utf-8"
    )
    rows = [
        *(f"{one},Demo works {one},{EMITTER},440305,39,made_up,test" for one in FACILITIES),
        "F00003,Demo works of another,SOMEBODY-ELSE,440305,39,made_up,test",
    ]
    head = "facility_id,name,organisation_id,district_id,sector,origin,source"
    (folder / "own" / "facilities.csv").write_text("\n".join([head, *rows, ""]), "utf-8")
    return folder


def proposals(assessment: Assessment) -> Assessment:
    """With a decision that binds nobody, one that binds the emitter, and one whose figure is undetermined."""

    def listed(number: str, facility: str) -> Decision:
        title = Text(f"Put {facility} on the list of key emitters", f"将{facility}列入重点排放单位名单")
        because = Text("over 3000 t in two years", "连续两年超过3000吨")
        return Decision(number, f"facility:{facility}", title, because, "facility_year.is_key_emitter")

    warning = Decision(
        "warn-city-2024",
        "city:d0",
        Text("Early warning, yellow: energy per GDP of 2024", "2024年单位GDP能耗黄色预警"),
        Text("41% of the planned fall is achieved", "完成应降幅度的41%"),
        "city_year.energy_warning",
    )
    return replace(assessment, decisions=(warning, listed("list-F00001", "F00001"), listed("list-F00002", "F00002")))


def put_runs(folder: Path, city: Path | None = None) -> Path:
    """Two years of one city; ``city`` is where it stands."""
    contents = made_up_contents(proposals(made_up_assessment()))
    if city is not None:
        remember_origin(folder, LATEST, Origin(city, "shenzhen"))
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
    _write_results(folder / "results", contents.manifest.year)
    contents.manifest.with_files(digests(folder)).write(folder)


def _write_results(folder: Path, year: int) -> None:
    rows = {
        "facility_id": [*FACILITIES, "F00003"],
        "year": [year] * 3,
        "place_emissions_tco2e": [4120.5, None, 77.0],
        "place_emissions_tco2e__cause": pa.array([None, 1, None], pa.int64()),
        "place_emissions_tco2e__trust": pa.array([2, None, 0], pa.int8()),
        "is_key_emitter": [True, None, False],
        "is_key_emitter__cause": pa.array([None, 1, None], pa.int64()),
        "is_key_emitter__trust": pa.array([2, None, 0], pa.int8()),
    }
    write_rows(folder / "facility_year.parquet", pa.table(rows))
    write_json(
        folder / "causes.json", {"1": {"en": "fuel_use.mass_t was not reported", "zh": "未填报 fuel_use.mass_t"}}
    )


def put_comparison(folder: Path) -> Path:
    """A comparison, which is kept as a run is."""
    contents = made_up_contents(made_up_assessment())
    _write(folder / COMPARED, replace(contents, manifest=replace(contents.manifest, address=COMPARED)))
    cause = Text("the factor of the grid", "电网因子")
    line = Line(
        Text("Grid factor", "电网排放因子"),
        "inventory.grid_factor",
        Text("0.4419 t", "0.4419 吨"),
        Text("0.38 t", "0.38 吨"),
        cause,
        cause,
        True,
        True,
    )
    top = replace(line, name="place_emissions_tco2e", children=(line,))
    reason = KeptReason("facility_year:F1,2024", Text("Plant <b>1</b>", "工厂"), Text("Emissions", "排放量"), top)
    write_json(folder / COMPARED / REASONS, to_plain({"inventory": [reason]}))
    return folder


def put_submission() -> None:
    """A table of the emitter with one fault, as the desk would have found it."""
    from tanheng.people.models import User
    from tanheng.submissions.actions import do_submit_table
    from tanheng.submissions.checking import Checked, write_down
    from tanheng.submissions.receiving import keep

    user = User.objects.get(username="demo-emitter")
    text = b"facility_id,month,fuel,mass_t,volume_10k_nm3\nF1,2024-01-01,natural_gas,,-3\n"
    kept = keep("fuel.csv", [text])
    sent = do_submit_table(user.organisations.get(), "fuel_use", "fuel <i>.csv", kept, acting_user=user)
    fault = {"code": "intake.E015", "line": 2, "column": "volume_10k_nm3", "value": "-3", "message": ""}
    write_down(
        sent,
        Checked(
            "",
            {
                "rows": None,
                "replaces": None,
                "header": text.decode().splitlines()[0].split(","),
                "faults": [{**fault, "expected": "0 or more", "hint": ""}],
                "questions": [],
                "cells": {"2": text.decode().splitlines()[1].split(",")},
            },
        ),
    )


def on_shelf(shelf: Path, city: Path) -> dict[str, str]:
    """Where the site finds what the tests have put there."""
    compared = shelf / "comparisons"
    if not compared.exists():
        put_comparison(compared)
    return {"TANHENG_RUNS": str(shelf), "TANHENG_COMPARISONS": str(compared), "TANHENG_CITY": str(city)}
