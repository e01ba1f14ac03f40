"""From verified tonnes to units in the ledger: by vintage, with serial numbers, and a part in the buffer."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from tanheng.credits.projects import claiming
from tanheng.credits.projects.access import owed_by
from tanheng.credits.projects.methods import as_registered, buffer_share
from tanheng.credits.projects.models import Issuance, Project, Report
from tanheng.ledger.actions import do_issue_units
from tanheng.ledger.refusals import TransferRefused
from tanheng.ledger.results import Code
from tanheng.people.approvals import confirmation
from tanheng.people.models import User
from tanheng.people.rights import Actor
from tanheng.people.values import refused_value


def issue(report: Report, acting_user: Actor) -> None:
    """Issue what was confirmed of a report.

    Raises
    ------
    InputRejected
        ``projects.E004`` where the share of the buffer is not known; ``E040`` where the project is not registered (any
        more), ``E041`` where nothing was confirmed, ``E042`` while the project owes units of a correction.
    TransferRefused
        Where the ledger refuses.
    """
    project = (
        Project.objects.select_for_update(of=("self",)).select_related("programme__asset").get(pk=report.project_id)
    )
    if project.state != "registered":
        message = _("is not registered now, so nothing is issued for it")
        raise refused_value("projects.E040", "report", "project", project.number, message)
    if owed := owed_by(project):
        message = _("owes %d units of a correction; they are settled first") % owed
        raise refused_value("projects.E042", "report", "project", project.number, message)
    confirmed = [(each.year, each.verified_t) for each in report.years.order_by("year") if each.verified_t]
    if not confirmed:
        raise refused_value("projects.E041", "report", "tonnes", None, _("are none: there is nothing to issue"))
    methodology = None
    if not report.source:
        methodology = as_registered(project.methodology, project.version, project.methodology_digest)
    claiming.claim_report(report, acting_user)
    second = confirmation()
    for year, tonnes in confirmed:
        # What was issued elsewhere before had its part in the buffer there.
        share = buffer_share(methodology, date(year, 12, 31)) if methodology is not None else Decimal(0)
        held_back = int((tonnes * share).to_integral_value(ROUND_CEILING))
        transfer = _into(project, report, year, tonnes - held_back, False, acting_user)
        buffered = _into(project, report, year, held_back, True, acting_user)
        Issuance.objects.create(
            report=report,
            project=project,
            vintage=year,
            quantity=tonnes - held_back,
            buffer_quantity=held_back,
            transfer_id=transfer,
            buffer_transfer_id=buffered,
            by=acting_user if isinstance(acting_user, User) else None,
            second_by=second.by if second else None,
            approval=second.approval if second else None,
        )


def _into(project: Project, report: Report, year: int, quantity: int, buffer: bool, acting_user: Actor) -> int | None:
    if quantity == 0:
        return None
    assert project.account is not None
    account = project.programme.buffer if buffer else project.account
    answer = do_issue_units(
        project.programme.asset.code,
        account.number,
        quantity,
        vintage=year,
        label=project.number,
        reason=report.number,
        acting_user=acting_user,
    )
    if answer.code != Code.OK:
        raise TransferRefused(answer.code)
    return answer.transfer
