"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site; it has no records."""

    name = "tanheng.portal"
    label = "portal"

    def ready(self) -> None:
        """Rights, and what jobs do."""
        from tanheng.people import rights, scopes
        from tanheng.portal import work
        from tanheng.portal.rights import RIGHTS, SCOPES

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        work.register()
