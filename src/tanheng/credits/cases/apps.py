"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """The records of ``tanheng.credits.cases``."""

    name = "tanheng.credits.cases"
    label = "credit_cases"
    verbose_name = _("Cases of carbon inclusion")

    def ready(self) -> None:
        """Leaves of the log, what refusals mean, and the table of changes after each migration."""
        from tanheng.credits.cases import guards, leaves
        from tanheng.credits.cases.access import NoCase
        from tanheng.credits.rights import RIGHTS, SCOPES
        from tanheng.people import rights, scopes
        from tanheng.web.problems import not_found, translate

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        leaves.register()
        translate(NoCase, lambda missing: not_found(str(_("It is not there, or you may not see it."))))
        post_migrate.connect(guards.put_in_place, dispatch_uid="credit_cases")
