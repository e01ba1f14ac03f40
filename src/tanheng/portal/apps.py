"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site; it has no records."""

    name = "tanheng.portal"
    label = "portal"
