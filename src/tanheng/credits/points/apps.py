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
        """Leaves of the log, help beside the forms, what refusals mean, and whose events intake takes."""
        from tanheng.credits.intake import mandates
        from tanheng.credits.points import helps, leaves
        from tanheng.credits.points.access import NotOfPoints
        from tanheng.credits.points.knowing import with_mandate
        from tanheng.web.problems import not_found, translate

        leaves.register()
        helps.declare()
        mandates.declare(with_mandate)
        translate(NotOfPoints, lambda missing: not_found(str(_("It is not there, or you may not see it."))))
