"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransparencyConfig(AppConfig):
    """The records of ``tanheng.transparency``."""

    name = "tanheng.transparency"
    label = "transparency"
    verbose_name = _("Transparency log")
