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
        """What it tells the house when it starts."""
