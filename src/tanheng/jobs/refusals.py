"""What the refusals of jobs mean in HTTP."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.jobs.models import Job
from tanheng.web.problems import not_found, translate


def declare() -> None:
    """404 for what is not there or may not be seen."""
    translate(Job.DoesNotExist, lambda missing: not_found(_("It is not there, or you may not see it.")))
