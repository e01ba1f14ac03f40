"""Public projects, issuances and units in the data model of the Climate Action Data Trust (version 2), as JSON and CSV.

    projects, reports, issuances, blocks of the ledger ──> tables of the model ──checked──> cad-trust.json, *.csv

Only what anybody may read is in it: registered projects, what was issued for them, where its units are by kind of
account. Holders are not named. What the model asks for and we do not have is left out and told as a gap; what we have
and the model has no field for is listed with it. Nothing is made up to fill a field.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from tanheng.cases.models import Passage
from tanheng.credits.projects.access import access_issuances, access_projects
from tanheng.credits.projects.models import Issuance, Project, Report, Return
from tanheng.credits.register.cad_trust_model import (
    KEYS,
    TABLES,
    VERSION,
    PickLists,
    faults,
    json_schema,
    not_picked,
    pick_lists,
)
from tanheng.credits.register.models import Certificate
from tanheng.ledger.models import Block
from tanheng.measures.credits.library import open_methodology
from tanheng.measures.credits.methodology import Methodology
from tanheng.problems import InputRejected, Problem

WORDS = Path(__file__).with_name("cad_trust_words.json")
STATUS = {"registered": "Registered", "suspended": "Registered", "closed": "Completed"}
COUNTRY, METRIC = "China", "tCO2e"
GIS_MOST = 10_000

NO_FIELD: Mapping[str, str] = {
    "project.elsewhere": "numbers of the project in other registries: version 2 has no table of related projects",
    "project.state suspended": "a project that is suspended for a time: the list of states has no such value",
    "project.devices": "devices and meters that the reductions rest on",
    "project.beneficiary": "who benefits of the project",
    "project.methodology_digest": "the digest of the methodology's text that it was registered with",
    "report.values": "monitored values and what the methodology makes of them, row by row",
    "issuance.buffer_quantity": "what of an issuance went to the buffer: the status of its units alone tells it",
    "correction": "corrections and reversals: told by the status of the units that came back alone",
    "proof": "the proof that a row is in the transparency log",
}


@dataclass
class Export:
    """Tables of the model, rows by table; what is not of the model as it should be, and what it has no field for."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in TABLES})
    gaps: list[Problem] = field(default_factory=list)
    no_field: Mapping[str, str] = field(default_factory=lambda: NO_FIELD)

    def document(self) -> Mapping[str, Any]:
        """All of it as one JSON document."""
        return {
            "model": {"name": "CAD Trust", "version": VERSION},
            "tables": self.rows,
            "gaps": [
                {"table": gap.file, "row": gap.line, "field": gap.column, "value": gap.value, "says": gap.message}
                for gap in self.gaps
            ],
            "no_field": dict(self.no_field),
        }

    def write(self, folder: Path) -> list[Path]:
        """Write ``cad-trust.json``, its JSON Schema and a CSV file for each table into a folder that is new or empty.

        Raises
        ------
        InputRejected
            ``register.E093`` when something lies there.
        """
        if folder.exists() and any(folder.iterdir()):
            raise InputRejected([Problem("register.E093", str(folder), message="is not empty")])
        folder.mkdir(parents=True, exist_ok=True)
        texts = {
            "cad-trust.json": json.dumps(self.document(), ensure_ascii=False, indent=1) + "\n",
            "schema.json": json.dumps(json_schema(), indent=1) + "\n",
            **{f"{table}.csv": _csv(table, rows) for table, rows in self.rows.items()},
        }
        written = []
        for name, text in texts.items():
            file = folder / name
            file.write_text(text, encoding="utf-8", newline="")
            written.append(file)
        return written


def export(lists: PickLists | None = None) -> Export:
    """What anybody may read of projects, issuances and units, in the model.

    Parameters
    ----------
    lists
        The pick lists that values are held against; those of the package if not given.

    Raises
    ------
    InputRejected
        ``register.E091`` when a row is not of the model for another reason than that a value is missing: a fault of
        ours, and nothing is exported.
    """
    known = pick_lists() if lists is None else lists
    made = Export()
    projects = list(access_projects(None).order_by("pk"))
    issuances = defaultdict(list)
    for issuance in access_issuances(None).filter(project__in=projects).order_by("pk"):
        issuances[issuance.project_id].append(issuance)
    reports = Report.objects.filter(pk__in={each.report_id for rows in issuances.values() for each in rows})
    by_report = {report.pk: report for report in reports.select_related("verifier")}
    since = _since(projects)
    come_back = set(Return.objects.values_list("transfer_id", flat=True))
    for project in projects:
        _project(made, project, since.get(project.pk))
        of_project = issuances[project.pk]
        _verifications(made, project, [by_report[pk] for pk in sorted({each.report_id for each in of_project})])
        blocks = _blocks(project)
        certified = {row.transfer: row for row in Certificate.objects.filter(transfer__in=[b.arrived for b in blocks])}
        for issuance in of_project:
            _issuance(made, project, issuance, [(b, certified.get(b.arrived)) for b in blocks], come_back)
    wrong = list(faults(made.rows))
    missing = [each for each in wrong if each.message == "is missing"]
    if others := [each for each in wrong if each.message != "is missing"]:
        raise InputRejected(others)
    made.gaps = [*missing, *not_picked(made.rows, known)]
    return made


