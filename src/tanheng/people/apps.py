"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """The records of ``tanheng.people``."""

    name = "tanheng.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """What others must know: checks, leaves of the log, what to record of sign-in, what refusals mean in HTTP."""
        from tanheng.people import checks, helps, leaves, refusals, signin

        checks.register_all()
        leaves.register()
        signin.listen()
        refusals.declare()
        helps.declare()
