"""Quiet communities (宁静小区): from the application to the title, and the review of each year.

    applied ──evaluate──> evaluated ──give the title──> titled ──report──> under review ──renew──> titled
                                                          └──────────────── take away ───────────────┘

Noise Pollution Prevention and Control Law (2021) Art. 32 encourages quiet communities. Criteria, points and how long a
title lasts were not found for Shenzhen: what a study says is set beside the application, the judgement is the
bureau's, and a title is reviewed within a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.communities.complained import complained
from tanheng.communities.judging import judged, require_own, require_passed
from tanheng.communities.studied import Study
from tanheng.people.approvals import confirmation
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, reach
from tanheng.people.values import refused_value
from tanheng.text import Text

RECORD = "community"
STANDING = ("titled", "review")
# How long before a review the house reminds of it: a habit of the house, no term of the city.
REMINDED_DAYS = 60
# More live in no residential area: what is typed beyond it is a slip of the hand.
HOUSEHOLDS_MOST = 1_000_000
PUBLIC = (*STANDING, "ended")
# After which one may apply again.
OVER = ("refused", "withdrawn", "ended")


def _kept_studies() -> list[tuple[str, str]]:
    """Every kept study as a choice: its digest, and by what people tell it from others."""
    return [
        (
            each.digest,
            f"{each.name} · {each.method_name} · {timezone.localtime(each.kept_at):%Y-%m-%d} · {each.digest[:12]}",
        )
        for each in Study.objects.order_by("-pk")
    ]


class Community(Case):
    """A residential area whose manager applies for the title of a quiet community."""

    AREA, SEE = "quiet", "communities.see"
    SLUG: ClassVar[str] = "communities"
    NAME: ClassVar[Text] = Text("Quiet communities", "宁静小区")
    STATES: ClassVar[Mapping[str, Text]] = {
        "applied": Text("applied for", "已申请"),
        "evaluated": Text("evaluated", "已评估"),
        "titled": Text("quiet community", "宁静小区"),
        "review": Text("under yearly review", "年度复核中"),
        "ended": Text("title ended", "称号已终止"),
        "refused": Text("refused", "不予通过"),
        "withdrawn": Text("withdrawn", "已撤回"),
    }
    INITIAL: ClassVar[str] = "applied"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = state_field(INITIAL)
    name = models.CharField(gettext_lazy("name"), max_length=100)
    address = models.CharField(gettext_lazy("address"), max_length=200)
    households = models.PositiveIntegerField(gettext_lazy("households"))
    measures = models.TextField(gettext_lazy("what is done for quiet"), max_length=4000)
    study = models.ForeignKey(Study, models.PROTECT, null=True, blank=True, related_name="+")
    # Its outline in the study's table of communities.
    feature = models.CharField(max_length=100, blank=True)
    finding = models.TextField(blank=True)
    # Its figures and its score card, as they were when it was evaluated.
    judged = models.JSONField(null=True, blank=True)
    evaluated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    titled_on = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    report = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("quiet community")
        verbose_name_plural = gettext_lazy("quiet communities")
        constraints = (
            models.CheckConstraint(name="quiet_community_is_lived_in", condition=Q(households__gt=0)),
            models.CheckConstraint(
                name="quiet_title_evaluated",
                condition=~Q(state__in=PUBLIC) | (~Q(finding="") & Q(titled_on__isnull=False) & Q(study__isnull=False)),
            ),
            models.UniqueConstraint(
                name="quiet_community_once", fields=["organisation", "name"], condition=~Q(state__in=OVER)
            ),
            models.CheckConstraint(
                name="quiet_title_reviewed", condition=~Q(state__in=STANDING) | Q(review_due__isnull=False)
            ),
        )

    @property
    def called(self) -> str:
        """Its name."""
        return self.name

    @classmethod
    def visible_to(cls, user: Actor | None) -> QuerySet[Community]:
        """Anybody: those with a title, or that had one. Its organisation and the authority: always."""
        seen = Q(state__in=PUBLIC)
        if user is not None:
            seen |= reach(user, "communities.see", organisation="organisation")
        return cls._default_manager.filter(seen).select_related("organisation", "study")

    @staticmethod
    def due_within(days: int) -> Q:
        """Those with a title whose review is due within some days, or should have been."""
        return Q(state__in=STANDING, review_due__lte=_today() + timedelta(days=days))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("community", args=[self.pk])

    @property
    def is_overdue(self) -> bool:
        """Whether its yearly review should have been."""
        return self.state in STANDING and self.review_due is not None and self.review_due < _today()

    def refuse_early(self, step: str) -> None:
        """No second person is asked for a title that the evaluation does not carry. Raises as ``give_title``."""
        if step == "give_title":
            require_passed(require_own(self.judged, self.study, self.feature))

    @step(
        Text("Evaluate", "评估"),
        "applied",
        "evaluated",
        right="communities.decide",
        whose=BUREAU,
        asks=(
            Given(
                "study",
                Text("Noise study", "噪声计算"),
                Text(
                    "The study in which the community lies, the newest first; to programs the first signs of its "
                    "digest suffice.",
                    "小区所在的噪声计算,新的在前;通过接口提交时摘要前几位即可。",
                ),
                kind="select",
                longest=64,
                offered=_kept_studies,
            ),
            Given(
                "feature",
                Text("Outline", "小区边界"),
                Text(
                    "Id of the community's outline in that study; left out, the study is looked at as a whole.",
                    "该计算中小区边界的编号;不填则以整个计算范围为准。",
                ),
                required=False,
                longest=100,
            ),
            Given(
                "finding",
                Text("Finding", "评估意见"),
                Text(
                    "What was seen on the spot and what the study says; no points are published, so none are given.",
                    "现场查看与计算结果;评分办法未公布,故不打分。",
                ),
                kind="area",
                longest=4000,
            ),
        ),
        does=Text("Sets a noise study and a finding beside the application.", "将噪声计算与评估意见附于申请。"),
    )
    def evaluate(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """With a study that is kept, found by the beginning of its digest, and what it says on this day."""
        found = list(Study.objects.filter(digest__startswith=given["study"])[:2])
        if len(found) != 1:
            message = _("is the beginning of no kept study") if not found else _("is the beginning of several studies")
            raise refused_value("noise.E080", RECORD, "study", given["study"], message)
        self.study, self.feature, self.finding = found[0], given["feature"], given["finding"]
        # Of a whole study nobody knows whose complaints would count.
        self.judged = judged(found[0], given["feature"], complained(self.pk) if given["feature"] else None)
        self.evaluated_by = acting_user if isinstance(acting_user, User) else None

    @step(
        Text("Refuse", "不予通过"),
        ("applied", "evaluated"),
        "refused",
        right="communities.decide",
        whose=BUREAU,
        asks=(
            Given(
                "because",
                Text("Because", "理由"),
                Text("What is wanting, so that the applicant can mend it.", "不足之处,便于申请人改进。"),
                kind="area",
                longest=2000,
            ),
        ),
    )
    def refuse(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The reason stays with the step."""

    @step(
        Text("Give the title", "授予称号"),
        "evaluated",
        "titled",
        right="communities.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        does=Text(
            "It is in the public list from today, and reviewed within a year.", "自今日起列入公开名录,一年内复核。"
        ),
    )
    def give_title(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The title, and the first review a year later; who evaluated it does not confirm it.

        Raises
        ------
        InputRejected
            ``noise.E087`` without two persons besides who evaluated; ``noise.E093`` and ``noise.E094`` where the
            evaluation is another one's, or speaks against the title.
        """
        self.refuse_early("give_title")
        second = confirmation()
        if second is None or self.evaluated_by is None or second.by.pk == self.evaluated_by.pk:
            message = _("is given by two persons, and confirmed by another than who evaluated")
            raise refused_value("noise.E087", RECORD, "title", None, message)
        self.titled_on = _today()
        self.review_due = _year_after(_today())

    @step(
        Text("Hand in the yearly report", "提交年度报告"),
        "titled",
        "review",
        right="communities.apply",
        asks=(
            Given(
                "report",
                Text("Report", "年度报告"),
                Text(
                    "What was kept up and done in the year, complaints and how they were settled.",
                    "本年度维护与措施、投诉及处理情况。",
                ),
                kind="area",
                longest=8000,
            ),
        ),
    )
    def hand_in_report(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The report that the review is about."""
        self.report = given["report"]

    @step(
        Text("Renew", "续期"),
        "review",
        "titled",
        right="communities.decide",
        whose=BUREAU,
        public=True,
        does=Text("The review ends well; the next one is due in a year.", "复核通过,下次复核为一年后。"),
    )
    def renew(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """A year from today: reports that come early do not put the next review off."""
        self.review_due = _year_after(_today())

    @step(
        Text("Take the title away", "终止称号"),
        STANDING,
        "ended",
        right="communities.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(
            Given(
                "because",
                Text("Because", "理由"),
                Text("Why it is a quiet community no longer.", "终止的原因。"),
                kind="area",
                longest=2000,
            ),
        ),
    )
    def end(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The reason is public."""
        self.ended_on = _today()

    @step(
        Text("Withdraw the application", "撤回申请"),
        ("applied", "evaluated"),
        "withdrawn",
        right="communities.apply",
    )
    def withdraw(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Nothing else changes."""


def _today() -> date:
    return timezone.localdate()


def _year_after(day: date) -> date:
    """The same day of the next year; of a leap day the last of February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
