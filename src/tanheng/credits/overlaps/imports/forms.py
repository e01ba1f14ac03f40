"""The column forms of public tables, as data. A column is found by any of its names, whatever its place.

Where they were read: Verra, Gold Standard, ACR and CAR from the sample rows of their downloads of April 2026 in the
public repository ``carbonplan/offsets-db-data`` (tests/data, commit cdfd8f7); the CDM from programs that read the
UNFCCC's "Database for PAs and PoAs" (sheet "CDM activities"; column names quoted in public code, the file itself was
not seen). The first four are sure for that month; the CDM's are likely, and its table of issuances least of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tanheng.credits.overlaps.models import Registry
from tanheng.text import Text

PROJECTS, ISSUANCES, RETIREMENTS = "projects", "issuances", "retirements"
TABLES = (PROJECTS, ISSUANCES, RETIREMENTS)


@dataclass(frozen=True)
class Form:
    """How a table of a registry looks.

    Attributes
    ----------
    columns
        For what we keep, the names that the column may have.
    needed
        Those without which it is not this table.
    day_first
        Whether 03/04/2025 is the third of April.
    sure
        How sure the names are: ``read`` in rows of the registry, or ``quoted`` by others.
    also_retires
        Whether rows of this table also say what was retired.
    """

    registry: str
    table: str
    columns: Mapping[str, tuple[str, ...]]
    needed: frozenset[str]
    day_first: bool = False
    sure: str = "read"
    also_retires: bool = False

    def found_in(self, header: Iterable[str]) -> dict[str, str]:
        """The header's name of each column that is there."""
        there = {name.casefold().strip(): name for name in header}
        found = {}
        for ours, names in self.columns.items():
            for name in names:
                if name.casefold() in there:
                    found[ours] = there[name.casefold()]
                    break
        return found


def _form(
    registry: str,
    table: str,
    needed: str,
    columns: Mapping[str, str | tuple[str, ...]],
    *,
    day_first: bool = False,
    sure: str = "read",
    also_retires: bool = False,
) -> Form:
    named = {ours: (names,) if isinstance(names, str) else names for ours, names in columns.items()}
    return Form(registry, table, named, frozenset(needed.split()), day_first, sure, also_retires)


