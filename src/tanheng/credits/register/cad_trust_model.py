"""The data model of the Climate Action Data Trust, version 2: tables and fields as a declaration, and a check of rows.

Written from public facts: the names, kinds and lengths of fields in the request checks of the public repository
``Chia-Network/cadt`` (src/validations/v2, read in November 2026), and the pick lists of its governance example
(src/models/governance, September 2025). Pick lists are governed by CAD Trust and change; a newer one can be given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from tanheng.problems import Problem, reject

VERSION = "2"
PICK_LISTS = Path(__file__).with_name("cad_trust_picklists.json")
Kind = Literal["text", "day", "number", "whole", "uuid", "link", "texts"]
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
PickLists = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Field:
    """A field of a table. ``of`` names the table that an id is one of; ``picks`` the list that its values are on."""

    name: str
    kind: Kind = "text"
    required: bool = False
    longest: int = 255
    picks: str = ""
    of: str = ""


def _needs(name: str, kind: Kind = "text", longest: int = 255, picks: str = "", of: str = "") -> Field:
    return Field(name, kind, True, longest, picks, of)


# Each table with the field that is its key; CAD Trust gives keys of its own, these tie the tables of a file together.
KEYS: Mapping[str, str] = {
    "program": "cadTrustProgramId",
    "project": "cadTrustProjectId",
    "location": "cadTrustLocationId",
    "stakeholder": "cadTrustStakeholderId",
    "stakeholderProject": "cadTrustStakeholderProjectId",
    "estimation": "cadTrustEstimationId",
    "methodology": "cadTrustMethodologyId",
    "projectMethodology": "cadTrustProjectMethodologyId",
    "validation": "cadTrustValidationId",
    "verification": "cadTrustVerificationId",
    "issuance": "cadTrustIssuanceId",
    "unit": "cadTrustUnitId",
    "label": "cadTrustLabelId",
    "unitLabel": "cadTrustUnitLabelId",
}
TABLES: Mapping[str, tuple[Field, ...]] = {
    "program": (
        _needs("programName"),
        _needs("programRegistry"),
        _needs("programRegistryActivityId"),
        Field("programRegistryProgramId"),
        Field("programDescription", longest=2000),
    ),
    "project": (
        _needs("projectRegistryName"),
        _needs("projectId"),
        Field("projectCreditingProgram"),
        _needs("projectName", longest=500),
        _needs("projectLink", "link", 500),
        Field("projectDescription", longest=2000),
        _needs("projectSector", "texts", picks="projectSector"),
        _needs("projectType", "texts", picks="projectType"),
        Field("projectSubtype"),
        _needs("projectStatus", picks="projectStatus"),
        _needs("projectStatusDate", "day"),
        _needs("projectUnitMetric", picks="unitMetric"),
        Field("cadTrustReferenceProjectId"),
        Field("cadTrustProgramId", "uuid", of="program"),
    ),
    "location": (
        Field("locationCountry", picks="countries"),
        Field("locationRegion"),
        Field("locationGis", longest=10_000),
        Field("locationMapType", longest=100),
        Field("locationMapFileLink", "link", longest=500),
        _needs("cadTrustProjectId", "uuid", of="project"),
    ),
    "stakeholder": (
        _needs("stakeholderName"),
        Field("stakeholderType", picks="stakeholderType"),
        Field("stakeholderLink", "link", longest=500),
    ),
    "stakeholderProject": (
        _needs("cadTrustStakeholderId", "uuid", of="stakeholder"),
        _needs("cadTrustProjectId", "uuid", of="project"),
    ),
    "estimation": (
        _needs("estimationStartDate", "day"),
        _needs("estimationEndDate", "day"),
        _needs("estimationUnitCount", "number"),
        Field("estimationReferenceNo"),
        _needs("cadTrustProjectId", "uuid", of="project"),
    ),
    "methodology": (
        _needs("methodologyCode"),
        _needs("methodologyName"),
        Field("methodologyVersion"),
        Field("methodologyDate", "day"),
        Field("methodologyLink", "link", longest=500),
        Field("methodologyType", picks="methodologyType"),
    ),
    "projectMethodology": (
        _needs("cadTrustProjectId", "uuid", of="project"),
        _needs("cadTrustMethodologyId", "uuid", of="methodology"),
        Field("projectMethodologyDate", "day"),
        Field("projectMethodologyDescription", longest=10_000),
    ),
    "validation": (
        _needs("validationId"),
        Field("validationType", picks="validationType"),
        Field("validationBody", picks="validationBody"),
        Field("validationDate", "day"),
        Field("validationCreditPeriodStartDate", "day"),
        Field("validationCreditPeriodEndDate", "day"),
        _needs("cadTrustProjectId", "uuid", of="project"),
    ),
    "verification": (
        _needs("verificationId"),
        Field("verificationStartDate", "day"),
        Field("verificationEndDate", "day"),
        _needs("verificationBody", picks="validationBody"),
        _needs("cadTrustProjectId", "uuid", of="project"),
        Field("cadTrustValidationId", "uuid", of="validation"),
    ),
    "issuance": (
        _needs("issuanceId"),
        Field("issuanceDate", "day"),
        _needs("cadTrustVerificationId", "uuid", of="verification"),
        _needs("cadTrustProjectMethodologyId", "uuid", of="projectMethodology"),
        Field("cadTrustLocationId", "uuid", of="location"),
    ),
    "unit": (
        _needs("unitSerialId"),
        _needs("unitStartBlock"),
        _needs("unitEndBlock"),
        Field("unitCount", "whole"),
        Field("unitType", picks="unitType"),
        _needs("unitVintageYear", "whole"),
        Field("unitStatus", picks="unitStatus"),
        Field("unitStatusReason"),
        Field("unitStatusDate", "day"),
        Field("unitRetirementDetail"),
        Field("unitRetirementBeneficiary"),
        Field("unitRetirementBeneficiaryId"),
        Field("unitLink", "link", longest=500),
        Field("unitMetric", picks="unitMetric"),
        Field("unitCurrentOwner"),
        Field("unitItmosReferenceId"),
        _needs("cadTrustIssuanceId", "uuid", of="issuance"),
    ),
    "label": (
        _needs("labelName"),
        Field("labelType", picks="labelType"),
        Field("labelLink", "link", longest=500),
        Field("labelDate", "day"),
    ),
    "unitLabel": (
        _needs("cadTrustLabelId", "uuid", of="label"),
        _needs("cadTrustUnitId", "uuid", of="unit"),
        Field("labelUnitDate", "day"),
        Field("labelUnitDescription", longest=2000),
    ),
}
_LINK = re.compile(r"https?://[^\s]+")


@cache
def _packaged() -> PickLists:
    return read_pick_lists(PICK_LISTS)


def pick_lists(file: Path | None = None) -> PickLists:
    """The values that fields may have: those of the package, or of a newer file of the same form.

    Raises
    ------
    InputRejected
        ``register.E090`` when the file is no such thing.
    """
    return _packaged() if file is None else read_pick_lists(file)


def read_pick_lists(file: Path) -> PickLists:
    """A file of pick lists: JSON, lists of texts by name; keys that begin with ``_`` are remarks."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise reject("register.E090", file, f"cannot be read as pick lists: {error}") from None
    lists = (
        {name: values for name, values in told.items() if not name.startswith("_")} if isinstance(told, dict) else {}
    )
    wrong = [
        n for n, values in lists.items() if not isinstance(values, list) or not all(isinstance(v, str) for v in values)
    ]
    if not lists or wrong:
        raise reject(
            "register.E090", file, f"must hold lists of texts by name{': ' + ', '.join(wrong) if wrong else ''}"
        )
    return lists


