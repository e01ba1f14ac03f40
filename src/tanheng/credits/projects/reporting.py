"""What the steps of a monitoring report change, up to its issuance."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.credits.projects import bodies, claiming
from tanheng.credits.projects.computing import by_year, work_out
from tanheng.credits.projects.methods import as_registered
from tanheng.credits.projects.models import Report, ReportYear
from tanheng.credits.projects.models.accreditations import VERIFICATION
from tanheng.people.rights import Actor
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected, Problem
from tanheng.web.templatetags.page import said

_TONNES = re.compile(r"^(?:(\d{4})\s*[=:]\s*)?(\d{1,15})$")


def submit(report: Report, accreditation: str) -> None:
    """Work the values out with the registered text of the methodology, and name the verifier.

    Raises
    ------
    InputRejected
        ``projects.E030`` where a reduction is undetermined, with what is missing; ``E031`` where a year is outside the
        period or has no row; ``E032`` where the period is not over; ``E020``, ``E033`` for the verifier.
    """
    project, today = report.project, timezone.localdate()
    if report.source:
        message = _("is taken over from a public record, and neither worked out nor verified here")
        raise refused_value("projects.E035", "report", "source", None, message)
    if project.state != "registered":
        raise refused_value("projects.E034", "report", "project", project.number, _("takes no reports now"))
    if report.period.upper > today:
        message = _("ends in the future: what was not monitored yet cannot be reported")
        raise refused_value("projects.E032", "report", "period", None, message)
    body = bodies.chosen(accreditation, VERIFICATION, project.methodology, today)
    if body.pk in (project.validator_id, report.organisation_id):
        message = _("validated the project or belongs to the developer: another body must verify its reports")
        raise refused_value("projects.E033", "report", "accreditation", accreditation, message)
    methodology = as_registered(project.methodology, project.version, project.methodology_digest)
    if not report.values:
        raise refused_value("projects.E031", "report", "values", None, _("are not there yet"))
    require_years(report)
    worked = work_out(methodology, report.values)
    undetermined = [
        Problem(
            "projects.E030", "report", column="values", value=f"{each.subject}, {each.year}", message=said(each.missing)
        )
        for each in worked
        if each.missing is not None
    ]
    if undetermined:
        raise InputRejected(undetermined)
    report.verifier = body
    report.result = [each.as_kept for each in worked]
    report.methodology_digest = methodology.digest
    report.years.all().delete()
    ReportYear.objects.bulk_create(
        ReportYear(report=report, year=year, computed_t=tonnes) for year, tonnes in sorted(by_year(worked).items())
    )


def verify(report: Report, tonnes: str, acting_user: Actor) -> None:
    """Keep what the verifier confirms, year by year.

    Raises
    ------
    InputRejected
        ``projects.E036`` for what is no figure, ``E037`` for a year that is missing or unknown or a figure above what
        was worked out; ``E020`` where the body is no longer accredited.
    """
    bodies.require_accredited(report.verifier, VERIFICATION, report.project.methodology, timezone.localdate())
    rows = {each.year: each for each in report.years.all()}
    confirmed = figures(tonnes, sorted(rows), "tonnes")
    above = [
        Problem(
            "projects.E037",
            "report",
            column="tonnes",
            value=f"{year}={confirmed[year]}",
            message=_("is more than the methodology works out: %d") % (row.computed_t or 0),
        )
        for year, row in rows.items()
        if confirmed[year] > (row.computed_t or 0)
    ]
    if above:
        raise InputRejected(above)
    for year, row in rows.items():
        row.verified_t = confirmed[year]
        row.save(update_fields=["verified_t"])
    claiming.look_again(report, acting_user)


def reopen(report: Report) -> None:
    """Back to the developer: another verifier may be chosen."""
    report.verifier = None


def record(report: Report, tonnes: str) -> None:
    """Keep what a public record says of a report of the past.

    Raises
    ------
    InputRejected
        ``projects.E023`` where it has no public record, or the project has none; ``E036``, ``E037``.
    """
    if not report.source.strip() or not report.project.source.strip():
        message = _("is of no public record: it must be submitted and verified")
        raise refused_value("projects.E023", "report", "source", None, message)
    on_record = figures(tonnes, years_of(report), "tonnes", all_of_them=False)
    report.years.all().delete()
    ReportYear.objects.bulk_create(
        ReportYear(report=report, year=year, verified_t=quantity) for year, quantity in sorted(on_record.items())
    )


def years_of(report: Report) -> list[int]:
    """The calendar years that its period touches."""
    last_day = report.period.upper.toordinal() - 1
    return list(range(report.period.lower.year, type(report.period.upper).fromordinal(last_day).year + 1))


def require_years(report: Report) -> None:
    """Values must be of the years of the period, each of them.

    Raises
    ------
    InputRejected
        ``projects.E031``
    """
    wanted, there = set(years_of(report)), {row["year"] for row in report.values}
    if wanted != there:
        message = _("are of %(there)s, and the period is of %(wanted)s") % {
            "there": ", ".join(map(str, sorted(there))),
            "wanted": ", ".join(map(str, sorted(wanted))),
        }
        raise refused_value("projects.E031", "report", "values", None, message)


def figures(text: str, years: list[int], field: str, *, all_of_them: bool = True) -> Mapping[int, int]:
    """``2025=1615; 2026=900`` as figures by year; a single number where there is one year.

    Raises
    ------
    InputRejected
        ``projects.E036`` for what cannot be read, ``E037`` for a year that is missing, unknown or stands twice.
    """
    found: dict[int, int] = {}
    for part in re.split(r"[;；,，\n]", text):
        if not part.strip():
            continue
        read = _TONNES.match(part.strip())
        if read is None or (read[1] is None and len(years) != 1):
            hint = _("Write it as 2025=1615; 2026=900, in whole tonnes")
            raise refused_value("projects.E036", "report", field, part.strip(), _("cannot be read"), hint)
        year = int(read[1]) if read[1] else years[0]
        if year in found or year not in years:
            message = _("names a year twice, or one that the report does not have (%s)") % ", ".join(map(str, years))
            raise refused_value("projects.E037", "report", field, part.strip(), message)
        found[year] = int(read[2])
    lacking = [str(year) for year in years if year not in found]
    if not found or (all_of_them and lacking):
        raise refused_value("projects.E037", "report", field, None, _("says nothing of %s") % ", ".join(lacking))
    return found
