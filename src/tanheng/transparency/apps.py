"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """The records of ``tanheng.transparency``."""

    name = "tanheng.transparency"
    label = "transparency"
