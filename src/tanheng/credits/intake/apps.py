"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """The records of ``tanheng.credits.intake``."""

    name = "tanheng.credits.intake"
    label = "credit_intake"
    verbose_name = _("Intake")

    def ready(self) -> None:
        """What it tells the house when it starts."""
