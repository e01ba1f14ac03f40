"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tanheng.text import Text


class RegisterConfig(AppConfig):
    """The records of ``tanheng.credits.register``."""

    name = "tanheng.credits.register"
    label = "credit_register"
    verbose_name = _("Register")

    def ready(self) -> None:
        """Leaves of the log, kinds of case, what refusals mean, help beside the forms, what leads here."""
        from tanheng.cases import kinds
        from tanheng.credits.front import Entry, declare_entry
        from tanheng.credits.register import helps, leaves, refusals, retirement
        from tanheng.credits.register.models import Neutrality, OffsetUse

        leaves.register()
        kinds.register(Neutrality, OffsetUse)
        refusals.declare()
        helps.declare()
        retirement.register()
        declare_entry(
            Entry(
                "register",
                Text("Public register", "公开登记簿"),
                Text(
                    "Every credit by its serial number: where it is, and for what it was retired.",
                    "按序列号查询每一吨减排量的去向与注销用途。",
                ),
                "search",
            ),
            Entry(
                "statistics",
                Text("Statistics", "统计"),
                Text(
                    "What was issued and retired, by year, vintage, methodology and project.",
                    "按年份、减排年份、方法学和项目统计签发与注销情况。",
                ),
                "runs",
            ),
        )
