"""What goes to CAD Trust is what anybody may read, in their model; what it lacks is told, and nothing is made up."""

from __future__ import annotations

import csv
import importlib
import json
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.credits.projects.house import House
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.credits.register import cad_trust_model as model
from tanheng.credits.register.cad_trust import Export, export
from tanheng.credits.register.retirement import do_retire_credits
from tanheng.ledger.actions import do_retire
from tanheng.measures.credits.library import methodologies
from tanheng.people.rights import HOUSE
from tanheng.problems import InputRejected

SQUARE = {"type": "Polygon", "coordinates": [[[114, 22.5], [114.01, 22.5], [114.01, 22.51], [114, 22.51], [114, 22.5]]]}


@pytest.fixture
def made(house: House) -> Export:
    house.report("issued", house.project(place=SQUARE))
    return export()


def test_an_issued_project_is_told_from_programme_to_unit(made: Export) -> None:
    counts = {table: len(rows) for table, rows in made.rows.items() if rows}
    assert counts == {
        "program": 1, "project": 1, "location": 1, "stakeholder": 1, "stakeholderProject": 1, "estimation": 5,
        "methodology": 1, "projectMethodology": 1, "validation": 1, "verification": 1, "issuance": 1, "unit": 1,
    }  # fmt: skip
    (project,), (unit,), (location,) = made.rows["project"], made.rows["unit"], made.rows["location"]
    assert project["projectStatus"] == "Registered" and project["projectUnitMetric"] == "tCO2e"
    # 1,615 t are verified, of a thousand tonnes of cartons (the house's numbers).
    assert (unit["unitCount"], unit["unitVintageYear"], unit["unitStatus"]) == (1615, 2025, "Held")
    assert int(unit["unitEndBlock"]) - int(unit["unitStartBlock"]) + 1 == 1615
    assert json.loads(location["locationGis"])["type"] == "Polygon"
    assert "unitCurrentOwner" not in unit, "holders are not public"
    (verified,) = made.rows["verification"]
    assert (verified["verificationStartDate"], verified["verificationEndDate"]) == ("2025-01-01", "2025-12-31")


def test_what_it_lacks_is_told_and_not_filled(made: Export) -> None:
    gaps = {(gap.file, gap.column, gap.message.split(" ")[0]) for gap in made.gaps}
    # No type of the list means milk cartons; the bodies of the city are not on the list of bodies.
    assert ("project", "projectType", "is") in gaps
    assert ("verification", "verificationBody", "is") in gaps
    assert made.rows["project"][0]["projectType"] is None
    assert "project.elsewhere" in made.document()["no_field"]


def test_it_is_valid_by_its_own_json_schema_but_for_the_gaps(made: Export) -> None:
    """By another reader: jsonschema, which knows nothing of our check."""
    jsonschema: Any = importlib.import_module("jsonschema")
    validator = jsonschema.Draft202012Validator(model.json_schema())
    told = {(error.absolute_path[0], error.absolute_path[-1]) for error in validator.iter_errors(made.rows)}
    missing = {(gap.file, gap.column) for gap in made.gaps if gap.message == "is missing"}
    assert told == missing


def test_units_are_told_where_they_are(house: House) -> None:
    report = house.report("issued")
    account = report.project.account
    assert account is not None
    asset = report.project.programme.asset
    do_retire(account.number, asset.code, 15, reason="a fair", acting_user=HOUSE)
    told = Counter[str]()
    for row in export().rows["unit"]:
        told[row["unitStatus"]] += row["unitCount"]
    assert told == {"Held": 1600, "Retired": 15}


def test_whom_units_were_retired_for_is_told_only_where_the_register_tells_it(house: House) -> None:
    report = house.report("issued")
    account = report.project.account
    assert account is not None
    asset = report.project.programme.asset.code
    for quantity, beneficiary, named in ((10, "The fair", True), (5, "A private person", False)):
        do_retire_credits(
            account.number, asset, quantity, beneficiary=beneficiary, purpose="stalls", named=named, acting_user=HOUSE
        )
    made = export()
    retired = [row for row in made.rows["unit"] if row["unitStatus"] == "Retired"]
    told = {(row["unitCount"], row.get("unitRetirementBeneficiary")) for row in retired}
    assert told == {(10, "The fair"), (5, None)}
    assert all("/credits/certificates/" in row["unitLink"] for row in retired)
    assert "private person" not in json.dumps(made.document())


def test_units_of_a_correction_are_cancelled(house: House) -> None:
    house.report("corrected")
    told = Counter[str]()
    for row in export().rows["unit"]:
        told[row["unitStatus"]] += row["unitCount"]
    assert told == {"Held": 1600, "Cancelled": 15}


