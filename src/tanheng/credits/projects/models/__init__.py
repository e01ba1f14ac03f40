"""The records of projects."""

from __future__ import annotations

from tanheng.credits.projects.models.accreditations import Accreditation
from tanheng.credits.projects.models.issuances import Correction, Issuance, Return
from tanheng.credits.projects.models.programmes import Programme
from tanheng.credits.projects.models.projects import Project
from tanheng.credits.projects.models.reports import Report, ReportYear

__all__ = [
    "Accreditation",
    "Correction",
    "Issuance",
    "Programme",
    "Project",
    "Report",
    "ReportYear",
    "Return",
]