def _project(made: Export, project: Project, since: str | None) -> None:
    rows, words, methodology = made.rows, _words(project), _methodology(project)
    programme = project.programme
    if not any(row["programRegistryActivityId"] == programme.scheme for row in rows["program"]):
        rows["program"].append(
            {
                KEYS["program"]: key("program", programme.pk),
                "programName": programme.name,
                "programRegistry": settings.TANHENG_ADDRESS,
                "programRegistryActivityId": programme.scheme,
            }
        )
    rows["project"].append(
        {
            KEYS["project"]: key("project", project.pk),
            "projectRegistryName": settings.TANHENG_ADDRESS,
            "projectId": project.number,
            "projectCreditingProgram": programme.name,
            "projectName": project.name,
            "projectLink": _link(project),
            "projectDescription": project.description[:2000] or None,
            "projectSector": words["sector"] or None,
            "projectType": words["type"] or None,
            "projectStatus": STATUS[project.state],
            "projectStatusDate": since or (project.registered_on.isoformat() if project.registered_on else None),
            "projectUnitMetric": METRIC,
            "cadTrustProgramId": key("program", programme.pk),
        }
    )
    rows["location"].append(_location(project))
    owner = key("stakeholder", project.organisation_id)
    if not any(row[KEYS["stakeholder"]] == owner for row in rows["stakeholder"]):
        rows["stakeholder"].append(
            {KEYS["stakeholder"]: owner, "stakeholderName": project.organisation.name, "stakeholderType": "Developer"}
        )
    rows["stakeholderProject"].append(
        {
            KEYS["stakeholderProject"]: key("stakeholderProject", project.pk),
            "cadTrustStakeholderId": owner,
            "cadTrustProjectId": key("project", project.pk),
        }
    )
    rows["estimation"] += _estimations(project)
    version = key("methodology", f"{project.methodology}/{project.version}")
    if not any(row[KEYS["methodology"]] == version for row in rows["methodology"]):
        rows["methodology"].append(
            {
                KEYS["methodology"]: version,
                "methodologyCode": project.methodology,
                "methodologyName": methodology.names.en if methodology else project.methodology,
                "methodologyVersion": project.version,
                "methodologyDate": methodology.since.day.isoformat()
                if methodology is not None and methodology.since.day is not None
                else None,
            }
        )
    rows["projectMethodology"].append(
        {
            KEYS["projectMethodology"]: key("projectMethodology", project.pk),
            "cadTrustProjectId": key("project", project.pk),
            "cadTrustMethodologyId": version,
            "projectMethodologyDate": project.registered_on.isoformat() if project.registered_on else None,
        }
    )
    if project.validator is not None:
        rows["validation"].append(
            {
                KEYS["validation"]: key("validation", project.pk),
                "validationId": f"{project.number}-validation",
                "validationBody": project.validator.name,
                "validationDate": project.validated_on.isoformat() if project.validated_on else None,
                "validationCreditPeriodStartDate": project.crediting.lower.isoformat(),
                "validationCreditPeriodEndDate": (project.crediting.upper - timedelta(days=1)).isoformat(),
                "cadTrustProjectId": key("project", project.pk),
            }
        )


def _location(project: Project) -> dict[str, Any]:
    place = json.dumps(project.place, separators=(",", ":")) if project.place is not None else None
    whole = place if place is not None and len(place) <= GIS_MOST else None
    return {
        KEYS["location"]: key("location", project.pk),
        "locationCountry": COUNTRY,
        "locationRegion": project.place_name or None,
        # A border that is longer than the field is not cut off: half a border is another place.
        "locationGis": whole,
        "locationMapType": "GeoJSON" if whole else None,
        "cadTrustProjectId": key("project", project.pk),
    }


def _estimations(project: Project) -> Iterator[dict[str, Any]]:
    if project.estimated_t is None:
        return
    last = project.crediting.upper - timedelta(days=1)
    for year in range(project.crediting.lower.year, last.year + 1):
        first_day, last_day = f"{year}-01-01", f"{year}-12-31"
        if first_day < project.crediting.lower.isoformat() or last_day > last.isoformat():
            continue  # what it comes to in a part of a year nobody said
        yield {
            KEYS["estimation"]: key("estimation", f"{project.pk}/{year}"),
            "estimationStartDate": first_day,
            "estimationEndDate": last_day,
            "estimationUnitCount": project.estimated_t,
            "cadTrustProjectId": key("project", project.pk),
        }


