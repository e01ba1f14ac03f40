"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """The records of ``tanheng.jobs``."""

    name = "tanheng.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        """Rights, scopes, and what is not there in HTTP."""
        from tanheng.jobs import refusals
        from tanheng.jobs.rights import RIGHTS, SCOPES
        from tanheng.people import rights, scopes

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        refusals.declare()
