"""What a project claims, so that the same kWh or hectare is not credited twice."""

from __future__ import annotations

from tanheng.credits.projects.models import Project, Report
from tanheng.people.rights import Actor


def claim_project(project: Project, acting_user: Actor) -> None:
    """Claim devices, place, beneficiary and numbers elsewhere for the crediting period."""


def look_again(report: Report, acting_user: Actor) -> None:
    """Look for overlaps of the report's period anew: other tables may have come since the project was registered."""
