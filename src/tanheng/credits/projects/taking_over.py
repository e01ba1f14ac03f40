"""Issuances of the past, taken over from a public record in one go: by the operator of the house, not by a page.

What another registry validated, verified and issued before the platform was is neither worked out nor verified here.
The record that says so stands with the project and with the report, and both pages tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tanheng.cases.taking import take
from tanheng.credits.projects.actions import do_apply_from_record, do_begin_report_from_record
from tanheng.credits.projects.describing import Description
from tanheng.credits.projects.models import Issuance, Project
from tanheng.people.models import Organisation
from tanheng.people.rights import HOUSE, House


@dataclass(frozen=True)
class PastIssuance:
    """What a public record says of units that were issued: for which days, how many tonnes of which year."""

    first: date
    last: date
    tonnes: Mapping[int, int]
    source: str


def do_take_over_project(
    organisation: Organisation, description: Description, *, acting_user: House = HOUSE
) -> Project:
    """Take a project over from the public record that its description names.

    Raises
    ------
    InputRejected
        As ``do_apply_from_record`` and the step ``take_over``.
    """
    project = do_apply_from_record(organisation, description, acting_user=acting_user)
    take(project, "take_over", acting_user=acting_user, reason=description.source)
    return Project.objects.get(pk=project.pk)


def do_take_over_issuance(project: Project, past: PastIssuance, *, acting_user: House = HOUSE) -> tuple[Issuance, ...]:
    """Take an issuance of such a project over: its units, with serial numbers of this ledger, in its account.

    Raises
    ------
    InputRejected
        As ``do_begin_report_from_record`` and the steps ``record`` and ``issue``.
    """
    report = do_begin_report_from_record(project, past.first, past.last, past.source, acting_user=acting_user)
    given = {"tonnes": "; ".join(f"{year}={tonnes}" for year, tonnes in sorted(past.tonnes.items()))}
    recorded = take(report, "record", acting_user=acting_user, reason=past.source, given=given)
    take(recorded.case, "issue", acting_user=acting_user, reason=past.source)
    return tuple(Issuance.objects.filter(report=report).order_by("vintage"))
