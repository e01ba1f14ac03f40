"""A version of a methodology on its way from a draft to retirement.

    draft ──file──> filed ──assess──> assessed ──open_comment──> comment ──publish──> published ──> revised / retired
      ^───────────────── send back ──────────────────────────────┘
    draft ──take over──> published        what was published by notice before this platform kept it

《深圳市碳普惠管理办法》 Art. 4: the bureau keeps the expert pool and the methodologies. How many experts are heard
and how long the public may comment was not found: two at least is this house's rule, the days are said in the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.credits.filing.days import day_of
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, may, reach
from tanheng.people.values import refused_value
from tanheng.text import Text

if TYPE_CHECKING:
    from tanheng.credits.filing.opinions import ExpertOpinion

OPINIONS = 2
PUBLIC = ("comment", "published", "revised", "retired")
HELD = ("published", "revised", "retired")
RECORD = "methodology"

_ANSWER = Text(
    "What the bureau makes of what was said, so that whoever said it finds the answer.",
    "市局对所提意见如何处理,使提出意见者可以查到答复。",
)


class MethodologyCase(Case):
    """One version of a methodology: whose draft it is, what it says, and since when it holds."""

    AREA, SEE = "credits", "projects.see"
    SLUG: ClassVar[str] = "methodologies"
    NAME: ClassVar[Text] = Text("Methodologies", "方法学")
    STATES: ClassVar[Mapping[str, Text]] = {
        "draft": Text("draft", "草案"),
        "filed": Text("filed", "已申报"),
        "assessed": Text("assessed by experts", "已经专家评估"),
        "comment": Text("open to public comment", "公开征求意见"),
        "published": Text("published", "已公布"),
        "revised": Text("replaced by a new version", "已修订"),
        "retired": Text("retired", "已废止"),
        "withdrawn": Text("withdrawn", "已撤回"),
    }
    INITIAL: ClassVar[str] = "draft"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = state_field(INITIAL)
    identifier = models.CharField(gettext_lazy("methodology"), max_length=64)
    version = models.CharField(gettext_lazy("version"), max_length=16)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)
    scheme = models.CharField(max_length=16)
    track = models.CharField(max_length=16)
    scene = models.CharField(max_length=64, blank=True)
    # SHA-256 of the folder: what experts read, what the public read and what is published are the same text.
    digest = models.CharField(max_length=64)
    packaged = models.BooleanField(default=True)
    page = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    filed_on = models.DateField(null=True, blank=True)
    answer_to_experts = models.TextField(blank=True)
    comment_from = models.DateField(null=True, blank=True)
    comment_until = models.DateField(null=True, blank=True)
    answer_to_public = models.TextField(blank=True)
    notice = models.CharField(max_length=300, blank=True)
    published_on = models.DateField(null=True, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("methodology")
        verbose_name_plural = gettext_lazy("methodologies")
        constraints = (
            models.UniqueConstraint(
                name="credit_methodology_once",
                fields=["identifier", "version"],
                condition=~Q(state__in=("draft", "withdrawn")),
            ),
            models.CheckConstraint(
                name="credit_methodology_comment",
                condition=Q(comment_until__isnull=True) | Q(comment_until__gte=F("comment_from")),
            ),
            models.CheckConstraint(
                name="credit_methodology_held",
                condition=~Q(state__in=HELD) | Q(in_force_from__isnull=False, published_on__isnull=False),
            ),
            models.CheckConstraint(
                name="credit_methodology_until",
                condition=~Q(state__in=("revised", "retired")) | Q(in_force_until__gte=F("in_force_from")),
            ),
            ExclusionConstraint(
                name="credit_methodology_one_a_day",
                condition=Q(state__in=HELD),
                expressions=[
                    (F("identifier"), RangeOperators.EQUAL),
                    (Func(F("in_force_from"), F("in_force_until"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        )

    @property
    def called(self) -> str:
        """Its id and version."""
        return f"{self.identifier} {self.version}"

    @property
    def names(self) -> Text:
        """Its name in both languages."""
        return Text(self.name_en, self.name_zh)

    @classmethod
    def visible_to(cls, user: Actor | None) -> QuerySet[MethodologyCase]:
        """Anybody: from public comment on. Its organisation and the bureau: always. An expert: once it is filed."""
        seen = Q(state__in=PUBLIC)
        if user is not None:
            seen |= reach(user, "projects.see", organisation="organisation")
            if may(user, "methodologies.assess", None):
                seen |= ~Q(state__in=("draft", "withdrawn"))
        return cls._default_manager.filter(seen).select_related("organisation")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("methodology", args=[self.pk])

    @property
    def takes_comments(self) -> bool:
        """Whether anybody may comment today."""
        begin, end = self.comment_from, self.comment_until
        return self.state == "comment" and begin is not None and end is not None and begin <= _today() <= end

    def opinions_heard(self) -> list[ExpertOpinion]:
        """What experts say of the text as it stands; what they said of an earlier one does not count."""
        from tanheng.credits.filing.opinions import ExpertOpinion

        return list(ExpertOpinion.objects.filter(case=self, digest=self.digest).order_by("pk"))

    @step(
        Text("File", "申报"),
        "draft",
        "filed",
        right="methodologies.file",
        does=Text(
            "The draft goes to the bureau and its experts. From now on its text does not change, unless it is sent "
            "back.",
            "草案报送市局及专家库。自此文本不再更改,除非被退回。",
        ),
    )
    def file(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The text is looked for where it is kept: a folder that is gone or was changed cannot be filed."""
        from tanheng.credits.filing.folders import open_case

        open_case(self)
        self._only_one()
        self.filed_by = acting_user if isinstance(acting_user, User) else None
        self.filed_on = _today()

    @step(
        Text("Withdraw", "撤回"),
        ("draft", "filed", "assessed", "comment"),
        "withdrawn",
        right="methodologies.file",
        does=Text("It goes no further. Another draft may bear its version.", "不再继续办理;其版本号可由另一草案使用。"),
    )
    def withdraw(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Nothing else changes."""

    @step(
        Text("Send back", "退回"),
        ("filed", "assessed", "comment"),
        "draft",
        right="methodologies.decide",
        whose=BUREAU,
        asks=(
            Given(
                "what",
                Text("What has to change", "须修改之处"),
                Text("What experts or the public found wanting.", "专家或公众指出的不足。"),
                kind="area",
                longest=2000,
            ),
        ),
        does=Text(
            "It is a draft again. Once its text is changed, experts are asked anew.",
            "恢复为草案。文本更改后须重新征求专家意见。",
        ),
    )
    def send_back(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """A new round begins."""
        self.comment_from = self.comment_until = None
        self.answer_to_experts = self.answer_to_public = ""

    @step(
        Text("Close the assessment", "完成专家评估"),
        "filed",
        "assessed",
        right="methodologies.decide",
        whose=BUREAU,
        asks=(
            Given(
                "answer",
                Text("Answer to the experts", "对专家意见的处理"),
                _ANSWER,
                kind="area",
                required=False,
                longest=4000,
            ),
        ),
        does=Text(
            "Two experts at least have to be for it, conditions included; none of them filed it. What speaks against "
            "it, and every condition, is answered.",
            "至少两名专家同意(含附条件同意),且均非申报人;反对意见及所附条件须逐一答复。",
        ),
    )
    def assess(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """《深圳市碳普惠管理办法》 Art. 4: methodologies are assessed by experts of the pool."""
        heard = self.opinions_heard()
        in_favour = [each for each in heard if each.verdict != "against"]
        if len(in_favour) < OPINIONS:
            raise refused_value(
                "filing.E010",
                RECORD,
                "opinions",
                str(len(in_favour)),
                _("%(needed)d experts have to be for this text; so far %(there)d are, of %(heard)d who were heard")
                % {"needed": OPINIONS, "there": len(in_favour), "heard": len(heard)},
            )
        if not given["answer"] and any(each.verdict != "for" for each in heard):
            raise refused_value(
                "filing.E011",
                RECORD,
                "answer",
                None,
                _("is missing: an expert is against it or makes conditions, and the bureau says what it makes of that"),
            )
        self.answer_to_experts = given["answer"]

    @step(
        Text("Open to public comment", "公开征求意见"),
        "assessed",
        "comment",
        right="methodologies.decide",
        whose=BUREAU,
        public=True,
        asks=(
            Given(
                "from",
                Text("From", "起始日"),
                Text("The first day on which anybody may comment.", "公众可以提出意见的第一天。"),
                kind="text",
                longest=10,
                example="2026-03-01",
            ),
            Given(
                "until",
                Text("Until", "截止日"),
                Text(
                    "The last day. How long it has to be was not found in the policy; the bureau says it.",
                    "最后一天。政策中未找到期限规定,由市局确定。",
                ),
                kind="text",
                longest=10,
                example="2026-03-31",
            ),
        ),
    )
    def open_comment(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The days on which anybody may comment."""
        begin, end = day_of(given, "from", RECORD), day_of(given, "until", RECORD)
        if begin < _today():
            raise refused_value("filing.E012", RECORD, "from", str(begin), _("has passed; nobody could have commented"))
        if end < begin:
            raise refused_value("filing.E012", RECORD, "until", str(end), _("is before the first day"))
        self.comment_from, self.comment_until = begin, end

    @step(
        Text("Publish", "公布"),
        "comment",
        "published",
        right="methodologies.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(
            Given(
                "from",
                Text("In force from", "施行日期"),
                Text("The first day that is credited by it.", "自该日起按本方法学核算。"),
                kind="text",
                longest=10,
                example="2026-05-01",
            ),
            Given(
                "answer",
                Text("Answer to the public", "对公众意见的处理"),
                _ANSWER,
                kind="area",
                required=False,
                longest=4000,
            ),
        ),
        does=Text(
            "The public's time to comment has ended. The version that is in force so far ends on the day before.",
            "公众意见征集期已结束。此前施行的版本至前一日止。",
        ),
    )
    def publish(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Only the very text that experts and the public read, as the library holds it."""
        from tanheng.credits.filing.folders import open_case

        opened = open_case(self)
        first = day_of(given, "from", RECORD)
        if self.comment_until is None or self.comment_until >= _today():
            raise refused_value(
                "filing.E013", RECORD, "comment_until", str(self.comment_until), _("has not passed: comments may come")
            )
        if not given["answer"] and self.comments.exists():
            raise refused_value("filing.E014", RECORD, "answer", None, _("is missing: the public commented on it"))
        _may_hold(opened.standing, opened.since.day)
        assert opened.since.day is not None, "looked at just before"
        if first < opened.since.day or first < _today():
            raise refused_value(
                "filing.E015",
                RECORD,
                "from",
                str(first),
                _("must be %s or later: nothing is credited backwards, nor before the text itself holds")
                % max(opened.since.day, _today()),
            )
        self.answer_to_public, self.in_force_from, self.published_on = given["answer"], first, _today()
        self._end_the_version_before(first, acting_user)

    @step(
        Text("Take over", "转录"),
        "draft",
        "published",
        right="methodologies.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(
            Given(
                "notice",
                Text("Notice", "公布文件"),
                Text(
                    "The notice by which it was published before this platform kept methodologies, with its date.",
                    "本平台建立之前公布该方法学的文件及日期。",
                ),
                longest=300,
                example=Text("Notice of the bureau of 2025-05-06", "市生态环境局2025年5月6日公告"),
            ),
        ),
        does=Text(
            "For what was published by a notice before: it is in force since the day that its text says. No expert "
            "and no comment of this platform stands behind it, and its page says so.",
            "适用于此前已由文件公布的方法学:自文本所载日期起施行。本平台上并无相应的专家意见和公众意见,页面予以注明。",
        ),
    )
    def take_over(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Only versions that came with the program, whose text says by which document and since when they hold."""
        from tanheng.credits.filing.folders import open_case

        opened = open_case(self)
        self._only_one()
        if not self.packaged or opened.published is None:
            raise refused_value(
                "filing.E016",
                RECORD,
                "published",
                None,
                _("was never published by anybody, as far as its text says; file it, and have it assessed"),
            )
        _may_hold(opened.standing, opened.since.day)
        self.notice, self.published_on = given["notice"], _today()
        self.in_force_from, self.in_force_until = opened.since.day, opened.retired

    @step(
        Text("Replace by a new version", "以新版本替代"),
        "published",
        "revised",
        right="methodologies.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        offered=False,
        asks=(
            Given(
                "by",
                Text("New version", "新版本"),
                Text("The version that takes its place.", "取代它的版本。"),
                longest=16,
                example="v2",
            ),
        ),
        does=Text("Done by publishing the new version, never by itself.", "随新版本的公布而完成,不单独进行。"),
    )
    def revise(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Ends on the day on which the new version begins to hold."""
        new = MethodologyCase.objects.filter(
            identifier=self.identifier, version=given["by"], state="comment", in_force_from__isnull=False
        ).first()
        if new is None or new.in_force_from is None:
            raise refused_value(
                "filing.E017",
                RECORD,
                "by",
                given["by"],
                _("is not being published: publish it, and it takes the place"),
            )
        self._end(new.in_force_from)

    @step(
        Text("Retire", "废止"),
        "published",
        "retired",
        right="methodologies.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(
            Given(
                "until",
                Text("No longer from", "废止日期"),
                Text("The first day that is not credited by it any more.", "自该日起不再按其核算。"),
                longest=10,
                example="2027-01-01",
            ),
        ),
    )
    def retire(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """What was credited before stands."""
        self._end(day_of(given, "until", RECORD))

    def _only_one(self) -> None:
        """Several may draft the same version; one of them files it."""
        others = MethodologyCase.objects.filter(identifier=self.identifier, version=self.version)
        if others.exclude(pk=self.pk).exclude(state__in=("draft", "withdrawn")).exists():
            raise refused_value("filing.E009", RECORD, "version", self.called, _("was filed already, as another case"))

    def _end(self, day: date) -> None:
        assert self.in_force_from is not None, "the database holds it of what is published"
        if day <= self.in_force_from:
            raise refused_value(
                "filing.E018", RECORD, "until", str(day), _("must be after %s, its first day") % self.in_force_from
            )
        if self.in_force_until is not None and day > self.in_force_until:
            raise refused_value("filing.E018", RECORD, "until", str(day), _("ends on %s already") % self.in_force_until)
        self.in_force_until = day

    def _end_the_version_before(self, first: date, acting_user: Actor) -> None:
        """Of a methodology one version holds on a day: the one before ends where this one begins."""
        from tanheng.cases.taking import take

        before = MethodologyCase.objects.filter(identifier=self.identifier, state="published").first()
        if before is not None:
            MethodologyCase.objects.filter(pk=self.pk).update(in_force_from=first)
            take(before, "revise", acting_user=acting_user, reason=self.called, given={"by": self.version})


def _today() -> date:
    return timezone.localdate()


def _may_hold(standing: str, since: date | None) -> None:
    if standing == "draft":
        raise refused_value(
            "filing.E019",
            RECORD,
            "standing",
            standing,
            _("its own text calls it a draft, so nothing is credited by it"),
        )
    if since is None:
        raise refused_value(
            "filing.E019", RECORD, "in_force", None, _("its text does not say since when it holds; that was not found")
        )


def last_day(case: MethodologyCase) -> date | None:
    """The last day that it credits; None where none is known."""
    return None if case.in_force_until is None else case.in_force_until - timedelta(days=1)


def shown_text(case: MethodologyCase, language: str) -> Any:
    """Its page as it was when its text was kept."""
    return case.page.get(language, "")
