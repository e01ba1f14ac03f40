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
        """Its cases, leaves of the log, jobs, what refusals mean, help beside the forms."""
        from tanheng.cases import kinds
        from tanheng.credits.intake import forgetting, helps, leaves, refusals, work
        from tanheng.credits.intake.models import Application

        kinds.register(Application)
        leaves.register()
        refusals.declare()
        work.declare()
        forgetting.declare()
        helps.declare()
