"""What the steps of a project change."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.credits.projects import bodies, claiming
from tanheng.credits.projects.methods import open_in_force, open_version
from tanheng.credits.projects.models import Project
from tanheng.credits.projects.models.accreditations import VALIDATION
from tanheng.credits.projects.models.reports import ON_ITS_WAY
from tanheng.ledger.actions import do_open_account
from tanheng.people.rights import Actor
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem


def submit(project: Project, accreditation: str) -> None:
    """Check that the description is whole, and name the validator.

    Raises
    ------
    InputRejected
        ``projects.E021`` with everything that is missing; ``projects.E001`` to ``E003``, ``E020``.
    """
    today = timezone.localdate()
    open_in_force(project.methodology, project.version, today)
    _require_whole(project)
    body = bodies.chosen(accreditation, VALIDATION, project.methodology, today)
    if body.pk == project.organisation_id:
        message = _("belongs to the developer: another body must validate it")
        raise refused_value("projects.E022", "project", "accreditation", accreditation, message)
    project.validator = body


def validate(project: Project, acting_user: Actor) -> None:
    """Note that the accredited body confirmed it today, and keep what its claims meet for the bureau to decide."""
    today = timezone.localdate()
    bodies.require_accredited(project.validator, VALIDATION, project.methodology, today)
    project.validated_on = today
    claiming.look(project, acting_user)


def register(project: Project, acting_user: Actor) -> None:
    """Open its account, keep which text of the methodology it follows, and claim what it credits.

    Raises
    ------
    InputRejected
        ``overlaps.E…`` where something is claimed already; ``projects.E002`` where the methodology is not in force.
    """
    methodology = open_in_force(project.methodology, project.version, timezone.localdate())
    _enter(project, methodology.digest, acting_user)


def take_over(project: Project, acting_user: Actor) -> None:
    """Likewise, of a project from a public record: the methodology may be out of force by now.

    Raises
    ------
    InputRejected
        ``projects.E023`` where its description names no public record.
    """
    if not project.source.strip():
        message = _("names no public record that it is taken over from: it must be submitted and validated")
        raise refused_value("projects.E023", "project", "source", None, message)
    _enter(project, open_version(project.methodology, project.version).digest, acting_user)


def close(project: Project) -> None:
    """Refuse while a report is on its way.

    Raises
    ------
    InputRejected
        ``projects.E024``
    """
    waiting = [each.number for each in project.reports.filter(state__in=ON_ITS_WAY).select_related("project")]
    if waiting:
        message = _("has reports on their way: %s") % ", ".join(waiting)
        raise refused_value("projects.E024", "project", "reports", None, message)


def _enter(project: Project, digest: str, acting_user: Actor) -> None:
    claiming.claim_project(project, acting_user)
    project.account = do_open_account(
        f"PRJ-{project.number}", "project", project.organisation, name=project.name, acting_user=acting_user
    )
    project.methodology_digest = digest
    project.registered_on = timezone.localdate()


def _require_whole(project: Project) -> None:
    lacking = []
    if not project.description.strip():
        lacking.append(("description", _("says what the project does")))
    if not project.place_name.strip():
        lacking.append(("place_name", _("says where the project is")))
    if not project.devices and project.place is None:
        lacking.append(("devices", _("name the devices or give the place on the map: by these, doubles are found")))
    if project.estimated_t is None:
        lacking.append(("estimated_t", _("says how many tonnes a year are expected")))
    if project.source:
        lacking.append(("source", _("is for projects that are taken over, which are not submitted")))
    if lacking:
        raise InputRejected(Problem("projects.E021", "project", column=name, message=said) for name, said in lacking)
