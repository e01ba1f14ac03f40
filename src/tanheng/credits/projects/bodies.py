"""Accredited bodies, as developers choose them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tanheng.credits.projects.models import Accreditation
from tanheng.credits.projects.models.accreditations import SCOPES
from tanheng.people.models import Organisation
from tanheng.people.values import refused_value
from tanheng.web.templatetags.page import said


def chosen(number: str, work: str, methodology: str, on: date) -> Organisation:
    """The body with an accreditation that lets it do this work on a day.

    Raises
    ------
    InputRejected
        ``projects.E020`` where the accreditation is not there or does not let it.
    """
    found = Accreditation.objects.select_related("organisation").filter(number=number).first()
    if found is None or found.state == "proposed":
        raise refused_value("projects.E020", "accreditation", "accreditation", number, _("is no accreditation"))
    if not found.allows(work, methodology, on):
        raise _not_allowed(number, work, methodology, on)
    return found.organisation


def require_accredited(body: Organisation | None, work: str, methodology: str, on: date) -> None:
    """Go on only if the body is still accredited for this work.

    Raises
    ------
    InputRejected
        ``projects.E020`` where no accreditation of it says so today.
    """
    rows = Accreditation.objects.filter(organisation=body)
    if not any(each.allows(work, methodology, on) for each in rows):
        raise _not_allowed(body.name if body else "–", work, methodology, on)


def _not_allowed(number: str, work: str, methodology: str, on: date) -> Exception:
    message = _("is not accredited on %(on)s for %(work)s with %(methodology)s") % {
        "on": on,
        "work": said(SCOPES[work]),
        "methodology": methodology,
    }
    return refused_value("projects.E020", "accreditation", "accreditation", number, message)
