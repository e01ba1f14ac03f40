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
        """The rights and scopes of carbon inclusion, the cases of found overlaps, leaves of the log."""
        from tanheng.cases import kinds
        from tanheng.credits.overlaps import leaves
        from tanheng.credits.overlaps.models import FoundOverlap
        from tanheng.credits.rights import RIGHTS, SCOPES
        from tanheng.people import rights, scopes

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        kinds.register(FoundOverlap)
        leaves.register()
