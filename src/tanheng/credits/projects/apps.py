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
        """Its kinds of case, and how its rows become leaves of the log."""
        from tanheng.credits.cases import kinds
        from tanheng.credits.projects import correcting, leaves  # noqa: F401  what waits for a second person
        from tanheng.credits.projects.models import Accreditation, Project, Report

        kinds.register(Accreditation, Project, Report)
        leaves.register()
