"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The records of ``tanheng.ledger``."""

    name = "tanheng.ledger"
    label = "ledger"
