"""Scenes: places and bodies that offer low-carbon behaviour and record it (碳普惠场景).

    applied ──assess──> assessed ──publish──> published ──report──> under review ──renew──> published
                                                  └──────────────────── end ────────────────────┘

《深圳市碳普惠管理办法》: application, technical assessment, publication; a scene protects the data of persons. It is
reviewed each year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.credits.filing.days import year_after
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, may, reach
from tanheng.people.values import refused_value
from tanheng.text import Text

RECORD = "scene"
STANDING = ("published", "review")
PUBLIC = (*STANDING, "ended")


class SceneCase(Case):
    """A scene, whose it is, which behaviour it records, and how it protects the data of persons."""

    AREA, SEE = "credits", "projects.see"
    SLUG: ClassVar[str] = "scenes"
    NAME: ClassVar[Text] = Text("Scenes", "碳普惠场景")
    STATES: ClassVar[Mapping[str, Text]] = {
        "applied": Text("applied for", "已申请"),
        "assessed": Text("assessed", "已通过技术评估"),
        "published": Text("published", "已公布"),
        "review": Text("under yearly review", "年度复核中"),
        "ended": Text("ended", "已终止"),
        "refused": Text("refused", "不予通过"),
        "withdrawn": Text("withdrawn", "已撤回"),
    }
    INITIAL: ClassVar[str] = "applied"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = state_field(INITIAL)
    name = models.CharField(gettext_lazy("name"), max_length=100)
    # The scene of events, as methodologies of persons name it: public_transport.
    scene = models.CharField(gettext_lazy("behaviour"), max_length=64)
    place = models.CharField(gettext_lazy("place"), max_length=200)
    behaviour = models.TextField(gettext_lazy("what is recorded"), max_length=2000)
    data_protection = models.TextField(gettext_lazy("how data are protected"), max_length=4000)
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    finding = models.TextField(blank=True)
    published_on = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    report = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("scene")
        verbose_name_plural = gettext_lazy("scenes")
        constraints = (
            models.CheckConstraint(name="credit_scene_protects_data", condition=~Q(data_protection="")),
            models.CheckConstraint(
                name="credit_scene_assessed",
                condition=~Q(state__in=PUBLIC) | (~Q(finding="") & Q(published_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="credit_scene_reviewed", condition=~Q(state__in=STANDING) | Q(review_due__isnull=False)
            ),
        )

    @property
    def called(self) -> str:
        """Its name."""
        return self.name

    @classmethod
    def visible_to(cls, user: Actor | None) -> QuerySet[SceneCase]:
        """Anybody: what is published. Its organisation and the bureau: always. An expert: what is applied for."""
        seen = Q(state__in=PUBLIC)
        if user is not None:
            seen |= reach(user, "projects.see", organisation="organisation")
            if may(user, "methodologies.assess", None):
                seen |= Q(state__in=("applied", "assessed"))
        return cls._default_manager.filter(seen).select_related("organisation")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("scene", args=[self.pk])

    @property
    def is_overdue(self) -> bool:
        """Whether its yearly review should have been."""
        return self.state in STANDING and self.review_due is not None and self.review_due < _today()

    @step(
        Text("Confirm the assessment", "通过技术评估"),
        "applied",
        "assessed",
        right="methodologies.assess",
        whose=BUREAU,
        asks=(
            Given(
                "finding",
                Text("Finding", "评估意见"),
                Text(
                    "What is recorded, whether it can be relied on, and whether the data of persons are safe.",
                    "记录的内容、是否可靠、个人数据是否得到保护。",
                ),
                kind="area",
                longest=4000,
            ),
        ),
        does=Text(
            "An expert who has nothing to do with the applicant confirms that the scene records what it says.",
            "由与申请人无关的专家确认场景的记录真实可靠。",
        ),
    )
    def assess(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Not by who applied, nor by a member of the applicant."""
        own = isinstance(acting_user, User) and acting_user.memberships.filter(organisation=self.organisation).exists()
        if own or (isinstance(acting_user, User) and acting_user.pk == self.applied_by_id):
            raise refused_value(
                "filing.E021", RECORD, "expert", None, _("belongs to the applicant: another expert has to assess it")
            )
        self.finding = given["finding"]

    @step(
        Text("Refuse", "不予通过"),
        ("applied", "assessed"),
        "refused",
        right="methodologies.decide",
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
        Text("Publish", "公布"),
        "assessed",
        "published",
        right="methodologies.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        does=Text(
            "It is in the public list from today, and reviewed within a year.", "自今日起列入公开名录,一年内复核。"
        ),
    )
    def publish(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Publication, and the first review a year later."""
        self.published_on = _today()
        self.review_due = year_after(_today())

    @step(
        Text("Hand in the yearly report", "提交年度报告"),
        "published",
        "review",
        right="scenes.apply",
        asks=(
            Given(
                "report",
                Text("Report", "年度报告"),
                Text(
                    "What was recorded in the year, what changed, and every incident with data of persons.",
                    "本年度记录情况、变化以及涉及个人数据的事件。",
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
        "published",
        right="methodologies.decide",
        whose=BUREAU,
        public=True,
        does=Text("The review ends well; the next one is due in a year.", "复核通过,下次复核为一年后。"),
    )
    def renew(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """A year from the day on which the review was due, or from today where that has passed."""
        due = self.review_due or _today()
        self.review_due = year_after(max(due, _today()))

    @step(
        Text("End", "终止"),
        STANDING,
        "ended",
        right="methodologies.decide",
        whose=BUREAU,
        public=True,
        asks=(
            Given(
                "because",
                Text("Because", "理由"),
                Text("Why it is a scene no longer.", "终止的原因。"),
                kind="area",
                longest=2000,
            ),
        ),
    )
    def end(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """What was credited before stands."""
        self.ended_on = _today()

    @step(
        Text("Withdraw the application", "撤回申请"),
        ("applied", "assessed"),
        "withdrawn",
        right="scenes.apply",
    )
    def withdraw(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Nothing else changes."""


def _today() -> date:
    return timezone.localdate()