def faults(rows: Rows) -> Iterator[Problem]:
    """What of some rows is not of the model: missing or unknown, of another kind, too long, an id of nothing."""
    keys = {table: {row.get(key) for row in rows.get(table, ())} for table, key in KEYS.items()}
    for table, found in rows.items():
        if table not in TABLES:
            yield Problem("register.E091", table, message="is no table of the model")
            continue
        fields = {field.name: field for field in (Field(KEYS[table], "uuid", True), *TABLES[table])}
        seen: set[object] = set()
        for line, row in enumerate(found, start=1):
            for name in row.keys() - fields.keys():
                yield Problem("register.E091", table, line, name, message="is no field of the model")
            if row.get(KEYS[table]) in seen:
                yield Problem("register.E091", table, line, KEYS[table], message="is there twice")
            seen.add(row.get(KEYS[table]))
            for field in fields.values():
                if said := _fault(field, row.get(field.name), keys):
                    yield Problem("register.E091", table, line, field.name, repr(row.get(field.name)), said)


def not_picked(rows: Rows, lists: PickLists) -> Iterator[Problem]:
    """Values that are on no pick list: CAD Trust takes such a row only when its list has them."""
    for table, found in rows.items():
        for line, row in enumerate(found, start=1):
            for field in TABLES[table]:
                value = row.get(field.name)
                if not field.picks or value in (None, ""):
                    continue
                for each in value if isinstance(value, list) else [value]:
                    if each not in lists.get(field.picks, ()):
                        said = f"is not on the list {field.picks}"
                        yield Problem("register.E092", table, line, field.name, repr(each), said)


def json_schema() -> Mapping[str, Any]:
    """The model as JSON Schema (2020-12), for who reads the file elsewhere."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            table: {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [KEYS[table], *(field.name for field in fields if field.required)],
                    "properties": {
                        field.name: _as_schema(field) for field in (Field(KEYS[table], "uuid", True), *fields)
                    },
                },
            }
            for table, fields in TABLES.items()
        },
    }


def _as_schema(field: Field) -> Mapping[str, Any]:
    text: dict[str, Any] = {"type": "string", "maxLength": field.longest}
    kinds: Mapping[str, dict[str, Any]] = {
        "text": {**text, **({"minLength": 1} if field.required else {})},
        "link": {**text, "pattern": f"^{_LINK.pattern}$"},
        "day": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "uuid": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "number": {"type": "number", "minimum": 0},
        "whole": {"type": "integer", "minimum": 0},
        "texts": {"type": "array", "items": text, "minItems": 1},
    }
    schema = kinds[field.kind]
    return schema if field.required else {"anyOf": [schema, {"type": "null"}]}


def _fault(field: Field, value: Any, keys: Mapping[str, set[Any]]) -> str:
    if value is None or value in ("", []):
        return "is missing" if field.required else ""
    if field.kind in ("number", "whole"):
        is_one = isinstance(value, int if field.kind == "whole" else (int, float)) and not isinstance(value, bool)
        return "" if is_one and value >= 0 else "must be a number of 0 or more"
    texts = value if field.kind == "texts" and isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in texts) or (field.kind == "texts") != isinstance(value, list):
        return "must be a list of texts" if field.kind == "texts" else "must be a text"
    if any(len(each) > field.longest for each in texts):
        return f"has more than {field.longest} characters"
    if field.kind == "link" and not _LINK.fullmatch(value):
        return "must be an address"
    if field.kind == "day" and not _is_day(value):
        return "must be a day as 2026-12-31"
    if field.kind == "uuid":
        if not _is_uuid(value):
            return "must be a UUID"
        if field.of and value not in keys[field.of]:
            return f"is no {field.of} of this file"
    return ""


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(each, str) for each in values)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
