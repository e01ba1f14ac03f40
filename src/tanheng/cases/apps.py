"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """The records of ``tanheng.cases``."""

    name = "tanheng.cases"
    label = "credit_cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Leaves of the log, what refusals mean, and the table of changes after each migration."""
        from tanheng.cases import guards, leaves
        from tanheng.cases.access import NoCase
        from tanheng.web.problems import not_found, translate

        leaves.register()
        translate(NoCase, lambda missing: not_found(str(_("It is not there, or you may not see it."))))
        post_migrate.connect(guards.put_in_place, dispatch_uid="credit_cases")
