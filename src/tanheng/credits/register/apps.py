"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    """The records of ``tanheng.credits.register``."""

    name = "tanheng.credits.register"
    label = "credit_register"
    verbose_name = _("Register")

    def ready(self) -> None:
        """What it tells the house when it starts."""
