"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tanheng.text import Text


class PointsConfig(AppConfig):
    """The records of ``tanheng.credits.points``."""

    name = "tanheng.credits.points"
    label = "credit_points"
    verbose_name = _("Points")

    def ready(self) -> None:
        """Leaves of the log, helps, what refusals mean, whose events intake takes, and what leads here."""
        from tanheng.credits.front import Entry, declare_entry, who_may
        from tanheng.credits.intake import mandates
        from tanheng.credits.points import helps, leaves
        from tanheng.credits.points.access import NotOfPoints
        from tanheng.credits.points.knowing import with_mandate
        from tanheng.web.problems import not_found, translate

        leaves.register()
        helps.declare()
        mandates.declare(with_mandate)
        translate(NotOfPoints, lambda missing: not_found(str(_("It is not there, or you may not see it."))))
        declare_entry(
            Entry(
                "mine",
                Text("My reductions and points", "我的减排与积分"),
                Text(
                    "For residents: what was counted of you, by which rule, and who may send it.",
                    "面向市民:减排记录、核算依据,以及由谁报送。",
                ),
                "user",
            ),
            Entry(
                "shop",
                Text("Shop", "积分商城"),
                Text("What points can be given for.", "积分可兑换的商品与服务。"),
                "leaf",
            ),
            Entry(
                "points",
                Text("Points in circulation", "积分管理"),
                Text(
                    "Granted, used, expired; for operators and the bureau.",
                    "发放、使用与失效情况,供运营方和主管部门查看。",
                ),
                "accounts",
                who_may("points.see"),
            ),
        )
