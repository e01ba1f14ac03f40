"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The records of ``tanheng.people``."""

    name = "tanheng.people"
    label = "people"

    def ready(self) -> None:
        """Checks that run with every start; the audit trail as leaves of the log."""
        from tanheng.people import checks, leaves

        checks.register_all()
        leaves.register()
