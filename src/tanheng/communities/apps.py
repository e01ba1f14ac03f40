"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    """The records of ``tanheng.communities``."""

    name = "tanheng.communities"
    label = "communities"
    verbose_name = _("Quiet city")

    def ready(self) -> None:
        """Rights and scopes, kinds of case, help beside the forms, the job that works a study out."""
        from tanheng.cases import kinds
        from tanheng.communities import calculating, helps
        from tanheng.communities.access import NoMonitor, NoStudy
        from tanheng.communities.importing import APPLICATIONS
        from tanheng.communities.models import Community, Complaint
        from tanheng.communities.rights import RIGHTS, SCOPES
        from tanheng.measures.quiet.assessment.tables import MONITORS, READINGS
        from tanheng.people import rights, scopes
        from tanheng.web import saying
        from tanheng.web.problems import not_found, translate

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        kinds.register(Community, Complaint)
        helps.declare()
        calculating.register()
        for table in (APPLICATIONS, MONITORS, READINGS):
            saying.know_columns(table.columns)
        for missing in (NoStudy, NoMonitor):
            translate(missing, lambda _missing: not_found(str(_("It is not there, or you may not see it."))))
