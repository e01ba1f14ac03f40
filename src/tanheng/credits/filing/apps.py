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
        """What it tells the house when it starts."""
