"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The records of ``tanheng.people``."""

    name = "tanheng.people"
    label = "people"

    def ready(self) -> None:
        """Checks that run with every start."""
        from tanheng.people import checks  # noqa: F401
