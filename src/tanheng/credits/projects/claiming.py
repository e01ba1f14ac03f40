"""What a project claims, so that the same kWh or hectare is not credited twice.

validated ──look──> findings, which the bureau decides ──registered──> claimed for the whole crediting period
verified  ──look──> findings                           ──issued─────> claimed for the report's period
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tanheng.credits.overlaps.claims import ClaimIn, Holder, Stage, do_claim, do_look_for
from tanheng.credits.projects.models import Project, Report
from tanheng.people.rights import Actor


def holder_of(project: Project) -> Holder:
    """A project as one who claims."""
    return Holder("project", project.number, project.name, project.organisation)


def claims_of(project: Project, first: date, last: date, tonnes: int | None = None) -> list[ClaimIn]:
    """What it rests on, from a first to a last day: devices, place, who benefits, numbers in other registries."""
    quantity = Decimal(tonnes) if tonnes is not None else None
    unit = "tCO2e" if tonnes is not None else ""
    found = [("device", each, "") for each in project.devices]
    found += [("registration", each, "") for each in project.elsewhere]
    found += [("beneficiary", project.beneficiary, project.methodology)] if project.beneficiary else []
    claims = [
        ClaimIn(scope, key, first, last, activity=activity, quantity=quantity, unit=unit)
        for scope, key, activity in found
    ]
    if project.place is not None:
        # By its area: two projects may well lie in places of the same name.
        key = f"{project.place_name} {project.number}"[-200:]
        claims.append(ClaimIn("place", key, first, last, place=project.place, quantity=quantity, unit=unit))
    return claims


def look(project: Project, acting_user: Actor) -> None:
    """Keep what meets the project's claims as findings, for the bureau to decide before it is registered."""
    if claims := _whole(project):
        do_look_for(holder_of(project), claims, acting_user=acting_user)


def claim_project(project: Project, acting_user: Actor) -> None:
    """Claim what it rests on for the crediting period.

    Raises
    ------
    InputRejected
        ``overlaps.E002``, ``overlaps.E003`` with every overlap and its evidence.
    """
    if claims := _whole(project):
        do_claim(holder_of(project), claims, acting_user=acting_user)


def look_again(report: Report, acting_user: Actor) -> None:
    """Likewise for a report's period: other tables may have come since the project was registered."""
    if claims := _of_period(report):
        do_look_for(holder_of(report.project), claims, acting_user=acting_user, stage=Stage.ISSUANCE)


def claim_report(report: Report, acting_user: Actor) -> None:
    """Claim the days of the report for its issuance; raises as ``claim_project``."""
    if claims := _of_period(report):
        do_claim(holder_of(report.project), claims, acting_user=acting_user, stage=Stage.ISSUANCE)


def _whole(project: Project) -> list[ClaimIn]:
    return claims_of(project, project.crediting.lower, project.crediting.upper - timedelta(days=1))


def _of_period(report: Report) -> list[ClaimIn]:
    tonnes = sum(each.verified_t or each.computed_t or 0 for each in report.years.all())
    return claims_of(report.project, report.period.lower, report.period.upper - timedelta(days=1), tonnes)
