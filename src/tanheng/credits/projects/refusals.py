"""What the refusals of projects mean in HTTP."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.credits.projects.models import Accreditation, Correction, Issuance, Project, Report
from tanheng.web.problems import not_found, translate


def declare() -> None:
    """404 for what is not there or may not be seen."""
    for kind in (Accreditation, Correction, Issuance, Project, Report):
        translate(kind.DoesNotExist, lambda missing: not_found(_("It is not there, or you may not see it.")))
