"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DecisionsConfig(AppConfig):
    """The records of ``tanheng.decisions``."""

    name = "tanheng.decisions"
    label = "decisions"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        """Rights, leaves of the log, what waits for a second person, what refusals mean, help beside the forms."""
        from tanheng.decisions import helps, leaves, publishing, refusals
        from tanheng.decisions.rights import RIGHTS, SCOPES
        from tanheng.people import rights, scopes

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        leaves.register()
        publishing.register()
        refusals.declare()
        helps.declare()
