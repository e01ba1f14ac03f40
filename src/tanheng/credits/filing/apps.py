"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingConfig(AppConfig):
    """The records of ``tanheng.credits.filing``."""

    name = "tanheng.credits.filing"
    label = "credit_filing"
    verbose_name = _("Filing")

    def ready(self) -> None:
        """Its cases, leaves of the log, help beside its forms, the job that tries a draft."""
        from tanheng.cases import kinds
        from tanheng.credits.filing import helps, leaves, trying
        from tanheng.credits.filing.models import MethodologyCase, SceneCase

        kinds.register(MethodologyCase, SceneCase)
        leaves.register()
        helps.declare()
        trying.register()