FORMS = (
    _form(
        Registry.VERRA,
        PROJECTS,
        "number name country status",
        {
            "number": "ID",
            "name": "Name",
            "proponent": "Proponent",
            "kind": "Project Type",
            "methodology": "Methodology",
            "status": "Status",
            "country": "Country/Area",
            "where": "Region",
            "yearly": "Estimated Annual Emission Reductions",
            "registered": "Project Registration Date",
            "first": "Crediting Period Start Date",
            "last": "Crediting Period End Date",
        },
        day_first=True,
    ),
    _form(
        Registry.VERRA,
        ISSUANCES,
        "project quantity serials on",
        {
            "project": "ID",
            "on": "Issuance Date",
            "first": "Vintage Start",
            "last": "Vintage End",
            "total": "Total Vintage Quantity",
            "quantity": "Quantity Issued",
            "serials": "Serial Number",
            "retired_on": "Retirement/Cancellation Date",
            "beneficiary": "Retirement Beneficiary",
            "purpose": "Retirement Reason",
        },
        day_first=True,
        also_retires=True,
    ),
    _form(
        Registry.GOLD_STANDARD,
        PROJECTS,
        "number name country status",
        {
            "number": "GSID",
            "name": "Project Name",
            "proponent": "Project Developer Name",
            "kind": "Project Type",
            "methodology": "Methodology",
            "status": "Status",
            "country": "Country",
            "yearly": "Estimated Annual Credits",
        },
    ),
    _form(
        Registry.GOLD_STANDARD,
        ISSUANCES,
        "project quantity on",
        {
            "project": "GSID",
            "on": "Issuance Date",
            "vintage": "Vintage",
            "first": "Monitoring Period Start",
            "last": "Monitoring Period End",
            "quantity": "Quantity",
            "serials": "Serial Number",
        },
    ),
    _form(
        Registry.GOLD_STANDARD,
        RETIREMENTS,
        "project quantity on",
        {
            "project": "GSID",
            "on": "Retirement Date",
            "vintage": "Vintage",
            "first": "Monitoring Period Start",
            "last": "Monitoring Period End",
            "quantity": "Quantity",
            "serials": "Serial Number",
            "beneficiary": "Using Entity",
            "purpose": ("Use Case", "Note"),
        },
    ),
    _form(
        Registry.ACR,
        PROJECTS,
        "number name country",
        {
            "number": "Project ID",
            "name": "Project Name",
            "proponent": "Project Developer",
            "kind": "Project Type",
            "methodology": "Project Methodology/Protocol",
            "status": "Voluntary Status",
            "country": "Project Site Country",
            "where": "Project Site Location",
            "first": ("Initial Crediting Period Start Date", "Current Crediting Period Start Date"),
            "last": "Current Crediting Period End Date",
        },
    ),
    _form(
        Registry.ACR,
        ISSUANCES,
        "project quantity on vintage",
        {
            "project": "Project ID",
            "on": "Date Issued (GMT)",
            "vintage": "Vintage",
            "first": "ReportingPeriodBegin",
            "last": "ReportingPeriodEnd",
            "quantity": "Total Credits Issued",
            "to_project": "Credits Issued to Project",
            "to_buffer": "Credits Issued to Buffer Pool",
        },
    ),
    _form(
        Registry.ACR,
        RETIREMENTS,
        "project quantity on serials",
        {
            "project": "Project ID",
            "on": ("Status Effective (GMT)", "Status Effective  (GMT)"),
            "vintage": "Vintage",
            "first": "Vintage Assignment Period Start Date",
            "last": "Vintage Assignment Period End Date",
            "quantity": "Quantity of Credits",
            "serials": "Credit Serial Numbers",
            "beneficiary": "Retired on Behalf of",
            "purpose": ("Retirement Reason", "Cancellation Type"),
        },
    ),
    _form(
        Registry.CAR,
        PROJECTS,
        "number name country",
        {
            "number": "Project ID",
            "name": "Project Name",
            "proponent": ("Project Owner", "Project Developer"),
            "kind": "Project Type",
            "status": "Status",
            "country": "Project Site Country",
            "where": "Project Site Location",
            "registered": "Project Registered Date",
        },
    ),
    _form(
        Registry.CAR,
        ISSUANCES,
        "project quantity on vintage",
        {
            "project": "Project ID",
            "on": "Date Issued",
            "vintage": "Vintage",
            "quantity": "Total Offset Credits Issued",
        },
    ),
    _form(
        Registry.CAR,
        RETIREMENTS,
        "project quantity on serials",
        {
            "project": "Project ID",
            "on": "Status Effective",
            "vintage": "Vintage",
            "quantity": "Quantity of Offset Credits",
            "serials": "Offset Credit Serial Numbers",
            "beneficiary": "Account Holder",
            "purpose": ("Retirement Reason", "Cancellation Reason"),
        },
    ),
    _form(
        Registry.CDM,
        PROJECTS,
        "number name",
        {
            "number": "CDM project reference number",
            "name": "Registration project title",
            "kind": ("Project type (UNEP DTU)", "Project type (UNEP Risoe)"),
            "methodology": "Methodologies used at registration",
            "status": ("Website project status", "Simplified project status"),
            "country": ("List of host countries", "List of Host countries (ISO 2)"),
            "first": "Start of first crediting period",
            # Of a crediting period that was renewed, the last end that stands there.
            "last": "End of first crediting period",
            "last_2": "End of second crediting period",
            "last_3": "End of third crediting period",
            "registered": "Registered or rejected",
        },
        day_first=True,
        sure="quoted",
    ),
    _form(
        Registry.CDM,
        ISSUANCES,
        "project quantity on",
        {
            "project": "CDM project reference number",
            "on": "Issuance date",
            "quantity": "Units - Total",
        },
        day_first=True,
        sure="quoted",
    ),
)

SURE = {
    "read": Text("column names read in rows of the registry", "列名取自该系统公开数据样本"),
    "quoted": Text("column names as others quote them; not seen", "列名系转引,未见原表"),
}


def forms_of(registry: str) -> list[Form]:
    """The tables of a registry that can be read."""
    return [each for each in FORMS if each.registry == registry]