def _verifications(made: Export, project: Project, reports: Iterable[Report]) -> None:
    for report in reports:
        made.rows["verification"].append(
            {
                KEYS["verification"]: key("verification", report.pk),
                "verificationId": f"{project.number}-report-{report.turn}",
                "verificationStartDate": report.period.lower.isoformat(),
                "verificationEndDate": (report.period.upper - timedelta(days=1)).isoformat(),
                "verificationBody": report.verifier.name if report.verifier is not None else None,
                "cadTrustProjectId": key("project", project.pk),
                "cadTrustValidationId": key("validation", project.pk) if project.validator is not None else None,
            }
        )


def _issuance(
    made: Export,
    project: Project,
    issuance: Issuance,
    blocks: Sequence[tuple[Block, Certificate | None]],
    come_back: set[int],
) -> None:
    made.rows["issuance"].append(
        {
            KEYS["issuance"]: key("issuance", issuance.pk),
            "issuanceId": f"{project.number}-{issuance.vintage}-{issuance.pk}",
            "issuanceDate": issuance.at.date().isoformat(),
            "cadTrustVerificationId": key("verification", issuance.report_id),
            "cadTrustProjectMethodologyId": key("projectMethodology", project.pk),
            "cadTrustLocationId": key("location", project.pk),
        }
    )
    asset, words = project.programme.asset.code, _words(project)
    for first, last in (*issuance.serials, *issuance.buffer_serials):
        for block, certificate in blocks:
            begin, end = max(first, block.serials.lower), min(last, block.serials.upper - 1)
            if begin > end:
                continue
            status, reason = _status(project, block, come_back)
            made.rows["unit"].append(
                {
                    KEYS["unit"]: key("unit", f"{asset}/{begin}-{end}"),
                    "unitSerialId": f"{asset}-{issuance.vintage}-{begin}-{end}",
                    "unitStartBlock": str(begin),
                    "unitEndBlock": str(end),
                    "unitCount": end - begin + 1,
                    "unitType": words["unitType"] or None,
                    "unitVintageYear": issuance.vintage,
                    "unitStatus": status,
                    "unitStatusReason": reason,
                    "unitMetric": METRIC,
                    "unitLink": _link(project),
                    **(_certified(certificate) if certificate is not None else {}),
                    "cadTrustIssuanceId": key("issuance", issuance.pk),
                }
            )


def _certified(certificate: Certificate) -> dict[str, Any]:
    """What the certificate says of retired units; whom and what for only where the register names them too."""
    said: dict[str, Any] = {
        "unitStatusReason": certificate.kind,
        "unitStatusDate": certificate.at.date().isoformat(),
        "unitLink": settings.TANHENG_ADDRESS + certificate.get_absolute_url(),
    }
    if certificate.named:
        said["unitRetirementBeneficiary"] = certificate.beneficiary[:255]
        said["unitRetirementDetail"] = certificate.purpose[:255]
    return said


def _status(project: Project, block: Block, come_back: set[int]) -> tuple[str, str | None]:
    """Where a run of units is, by the kind of the account that holds it."""
    if block.arrived in come_back:
        return "Cancelled", "correction"
    kind = block.account.type_id
    if kind == "retirement":
        return "Retired", "retirement"
    if kind == "government_reserve":
        return "Retired", "surrendered"
    if block.account_id == project.programme.buffer_id:
        return "Buffer", None
    return "Held", None


def _blocks(project: Project) -> list[Block]:
    return list(
        Block.objects.filter(asset=project.programme.asset_id, batch__label=project.number)
        .select_related("account")
        .order_by("serials")
    )


def _since(projects: Sequence[Project]) -> Mapping[int, str]:
    """Since when each project is in its state."""
    passed = Passage.objects.filter(kind=Project.SLUG, case__in=[each.pk for each in projects])
    rows = passed.values("case", "target").annotate(newest=Max("at"))
    states = {each.pk: each.state for each in projects}
    return {row["case"]: row["newest"].date().isoformat() for row in rows if states.get(row["case"]) == row["target"]}


def key(table: str, of: object) -> str:
    """The key of a row: the same in every export of this platform, and of no other."""
    return str(uuid5(NAMESPACE_URL, f"{settings.TANHENG_ADDRESS}/cad-trust/{table}/{of}"))


def _link(project: Project) -> str:
    return f"{settings.TANHENG_ADDRESS}{reverse('project', args=[project.pk])}"


def _methodology(project: Project) -> Methodology | None:
    """The packaged text of it; None for one that is not in this package."""
    try:
        return open_methodology(project.methodology, version=project.version)
    except InputRejected:
        return None


@cache
def _all_words() -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    return told


def _words(project: Project) -> Mapping[str, Any]:
    """Sector, type and kind of unit in the model's words; empty where nobody said."""
    none: Mapping[str, Any] = {"sector": [], "type": [], "unitType": ""}
    found: Mapping[str, Any] = _all_words().get(project.methodology, none)
    return found


def _csv(table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    names = [KEYS[table], *(each.name for each in TABLES[table])]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
    return stream.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = "; ".join(value) if isinstance(value, list) else str(value)
    # A spreadsheet takes what begins so for a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