def test_what_is_not_public_is_not_in_it(house: House) -> None:
    for state in ("draft", "submitted", "validated", "withdrawn"):
        house.project(state, devices=(f"pulper {state}",))
    assert not any(export().rows.values())


def test_two_exports_say_the_same(house: House) -> None:
    house.report("issued")
    assert json.dumps(export().document()) == json.dumps(export().document())


def test_files_are_written_whole_into_a_new_folder(made: Export, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    made.write(folder)
    document = json.loads((folder / "cad-trust.json").read_text())
    assert document["model"] == {"name": "CAD Trust", "version": "2"}
    with (folder / "unit.csv").open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["unitCount"] == "1615"
    assert {file.stem for file in folder.glob("*.csv")} == set(model.TABLES)
    with pytest.raises(InputRejected, match="not empty"):
        made.write(folder)


def test_a_formula_in_a_name_stays_a_text(house: House, tmp_path: Path) -> None:
    house.project(name='=HYPERLINK("http://x")')
    export().write(tmp_path / "out")
    assert "\"'=HYPERLINK" in (tmp_path / "out" / "project.csv").read_text()


def broken(table: str, **changes: Any) -> Mapping[str, Any]:
    return {"table": table, "changes": changes}


@pytest.mark.parametrize(
    ("what", "wrong", "column"),
    [
        ("a field that the model has not", broken("project", colour="red"), "colour"),
        ("no number", broken("project", projectId=None), "projectId"),
        ("a text for a list", broken("project", projectSector="Education"), "projectSector"),
        ("an address that is none", broken("project", projectLink="javascript:1"), "projectLink"),
        ("a day of no calendar", broken("project", projectStatusDate="2026-02-30"), "projectStatusDate"),
        ("too long a name", broken("project", projectName="x" * 501), "projectName"),
        ("a negative count", broken("unit", unitCount=-1), "unitCount"),
        ("half a unit", broken("unit", unitCount=0.5), "unitCount"),
        ("an issuance of nothing", broken("unit", cadTrustIssuanceId="3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
         "cadTrustIssuanceId"),
        ("no UUID", broken("issuance", cadTrustVerificationId="7"), "cadTrustVerificationId"),
    ],
)  # fmt: skip
def test_the_check_refuses_what_is_not_of_the_model(
    what: str, wrong: Mapping[str, Any], column: str, made: Export
) -> None:
    assert column not in {problem.column for problem in model.faults(made.rows)}
    rows = deepcopy(made.rows)
    rows[wrong["table"]][0].update(wrong["changes"])
    assert column in {problem.column for problem in model.faults(rows)}


def test_a_row_that_is_there_twice_is_told(made: Export) -> None:
    rows = deepcopy(made.rows)
    rows["unit"] *= 2
    assert [each.message for each in model.faults(rows) if each.file == "unit"] == ["is there twice"]


def test_newer_pick_lists_can_be_given(made: Export, tmp_path: Path) -> None:
    lists = dict(model.pick_lists())
    lists["validationBody"] = [*lists["validationBody"], "validator", "verifier"]
    file = tmp_path / "lists.json"
    file.write_text(json.dumps({"_source": "a newer one", **lists}))
    told = {gap.column for gap in export(model.pick_lists(file)).gaps}
    assert "validationBody" not in told and "verificationBody" not in told
    file.write_text('{"countries": "China"}')
    with pytest.raises(InputRejected, match="lists of texts"):
        model.pick_lists(file)


def test_every_packaged_methodology_has_its_words_or_none_by_decision() -> None:
    words = json.loads(Path(model.__file__).with_name("cad_trust_words.json").read_text())
    lists = model.pick_lists()
    assert words.keys() - {"_source"} == {each.id for each in methodologies()}
    for name, said in words.items():
        if name != "_source":
            assert set(said["sector"]) <= set(lists["projectSector"]), name
            assert set(said["type"]) <= set(lists["projectType"]), name
            assert said["unitType"] in lists["unitType"], name


def test_the_command_writes_it_and_says_what_is_missing(house: House, tmp_path: Path) -> None:
    house.report("issued")
    told = CliRunner().invoke(app, ["export-cad-trust", str(tmp_path / "out")])
    assert told.exit_code == 0, told.stderr
    assert "1 project" in told.stdout and "projectType" in told.stdout and "project.elsewhere" in told.stdout
    assert CliRunner().invoke(app, ["export-cad-trust", str(tmp_path / "out")]).exit_code == 2
