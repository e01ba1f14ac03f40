"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tanheng.text import Text


class OverlapsConfig(AppConfig):
    """The records of ``tanheng.credits.overlaps``."""

    name = "tanheng.credits.overlaps"
    label = "credit_overlaps"
    verbose_name = _("Overlaps")

    def ready(self) -> None:
        """The rights and scopes of carbon inclusion, the cases of found overlaps, leaves of the log."""
        from tanheng.cases import kinds
        from tanheng.credits.front import Entry, declare_entry, who_may
        from tanheng.credits.overlaps import leaves
        from tanheng.credits.overlaps.models import FoundOverlap
        from tanheng.credits.rights import RIGHTS, SCOPES
        from tanheng.people import rights, scopes

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        kinds.register(FoundOverlap)
        leaves.register()
        declare_entry(
            Entry(
                "registries",
                Text("Tables of other registries", "其他登记机构数据"),
                Text(
                    "What was taken in of them, and the rows that do not add up.",
                    "已导入的公开数据,以及其中不相符的记录。",
                ),
                "download",
                who_may("overlaps.see"),
            ),
        )
