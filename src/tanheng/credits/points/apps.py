"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PointsConfig(AppConfig):
    """The records of ``tanheng.credits.points``."""

    name = "tanheng.credits.points"
    label = "credit_points"
    verbose_name = _("Points")

    def ready(self) -> None:
        """Leaves of the log."""
        from tanheng.credits.points import leaves

        leaves.register()
