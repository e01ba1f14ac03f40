"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site; it has no records."""

    name = "tanheng.portal"
    label = "portal"

    def ready(self) -> None:
        """Rights, and what jobs do."""
        from tanheng.people import rights
        from tanheng.portal import work
        from tanheng.portal.rights import RIGHTS

        rights.declare(RIGHTS)
        work.register()
