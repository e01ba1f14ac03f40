"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OverlapsConfig(AppConfig):
    """The records of ``tanheng.credits.overlaps``."""

    name = "tanheng.credits.overlaps"
    label = "credit_overlaps"
    verbose_name = _("Overlaps")

    def ready(self) -> None:
        """What it tells the house when it starts."""
