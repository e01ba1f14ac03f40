"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Idempotency keys and rates: what the API remembers between requests."""

    name = "tanheng.web"
    label = "web"

    def ready(self) -> None:
        """What the exceptions of others mean."""
        from tanheng.web import faults

        faults.declare()
