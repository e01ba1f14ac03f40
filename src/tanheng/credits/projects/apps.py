"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """The records of ``tanheng.credits.projects``."""

    name = "tanheng.credits.projects"
    label = "credit_projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        """Its kinds of case, leaves of the log, what waits for a second person, refusals, help beside the forms."""
        from tanheng.cases import kinds
        from tanheng.credits.projects import correcting, helps, leaves, refusals
        from tanheng.credits.projects.models import Accreditation, Project, Report

        kinds.register(Accreditation, Project, Report)
        leaves.register()
        correcting.register()
        refusals.declare()
        helps.declare()
