"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """The records of ``tanheng.submissions``."""

    name = "tanheng.submissions"
    label = "submissions"

    def ready(self) -> None:
        """Rights, scopes and what jobs do."""
        from tanheng.people import rights, scopes
        from tanheng.submissions import work
        from tanheng.submissions.rights import RIGHTS, SCOPES

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        work.declare()
