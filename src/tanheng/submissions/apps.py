"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext as _


class SubmissionsConfig(AppConfig):
    """The records of ``tanheng.submissions``."""

    name = "tanheng.submissions"
    label = "submissions"

    def ready(self) -> None:
        """Rights, scopes and what jobs do."""
        from tanheng.people import rights, scopes
        from tanheng.submissions import work
        from tanheng.submissions.models import Submission
        from tanheng.submissions.rights import RIGHTS, SCOPES
        from tanheng.web.problems import not_found, translate

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        work.declare()
        translate(Submission.DoesNotExist, lambda error: not_found(_("There is no such submission here.")))
