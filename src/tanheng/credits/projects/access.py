"""Who reads projects, accreditations, reports and issuances."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from tanheng.credits.projects.models import Accreditation, Correction, Issuance, Project, Report, Return
from tanheng.people.models import Kind, Organisation
from tanheng.people.rights import Actor, reach, require


def access_projects(user: Actor | None) -> QuerySet[Project]:
    """Registered projects are public; others see whom they concern."""
    return Project.visible_to(user)


def access_project(user: Actor | None, project: int) -> Project:
    """One of them."""
    return access_projects(user).get(pk=project)


def access_reports(user: Actor | None) -> QuerySet[Report]:
    """What was issued is public; others see whom they concern."""
    return Report.visible_to(user)


def access_report(user: Actor | None, report: int) -> Report:
    """One of them."""
    return access_reports(user).get(pk=report)


def access_accreditations(user: Actor | None) -> QuerySet[Accreditation]:
    """The public list; what is only proposed, whom it concerns."""
    return Accreditation.visible_to(user)


def access_accreditation(user: Actor | None, accreditation: int) -> Accreditation:
    """One of them."""
    return access_accreditations(user).get(pk=accreditation)


def access_issuances(user: Actor | None) -> QuerySet[Issuance]:
    """The issuances of reports that one sees; those that were made are public with their reports."""
    seen = Report.visible_to(user).filter(pk=OuterRef("report"))
    rows = Issuance.objects.select_related("project__programme__asset", "report", "transfer", "buffer_transfer")
    return rows.filter(Exists(seen))


def access_corrections(project: Project) -> QuerySet[Correction]:
    """What was found wrong of the issuances of a project that was accessed: public with them."""
    return (
        Correction.objects.filter(issuance__project=project)
        .select_related("issuance")
        .annotate(back=Sum("returns__quantity", default=0))
        .order_by("pk")
    )


def access_correction(user: Actor | None, correction: int) -> Correction:
    """One of them, of a project that one sees."""
    seen = Report.visible_to(user).filter(pk=OuterRef("issuance__report"))
    rows = Correction.objects.select_related("issuance__project__organisation", "issuance__project__programme__asset")
    return rows.filter(Exists(seen)).get(pk=correction)


def applicants(user: Actor) -> QuerySet[Organisation]:
    """The organisations for which somebody may apply for projects."""
    return Organisation.objects.filter(reach(user, "projects.apply"), is_active=True).order_by("name")


def bodies_to_accredit(user: Actor) -> QuerySet[Organisation]:
    """The verifiers that there are, for who accredits them."""
    require(user, "verifiers.accredit", None)
    return Organisation.objects.filter(kind=Kind.VERIFIER, is_active=True).order_by("name")


def back_of(correction: Correction) -> int:
    """How many of its units came back."""
    return int(correction.returns.aggregate(sum=Sum("quantity", default=0))["sum"])


def owed_by(project: Project) -> int:
    """How many units of corrections have not come back yet."""
    of = Q(issuance__project=project)
    wanted = Correction.objects.filter(of).aggregate(sum=Sum("quantity", default=0))["sum"]
    back = Return.objects.filter(correction__issuance__project=project).aggregate(sum=Sum("quantity", default=0))["sum"]
    return int(wanted) - int(back)
