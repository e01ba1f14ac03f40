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
        """Leaves of the log, kinds of case, what refusals mean, help beside the forms."""
        from tanheng.cases import kinds
        from tanheng.credits.register import helps, leaves, refusals, retirement
        from tanheng.credits.register.models import Neutrality, OffsetUse

        leaves.register()
        kinds.register(Neutrality, OffsetUse)
        refusals.declare()
        helps.declare()
        retirement.register()
