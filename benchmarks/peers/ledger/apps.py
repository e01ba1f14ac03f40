"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class PeersConfig(AppConfig):
    """The tables of the plain peer."""

    name = "benchmarks.peers.ledger"
    label = "ledger_peers"
    default_auto_field = "django.db.models.BigAutoField"
